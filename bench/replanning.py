"""From the running plan after a change: how soon it is as good as before, and what few moves gain."""

import time
from dataclasses import dataclass, field
from functools import cache, partial

import numpy as np

from bench.federation import make_federation
from bench.plot import curve
from bench.registry import Bench
from placement.model.column import Column
from placement.model.problem import Problem
from placement.model.table import Table
from placement.solve import solve
from placement.verify import verify

__all__ = ["BENCH", "Case", "churned"]

CHURN = 0.01
SITES_DOWN = 2
ALLOWED = 0.001  # by which the gap may be worse than that of the plan that runs
GOAL_TIMES, GOAL_GAIN = 20, 80
AT = 5  # per cent of the workloads, whose moves are to bring that much of the gain


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What ran, what has become of the problem, and how many seconds each has.

    Parameters
    ----------
    start : Plan
        The plan that runs.
    problem : Problem
        The later state; workloads that still run do so where `start` has them.
    seconds : float
        For the plan that runs, for a cold start and for each budget.
    costs : dict of str to int, micro-units
        Of the first plan that leaves nobody out and of the last one, with any number of moves, once they
        are known.
    """

    start: object
    problem: Problem
    seconds: float
    costs: dict = field(default_factory=dict)


def churned(problem, seed):
    """Return an earlier and a later state: arrivals, departures, two sites down.

    Parameters
    ----------
    problem : Problem
        With the workloads of both.
    seed : int
        Of who comes, who goes and which sites are down.
    """
    rng = np.random.default_rng(seed)
    n_workloads, n_sites = len(problem.workloads), len(problem.sites)
    some = rng.permutation(n_workloads)
    n_new = max(1, round(n_workloads * CHURN / (1 + CHURN)))
    new, gone = some[:n_new], some[n_new : 2 * n_new]
    everybody = np.arange(n_workloads)
    down = np.isin(np.arange(n_sites), rng.choice(n_sites, SITES_DOWN, replace=False))
    state = Column(("open", "down"), down.astype(np.int32))
    columns = problem.sites.columns | {"state": state}
    tables = {name: table for name, table in problem.tables.items() if table is not None}
    told = {"objective": problem.objective, "at": problem.at, "law": problem.law}
    return tuple(
        Problem.from_tables(
            **tables
            | {
                "workloads": problem.workloads.take(np.setdiff1d(everybody, absent)),
                "sites": Table(problem.sites.noun, sites, n_sites),
            },
            **told,
        )
        for absent, sites in ((new, problem.sites.columns), (gone, columns))
    )


@cache
def case(n_workloads, n_sites, seconds, seed=1):
    """Return a federation in which a plan runs and something has changed."""
    before, after = churned(make_federation(n_workloads, n_sites, seed=seed).problem, seed)
    start = solve(before, time_limit=seconds, verify=False).plan
    return Case(start, after.running(start), seconds)


def judged(case, result):
    """Have the plan judged, and return what it came to."""
    told, seconds, times, healed = result
    plan, problem = told.plan, told.problem
    report = verify(problem, plan)
    assert report.ok, report
    row = {
        "seconds": round(seconds, 3),
        "unplaced": plan.objective.unplaced,
        "cost": plan.objective.cost / 1e6,
        "gap %": None if plan.gap is None else round(100 * float(plan.gap), 3),
        "moves": len(plan.moves),
    }
    if times is not None:
        row["gap that ran %"] = round(100 * float(case.start.gap or 0), 3)
        return row | reached(f"{GOAL_TIMES} times as soon", times, GOAL_TIMES, " times")
    budget = plan.budget
    if budget is None:
        case.costs.update({"healed": healed, "best": plan.objective.cost})
    if case.costs.get("healed") is not None and plan.objective.unplaced == 0:
        most = case.costs["healed"] - case.costs["best"]
        gain = 100 * (case.costs["healed"] - plan.objective.cost) / most if most > 0 else 100.0
        row["gain %"] = round(gain, 1)
        if budget is not None and budget.moves == allowed(case, AT):
            row |= reached(f"{GOAL_GAIN} % of the gain", gain, GOAL_GAIN, " %")
    return row


def reached(goal, measured, least, unit):
    """Return the columns about a goal."""
    told = f"{measured:.1f}{unit}"
    return {"goal": goal, "measured": told, "reached": bool(measured >= least)}


def drawn(rows):
    """Draw the gain over the budget, for the first instance."""
    rows = [row for row in rows if row["instance"] == rows[0]["instance"]]
    points = [
        (float(row["subject"].partition(" ")[0]), row.get("gain %") or 0.0)
        for row in rows
        if row["subject"].endswith("% moves")
    ]
    title = f"What few moves gain: {rows[0]['instance']}, 1 % of churn, two sites down"
    labels = ("moves allowed, % of the workloads", "% of the gain of any number of moves")
    return curve(title, labels, sorted(points), (AT, GOAL_GAIN))


BENCH = Bench(
    "replanning",
    "From the running plan after 1 % of churn and with two sites down",
    {
        "tiny": partial(case, 60, 8, 0.5),
        "10,000 × 200": partial(case, 10_000, 200, 15.0),
    },
    judged,
    plot=drawn,
)


def allowed(case, percent):
    """Return how many moves so many per cent are."""
    return round(len(case.problem.workloads) * percent / 100)


def timed(decide):
    """Return a result, its seconds, no ratio yet, and the cost of the first plan with all placed."""
    full = []

    def look(event):
        if event.unplaced == 0:
            full.append(event.cost)

    begun = time.perf_counter()
    result = decide(on_progress=look)
    return result, time.perf_counter() - begun, None, full[0] if full else None


@BENCH.subject("as good as before")
def as_good_as_before(case):
    """From cold, and from the plan that runs, until the gap is as it was, or the time is over."""
    limits = {"gap": float(case.start.gap or 0) + ALLOWED, "time_limit": case.seconds}

    def run():
        cold = timed(partial(solve, case.problem, verify=False, **limits))
        warm = timed(partial(solve, case.problem, start=case.start, verify=False, **limits))
        return warm[0], warm[1], cold[1] / warm[1], warm[3]

    return run


def within(percent, case):
    """Return what re-plans within so many per cent of moves; None: without a limit."""
    most = None if percent is None else allowed(case, percent)
    return lambda: timed(
        partial(
            solve,
            case.problem,
            start=case.start,
            max_moves=most,
            time_limit=case.seconds,
            verify=False,
        )
    )


for _percent in (None, 0, 1, 2, 5, 10, 20):
    _name = "any number of moves" if _percent is None else f"{_percent:g} % moves"
    BENCH.subject(_name)(partial(within, _percent))
