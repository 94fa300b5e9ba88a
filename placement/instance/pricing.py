"""The costs of all allowed pairs: most by a kernel, some as Python's integers."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from placement._core import price_pairs
from placement.instance.compiler import Compiler
from placement.instance.costs import EXACT, Some
from placement.instance.pairs import Pairs, special_pairs
from placement.instance.ragged import places
from placement.latency.deal import Fill, deal_rows
from placement.units import LIMIT

__all__ = ["cost_of_pairs"]

BLOCK = 200_000  # pairs whose costs are added up at once where no kernel does it


def cost_of_pairs(
    compiler: Compiler, pairs: Pairs, *, threads: int | None = None
) -> NDArray[np.int64]:
    """Return the cost of each pair; micro-units."""
    demand, factors, key = compiler.demand, compiler.costs.factors, compiler.paths.key
    made = np.empty(len(pairs.site), np.int64)
    way = factors.way[factors.code]
    if (way != EXACT).any():
        work = 1 + len(made) // max(1, len(key))
        deal_rows(_kernel(compiler, pairs, made), len(key), work_per_row=work, threads=threads)
    exact = places(pairs.ptr, np.flatnonzero(way[key] == EXACT))
    for begin in range(0, len(exact), BLOCK):
        mine = exact[begin : begin + BLOCK]
        made[mine] = compiler.costs.of(_some(compiler, pairs, mine, np.full(len(mine), -1)))
    numbers, special = special_pairs(compiler, pairs, np.arange(len(demand.pair_site)))
    for begin in range(0, len(special), BLOCK):
        block = slice(begin, begin + BLOCK)
        some = _some(compiler, pairs, special[block], numbers[block])
        made[special[block]] = compiler.costs.of(some)
    return made


def _kernel(compiler: Compiler, pairs: Pairs, cost: NDArray[np.int64]) -> Fill:
    """Return what fills in the costs of plain pairs."""
    costs, demand, paths = compiler.costs, compiler.demand, compiler.paths
    priced = np.flatnonzero(costs.rate.any(axis=(0, 1)))
    return partial(
        price_pairs,
        paths.by_key(),
        paths.key,
        paths.ptr,
        paths.legal,
        np.minimum(paths.weight, LIMIT).astype(np.int64),
        paths.rtt,
        costs.factors.way[costs.factors.code],
        costs.factors.table[costs.factors.code],
        demand.home,
        np.ascontiguousarray(demand.amount[:, priced]),
        np.ascontiguousarray(costs.rate[:, :, priced]),
        costs.now,
        costs.move,
        pairs.ptr,
        pairs.site,
        cost,
    )


def _some(
    compiler: Compiler, pairs: Pairs, mine: NDArray[np.int64], special: NDArray[np.int64]
) -> Some:
    """Return what the costs of some pairs are made of; `special` has their numbers, -1 for plain ones."""
    demand = compiler.demand
    of_class = pairs.classes(mine)
    amount = demand.amount[of_class]
    if len(demand.pair_given):
        given = demand.pair_given[special] & (special >= 0)
        amount[given] = demand.pair_amount[special[given]]
    return Some(of_class, pairs.site[mine].astype(np.int64), amount, special)
