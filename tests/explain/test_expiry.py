"""What a plan relies on that runs out before its last day."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from placement import Policy, Problem, expiring, solve, verify, write_plan, write_problem
from placement.cli import main


def problem(policy, *, until="2027-12-31", workloads=1, **fields):
    """Return a problem of one site, whose operator is at home in Germany."""
    site = {"id": "s", "node": "n", "operator": "dt", **fields.pop("site", {})}
    operator = {"id": "dt", "country": "DE", "laws": [], **fields.pop("operator", {})}
    return Problem(
        at="2026-11-24",
        until=until,
        nodes=[{"id": "n", "country": fields.pop("country", "DE")}],
        operators=[operator, {"id": "tim"}],
        sites=[site],
        policies=[Policy("p", **policy)],
        workloads=[{"id": f"w{i}", "policy": "p", "operator": "tim"} for i in range(workloads)],
        **fields,
    )


def told(given):
    """Return what expires of the best plan."""
    plan = solve(given).plan
    assert len(plan) == len(given.workloads)
    assert verify(given, plan).ok
    return [(str(one.day), one.reason, one.workloads) for one in expiring(given, plan)]


CERTIFIED = {"certifications": ["C5:type1"]}


@pytest.mark.parametrize(
    ("policy", "fields", "expected"),
    [
        (
            CERTIFIED,
            {"site": {"certificates": {"C5:type2": "../2027-03-31"}}},
            [("2027-03-31", "certification", 2)],
        ),
        (CERTIFIED, {"site": {"certificates": {"C5:type2": "../2027-12-31"}}}, []),
        (CERTIFIED, {"site": {"certificates": {"C5:type2": "../2028-01-01"}}}, []),
        (CERTIFIED, {"site": {"certifications": ["C5:type1"]}}, []),
        (
            {"access": "staff in EU"},
            {"operator": {"staff": ["DE"], "known_until": {"staff": "2026-12-31"}}},
            [("2026-12-31", "access", 2)],
        ),
        (
            {"excluded_laws": ["US-CLOUD-ACT"]},
            {"operator": {"known_until": {"laws": "2026-11-24"}}},
            [("2026-11-24", "law", 2)],
        ),
        (
            {"countries": ["EU-ADEQUATE"]},
            {"country": "GB", "until": "2031-12-28"},
            [("2031-12-27", "country", 2)],
        ),
        ({"countries": ["EU-ADEQUATE"]}, {"country": "GB", "until": "2031-12-27"}, []),
        (
            {},
            {"agreements": [{"home": "tim", "host": "dt", "valid_until": "2027-06-30"}]},
            [("2027-06-30", "agreement", 2)],
        ),
    ],
)
def test_the_last_day_of_what_a_plan_relies_on_is_told(policy, fields, expected):
    """Certificates, facts, decisions of adequacy, agreements; the horizon itself still counts."""
    assert told(problem(policy, workloads=2, **fields)) == expected


def test_a_renewed_certificate_is_not_reported():
    """Two certificates follow each other without a gap."""
    spans = {"C5:type1": "../2027-03-31", "C5:type2": "2027-04-01/2028-03-31"}
    assert told(problem(CERTIFIED, site={"certificates": spans})) == []


def test_what_begins_within_the_time_breaks_a_rule_that_forbids_it():
    """A policy may ask that something does not hold."""
    given = problem(
        {"ownership": "not certifications has SEAL:1"},
        site={"certificates": {"SEAL:1": "2027-05-01/.."}},
    )
    assert told(given) == [("2027-04-30", "ownership", 1)]


def test_without_a_last_day_there_is_nothing_to_say():
    """And the plan is the same."""
    given = problem(CERTIFIED, until=None, site={"certificates": {"C5:type2": "../2026-12-31"}})
    assert told(given) == []


def test_the_commands_tell_it_on_stderr(tmp_path):
    """`solve` and `verify` alike, beside their data."""
    given = problem(CERTIFIED, site={"certificates": {"C5:type2": "../2027-03-31"}})
    write_problem(given, tmp_path / "p.json")
    assert json.loads((tmp_path / "p.json").read_text())["until"] == "2027-12-31"
    write_plan(solve(given).plan, tmp_path / "plan.json")
    paths = [str(tmp_path / name) for name in ("p.json", "plan.json")]
    expected = 'expires: s: certification of policy "p" holds until 2027-03-31'
    for command in (["solve", paths[0]], ["verify", *paths]):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0
        assert expected in done.stderr
        assert "expires" not in done.stdout


def test_a_day_is_a_date():
    """So that reports sort by it."""
    given = problem(CERTIFIED, site={"certificates": {"C5:type2": "../2027-03-31"}})
    assert expiring(given, solve(given).plan)[0].day == date(2027, 3, 31)


def test_the_last_day_of_a_slice_is_told():
    """From the day after, its workloads would fail `slice`; one that lasts is not mentioned."""
    given = Problem(
        at="2026-11-24",
        until="2027-12-31",
        nodes=[{"id": "n"}],
        slices=[{"id": "2", "valid_until": "2027-03-31"}, {"id": "1", "valid_until": "2028-01-01"}],
        sites=[{"id": "s", "node": "n", "slices": {"1": None, "2": None}}],
        workloads=[{"id": "v", "slice": "2"}, {"id": "w", "slice": "2"}, {"id": "x", "slice": "1"}],
    )
    lines = [str(one) for one in expiring(given, solve(given).plan)]
    assert lines == ["s: slice 2 holds until 2027-03-31; 2 workloads rely on it"]


def passing(policy, *, until="2032-12-31", links=((3, 3),), workloads=1, **operator):
    """Return a problem whose data goes from Dublin to Paris, the fastest way through London."""
    (first, second), *rest = links
    return Problem(
        at="2026-11-24",
        until=until,
        operators=[{"id": "bt", "country": "GB", **operator}],
        nodes=[
            {"id": "dublin", "country": "IE"},
            {"id": "london", "country": "GB", "operator": "bt"},
            {"id": "paris", "country": "FR"},
        ],
        links=[
            {"source": "dublin", "target": "london", "latency_ms": first},
            {"source": "london", "target": "paris", "latency_ms": second},
            *({"source": "dublin", "target": "paris", "latency_ms": one} for one in rest),
        ],
        sites=[{"id": "s", "node": "paris"}],
        policies=[Policy("p", **policy)],
        workloads=[{"id": f"w{i}", "policy": "p", "origins": "dublin"} for i in range(workloads)],
    )


@pytest.mark.parametrize(
    ("policy", "fields", "expected"),
    [
        ({"transit": ["EU", "EU-ADEQUATE"]}, {}, [("london", "2031-12-27", 2)]),
        ({"transit": ["EU", "EU-ADEQUATE"]}, {"until": "2031-12-27"}, []),
        ({"transit": ["EU", "EU-ADEQUATE"]}, {"links": ((3, 3), 5)}, []),  # another way is taken
        ({"transit": ["EU", "GB"]}, {}, []),
        ({}, {}, []),
        (
            {"in_transit": "country in EU or laws not in US-CLOUD-ACT"},
            {"laws": [], "known_until": {"laws": "2027-03-31"}},
            [("london", "2027-03-31", 2)],
        ),
        (
            {"transit": ["EU", "EU-ADEQUATE"], "in_transit": "country in EU or seat in GB"},
            {"known_until": {"country": "2027-03-31"}},
            [("london", "2027-03-31", 2)],
        ),
    ],
)
def test_what_a_policy_asks_of_nodes_on_the_way_is_told_as_well(policy, fields, expected):
    """Of the nodes that data crosses, with their operators; each with the first day that closes it."""
    given = passing(policy, workloads=2, **fields)
    plan = solve(given).plan
    assert verify(given, plan).ok
    found = expiring(given, plan)
    assert [(one.node, str(one.day), one.workloads) for one in found] == expected
    assert {one.reason for one in found} <= {"transit"}


def test_what_is_told_of_ways_is_what_the_judge_finds_on_the_day_after():
    """On the last day told the same plan passes; on the next its paths break the policy."""
    given = passing({"transit": ["EU", "EU-ADEQUATE"]})
    (told_of,) = expiring(given, solve(given).plan)
    for days, placed in ((0, 1), (1, 0)):
        later = Problem.from_dict(given.to_dict() | {"at": str(told_of.day + timedelta(days))})
        plan = solve(later).plan
        assert len(plan) == placed
        assert verify(later, plan).ok


def test_an_origin_is_exempt_on_its_own_way():
    """That its country is allowed no longer closes no path that starts there."""
    given = passing({"transit": ["FR", "GB", "EU-ADEQUATE"]})
    turned = given.to_dict()
    turned["nodes"][0]["country"], turned["nodes"][1]["country"] = "GB", "IE"
    turned["policies"][0]["transit"] = ["EU", "EU-ADEQUATE"]
    problem = Problem.from_dict(turned)
    assert expiring(problem, solve(problem).plan) == ()
