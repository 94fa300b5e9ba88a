"""From a compiled problem to the best solution that there is time for, and what is proved of it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from placement.instance import BudgetedInstance, Instance
from placement.model.plan import Plan
from placement.solve.beside import improve_beside_search
from placement.solve.bounds import (
    RowPrices,
    prove_cost,
    prove_unplaced,
    rents,
    rents_of,
    zero_prices,
)
from placement.solve.clock import Clock
from placement.solve.draft import Drafts
from placement.solve.exact import ExactOptions, Proved, pay_less, place_more
from placement.solve.greedy import greedy, greedy_near, place_rest
from placement.solve.model import Model
from placement.solve.polish import polish
from placement.solve.portfolio import improve_plan
from placement.solve.progress import Reporter
from placement.solve.relaxation import cost_prices, unplaced_prices
from placement.solve.replan import move_again, with_move_rents
from placement.solve.solution import Solution, evaluate
from placement.solve.start import start_from
from placement.solve.write import Proofs, is_settled

__all__ = ["decide", "first_solution"]

# Share of the time that is left which each search for prices may take: with a search to come, and
# where there is no time for one.
PRICES_SHARE = 0.25
PRICES_ALONE = 0.4
# Least time that is worth beginning with: for some passes over the pairs, their proof and another
# greedy plan; to prove and write the last one; and to write the model, to presolve it and to search it
# for more than a moment.
SECONDS_PER_PAIR = 4e-7
SECONDS_PER_PAIR_LAST = 1e-7
SECONDS_PER_MEMBER_LAST = 3e-6
SECONDS_PER_PAIR_EXACT = 2e-4
# Before a search begins beside improvement, so many parts of the time may be spent on placing what can be.
BESIDE_SHARE = 0.3
BESIDE_TRIES = 3
# A search is for problems with so few pairs; with a few more only where the bound is this far off.
FEW_PAIRS = 4_000
MOST_PAIRS_EXACT = 20_000
GOOD_GAP = 0.005
# Greedy choice and small steps take seconds with more pairs, and annealing does better in that time.
MANY_PAIRS = 1_000_000
# With more even the first plan is made of the cheapest pairs alone.
MOST_PAIRS_GREEDY = 10_000_000


def first_solution(
    instance: Instance,
    start: Plan | None,
    clock: Clock,
    warm: NDArray[np.float64] | None = None,
    *,
    last: bool = False,
) -> Solution:
    """Return the greedy plan, or the start, filled up, if that is better or there is no time.

    With prices of whole rows at hand the start is filled up where it is cheap with them. With many pairs
    only the cheapest are looked at, unless it is the `last` plan as well.
    """
    if start is None:
        many = instance.n_pairs > MOST_PAIRS_GREEDY and not last
        return greedy_near(instance, clock) if many else greedy(instance, clock)
    rent = None if warm is None else rents_of(instance, warm)
    kept = place_rest(instance, start_from(instance, start), clock, rent)
    if clock.over() or isinstance(instance, BudgetedInstance) or warm is not None:
        return kept
    fresh = greedy(instance, clock)
    return fresh if fresh.beats(kept) else kept


def decide(
    instance: Instance,
    best: Solution,
    clock: Clock,
    report: Reporter,
    options: ExactOptions | None,
    *,
    warm: NDArray[np.float64] | None = None,
    require_all: bool = False,
) -> tuple[Proved, Proofs]:
    """Have prices and search prove and improve as much as there is time for.

    Parameters
    ----------
    instance : Instance
        What to place.
    best : Solution
        To begin with.
    clock : Clock
        When to stop.
    report : Reporter
        Is told of better solutions and bounds.
    options : ExactOptions, optional
        How to search; left out: not at all.
    warm : ndarray of shape (n_rows,), float64, cost units, optional
        Prices of whole rows to begin with.
    require_all : bool, default False
        There is nothing more to know once something is proved to stay unplaced.

    Returns
    -------
    proved : Proved
        The best solution, and what is proved.
    proofs : Proofs
        The prices that prove it.
    """
    zero = zero_prices(instance)
    proved = Proved(best=best, unplaced=prove_unplaced(instance, zero))
    proofs = Proofs(cost=zero, unplaced=zero)
    if options is None or not _time_for(instance, clock, SECONDS_PER_PAIR):
        return proved, proofs
    if _is_over(instance, proved, proofs, require_all):
        return proved, proofs
    proved, proofs = _by_prices(instance, proved, clock, report, options, warm=warm)
    if _is_over(instance, proved, proofs, require_all):
        return proved, proofs
    searched = _is_searched(instance, proved, proofs, clock)
    if warm is not None or isinstance(instance, BudgetedInstance):
        share = _share(instance, clock, 1.0)
        proved = move_again(instance, proved, proofs, clock, report, options=options, seconds=share)
        report.bounded("cost", prove_cost(instance, proofs.cost, proved.best.value.unplaced))
    plain = not isinstance(instance, BudgetedInstance)
    if plain and _is_beside(instance, clock, options):
        proved, done = _beside(instance, proved, proofs, clock, report, options=options)
        if done:
            return proved, proofs
    while plain:
        proved = improve_plan(
            instance,
            proved,
            proofs,
            clock,
            report,
            options=options,
            seconds=_share(instance, clock, 1.0),
            searched=searched,
        )
        before, searched = searched, searched and _is_searched(instance, proved, proofs, clock)
        if before == searched:
            break
    if not searched or _is_over(instance, proved, proofs, require_all):
        return proved, proofs
    search = _Search(Model(instance), clock, report, options)
    proved, proofs = search.place_more(proved, proofs)
    if clock.over() or _is_over(instance, proved, proofs, require_all):
        return proved, proofs
    return search.pay_less(proved), proofs


def _is_beside(instance: Instance, clock: Clock, options: ExactOptions) -> bool:
    """Return whether the search may have a thread of its own: the plan is not the same every time then."""
    free = clock.limits.seconds is not None and clock.limits.work is None and options.threads > 1
    few = instance.n_pairs <= MOST_PAIRS_EXACT and len(instance.rows.limit) > 0
    return free and few and _time_for(instance, clock, SECONDS_PER_PAIR_EXACT)


def _beside(
    instance: Instance,
    proved: Proved,
    proofs: Proofs,
    clock: Clock,
    report: Reporter,
    *,
    options: ExactOptions,
) -> tuple[Proved, bool]:
    """Improve plan and bound at once, if as little as can be is left out soon; and tell whether it was."""
    for _ in range(BESIDE_TRIES):
        if proved.best.value.unplaced == proved.unplaced:
            if not _is_searched(instance, proved, proofs, clock):
                break
            proved = improve_beside_search(instance, proved, proofs, clock, report, options=options)
            return proved, True
        share = _share(instance, clock, BESIDE_SHARE)
        proved = improve_plan(
            instance, proved, proofs, clock, report, options=options, seconds=share, searched=True
        )
    return proved, False


def _is_searched(instance: Instance, proved: Proved, proofs: Proofs, clock: Clock) -> bool:
    """Return whether there is time for a search, and whether anything may come of it.

    Where all that can be is placed and the bound is good, pieces of the plan come to more, but for the
    smallest problems.
    """
    value = proved.best.value
    if clock.limits.seconds is not None and value.unplaced == proved.unplaced:
        if instance.n_pairs > MOST_PAIRS_EXACT:
            return False
        gap = value.cost - prove_cost(instance, proofs.cost, value.unplaced)
        if instance.n_pairs > FEW_PAIRS and gap <= GOOD_GAP * value.cost:
            return False
    return _time_for(instance, clock, SECONDS_PER_PAIR_EXACT)


def _is_over(instance: Instance, proved: Proved, proofs: Proofs, require_all: bool) -> bool:
    """Return whether there is nothing more to know."""
    return (require_all and proved.unplaced > 0) or is_settled(instance, proved, proofs)


def _by_prices(
    instance: Instance,
    proved: Proved,
    clock: Clock,
    report: Reporter,
    options: ExactOptions,
    *,
    warm: NDArray[np.float64] | None,
) -> tuple[Proved, Proofs]:
    """Find prices, and place everything once more where it is cheapest with them."""
    report.phase("prices")
    for_unplaced = unplaced_prices(instance, clock, _share(instance, clock))
    proved = replace(proved, unplaced=max(proved.unplaced, prove_unplaced(instance, for_unplaced)))
    report.bounded("place", proved.unplaced)
    searched = _time_for(instance, clock, SECONDS_PER_PAIR_EXACT)
    share = _share(instance, clock, PRICES_SHARE if searched else PRICES_ALONE)
    for_cost = cost_prices(instance, proved.unplaced, clock, share, warm, threads=options.threads)
    proofs = Proofs(cost=for_cost, unplaced=for_unplaced)
    report.drafted_by(Drafts(instance, proofs, options.seed))
    priced = for_cost.row.any() and not clock.over()
    if not (priced and warm is None and share is not None and instance.n_pairs > MANY_PAIRS):
        proved = replace(proved, best=_by_rents(instance, proved.best, for_cost, clock, warm))
        report.found("prices", proved.best)
    report.bounded("cost", prove_cost(instance, for_cost, proved.best.value.unplaced))
    return proved, proofs


def _by_rents(
    instance: Instance,
    best: Solution,
    prices: RowPrices,
    clock: Clock,
    warm: NDArray[np.float64] | None,
) -> Solution:
    """Return a better plan by greedy choice with rents, and by small steps, if there is one."""
    if prices.row.any() and not clock.over() and warm is None:
        found = greedy(instance, clock, rents(instance, prices))
        best = found if found.beats(best) else best
    costed = with_move_rents(instance, prices)
    polished = polish(costed, evaluate(costed, best.placed), clock, _share(instance, clock))
    found = evaluate(instance, polished.placed)
    return found if found.beats(best) else best


@dataclass(frozen=True, slots=True)
class _Search:
    """CP-SAT on one model, in its two stages."""

    model: Model
    clock: Clock
    report: Reporter
    options: ExactOptions

    def place_more(self, proved: Proved, proofs: Proofs) -> tuple[Proved, Proofs]:
        """Leave less out; and have new prices if they were made for another number."""
        wanted = proved.unplaced
        if proved.best.value.unplaced == wanted:
            return proved, proofs
        proved = place_more(self.model, proved, self.clock, self.report, self.options)
        better = polish(
            self.model.instance, proved.best, self.clock, _share(self.model.instance, self.clock)
        )
        self.report.found("place", better)
        proved = replace(proved, best=better)
        if proved.best.value.unplaced == wanted:
            return proved, proofs
        unplaced = proved.best.value.unplaced
        cost = cost_prices(
            self.model.instance,
            unplaced,
            self.clock,
            _share(self.model.instance, self.clock),
            threads=self.options.threads,
        )
        return proved, Proofs(cost=cost, unplaced=proofs.unplaced)

    def pay_less(self, proved: Proved) -> Proved:
        """Pay less for as much."""
        proved = pay_less(self.model, proved, self.clock, self.report, self.options)
        return replace(proved, best=polish(self.model.instance, proved.best, self.clock, None))


def _share(instance: Instance, clock: Clock, share: float = PRICES_SHARE) -> float | None:
    """Return a share of the time that is left before the plan has to be written."""
    left = clock.seconds_left()
    if left is None:
        return None
    return max(0.0, left - _last(instance)) * share


def _time_for(instance: Instance, clock: Clock, seconds_per_pair: float) -> bool:
    left = clock.seconds_left()
    needed = seconds_per_pair * instance.n_pairs + _last(instance)
    return not clock.over() and (left is None or left > needed)


def _last(instance: Instance) -> float:
    """Return the seconds that it takes to prove and write the last plan."""
    members = float(instance.count.sum())
    return SECONDS_PER_PAIR_LAST * instance.n_pairs + SECONDS_PER_MEMBER_LAST * members
