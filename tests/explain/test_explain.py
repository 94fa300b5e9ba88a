"""Why a workload runs where it does, or nowhere."""

import json
import random

import pytest

from placement import (
    Network,
    NoValueError,
    Plan,
    Policy,
    Problem,
    Site,
    Workload,
    explain,
    solve,
    verify,
)
from placement.explain import explain_unplaced
from tests.reference.plans import plan_document
from tests.reference.problems import random_problem
from tests.reference.rules import Rules

NETWORK = Network.from_links(
    [
        ("paris", "frankfurt", 4.6),
        ("madrid", "paris", 9.1),
        ("paris", "bern", 3),
        ("bern", "milan", 2),
    ],
    countries={"paris": "FR", "frankfurt": "DE", "madrid": "ES", "bern": "CH", "milan": "IT"},
)
SITES = [
    Site("ber-1", node="bern", operator="sunrise", capacity={"cpu": 64}),
    Site("fra-1", node="frankfurt", operator="dt", capacity={"cpu": 64}),
    Site("mad-1", node="madrid", operator="telefonica", capacity={"cpu": 4, "memory": "8Gi"}),
]


def problem_of(*workloads, sites=SITES, **rest):
    """Return a problem on the small network."""
    return Problem(network=NETWORK, sites=sites, workloads=workloads, at="2026-11-24", **rest)


def plan_of(problem, assignment):
    """Return the plan {workload: site}."""
    return Plan.from_dict(plan_document(Rules(problem), assignment))


def test_each_site_counts_under_its_first_reason_with_the_number_that_tells_most():
    """The largest count comes first; a site that fails more rules is counted once."""
    robot = Workload(
        "robot", origins="paris", demand={"cpu": 8}, max_rtt_ms=9, policy=Policy(countries="EU")
    )
    assert str(explain(problem_of(robot), "robot")) == (
        "0 of 3 sites: 2 latency (best 9.2 ms > 9 ms at fra-1), 1 country (CH; allowed EU)"
    )


def test_what_does_not_fit_is_told_by_how_much_it_is_short():
    """The best of the sites that are too small is named."""
    robot = Workload("robot", origins="paris", demand={"cpu": 67, "memory": "8Gi"})
    told = str(explain(problem_of(robot, sites=SITES[1:]), "robot"))
    assert told == "0 of 2 sites: 2 size (cpu short by 63 at mad-1)"


def test_the_law_is_told_apart_from_the_distance():
    """Where only the transit set stands in the way, the path that it forbids is measured."""
    robot = Workload("robot", origins="paris", policy=Policy(transit="EU"))
    sites = [Site("mil-1", node="milan")]
    network = Network.from_links(
        [("paris", "bern", 3), ("bern", "milan", 2)],
        countries={"paris": "FR", "bern": "CH", "milan": "IT"},
    )
    problem = Problem(network=network, sites=sites, workloads=[robot])
    assert str(explain(problem, "robot")) == (
        "0 of 1 sites: 1 transit (no path inside EU; the fastest one to mil-1 (10 ms) crosses CH, which "
        "the policy does not let data cross)"
    )


def test_possible_sites_are_told_with_the_cheapest():
    """Without a plan, where it may run comes before where it may not."""
    robot = Workload("robot", origins="paris", demand={"cpu": 8}, max_rtt_ms=20)
    assert str(explain(problem_of(robot), "robot")) == (
        "2 of 3 sites: ber-1 is cheapest (6 ms of 20 ms, cost 6) and 1 more; 1 size (cpu short by 4)"
    )


def test_a_placed_workload_is_told_with_its_alternatives_and_what_blocks_them():
    """The site, its round trip against the bound, its cost, and what the others would cost more."""
    robots = [
        Workload(f"robot-{i}", origins="paris", demand={"cpu": 40}, max_rtt_ms=18) for i in (1, 2)
    ]
    problem = problem_of(*robots)
    plan = plan_of(problem, {"robot-1": "fra-1", "robot-2": "ber-1"})
    assert str(explain(problem, "robot-1", plan=plan)) == (
        "fra-1 (9.2 ms of 18 ms, cost 9.2); else ber-1 −3.2 but capacity (cpu short by 16); "
        "ruled out: 1 latency"
    )


def test_a_site_that_would_have_to_open_costs_that_too():
    """What an alternative costs more holds for the whole plan."""
    sites = [Site("par-1", node="paris", open_cost=5), Site("fra-1", node="frankfurt", open_cost=7)]
    problem = problem_of(
        Workload("a", origins="paris"), Workload("b", origins="paris"), sites=sites
    )
    plan = plan_of(problem, {"a": "par-1", "b": "par-1"})
    assert "else fra-1 +16.2" in str(explain(problem, "a", plan=plan))


def test_what_is_full_in_the_plan_is_told_for_what_is_left_out():
    """A workload that passes alone but finds no room counts under capacity."""
    robots = [
        Workload(f"robot-{i}", origins="paris", demand={"cpu": 40}, max_rtt_ms=10)
        for i in (1, 2, 3)
    ]
    problem = problem_of(*robots)
    plan = plan_of(problem, {"robot-1": "fra-1", "robot-2": "ber-1"})
    explanation = explain(problem, "robot-3", plan=plan)
    assert explanation.counts == {"capacity": 2, "latency": 1}
    assert "2 capacity (cpu short by 16 at ber-1)" in str(explanation)


def test_a_bound_that_is_missed_by_a_nanosecond_is_told_with_all_places():
    """10 ms > 10 ms would not explain anything."""
    network = Network.from_links([("a", "b", 5)])
    robot = Workload("robot", origins="a", max_rtt_ms=9.9999999)
    problem = Problem(network=network, sites=[Site("s", node="b")], workloads=[robot])
    assert "best 10.000000 ms > 9.999999 ms at s" in str(explain(problem, "robot"))


def test_a_budget_of_moves_is_told_where_nothing_else_is_in_the_way():
    """Two run on a site that has room for one now; none may move to the other, which is free."""
    sites = [Site(name, node=name, capacity={"cpu": 2}) for name in ("paris", "frankfurt")]
    two = [Workload(f"w{i}", origins="paris", demand={"cpu": 2}, site="paris") for i in (1, 2)]
    problem = problem_of(*two, sites=sites)
    wide = [Site("paris", node="paris", capacity={"cpu": 4}), sites[1]]
    running = solve(problem_of(*two, sites=wide)).plan
    result = solve(problem, start=running, max_moves=0)
    [left_out] = result.plan.unplaced.ids
    told = explain(result.problem, left_out, plan=result.plan)
    assert told.sentence == (
        f"{left_out} is left out: of 2 sites, 1 is only to be had by a move from paris that the plan's "
        "budget of moves leaves no room for; 1 has no room left in this plan: cpu short by 2"
    )
    [many] = explain_unplaced(result.problem, result.plan)
    assert many.counts == told.counts == {"budget": 1, "capacity": 1}


def test_an_unknown_workload_is_refused_by_name():
    """A misspelt id gets a proposal."""
    with pytest.raises(NoValueError, match="robot-1"):
        explain(problem_of(Workload("robot-1")), "robot_1")


def test_a_federation_without_sites_is_explained():
    """There is nothing to count, and that is an answer."""
    assert str(explain(problem_of(Workload("w"), sites=[]), "w")) == "0 of 0 sites"


@pytest.mark.parametrize("seed", range(60))
def test_all_reasons_are_those_of_the_rules(seed):
    """Of every site all reasons are told, with and without a plan, as the slow rules find them."""
    rng = random.Random(seed)
    problem = Problem.from_dict(random_problem(rng))
    rules = Rules(problem)
    placeable = {
        w.id: [s.id for s in rules.sites.values() if not rules.reasons(w, s)]
        for w in rules.workloads.values()
    }
    assignment = {}
    for name, sites in placeable.items():
        for site in sites:
            trial = assignment | {name: site}
            if all(used <= rules.limit(row) for row, used in rules.load(trial).items()):
                assignment = trial
                break
    plan = plan_of(problem, assignment)
    for name, workload in rules.workloads.items():
        explanation = explain(problem, name)
        for verdict in explanation.verdicts:
            site = rules.sites[verdict.site]
            assert set(verdict.reasons) == rules.reasons(workload, site)
            allowed = verdict.site in placeable[name]
            assert verdict.cost == (rules.cost(workload, site) if allowed else None)
        planned = explain(problem, name, plan=plan)
        json.dumps(planned.to_dict(), allow_nan=False)
        if name not in assignment:
            counts = {}
            for verdict in planned.verdicts:
                for reason in verdict.reasons:
                    counts[reason] = counts.get(reason, 0) + 1
            assert counts == rules.left_out(workload, assignment)
        else:
            check_extra(rules, assignment, planned)


def check_extra(rules, assignment, planned):
    """What an alternative costs more is the difference between two whole plans."""
    _, here = rules.value(assignment)
    for verdict in planned.verdicts:
        if verdict.extra is not None:
            _, there = rules.value(assignment | {planned.workload: verdict.site})
            assert verdict.extra == there - here


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ({"countries": ["FR"], "at_rest": "country in DE"}, "country in DE (country FR)"),
        ({"at_rest": "country in FR and not country in FR"}, "not country in FR (country FR)"),
        ({"countries": []}, 'where policy "p" (nothing) does not let data rest'),
    ],
)
def test_a_policy_that_contradicts_itself_places_nobody_and_says_so(policy, told):
    """It is no error, since another day or site might meet it; nobody passes it in silence."""
    problem = Problem(
        at="2026-11-24",
        nodes=[{"id": "n", "country": "FR"}],
        sites=[{"id": "s", "node": "n"}],
        policies=[{"id": "p", **policy}],
        workloads=[{"id": "w", "policy": "p"}],
    )
    plan = solve(problem).plan
    assert [one.workload for one in plan.unplaced] == ["w"]
    assert verify(problem, plan).ok
    assert explain(problem, "w", plan=plan).sentence.endswith(told)
