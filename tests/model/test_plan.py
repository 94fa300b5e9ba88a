"""What a plan is: read from its file form, checked in shape, and asked by name."""

import copy
import json
import pickle
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from placement import InputError, NoValueError, Plan, Problem
from tests.reference.plans import plan_document
from tests.reference.rules import Rules

PROBLEM = Problem.from_dict(
    {
        "format": "placement-problem/1",
        "at": "2026-11-24",
        "nodes": [{"id": "a"}, {"id": "b"}],
        "links": [{"source": "a", "target": "b", "latency_ms": 1.0000001}],
        "sites": [
            {"id": "s", "node": "a", "capacity": {"cpu": 2}},
            {"id": "t", "node": "b", "capacity": {"cpu": 2}, "state": "cordoned"},
        ],
        "workloads": [
            {"id": "mover", "demand": {"cpu": 2}, "site": "t", "origins": "b"},
            {"id": "waiter", "demand": {"cpu": 1}},
        ],
    }
)
DOCUMENT = plan_document(Rules(PROBLEM), {"mover": "s"})


def changed(**fields):
    """Return a plan with some fields replaced."""
    return Plan.from_dict(DOCUMENT | fields)


def test_a_plan_is_asked_by_workload():
    """The site of a workload, or why it has none."""
    plan = Plan.from_dict(DOCUMENT)
    assert (plan["mover"].site, plan["mover"].rtt_ms) == ("s", Decimal("2.000002"))
    assert "mover" in plan
    assert "waiter" not in plan
    assert len(plan) == 1
    with pytest.raises(NoValueError, match=r"waiter.*unplaced.*1 state.*1 capacity"):
        _ = plan["waiter"]
    with pytest.raises(NoValueError, match='did you mean "mover"'):
        _ = plan["movr"]


def test_who_moves_is_told():
    """A workload that had a site and gets another, from where to where."""
    (move,) = Plan.from_dict(DOCUMENT).moves
    assert (move.workload, move.source, move.target) == ("mover", "t", "s")


def test_a_plan_survives_its_file_form():
    """What is written and read back is the same, also through JSON text."""
    plan = Plan.from_dict(DOCUMENT)
    assert plan.to_dict() == Plan.from_dict(plan.to_dict()).to_dict()
    text = json.dumps(plan.to_dict(), default=str)
    again = json.loads(text.replace('"2.000002"', "2.000002"), parse_float=Decimal)
    again["objective"]["cost"] = Decimal(again["objective"]["cost"])
    for part in ("bound", "certified"):
        again[part]["cost"] = Decimal(again[part]["cost"])
    assert Plan.from_dict(again).to_dict() == plan.to_dict()


def test_costs_are_exact_decimals_of_six_places():
    """A cost is a whole number of micro-units inside and a decimal outside."""
    plan = changed(objective={"unplaced": 0, "cost": Decimal("12345678901.123456")})
    assert plan.objective.cost == 12345678901123456
    assert str(plan.to_dict()["objective"]["cost"]) == "12345678901.123456"


@pytest.mark.parametrize(
    ("unplaced", "cost", "gap"),
    [(1, 2, Fraction(0)), (1, 1, Fraction(1, 2)), (0, 2, None), (0, 1, None)],
)
def test_a_gap_is_given_only_where_the_unplaced_bound_is_met(unplaced, cost, gap):
    """Where more might be placed, the cost compares with nothing."""
    plan = changed(
        objective={"unplaced": 1, "cost": 2},
        bound={"unplaced": unplaced, "cost": cost, "proof": "prices"},
    )
    assert plan.gap == gap


def test_a_plan_travels_to_another_process():
    """Pickled and read back it is the same plan; so is its problem."""
    plan = Plan.from_dict(DOCUMENT)
    assert pickle.loads(pickle.dumps(plan)).to_dict() == plan.to_dict()
    again = pickle.loads(pickle.dumps(PROBLEM))
    assert (again.digest, again.to_dict()) == (PROBLEM.digest, PROBLEM.to_dict())


WRONG = {
    "format": ({"format": "placement-problem/1"}, "format"),
    "status": ({"status": "INFEASIBLE"}, "status"),
    "limit": ({"limit": "memory"}, "limit"),
    "unknown field": ({"assignment": []}, "assignment"),
    "half a micro-unit": ({"certified": {"unplaced": 0, "cost": 1e-7}}, "certified.cost"),
    "half a nanosecond": (
        {"assignments": [{"workload": "mover", "site": "s", "rtt_ms": 2.0000005}]},
        "assignments[0].rtt_ms",
    ),
    "unknown reason": (
        {"unplaced": [{"workload": "waiter", "reasons": {"full": 1}}]},
        "unplaced[0].reasons",
    ),
    "count of zero": (
        {"unplaced": [{"workload": "waiter", "reasons": {"state": 0}}]},
        "unplaced[0].reasons",
    ),
    "no proof": ({"bound": {"unplaced": 0, "cost": 0, "proof": "trust"}}, "bound.proof"),
    "nothing at all": ({"solver": None}, "solver"),
}


@pytest.mark.parametrize(("change", "place"), WRONG.values(), ids=WRONG.keys())
def test_a_plan_out_of_shape_is_refused_with_the_place(change, place):
    """Whether a plan is right is for the judge; its shape is checked here."""
    with pytest.raises(InputError) as caught:
        changed(**change)
    assert any(fault.place.startswith(place) for fault in caught.value.faults), caught.value


def test_prices_out_of_shape_are_refused():
    """A price is a whole number over a power of two that is not absurd."""
    certificate = copy.deepcopy(DOCUMENT["certificate"])
    certificate["cost"] |= {"shift": -1, "prices": [{"site": "s", "resource": "cpu", "price": 0.5}]}
    with pytest.raises(InputError) as caught:
        changed(certificate=certificate)
    places = [fault.place for fault in caught.value.faults]
    assert "certificate.cost.shift" in places
    assert "certificate.cost.prices[0].price" in places


def test_assignments_come_out_as_tables():
    """Arrow, what takes Arrow over, and pandas: workload, site and round-trip time, row by row."""
    plan = Plan.from_dict(DOCUMENT)
    row = {"workload": "mover", "site": "s", "rtt_ms": 2.000002}
    assert plan.to_arrow().to_pylist() == [row]
    assert pl.DataFrame(plan.to_arrow()).to_dicts() == [row]
    assert plan.to_pandas().to_dict("records") == [row]
    several = changed(
        assignments=[
            {"workload": workload, "site": site, "rtt_ms": rtt_ms}
            for workload, site, rtt_ms in (("a", "s", 9), ("b", "t", 0.5), ("c", "s", 9))
        ]
    )
    assert list(several.to_pandas().site) == ["s", "t", "s"]
    assert list(several.to_pandas().rtt_ms) == [9, 0.5, 9]
    assert several.to_arrow().schema.field("rtt_ms").type == "double"


def test_the_columns_of_an_empty_plan_keep_their_types():
    """A plan that places nothing has the same columns."""
    empty = changed(assignments=[], moves=[])
    assert list(empty.to_pandas().columns) == ["workload", "site", "rtt_ms"]
    assert empty.to_pandas().rtt_ms.dtype == float
    assert empty.to_arrow().schema == Plan.from_dict(DOCUMENT).to_arrow().schema
