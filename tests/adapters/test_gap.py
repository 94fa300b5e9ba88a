"""The generalised assignment problem: read as published, placed, and its value told back."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from placement import FileError, InputError, Status, solve, verify
from placement.adapters import GeneralisedAssignment, read_gap, write_gap

SETS = Path(__file__).parents[2] / "../shared/data/assignment/gap"
SMALL = """ 3 4
 10 20 30 40
 15 12 20 50
 40 40  5  8
  5 5 5 5
  4 9 6 4
  7 7 3 3
 9 10 8
"""
COST = np.array([[10, 20, 30, 40], [15, 12, 20, 50], [40, 40, 5, 8]])
WEIGHT = np.array([[5, 5, 5, 5], [4, 9, 6, 4], [7, 7, 3, 3]])
CAPACITY = np.array([9, 10, 8])


def small(tmp_path, text=SMALL, name="small.txt", **options):
    """Return what a text holds."""
    (tmp_path / name).write_text(text)
    return read_gap(tmp_path / name, **options)


def best_by_trying(maximise):
    """Return the best value of the small instance, found by trying all ways."""
    values = []
    for code in range(3**4):
        agent = np.array([code // 3**job % 3 for job in range(4)])
        load = np.bincount(agent, WEIGHT[agent, np.arange(4)], minlength=3)
        if (load <= CAPACITY).all():
            values.append(int(COST[agent, np.arange(4)].sum()))
    return max(values) if maximise else min(values)


def test_the_numbers_stand_where_the_format_says(tmp_path):
    """Costs, then weights, agent by agent; then capacities."""
    read = small(tmp_path)
    assert (read.cost == COST).all()
    assert (read.weight == WEIGHT).all()
    assert (read.capacity == CAPACITY).all()
    assert read.name == "small"


@pytest.mark.parametrize("maximise", [False, True])
def test_the_best_plan_has_the_best_value(tmp_path, maximise):
    """Whichever way it is meant, the value and the bound are those of the published objective."""
    read = small(tmp_path, maximise=maximise)
    result = solve(read.to_problem(), require_all=True)
    assert result.status is Status.OPTIMAL
    assert read.value(result.plan) == read.bound(result.bound.cost) == best_by_trying(maximise)


def test_the_cost_of_a_plan_is_the_published_value_in_micro_units(tmp_path):
    """Exactly, where it is minimised."""
    read = small(tmp_path)
    plan = solve(read.to_problem()).plan
    assert plan.objective.cost == read.value(plan) * 10**6


def test_a_bound_is_rounded_to_the_next_whole_value(tmp_path):
    """Values are whole: a fraction of one above 26 proves 27, and below the largest sum likewise."""
    assert small(tmp_path).bound(26_000_001) == 27
    assert small(tmp_path, maximise=True).bound(26_000_001) == 40 + 40 + 30 + 50 - 27


def test_a_plan_that_leaves_a_job_out_has_no_value(tmp_path):
    """And where not all jobs fit, that is proved."""
    tight = GeneralisedAssignment(COST, WEIGHT, CAPACITY // 2)
    result = solve(tight.to_problem())
    assert result.plan.objective.unplaced > 0
    assert tight.value(result.plan) is None
    assert solve(tight.to_problem(), require_all=True).status is Status.INFEASIBLE


def test_costs_below_zero_are_kept():
    """A cost of a pair is 0 or more; what lies below is told back by value and bound."""
    below = GeneralisedAssignment(COST - 25, WEIGHT, CAPACITY)
    result = solve(below.to_problem())
    assert below.value(result.plan) == best_by_trying(maximise=False) - 100
    assert below.bound(result.bound.cost) == below.value(result.plan)


def test_one_of_several_instances_is_chosen_by_its_number(tmp_path):
    """As in gap1 to gap12 of the OR-Library."""
    both = "2 " + SMALL + "1 2  7 8  1 1  2"
    second = small(tmp_path, both, number=2)
    assert (second.cost.tolist(), second.name) == ([[7, 8]], "small-2")
    assert small(tmp_path, both, number=1).cost.shape == (3, 4)
    assert small(tmp_path, "1 " + SMALL).name == "small"
    for number, told in ((None, "2 instances; say which"), (3, "number 3 is none"), (0, "none of")):
        with pytest.raises(InputError, match=told):
            small(tmp_path, both, number=number)
    with pytest.raises(InputError, match="holds 1 instance; number 2 is none of them"):
        small(tmp_path, number=2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r":1: ends too early: expected 1 numbers \(the number of agents\), got 0"),
        ("1", r"ends too early: .*the number of jobs"),
        ("3 4\n" + "1 " * 11, r":2: ends too early: expected 12 .*costs of 4 jobs on 3 agents"),
        (SMALL[:-12], r"ends too early|capacities of 3 agents"),
        (SMALL + "1\n", r":9: 1 numbers stand behind the end"),
        (SMALL.replace(" 5 5 5 5", " 5 -5 -5 5"), r":5: -5 is a weight below 0.*\(2 in all\)"),
        (SMALL.replace("9 10 8", "9 -10 8"), r":8: -10 is a capacity below 0"),
        (SMALL.replace("40", "4O"), r':2: "4O" is not a whole number'),
        (SMALL.replace("40", "4.0"), r':2: "4.0" is not a whole number'),
        ("0 4\n", r":1: 0 is no number of agents"),
        ("99999999 99999999\n1", r":1: 99999999 agents are more than the file has numbers"),
        ("<html><body>Not found</body></html>", r':1: "<html><body>Not" is not a whole number'),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path, text, told):
    """What was found there, and what was expected."""
    with pytest.raises(InputError, match=told) as caught:
        small(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "small.txt"))


def test_what_is_written_is_read_back(tmp_path):
    """For other solvers to read."""
    write_gap(small(tmp_path), tmp_path / "again")
    again = read_gap(tmp_path / "again")
    assert (again.cost == COST).all()
    assert (again.weight == WEIGHT).all()
    assert (again.capacity == CAPACITY).all()
    with pytest.raises(FileError):
        write_gap(again, tmp_path / "none" / "again")


def published():
    """Return what is published of each instance that is at hand."""
    with (SETS / "best_known.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
def test_all_public_instances_are_read():
    """Sixty, with the agents and jobs that are told of them."""
    told = published()
    assert len(told) == 60
    for row in told:
        path = SETS / row["instance"]
        if not path.exists():
            path = path.with_name(path.name + ".gz")
        read = read_gap(path)
        assert read.cost.shape == (int(row["agents"]), int(row["items"]))
        assert read.cost.min() >= 0
        assert read.name == path.name.removesuffix(".gz")


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        # The largest are c515-3, c515-5, c520-2 and c824-2 in the OR-Library's list of optima.
        ("gap1-2", 256, 339),
        ("gap1-4", 251, 326),
        ("gap2-1", 269, 436),
        ("gap5-1", 389, 558),
    ],
)
def test_the_published_optima_are_found_both_ways(name, least, most):
    """The least value that is published today, and the greatest that the OR-Library gives."""
    for maximise, value in ((False, least), (True, most)):
        read = read_gap(SETS / "cattrysse1994" / name, maximise=maximise)
        problem = read.to_problem()
        result = solve(problem, require_all=True, time_limit=60)
        assert result.status is Status.OPTIMAL
        assert read.value(result.plan) == read.bound(result.bound.cost) == value
        assert verify(problem, result.plan).ok


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
def test_the_bound_of_a_large_instance_is_below_its_best_value():
    """d201600: what prices prove of it in a second is no more than what others have found."""
    with gzip.open(SETS / "yagiura2004/d201600.gz") as file:
        assert file.readline().split() == [b"20", b"1600"]
    read = read_gap(SETS / "yagiura2004/d201600.gz")
    result = solve(read.to_problem(), time_limit=1)
    assert 0 <= read.bound(result.plan.certified.cost) <= 97825
