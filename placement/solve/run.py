"""`solve`: one call from a problem to a result."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.metadata import version
from typing import Any

from placement.errors import PlacementError
from placement.instance import Instance, compile_problem
from placement.model.certificate import Certificate
from placement.model.faults import Faults
from placement.model.plan import Bound, Limit, Plan, Solver, Status, Value
from placement.model.problem import Problem
from placement.solve.bounds import (
    RowPrices,
    best_mu,
    prove_cost,
    prove_unplaced,
    tell_prices,
    zero_prices,
)
from placement.solve.clock import Cancel, Clock, Limits
from placement.solve.exact import ExactOptions, Proved, pay_less, place_more
from placement.solve.greedy import greedy, place_rest
from placement.solve.model import Model
from placement.solve.progress import Reporter
from placement.solve.relaxation import cost_prices, unplaced_prices
from placement.solve.result import Progress, Result
from placement.solve.solution import Solution
from placement.solve.start import start_from
from placement.solve.tell import deal, tell_assignments, tell_moves, tell_unplaced
from placement.units import number, shown

__all__ = ["ENGINES", "solve"]

ENGINES = ("auto", "exact", "greedy")
# Share of the time that is left which each of the two linear relaxations may take.
PRICES_SHARE = 0.25
# Writing the model takes a microsecond a pair, and presolving it several.
SECONDS_PER_PAIR = 1e-5


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Proofs:
    """Prices that prove a bound of the cost, and of the unplaced priority."""

    cost: RowPrices
    unplaced: RowPrices


def solve(
    problem: Problem,
    *,
    time_limit: float | None = None,
    work_limit: float | None = None,
    gap: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    engine: str = "auto",
    start: Plan | None = None,
    require_all: bool = False,
    verify: bool = True,
    on_progress: Callable[[Progress], object] | None = None,
    cancel: Cancel | None = None,
) -> Result:
    """Decide which workload runs where.

    Parameters
    ----------
    problem : Problem
        What to place.
    time_limit : float, optional
        Seconds from the call to the plan; verification comes after it.
    work_limit : float, optional
        Limit of the search in deterministic time, one to three seconds each: the same problem, seed and
        work limit give the same plan, whatever the machine's load and the number of threads.
    gap : float, optional
        Stop when the cost is at most this share above its bound.
    seed : int, default 0
        Of random choices.
    threads : int, optional
        At most so many; as many as there are processors if left out.
    engine : {'auto', 'exact', 'greedy'}, default 'auto'
        What decides. `auto` is exact, and falls back on greedy by itself.
    start : Plan, optional
        A plan to begin with; the result is never worse than what of it is still allowed.
    require_all : bool, default False
        Everything has to be placed; else there is no plan.
    verify : bool, default True
        Have the plan checked by `placement.verify` before it is handed back.
    on_progress : callable, optional
        Is called with a `Progress` now and then, perhaps from another thread.
    cancel : object with is_set(), optional
        Such as a `threading.Event`: once set, the best plan so far is handed back. So it is after
        Ctrl-C, in the main thread of a program that has no handler of its own for it.

    Returns
    -------
    Result
        Always; a problem in which nothing can be placed is an answer too.

    Raises
    ------
    InputError
        If an option is out of range; all are told at once.
    PlacementError
        If the plan does not pass its verification, which would be a fault of this library.

    Examples
    --------
    >>> from placement import Problem, solve
    >>> problem = Problem(nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}], workloads=[{"id": "w"}])
    >>> result = solve(problem)
    >>> str(result.status), result.plan["w"].site
    ('OPTIMAL', 's')
    """
    limits = _checked(
        problem,
        start,
        time_limit=time_limit,
        work_limit=work_limit,
        gap=gap,
        seed=seed,
        threads=threads,
        engine=engine,
    )
    clock = Clock(limits, cancel)
    report = Reporter(on_progress, clock)
    with clock.watching():
        report.phase("compile")
        instance = compile_problem(problem, threads=threads)
        report.phase("greedy")
        best = _first(instance, start, clock)
        report.found("greedy", best)
        options = ExactOptions(seed=seed)
        zero = zero_prices(instance)
        proved = Proved(best=best, unplaced=prove_unplaced(instance, zero))
        proofs = Proofs(cost=zero, unplaced=zero)
        if engine != "greedy" and not clock.over():
            proved, proofs = _exactly(instance, proved, clock, report, options)
        report.raise_if_failed()
        plan = _plan(instance, proved, proofs, clock, seed)
    seconds = clock.seconds()
    status = plan.status
    if require_all and plan.objective.unplaced:
        status = Status.INFEASIBLE if plan.bound.unplaced else Status.UNKNOWN
    verify_seconds = _verified(problem, plan) if verify else 0.0
    return Result(
        status=status,
        limit=plan.limit,
        engine="greedy" if engine == "greedy" else "exact",
        seconds=seconds,
        verify_seconds=verify_seconds,
        problem=problem,
        found=plan if status in {Status.OPTIMAL, Status.FEASIBLE} else None,
    )


def _first(instance: Instance, start: Plan | None, clock: Clock) -> Solution:
    """Return the better of the greedy plan and the start, filled up."""
    best = greedy(instance, clock)
    if start is not None:
        kept = place_rest(instance, start_from(instance, start), clock)
        best = best if best.beats(kept) else kept
    return best


def _exactly(
    instance: Instance, proved: Proved, clock: Clock, report: Reporter, options: ExactOptions
) -> tuple[Proved, Proofs]:
    """Have prices and search prove as much as there is time for."""
    if not _is_worth_it(instance, clock):
        return proved, Proofs(cost=zero_prices(instance), unplaced=zero_prices(instance))
    report.phase("prices")
    for_unplaced = unplaced_prices(instance, clock, _share(clock))
    proved = replace(proved, unplaced=max(proved.unplaced, prove_unplaced(instance, for_unplaced)))
    report.bounded("place", proved.unplaced)
    model = Model(instance) if _is_worth_it(instance, clock) else None
    if model is not None and proved.unplaced < proved.best.value.unplaced:
        proved = place_more(model, proved, clock, report, options)
    for_cost = cost_prices(instance, proved.best.value.unplaced, clock, _share(clock))
    report.bounded("cost", prove_cost(instance, for_cost, proved.best.value.unplaced))
    if model is not None and not clock.over():
        proved = pay_less(model, proved, clock, report, options)
    if proved.unplaced < proved.best.value.unplaced:
        fuller = place_rest(instance, proved.best.placed, clock)
        proved = replace(proved, best=fuller if fuller.beats(proved.best) else proved.best)
    return proved, Proofs(cost=for_cost, unplaced=for_unplaced)


def _share(clock: Clock) -> float | None:
    left = clock.seconds_left()
    return None if left is None else left * PRICES_SHARE


def _is_worth_it(instance: Instance, clock: Clock) -> bool:
    """Return whether there is time to write the model and to search it for more than a moment."""
    left = clock.seconds_left()
    return left is None or left > SECONDS_PER_PAIR * instance.n_pairs


def _plan(instance: Instance, proved: Proved, proofs: Proofs, clock: Clock, seed: int) -> Plan:
    """Write the plan with the best bounds that are proved, and the certificate."""
    value = proved.best.value
    for_unplaced, for_cost, certified = _certify(instance, proofs, value.unplaced)
    searched = Value(
        unplaced=min(proved.unplaced, value.unplaced),
        cost=certified.cost if proved.cost is None else min(proved.cost, value.cost),
    )
    bound = Bound(
        unplaced=max(certified.unplaced, searched.unplaced),
        cost=max(certified.cost, searched.cost),
        proof="search"
        if searched.unplaced > certified.unplaced or searched.cost > certified.cost
        else "prices",
    )
    optimal = (bound.unplaced, bound.cost) == (value.unplaced, value.cost)
    pair_of = deal(instance, proved.best)
    return Plan(
        problem=instance.problem.digest,
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        limit=None if optimal else _limit(bound, value, proved, clock),
        objective=value,
        bound=bound,
        certified=certified,
        certificate=Certificate(
            cost=tell_prices(instance, for_cost, with_mu=True),
            unplaced=tell_prices(instance, for_unplaced, with_mu=False),
        ),
        assignments=tell_assignments(instance, pair_of),
        unplaced=tell_unplaced(instance, proved.best, pair_of),
        moves=tell_moves(instance, pair_of),
        solver=Solver(version=version("placement"), seed=seed, work=round(proved.work, 6)),
    )


def _certify(
    instance: Instance, proofs: Proofs, unplaced: int
) -> tuple[RowPrices, RowPrices, Value]:
    """Return the prices that prove most, of those at hand and the zero ones; and what they prove."""
    zero = zero_prices(instance)

    def at_hand(prices: RowPrices) -> list[RowPrices]:
        return [zero, prices] if prices.row.any() else [zero]

    least = [(prove_unplaced(instance, one), one) for one in at_hand(proofs.unplaced)]
    priced = [replace(one, mu=best_mu(instance, one, unplaced)) for one in at_hand(proofs.cost)]
    cheapest = [(prove_cost(instance, one, unplaced), one) for one in priced]
    unplaced_bound, for_unplaced = max(least, key=lambda pair: pair[0])
    cost_bound, for_cost = max(cheapest, key=lambda pair: pair[0])
    return for_unplaced, for_cost, Value(unplaced=unplaced_bound, cost=cost_bound)


def _limit(bound: Bound, value: Value, proved: Proved, clock: Clock) -> Limit | None:
    """Return why the search stopped before the plan was known to be the best."""
    if clock.cancelled():
        return Limit.CANCEL
    gap = clock.limits.gap
    settled = bound.unplaced == value.unplaced
    if gap is not None and settled and value.cost - bound.cost <= gap * abs(value.cost):
        return Limit.GAP
    if proved.gap_reached and clock.limits.gap is not None:
        return Limit.GAP
    if clock.limits.work is not None and not clock.over():
        return Limit.WORK
    return Limit.TIME if clock.limits.seconds is not None else None


def _verified(problem: Problem, plan: Plan) -> float:
    """Have the plan judged, and return how long it took."""
    from placement.verify import verify

    begun = time.monotonic()
    report = verify(problem, plan)
    if not report.ok:
        raise PlacementError(
            f"the plan does not pass its verification, please report this:\n{report}"
        )
    return time.monotonic() - begun


def _checked(
    problem: object,
    start: object,
    *,
    time_limit: object,
    work_limit: object,
    gap: object,
    seed: object,
    threads: object,
    engine: object,
) -> Limits:
    faults = Faults()
    if not isinstance(problem, Problem):
        faults.add("problem", f"expected a Problem, got {type(problem).__name__}")
    if start is not None and not isinstance(start, Plan):
        faults.add("start", f"expected a Plan, got {type(start).__name__}")
    read: dict[str, Any] = {}
    for name, value in (("time_limit", time_limit), ("work_limit", work_limit), ("gap", gap)):
        try:
            read[name] = None if value is None else number(value)
        except ValueError as error:
            faults.add(name, str(error))
            continue
        if value is not None and read[name] < 0:
            faults.add(name, f"{shown(value)} is negative")
    if engine not in ENGINES:
        faults.add("engine", f"{shown(engine)} is unknown; expected one of {', '.join(ENGINES)}")
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**31:
        faults.add("seed", f"{shown(seed)} is no seed; expected an integer from 0 to 2**31 - 1")
    if threads is not None and (not isinstance(threads, int) or threads < 1):
        faults.add("threads", f"{shown(threads)} is no number of threads; expected an integer ≥ 1")
    faults.raise_if_any()
    return Limits(
        seconds=None if read["time_limit"] is None else float(read["time_limit"]),
        work=None if read["work_limit"] is None else float(read["work_limit"]),
        gap=None if read["gap"] is None else Fraction(read["gap"]),
    )
