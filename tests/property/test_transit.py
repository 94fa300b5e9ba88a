"""Data in transit, on random networks: no path touches a forbidden country, no allowed pair is rejected.

All simple paths are looked at, one by one; a plan may use any pair that passes, so that every pair is
judged, not only those that some plan chose.
"""

import datetime
import itertools
import random

import pytest

from placement import Problem, check_proofs, path_proofs, solve
from placement.explain.proofs import Prover
from placement.instance import compile_problem
from placement.model.countries import expand
from placement.model.reasons import named
from tests.reference.routes import ns_down, ns_up
from tests.reference.simple_paths import legal_paths

N_BLOCKS, BLOCK = 10, 200
COUNTRIES = ["FR", "DE", "DE", "IT", "ES", "CH", "GB", "NO", "RS", "RE", None]
SETS = [["EU"], ["EEA"], ["EU", "CH"], ["FR", "DE"], ["EFTA", "IT"], ["EU", "EU-ADEQUATE"], []]
DATES = ["2019-06-01", "2020-02-01", "2026-11-24"]
SLICES = ["1", "2"]


def random_network(rng):
    """Return the document of a problem that is all about its network: at most 7 nodes."""
    names = [f"n{i}" for i in range(rng.randint(2, 7))]
    pairs = [pair for pair in itertools.combinations(names, 2) if rng.random() < 0.45]
    pairs += [pair for pair in pairs if rng.random() < 0.1]  # parallel links
    sliced = rng.random() < 0.5
    links = []
    for pair in pairs:
        source, target = rng.sample(pair, 2)
        link = {"source": source, "target": target, "latency_ms": rng.choice([0, 1, 2, 2, 3.5, 7])}
        if rng.random() < 0.1:
            link["bidirectional"] = False
        if sliced and rng.random() < 0.2:
            link["slices"] = rng.sample(SLICES, rng.randint(0, 2))
        if rng.random() < 0.03:
            link["latency_ms"] = 2100
        links.append(link)
    nodes = [{"id": name, "country": rng.choice(COUNTRIES)} for name in names]
    for node in nodes:
        if rng.random() < 0.3:
            node["processing_ms"] = rng.choice([0.25, 1])
    sites = [{"id": f"s{i}", "node": rng.choice(names)} for i in range(rng.randint(1, 3))]
    for site in sites:
        site["slices"] = dict.fromkeys(SLICES) if sliced else {}
    slices = [{"id": one, "access_ms": rng.choice([0, 0.5])} for one in SLICES] if sliced else []
    workloads = []
    for i in range(rng.randint(1, 3)):
        origins = rng.sample(names, rng.randint(1, min(2, len(names))))
        workload = {"id": f"w{i}", "origins": origins, "policy": rng.choice("pqr")}
        if sliced and rng.random() < 0.6:
            workload["slice"] = rng.choice(SLICES)
        if rng.random() < 0.6:
            workload["max_rtt_ms"] = rng.choice([2, 5, 8, 12, 20])
        workloads.append(workload)
    return {
        "format": "placement-problem/1",
        "at": rng.choice(DATES),
        "nodes": nodes,
        "links": links,
        "slices": slices,
        "sites": sites,
        "policies": [
            {"id": "p", "transit": rng.choice(SETS)},
            {"id": "q", "transit": ["EU"]},
            {"id": "r"},
        ],
        "workloads": workloads,
    }


def ways(problem, workload, node):
    """Return for each origin the legal paths out and back, each {nodes: ns}."""
    transit = problem.policies[workload.policy].transit
    countries = None if transit is None else expand(transit, problem.at)
    return [
        [
            legal_paths(
                problem,
                ends,
                origin=origin.node,
                slice_id=workload.slice,
                countries=countries,
            )
            for ends in ((origin.node, node), (node, origin.node))
        ]
        for origin in workload.origins
    ]


def judge(problem, instance, prover, pair, place):
    """Compare one pair with what all simple paths say; return its round trip, None without a path."""
    w, s = pair
    workload, site = problem.workloads[w], problem.sites[s]
    found = ways(problem, workload, site.node)
    row = instance.reasons(int(instance.class_of[w]))[0]
    reasons = set(named(int(row[instance.site_ids.index(site.id)])))
    proof = prover.proof(place)
    if any(not way for trip in found for way in trip):
        assert reasons & {"transit", "unreachable"}
        assert proof is None
        return None
    assert not reasons & {"transit", "unreachable"}
    access = 2 * ns_up(problem.slices[workload.slice].access_ms) if workload.slice else 0
    rtt = max(min(out.values()) + min(back.values()) + access for out, back in found)
    assert ("latency" in reasons) == (
        workload.max_rtt_ms is not None and rtt > ns_down(workload.max_rtt_ms)
    )
    assert proof.rtt_ns == rtt
    for trip, legal in zip(proof.trips, found, strict=True):
        for path, possible in zip((trip.out, trip.back), legal, strict=True):
            nodes = tuple(node.node for node in path.nodes)
            assert possible[nodes] == path.latency_ns == min(possible.values())
    return rtt


@pytest.mark.parametrize("block", range(N_BLOCKS))
def test_paths_are_legal_and_no_legal_one_is_missed(block):
    """Of 2,000 networks: all pairs and all plans against all simple paths."""
    n_legal = n_illegal = 0
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        problem = Problem.from_dict(random_network(random.Random(seed)))
        instance = compile_problem(problem)
        pairs = list(itertools.product(range(len(problem.workloads)), range(len(problem.sites))))
        prover = Prover(problem, [w for w, _ in pairs], [s for _, s in pairs])
        rtt = {
            pair: judge(problem, instance, prover, pair, place) for place, pair in enumerate(pairs)
        }
        legal = [pair for pair, ns in rtt.items() if ns is not None]
        n_legal, n_illegal = n_legal + len(legal), n_illegal + len(pairs) - len(legal)
        plan = solve(problem, engine="greedy").plan
        proofs = list(path_proofs(problem, plan))
        assert check_proofs(problem, proofs, plan) == ()
        for proof in proofs:
            pair = problem.workloads.index(proof.workload), problem.sites.index(proof.site)
            assert proof.rtt_ns == rtt[pair]
    assert min(n_legal, n_illegal) > BLOCK // 2


def test_the_day_decides_which_path_is_legal():
    """Great Britain leaves the Union: from the next day on, data goes round it."""
    nodes = [{"id": i, "country": c} for i, c in (("a", "IE"), ("b", "GB"), ("c", "FR"))]
    links = [("a", "b", 1), ("b", "c", 1), ("a", "c", 9)]
    document = {
        "format": "placement-problem/1",
        "nodes": nodes,
        "links": [{"source": a, "target": b, "latency_ms": ms} for a, b, ms in links],
        "sites": [{"id": "s", "node": "c"}],
        "policies": [{"id": "p", "transit": ["EU"]}],
        "workloads": [{"id": "w", "origins": ["a"], "policy": "p"}],
    }
    last = datetime.date(2020, 1, 31)
    for at, way in ((last, ("IE", "GB", "FR")), (last + datetime.timedelta(1), ("IE", "FR"))):
        problem = Problem.from_dict(document | {"at": str(at)})
        [proof] = path_proofs(problem, solve(problem).plan)
        assert proof.trips[0].out.countries == way
