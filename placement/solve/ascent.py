"""Prices of the rows where the simplex method would take too long: ascent of the Lagrangian dual.

At given prices every class looks at its own pairs alone. Were each to take its cheapest pair, the sum
would be a bound of any plan, but one that climbs in kinks; so each shares itself out, the more to a pair
the cheaper it is, and the sum becomes a smooth function that a quasi-Newton method climbs in few
steps. The smaller the warmth, the nearer it is to the true bound. What comes out need not be right, only
good: what it proves is worked out in integers afterwards.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from placement._core import share_out
from placement.instance import Instance
from placement.instance.ragged import sums
from placement.latency.deal import usable_cpus
from placement.solve.clock import NEVER, Clock
from placement.solve.quasi_newton import climb
from placement.units import MICRO

__all__ = ["AscentOptions", "Climbed", "ascend"]

Prices = NDArray[np.float64]
# A site's rent bends where it pays to open it, over so many warmths; further off it is straight.
SITE_WARMTH = 10.0
LEAST_STEPS = 5
PARTS = 8  # ranges of classes that go to threads,
WORTH_PARTS = 2_000  # with so many classes at least
SEARCHED = 1.3  # passes a step, and what is beside them


@dataclass(frozen=True, slots=True, kw_only=True)
class AscentOptions:
    """How the prices climb.

    Parameters
    ----------
    stages : tuple of (warmth, steps)
        From warm to cold: the warmth in units of what a pair costs on average, and the most steps.
    samples : tuple of (classes, stages)
        With more classes than that, the first stages look at so many of them only.
    memory : int, default 20
        Steps that the quasi-Newton method remembers.
    left_out : float, default 4.0
        Price of a point of unplaced priority, in units of the dearest pair.
    again : tuple of (warmth, steps)
        The stages of a climb that begins with good prices.
    """

    stages: tuple[tuple[float, int], ...] = (
        (0.1, 25),
        (0.03, 30),
        (0.01, 40),
        (0.003, 50),
        (0.001, 60),
        (0.0003, 60),
    )
    samples: tuple[tuple[int, int], ...] = ((5_000, 2), (20_000, 3))
    memory: int = 20
    left_out: float = 4.0
    again: tuple[tuple[float, int], ...] = ((0.001, 15),)


@dataclass(frozen=True, slots=True, eq=False)
class Climbed:
    """The best prices that were found.

    Parameters
    ----------
    price : ndarray of shape (n_rows,), float64, cost units
        Of whole rows.
    bound : float, cost units
        About what they prove.
    """

    price: Prices
    bound: float


def ascend(
    instance: Instance,
    clock: Clock,
    seconds: float | None,
    options: AscentOptions | None = None,
    *,
    begin: Prices | None = None,
    threads: int | None = None,
) -> Climbed | None:
    """Return prices of the rows that prove a good bound of the cost.

    Parameters
    ----------
    instance : Instance
        What to place.
    clock : Clock
        When to stop.
    seconds : float, optional
        A limit for this alone.
    options : AscentOptions, optional
        How to climb.
    begin : ndarray of shape (n_rows,), float64, cost units, optional
        Good prices of whole rows, such as those of a problem that has changed a little.
    threads : int, optional
        At most so many; as many as there are processors if left out. The prices do not depend on it.

    Returns
    -------
    Climbed or None
        None if there was no time for a single pass.

    Notes
    -----
    O(n_pairs) a step, times what a member uses, and O(n_rows memory). The same on every machine but for the last digits.

    References
    ----------
    Nesterov, Y., "Smooth minimization of non-smooth functions", Mathematical Programming 103, 2005;
    Fisher, M. L., Management Science 27, 1981 (the relaxation).
    """
    options = options or AscentOptions()
    if begin is not None:
        options = replace(options, stages=options.again, samples=())
    with ThreadPoolExecutor(threads or usable_cpus()) as pool:
        ascent = _Climb(instance, clock, seconds, options, pool)
        prices = np.zeros(len(ascent.limit)) if begin is None else begin
        for number, (warmth, steps) in enumerate(options.stages):
            sample = ascent.sample(number)
            prices = ascent.run(prices, warmth, ascent.affordable(number, steps), sample)
            if ascent.stopped:
                break
        ascent.look(prices)
    if ascent.best is None:
        return None
    return Climbed(ascent.best, ascent.value)


class _StoppedError(Exception):
    """There is no time for another pass."""


class _Climb:
    """The state of an ascent: prices are those of whole rows, in cost units."""

    def __init__(
        self,
        instance: Instance,
        clock: Clock,
        seconds: float | None,
        options: AscentOptions,
        pool: ThreadPoolExecutor,
    ) -> None:
        rows = instance.rows
        self.instance, self.clock, self.options, self.pool = instance, clock, options, pool
        self.token = clock.sooner(seconds)
        self.limit = np.maximum(rows.limit, 1).astype(np.float64)
        self.amount = rows.list_amount.astype(np.float64)
        self.cost = instance.pair_cost / MICRO
        self.opening = instance.open_cost / MICRO
        self.of_site = rows.site >= 0
        self.site = rows.site[self.of_site]
        self.out = options.left_out * self.cost.max(initial=0.0) * instance.priority
        self.all = np.arange(instance.n_classes, dtype=np.int32)
        self.load = np.empty(len(self.limit))
        self.n_members = float(instance.count.sum())
        self.best: Prices | None = None
        self.value = -np.inf
        self.stopped = False
        self.pass_ns = 0
        self.last = np.zeros(len(self.limit))
        self.scale = self._scale()
        lengths = np.maximum(np.diff(instance.pair_ptr), 1)
        typical = sums(self.cost, instance.pair_ptr) / lengths
        self.typical = max(float(typical.mean()) if len(typical) else 0.0, 1e-9)

    def _scale(self) -> Prices:
        """Return units of the rows' prices in which the dual bends about as much for each.

        The price of a whole row that n members share bends the dual by one in n, so its unit is √n.
        """
        rows = self.instance.rows
        n_kinds = rows.row_of.shape[1]
        listed = np.maximum(np.bincount(rows.list_kind, minlength=n_kinds), 1)
        each = np.bincount(rows.list_kind, self.amount, n_kinds) / listed
        scale = np.sqrt(self.limit / np.maximum(each, 1e-9)[rows.kind_of])
        return np.asarray(scale / max(float(scale.mean()) if len(scale) else 1.0, 1e-300))

    def sample(self, stage: int) -> NDArray[np.int32]:
        """Return the classes that a stage looks at: evenly spread, or all."""
        n_classes = len(self.all)
        for size, stages in self.options.samples:
            if stage < stages and n_classes > 2 * size:
                return self.all[:: n_classes // size].copy()
        return self.all

    def affordable(self, stage: int, steps: int) -> int:
        """Return how many steps a stage may have so that those after it have their part as well."""
        left = int(self.token[0]) - time.monotonic_ns()
        if self.token[0] == NEVER or not self.pass_ns:
            return steps
        wanted = sum(steps for _, steps in self.options.stages[stage:])
        return max(LEAST_STEPS, min(steps, int(steps * left / (SEARCHED * self.pass_ns * wanted))))

    def run(self, prices: Prices, warmth: float, steps: int, sample: NDArray[np.int32]) -> Prices:
        """Climb at one warmth; return where it ends."""
        self.last, scale = prices, self.scale

        def look(tried: Prices) -> tuple[float, Prices]:
            height, slope = self.smooth(tried * scale, warmth * self.typical, sample)
            self.last = tried * scale
            return height, slope * scale

        first = warmth * self.typical * self.n_members / max(len(prices), 1)
        try:
            ends = climb(look, prices / scale, steps=steps, memory=self.options.memory, first=first)
            return ends * scale
        except _StoppedError:
            self.stopped = True
            return self.last

    def smooth(
        self, prices: Prices, warmth: float, sample: NDArray[np.int32]
    ) -> tuple[float, Prices]:
        """Return the smooth bound and by how much each row overflows, as a share of it."""
        shared = self._shared(prices, warmth, sample)
        if shared is None:
            raise _StoppedError
        soft, hard = shared
        scale = self.n_members / max(float(self.instance.count[sample].sum()), 1.0)
        # A site gives back no more than it saves to leave it closed; softly, too.
        saved = self.opening - np.bincount(self.site, prices[self.of_site], len(self.opening))
        bend = warmth * SITE_WARMTH
        part = np.exp(-np.logaddexp(0.0, saved / bend))
        given = np.where(self.opening > 0, -bend * np.logaddexp(0.0, -saved / bend), saved)
        part = np.where(self.opening > 0, part, 1.0)
        rest = prices[~self.of_site].sum()
        offered = np.ones_like(prices)
        offered[self.of_site] = part[self.site]
        if len(sample) == len(self.all):
            self._keep(prices, hard + np.minimum(0.0, saved).sum() - rest)
        return soft * scale + given.sum() - rest, self.load * scale - offered

    def look(self, prices: Prices) -> None:
        """Keep prices that have not been looked at with all classes yet."""
        if self.best is None and not self.clock.cancelled():
            self.token = self.clock.token
            try:
                self.smooth(prices, self.typical, self.all)
            except _StoppedError:
                self.stopped = True

    def _shared(
        self, prices: Prices, warmth: float, sample: NDArray[np.int32]
    ) -> tuple[float, float] | None:
        instance, rows = self.instance, self.instance.rows
        if self.clock.cancelled():
            return None
        on_sites = rows.on_sites(prices / self.limit)
        begun = time.monotonic_ns()

        def look(some: NDArray[np.int32], load: Prices) -> tuple[float, float] | None:
            return share_out(
                classes=some,
                pair_ptr=instance.pair_ptr,
                pair_site=instance.pair_site,
                pair_cost=self.cost,
                out_cost=self.out,
                count=instance.count,
                own=rows.own,
                list_ptr=rows.list_ptr,
                list_kind=rows.list_kind,
                list_amount=self.amount,
                price=on_sites,
                warmth=warmth,
                load=load,
                stop=self.token,
            )

        # The same parts, and sums in the same order, whoever works on them.
        n_parts = PARTS if len(sample) >= WORTH_PARTS else 1
        loads = np.empty((n_parts, *on_sites.shape))
        parts = list(self.pool.map(look, np.array_split(sample, n_parts), loads))
        found = [part for part in parts if part is not None]
        if len(found) < n_parts:
            return None
        self.load = rows.by_rows(loads.sum(axis=0)) / self.limit
        self.pass_ns = max(1, (time.monotonic_ns() - begun) * len(self.all) // max(len(sample), 1))
        return sum(soft for soft, _ in found), sum(hard for _, hard in found)

    def _keep(self, prices: Prices, value: float) -> None:
        if value > self.value:
            self.value, self.best = value, prices.copy()
