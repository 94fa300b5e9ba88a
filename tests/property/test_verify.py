"""The judge against the rules: it accepts every true plan and convicts every false one."""

import copy
import random
from decimal import Decimal

import pytest

from placement import Plan, Problem
from placement.verify import verify
from tests.reference.plans import allowed, plan_document
from tests.reference.problems import problem_of
from tests.reference.rules import Rules

N_BLOCKS, BLOCK = 4, 150


def random_assignment(rules, rng, *, lawless):
    """Return {workload: site}: pairs that pass, and where `lawless` some that do not."""
    assignment = {}
    for name in rules.workloads:
        sites = [s for s in rules.sites if lawless or allowed(rules, name, s)]
        if sites and rng.random() < 0.8:
            assignment[name] = rng.choice(sites)
    return assignment


def without_overflow(rules, assignment):
    """Return the assignment without those that would overflow a row."""
    kept = {}
    for name, site in assignment.items():
        load = rules.load(kept | {name: site})
        if all(used <= rules.limit(row) for row, used in load.items()):
            kept[name] = site
    return kept


def broken_rules(rules, assignment):
    """Return the names of the rules that an assignment breaks."""
    names = {"site": "capacity", "slice": "bandwidth", "quota": "quota", "country": "quota"}
    names |= {"whole": "bandwidth", "devices": "quota"}
    broken = set()
    for name, site in assignment.items():
        broken |= rules.reasons(rules.workloads[name], rules.sites[site])
    load = rules.load({w: s for w, s in assignment.items() if allowed(rules, w, s)})
    return broken | {names[row[0]] for row, used in load.items() if used > rules.limit(row)}


def lies(document, rng):
    """Yield (what, document) with one false statement each."""
    micro = Decimal("0.000001")
    for field, change in {
        "objective": {"cost": document["objective"]["cost"] - micro},
        "certified": {"cost": document["certified"]["cost"] + micro},
        "bound": {"unplaced": document["objective"]["unplaced"] + 1},
    }.items():
        yield field, document | {field: document[field] | change}
    yield "problem", document | {"problem": "0" * 64}
    turned = {"FEASIBLE": "OPTIMAL", "OPTIMAL": "FEASIBLE"}
    yield "status", document | {"status": turned[document["status"]]}
    for table in ("assignments", "unplaced", "moves"):
        if document[table]:
            row = rng.randrange(len(document[table]))
            fewer = copy.deepcopy(document)
            del fewer[table][row]
            yield f"{table} without one", fewer
    if document["assignments"]:
        nearer = copy.deepcopy(document)
        rng.choice(nearer["assignments"])["rtt_ms"] += micro
        yield "rtt_ms", nearer
    if document["unplaced"]:
        other = copy.deepcopy(document)
        reasons = rng.choice(other["unplaced"])["reasons"]
        reasons["state"] = reasons.get("state", 0) + 1
        yield "reasons", other


@pytest.mark.parametrize("block", range(N_BLOCKS))
def test_every_true_plan_is_accepted_and_every_lie_is_found(block):
    """A random feasible plan passes; with any one statement changed it does not."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        rng, problem = random.Random(seed), Problem.from_dict(problem_of(seed))
        rules = Rules(problem)
        assignment = without_overflow(rules, random_assignment(rules, rng, lawless=False))
        document = plan_document(rules, assignment)
        report = verify(problem, Plan.from_dict(document))
        assert report.ok, f"seed {seed}: {report}"
        for what, lie in lies(document, rng):
            assert not verify(problem, Plan.from_dict(lie)).ok, f"seed {seed}: {what}"


@pytest.mark.parametrize("block", range(N_BLOCKS))
def test_every_broken_rule_is_named(block):
    """A random plan is convicted of each rule that it breaks, and of no other rule of a pair."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        rng, problem = random.Random(seed), Problem.from_dict(problem_of(seed))
        rules = Rules(problem)
        assignment = random_assignment(rules, rng, lawless=rng.random() < 0.7)
        broken = broken_rules(rules, assignment)
        report = verify(problem, Plan.from_dict(plan_document(rules, assignment)))
        found = {fault.rule for fault in report.faults}
        assert broken <= found, f"seed {seed}: {report}"
        assert found & set(rules.REASONS) <= broken, f"seed {seed}: {report}"
