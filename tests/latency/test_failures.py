"""Round trips under single failures, against the network without what has failed."""

import dataclasses
import datetime
import itertools
import random
import threading

import numpy as np
import pytest

from placement.errors import InputError, StoppedError
from placement.latency import (
    UNREACHABLE_NS,
    Failure,
    build_index,
    failure_table,
    fill,
    index_links,
    latency_matrix,
)
from placement.latency import deal as dealing
from placement.latency.failures import round_trips
from placement.model.countries import expand
from placement.model.network import Link, Network, Node, Slice
from tests.latency.networks import SLICES, random_network
from tests.reference.failures import failure_rows, without_link, without_node

TRIANGLE = Network.from_links(
    [("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)],
    countries={"paris": "FR", "bern": "CH", "milan": "IT"},
    slices=[Slice("1-00A1B2")],
)


@pytest.fixture
def on_tree(monkeypatch):
    """Let the smallest table be worth a tree."""
    monkeypatch.setattr(fill, "LEAST_ROWS", 1)
    monkeypatch.setattr(fill, "LEAST_SIZE", 0)
    monkeypatch.setattr(fill, "WORK_EACH", 1e9)


def everything(network):
    """Return all pairs of nodes, all links and all nodes."""
    names = list(network.nodes.ids)
    return list(itertools.product(names, names)), list(range(len(network.links))), names


@pytest.mark.parametrize("block", range(4))
@pytest.mark.usefixtures("on_tree")
def test_every_failure_agrees_with_the_reference(block):
    """All links and nodes of random networks, all pairs, slices and transit sets: no ns of difference."""
    for seed in range(60 * block, 60 * (block + 1)):
        rng, network = random.Random(seed), random_network(seed)
        index, nodes = build_index(network), {node.id: node for node in network.nodes}
        pairs, links, names = everything(network)
        slice_id = rng.choice([None, *SLICES])
        transit = rng.choice([None, "EU", ("CH", "FR"), ()])
        allowed = (
            None
            if transit is None
            else expand(
                [transit] if isinstance(transit, str) else transit, datetime.date(2026, 1, 1)
            )
        )
        legal = (
            None if allowed is None else {n for n, node in nodes.items() if node.country in allowed}
        )
        pairs = rng.sample(pairs, min(len(pairs), 20))
        links, names = rng.sample(links, min(len(links), 12)), rng.sample(names, min(len(names), 5))
        found = failure_table(
            index, pairs, links=links, nodes=names, slice=slice_id, transit=transit, at="2026-01-01"
        )
        wanted = failure_rows(list(network.links), nodes, pairs, links, names, slice_id, legal)
        assert found.rtt_ns.tolist() == wanted, seed


def anew(network, pairs, lost=None):
    """Return round trips by latency matrices of a network; those of a node that is lost are -1."""
    index = build_index(network)
    out, back = (
        latency_matrix(index, reverse=reverse).astype(np.int64) for reverse in (False, True)
    )
    rtt = np.where((out == UNREACHABLE_NS) | (back == UNREACHABLE_NS), -1, out + back)
    rows = index.rows
    return [-1 if lost in pair else int(rtt[rows[pair[0]], rows[pair[1]]]) for pair in pairs]


@pytest.mark.parametrize("block", range(4))
@pytest.mark.usefixtures("on_tree")
def test_every_failure_agrees_with_a_matrix_of_what_is_left(block, monkeypatch):
    """Hundreds of networks, each without one of its links or nodes, measured anew by searches."""
    for seed in range(1000 + 200 * block, 1000 + 200 * (block + 1)):
        network = random_network(seed)
        if seed % 2:
            links = [dataclasses.replace(link, bidirectional=True) for link in network.links]
            network = Network(network.nodes, links, network.slices)
        pairs, links, names = everything(network)
        found = failure_table(network, pairs)
        assert found.failures == failure_table(network, pairs, links=links).failures
        nodes_found = failure_table(network, pairs, nodes=names)
        with monkeypatch.context() as patch:
            patch.setattr(fill, "LEAST_ROWS", 10**9)
            all_links = list(network.links)
            assert found.healthy_ns.tolist() == anew(network, pairs)
            for row, link in zip(found.rtt_ns.tolist(), links, strict=True):
                left = Network(network.nodes, without_link(all_links, link), network.slices)
                assert row == anew(left, pairs), (seed, link)
            for row, node in zip(nodes_found.rtt_ns.tolist(), names, strict=True):
                left = Network(network.nodes, without_node(all_links, node), network.slices)
                assert row == anew(left, pairs, node), (seed, node)


def test_searches_and_the_tree_give_the_same(monkeypatch):
    """Where no tree pays the table comes from searches, and no number is another."""
    for seed in range(100):
        network = random_network(seed)
        pairs, links, names = everything(network)
        ask = {"links": links, "nodes": names, "slice": "1", "transit": ["EU", "CH"]}
        with monkeypatch.context() as patch:
            patch.setattr(fill, "LEAST_ROWS", 10**9)
            searched = failure_table(network, pairs, **ask)
        with monkeypatch.context() as patch:
            patch.setattr(fill, "LEAST_ROWS", 1)
            patch.setattr(fill, "LEAST_SIZE", 0)
            patch.setattr(fill, "WORK_EACH", 1e9)
            found = failure_table(network, pairs, **ask)
        assert (found.rtt_ns == searched.rtt_ns).all(), seed
        assert (found.healthy_ns == searched.healthy_ns).all(), seed


def rings(seed, n_nodes=400):
    """Return the index of a mesh with rings and trees, parallel links among them, and its links."""
    rng = np.random.default_rng(seed)
    ends = [(node, int(rng.integers(max(0, node - 9), node))) for node in range(1, n_nodes)]
    ends += [tuple(rng.integers(0, n_nodes, 2).tolist()) for _ in range(n_nodes // 4)]
    ends += ends[:20]
    tails, heads = np.array(ends).T
    latency = rng.integers(0, 50, len(ends)) * 10_000
    return index_links(tails, heads, latency, two_way=bool(seed % 2)), len(ends)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_and_blocks_change_nothing(threads, monkeypatch):
    """Any number of threads, and pairs in blocks of any size, give the same table."""
    for seed in range(4):
        index, n_links = rings(seed)
        pairs = np.random.default_rng(seed).integers(0, 400, (300, 2))
        whole = failure_table(
            index, pairs, links=np.arange(n_links), nodes=np.arange(400), threads=1
        )
        assert (whole.rtt_ns != whole.healthy_ns).any()
        with monkeypatch.context() as patch:
            patch.setattr(dealing, "LITTLE", 0)
            patch.setattr(round_trips, "BLOCK", 37)
            found = failure_table(
                index, pairs, links=np.arange(n_links), nodes=np.arange(400), threads=threads
            )
        assert (found.rtt_ns == whole.rtt_ns).all()
        assert (found.healthy_ns == whole.healthy_ns).all()


def test_all_parts_of_a_larger_network_agree_with_searches(monkeypatch):
    """A few hundred nodes, with many failures side by side that change the same arcs."""
    for seed in range(2):
        index, n_links = rings(seed, 150)
        pairs = np.random.default_rng(seed).integers(0, 150, (40, 2))
        ask = {"links": range(n_links), "nodes": np.arange(150)}
        found = failure_table(index, pairs, **ask)
        monkeypatch.setattr(fill, "LEAST_ROWS", 10**9)
        assert (found.rtt_ns == failure_table(index, pairs, **ask).rtt_ns).all()
        monkeypatch.undo()


@pytest.mark.usefixtures("on_tree")
def test_paths_at_the_ceiling_are_paths_and_longer_ones_are_not():
    """2.1 s one way is a path, one nanosecond more is none, before and after a failure."""
    network = Network.from_links(
        [
            ("a", "b", 1000),
            ("b", "c", 1100),
            ("a", "d", 1000),
            ("d", "c", 1100.000001),
            ("a", "c", 2000),
        ]
    )
    table = failure_table(network, [("a", "c"), ("c", "a")], links=[4, 1], nodes=["b", "d"])
    assert (
        table.rtt_ns.tolist()
        == [[4_200_000_000] * 2, [4_000_000_000] * 2] + [[4_000_000_000] * 2] * 2
    )
    long = Network(network.nodes, [link for k, link in enumerate(network.links) if k != 4])
    table = failure_table(long, [("a", "c")], links=[1, 3])
    assert table.healthy_ns.tolist() == [4_200_000_000]
    assert table.rtt_ns.tolist() == [[-1], [4_200_000_000]]


def test_a_link_fails_both_ways_and_a_node_with_its_links():
    """The round trip goes round; without a way round, or with an end that has failed, there is none."""
    table = failure_table(
        TRIANGLE, [("paris", "milan"), ("bern", "bern")], links=[0, 2], nodes=["bern"]
    )
    assert table.healthy_ns.tolist() == [14_000_000, 0]
    assert table.rtt_ns.tolist() == [[19_000_000, 0], [14_000_000, 0], [19_000_000, -1]]
    alone = failure_table(TRIANGLE, [("paris", "bern")], nodes=["paris", "milan"], links=[])
    assert alone.rtt_ns.tolist() == [[-1], [6_000_000]]


def test_one_way_links_fail_in_their_direction():
    """What leads back alone may be lost alone."""
    links = [
        Link(source="a", target="b", latency_ms=1, bidirectional=False),
        Link(source="b", target="a", latency_ms=2, bidirectional=False),
        Link(source="b", target="a", latency_ms=5),
    ]
    table = failure_table(Network([Node("a"), Node("b")], links), [("a", "b")])
    assert table.rtt_ns.tolist() == [[7_000_000], [6_000_000], [3_000_000]]
    assert [str(one) for one in table.failures] == [
        "link 0 (a → b)",
        "link 1 (b → a)",
        "link 2 (a – b)",
    ]


def test_the_origin_alone_is_exempt_from_transit():
    """A pair may begin outside of the set, and not end there."""
    ask = {"transit": "EU", "links": [2]}
    table = failure_table(TRIANGLE, [("bern", "paris"), ("paris", "bern"), ("bern", "bern")], **ask)
    assert table.healthy_ns.tolist() == [6_000_000, -1, 0]
    assert table.rtt_ns.tolist() == [[6_000_000, -1, 0]]


def test_links_are_named_by_row_or_by_their_ends():
    """Rows, numbers of any kind, and ends in either order of a link that leads both ways."""
    named = failure_table(TRIANGLE, [("paris", "milan")], links=[("milan", "bern"), 2, np.int64(0)])
    assert [one.link for one in named.failures] == [1, 2, 0]
    assert named.failures[0] == Failure(link=1, ends=("bern", "milan"), both_ways=True)
    rows = failure_table(TRIANGLE, np.array([[0, 2]]), links=np.array([1, 2, 0]))
    assert (rows.rtt_ns == named.rtt_ns).all()
    assert rows.pairs == named.pairs == (("paris", "milan"),)


def test_it_writes_where_the_caller_wants():
    """The array that was handed in comes back filled."""
    out = np.empty((3, 1), np.int64)
    assert failure_table(TRIANGLE, [("paris", "milan")], out=out).rtt_ns is out
    assert out.tolist() == [[19_000_000], [19_000_000], [14_000_000]]


def test_nothing_to_measure_is_an_empty_table():
    """No pairs, no failures, no network: each has its shape."""
    assert failure_table(TRIANGLE, []).rtt_ns.shape == (3, 0)
    assert failure_table(TRIANGLE, [("paris", "bern")], links=[]).rtt_ns.shape == (0, 1)
    assert failure_table(Network(), []).rtt_ns.shape == (0, 0)
    assert str(failure_table(Network(), [])) == "0 failures × 0 pairs · no pair loses its path"


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ({"pairs": [("paris", "bonn")]}, r'pairs\[0\]\[1\]: "bonn" is not a node'),
        ({"links": [3]}, r"links\[0\]: 3 is no row of 3 links"),
        ({"links": [10**30]}, r"links\[0\]: 10+ is no row of 3 links"),
        ({"links": ["paris"]}, r'links\[0\]: "paris"; expected a row, or a source and a target'),
        ({"links": [True]}, r"links\[0\]: True; expected a row"),
        ({"links": [("paris", "x")]}, r'links\[0\]\[1\]: "x" is not a node'),
        ({"links": [("bern", "bern")]}, r'links\[0\]: no link leads from "bern" to "bern"'),
        ({"links": [1, ("milan", "bern")]}, r"links\[1\]: is listed twice"),
        ({"nodes": ["bern", "bern"]}, r"nodes\[1\]: is listed twice"),
        ({"nodes": ["x"]}, r'nodes\[0\]: "x" is not a node'),
        ({"slice": "2"}, 'slice: "2" is not a slice'),
        ({"threads": 0}, "threads: 0 is below 1"),
        ({"out": np.empty((2, 1), np.int64)}, r"out: int64 array of shape \(2, 1\)"),
    ],
)
def test_a_bad_request_is_explained(ask, message):
    """The message has the place, what was found there and what was expected."""
    with pytest.raises(InputError, match=message):
        failure_table(TRIANGLE, **{"pairs": [("paris", "bern")], **ask})


def test_parallel_links_are_named_by_row():
    """Ends that several links have in common do not tell them apart."""
    network = Network.from_links([("a", "b", 1), ("b", "a", 2)])
    with pytest.raises(
        InputError, match=r'links \[0, 1\] lead from "a" to "b"; expected the row of one'
    ):
        failure_table(network, [("a", "b")], links=[("a", "b")])


@pytest.mark.parametrize("on_the_tree", [False, True])
def test_a_raised_token_stops_it(on_the_tree, monkeypatch):
    """A deadline that has passed is an error of its own, by either way."""
    index, _ = rings(1)
    if not on_the_tree:
        monkeypatch.setattr(fill, "LEAST_ROWS", 10**9)
    with pytest.raises(StoppedError):
        failure_table(index, np.array([[0, 7]]), stop=np.array([0, 0]))


def test_the_worst_comes_first():
    """First what is cut off, then what gets longer by most, then the first in the table."""
    links = [("a", "b", 1), ("b", "c", 1), ("a", "c", 10), ("c", "d", 1), ("x", "y", 1)]
    table = failure_table(
        Network.from_links(links), [("a", "b"), ("a", "c"), ("b", "d"), ("a", "x")]
    )
    found = [(one.failure.link, one.pair, one.healthy_ns, one.rtt_ns) for one in table.worst()]
    assert found == [
        (3, ("b", "d"), 4_000_000, -1),
        (0, ("a", "b"), 2_000_000, 22_000_000),
        (1, ("b", "d"), 4_000_000, 24_000_000),
        (0, ("a", "c"), 4_000_000, 20_000_000),
        (1, ("a", "c"), 4_000_000, 20_000_000),
    ]
    assert [one.rtt_ns for one in table.worst(2)] == [-1, 22_000_000]
    assert table.worst(0) == ()
    assert str(table).splitlines()[:3] == [
        "5 failures × 4 pairs · 1 of them can lose their path",
        "failure         pair         ms    ms then",
        "link 3 (c – d)  b → d  4.000000       none",
    ]


def test_the_worst_of_many_is_the_worst_of_all(monkeypatch):
    """Blocks of rows, and more equal cells than are asked for, change nothing of the order."""
    index, n_links = rings(2)
    pairs = np.random.default_rng(0).integers(0, 400, (50, 2))
    table = failure_table(index, pairs, links=range(n_links))
    loss = table.rtt_ns - table.healthy_ns
    loss[(table.rtt_ns < 0) & (table.healthy_ns >= 0)] = 2**62
    loss[:, table.healthy_ns < 0] = 0
    order = sorted(
        (-int(loss[cell]), *map(int, cell))
        for cell in np.argwhere(loss > 0).tolist()
        for cell in [tuple(cell)]
    )
    for block in (1, 500, 10**6):
        monkeypatch.setattr("placement.latency.failures.impact.BLOCK", block)
        found = [(one.failure, one.pair) for one in table.worst(40)]
        assert found == [
            (table.failures[row], table.pairs[column]) for _, row, column in order[:40]
        ]


def test_another_thread_can_cancel():
    """The word in the token ends the call within moments."""
    index, n_links = rings(3, 3000)
    stop = dealing.never()
    pairs = np.random.default_rng(0).integers(0, 3000, (20_000, 2))
    timer = threading.Timer(0.1, stop.__setitem__, (1, 1))
    timer.start()
    with pytest.raises(StoppedError):
        failure_table(index, pairs, links=range(n_links), nodes=np.arange(3000), stop=stop)
    timer.join()
