"""Engines against brute force: on every small problem the truth is known."""

from decimal import Decimal

import pytest
from hypothesis import given, settings

from placement import Problem, Status, solve, verify
from tests.reference.certificate import certified
from tests.reference.optimum import optimum
from tests.reference.problems import problem_of, problems
from tests.reference.rules import Rules

N_BLOCKS, BLOCK = 8, 250


def check_facts(rules, plan):
    """Assert that all that a plan says of itself is so, by the rules alone."""
    placed = {row.workload: row.site for row in plan.assignments}
    for row in plan.assignments:
        w, s = rules.workloads[row.workload], rules.sites[row.site]
        assert rules.reasons(w, s) == set()
        assert row.rtt_ms == Decimal(rules.rtt_ns(w, s)) / 10**6
    assert all(used <= rules.limit(row) for row, used in rules.load(placed).items())
    assert rules.value(placed) == (plan.objective.unplaced, plan.objective.cost)
    left_out = {row.workload: dict(row.reasons) for row in plan.unplaced}
    assert left_out == {
        name: rules.left_out(w, placed) for name, w in rules.workloads.items() if name not in placed
    }
    moves = {row.workload: (row.source, row.target) for row in plan.moves}
    assert moves == {
        name: (w.site, placed[name])
        for name, w in rules.workloads.items()
        if name in placed and w.site not in (None, placed[name])
    }


def check_bounds(rules, plan, best):
    """Assert that no bound is above what it bounds, and that OPTIMAL means that they meet."""
    value = (plan.objective.unplaced, plan.objective.cost)
    cheapest = optimum(rules, at_most_unplaced=plan.objective.unplaced)
    for bound in (plan.bound, plan.certified):
        assert bound.unplaced <= best.unplaced
        assert bound.cost <= cheapest.cost
    assert certified(rules, plan) == (plan.certified.unplaced, plan.certified.cost)
    assert plan.certified.unplaced <= plan.bound.unplaced
    assert plan.certified.cost <= plan.bound.cost
    met = (plan.bound.unplaced, plan.bound.cost) == value
    assert (plan.status is Status.OPTIMAL) == met


def check_engines(document):
    """Assert what holds for every engine, and that the exact one finds the optimum."""
    problem = Problem.from_dict(document)
    rules = Rules(problem)
    best = optimum(rules)
    for engine in ("greedy", "exact"):
        plan = solve(problem, engine=engine, verify=False).plan
        assert verify(problem, plan).faults == (), engine
        check_facts(rules, plan)
        check_bounds(rules, plan, best)
    assert plan.status is Status.OPTIMAL
    assert (plan.objective.unplaced, plan.objective.cost) == (best.unplaced, best.cost)


@pytest.mark.parametrize("block", range(N_BLOCKS))
def test_exact_finds_the_optimum_and_greedy_a_plan_with_a_true_bound(block):
    """Random problems with all rules mixed, against every assignment tried."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        try:
            check_engines(problem_of(seed))
        except Exception as error:
            error.add_note(f"problem_of({seed})")
            raise


@given(problems())
@settings(max_examples=60, deadline=None)
def test_the_optimum_of_a_problem_that_shrinks(document):
    """The same, with problems that hypothesis draws: a counterexample comes out small."""
    check_engines(document)
