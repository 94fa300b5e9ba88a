"""The judge of path proofs: it accepts true ones, and finds each thing that is changed in one."""

import dataclasses
import random

import pytest

from placement import Link, Node, Policy, Problem, Site, Slice, Workload, check_proofs, prove_path
from placement.explain.proofs import Prover
from tests.reference.problems import problem_of

PROBLEM = Problem(
    nodes=[
        Node("paris", country="FR", operator="orange"),
        Node("bern", country="CH", processing_ms=0.1),
        Node("turin", country="IT", processing_ms=0.2),
        Node("milan", country="IT", operator="tim"),
    ],
    links=[
        Link(source="paris", target="bern", latency_ms=1.5),
        Link(source="bern", target="milan", latency_ms=1.5),
        Link(source="paris", target="turin", latency_ms=4, jitter_ms=0.5, operator="orange"),
        Link(source="turin", target="milan", latency_ms=1, slices=["1"]),
        Link(source="turin", target="milan", latency_ms=2, bidirectional=False),
    ],
    slices=[Slice("1", access_ms=0.3)],
    sites=[Site("mil-1", node="milan", slices={"1": None}), Site("par-1", node="paris")],
    workloads=[
        Workload("w", origins="paris", slice="1", policy=Policy("eu", transit=["EU", "NO"])),
        Workload("free", origins=["paris", "turin"], percentile=0.99),
        Workload("idle"),
    ],
    at="2026-11-24",
)
PROOF = prove_path(PROBLEM, "w", "mil-1")


def changed(proof, where, **fields):
    """Return a proof with fields changed at a place such as ``("trips", 0, "out", "nodes", 1)``."""
    if not where:
        return dataclasses.replace(proof, **fields)
    name, *rest = where
    if isinstance(name, int):
        return tuple(
            changed(one, rest, **fields) if i == name else one for i, one in enumerate(proof)
        )
    return dataclasses.replace(proof, **{name: changed(getattr(proof, name), rest, **fields)})


def rules(proof, plan=None):
    """Return the rules that the judge finds broken."""
    return {fault.rule for fault in check_proofs(PROBLEM, [proof], plan)}


@pytest.mark.parametrize(
    "pair", [("w", "mil-1"), ("free", "mil-1"), ("idle", "par-1"), ("w", "par-1")]
)
def test_true_proofs_hold(pair):
    """With a transit set, without one, without users, and on the origin's own node."""
    assert check_proofs(PROBLEM, [prove_path(PROBLEM, *pair)]) == ()


def test_the_proof_of_the_example_says_what_it_should():
    """The way round Switzerland, over the slice's own link."""
    [trip] = PROOF.trips
    assert [(node.node, node.rule, node.via) for node in trip.out.nodes] == [
        ("paris", "origin", None),
        ("turin", "transit", "EU"),
        ("milan", "transit", "EU"),
    ]
    assert [(link.rule, link.latency_ns) for link in trip.out.links] == [
        ("open", 4_000_000),
        ("slice", 1_000_000),
    ]
    assert trip.out.nodes[1].processing_ns == 200_000
    assert (trip.access_ns, PROOF.rtt_ns) == (300_000, 2 * 5_200_000 + 600_000)
    assert trip.out.operators == ("orange", None, "tim")


PATH = ("trips", 0, "out")
LIES = {
    "another workload": ((), {"workload": "ghost"}, "assignments"),
    "another site": ((), {"site": "ghost"}, "assignments"),
    "another node": ((), {"node": "turin"}, "assignments"),
    "a wider transit set": ((), {"transit": ("CH", "EU")}, "assignments"),
    "no transit set": ((), {"transit": None}, "assignments"),
    "nodes that are asked for more": ((), {"in_transit": "country in EU"}, "assignments"),
    "no slice": ((), {"slice": None}, "assignments"),
    "another policy": ((), {"policy": None}, "assignments"),
    "no trips": ((), {"trips": ()}, "assignments"),
    "another total": ((), {"rtt_ns": PROOF.rtt_ns - 1}, "rtt_ms"),
    "another total of a trip": (("trips", 0), {"rtt_ns": 1}, "rtt_ms"),
    "less access": (("trips", 0), {"access_ns": 0}, "rtt_ms"),
    "a spread": (("trips", 0), {"spread_ns": 5}, "rtt_ms"),
    "another origin": (("trips", 0), {"origin": "bern"}, "assignments"),
    "another sum of a path": (PATH, {"latency_ns": 1}, "rtt_ms"),
    "no nodes": (PATH, {"nodes": (), "links": ()}, "unreachable"),
    "no links": (PATH, {"links": ()}, "unreachable"),
    "an unknown node": ((*PATH, "nodes", 1), {"node": "ghost"}, "unreachable"),
    "another country": ((*PATH, "nodes", 1), {"country": "FR"}, "transit"),
    "another operator": ((*PATH, "nodes", 1), {"operator": "tim"}, "transit"),
    "less processing": ((*PATH, "nodes", 1), {"processing_ns": 0}, "transit"),
    "a node exempt that is not": ((*PATH, "nodes", 1), {"rule": "origin", "via": None}, "transit"),
    "a rule that is not asked": ((*PATH, "nodes", 1), {"rule": "any", "via": None}, "transit"),
    "another group": ((*PATH, "nodes", 1), {"via": "NO"}, "transit"),
    "a group that is not in the set": ((*PATH, "nodes", 1), {"via": "EEA"}, "transit"),
    "an origin by rule": ((*PATH, "nodes", 0), {"rule": "transit", "via": "EU"}, "transit"),
    "a faster link": ((*PATH, "links", 0), {"latency_ns": 1}, "unreachable"),
    "a calmer link": ((*PATH, "links", 0), {"variance": 0}, "unreachable"),
    "a link of a group": ((*PATH, "links", 0), {"jitter_group": "duct"}, "unreachable"),
    "a link of another": ((*PATH, "links", 0), {"operator": "tim"}, "unreachable"),
    "a link elsewhere": ((*PATH, "links", 0), {"target": "milan"}, "unreachable"),
    "an open link that is not": ((*PATH, "links", 1), {"slices": None, "rule": "open"}, "unreachable"),
    "a link by another rule": ((*PATH, "links", 1), {"rule": "open"}, "unreachable"),
    "a link of another slice": ((*PATH, "links", 1), {"slices": ("2",)}, "unreachable"),
}  # fmt: skip


@pytest.mark.parametrize("what", LIES)
def test_every_lie_is_found(what):
    """Whatever is changed in a true proof, it fails, and by the rule that is concerned."""
    where, fields, rule = LIES[what]
    lie = changed(PROOF, where, **fields)
    assert lie != PROOF
    assert rule in rules(lie)


def test_a_path_through_a_forbidden_country_fails():
    """The way through Bern exists and adds up, and it is not legal."""
    free = Problem(
        nodes=PROBLEM.nodes,
        links=PROBLEM.links,
        slices=PROBLEM.slices,
        sites=PROBLEM.sites,
        workloads=[dataclasses.replace(PROBLEM.workloads["w"], policy=None)],
    )
    short = prove_path(free, "w", "mil-1")
    assert short.trips[0].out.countries == ("FR", "CH", "IT")
    lie = dataclasses.replace(short, policy="eu", transit=PROOF.transit)
    assert "transit" in rules(lie)


def test_nodes_that_must_be_known_to_be_right_are_proved_so():
    """Where the policy asks more of nodes than their country, the path goes round those that fail."""
    policy = {"id": "eu", "in_transit": "not operator in unknown-telecom"}
    document = PROBLEM.to_dict() | {
        "policies": [policy],
        "workloads": [{"id": "w", "origins": ["paris"], "policy": "eu", "slice": "1"}],
    }
    document["nodes"][1]["operator"] = "unknown-telecom"
    document["nodes"][2]["operator"] = "tim"
    problem = Problem.from_dict(document)
    proof = prove_path(problem, "w", "mil-1")
    assert [(node.node, node.rule) for node in proof.trips[0].out.nodes] == [
        ("paris", "origin"),
        ("turin", "asked"),
        ("milan", "asked"),
    ]
    assert check_proofs(problem, [proof]) == ()
    free = Problem.from_dict(document | {"policies": [{"id": "eu"}]})
    short = prove_path(free, "w", "mil-1")
    assert short.trips[0].out.countries == ("FR", "CH", "IT")
    lie = dataclasses.replace(short, in_transit=proof.in_transit)
    assert "transit" in {fault.rule for fault in check_proofs(problem, [lie])}
    lie = changed(proof, (*PATH, "nodes", 1), rule="any")
    assert {fault.rule for fault in check_proofs(problem, [lie])} == {"transit"}


def test_a_legal_path_that_is_not_the_shortest_fails():
    """It is legal and adds up, but the plan's number is that of the shortest."""
    parts = {"sites": [Site("s", node="milan")], "workloads": [Workload("w", origins="turin")]}
    links = [PROBLEM.links[row] for row in (0, 1, 2, 4)]
    roundabout = Problem(nodes=PROBLEM.nodes, links=links[:3], **parts)
    proof = prove_path(roundabout, "w", "s")
    assert check_proofs(roundabout, [proof]) == ()
    real = Problem(nodes=PROBLEM.nodes, links=links, **parts)
    assert {fault.rule for fault in check_proofs(real, [proof])} == {"rtt_ms"}


def test_a_link_against_its_direction_fails():
    """A link that leads one way does not lead back."""
    w = Workload("w", origins="milan")
    sites = [Site("s", node="turin")]
    nodes, links = PROBLEM.nodes, [PROBLEM.links[2], PROBLEM.links[4]]
    both = [links[0], dataclasses.replace(links[1], bidirectional=True)]
    proof = prove_path(Problem(nodes=nodes, links=both, sites=sites, workloads=[w]), "w", "s")
    real = Problem(nodes=nodes, links=links, sites=sites, workloads=[w])
    assert "unreachable" in {fault.rule for fault in check_proofs(real, [proof])}


def test_a_path_that_meets_a_node_twice_fails():
    """No detour may be hidden in a path, even one that takes no time."""
    out = PROOF.trips[0].out
    double = dataclasses.replace(
        out,
        nodes=(*out.nodes[:2], out.nodes[0], *out.nodes[1:]),
        links=(
            out.links[0],
            dataclasses.replace(out.links[0], source="turin", target="paris"),
            *out.links,
        ),
    )
    assert "unreachable" in rules(changed(PROOF, ("trips", 0), out=double))


@pytest.mark.parametrize("block", range(4))
def test_proofs_of_random_problems_hold_until_they_are_changed(block):
    """Every pair that can be proved is accepted; with any number changed it is not."""
    n_proved = 0
    for seed in range(block * 100, block * 100 + 100):
        rng, problem = random.Random(seed), Problem.from_dict(problem_of(seed))
        n_workloads, n_sites = len(problem.workloads), len(problem.sites)
        pairs = [(w, s) for w in range(n_workloads) for s in range(n_sites)]
        prover = Prover(problem, [w for w, _ in pairs], [s for _, s in pairs])
        proofs = [proof for place in range(len(pairs)) if (proof := prover.proof(place))]
        n_proved += len(proofs)
        assert check_proofs(problem, proofs) == ()
        for proof in rng.sample(proofs, min(3, len(proofs))):
            lie = dataclasses.replace(proof, rtt_ns=proof.rtt_ns + 1)
            assert check_proofs(problem, [lie]) != ()
    assert n_proved > 500
