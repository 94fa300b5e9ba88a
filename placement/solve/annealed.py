"""A plan from prices: everybody at one of a few near pairs, annealed until the rows hold.

Prices say what is nearly right for everybody at once; most pairs are out of the question. With the few
that are left, chance and many small steps find what fits together. What still overflows is taken out,
small exact steps put it elsewhere, and the plan is warmed up a little and annealed once more.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.solve.bounds import RowPrices
from placement.solve.clock import NEVER, Clock, seconds_to
from placement.solve.crowd import Crowd, PricedPairs
from placement.solve.polish import polish, polish_near
from placement.solve.progress import Reporter
from placement.solve.solution import Solution

__all__ = ["AnnealOptions", "anneal_plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnealOptions:
    """How to anneal; costs are in units of what a pair costs on average.

    Parameters
    ----------
    window : float, default 0.05
        Pairs that cost so much more than the cheapest of their class, with prices, are near.
    least, most : int, default 3 and 12
        Near pairs of a class.
    warmth, factor : tuple of float
        At the ends of the phases: what a step may well cost, and what the prices are multiplied by
        where rows overflow.
    again_warmth, again_factor : tuple of float
        The same for a plan that is warmed up once more.
    base : float, default 0.6
        Least price of a row, in units of what its share of the members cost.
    left_out : float, default 4.0
        Price of a point of unplaced priority, in units of the dearest pair.
    steps_each : int, default 400
        Steps for each member where time is not limited, in each of `rounds`.
    rounds : int, default 8
        The first, and those after it, which have half as many steps.
    heats : tuple of float, default (1, 4, 16)
        By what warmth and window are multiplied: the next one wherever a round brings nothing better.
        It is over when none of them has.
    cycles : int, default 2
        How often each of them may fail.
    """

    window: float = 0.05
    least: int = 3
    most: int = 12
    warmth: tuple[float, ...] = (0.005, 0.003, 0.0003)
    factor: tuple[float, ...] = (2.0, 10.0, 100.0)
    again_warmth: tuple[float, ...] = (0.005, 0.001)
    again_factor: tuple[float, ...] = (5.0, 100.0)
    base: float = 0.6
    left_out: float = 4.0
    steps_each: int = 400
    rounds: int = 8
    heats: tuple[float, ...] = (1.0, 4.0, 16.0)
    cycles: int = 2


FIRST = 0.5  # share of the time that is left for the steps of a round
MANY_PAIRS = 10_000_000  # with more, small steps lead to near pairs only
PARTS = 6  # of a phase, where time is limited
LEAST_STEPS = 10  # for each member, that are worth a round


def anneal_plan(
    instance: Instance,
    prices: RowPrices,
    best: Solution,
    clock: Clock,
    report: Reporter,
    *,
    seconds: float | None,
    again: bool = False,
    seed: int = 0,
    options: AnnealOptions | None = None,
) -> Solution:
    """Anneal plans near some prices, as long as there is time and they get better.

    Parameters
    ----------
    instance : Instance
        The problem.
    prices : RowPrices
        Near those that prove the best bound.
    best : Solution
        The best so far.
    clock : Clock
        When to stop.
    report : Reporter
        Is told of better plans.
    seconds : float, optional
        A limit for this alone.
    again : bool, default False
        Begin with the best so far, warmed up, and not with everybody at the cheapest pair.
    seed : int, default 0
        Of chance.
    options : AnnealOptions, optional
        How.

    Returns
    -------
    Solution
        Never worse than `best`. Without a limit in time the same on any machine.
    """
    if not instance.n_pairs or not len(instance.rows.limit):
        return best
    options = options or AnnealOptions()
    token = clock.sooner(seconds)
    pairs = PricedPairs(instance, prices, base=options.base, left_out=options.left_out)
    start, failed, heat = best.placed if again else None, 0, 0
    for turn in range(options.rounds if token[0] == NEVER else 10**9):
        one = _Round(pairs, options, options.heats[heat], start)
        pace = one.pace(turn, token)
        if pace.steps < LEAST_STEPS * one.crowd.n_members and turn:
            break
        one.run(turn, pace, seed, token)
        found, left = one.crowd.solution(), seconds_to(token)
        if instance.n_pairs > MANY_PAIRS:
            found = polish_near(instance, one.crowd.pairs, found, clock, left)
        else:
            found = polish(instance, found, clock, left)
        if found.beats(best):
            best, failed = found, 0
            report.found("anneal", best)
        else:
            failed, heat = failed + 1, (heat + 1) % len(options.heats)
        start = best.placed
        tired = failed >= options.cycles * len(options.heats)
        if tired or token[1] or time.monotonic_ns() >= token[0]:
            break
    return best


class _Round:
    """One round of annealing at some heat, from the plan to begin with if there is one."""

    def __init__(
        self,
        pairs: PricedPairs,
        options: AnnealOptions,
        heat: float,
        start: NDArray[np.int64] | None,
    ) -> None:
        window = options.window * pairs.typical * heat
        near = pairs.near(window, options.least, options.most)
        self.crowd = Crowd(pairs, near, start)
        self.options, self.unit = options, pairs.typical * heat
        self.warmth, self.factor = options.warmth, options.factor
        if start is not None:
            self.warmth, self.factor = options.again_warmth, options.again_factor

    def pace(self, turn: int, token: NDArray[np.int64]) -> "_Pace":
        """Return how many steps it may have."""
        options, n_members = self.options, self.crowd.n_members
        if token[0] == NEVER:
            return _Pace(n_members * options.steps_each // (2 if turn else 1))
        ends = (self.warmth[0],) * 2, (self.factor[0],) * 2
        each = self.crowd.step_ns(lambda n_steps: self._walk(*ends, n_steps, 1, token))
        left = max(0, int(token[0]) - time.monotonic_ns()) * FIRST
        most = n_members * options.steps_each * (4 if not turn else 1)
        return _Pace(most, each, time.monotonic_ns() + int(left))

    def run(self, turn: int, pace: "_Pace", seed: int, token: NDArray[np.int64]) -> None:
        """Anneal from warm to cold, and from cheap to dear."""
        phases = len(self.warmth) - 1
        parts = [(phase, part) for phase in range(phases) for part in range(pace.parts)]
        for number, (phase, part) in enumerate(parts):
            luck = (seed * 2_654_435_761 + (turn * phases + phase + 1) * 40_503) % 2**62 + 1 + part
            warmth = _stretch(self.warmth[phase : phase + 2], part, pace.parts)
            factor = _stretch(self.factor[phase : phase + 2], part, pace.parts)
            steps, begun = pace.next(len(parts) - number), time.monotonic_ns()
            if not self._walk(warmth, factor, steps, luck, token):
                break
            pace.took(steps, time.monotonic_ns() - begun)

    def _walk(
        self,
        warmth: tuple[float, float],
        factor: tuple[float, float],
        n_steps: int,
        luck: int,
        token: NDArray[np.int64],
    ) -> bool:
        ends = warmth[0] * self.unit, warmth[1] * self.unit
        return self.crowd.walk(self.crowd.all.cost, ends, factor, n_steps, luck=luck, token=token)


class _Pace:
    """How many steps are taken: so many, or, where time is limited, as many as there is time for.

    How long a step takes is only known once it is taken, and depends on how warm it is; so a phase has several
    parts, each with its part of the time that is left.
    """

    def __init__(self, most: int, each: float = 0.0, end: int | None = None) -> None:
        self.most, self.each, self.end = most, each, end
        self.parts = 1 if end is None else PARTS

    @property
    def steps(self) -> int:
        """How many they are likely to be."""
        if self.end is None:
            return self.most
        return int(min(self.most, max(0, self.end - time.monotonic_ns()) / self.each))

    def next(self, n_parts: int) -> int:
        """Return how many steps the next of some parts may have."""
        steps = self.steps // n_parts
        self.most -= steps
        return steps

    def took(self, n_steps: int, elapsed: int) -> None:
        """Note how long steps took."""
        self.each = max(elapsed, 1) / max(n_steps, 1)


def _stretch(ends: tuple[float, ...], part: int, n_parts: int) -> tuple[float, float]:
    """Return where a part of a geometric stretch begins and ends."""
    first, last = ends
    return first * (last / first) ** (part / n_parts), first * (last / first) ** (
        (part + 1) / n_parts
    )
