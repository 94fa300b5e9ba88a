"""Machine reassignment: what our rules express of it, and that nothing else is claimed."""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest

from placement import InputError, Problem, solve, verify
from placement.adapters import machine_reassignment, read_machine_reassignment
from placement.adapters.machine_rules import broken_rules, published_value

SETS = Path(__file__).parents[2] / "../shared/data/assignment/roadef2012"
# Two resources, the second transient. Three machines in locations 0, 0, 1 and neighbourhoods 0, 1, 1.
# Service 0 has two processes in two locations; 1 has two, anywhere; 2 has one and depends on 1.
MODEL = """2
0 100
1 10
3
0 0 20 9   12 5   0 1 3
1 0 16 9   10 5   1 0 2
1 1 18 12  9 6    3 2 0
3
2 0
1 0
1 1 1
5
0 6 3 2
0 5 4 3
1 7 2 1
1 4 2 5
2 3 1 2
1
0 1 2
7
1 10 100
"""
START = "0 2 0 1 1"
N_MACHINES = 3


@pytest.fixture
def small(tmp_path):
    """The small instance."""
    (tmp_path / "model_small.txt").write_text(MODEL)
    (tmp_path / "start.txt").write_text(START)
    return read_machine_reassignment(tmp_path / "model_small.txt", tmp_path / "start.txt")


def all_assignments():
    """Return each way to put five processes on three machines."""
    return (np.array(ways) for ways in itertools.product(range(N_MACHINES), repeat=5))


def held_to(problem, machines, machine):
    """Return a problem in which each process may run on one machine alone."""
    document = problem.to_dict()
    for row, m in zip(document["workloads"], machine.tolist(), strict=True):
        row["allow"] = [machines[m]]
    return Problem.from_dict(document)


def test_the_numbers_stand_where_the_format_says(small):
    """Resources, machines, services, processes, balance costs, weights."""
    assert small.transient.tolist() == [False, True]
    assert small.load_weight.tolist() == [100, 10]
    assert small.location.tolist() == [0, 0, 1]
    assert small.neighbourhood.tolist() == [0, 1, 1]
    assert small.capacity.tolist() == [[20, 9], [16, 9], [18, 12]]
    assert small.safety.tolist() == [[12, 5], [10, 5], [9, 6]]
    assert small.machine_cost.tolist() == [[0, 1, 3], [1, 0, 2], [3, 2, 0]]
    assert (small.spread.tolist(), small.needs.tolist()) == ([2, 1, 1], [[2, 1]])
    assert small.service.tolist() == [0, 0, 1, 1, 2]
    assert small.process_cost.tolist() == [2, 3, 1, 5, 2]
    assert (small.balance.tolist(), small.weights) == ([[0, 1, 2, 7]], (1, 10, 100))
    assert small.name == "model_small"


def test_a_value_is_worked_out_as_published(small):
    """By hand: the start, and a move of the last process from machine 1 to machine 0."""
    start = small.start
    # Used: (13, 5), (7, 3), (5, 4). Above the safety capacity: 1 of the first resource on machine 0.
    # Free: (7, 4), (9, 6), (13, 8): short of twice the first are 10, 12 and 18 of the second.
    assert published_value(small, start) == 100 * 1 + 7 * (10 + 12 + 18)
    moved = np.array([0, 2, 0, 1, 0])
    # Used: (16, 6), (4, 2), (5, 4). Free: (4, 3), (12, 7), (13, 8): short are 5, 17 and 18.
    load = 100 * 4 + 10 * 1
    assert published_value(small, moved) == load + 7 * (5 + 17 + 18) + 1 * 2 + 10 * 1 + 100 * 1


def test_the_problem_says_exactly_what_its_rules_can_say(small):
    """Of all 243 assignments it admits those that break no rule but dependency, at their move costs."""
    problem, n_admitted = small.to_problem(), 0
    for machine in all_assignments():
        broken = [told for told in broken_rules(small, machine) if "depends" not in told]
        plan = solve(held_to(problem, small.machines, machine), engine="greedy").plan
        assert (plan.objective.unplaced == 0) == (broken == []), (machine, broken)
        if not broken:
            n_admitted += 1
            moved = machine != small.start
            move = (
                small.process_cost[moved].sum()
                + 100 * small.machine_cost[small.start, machine].sum()
            )
            assert plan.objective.cost == move * 10**6
            assert small.value(plan) == published_value(small, machine)
            assert small.broken(plan) == broken_rules(small, machine)
    assert 10 < n_admitted < 100


def test_each_rule_is_broken_by_some_assignment(small):
    """And told by its own sentence; a transient resource is used on either machine."""
    told = {
        word: next(
            (sentence, machine.tolist())
            for machine in all_assignments()
            for sentence in broken_rules(small, machine)
            if word in sentence
        )[0]
        for word in ("resource 0", "resource 1", "processes of", "locations", "neighbourhoods")
    }
    assert told["processes of"] == "machine 0 runs 2 processes of service 0"
    assert told["locations"] == "service 0 runs in 1 locations, fewer than 2"
    assert "without service 1, on which it depends" in told["neighbourhoods"]
    # Where it starts it uses 3 and 4, as what is there does; both machines would hold it if it left.
    swapped = np.array([2, 0, 0, 1, 1])
    assert "machine 0 uses 9 of resource 1" not in " ".join(broken_rules(small, swapped))
    crowded = np.array([1, 0, 0, 1, 1])
    small.capacity[0, 1] = 8
    assert "machine 0 uses 9 of resource 1, of which it has 8" in broken_rules(small, crowded)


def test_what_bounds_the_cost_bounds_the_published_objective(small):
    """With what load and balance cost at least; and no solution costs less than that."""
    result = solve(small.to_problem())
    values = [published_value(small, m) for m in all_assignments() if not broken_rules(small, m)]
    assert small.least_cost <= small.bound(result.bound.cost) <= min(values)
    assert small.bound(10**6 + 1) == small.least_cost + 2


def test_what_is_left_out_is_told(small):
    """A sentence for each rule and cost that the problem does not say."""
    costs, dependencies = small.left_out
    assert str(small.least_cost) in costs
    assert dependencies == "dependencies of services: 1"


def test_a_spread_between_two_and_all_is_held_to_what_is_necessary(tmp_path):
    """Four processes in three locations: at most two in one, which two and two keep as well."""
    machines = "".join(f"0 {where} 9 9 " + "0 " * 8 for where in (0, 0, 1, 1, 2, 2, 3, 3))
    model = f"1 0 1  8 {machines} 1 3 0  4 {'0 1 0 ' * 4} 0  1 1 1"
    (tmp_path / "m").write_text(model)
    (tmp_path / "s").write_text("0 2 4 6")
    read = read_machine_reassignment(tmp_path / "m", tmp_path / "s")
    assert read.left_out[-1] == "part of the spread of 1 services"
    problem = read.to_problem()
    for machine, fits, n_broken in (([0, 1, 2, 3], True, 1), ([0, 1, 2, 4], True, 0)):
        plan = solve(held_to(problem, read.machines, np.array(machine))).plan
        assert (plan.objective.unplaced == 0) is fits
        assert len(read.broken(plan)) == n_broken
    assert problem.agreements[0].quota == {"process": 2}


def test_a_margin_keeps_machines_near_their_share(small):
    """Safety capacities where all of them hold what is used and the margin, else a part of the rest."""
    room = {site.id: site.capacity["r0"] for site in small.to_problem(margin=0.1).sites}
    assert room == {"machine-1": 12, "machine-2": 10, "machine-3": 9}  # 31 for 25 and a tenth
    room = [site.capacity["r0"] for site in small.to_problem(margin=0.5).sites]
    assert sum(room) >= 25 * 1.5
    assert all(
        low <= one <= high for low, one, high in zip([12, 10, 9], room, [20, 16, 18], strict=True)
    )
    assert "r0" in small.to_problem(margin=9).sites[0].capacity


def test_a_plan_that_leaves_a_process_out_is_no_solution(small):
    """It has no value."""
    none = held_to(small.to_problem(), small.machines, np.zeros(5, int))
    plan = solve(none).plan
    assert small.value(plan) is None
    assert small.broken(plan) == (f"{plan.objective.unplaced} processes are left out",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("2\n0 100", "0\n0 100", r":1: 0 is no number of resources"),
        ("1 10\n3", "2 10\n3", r":3: 2 is neither 0 nor 1 \(transient\)"),
        ("1 10\n3", "-1 10\n3", r":3: -1 is a number of transient or not.* below 0"),
        ("0 0 20 9", "0 0 20 -9", r":5: -9 is a number of machines below 0"),
        ("0 6 3 2", "3 6 3 2", r":13: 3 is no service"),
        ("1 1 1\n5", "1 1 3\n5", r":11: 3 is no service"),
        ("0 1 2\n7", "0 2 2\n7", r":19: 2 is no resource"),
        ("1 10 100\n", "1 10\n", r"ends too early: .*weights of the three move costs"),
        ("1 10 100\n", "1 10 100 1\n", r":21: 1 numbers stand behind the end"),
        ("0 6 3 2", "0 6 3.5 2", r':13: "3.5" is not a whole number'),
        ("0 6 3 2", "0 6 2147483648 2", r":13: 2147483648 is too large"),
        ("5\n0 6", "500\n0 6", r"500 processes are more than the file has numbers"),
    ],
)
def test_a_broken_model_is_refused_with_its_line(tmp_path, old, new, told):
    """What was found there, and what was expected."""
    assert old in MODEL
    (tmp_path / "model").write_text(MODEL.replace(old, new, 1))
    (tmp_path / "start").write_text(START)
    with pytest.raises(InputError, match=told) as caught:
        read_machine_reassignment(tmp_path / "model", tmp_path / "start")
    assert str(caught.value).startswith(str(tmp_path / "model"))


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ("0 2 0 1", "ends too early: expected 5 numbers"),
        ("0 2 0 1 1 1", "1 numbers stand behind the end"),
        ("0 2 0 1 3", ":1: 3 is no machine"),
        ("0 2 0\n-1 1", ":2: -1 is no machine"),
    ],
)
def test_a_broken_start_is_refused_with_its_line(tmp_path, start, told):
    """By the name of its own file."""
    (tmp_path / "model").write_text(MODEL)
    (tmp_path / "start").write_text(start)
    with pytest.raises(InputError, match=told) as caught:
        read_machine_reassignment(tmp_path / "model", tmp_path / "start")
    assert str(caught.value).startswith(str(tmp_path / "start"))


@pytest.mark.parametrize(("name", "told"), [("MOST_PAIRS", "15 pairs"), ("MOST_QUOTAS", "spread")])
def test_what_would_grow_without_end_is_refused(small, monkeypatch, name, told):
    """A file of a hundred megabytes may ask for more pairs or quotas than fit in memory."""
    monkeypatch.setattr(machine_reassignment, name, 1)
    with pytest.raises(InputError, match=told):
        small.to_problem()


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
@pytest.mark.parametrize("name", ["a1_2", "a1_4", "a1_5", "a2_2", "a2_3", "b_01", "b_03"])
def test_published_values_and_bounds_are_met(name):
    """The start costs what is published and breaks nothing; load and balance cost the published bound."""
    with (SETS / "best_known.csv").open(encoding="utf-8", newline="") as file:
        told = next(row for row in csv.DictReader(file) if row["instance"] == name)
    model, start = (next(SETS.glob(f"{what}_{name}.*")) for what in ("model", "assignment"))
    read = read_machine_reassignment(model, start)
    assert published_value(read, read.start) == int(told["initial_cost"])
    assert broken_rules(read, read.start) == ()
    assert read.least_cost == int(told["lower_bound"])


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
def test_the_start_is_a_plan_of_the_public_problem():
    """Of a1_4: it costs nothing, passes the judge, and has the published value."""
    read = read_machine_reassignment(SETS / "model_a1_4.txt", SETS / "assignment_a1_4.txt")
    problem = held_to(read.to_problem(), read.machines, read.start)
    plan = solve(problem, engine="greedy").plan
    assert (plan.objective.unplaced, plan.objective.cost) == (0, 0)
    assert verify(problem, plan).ok
    assert read.value(plan) == 632499600
    assert read.broken(plan) == ()
