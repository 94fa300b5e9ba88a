"""What a rule closes is told with its number: how far it is, and how far it would be."""

import dataclasses
import random

import pytest

from placement import (
    Law,
    Link,
    Node,
    Policy,
    Problem,
    Site,
    Slice,
    Workload,
    explain,
    prove_path,
)
from placement.model.law import shipped
from tests.reference.problems import random_problem
from tests.reference.rules import Rules

NODES = [
    Node("paris", country="FR"),
    Node("bern", country="CH"),
    Node("turin", country="IT"),
    Node("milan", country="IT"),
]
SHORT = [
    Link(source="paris", target="bern", latency_ms=1.55),
    Link(source="bern", target="milan", latency_ms=1.5),
    Link(source="paris", target="turin", latency_ms=4),
    Link(source="turin", target="milan", latency_ms=1.7),
]


def explained(workload, links=SHORT, slices=(), site="milan", offers=None):
    """Return why a workload may not run on the only site."""
    problem = Problem(
        nodes=NODES,
        links=links,
        slices=slices,
        sites=[Site("mil-1", node=site, slices=offers)],
        workloads=[workload],
        at="2026-11-24",
    )
    return explain(problem, workload.id)


def test_a_fast_path_that_the_law_closes_is_told_with_both_numbers():
    """How long it takes inside the transit set, the bound, and how long across the border."""
    told = explained(Workload("w", origins="paris", max_rtt_ms=10, policy=Policy(transit="EU")))
    assert told.sentence == (
        "w fits nowhere: of 1 site, 1 is too far away, the nearest of them mil-1: "
        "latency 11.4 ms inside EU > 10 ms "
        "(6.1 ms through CH, which the policy does not let data cross)"
    )
    assert str(told) == (
        "0 of 1 sites: 1 latency (best 11.4 ms inside EU > 10 ms at mil-1; "
        "6.1 ms through CH, which the policy does not let data cross)"
    )
    assert told.verdicts[0].why == (
        "latency: 11.4 ms inside EU > 10 ms (6.1 ms through CH, which the policy does not let data cross)",
    )


def test_a_forbidden_path_that_is_too_long_as_well_is_not_blamed():
    """Where the bound is missed across the border too, it says so."""
    told = explained(Workload("w", origins="paris", max_rtt_ms=5, policy=Policy(transit="EU")))
    assert "11.4 ms inside EU > 5 ms (still 6.1 ms through CH, which" in told.sentence


def test_a_law_that_closes_no_faster_path_is_not_mentioned():
    """The shortest path is legal: the transit set has no part in it."""
    told = explained(
        Workload("w", origins="paris", max_rtt_ms=5, policy=Policy(transit=["EFTA", "EU"]))
    )
    assert told.sentence.endswith("latency 6.1 ms > 5 ms")


def test_without_a_legal_path_the_fastest_one_is_told_with_what_it_crosses():
    """The countries outside the transit set are named, that of the site's node included."""
    policy = Policy(transit=["FR"])
    told = explained(Workload("w", origins="paris", policy=policy))
    assert told.sentence.endswith(
        "1 cannot be reached lawfully: no path inside FR; the fastest one to mil-1 (6.1 ms) crosses "
        "CH, IT, which the policy does not let data cross"
    )
    facts = told.to_dict()["sites"][0]["reasons"]["transit"]
    assert facts["without_transit"] == {"rtt_ns": 6_100_000, "crosses": ["CH", "IT"]}


def test_a_node_of_unknown_country_is_told_as_such():
    """Nobody knows under which law it is, so that data may not cross it."""
    problem = Problem(
        nodes=[Node("a", country="FR"), Node("b"), Node("c", country="FR")],
        links=[Link(source=s, target=t, latency_ms=1) for s, t in ("ab", "bc")],
        sites=[Site("s", node="c")],
        workloads=[Workload("w", origins="a", policy=Policy(transit="EU"))],
    )
    assert "crosses unknown, which" in explain(problem, "w").sentence


def test_a_fast_path_off_the_slice_is_told_with_its_links():
    """The detour is the slice's: the shortest path uses a link that does not carry it."""
    links = [dataclasses.replace(SHORT[0], slices=["1"]), *SHORT[1:]]
    workload = Workload("w", origins="paris", slice="2", max_rtt_ms=10)
    told = explained(workload, links, [Slice("1"), Slice("2")], offers={"2": None})
    assert told.sentence.endswith(
        "latency 11.4 ms on slice 2 > 10 ms (6.1 ms over bern – paris, not part of the slice)"
    )


def test_a_site_off_the_slice_is_told_with_the_links_that_are_missing():
    """No path carries the slice; the fastest one over any links says which ones would have to."""
    links = [dataclasses.replace(link, slices=["1"]) for link in SHORT]
    workload = Workload("w", origins="paris", slice="2", policy=Policy(transit="EU"))
    told = explained(workload, links, [Slice("1"), Slice("2")], offers={"2": None})
    assert told.sentence.endswith(
        "1 cannot be reached: no path on slice 2; the fastest one to mil-1 (6.1 ms) needs "
        "bern – milan, bern – paris, not part of the slice"
    )
    without = explained(Workload("w", origins="paris"), links, [Slice("1")])
    assert without.sentence.endswith("bern – milan, bern – paris, reserved for slices")


def test_a_site_beyond_every_link_is_told_as_such():
    """Nobody has laid a cable there."""
    told = explained(Workload("w", origins="paris"), SHORT[:1])
    assert told.sentence.endswith(
        "1 cannot be reached: no path there and back to mil-1 over any links"
    )


def test_a_bound_by_percentile_compares_what_it_bounds():
    """Both numbers hold the jitter, inside the set and across the border."""
    links = [dataclasses.replace(link, jitter_ms=1) for link in SHORT]
    workload = Workload(
        "w", origins="paris", max_rtt_ms=10, percentile=0.99, policy=Policy(transit="EU")
    )
    facts = explained(workload, links).verdicts[0].reasons["latency"]
    assert facts["rtt_ns"] > 11_400_000
    assert facts["without_transit"]["rtt_ns"] - 6_100_000 == facts["rtt_ns"] - 11_400_000


@pytest.mark.parametrize("block", range(4))
def test_the_numbers_are_those_of_the_rules_without_the_rule(block):
    """Lifting the transit set, or the slices of the links, gives what the slow rules find so."""
    for seed in range(block * 60, block * 60 + 60):
        document = random_problem(random.Random(seed))
        problem = Problem.from_dict(document)
        rules = Rules(problem)
        bare = [dict(row, transit=None) for row in document.get("policies", [])]
        lawless = Rules(Problem.from_dict({**document, "policies": bare}))
        links = [dict(row, slices=None) for row in document["links"]]
        shared = [dict(row, isolated=False) for row in document.get("slices", [])]
        opened = {**document, "links": links, "slices": shared}
        open_to_all = Rules(Problem.from_dict(opened))
        for name in rules.workloads:
            check(rules, lawless, open_to_all, explain(problem, name))


def check(rules, lawless, open_to_all, told):
    """Compare the facts of one workload."""
    workload = rules.workloads[told.workload]
    for verdict in told.verdicts:
        site = rules.sites[verdict.site]
        if "transit" in verdict.reasons:
            way = verdict.reasons["transit"]["without_transit"]
            assert way["rtt_ns"] == lawless.rtt_ns(workload, site)
            assert way["crosses"]
        if "latency" in verdict.reasons:
            facts = verdict.reasons["latency"]
            for key, other in (("without_transit", lawless), ("without_slice", open_to_all)):
                fastest = other.rtt_ns(workload, site)
                faster = fastest if fastest < rules.rtt_ns(workload, site) else None
                way = facts.get(key)
                assert (way and way["rtt_ns"]) == faster
                assert way is None or way["crosses"]


def test_ways_are_measured_under_the_law_of_the_problem():
    """A group that only the problem's own tables know is read in what is said about it."""
    law = Law.from_dict(
        {
            "format": "placement-law/1",
            "version": "mine",
            "extends": shipped().version,
            "groups": {"HOME": [{"countries": ["FR", "IT"], "source": "a treaty"}]},
            "sources": {"a treaty": {"act": "A treaty"}},
        }
    )
    problem = Problem(
        nodes=NODES,
        links=SHORT,
        sites=[Site("mil-1", node="milan")],
        workloads=[Workload("w", origins="paris", max_rtt_ms=10, policy=Policy(transit="HOME"))],
        law=law,
    )
    assert "11.4 ms inside HOME > 10 ms (6.1 ms through CH" in explain(problem, "w").sentence
    assert prove_path(problem, "w", "mil-1").trips[0].out.nodes[1].via == "HOME"
