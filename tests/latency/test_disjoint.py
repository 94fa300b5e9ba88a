"""Pairs of disjoint paths, against every pair of all simple paths."""

import datetime
import itertools
import random
import signal
import threading
import time

import numpy as np
import pytest

from placement.errors import InputError, StoppedError
from placement.latency import build_index, disjoint_paths, latency_matrix
from placement.model.countries import expand
from placement.model.network import Link, Network, Node
from tests.latency.networks import ringed_network, tangled_network
from tests.reference.disjoint import LONGEST, best_pair, duplex_edges, ways
from tests.reference.routes import ns_up

DAY = datetime.date(2026, 1, 1)
DIAMOND = Network.from_links(
    [("a", "b", 1), ("b", "d", 1), ("a", "c", 2), ("c", "d", 2), ("b", "c", 0.5), ("d", "e", 1)],
    countries={"a": "FR", "b": "CH", "c": "IT", "d": "IT"},
)


def random_question(seed, names):
    """Return two ends and a class."""
    rng = random.Random(-seed)
    return {
        "source": rng.choice(names),
        "target": rng.choice(names),
        "slice": rng.choice([None, None, "1"]),
        "transit": rng.choice([None, None, None, ["EU"], ["CH", "FR"]]),
        "by": rng.choice(["links", "nodes"]),
    }


def expected(network, ask):
    """Return (longer, sum) of the best pair, or None."""
    names = list(network.nodes.ids)
    edges = duplex_edges(network, ask["slice"])
    closed = set()
    if ask["transit"] is not None:
        allowed = expand(ask["transit"], DAY)
        closed = {row for row, node in enumerate(network.nodes) if node.country not in allowed}
    processing = [ns_up(node.processing_ms) for node in network.nodes]
    source, target = names.index(ask["source"]), names.index(ask["target"])
    found = ways([edge for edge, _, _ in edges], closed, processing, source, target)
    return best_pair(found, by_nodes=ask["by"] == "nodes")


def check_path(network, path, ask, *, ends):
    """Assert that a path is one: link by link, within its class, and as long as it says."""
    assert (path.nodes[0], path.nodes[-1]) == ends
    assert len(set(path.nodes)) == len(path.nodes) == len(path.links) + 1
    hops = zip(itertools.pairwise(path.nodes), path.links, path.link_latency_ns, strict=True)
    for (tail, head), row, ns in hops:
        link = network.links[row]
        leads = [(link.source, link.target)]
        if link.bidirectional:
            leads.append((link.target, link.source))
        assert (tail, head) in leads
        assert link.slices is None or ask["slice"] in link.slices
        assert ns == ns_up(link.latency_ms)
    if ask["transit"] is not None:
        for name in set(path.nodes) - {ask["source"]}:
            assert network.nodes[name].country in expand(ask["transit"], DAY)
    inner = [ns_up(network.nodes[name].processing_ms) for name in path.nodes[1:-1]]
    assert path.processing_ns == tuple(inner)
    assert path.latency_ns == sum(path.link_latency_ns) + sum(inner) <= LONGEST


def check(network, ask):
    """Assert that the pair is the best one, and valid."""
    found = disjoint_paths(network, **ask, at=DAY)
    wanted = expected(network, ask)
    assert found.is_optimal
    assert found.bound_ns == found.worst_rtt_ns
    if wanted is None:
        assert (found.paths, found.bound_ns) == ((), None)
        return
    one, other = found.paths
    assert (other.rtt_ns, one.rtt_ns + other.rtt_ns) == wanted
    for trip in found.paths:
        there = ask["source"], ask["target"]
        check_path(network, trip.out, ask, ends=there)
        check_path(network, trip.back, ask, ends=there[::-1])
        assert trip.out.nodes == trip.back.nodes[::-1]
        for link, home in zip(trip.out.links, reversed(trip.back.links), strict=True):
            assert (link == home) == network.links[link].bidirectional
    assert not {*one.out.links, *one.back.links} & {*other.out.links, *other.back.links}
    if ask["by"] == "nodes":
        assert not set(one.out.nodes[1:-1]) & set(other.out.nodes[1:-1])


@pytest.mark.parametrize("make", [tangled_network, ringed_network], ids=["tangled", "ringed"])
@pytest.mark.parametrize("block", range(2))
def test_random_networks_have_the_best_of_all_pairs(block, make):
    """On 2,400 networks of every kind the pair is valid link by link, and no pair is better."""
    for seed in range(600 * block, 600 * (block + 1)):
        network = make(seed)
        check(network, random_question(seed, list(network.nodes.ids)))


def test_the_first_path_alone_is_no_shorter_than_the_matrix_says():
    """A round trip over one way takes at least the shortest path out and the shortest path back."""
    for seed in range(200):
        network = ringed_network(seed)
        ask = random_question(seed, list(network.nodes.ids))
        found = disjoint_paths(network, **ask, at=DAY)
        kind = {"slice": ask["slice"], "transit": ask["transit"], "at": DAY}
        ends = [ask["source"]], [ask["target"]]
        out, back = (
            int(latency_matrix(network, *ends, reverse=reverse, **kind).item())
            for reverse in (False, True)
        )
        assert all(trip.rtt_ns >= out + back for trip in found.paths), seed


def test_the_order_of_the_tables_decides_nothing_between_ids():
    """Nodes and links in any order give the same two ways, with equal links as well."""
    for seed in range(300):
        network = ringed_network(seed)
        ask = random_question(seed, list(network.nodes.ids))
        told = [trip.out.nodes for trip in disjoint_paths(network, **ask, at=DAY).paths]
        nodes, links = list(network.nodes), list(network.links)
        random.Random(seed).shuffle(nodes)
        random.Random(-seed).shuffle(links)
        other = disjoint_paths(Network(nodes, links, network.slices), **ask, at=DAY)
        assert [trip.out.nodes for trip in other.paths] == told, seed


def test_links_and_nodes_are_two_things():
    """Two paths may meet in a node and share no link."""
    network = Network.from_links(
        [("a", "b", 1), ("a", "b", 2), ("b", "c", 1), ("b", "c", 2)], countries={"b": "CH"}
    )
    by_links = disjoint_paths(network, "a", "c")
    assert by_links.worst_rtt_ns == 6_000_000
    assert sorted(link for trip in by_links.paths for link in trip.out.links) == [0, 1, 2, 3]
    by_nodes = disjoint_paths(network, "a", "c", by="nodes")
    assert (by_nodes.paths, by_nodes.bound_ns, by_nodes.is_optimal) == ((), None, True)
    assert by_nodes.worst_rtt_ns is None


def test_a_pair_tells_the_countries_that_it_crosses():
    """Each way has its own."""
    found = disjoint_paths(DIAMOND, "a", "d")
    assert [trip.out.countries for trip in found.paths] == [("FR", "CH", "IT"), ("FR", "IT")]
    assert [trip.to_dict()["back"]["countries"] for trip in found.paths] == [
        ["IT", "CH", "FR"],
        ["IT", "FR"],
    ]
    assert found.paths[0].to_dict()["rtt_ns"] == 4_000_000


def test_the_source_alone_is_exempt_from_transit():
    """Paths may leave a country that is not allowed, and neither cross nor reach it."""
    ask = {"transit": ["IT"], "at": DAY}
    assert disjoint_paths(DIAMOND, "b", "c", **ask).worst_rtt_ns == 6_000_000
    assert disjoint_paths(DIAMOND, "c", "b", **ask).bound_ns is None
    assert disjoint_paths(DIAMOND, "a", "d", **ask).bound_ns is None


def test_a_node_reaches_itself_by_two_empty_paths():
    """They share no link and no node but their ends."""
    found = disjoint_paths(DIAMOND, "b", "b", by="nodes", transit=["IT"])
    assert [trip.out.nodes for trip in found.paths] == [("b",), ("b",)]
    assert (found.worst_rtt_ns, found.bound_ns, found.is_optimal) == (0, 0, True)


def test_one_way_links_count_two_by_two():
    """The quickest there with the quickest back; what has no partner leads nowhere."""
    links = [Link(source="a", target="b", latency_ms=ms, bidirectional=False) for ms in (3, 1, 2)]
    links += [Link(source="b", target="a", latency_ms=ms, bidirectional=False) for ms in (20, 10)]
    found = disjoint_paths(Network([Node("a"), Node("b")], links), "a", "b")
    assert [(trip.out.links, trip.back.links) for trip in found.paths] == [
        ((1,), (4,)),
        ((2,), (3,)),
    ]
    assert [trip.rtt_ns for trip in found.paths] == [11_000_000, 22_000_000]


def rings(n_rings):
    """Return a chain of rings, each of which may be passed on either side."""
    rng, links = random.Random(1), []
    for n in range(n_rings):
        for side in (f"x{n}", f"y{n}"):
            for tail, head in ((f"v{n}", side), (side, f"v{n + 1}")):
                links.append((tail, head, round(rng.uniform(0.1, 1), 6)))
    return build_index(Network.from_links(links))


def test_a_limit_of_work_leaves_a_bound():
    """The pair is one, the bound is below it, and the same limit gives the same pair."""
    index = rings(20)
    found = disjoint_paths(index, "v0", "v20", work_limit=10_000)
    assert not found.is_optimal
    assert found.bound_ns is not None
    assert found.worst_rtt_ns is not None
    assert 0 < found.bound_ns < found.worst_rtt_ns
    assert found.work < 40_000
    assert disjoint_paths(index, "v0", "v20", work_limit=10_000) == found


def test_an_interrupt_from_the_keyboard_ends_the_search():
    """Control-C is not held up by the kernel."""
    index, main = rings(40), threading.main_thread().ident
    timer = threading.Timer(0.05, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        disjoint_paths(index, "v0", "v40", work_limit=2**70)
    assert time.monotonic() - start < 1
    timer.join()


def test_a_raised_token_stops_the_search():
    """With the cancel word set there is no pair to hand back."""
    with pytest.raises(StoppedError):
        disjoint_paths(DIAMOND, "a", "d", stop=np.array([2**63 - 1, 1]))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ({"source": "f"}, 'source: "f" is not a node'),
        ({"target": "A"}, 'target: "A" is not a node; did you mean "a"?'),
        ({"slice": "9"}, 'slice: "9" is not a slice'),
        ({"by": "link"}, 'by: "link"; expected "links" or "nodes"'),
        ({"work_limit": -1}, "work_limit: -1; expected a whole number ≥ 0"),
        ({"work_limit": 1e6}, "work_limit: 1000000.0; expected a whole number ≥ 0"),
    ],
    ids=["source", "target", "slice", "by", "negative", "float"],
)
def test_what_is_wrong_is_told(ask, message):
    """Each fault has its place."""
    with pytest.raises(InputError) as caught:
        disjoint_paths(DIAMOND, **{"source": "a", "target": "d"} | ask)
    assert message in str(caught.value)
