"""A plan from prices where sites hold few workloads: everybody at a cheap pair, and rows ever stiffer.

At good prices nearly every member has some pairs that cost next to nothing more than its cheapest, and
the whole plan costs little more than the bound says. What is hard is to fill the rows to the brim. So
what a pair costs *with* prices is annealed, and a row that is too full or too empty counts for little
at first: members pass through each other freely. Rows become stiffer and stiffer, until an empty part
costs what it is worth and an overflow more than that.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.solve.bounds import RowPrices
from placement.solve.clock import NEVER, Clock, seconds_to
from placement.solve.crowd import Crowd, PricedPairs
from placement.solve.polish import polish
from placement.solve.progress import Reporter
from placement.solve.solution import Solution

__all__ = ["PackOptions", "pack"]

Token = NDArray[np.int64]

LEAST_STEPS = 250  # for each member, that are worth a round
LAST = 1.7  # where no more than so many rounds would follow, this one is the last


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOptions:
    """How to anneal; a heat is in units of what the second cheapest pairs cost more than the cheapest.

    Parameters
    ----------
    hottest, coldest : int, default -1 and 6
        Heats are powers of a third, from one third to the minus 1 to the 6.
    first : int, default 0
        The power to begin with; two chains are run with this and the next, and where the better one was
        both go on.
    cold : float, default 0.2
        A chain ends at so much of its heat.
    window : float, default 30
        Pairs that exceed the cheapest of their class by less, in units of the heat, are near.
    least, most : int, default 4 and 24
        Near pairs of a class.
    soft : float, default 2.5
        At first the price of a row is such that a member too many or too few costs so many heats.
    dear : float, default 8
        At last an overflow costs so many times the price of the row.
    phases : int, default 30
        In which rows become stiffer.
    base : float, default 0.3
        Least price of a row that overflows, in units of what its share of the members cost.
    left_out : float, default 4.0
        Price of a point of unplaced priority, in units of the dearest pair.
    steps_each : int, default 1,000
        Steps for each member where time is not limited, in the first of `rounds`.
    rounds : int, default 4
        Where time is not limited.
    first_share, growth : float, default 0.04 and 1.6
        Share of the time for the first round, and how much longer each is than the one before.
    """

    hottest: int = -1
    coldest: int = 6
    first: int = 0
    cold: float = 0.2
    window: float = 30.0
    least: int = 4
    most: int = 24
    soft: float = 2.5
    dear: float = 8.0
    phases: int = 30
    base: float = 0.3
    left_out: float = 4.0
    steps_each: int = 1_000
    rounds: int = 4
    first_share: float = 0.04
    growth: float = 1.6


def pack(
    instance: Instance,
    prices: RowPrices,
    best: Solution,
    clock: Clock,
    report: Reporter,
    *,
    seconds: float | None,
    threads: int = 2,
    seed: int = 0,
    options: PackOptions | None = None,
) -> Solution:
    """Anneal plans whose rows become ever stiffer, as long as there is time.

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
    threads : int, default 2
        Chains that are run at a time.
    seed : int, default 0
        Of chance.
    options : PackOptions, optional
        How.

    Returns
    -------
    Solution
        Never worse than `best`. Without a limit in time the same for any number of threads.
    """
    if not instance.n_pairs or not len(instance.rows.limit):
        return best
    options = options or PackOptions()
    token = clock.sooner(seconds)
    pairs = PricedPairs(instance, prices, base=options.base, left_out=options.left_out)
    unit = _unit(pairs)
    if unit <= 0:
        return best
    power = options.first
    timing = _Timing(options, token, min(threads, 2))
    with ThreadPoolExecutor(max(1, min(threads, 2))) as pool:
        for turn in range(options.rounds if token[0] == NEVER else 10**9):
            chains = [_Chain(pairs, options, unit, one) for one in (power, power + 1)]
            steps = timing.steps(chains[0], turn)
            if token[0] != NEVER and steps < LEAST_STEPS * chains[0].crowd.n_members:
                break
            run = partial(_run, clock=clock, steps=steps, token=token)
            lucks = [seed * 2_654_435_761 + (2 * turn + k) * 1_000_003 for k in range(2)]
            hot, cold = pool.map(run, chains, lucks)
            for found in (hot, cold):
                if found.beats(best):
                    best = found
                    report.found("pack", best)
            power += 1 if cold.beats(hot) else -1
            power = min(max(power, options.hottest), options.coldest)
            if token[1] or time.monotonic_ns() >= token[0]:
                break
    return best


def _unit(pairs: PricedPairs) -> float:
    """Return how much more the second cheapest pairs cost than the cheapest, prices included, on average."""
    second = pairs.excess[pairs.near(0.0, 2, 2) == 1]
    return float(second.mean()) if len(second) else 0.0


class _Timing:
    """How many steps each round may have."""

    def __init__(self, options: PackOptions, token: Token, at_a_time: int) -> None:
        self.options, self.token, self.turns_each = options, token, 2 / max(at_a_time, 1)
        self.begun = time.monotonic_ns()

    def steps(self, chain: "_Chain", turn: int) -> int:
        """Return how many steps each chain of a round may have."""
        options, least = self.options, LEAST_STEPS * chain.crowd.n_members
        if self.token[0] == NEVER:
            return int(chain.crowd.n_members * options.steps_each * options.growth**turn)
        each = chain.probe(self.token) * self.turns_each
        now, end = time.monotonic_ns(), int(self.token[0])
        whole, left = (end - self.begun) / each, max(0, end - now) / each
        wanted = max(options.first_share * options.growth**turn * whole, least)
        return int(left if wanted * (1 + LAST) > left else wanted)


def _run(chain: "_Chain", luck: int, *, clock: Clock, steps: int, token: Token) -> Solution:
    chain.run(steps, luck, token)
    crowd = chain.crowd
    return polish(crowd.all.instance, crowd.solution(), clock, seconds_to(token))


class _Chain:
    """One annealing."""

    def __init__(self, pairs: PricedPairs, options: PackOptions, unit: float, power: int) -> None:
        self.options, self.heat = options, unit * 3.0**-power
        window = options.window * self.heat
        self.crowd = Crowd(pairs, pairs.near(window, options.least, options.most))
        rent = float(pairs.rent.mean())
        self.stiffness = min(1.0, options.soft * self.heat / rent) if rent > 0 else 1.0

    def probe(self, token: Token) -> float:
        """Return how many nanoseconds a step takes."""
        return self.crowd.step_ns(lambda n_steps: self._phase(0.0, n_steps, 1, token))

    def run(self, n_steps: int, luck: int, token: Token) -> None:
        """Anneal from warm to cold and from soft to stiff."""
        phases = self.options.phases
        for phase in range(phases):
            lucky = (luck + phase * 40_503) % 2**62 + 1
            if not self._phase(phase / (phases - 1), n_steps // phases, lucky, token):
                break

    def _phase(self, part: float, n_steps: int, luck: int, token: Token) -> bool:
        options, pairs = self.options, self.crowd.all
        stiff = self.stiffness ** (1.0 - part)
        # With a part of the rent in the cost, an empty place costs the rest of it, and opening a site, for
        # which rents pay, costs as large a part.
        cost = pairs.cost + (1.0 - stiff) * pairs.rent
        factor = stiff * (1.0 + options.dear**part)
        warmth = self.heat * options.cold**part
        return self.crowd.walk(
            cost, (warmth, warmth), (factor, factor), n_steps, luck=luck, token=token
        )
