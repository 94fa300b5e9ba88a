"""Runs that must come out the same."""

from placement import solve
from tests.solve.contract import crowded


def test_of_equally_good_plans_the_same_is_told_each_time():
    """Searches that run side by side find equal plans in any order; the answer does not show it."""
    problem = crowded(25, 4)
    runs = [solve(problem, work_limit=1, threads=1 + run % 3, verify=False) for run in range(12)]
    assert all(run.plan.to_dict() == runs[0].plan.to_dict() for run in runs)
