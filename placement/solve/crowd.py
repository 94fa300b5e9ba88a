"""The members of all classes, each at one of a few pairs that are cheap at some prices, to be annealed."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from placement._core import anneal, list_near
from placement.instance import Instance
from placement.instance.ragged import reduced, sums
from placement.solve.bounds import RowPrices, charged
from placement.solve.clock import NEVER
from placement.solve.shed import shed
from placement.solve.solution import Solution, evaluate
from placement.units import MICRO

__all__ = ["Crowd", "PricedPairs"]

PROBE = 20_000  # steps that tell how long one takes

Token = NDArray[np.int64]
Floats = NDArray[np.float64]
Ends = tuple[float, float]


class PricedPairs:
    """All pairs at some prices, in cost units.

    Parameters
    ----------
    instance : Instance
        The problem.
    prices : RowPrices
        Of its rows.
    base : float
        Least price of a row that overflows, in units of what its share of the members cost.
    left_out : float
        Price of a point of unplaced priority, in units of the dearest pair.

    Attributes
    ----------
    cost, rent : ndarray of shape (n_pairs,), float64
        Of each pair: its own, and what it pays for the rows that it uses.
    rent_of, price : ndarray of shape (n_rows,), float64
        Of a whole row, and of an overflow as large as the row.
    typical : float
        What a pair costs on average.
    excess : ndarray of shape (n_pairs,), float64
        How much more a pair costs than the cheapest of its class, prices included.
    scarce : bool
        Whether some members are better left out.
    """

    def __init__(
        self, instance: Instance, prices: RowPrices, *, base: float, left_out: float
    ) -> None:
        rows = instance.rows
        self.instance = instance
        self.limit = np.maximum(rows.limit, 1).astype(np.float64)
        self.cost = instance.pair_cost / MICRO
        self.opening = instance.open_cost / MICRO
        lengths = np.diff(instance.pair_ptr)
        typical = sums(self.cost, instance.pair_ptr) / np.maximum(lengths, 1)
        self.typical = max(float(typical.mean()), 1e-9)
        self.rent_of = prices.row / 2.0**prices.shift / prices.unit * self.limit / MICRO
        least = base * self.typical * float(instance.count.sum()) / len(self.limit)
        self.price = np.maximum(self.rent_of, least)
        self.out = left_out * self.cost.max(initial=0.0) * instance.priority
        self.rent = charged(instance, self.rent_of / self.limit)
        paid = self.cost + self.rent
        cheapest = reduced(np.minimum, paid, lengths, 0.0)
        self.excess = paid - np.repeat(cheapest, lengths)
        self.scarce = bool((cheapest >= self.out).any())
        self._near: dict[tuple[float, int, int], NDArray[np.uint8]] = {}

    def near(self, window: float, least: int, most: int) -> NDArray[np.uint8]:
        """Return which pairs exceed the cheapest of their class by little: 0 not, 1 so, 2 the cheapest."""
        key = window, least, most
        if key not in self._near:
            instance, rows = self.instance, self.instance.rows
            flags = np.empty(instance.n_pairs, np.uint8)
            list_near(
                pair_ptr=instance.pair_ptr,
                pair_site=instance.pair_site,
                pair_cost=self.cost,
                own=rows.own,
                list_ptr=rows.list_ptr,
                list_kind=rows.list_kind,
                list_amount=rows.list_amount.astype(np.float64),
                price=rows.on_sites(self.rent_of / self.limit),
                window=window,
                least=least,
                most=most,
                near=flags,
                stop=np.array([NEVER, 0]),
            )
            self._near[key] = flags
        return self._near[key]


class Crowd:
    """Members at near pairs, who walk about.

    Parameters
    ----------
    pairs : PricedPairs
        All pairs.
    near : ndarray of shape (n_pairs,), uint8
        As `PricedPairs.near` returns it.
    start : ndarray of shape (n_pairs,), int64, optional
        Members at each pair to begin with; left out: all at their cheapest pair.
    """

    def __init__(
        self, pairs: PricedPairs, near: NDArray[np.uint8], start: NDArray[np.int64] | None = None
    ) -> None:
        instance, rows = pairs.instance, pairs.instance.rows
        self.all = pairs
        flags = near if start is None else np.maximum(near, start > 0)
        self.pairs = np.flatnonzero(flags)
        self.pair_ptr = np.searchsorted(self.pairs, instance.pair_ptr)
        self.use_ptr, self.use_row, amount = rows.uses_of(self.pairs)
        self.use_share = amount / pairs.limit[self.use_row]
        self.pair_site = instance.pair_site[self.pairs]
        some = np.diff(self.pair_ptr) > 0
        count = np.where(some, instance.count, 0)
        self.owner = np.repeat(np.arange(instance.n_classes, dtype=np.int32), count)
        self.n_members = len(self.owner)
        if start is None:
            cheapest = np.full(instance.n_classes, -1, np.int64)
            cheapest[some] = np.flatnonzero(flags[self.pairs] == 2)
            self.pair = cheapest[self.owner]
        else:
            taken = np.repeat(np.arange(len(self.pairs)), start[self.pairs])
            of = instance.pair_class[self.pairs[taken]]
            begin = np.cumsum(count) - count
            self.pair = np.full(self.n_members, -1, np.int64)
            self.pair[begin[of] + np.arange(len(of)) - np.searchsorted(of, of)] = taken
        members = np.bincount(self.pair[self.pair >= 0], minlength=len(self.pairs))
        each = np.repeat(members, np.diff(self.use_ptr)) * self.use_share
        self.load = np.bincount(self.use_row, each, len(pairs.limit)).astype(np.float64)

    def walk(
        self,
        cost: Floats,
        warmth: Ends,
        factor: Ends,
        n_steps: int,
        *,
        luck: int,
        token: Token,
        opening: float = 1.0,
    ) -> bool:
        """Take random steps, from warm to cold and from cheap to dear; return whether all were taken.

        Parameters
        ----------
        cost : ndarray of shape (n_pairs,), float64
            What each pair of the instance counts for.
        warmth : tuple of float
            At first and at last, in cost units.
        factor : tuple of float
            What the prices of overflow are multiplied by, at first and at last.
        n_steps : int
            How many to try.
        luck : int
            Not 0.
        token : ndarray of shape (2,), int64
            The stop token.
        opening : float, default 1.0
            What the costs of opening sites are multiplied by.
        """
        pairs = self.all
        return anneal(
            pair_ptr=self.pair_ptr,
            pair_cost=cost[self.pairs],
            pair_site=self.pair_site,
            use_ptr=self.use_ptr,
            use_row=self.use_row,
            use_share=self.use_share,
            out_cost=pairs.out,
            owner=self.owner,
            price=pairs.price,
            opening=pairs.opening * opening,
            leaves=pairs.scarce,
            pair=self.pair,
            load=self.load,
            warm=warmth[0],
            cold=warmth[1],
            cheap=factor[0],
            dear=factor[1],
            n_steps=n_steps,
            seed=luck,
            stop=token,
        )

    def step_ns(self, walk: Callable[[int], object]) -> float:
        """Return how many nanoseconds a step takes, by a walk of some more than it takes to begin one."""
        n_steps = max(PROBE, 2 * self.n_members)
        begun = time.monotonic_ns()
        walk(n_steps)
        return max(time.monotonic_ns() - begun, 1) / n_steps

    def solution(self) -> Solution:
        """Return the plan without what overflows."""
        instance = self.all.instance
        placed = np.zeros(instance.n_pairs, np.int64)
        placed[self.pairs] = np.bincount(self.pair[self.pair >= 0], minlength=len(self.pairs))
        return evaluate(instance, shed(instance, placed))
