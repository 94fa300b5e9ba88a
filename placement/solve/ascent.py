"""Prices of the rows where the simplex method would take too long: ascent of the Lagrangian dual.

At given prices every class takes its cheapest pair for itself, in one pass over the pairs. A row that
overflows then gets dearer, one with room to spare cheaper. What comes out need not be right, only
good: the bound that it proves is worked out in integers afterwards, and greedy by these prices
already leaves the scarce rows to those who need them.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement._core import take_cheapest
from placement.instance import Instance
from placement.instance.ragged import sums
from placement.solve.clock import Clock
from placement.units import MICRO

__all__ = ["AscentOptions", "ascend"]

Prices = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class AscentOptions:
    """How the prices climb.

    Parameters
    ----------
    stages : int, default 12
        Each begins at the best prices so far, with a shorter step.
    passes : int, default 40
        Over all pairs, in a stage; fewer, but not below `least_passes`, where time is limited and
        all stages would not fit into it.
    least_passes : int, default 5
        In a stage.
    first_step : float, default 3.0
        Of the first stage, in units of what the pairs of all workloads cost on average, a row.
    shrink : float, default 0.5
        From stage to stage.
    momentum, spread : float, default 0.8 and 0.99
        How long the direction, and the size of a row's imbalance, are remembered.
    left_out : float, default 4.0
        Price of a point of unplaced priority, in units of the dearest pair.
    """

    stages: int = 12
    passes: int = 40
    least_passes: int = 5
    first_step: float = 3.0
    shrink: float = 0.5
    momentum: float = 0.8
    spread: float = 0.99
    left_out: float = 4.0


def ascend(
    instance: Instance, clock: Clock, seconds: float | None, options: AscentOptions | None = None
) -> Prices | None:
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

    Returns
    -------
    ndarray of shape (n_rows,), float64, micro-units, or None
        For one of the smallest unit of each row; None if there was no time for a single pass.

    Notes
    -----
    Steps are scaled row by row by the size of their past imbalances, so that rows of any kind move
    alike. O(n_uses) a pass.

    References
    ----------
    Kingma, D. P. and Ba, J., "Adam: a method for stochastic optimization", ICLR 2015 (the step);
    Fisher, M. L., Management Science 27, 1981 (the relaxation).
    """
    options = options or AscentOptions()
    climb = _Climb(instance, clock, seconds, options)
    for stage in range(options.stages):
        if not climb.run(options.first_step * options.shrink**stage):
            break
    if climb.best is None:
        return None
    return climb.best / climb.limit * MICRO


class _Climb:
    """The state of an ascent: prices are those of whole rows, in cost units."""

    def __init__(
        self, instance: Instance, clock: Clock, seconds: float | None, options: AscentOptions
    ) -> None:
        rows = instance.rows
        self.instance, self.clock, self.options = instance, clock, options
        self.token = clock.sooner(seconds)
        self.limit = np.maximum(rows.limit, 1).astype(np.float64)
        self.share = rows.use_amount / self.limit[rows.use_row]
        self.cost = instance.pair_cost / MICRO
        self.opening = instance.open_cost / MICRO
        self.of_site = rows.site >= 0
        self.out = options.left_out * self.cost.max(initial=0.0) * instance.priority
        self.load = np.empty(len(self.limit))
        self.choice = np.empty(instance.n_classes, np.int64)
        self.best: Prices | None = None
        self.value = -np.inf
        self.passes = options.passes
        self.n_passes = 0
        lengths = np.maximum(np.diff(instance.pair_ptr), 1)
        typical = sums(self.cost, instance.pair_ptr) / lengths
        self.scale = float((typical * instance.count).sum()) / len(self.limit)

    def run(self, step: float) -> bool:
        """Climb for a stage; return whether there is time for another."""
        options = self.options
        prices = np.zeros(len(self.limit)) if self.best is None else self.best.copy()
        mean, square = np.zeros_like(prices), np.zeros_like(prices)
        for turn in range(1, self.passes + 1):
            begun = time.monotonic_ns()
            imbalance = None if self.clock.cancelled() else self.look(prices)
            if imbalance is None:
                return False
            if self.n_passes == 0:
                self._fit_into(int(self.token[0]) - begun, time.monotonic_ns() - begun)
            self.n_passes += 1
            mean += (1 - options.momentum) * (imbalance - mean)
            square += (1 - options.spread) * (imbalance**2 - square)
            direction = mean / (1 - options.momentum**turn)
            size = np.sqrt(square / (1 - options.spread**turn)) + 1e-3
            length = step * self.scale * np.sqrt(max(0.0, 1 - (turn - 1) / self.passes))
            prices = np.maximum(0.0, prices + length * direction / size)
        return True

    def _fit_into(self, time_left: int, a_pass: int) -> None:
        """Choose how many passes a stage has, from what the first one took."""
        options = self.options
        affordable = time_left // (max(a_pass, 1) * options.stages)
        self.passes = min(options.passes, max(options.least_passes, affordable))

    def look(self, prices: Prices) -> Prices | None:
        """Return by how much each row overflows, as a share of it; and keep the best prices."""
        instance, rows = self.instance, self.instance.rows
        paid = take_cheapest(
            pair_ptr=instance.pair_ptr,
            pair_cost=self.cost,
            out_cost=self.out,
            count=instance.count,
            use_ptr=rows.use_ptr,
            use_row=rows.use_row,
            use_share=self.share,
            price=prices,
            load=self.load,
            choice=self.choice,
            stop=self.token,
        )
        if paid is None:
            return None
        site = rows.site[self.of_site]
        saved = self.opening - np.bincount(site, prices[self.of_site], instance.n_sites)
        value = paid + np.minimum(0.0, saved).sum() - prices[~self.of_site].sum()
        if value > self.value:
            self.value, self.best = value, prices
        offered = np.ones_like(prices)
        offered[self.of_site] = ((saved < 0) | (self.opening <= 0))[site]
        imbalance: Prices = self.load - offered
        imbalance[(prices <= 0) & (imbalance < 0)] = 0.0
        return imbalance
