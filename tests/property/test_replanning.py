"""Plans within a budget of moves, against every other plan within it."""

import random

import pytest

from placement import Problem, solve, verify
from tests.reference.budget import BudgetedRules
from tests.reference.certificate import certified
from tests.reference.optimum import optimum
from tests.reference.problems import problem_of

N_BLOCKS, BLOCK = 20, 25


def drawn_limits(problem, rng):
    """Return random limits of moves of a problem, at least one."""
    limits = {}
    operators = sorted({site.operator for site in problem.sites if site.operator})
    if rng.random() < 0.7:
        limits["max_moves"] = rng.randint(0, 2)
    if operators and rng.random() < 0.4:
        limits["max_operator_moves"] = {rng.choice(operators): rng.randint(0, 1)}
    if len(problem.sites) and rng.random() < 0.4:
        limits["max_site_moves"] = {rng.choice(problem.sites.ids): rng.randint(0, 1)}
    if rng.random() < 0.4 or not limits:
        limits["min_gain"] = rng.choice([0, 0.5, 2, 10])
    return limits


def changed(document, rng):
    """Return a later state of a problem: a site went down, one takes nothing new, prices changed."""
    later = Problem.from_dict(document).to_dict()
    for site in later.get("sites", ()):
        site["state"] = rng.choice(["open", "open", "open", "cordoned", "down"])
        if rng.random() < 0.3:
            site["capacity"] = {"cpu": rng.randint(0, 8), **site.get("capacity", {})}
    for workload in later.get("workloads", ()):
        if rng.random() < 0.1:
            workload["pinned"] = True
    return Problem.from_dict(later)


@pytest.mark.parametrize("block", range(N_BLOCKS))
def test_a_plan_is_the_best_within_its_budget_and_its_bound_is_no_higher(block):
    """The engine finds what trying every assignment finds, and the judges agree about the proof."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        rng, document = random.Random(seed), problem_of(seed)
        start = solve(Problem.from_dict(document), engine=rng.choice(["greedy", "exact"])).plan
        problem = changed(document, rng)
        limits = drawn_limits(problem, rng)
        result = solve(problem, start=start, verify=False, **limits)
        plan, running = result.plan, result.problem
        report = verify(running, plan)
        assert report.ok, f"seed {seed}: {report}"
        rules = BudgetedRules(running, plan.budget)
        best = optimum(rules)
        value = plan.objective.unplaced, plan.objective.cost
        assert value == (best.unplaced, best.cost), f"seed {seed}, {limits}"
        assert (plan.bound.unplaced, plan.bound.cost) == value, f"seed {seed}"
        proved = plan.certified.unplaced, plan.certified.cost
        assert certified(rules, plan) == proved, f"seed {seed}"
        assert plan.certified.unplaced <= best.unplaced
        assert plan.certified.cost <= best.cost
        for row in plan.unplaced:
            told = rules.left_out(
                rules.workloads[row.workload], {a.workload: a.site for a in plan.assignments}
            )
            assert dict(row.reasons) == told, f"seed {seed}"


@pytest.mark.parametrize("seed", range(40))
def test_the_greedy_engine_keeps_the_budget_too(seed):
    """It may find less, but never more moves, and its bound is true."""
    rng, document = random.Random(seed), problem_of(seed)
    start = solve(Problem.from_dict(document), engine="greedy").plan
    problem = changed(document, rng)
    result = solve(
        problem, start=start, engine="greedy", verify=False, **drawn_limits(problem, rng)
    )
    assert verify(result.problem, result.plan).faults == ()
    best = optimum(BudgetedRules(result.problem, result.plan.budget))
    assert result.plan.bound.unplaced <= best.unplaced
