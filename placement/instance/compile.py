"""From a problem to what engines read."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from placement import units
from placement.instance.classes import collapse
from placement.instance.compiler import NO_BOUND, Compiler
from placement.instance.costs import read_costs
from placement.instance.demand import read_demand
from placement.instance.federation import Federation, read_federation
from placement.instance.instance import Instance
from placement.instance.pairs import find_pairs
from placement.instance.paths import find_paths
from placement.instance.policies import Policies, read_crossing, read_policies
from placement.instance.pricing import cost_of_pairs
from placement.instance.rules import read_wishes
from placement.instance.uses import number_rows
from placement.model.column import Column
from placement.model.decimals import floor_scaled
from placement.model.problem import Problem
from placement.model.sizes import scaled_column

__all__ = ["compile_problem"]


def compile_problem(problem: Problem, *, threads: int | None = None) -> Instance:
    """Compile a problem.

    Parameters
    ----------
    problem : Problem
        Checked when it was made, so nothing is checked here.
    threads : int, optional
        At most so many; the result is the same.

    Returns
    -------
    Instance
        The same for any order of the problem's tables.

    Notes
    -----
    O(n_workloads log n_workloads + n_classes × n_sites) beside the latencies; memory for the
    allowed pairs alone.

    Examples
    --------
    >>> from placement import Problem
    >>> from placement.instance import compile_problem
    >>> problem = Problem(
    ...     nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}], workloads=[{"id": "v"}, {"id": "w"}])
    >>> instance = compile_problem(problem)
    >>> instance.n_classes, instance.n_pairs
    (1, 1)
    """
    federation, crossing = read_federation(problem), read_crossing(problem)
    policies = read_policies(problem, federation.order)
    classes = collapse(problem, _alike(policies.row, crossing.row, _covered(federation, policies)))
    demand = read_demand(problem, classes, federation)
    nodes = [one.node for one in federation.sites]
    paths = find_paths(problem, classes, nodes, crossing=crossing, threads=threads)
    workloads = problem.workloads
    compiler = Compiler(
        federation=federation,
        wishes=read_wishes(problem, classes, federation, policies),
        demand=demand,
        paths=paths,
        costs=read_costs(problem, classes, federation, demand, paths),
        max_rtt=_bounds(workloads.column("max_rtt_ms").take(classes.first)),
    )
    pairs = find_pairs(compiler, threads=threads)
    return Instance(
        problem=problem,
        federation=federation,
        classes=classes,
        priority=scaled_column(workloads.column("priority").take(classes.first), 0),
        pair_ptr=pairs.ptr,
        pair_site=pairs.site,
        pair_cost=cost_of_pairs(compiler, pairs, threads=threads),
        rows=number_rows(problem, compiler, pairs, threads=threads),
        compiler=compiler,
    )


def _alike(*rows: Mapping[str | None, int]) -> dict[str | None, int]:
    """Give policies numbers that are equal where all that they say comes to the same."""
    numbers: dict[tuple[int, ...], int] = {}
    named = [name for name in rows[0] if all(name in one for one in rows)]
    return {
        name: numbers.setdefault(tuple(one[name] for one in rows), len(numbers)) for name in named
    }


def _covered(federation: Federation, policies: Policies) -> dict[str | None, int]:
    """Give a number of its own to each policy that some agreement names, and 0 to the others."""
    named = {name for one in federation.agreements.values() for name in one.policies or ()}
    return {
        name: place if name in named else 0
        for place, name in enumerate(sorted(policies.row, key=str), 1)
    }


def _bounds(column: Column) -> NDArray[np.int64]:
    """Return the limits of round trips, rounded down to nanoseconds."""
    values = column.values
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        made = floor_scaled(values, 6, NO_BOUND)
        return made if column.codes is None else made[column.codes]
    return column.map(lambda max_rtt_ms: min(units.ns_down(max_rtt_ms), NO_BOUND), NO_BOUND)
