"""Which sites to open, where opening costs: sites are opened, closed and changed for others.

For a set of open sites, prices of what they hold bound what it costs to run everything there, and where
each holds many members the bound is nearly the cost. So sets are compared by their bounds, which take
milliseconds, and only the best sets become plans.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.solve.bounds import RowPrices, rents
from placement.solve.clock import Clock
from placement.solve.greedy import greedy
from placement.solve.packing import pack
from placement.solve.piece import restrict
from placement.solve.polish import polish
from placement.solve.progress import Reporter
from placement.solve.relaxation import cost_prices
from placement.solve.solution import Solution, sites_in_use
from placement.units import MICRO

__all__ = ["OpeningsOptions", "choose_openings", "is_about_openings"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

MOST_CELLS = 8_000_000  # classes times sites that are laid out
LEAST_PART = 0.002  # of the cost that is opening, to be worth it
LEAST_MEMBERS = 15  # of an open site on average
LEFT_OUT = 4.0  # price of a member left out, in units of the dearest pair
LEAST_RISE = 1e-6  # relative
EVEN = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningsOptions:
    """How to search.

    Parameters
    ----------
    steps : tuple of int, default (12, 40, 150)
        Of the ascent to the bound of a set: of many, some and few sets.
    best : tuple of int, default (40, 8, 2)
        How many sets are looked at so closely.
    closed : int, default 60
        Sites that are thought of to be opened, at a time.
    plans : int, default 4
        Of the best sets that are made plans.
    shakes : int, default 6
        Where time is not limited, how often sites are changed at random to go on from there.
    share : float, default 0.6
        Of the time for sets; the rest is for plans.
    """

    steps: tuple[int, int, int] = (12, 40, 150)
    best: tuple[int, int, int] = (40, 8, 2)
    closed: int = 60
    plans: int = 4
    shakes: int = 6
    share: float = 0.6


def is_about_openings(instance: Instance, best: Solution) -> bool:
    """Return whether much of the cost is that of opening sites, each of them for many members.

    Where sites hold few, a bound with prices says too little of them; and the problem has to be small enough
    for all classes to be laid out at all sites.
    """
    used = sites_in_use(instance, best.placed)
    opening = int(instance.open_cost[used].sum())
    cells = instance.n_classes * instance.n_sites
    full = int(best.placed.sum()) >= LEAST_MEMBERS * int(used.sum())
    return full and cells <= MOST_CELLS and opening > LEAST_PART * best.value.cost


def choose_openings(
    instance: Instance,
    best: Solution,
    clock: Clock,
    report: Reporter,
    *,
    seconds: float | None,
    threads: int = 2,
    seed: int = 0,
    options: OpeningsOptions | None = None,
) -> Solution:
    """Search for sites to open, and place everything on them.

    Parameters
    ----------
    instance : Instance
        The problem; `is_about_openings` says whether it is one for this.
    best : Solution
        The best so far.
    clock : Clock
        When to stop.
    report : Reporter
        Is told of better plans.
    seconds : float, optional
        A limit for this alone.
    threads : int, default 2
        At most so many.
    seed : int, default 0
        Of chance.
    options : OpeningsOptions, optional
        How.

    Returns
    -------
    Solution
        Never worse than `best`.

    References
    ----------
    Cornuéjols, G., Sridharan, R. and Thizy, J. M., "A comparison of heuristics and relaxations for the
    capacitated plant location problem", European Journal of Operational Research 50, 1991.
    """
    options = options or OpeningsOptions()
    if not best.placed.any() or not len(instance.rows.limit):
        return best
    begun = clock.seconds()
    until = None if seconds is None else begun + options.share * seconds
    search = _Search(_Layout(instance), options, clock, until, seed)
    search.run(np.flatnonzero(sites_in_use(instance, best.placed)))
    sets = search.known(options.plans)
    for number, sites in enumerate(sets):
        left = None if seconds is None else max(0.0, begun + seconds - clock.seconds())
        if clock.over() or (left is not None and left <= 0):
            break
        share = None if left is None else left / (len(sets) - number)
        found = _placed_on(instance, sites, clock, seconds=share, threads=threads, seed=seed)
        if found.beats(best):
            best = found
            report.found("openings", best)
    return best


def _placed_on(
    instance: Instance,
    sites: Indices,
    clock: Clock,
    *,
    seconds: float | None,
    threads: int,
    seed: int,
) -> Solution:
    """Place everything on some sites."""
    piece: Any = restrict(instance, sites)
    end = None if seconds is None else clock.seconds() + seconds
    prices: RowPrices = cost_prices(piece, 0, clock, None if seconds is None else seconds / 2)
    quiet = Reporter(None, clock)
    found = polish(piece, greedy(piece, clock, rents(piece, prices)), clock, None)
    left = None if end is None else max(0.0, end - clock.seconds())
    found = pack(piece, prices, found, clock, quiet, seconds=left, threads=threads, seed=seed)
    solution: Solution = piece.spread(instance, found.placed)
    return solution


class _Layout:
    """Costs and shares of every class at every site."""

    def __init__(self, instance: Instance) -> None:
        rows, shape = instance.rows, (instance.n_classes, instance.n_sites)
        self.members = instance.count.astype(float)
        self.opening = instance.open_cost / MICRO
        most = instance.pair_cost.max(initial=0) / MICRO
        self.out = LEFT_OUT * most * instance.priority
        self.cost = np.full(shape, np.inf)
        self.cost[instance.pair_class, instance.pair_site] = instance.pair_cost / MICRO
        # The row of its site that a member fills most stands for all of them.
        part = rows.use_amount / np.maximum(rows.limit, 1)[rows.use_row]
        part[rows.site[rows.use_row] < 0] = 0.0
        pair = np.repeat(np.arange(instance.n_pairs), np.diff(rows.use_ptr))
        largest = np.zeros(instance.n_pairs)
        np.maximum.at(largest, pair, part)
        self.share = np.zeros(shape)
        self.share[instance.pair_class, instance.pair_site] = largest
        self.every = np.arange(instance.n_classes)

    def climb(self, sites: Indices, prices: Floats, steps: int) -> tuple[float, Floats]:
        """Climb to the bound of a set of sites by subgradients; return it, and the prices of all sites.

        Held, M., Wolfe, P. and Crowder, H. P., Mathematical Programming 6, 1974.
        """
        cost, share, members = self.cost[:, sites], self.share[:, sites], self.members
        price = prices[sites]
        kept, value, pace, failed = price, -np.inf, 1.0, 0
        for _ in range(steps):
            paid = share * price
            paid += cost
            at = paid.argmin(axis=1)
            least = np.minimum(paid[self.every, at], self.out)
            reached = float(members @ least) - float(price.sum())
            if reached > value + LEAST_RISE * abs(value) or value == -np.inf:
                kept, value, failed = price, reached, 0
            else:
                value, kept = (reached, price) if reached > value else (value, kept)
                failed += 1
                if failed == 3:
                    pace, failed = pace / 2, 0
                    price = kept
            used = np.where(paid[self.every, at] <= self.out, members * share[self.every, at], 0.0)
            slope = np.bincount(at, used, len(sites)) - 1.0
            slope[(price <= 0) & (slope < 0)] = 0.0
            length = float(slope @ slope)
            if length < EVEN:
                break
            price = np.maximum(0.0, price + pace * 0.01 * abs(value) / length * slope)
        made = prices.copy()
        made[sites] = kept
        return value + float(self.opening[sites].sum()), made

    def least(self, sites: Indices, prices: Floats) -> tuple[Floats, Floats, Indices]:
        """Return what each class pays at least, at the best and at the second best site, and which is best."""
        paid = self.cost[:, sites] + self.share[:, sites] * prices[sites]
        at = paid.argmin(axis=1)
        best = np.minimum(paid[self.every, at], self.out)
        paid[self.every, at] = np.inf
        return best, np.minimum(paid.min(axis=1), self.out), at

    def gains(self, paid: Floats, sites: Indices) -> tuple[Floats, Floats]:
        """Return what each of some sites saves if members come who pay so much now, and at which price.

        Those come that save most for the room that they take; the price is what the last one would pay.
        """
        saved = np.maximum(0.0, paid[:, None] - self.cost[:, sites])
        share = self.share[:, sites]
        rate = saved / np.maximum(share, 1e-12)
        order = np.argsort(-rate, axis=0)
        room = np.take_along_axis(share * self.members[:, None], order, axis=0).cumsum(axis=0)
        worth = np.take_along_axis(saved * self.members[:, None], order, axis=0)
        rate = np.take_along_axis(rate, order, axis=0)
        fits = room <= 1.0
        price = np.where(fits, 0.0, rate).max(axis=0)
        return (worth * fits).sum(axis=0), price


class _Search:
    """Sets of sites, and their bounds."""

    def __init__(
        self,
        layout: _Layout,
        options: OpeningsOptions,
        clock: Clock,
        until: float | None,
        seed: int,
    ) -> None:
        self.layout, self.options, self.clock, self.until = layout, options, clock, until
        self.rng = np.random.default_rng(seed)
        self.free = np.flatnonzero(np.isfinite(layout.cost).any(axis=0))
        self.seen: dict[bytes, tuple[float, Indices]] = {}

    def over(self) -> bool:
        """Return whether the time is over."""
        late = self.until is not None and self.clock.seconds() >= self.until
        return late or self.clock.over() is not None

    def known(self, most: int) -> list[Indices]:
        """Return the best sets that were looked at closely."""
        ordered = sorted(self.seen.values(), key=lambda one: one[0])
        return [sites for _, sites in ordered[:most]]

    def run(self, start: Indices) -> None:
        """Descend, shake, and descend again."""
        prices = np.zeros(len(self.layout.opening))
        value, prices = self.closely(start, prices)
        sites, value, prices = self.descend(start, value, prices)
        turn = 0
        while not self.over() and (self.until is not None or turn < self.options.shakes):
            other = self.shaken(sites, 2 + turn % 3)
            reached, near = self.closely(other, prices)
            other, reached, near = self.descend(other, reached, near)
            if reached < value:
                sites, value, prices, turn = other, reached, near, 0
            turn += 1

    def closely(self, sites: Indices, prices: Floats) -> tuple[float, Floats]:
        """Return the bound of a set, and remember it."""
        key = sites.tobytes()
        value, prices = self.layout.climb(sites, prices, self.options.steps[2])
        before = self.seen.get(key)
        if before is None or value > before[0]:
            self.seen[key] = value, sites
        return value, prices

    def shaken(self, sites: Indices, many: int) -> Indices:
        """Return the set with some sites changed for others at random."""
        rest = np.setdiff1d(self.free, sites)
        many = min(many, len(rest), len(sites))
        kept = self.rng.permutation(sites)[many:]
        return np.sort(np.concatenate([kept, self.rng.permutation(rest)[:many]]))

    def descend(
        self, sites: Indices, value: float, prices: Floats
    ) -> tuple[Indices, float, Floats]:
        """Change single sites as long as that is better."""
        while not self.over():
            sets = self.neighbours(sites, prices)
            for steps in self.options.steps[:2]:
                if self.over():
                    return sites, value, prices
                tried = [(*self.layout.climb(one, near, steps), one) for one, near in sets]
                tried.sort(key=lambda one: one[0])
                many = self.options.best[self.options.steps.index(steps) + 1]
                sets = [(one, near) for _, near, one in tried[:many]]
            closer = [(*self.closely(one, near), one) for one, near in sets]
            if not closer:
                break
            reached, near, one = min(closer, key=lambda each: each[0])
            if reached >= value - LEAST_RISE * abs(value):
                break
            sites, value, prices = one, reached, near
        return sites, value, prices

    def promising(self, rest: Indices, paid: Floats) -> Indices:
        """Return some of the closed sites: those that would save most if all paid so much."""
        if len(rest) <= self.options.closed:
            return rest
        saved, _ = self.layout.gains(paid, rest)
        order = np.argsort(self.layout.opening[rest] - saved, kind="stable")
        return np.sort(rest[order[: self.options.closed]])

    def neighbours(self, sites: Indices, prices: Floats) -> list[tuple[Indices, Floats]]:
        """Return the sets that promise most: a site more, one less, or one in place of another."""
        layout, found = self.layout, []
        best, second, at = layout.least(sites, prices)
        rest = self.promising(np.setdiff1d(self.free, sites), second)
        saved, price = layout.gains(best, rest)
        found.append((layout.opening[rest] - saved, np.full(len(rest), -1), rest, price))
        members = layout.members
        for k, site in enumerate(sites.tolist()):
            if self.over():
                break
            paid = np.where(at == k, second, best)
            # Its price is no longer taken off either.
            lost = float(members @ (paid - best)) + float(prices[site]) - layout.opening[site]
            if len(sites) > 1:
                gone = np.array([site])
                found.append((np.array([lost]), gone, np.array([-1]), np.zeros(1)))
            if len(rest):
                saved, price = layout.gains(paid, rest)
                change = lost + layout.opening[rest] - saved
                found.append((change, np.full(len(rest), site), rest, price))
        change, gone, come, price = (np.concatenate([one[k] for one in found]) for k in range(4))
        made = []
        for k in np.argsort(change, kind="stable")[: self.options.best[0]].tolist():
            near, kept = prices.copy(), sites[sites != gone[k]]
            if come[k] >= 0:
                near[int(come[k])] = price[k]
                kept = np.sort(np.append(kept, int(come[k])))
            made.append((kept, near))
        return made
