"""A solution: how many members of each class run at each pair; and what it is worth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.model.plan import Value

__all__ = ["Solution", "evaluate", "left_over", "loads", "sites_in_use"]

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A feasible choice.

    Parameters
    ----------
    placed : ndarray of shape (n_pairs,), int64
        Members at each pair.
    value : Value
        Priority left unplaced, and cost.
    """

    placed: Counts
    value: Value

    def beats(self, other: "Solution | None") -> bool:
        """Return whether it leaves less unplaced, or as much at less cost."""
        if other is None:
            return True
        mine, theirs = self.value, other.value
        return (mine.unplaced, mine.cost) < (theirs.unplaced, theirs.cost)


def left_over(instance: Instance, placed: Counts) -> Counts:
    """Return for each class how many members are not placed."""
    some = np.flatnonzero(placed)
    left: Counts = instance.count.copy()
    np.subtract.at(left, instance.pair_class[some], placed[some])
    return left


def sites_in_use(instance: Instance, placed: Counts) -> NDArray[np.bool_]:
    """Return which sites hold anything."""
    used = np.zeros(instance.n_sites, bool)
    used[instance.pair_site[placed > 0]] = True
    return used


def loads(instance: Instance, placed: Counts) -> Counts:
    """Return how much of each row is used."""
    some = np.flatnonzero(placed)
    ptr, row, amount = instance.rows.uses_of(some)
    used = np.zeros(len(instance.rows.limit), np.int64)
    np.add.at(used, row, np.repeat(placed[some], np.diff(ptr)) * amount)
    return used


def evaluate(instance: Instance, placed: Counts) -> Solution:
    """Return the solution with its value."""
    some = np.flatnonzero(placed)
    cost = int((instance.pair_cost[some] * placed[some]).sum())
    cost += int(instance.open_cost[sites_in_use(instance, placed)].sum())
    unplaced = int((instance.priority * left_over(instance, placed)).sum())
    return Solution(placed, Value(unplaced=unplaced, cost=cost))
