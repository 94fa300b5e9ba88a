"""From prices to a good plan: annealed with ever stiffer rows, warmed up again, and solved piece by piece."""

from dataclasses import replace

from placement.instance import Instance
from placement.solve.annealed import anneal_plan
from placement.solve.bounds import prove_cost
from placement.solve.clock import Clock
from placement.solve.exact import ExactOptions, Proved
from placement.solve.neighbourhoods import PiecesSolved, solve_pieces
from placement.solve.openings import choose_openings, is_about_openings
from placement.solve.packing import pack
from placement.solve.progress import Reporter
from placement.solve.solution import Solution
from placement.solve.write import Proofs

__all__ = ["improve_plan", "is_near"]

# Shares of the time: for all of this where a search is to come, and for each part of a round.
BEFORE_SEARCH = 0.4
PACK = 0.5
PACK_FIRST = 0.15  # where sites are opened afterwards
ANNEAL_FIRST = 0.15  # with many members, before they are packed
PLACE = 0.15  # who is left out then
ANNEAL = 0.8
ANNEAL_FEW = 0.5
OPENINGS = 0.6
# A plan of more members than that is warmed up again as a whole before pieces of it are solved; of fewer, another
# one is annealed from scratch.
MANY = 5_000
# With more members than that annealing them all at once comes to as much in a fraction of the time.
MOST_PACKED = 50_000
# Nor is there time for it if many members have less than that.
SECONDS_PER_MEMBER_PACKED = 3e-4
LEAST_SECONDS = 0.05  # of a turn; where it took less, there is nothing to be done
WORK = 0.4  # share of the work for pieces


def improve_plan(
    instance: Instance,
    proved: Proved,
    proofs: Proofs,
    clock: Clock,
    report: Reporter,
    *,
    options: ExactOptions,
    seconds: float | None,
    searched: bool,
) -> Proved:
    """Improve the plan until the time is over, or nothing more comes of it.

    Parameters
    ----------
    instance : Instance
        The problem.
    proved : Proved
        With the best plan so far.
    proofs : Proofs
        Whose prices say which pairs are good.
    clock : Clock
        When to stop.
    report : Reporter
        Is told of better plans.
    options : ExactOptions
        With seed and threads.
    seconds : float, optional
        That are left for this and for a search.
    searched : bool
        Whether a search is to come; then one round has to do.

    Returns
    -------
    Proved
        With a plan that is never worse, and the work that was done.
    """
    prices = proofs.cost
    if not instance.n_pairs or not len(instance.rows.limit):
        return proved
    end = (
        None if seconds is None else clock.seconds() + seconds * (BEFORE_SEARCH if searched else 1)
    )

    def part(share: float) -> float | None:
        return None if end is None else max(0.0, end - clock.seconds()) * share

    def over() -> bool:
        late = end is not None and clock.seconds() >= end
        return late or clock.over() is not None or is_near(instance, proved, proofs, clock)

    def anneal(best: Solution, share: float, *, again: bool) -> Solution:
        seconds = part(share)
        return anneal_plan(
            instance, prices, best, clock, report, seconds=seconds, again=again, seed=seed
        )

    def solve_some(best: Solution, seconds: float | None, enough: int | None) -> PiecesSolved:
        limit = clock.limits.work
        return solve_pieces(
            instance,
            prices,
            best,
            clock,
            report,
            seconds=seconds,
            work=None if limit is None else WORK * limit,
            threads=threads,
            seed=seed,
            enough=enough,
        )

    threads, turn, n_members = options.threads, 0, int(instance.count.sum())
    many, few = n_members > MANY, n_members <= MOST_PACKED
    while not over():
        seed, begun = options.seed + turn, clock.seconds()
        opens = is_about_openings(instance, proved.best)
        hasty = end is not None and end - begun < SECONDS_PER_MEMBER_PACKED * n_members
        pack_first, best = opens or (few and not (hasty and many)), proved.best
        if pack_first and many and not opens and not turn:
            best = anneal(best, ANNEAL_FIRST, again=False)
            if best.value.unplaced > proved.unplaced:
                placing = solve_some(best, part(PLACE), proved.unplaced)
                best, proved = placing.best, replace(proved, work=proved.work + placing.work)
        if pack_first:
            best = pack(
                instance,
                prices,
                best,
                clock,
                report,
                seconds=part(PACK_FIRST if opens else PACK),
                threads=threads,
                seed=seed,
            )
        packed = best is not proved.best
        proved = replace(proved, best=best)
        if not over() and is_about_openings(instance, best):
            best = choose_openings(
                instance, best, clock, report, seconds=part(OPENINGS), threads=threads, seed=seed
            )
            proved = replace(proved, best=best)
        if not over() and not opens and (packed or many):
            share = (ANNEAL if few else 1.0) if many else ANNEAL_FEW
            best = anneal(best, share, again=packed and many)
            proved = replace(proved, best=best)
        if over():
            break
        solved = solve_some(proved.best, part(1.0), None)
        proved = replace(proved, best=solved.best, work=proved.work + solved.work)
        turn += 1
        if searched or end is None or clock.seconds() - begun < LEAST_SECONDS:
            break
    return proved


def is_near(instance: Instance, proved: Proved, proofs: Proofs, clock: Clock) -> bool:
    """Return whether the plan is as near to its bound as was asked for, or at it."""
    value, gap = proved.best.value, clock.limits.gap or 0
    if proved.unplaced < value.unplaced:
        return False
    return value.cost - prove_cost(instance, proofs.cost, value.unplaced) <= gap * abs(value.cost)
