"""The engines and simple peers on whole problems: what the plan is worth, how good it is proved to be."""

import random
import time
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench import milp, naive
from bench.instances import federation, generated
from bench.judge import Answer, plan_of
from bench.machine import peak_bytes, reset_peak
from bench.registry import Bench
from placement.instance import compile_problem
from placement.model.problem import Problem
from placement.solve import solve
from placement.verify import verify

__all__ = ["BENCH"]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A problem, and the most seconds that anyone may take, whatever limit its name says."""

    problem: Problem
    seconds: float = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What a subject came to, in what time and memory."""

    answer: Answer | None
    seconds: float
    peak_bytes: int


def judged(case, run):
    """Have the plan judged by `verify`; a plan that does not pass has no value."""
    told = {"seconds": round(run.seconds, 3), "peak MB": round(run.peak_bytes / 1e6)}
    if run.answer is None:
        return told | {"verified": "no plan"}
    report = verify(case.problem, run.answer.plan)
    if not report.ok:
        return told | {"verified": f"no: {report.faults[0]}"}
    value, answer = run.answer.plan.objective, run.answer
    assert answer.unplaced_bound is None or answer.unplaced_bound <= value.unplaced
    known = answer.unplaced_bound == value.unplaced and answer.cost_bound is not None
    return told | {
        "verified": "yes",
        "unplaced": value.unplaced,
        "unplaced bound": answer.unplaced_bound,
        "cost": value.cost / 1e6,
        "cost bound": answer.cost_bound / 1e6 if known else None,
        "gap %": round(100 * (value.cost - answer.cost_bound) / value.cost, 3) if known else None,
    }


BENCH = Bench(
    "engines",
    "Engines and peers on whole problems, each in a process of its own",
    {
        "tiny": lambda: Case(generated(30, 6), 20.0),
        "reference federation": lambda: Case(federation()),
        "generated 1,000 × 50": lambda: Case(generated(1000, 50)),
    },
    judged,
    alone=True,
)


def timed(decide, case):
    """Return a thunk that decides, and measures time and memory from the problem to the plan.

    What is imported for it is loaded before.
    """
    import scipy.optimize
    from ortools.sat.python import cp_model

    assert scipy.optimize.milp
    assert cp_model.CpModel

    def run():
        before = reset_peak()
        begun = time.perf_counter()
        answer = decide(case)
        seconds = time.perf_counter() - begun
        return Run(answer, seconds, max(0, peak_bytes() - before))

    return run


def by_engine(engine, seconds, case):
    """Answer with the library."""
    limit = None if seconds is None else min(seconds, case.seconds)
    plan = solve(case.problem, engine=engine, time_limit=limit, verify=False).plan
    return Answer(plan, plan.bound.unplaced, plan.bound.cost)


def one_by_one(order, choose, case):
    """Answer by placing one workload after the other on a site with room, if there is one."""
    instance = compile_problem(case.problem)
    rows, room = instance.rows, instance.rows.limit.copy()
    placed = np.zeros(instance.n_pairs, np.int64)
    for c in order(np.repeat(np.arange(instance.n_classes), instance.count), instance):
        for pair in choose(np.arange(instance.pair_ptr[c], instance.pair_ptr[c + 1]), instance):
            uses = slice(rows.use_ptr[pair], rows.use_ptr[pair + 1])
            if (room[rows.use_row[uses]] >= rows.use_amount[uses]).all():
                room[rows.use_row[uses]] -= rows.use_amount[uses]
                placed[pair] += 1
                break
    return Answer(plan_of(instance, placed))


def by_priority(classes, instance):
    """The most important first."""
    return classes[np.argsort(-instance.priority[classes], kind="stable")]


def nearest(pairs, instance):
    """The site with the shortest round trip first."""
    return pairs[np.argsort(instance.pair_rtt[pairs], kind="stable")]


def at_random(rng, some, _instance):
    """In any order."""
    return rng.sample(some.tolist(), len(some))


def in_any_order(case):
    """Answer with workloads and sites in a random order."""
    mix = partial(at_random, random.Random(0))
    return one_by_one(mix, mix, case)


SUBJECTS = {
    "placement, greedy": partial(by_engine, "greedy", None),
    "placement, exact 1 s": partial(by_engine, "exact", 1.0),
    "placement, exact 5 s": partial(by_engine, "exact", 5.0),
    "placement, exact 20 s": partial(by_engine, "exact", 20.0),
    "nearest by priority": partial(one_by_one, by_priority, nearest),
    "random feasible": in_any_order,
    "naive CP-SAT, 20 s": lambda case: naive.answer(case.problem, min(20.0, case.seconds)),
    "HiGHS (scipy.optimize.milp), 20 s": lambda case: milp.answer(
        case.problem, min(20.0, case.seconds)
    ),
}
for _name, _decide in SUBJECTS.items():
    BENCH.subject(_name)(partial(timed, _decide))
