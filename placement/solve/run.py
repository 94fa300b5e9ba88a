"""`solve`: one call from a problem to a result."""

import os
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from placement.errors import PlacementError
from placement.instance import compile_problem, with_budget
from placement.model.budget import Budget
from placement.model.faults import Faults
from placement.model.plan import Plan, Status
from placement.model.problem import Problem
from placement.solve.bounds import zero_prices
from placement.solve.budget import read_budget
from placement.solve.clock import Cancel, Clock, Limits
from placement.solve.decide import decide, first_solution
from placement.solve.draft import Drafts
from placement.solve.exact import ExactOptions
from placement.solve.progress import Reporter
from placement.solve.result import Progress, Result
from placement.solve.warm import warm_prices
from placement.solve.write import Proofs, write_plan
from placement.units import number, shown

__all__ = ["ENGINES", "solve"]

ENGINES = ("auto", "exact", "greedy")


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
    max_moves: int | None = None,
    max_operator_moves: Mapping[str, int] | None = None,
    max_site_moves: Mapping[str, int] | None = None,
    min_gain: float | None = None,
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
        A plan to begin with; the result is never worse than what of it is still allowed. Its prices
        are begun with, too.
    max_moves : int, optional
        From where `start` has the workloads, at most so many may move. Forced moves are free: of
        workloads whose site is gone, is down or is no longer allowed to them. So are first placements.
    max_operator_moves, max_site_moves : mapping of str to int, optional
        By operator, and by site: at most so many moves may leave or reach it.
    min_gain : number, optional
        By how much less a workload must cost where it moves to than where it runs, opening costs
        aside; forced moves need not.
    require_all : bool, default False
        Everything has to be placed; else there is no plan.
    verify : bool, default True
        Have the plan checked by `placement.verify` before it is handed back.
    on_progress : callable, optional
        Is called with a `Progress` for each better plan and bound, perhaps from another thread; the
        plan itself is its `plan`.
    cancel : object with is_set(), optional
        Such as a `threading.Event`: once set, the best plan so far is handed back. So it is after
        Ctrl-C, in the main thread of a program that has no handler of its own for it.

    Returns
    -------
    Result
        Always; a problem in which nothing can be placed is an answer too. With any limit of moves, its
        problem, which the plan is of, is ``problem.running(start)``.

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
    limits, budget = _checked(
        problem,
        start,
        {
            "max_moves": max_moves,
            "max_operator_moves": max_operator_moves,
            "max_site_moves": max_site_moves,
            "min_gain": min_gain,
        },
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
        if budget is not None and start is not None:
            problem = problem.running(start)
        instance = compile_problem(problem, threads=threads)
        if budget is not None:
            instance = with_budget(instance, budget)
        zero = zero_prices(instance)
        report.drafted_by(Drafts(instance, Proofs(cost=zero, unplaced=zero), seed))
        report.phase("greedy")
        warm = None if start is None else warm_prices(instance, start)
        options = _options(engine, seed, threads)
        best = first_solution(instance, start, clock, warm, last=options is None)
        report.found("greedy", best)
        proved, proofs = decide(
            instance, best, clock, report, options, warm=warm, require_all=require_all
        )
        report.raise_if_failed()
        plan = write_plan(instance, proved, proofs, clock, seed)
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


def _options(engine: str, seed: int, threads: int | None) -> ExactOptions | None:
    """Return how to search, None for not at all."""
    if engine == "greedy":
        return None
    return ExactOptions(seed=seed, threads=threads or os.cpu_count() or 1)


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
    moves: Mapping[str, object],
    *,
    time_limit: object,
    work_limit: object,
    gap: object,
    seed: object,
    threads: object,
    engine: object,
) -> tuple[Limits, Budget | None]:
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
    budget = read_budget(problem, start, **moves, faults=faults)
    faults.raise_if_any()
    limits = Limits(
        seconds=None if read["time_limit"] is None else float(read["time_limit"]),
        work=None if read["work_limit"] is None else float(read["work_limit"]),
        gap=None if read["gap"] is None else Fraction(read["gap"]),
    )
    return limits, budget
