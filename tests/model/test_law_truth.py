"""The truth table of law and evidence: the builder, the judge and the plain rules all find what it says."""

import dataclasses
import itertools

import pytest

from placement import Plan, Problem, solve, verify
from placement.instance import compile_problem
from placement.model.reasons import named
from tests.model import evidence_truth
from tests.model import law_truth as table
from tests.reference.rules import Rules

DAY = "2026-11-24"
# Who may own the operator of the site.
OWNERS = [
    {"id": "jp", "country": "JP", "owners": {}},
    {"id": "nowhere"},
    {"id": "shell", "country": "LU", "owners": {"us": 1}},
    {"id": "state", "country": "FR", "owners": {}},
    {"id": "us", "country": "US", "owners": {}},
]


def problem(at, *, site, operator, policy, between=None):
    """Return a problem of one workload and one site; with a node between them if one is given."""
    host = {"id": "host", "country": "DE", **operator}
    nodes = [{"id": "home", "country": "FR", "operator": "host"}]
    links = []
    if between is not None:
        ends = ("home", "between", "away")
        nodes += [{"id": "between", "operator": "carrier", **between}, {**nodes[0], "id": "away"}]
        links = [{"source": a, "target": b, "latency_ms": 1} for a, b in itertools.pairwise(ends)]
    target = "home" if between is None else "away"
    carrier = {"id": "carrier", **(operator if between is not None else {})}
    if between is not None:
        host = {"id": "host", "country": "DE", "laws": []}
    return Problem.from_dict(
        {
            "format": "placement-problem/1",
            "at": at,
            "operators": [host, carrier, *OWNERS],
            "nodes": nodes,
            "links": links,
            "sites": [{"id": "s", "node": target, "operator": "host", **site}],
            "policies": [{"id": "p", **policy}],
            "workloads": [
                {"id": "w", "policy": "p"} | ({"origins": "home"} if between is not None else {})
            ],
        }
    )


def cases():
    """Yield (name, problem, the reasons that fail)."""
    for group, rows in (
        ("EU", table.UNION),
        ("EEA", table.AREA),
        ("EFTA", table.EFTA),
        ("EU-ADEQUATE", table.ADEQUATE),
    ):
        for country, at, inside in rows:
            fails = "" if inside else "country"
            yield (
                f"{country} in {group} on {at}",
                at,
                {"country": country},
                {},
                {"countries": [group]},
                fails,
                None,
            )
    for country, scopes, at, ground in table.SCOPED:
        name = f"{country} as {scopes} on {at}"
        policy, fails = {"at_rest": "grounds has A45-3"}, "" if ground else "at_rest"
        yield name, at, {"country": country}, {"scopes": scopes}, policy, fails, None
    for held, spans, asked, at, holds in table.CERTIFIED:
        name, site = f"{held} {spans} for {asked}", {"certifications": held, "certificates": spans}
        yield (
            name,
            at,
            site,
            {},
            {"certifications": [asked]},
            "" if holds else "certification",
            None,
        )
    for name, site, operator, policy, fails in evidence_truth.EVIDENCE:
        yield name, DAY, site, operator, policy, fails, None
    for name, between, operator, policy, fails in evidence_truth.TRANSIT:
        yield name, DAY, {}, operator, policy, fails, between


CASES = [
    pytest.param(
        lambda at=at, site=site, operator=operator, policy=policy, between=between: problem(
            at, site=site, operator=operator, policy=policy, between=between
        ),
        set(fails.split()),
        id=name,
    )
    for name, at, site, operator, policy, fails, between in cases()
]


def test_there_are_enough_cases_and_each_is_there_once():
    """Territories, days, policies, unknowns, scopes and expired certificates."""
    names = [case.id for case in CASES]
    assert len(names) >= 150
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("make", "fails"), CASES)
def test_the_builder_and_the_plain_rules_find_what_the_table_says(make, fails):
    """Reason by reason."""
    made = make()
    assert set(named(int(compile_problem(made).reasons(0)[0][0]))) == fails
    assert Rules(made).reasons(made.workloads["w"], made.sites["s"]) == fails


@pytest.mark.parametrize(("make", "fails"), CASES)
def test_the_judge_accepts_the_true_plan_and_finds_the_rule_that_a_false_one_breaks(make, fails):
    """A plan that places the workload where it may not run, or leaves it out for nothing, is caught."""
    made = make()
    plan = solve(made, engine="greedy", verify=False).plan
    assert verify(made, plan).ok
    assert (plan.unplaced["w"].reasons if fails else {}) == dict.fromkeys(sorted(fails), 1)
    free = Problem.from_dict({**made.to_dict(), "policies": [{"id": "p"}]})
    other = solve(free, engine="greedy", verify=False).plan
    false = dataclasses.replace(other, problem=made.digest)
    told = {fault.rule for fault in verify(made, false).faults}
    assert (fails <= told) if fails else not told
    if not fails:
        lie = Plan.from_dict(
            {
                **plan.to_dict(),
                "assignments": [],
                "unplaced": [{"workload": "w", "reasons": {"law": 1}}],
            }
        )
        assert "reasons" in {fault.rule for fault in verify(made, lie).faults}
