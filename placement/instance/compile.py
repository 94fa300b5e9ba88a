"""From a problem to what engines read."""

import numpy as np
from numpy.typing import NDArray

from placement import units
from placement.instance.classes import collapse
from placement.instance.compiler import NO_BOUND, Compiler
from placement.instance.costs import read_costs
from placement.instance.demand import read_demand
from placement.instance.federation import read_federation
from placement.instance.instance import Instance
from placement.instance.pairs import find_pairs
from placement.instance.paths import find_paths
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
    classes = collapse(problem)
    federation = read_federation(problem)
    demand = read_demand(problem, classes, federation)
    nodes = [one.node for one in federation.sites]
    paths = find_paths(problem, classes, nodes, threads=threads)
    workloads = problem.workloads
    compiler = Compiler(
        federation=federation,
        wishes=read_wishes(problem, classes, federation),
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


def _bounds(column: Column) -> NDArray[np.int64]:
    """Return the limits of round trips, rounded down to nanoseconds."""
    values = column.values
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        made = floor_scaled(values, 6, NO_BOUND)
        return made if column.codes is None else made[column.codes]
    return column.map(lambda max_rtt_ms: min(units.ns_down(max_rtt_ms), NO_BOUND), NO_BOUND)
