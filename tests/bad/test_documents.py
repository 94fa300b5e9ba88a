"""Every bad document is refused, at the place and with the words that help."""

import re

import pytest

from placement import InputError, Plan, Problem
from tests.bad.documents import BASE, PLAN, PLANS, PROBLEMS

LONGEST_MESSAGE = 400


def assert_told(error, place, told):
    """Hold the faults of an error against one that must be among them."""
    at = [fault for fault in error.faults if fault.place == place]
    assert at, f"nothing at {place}; there is\n{error}"
    assert any(re.search(told, fault.message) for fault in at), str(error)
    for fault in error.faults:
        assert str(fault).isprintable()
        assert len(fault.message) <= LONGEST_MESSAGE


def test_the_unchanged_documents_are_good():
    """So that each case is bad for its own reason."""
    assert len(Problem.from_dict(BASE).workloads) == 2
    assert len(Plan.from_dict(PLAN)) == 2


def test_there_are_many_cases_and_each_has_its_name():
    """At least a hundred and fifty."""
    names = [case.name for case in (*PROBLEMS, *PLANS)]
    assert len(names) >= 150
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", PROBLEMS, ids=lambda case: case.name)
def test_a_bad_problem_is_refused(case):
    """With the place and the reason."""
    with pytest.raises(InputError) as caught:
        Problem.from_dict(case.document)
    assert_told(caught.value, case.place, case.told)


@pytest.mark.parametrize("case", PLANS, ids=lambda case: case.name)
def test_a_bad_plan_is_refused(case):
    """With the place and the reason."""
    with pytest.raises(InputError) as caught:
        Plan.from_dict(case.document)
    assert_told(caught.value, case.place, case.told)


def test_all_faults_are_told_at_once():
    """A document with many of them is read once."""
    document = BASE | {"nodes": [{"id": "m", "lat": 91}, {"id": "m"}], "colour": 1}
    document |= {"workloads": [{"id": "w", "priority": 0, "demand": {"cpu": -1}, "policy": "q"}]}
    with pytest.raises(InputError) as caught:
        Problem.from_dict(document)
    places = {fault.place for fault in caught.value.faults}
    assert places >= {
        *("nodes[0].lat", "nodes[1].id", "colour", "links[0].target", "sites[1].node"),
        *("workloads[0].priority", "workloads[0].demand.cpu", "workloads[0].policy"),
        *("pairs[0].workload",),
    }
