"""Plans of generated federations: how good they are proved to be in some seconds, and how soon all is placed."""

import time
from dataclasses import dataclass
from functools import partial

from bench import milp, naive
from bench.engines import timed
from bench.federation import make_federation
from bench.judge import Answer
from bench.registry import Bench
from placement.instance import compile_problem
from placement.model.problem import Problem
from placement.solve import solve
from placement.verify import verify

__all__ = ["BENCH"]

SEEDS = range(1, 6)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A federation, the seconds of the runs, and the gaps in percent that they are to come to."""

    problem: Problem
    limits: tuple[float, ...]
    goals: tuple[float, ...]
    seconds: float = 60.0


def case_of(n_workloads, n_sites, seed, limits, goals):
    """Return the case of a federation."""
    return Case(make_federation(n_workloads, n_sites, seed=seed).problem, limits, goals)


def judged(case, run):
    """Have the plan judged, and tell value, bound and gap; peers prove their bound themselves."""
    told = {"seconds": round(run.seconds, 2), "peak MB": round(run.peak_bytes / 1e6)}
    answer, extra = run.answer
    if answer is None:
        return told | {"verified": "no plan"}
    report = verify(case.problem, answer.plan)
    assert report.ok, report
    value = answer.plan.objective
    known = answer.unplaced_bound == value.unplaced and answer.cost_bound
    return (
        told
        | {
            "verified": "yes",
            "unplaced": value.unplaced,
            "cost": value.cost / 1e6,
            "bound": answer.cost_bound / 1e6 if known else None,
            "gap %": round(100 * (1 - answer.cost_bound / value.cost), 3) if known else None,
        }
        | extra
    )


SIZES = {
    "1k × 50": (1_000, 50, (1.0, 10.0), (0.8, 0.5)),
    "10k × 200": (10_000, 200, (2.0, 15.0), (0.42, 0.3)),
    "100k × 500": (100_000, 500, (8.0, 40.0), (0.6, 0.42)),
    "1M × 1,000": (1_000_000, 1_000, (75.0, 240.0), (1.0, 0.5)),
}
FIRST_SEEDS = {100_000: 2, 1_000_000: 1}  # the first ones only, since a run takes long
BENCH = Bench(
    "federations",
    "Generated federations, each subject in a process of its own; what is compiled is compiled once more",
    {"tiny": partial(case_of, 60, 6, 1, (1.0, 1.0), (100.0, 100.0))}
    | {
        f"{name}, seed {seed}": partial(case_of, *size[:2], seed, *size[2:])
        for name, size in SIZES.items()
        for seed in SEEDS
        if seed <= FIRST_SEEDS.get(size[0], seed)
    },
    judged,
    alone=True,
)


def by_library(number, case):
    """Answer with the library in one of the case's limits, beside the time that compiling takes."""
    begun = time.perf_counter()
    compile_problem(case.problem)
    compiled = time.perf_counter() - begun
    limit, first = case.limits[number] + compiled, []

    def seen(progress):
        if progress.unplaced == 0 and not first:
            first.append(progress.seconds)

    plan = solve(case.problem, time_limit=limit, verify=False, on_progress=seen).plan
    gap = None if plan.gap is None else float(plan.gap) * 100
    told = {
        "first full plan": round(first[0], 2) if first else None,
        "compile": round(compiled, 3),
        "certified %": round(100 * (1 - plan.certified.cost / plan.objective.cost), 3),
        "goal": f"{case.goals[number]:g} % in {case.limits[number]:g} s",
        "measured": f"{plan.objective.unplaced} left out" if gap is None else f"{gap:.3g} %",
        "reached": gap is not None and not plan.objective.unplaced and gap <= case.goals[number],
    }
    return Answer(plan, plan.bound.unplaced, plan.bound.cost), told


def by_peer(answer, case):
    """Answer with a peer."""
    return answer(case.problem, case.seconds), {}


SUBJECTS = {
    "placement, short": partial(by_library, 0),
    "placement, long": partial(by_library, 1),
}
PEERS = {
    "naive CP-SAT, 60 s": partial(by_peer, naive.answer),
    "HiGHS, 60 s": partial(by_peer, milp.answer),
}
for _name, _decide in (SUBJECTS | PEERS).items():
    BENCH.subject(_name)(partial(timed, _decide))
for _name in PEERS:
    BENCH.only[_name] = ("1k × 50, seed 1",)
