"""One fault planted at a time, each found under its own name and with its numbers."""

from dataclasses import fields, replace
from decimal import Decimal

import numpy as np
import pytest

from placement import Bound, Certificate, Cover, Plan, Prices, RowPrice, Status, Value, verify
from placement.model.column import Column
from placement.model.reasons import REASONS
from placement.model.table import Table
from tests.verify.broken_laws import PAIRS, ROWS
from tests.verify.federation import SLICE, plan, problem
from tests.verify.planted import (
    MICRO,
    VALUE,
    covered,
    edited,
    law,
    price_of,
    priced,
    raw,
    statement,
    workloads,
)


def drop(row):
    """Return an edit that takes a row out."""
    return lambda items: items.pop(row)


def again(row):
    """Return an edit that lists a row twice."""
    return lambda items: items.insert(row, dict(items[row]))


def change(row, **fields):
    """Return an edit that changes fields of a row."""
    return lambda items: items[row].update(fields)


LISTS = {
    "another problem": statement("problem", "0000", problem="0" * 64),
    "assigned twice": edited("assignments", '"robot" is listed twice', "assignments", again(2)),
    "assigned to two sites": edited(
        "assignments",
        "listed twice",
        "assignments",
        lambda items: items.insert(3, items[2] | {"site": "mil-1"}),
    ),
    "missing": edited("assignments", '"batch" is neither', "assignments", drop(0)),
    "missing among the unplaced": edited("assignments", '"giant" is neither', "unplaced", drop(0)),
    "unknown site": edited(
        "assignments", 'no site "fra-2"', "assignments", change(2, site="fra-2")
    ),
    "unknown workload": edited(
        "assignments", 'no workload "robot-2"', "assignments", change(2, workload="robot-2")
    ),
    "not sorted": edited("assignments", "not sorted", "assignments", lambda items: items.reverse()),
    "unplaced and assigned": edited(
        "unplaced",
        '"robot" is also assigned',
        "unplaced",
        lambda items: items.append({"workload": "robot", "reasons": {"size": 1}}),
    ),
    "unplaced twice": edited("unplaced", '"giant" is listed twice', "unplaced", again(0)),
    "unplaced and unknown": edited(
        "unplaced", 'no workload "dwarf"', "unplaced", change(0, workload="dwarf")
    ),
    "a move that is not listed": statement("moves", "and is not listed", moves=[]),
    "a move of one who stays": edited(
        "moves",
        '"stay" does not move',
        "moves",
        lambda items: items.insert(0, {"workload": "stay", "source": "lon-1", "target": "lon-1"}),
    ),
    "a move of one who had no site": edited(
        "moves",
        '"batch" does not move',
        "moves",
        lambda items: items.insert(0, {"workload": "batch", "source": "fra-1", "target": "mil-1"}),
    ),
    "a move from elsewhere": edited(
        "moves", 'from "mad-1" to "fra-1"', "moves", change(0, source="par-1")
    ),
    "a move to elsewhere": edited(
        "moves", 'from "mad-1" to "fra-1"', "moves", change(0, target="par-1")
    ),
    "a move twice": edited("moves", "listed twice", "moves", again(0)),
    "a reason counted once too often": edited(
        "reasons",
        "the count gives state 2, size 6",
        "unplaced",
        change(0, reasons={"state": 3, "size": 6}),
    ),
    "a reason that is not told": edited(
        "reasons", "the count gives", "unplaced", change(0, reasons={"size": 6})
    ),
    "a reason that is none": edited(
        "reasons",
        "the count gives",
        "unplaced",
        change(0, reasons={"state": 2, "size": 6, "law": 1}),
    ),
    "RTT one ns too short": edited(
        "rtt_ms", "states 7.999999 ms", "assignments", change(2, rtt_ms=Decimal("7.999999"))
    ),
    "RTT one ns too long": edited(
        "rtt_ms", "states 7.500001 ms", "assignments", change(4, rtt_ms=Decimal("7.500001"))
    ),
    "RTT of one without users": edited(
        "rtt_ms", "time is 0 ms", "assignments", change(0, rtt_ms=1)
    ),
    "mean in place of the percentile": law(
        "rtt_ms", "is 8.697853 ms", **workloads(cctv={"percentile": 0.95, "max_rtt_ms": 9})
    ),
}

NUMBERS = {
    "cost one micro-unit too low": statement(
        "objective", "22366667", objective=VALUE | {"cost": VALUE["cost"] - MICRO}
    ),
    "cost one micro-unit too high": statement(
        "objective", "22366667", objective=VALUE | {"cost": VALUE["cost"] + MICRO}
    ),
    "open cost forgotten": statement(
        "objective", "22366667", objective=VALUE | {"cost": VALUE["cost"] - 2}
    ),
    "move cost forgotten": statement(
        "objective", "22366667", objective=VALUE | {"cost": VALUE["cost"] - Decimal("0.5")}
    ),
    "unplaced without its priority": statement(
        "objective", "states 1, the sum is 5", objective=VALUE | {"unplaced": 1}
    ),
    "bound above the objective": statement(
        "bound",
        "above the objective",
        bound={"unplaced": 5, "cost": VALUE["cost"] + MICRO, "proof": "search"},
    ),
    "bound of the unplaced above the objective": statement(
        "bound", "6 is above the objective", bound={"unplaced": 6, "cost": 0, "proof": "search"}
    ),
    "bound better than its prices": statement(
        "bound", "not what the prices prove", bound={"unplaced": 5, "cost": 1, "proof": "prices"}
    ),
    "bound worse than its prices": statement(
        "bound", "below what the prices prove", bound={"unplaced": 4, "cost": 0, "proof": "search"}
    ),
    "certified too good": statement(
        "certified", "states 1, the sum is 0", certified={"unplaced": 5, "cost": MICRO}
    ),
    "certified unplaced too good": statement(
        "certified", "states 6, the sum is 5", certified={"unplaced": 6, "cost": 0}
    ),
    "optimal without a proof": statement("status", "differs from", status="OPTIMAL"),
    "proved and not told": statement("status", "equals", bound=VALUE | {"proof": "search"}),
    "no proof has that name": raw(
        "bound", "neither", bound=Bound(unplaced=5, cost=0, proof="faith")
    ),
    "a plan of nothing": raw("status", "has no plan", status=Status.UNKNOWN),
}

CERTIFICATES = {
    "negative price": priced(
        "-1 is no integer", prices=[{"site": "fra-1", "resource": "cpu", "price": -1, "unit": 1}]
    ),
    "negative μ": priced("-1 is no integer", mu=-1),
    "unknown site": priced('site "fra-2"', prices=price_of(site="fra-2", resource="cpu")),
    "unknown resource": priced('resource "tpu"', prices=price_of(site="fra-1", resource="tpu")),
    "unknown slice": priced('slice "7"', prices=price_of(site="mil-1", slice="7")),
    "price on a slice without limit": priced("no limit", prices=price_of(site="mil-1", slice="1")),
    "price on a slice that is not offered": priced(
        "no limit", prices=price_of(site="fra-1", slice=SLICE)
    ),
    "price on a resource without quota": priced(
        "limits", prices=price_of(home="orange", host="dt", resource="memory")
    ),
    "price on an agreement that has ended": priced(
        "no agreement", prices=price_of(home="orange", host="vodafone", resource="cpu")
    ),
    "price on no agreement at all": priced(
        "no agreement", prices=price_of(home="dt", host="dt", resource="cpu")
    ),
    "price on half a row": priced("is no row", prices=price_of(site="fra-1")),
    "price on a row and a half": priced(
        "is no row", prices=price_of(site="fra-1", home="orange", host="dt", resource="cpu")
    ),
    "two prices for one row": priced(
        "a second price", prices=price_of(site="fra-1", resource="cpu") * 2
    ),
    "price per nothing": priced(
        "no amount > 0", prices=[{"site": "fra-1", "resource": "cpu", "price": 1, "unit": 0}]
    ),
    "μ of the unplaced is not 1": priced("μ is 1", name="unplaced", shift=3, mu=4),
    "shift out of range": priced("from 0 to 256", shift=257),
    "cover that holds too many": covered(
        "more than 1 of them may fit", workloads=["batch", "robot"]
    ),
    "cover that names fewer than its limit": covered("may fit", limit=2),
    "cover of an unknown workload": covered('"dwarf"', workloads=["batch", "dwarf"]),
    "cover on an unknown site": covered('"fra-2"', site="fra-2"),
    "cover that names one twice": covered("twice", workloads=["batch", "batch", "giant"]),
    "cover with a negative price": covered("-1", price=-1),
    "cover with a negative limit": covered("-1", limit=-1),
}


def table_of(name, **columns):
    """Return one of the plan's tables with other columns."""
    table = getattr(plan(), name)
    return Table(table.noun, table.columns | columns, len(table))


SHAPES = {
    "no table": raw("shape", "expected a table", assignments=[]),
    "nothing": raw("shape", "expected a table", moves=None),
    "a table of other rows": raw("shape", "of site", assignments=plan().unplaced),
    "a column too short": raw(
        "shape", "of site", assignments=table_of("assignments", site=Column(("fra-1",)))
    ),
    "a number for a name": raw(
        "assignments", "no site 7", assignments=table_of("assignments", site=Column.constant(7, 6))
    ),
    "no number for a time": raw(
        "rtt_ms",
        "no whole number",
        assignments=table_of("assignments", rtt_ms=Column.constant("soon", 6)),
    ),
    "not a number for a time": raw(
        "rtt_ms",
        "no whole number",
        assignments=table_of("assignments", rtt_ms=Column.constant(Decimal("nan"), 6)),
    ),
    "half a nanosecond": raw(
        "rtt_ms",
        "no whole number",
        assignments=table_of("assignments", rtt_ms=Column.constant(Decimal("8e-7"), 6)),
    ),
    "no mapping for reasons": raw(
        "shape", "no mapping", unplaced=table_of("unplaced", reasons=Column.constant("size", 1))
    ),
    "no objective": raw("shape", "expected a Value", objective=None),
    "a float for a cost": raw(
        "shape", "expected an integer", certified=Value(unplaced=5, cost=0.0)
    ),
    "true for a number": raw(
        "shape", "expected an integer", certified=Value(unplaced=True, cost=0)
    ),
    "a column that points beyond its values": raw(
        "shape",
        "of site",
        assignments=table_of("assignments", site=Column(("fra-1",), np.arange(6, dtype=np.int32))),
    ),
    "a list for a status": raw("status", "has no plan", status=[]),
    "a word for a limit": raw("shape", "expected a Limit", limit="enough"),
    "no solver": raw("shape", "expected a Solver", solver=None),
    "a price per no number": raw(
        "certificate",
        "no amount > 0",
        certificate=Certificate(
            cost=Prices(
                prices=(RowPrice(price=1, unit=Decimal("nan"), site="fra-1", resource="cpu"),)
            )
        ),
    ),
    "no certificate": raw("shape", "expected a Certificate", certificate=None),
    "no prices": raw("certificate", "no set of prices", certificate=Certificate(cost=None)),
    "no list of prices": raw(
        "certificate", "not lists", certificate=Certificate(cost=Prices(prices=None))
    ),
    "no price in the list": raw(
        "certificate", "no price", certificate=Certificate(cost=Prices(prices=(None,)))
    ),
    "no cover in the list": raw(
        "certificate", "no cover", certificate=Certificate(cost=Prices(covers=(None,)))
    ),
    "half a price": raw(
        "certificate",
        "0.5 is no integer",
        certificate=Certificate(cost=Prices(prices=(RowPrice(price=0.5, unit=1, site="fra-1"),))),
    ),
    "a name that is none": raw(
        "certificate",
        "not all text",
        certificate=Certificate(
            cost=Prices(prices=(RowPrice(price=1, unit=1, site=7, resource="cpu"),))
        ),
    ),
    "a cover of numbers": raw(
        "certificate",
        "names what is not there: 7",
        certificate=Certificate(
            cost=Prices(covers=(Cover(site="fra-1", workloads=(7,), limit=0, price=0),))
        ),
    ),
}

CASES = {
    f"{family}: {name}": case
    for family, cases in {
        "row": ROWS,
        "pair": PAIRS,
        "list": LISTS,
        "number": NUMBERS,
        "certificate": CERTIFICATES,
        "shape": SHAPES,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", CASES)
def test_a_planted_fault_is_found_under_its_name_with_its_numbers(name):
    """The judge names the rule that is broken, says how, and blames no other rule of the law."""
    rule, shown, of, planted = CASES[name]
    report = verify(of, planted)
    assert not report.ok
    found = [fault for fault in report.faults if fault.rule == rule]
    assert any(shown in fault.message for fault in found), str(report)
    also = {"capacity", "bandwidth", "quota"} if rule == "size" else set()  # too large is too much
    assert {fault.rule for fault in report.faults} & set(REASONS) - also <= {rule}, str(report)


@pytest.mark.parametrize(
    "name", [name for name in CASES if name.startswith(("list: RTT", "list: a "))]
)
def test_one_fault_is_one_line(name):
    """A single fault does not draw others after it."""
    _, _, of, planted = CASES[name]
    assert len({fault.rule for fault in verify(of, planted).faults}) == 1


def test_what_is_no_plan_is_told():
    """Anything may be handed to the judge."""
    report = verify(problem(), None)
    assert [fault.rule for fault in report.faults] == ["shape"]


@pytest.mark.parametrize("junk", [None, 7, -1.5, "x", [], {}, {1}, (None,)], ids=repr)
@pytest.mark.parametrize("field", [one.name for one in fields(Plan)])
def test_junk_in_any_field_is_reported_and_raises_nothing(field, junk):
    """A plan is judged whatever stands in it."""
    report = verify(problem(), replace(plan(), **{field: junk}))
    assert report.ok == (field in {"limit", "law", "budget"} and junk is None)


def test_faults_beyond_a_thousand_are_counted():
    """The report of a hopeless plan stays readable."""
    many = problem(workloads=[{"id": f"w{i}"} for i in range(1500)])
    report = verify(many, plan(many))
    assert len(report.faults) == 1000
    assert report.n_faults > 1500
    assert str(report).endswith(f"… and {report.n_faults - 1000} more")


def test_a_report_reads_line_by_line():
    """Each fault is a line with place, rule and numbers."""
    report = verify(
        problem(),
        plan(
            certified={"unplaced": 5, "cost": MICRO},
            bound={"unplaced": 5, "cost": MICRO, "proof": "prices"},
        ),
    )
    assert str(report).splitlines() == [
        "the plan has 1 fault:",
        "  certified.cost: certified: states 1, the sum is 0 micro-units",
    ]
