"""From the running plan to a better one by few moves: what each move costs is charged to it.

A budget of moves is a row, and at the price of that row only moves that are worth it are made. So plans
are annealed from where they run, and solved piece by piece, with that price in the cost of every move;
what is then left of the budget is spent on moves that gain anything.
"""

from dataclasses import replace

import numpy as np

from placement.instance import BudgetedInstance, Instance
from placement.instance.ragged import sums
from placement.solve.annealed import anneal_plan
from placement.solve.bounds import RowPrices, prove_cost
from placement.solve.clock import Clock
from placement.solve.exact import ExactOptions, Proved
from placement.solve.neighbourhoods import solve_pieces
from placement.solve.polish import polish
from placement.solve.progress import Reporter
from placement.solve.solution import Solution, evaluate
from placement.solve.write import Proofs

__all__ = ["move_again", "with_move_rents"]

ANNEAL, PIECES = 0.3, 0.5  # shares of the time that is left
WORK = 0.4  # share of the work for pieces
MANY = 1_000  # members from which on annealing is worth its while
SLICE = 0.5  # of the time so far, before the next look at whether a gap is reached
CHARGES = (0.002, 0.008, 0.03)  # of what a pair costs on average: what a move pays at least
FIRST = 0.1  # share of the time for pieces with those who are left out
LAST = 0.05  # share of the time for what is left of the budget


def with_move_rents(instance: Instance, prices: RowPrices, least: float = 0.0) -> Instance:
    """Return an instance in whose costs moves pay the prices of the budget's limits.

    Parameters
    ----------
    instance : Instance
        Returned as it is where it has no budget.
    prices : RowPrices
        Of its rows.
    least : float, micro-units
        What each limit costs a move at least.
    """
    if not isinstance(instance, BudgetedInstance):
        return instance
    rents = np.zeros(len(prices.row))
    moves = np.array([name.moves for name in instance.rows.names], bool)
    rents[moves] = np.maximum(least, (prices.row / 2.0**prices.shift / prices.unit)[moves])
    if not rents.any():
        return instance
    rent = sums(rents[instance.rows.use_row], instance.rows.use_ptr)
    return replace(instance, pair_cost=instance.pair_cost + np.rint(rent).astype(np.int64))


def move_again(
    instance: Instance,
    proved: Proved,
    proofs: Proofs,
    clock: Clock,
    report: Reporter,
    *,
    options: ExactOptions,
    seconds: float | None,
) -> Proved:
    """Improve the plan from where it is.

    Parameters
    ----------
    instance : Instance
        The problem, with a budget or without.
    proved : Proved
        With the plan to begin with, which keeps the budget.
    proofs : Proofs
        Whose prices tell what a move is worth.
    clock : Clock
        When to stop.
    report : Reporter
        Is told of better plans.
    options : ExactOptions
        With seed and threads.
    seconds : float, optional
        For all of this.

    Returns
    -------
    Proved
        With a plan that is never worse and keeps the budget.
    """
    if not instance.n_pairs or not len(instance.rows.limit):
        return proved
    again = _Again(
        instance,
        proved,
        proofs,
        clock=clock,
        report=report,
        options=options,
        seconds=seconds,
    )
    turn = 0
    while not again.over():
        before = again.proved.best
        if before.value.unplaced > proved.unplaced and not turn:
            again.solve_pieces(turn, FIRST, enough=proved.unplaced)
        if again.over():
            break
        if instance.count.sum() > MANY:
            again.anneal(turn)
        if not again.over() and clock.limits.gap is None:
            again.solve_pieces(turn)
        turn += 1
        idle = again.proved.best is before
        if isinstance(instance, BudgetedInstance):
            if (seconds is None or idle) and not again.charge_more():
                break
        elif seconds is None or idle or clock.limits.gap is None:
            break
    again.spend()
    return again.proved


class _Again:
    """The plan on its way, with what moves cost and without."""

    def __init__(
        self,
        instance: Instance,
        proved: Proved,
        proofs: Proofs,
        *,
        clock: Clock,
        report: Reporter,
        options: ExactOptions,
        seconds: float | None,
    ) -> None:
        self.instance, self.proved, self.proofs = instance, proved, proofs
        self.clock, self.report, self.options = clock, report, options
        self.end = None if seconds is None else clock.seconds() + seconds * (1 - LAST)
        self.charged = 0
        self.charge()
        moves = np.array([name.moves for name in instance.rows.names], bool)
        prices = proofs.cost
        self.prices = replace(prices, row=np.where(moves, 0, prices.row))
        self.told = report if self.priced is instance else _Told(report, instance)

    def charge(self) -> None:
        """Have moves pay the price of the budget, and at least so much that none is made for nothing.

        Annealing would otherwise spend the budget on moves that neither gain nor lose.
        """
        least = CHARGES[self.charged] * float(self.instance.pair_cost.mean())
        self.priced = with_move_rents(self.instance, self.proofs.cost, least)
        self.best = evaluate(self.priced, self.proved.best.placed)

    def charge_more(self) -> bool:
        """Have moves pay more, if that has not been tried."""
        if self.charged + 1 == len(CHARGES):
            return False
        self.charged += 1
        self.charge()
        return True

    def part(self, share: float) -> float | None:
        """Return a share of the time that is left."""
        if self.end is None:
            return None
        now = self.clock.seconds()
        left = max(0.0, self.end - now) * share
        return left if self.clock.limits.gap is None else min(left, SLICE * now)

    def over(self) -> bool:
        """Return whether it is time to stop, or the plan is as near to its bound as was asked for."""
        if self.clock.over() or (self.end is not None and self.clock.seconds() >= self.end):
            return True
        value, gap = self.proved.best.value, self.clock.limits.gap or 0
        if self.proved.unplaced < value.unplaced:
            return False
        bound = prove_cost(self.instance, self.proofs.cost, value.unplaced)
        return value.cost - bound <= gap * abs(value.cost)

    def take(self, found: Solution, work: float = 0.0) -> None:
        """Go on from a solution of the priced problem."""
        self.best = found
        true = evaluate(self.instance, found.placed)
        best = true if true.beats(self.proved.best) else self.proved.best
        self.proved = replace(self.proved, best=best, work=self.proved.work + work)

    def anneal(self, turn: int) -> None:
        """Warm the plan up and cool it down."""
        found = anneal_plan(
            self.priced,
            self.prices,
            self.best,
            self.clock,
            self.told,
            seconds=self.part(ANNEAL),
            again=True,
            seed=self.options.seed + turn,
        )
        self.take(found)

    def solve_pieces(self, turn: int, share: float = PIECES, *, enough: int | None = None) -> None:
        """Solve pieces of it, at first where somebody is left out."""
        limit = self.clock.limits.work
        solved = solve_pieces(
            self.priced,
            self.prices,
            self.best,
            self.clock,
            self.told,
            seconds=self.part(share),
            work=None if limit is None else WORK * share * limit,
            threads=self.options.threads,
            seed=self.options.seed + turn,
            enough=enough,
        )
        self.take(solved.best, solved.work)

    def spend(self) -> None:
        """Spend what is left of the budget."""
        if self.priced is self.instance or self.clock.over():
            return
        best = polish(self.instance, self.proved.best, self.clock, None)
        self.report.found("moves", best)
        self.proved = replace(self.proved, best=best)


class _Told(Reporter):
    """Tells of solutions what they are worth without what moves pay."""

    def __init__(self, report: Reporter, instance: Instance) -> None:
        self._report, self._instance = report, instance

    def found(self, phase: str, solution: Solution) -> None:
        """Tell of a solution, if it is better than the last."""
        self._report.found(phase, evaluate(self._instance, solution.placed))
