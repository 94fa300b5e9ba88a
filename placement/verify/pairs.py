"""What the caller knows better about single pairs of workload and site, in whole numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from placement.model.problem import Problem
from placement.units import MICRO
from placement.verify.exact import IntArray, common_denominator, numerators

__all__ = ["Pairs"]


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of a problem, sorted by workload and site.

    Parameters
    ----------
    workload, site, key : ndarray of shape (n_pairs,), int64
        Which pair; the key is workload × n_sites + site.
    given : ndarray of shape (n_pairs,), bool
        Whether the pair has a demand of its own; then it stands for the workload's, in all resources.
    demand : mapping of str to ndarray of shape (n_pairs,), int64
        By resource, in its unit; 0 where it is not listed.
    cost : ndarray of shape (n_pairs,), int64 or Python integers
        Added to the cost of the pair, in micro-units times `cost_denominator`.
    cost_denominator : int
        What the costs are counted in.
    n_sites : int
        How many sites the problem has.
    """

    workload: NDArray[np.int64]
    site: NDArray[np.int64]
    key: NDArray[np.int64]
    given: NDArray[np.bool_]
    demand: Mapping[str, NDArray[np.int64]]
    cost: IntArray
    cost_denominator: int
    n_sites: int

    @staticmethod
    def of(problem: Problem, demand: Mapping[str, NDArray[np.int64]]) -> "Pairs":
        """Read the pairs of a problem, whose demand is already in whole units."""
        pairs = problem.pairs
        w_place = {name: w for w, name in enumerate(problem.workloads.ids)} if len(pairs) else {}
        s_place = {name: s for s, name in enumerate(problem.sites.ids)}
        w = pairs.column("workload").map(lambda name: w_place[name])
        s = pairs.column("site").map(lambda name: s_place[name])
        order = np.lexsort((s, w))
        column = pairs.column("cost")
        costs = [Fraction(cost) * MICRO for cost in column.distinct()]
        denominator = common_denominator(costs)
        cost = (
            numerators(costs, denominator)[column.row_codes()]
            if costs
            else np.empty(0, dtype=np.int64)
        )
        return Pairs(
            w[order],
            s[order],
            w[order] * len(problem.sites) + s[order],
            pairs.column("demand").map(int).astype(np.bool_)[order],
            {resource: amounts[order] for resource, amounts in demand.items()},
            cost[order],
            denominator,
            len(problem.sites),
        )

    def at(
        self, w: NDArray[np.intp], s: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return (places in `w` and `s` where that pair is listed, the row of each)."""
        if not len(self.key):
            nothing = np.empty(0, dtype=np.intp)
            return nothing, nothing
        asked = w.astype(np.int64) * self.n_sites + s
        rows = np.minimum(np.searchsorted(self.key, asked), len(self.key) - 1)
        found = np.flatnonzero(self.key[rows] == asked)
        return found, rows[found]
