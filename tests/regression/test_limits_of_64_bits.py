"""Amounts near 2**62, whose sums leave doubles and 64 bits."""

import pytest

from placement import Problem, Status, solve, verify

HUGE = 2**62


def one_site(capacity, *demands):
    """Return a problem of one site and a workload a demand."""
    return Problem(
        nodes=[{"id": "n"}],
        sites=[{"id": "s", "node": "n", "capacity": {"bits": capacity}}],
        workloads=[{"id": f"w{i}", "demand": {"bits": one}} for i, one in enumerate(demands)],
    )


@pytest.mark.parametrize(
    ("problem", "left_out"),
    [
        (one_site(HUGE, HUGE, 1), 1),
        (one_site(HUGE - 1, HUGE // 2, HUGE // 2 - 1, HUGE // 2), 1),
        (one_site(HUGE, HUGE // 2, HUGE // 2, 1), 1),
        (one_site(HUGE, *[HUGE] * 5), 4),
        (one_site(HUGE, HUGE // 2, HUGE // 2), 0),
    ],
    ids=["a double hides 1", "three halves", "full to the last bit", "five times", "just fits"],
)
@pytest.mark.parametrize("engine", ["exact", "greedy"])
def test_one_too_much_is_too_much(problem, left_out, engine):
    """A row that is over by one part in 2**62 is over, and the optimum is still found."""
    result = solve(problem, engine=engine, verify=False)
    assert verify(problem, result.plan).faults == ()
    assert result.objective.unplaced >= left_out
    if engine == "exact":
        assert (result.status, result.objective.unplaced) == (Status.OPTIMAL, left_out)
