"""A plan from prices: everybody at one of a few near pairs, annealed until the rows hold.

Prices say what is nearly right for everybody at once; most pairs are out of the question. With the few
that are left, chance and many small steps find what fits together. What still overflows is taken out,
small exact steps put it elsewhere, and the plan is warmed up a little and annealed once more.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement._core import anneal, list_near
from placement.instance import Instance
from placement.instance.ragged import places, reduced, sums
from placement.solve.bounds import RowPrices
from placement.solve.clock import NEVER, Clock
from placement.solve.polish import polish
from placement.solve.progress import Reporter
from placement.solve.shed import shed
from placement.solve.solution import Solution, evaluate
from placement.units import MICRO

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


PROBE = 20_000  # steps that tell how long one takes
FIRST = 0.5  # share of the time that is left for the first round
LEAST_STEPS = 10  # for each member, that are worth a round


def anneal_plan(
    instance: Instance,
    prices: RowPrices,
    best: Solution,
    clock: Clock,
    report: Reporter,
    *,
    seconds: float | None,
    patient: bool = False,
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
    patient : bool, default False
        Use all of the time, even where nothing better comes.
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
    pairs = _Pairs(instance, prices, options)
    start, failed, heat = None, 0, 0
    for turn in range(options.rounds if token[0] == NEVER else 10**9):
        crowd = _Crowd(pairs.near(options.heats[heat]), start)
        steps = crowd.steps(turn, token)
        if steps < LEAST_STEPS * crowd.n_members and turn:
            break
        crowd.run(turn, steps, seed, token)
        found = polish(instance, crowd.solution(), clock, None)
        if found.beats(best):
            best, failed = found, 0
            report.found("anneal", best)
        else:
            failed, heat = failed + 1, (heat + 1) % len(options.heats)
        start = best.placed
        tired = failed >= options.cycles * len(options.heats) and not patient
        if tired or token[1] or time.monotonic_ns() >= token[0]:
            break
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Which pairs are near at some heat: 0 not, 1 near, 2 the cheapest of its class."""

    pairs: "_Pairs"
    heat: float
    flags: NDArray[np.uint8]


class _Pairs:
    """The instance at some prices, in cost units."""

    def __init__(self, instance: Instance, prices: RowPrices, options: AnnealOptions) -> None:
        rows = instance.rows
        self.instance, self.options = instance, options
        self.limit = np.maximum(rows.limit, 1).astype(np.float64)
        self.share = rows.use_amount / self.limit[rows.use_row]
        self.cost = instance.pair_cost / MICRO
        self.opening = instance.open_cost / MICRO
        lengths = np.maximum(np.diff(instance.pair_ptr), 1)
        typical = sums(self.cost, instance.pair_ptr) / lengths
        self.typical = max(float(typical.mean()), 1e-9)
        self.rent = prices.row / 2.0**prices.shift / prices.unit * self.limit / MICRO
        least = options.base * self.typical * float(instance.count.sum()) / len(self.limit)
        self.price = np.maximum(self.rent, least)
        self.out = options.left_out * self.cost.max(initial=0.0) * instance.priority
        paid = self.cost + sums(self.share * self.rent[rows.use_row], rows.use_ptr)
        cheapest = reduced(np.minimum, paid, np.diff(instance.pair_ptr), 0.0)
        self.scarce = bool((cheapest >= self.out).any())
        self._near: dict[float, _Near] = {}

    def near(self, heat: float) -> _Near:
        """Return the pairs that are near at some heat."""
        if heat not in self._near:
            instance, rows, options = self.instance, self.instance.rows, self.options
            flags = np.empty(instance.n_pairs, np.uint8)
            list_near(
                pair_ptr=instance.pair_ptr,
                pair_cost=self.cost,
                use_ptr=rows.use_ptr,
                use_row=rows.use_row,
                use_share=self.share,
                price=self.rent,
                window=options.window * self.typical * heat,
                least=options.least,
                most=options.most,
                near=flags,
                stop=np.array([NEVER, 0]),
            )
            self._near[heat] = _Near(self, heat, flags)
        return self._near[heat]


class _Crowd:
    """The members of all classes, each at a near pair of its class."""

    def __init__(self, near: _Near, start: NDArray[np.int64] | None) -> None:
        pairs = self.all = near.pairs
        instance, rows = pairs.instance, pairs.instance.rows
        self.heat, self.again = near.heat, start is not None
        flags = near.flags if start is None else np.maximum(near.flags, start > 0)
        self.pairs = np.flatnonzero(flags)
        self.pair_ptr = np.searchsorted(self.pairs, instance.pair_ptr)
        uses = places(rows.use_ptr, self.pairs)
        self.use_ptr = np.concatenate([[0], np.cumsum(np.diff(rows.use_ptr)[self.pairs])])
        self.use_row, self.use_share = rows.use_row[uses], pairs.share[uses]
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

    def steps(self, turn: int, token: NDArray[np.int64]) -> int:
        """Return how many steps a round may have."""
        options = self.all.options
        if token[0] == NEVER:
            return self.n_members * options.steps_each // (2 if turn else 1)
        begun = time.monotonic_ns()
        if self.again:
            self._anneal(
                (options.again_warmth[0],) * 2, (options.again_factor[0],) * 2, PROBE, 1, token
            )
        else:
            self._anneal((options.warmth[0],) * 2, (options.factor[0],) * 2, PROBE, 1, token)
        each = max(time.monotonic_ns() - begun, 1) / PROBE
        left = max(0, int(token[0]) - time.monotonic_ns())
        most = self.n_members * options.steps_each * (4 if not turn else 1)
        return int(min(FIRST * left / each, most))

    def run(self, turn: int, n_steps: int, seed: int, token: NDArray[np.int64]) -> None:
        """Anneal from warm to cold, and from cheap to dear."""
        options = self.all.options
        warmth = options.again_warmth if self.again else options.warmth
        factor = options.again_factor if self.again else options.factor
        phases = len(warmth) - 1
        for phase in range(phases):
            luck = (seed * 2_654_435_761 + (turn * phases + phase + 1) * 40_503) % 2**62 + 1
            ends = warmth[phase : phase + 2], factor[phase : phase + 2]
            if not self._anneal(*ends, n_steps // phases, luck, token):
                break

    def _anneal(
        self,
        warmth: tuple[float, ...],
        factor: tuple[float, ...],
        n_steps: int,
        luck: int,
        token: NDArray[np.int64],
    ) -> bool:
        pairs = self.all
        return anneal(
            pair_ptr=self.pair_ptr,
            pair_cost=pairs.cost[self.pairs],
            pair_site=pairs.instance.pair_site[self.pairs],
            use_ptr=self.use_ptr,
            use_row=self.use_row,
            use_share=self.use_share,
            out_cost=pairs.out,
            owner=self.owner,
            price=pairs.price,
            opening=pairs.opening,
            leaves=pairs.scarce,
            pair=self.pair,
            load=self.load,
            warm=warmth[0] * pairs.typical * self.heat,
            cold=warmth[1] * pairs.typical * self.heat,
            cheap=factor[0],
            dear=factor[1],
            n_steps=n_steps,
            seed=luck,
            stop=token,
        )

    def solution(self) -> Solution:
        """Return the plan without what overflows."""
        instance = self.all.instance
        placed = np.zeros(instance.n_pairs, np.int64)
        placed[self.pairs] = np.bincount(self.pair[self.pair >= 0], minlength=len(self.pairs))
        return evaluate(instance, shed(instance, placed))
