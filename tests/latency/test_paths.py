"""Shortest paths, against every simple path there is."""

import datetime
import itertools
import pickle
import random

import numpy as np
import pytest

from placement.errors import InputError, StoppedError
from placement.latency import (
    UNREACHABLE_NS,
    build_index,
    latency_matrix,
    shortest_path,
    shortest_paths,
)
from placement.latency.paths import trace as tracing
from placement.model.countries import expand
from placement.model.network import Link, Network, Node
from tests.latency.networks import random_network, tangled_network
from tests.reference.paths import best_path, hops, simple_paths, variance_of
from tests.reference.routes import ns_up

DAY = datetime.date(2026, 1, 1)
TRIANGLE = Network.from_links(
    [("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)],
    countries={"paris": "FR", "bern": "CH", "milan": "IT"},
    operators={"paris": "orange", "milan": "tim"},
)


def random_class(seed):
    """Return what a random question asks for beside its pair."""
    rng = random.Random(-seed)
    return {
        "slice": rng.choice([None, None, "1"]),
        "transit": rng.choice([None, None, ["EU"], ["CH", "FR"], []]),
        "jitter": rng.random() < 0.5,
        "reverse": rng.random() < 0.5,
    }


def expected(network, source, target, ask):
    """Return the hops of the path that counts, from the source on, or None."""
    legal = None
    if ask["transit"] is not None:
        allowed = expand(ask["transit"], DAY)
        legal = {node.id for node in network.nodes if node.country in allowed}
    processing = {node.id: ns_up(node.processing_ms) for node in network.nodes}
    leading = hops(network, ask["slice"], reverse=ask["reverse"])
    paths = simple_paths(leading, source, target, legal)
    return best_path(paths, processing, jitter=ask["jitter"])


def check(network, path, wanted, source, *, reverse):
    """Assert that a path is the wanted one, link by link and node by node."""
    nodes = [source, *(hop.head for hop in wanted)]
    if reverse:
        wanted, nodes = wanted[::-1], nodes[::-1]
    processing = {node.id: ns_up(node.processing_ms) for node in network.nodes}
    assert path.nodes == tuple(nodes)
    assert path.links == tuple(hop.link for hop in wanted)
    assert path.link_latency_ns == tuple(hop.ns for hop in wanted)
    assert path.link_variance == tuple(hop.variance for hop in wanted)
    assert path.processing_ns == tuple(processing[name] for name in nodes[1:-1])
    assert path.node_countries == tuple(network.nodes[name].country for name in nodes)
    assert path.latency_ns == sum(path.link_latency_ns) + sum(path.processing_ns)
    assert path.variance == variance_of(wanted)


@pytest.mark.parametrize("block", range(4))
def test_paths_of_random_networks_are_the_best_of_all_simple_paths(block):
    """On 2,000 small networks of every kind, each pair has the very path that the order promises."""
    for seed in range(500 * block, 500 * (block + 1)):
        network, ask = tangled_network(seed), random_class(seed)
        names = list(network.nodes.ids)
        pairs = [(a, b) for a in names for b in names]
        paths = shortest_paths(network, pairs, **ask, at=DAY)
        matrix = latency_matrix(network, **ask | {"jitter": False}, at=DAY)
        assert paths.latency_ns.tolist() == matrix.ravel().tolist(), seed
        for (source, target), path in zip(pairs, paths, strict=True):
            wanted = expected(network, source, target, ask)
            assert (path is None) == (wanted is None), seed
            if path is not None and wanted is not None:
                check(network, path, wanted, source, reverse=ask["reverse"])


@pytest.mark.parametrize("jitter", [False, True], ids=["mean", "variance"])
def test_a_path_is_as_long_as_the_matrix_says(jitter):
    """Of 300 networks of nine nodes, each path alone has the latency and the variance of its cell."""
    for seed in range(300):
        network = random_network(seed)
        index, ask = build_index(network), random_class(seed) | {"jitter": jitter}
        rng = random.Random(seed)
        names = list(network.nodes.ids)
        source, target = rng.choice(names), rng.choice(names)
        found = latency_matrix(index, [source], [target], **ask, at=DAY)
        path = shortest_path(index, source, target, **ask, at=DAY)
        latency, variance = found if jitter else (found, None)
        assert (UNREACHABLE_NS if path is None else path.latency_ns) == latency.item(), seed
        if path is not None and variance is not None:
            assert path.variance == variance.item(), seed


def test_the_order_of_the_tables_decides_nothing_between_ids():
    """Nodes and links in any order give the same nodes, with equal links as well."""
    for seed in range(200):
        network = tangled_network(seed)
        nodes, links = list(network.nodes), list(network.links)
        pairs = [(a.id, b.id) for a in nodes for b in nodes]
        told = [path and path.nodes for path in shortest_paths(network, pairs)]
        random.Random(seed).shuffle(nodes)
        links.reverse()
        other = Network(nodes, links, network.slices)
        assert [path and path.nodes for path in shortest_paths(other, pairs)] == told, seed


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_and_blocks_change_nothing(threads, monkeypatch):
    """Whether one source at a time is in memory or all of them, the paths are the same."""
    for seed in range(40):
        index = build_index(random_network(seed))
        n_nodes = len(index.rows)
        pairs = np.random.default_rng(seed).integers(0, n_nodes, (50, 2))
        whole = list(shortest_paths(index, pairs))
        with monkeypatch.context() as patch:
            patch.setattr(tracing, "BLOCK_BYTES", 0)
            assert list(shortest_paths(index, pairs, threads=threads)) == whole


def test_a_path_longer_than_the_buffer_makes_room(monkeypatch):
    """Many long paths do not fit at once; none is lost."""
    names = [f"{k:03}" for k in range(300)]
    network = Network.from_links([(a, b, 1) for a, b in itertools.pairwise(names)])
    pairs = [("000", "299")] * 300 + [("299", "001")]
    paths = shortest_paths(network, pairs)
    assert {path.nodes for path in paths[:-1]} == {tuple(names)}
    assert paths[-1].nodes == tuple(reversed(names[1:]))


def test_links_of_no_latency_make_no_loop():
    """In a ring of zeros the path goes the way with the fewest links."""
    network = Network.from_links([(a, b, 0) for a, b in ("ab", "bc", "cd", "de", "ea")])
    assert shortest_path(network, "a", "c").nodes == ("a", "b", "c")
    assert shortest_path(network, "a", "d").nodes == ("a", "e", "d")


def test_of_parallel_links_the_quickest_that_carries_the_class_is_told():
    """Which of them it is depends on the slice, then on jitter, then on the table."""
    links = [
        Link(source="a", target="b", latency_ms=5),
        Link(source="a", target="b", latency_ms=1, slices=["1"]),
        Link(source="b", target="a", latency_ms=5, jitter_ms=1),
        Link(source="b", target="a", latency_ms=5),
    ]
    network = Network([Node("a"), Node("b")], links, [{"id": "1"}])
    assert shortest_path(network, "a", "b").links == (0,)
    assert shortest_path(network, "a", "b", slice="1").links == (1,)
    assert shortest_path(Network(network.nodes, links[2:], network.slices), "a", "b").links == (1,)


def test_the_source_alone_is_exempt_from_transit_in_both_directions():
    """A path may start or end at a source outside the set, and nowhere else."""
    ask = {"transit": ["EU"], "at": DAY}
    assert shortest_path(TRIANGLE, "bern", "milan", **ask).nodes == ("bern", "milan")
    back = shortest_path(TRIANGLE, "bern", "milan", reverse=True, **ask)
    assert back.nodes == ("milan", "bern")
    assert shortest_path(TRIANGLE, "milan", "bern", **ask) is None
    assert shortest_path(TRIANGLE, "paris", "milan", **ask).nodes == ("paris", "milan")


def test_a_node_is_reached_from_itself_by_the_empty_path():
    """Even where its country is not allowed."""
    path = shortest_path(TRIANGLE, "bern", "bern", transit=["EU"])
    assert (path.nodes, path.links, path.latency_ns, path.countries) == (("bern",), (), 0, ("CH",))


def test_a_path_tells_countries_and_operators_in_order():
    """What repeats in a row is told once; what is not known is None."""
    links = [
        Link(source="a", target="b", latency_ms=1, operator="colt"),
        Link(source="b", target="c", latency_ms=2),
        Link(source="c", target="d", latency_ms=3, operator="tim"),
    ]
    nodes = [
        Node("a", country="FR", operator="orange"),
        Node("b", country="FR"),
        Node("c", operator="tim", processing_ms=0.5),
        Node("d", country="FR", operator="tim"),
    ]
    path = shortest_path(Network(nodes, links), "a", "d")
    assert path.countries == ("FR", None, "FR")
    assert path.operators == ("orange", "colt", None, "tim")
    assert path.processing_ns == (0, 500_000)
    assert path.latency_ns == 6_500_000
    assert path.hops[2] == ("c", None, "tim", 1, 2_000_000, 3_000_000, 500_000)
    assert [hop.total_ns for hop in path.hops] == [0, 1_000_000, 3_000_000, 6_500_000]
    assert str(path) == "a → b → c → d · 6.500000 ms · FR, unknown, FR"
    told = path.to_dict()
    assert (told["links"], told["operators"]) == ([0, 1, 2], ["orange", "colt", None, "tim"])
    assert pickle.loads(pickle.dumps(path)) == path


def test_many_paths_are_a_sequence():
    """They count, slice and index like a tuple, from either end."""
    paths = shortest_paths(TRIANGLE, [("paris", "bern"), ("bern", "milan")])
    assert len(paths) == 2
    assert repr(paths) == "<paths of 2 pairs, 2 found>"
    assert paths[-1] == paths[1] == paths[1:][0]
    with pytest.raises(IndexError, match="pair 2 of 2"):
        paths[2]
    assert len(shortest_paths(TRIANGLE, [])) == 0


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("pariss", "bern")], r'pairs\[0\]\[0\]: "pariss" is not a node; did you mean "paris"\?'),
        ([("paris", "bern"), ("paris",)], r"pairs\[1\]: .*; expected a source and a target"),
        (["ab"], r'pairs\[0\]: "ab"; expected a source and a target'),
        (np.zeros((2, 3), int), r"pairs: array of shape \(2, 3\); expected \(n_pairs, 2\)"),
        (np.array([[0, 3]]), r"pairs\[0\]\[1\]: 3 is no row of 3 nodes"),
    ],
    ids=["unknown node", "one end", "text", "shape", "row"],
)
def test_pairs_that_are_none_are_refused(pairs, message):
    """Each fault has its place."""
    with pytest.raises(InputError, match=message):
        shortest_paths(TRIANGLE, pairs)


def test_what_is_not_known_is_told_at_once():
    """Both ends, the slice and the countries."""
    with pytest.raises(InputError) as caught:
        shortest_path(TRIANGLE, "pariss", "milano", slice="7", transit=["XX"])
    assert [fault.place for fault in caught.value.faults] == [
        "source",
        "target",
        "slice",
        "transit[0]",
    ]
    assert 'did you mean "milan"?' in str(caught.value)


def test_a_raised_token_stops_the_search():
    """With the cancel word set there is no path to hand back."""
    with pytest.raises(StoppedError):
        shortest_path(TRIANGLE, "paris", "milan", stop=np.array([2**63 - 1, 1]))
