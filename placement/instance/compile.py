"""From a problem to what engines read."""

import numpy as np

from placement import units
from placement.instance.blocks import NO_BOUND, Block, Compiler
from placement.instance.classes import collapse
from placement.instance.costs import read_costs
from placement.instance.demand import read_demand
from placement.instance.federation import read_federation
from placement.instance.instance import Instance
from placement.instance.paths import find_paths
from placement.instance.rows import RowNumbers, number_rows
from placement.instance.rules import read_wishes
from placement.model.problem import Problem
from placement.units import Amount

__all__ = ["compile_problem"]

# Cells of a class and a site that are worked on at once: arrays of this size stay in the cache.
BLOCK = 200_000


def compile_problem(problem: Problem, *, threads: int | None = None) -> Instance:
    """Compile a problem.

    Parameters
    ----------
    problem : Problem
        Checked when it was made, so nothing is checked here.
    threads : int, optional
        At most so many for the latencies; the result is the same.

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
    compiler = Compiler(
        federation=federation,
        wishes=read_wishes(problem, classes, federation),
        demand=demand,
        paths=paths,
        costs=read_costs(problem, classes, federation, demand, paths),
        numbers=RowNumbers(federation, demand),
        max_rtt=problem.workloads.column("max_rtt_ms").take(classes.first).map(_bound, NO_BOUND),
    )
    step = max(1, BLOCK // max(1, len(federation.sites)))
    n_classes = len(classes.first)
    blocks = [compiler.block(c, min(c + step, n_classes)) for c in range(0, n_classes, step)]
    return Instance(
        problem=problem,
        federation=federation,
        classes=classes,
        priority=problem.workloads.column("priority").take(classes.first).map(int),
        pair_ptr=np.concatenate([[0], np.cumsum(_joined(blocks, "per_class"))]).astype(np.int64),
        pair_site=_joined(blocks, "site").astype(np.int32),
        pair_cost=_joined(blocks, "cost"),
        pair_rtt=_joined(blocks, "rtt"),
        rows=number_rows(compiler.numbers, [one.uses for one in blocks], problem),
        compiler=compiler,
    )


def _bound(max_rtt_ms: Amount) -> int:
    return min(units.ns_down(max_rtt_ms), NO_BOUND)


def _joined(blocks: list[Block], field: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.concatenate([np.empty(0, np.int64), *(getattr(one, field) for one in blocks)])
