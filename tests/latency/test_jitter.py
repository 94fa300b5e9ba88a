"""Links that vary together: variances of round trips, against every simple path there is."""

import random

import numpy as np
import pytest

from placement import Link, Network, Node
from placement.latency import build_index
from placement.latency.jitter import joint_variance, vary_together
from placement.latency.round_trip import NO_PATH, round_trips
from placement.latency.routing import RoutingClass
from tests.latency.networks import tangled_network
from tests.reference import paths as reference
from tests.reference.routes import ns_up

MS = 10**6


def grouped(network, rng):
    """Return a network in which some links vary together, and some have a twin that varies with others."""
    rows = [
        {name: getattr(link, name) for name in network.links.noun.fields} for link in network.links
    ]
    rows += [dict(row) for row in rows if rng.random() < 0.3]
    for row in rows:
        row["jitter_ms"] = rng.choice([0, 1, 1, 2, 0.5])
        row["jitter_group"] = rng.choice([None, "duct", "radio", "sea"])
    return Network(network.nodes, rows, network.slices)


def expected(network, origin, end, slice_id):
    """Return the variance of the round trip over the paths that count, or None without any."""
    processing = {node.id: ns_up(node.processing_ms) for node in network.nodes}
    trip = []
    for reverse in (False, True):
        leading = reference.hops(network, slice_id, reverse=reverse)
        way = reference.best_path(
            reference.simple_paths(leading, origin, end), processing, jitter=True
        )
        if way is None:
            return None
        trip += way
    return reference.joint_variance(trip)


@pytest.mark.parametrize("block", range(2))
def test_variances_of_random_networks_are_those_of_the_paths_that_count(block):
    """On 300 small networks with groups and twins, every pair has the variance of its very path."""
    for seed in range(150 * block, 150 * (block + 1)):
        rng = random.Random(seed)
        network, slice_id = grouped(tangled_network(seed), rng), rng.choice([None, "1"])
        index = build_index(network)
        names = list(network.nodes.ids)
        rows = np.arange(len(names), dtype=np.int32)
        rtt, variance = round_trips(index, rows, rows, RoutingClass(slice_id), jitter=True)
        for a, origin in enumerate(names):
            for b, end in enumerate(names):
                wanted = expected(network, origin, end, slice_id)
                assert (rtt[a, b] == NO_PATH) == (wanted is None), seed
                assert wanted is None or variance[a, b] == wanted, (seed, origin, end)


def test_the_order_of_the_links_decides_nothing_where_groups_differ():
    """Links in any order give the same variances, with twins that differ in their group alone."""
    for seed in range(100):
        network = grouped(tangled_network(seed), random.Random(seed))
        links = list(network.links)
        random.Random(-seed).shuffle(links)
        rows = np.arange(len(network.nodes), dtype=np.int32)
        told = [
            joint_variance(build_index(one), rows, rows, RoutingClass()).tolist()
            for one in (network, Network(network.nodes, links, network.slices))
        ]
        assert told[0] == told[1], seed


def chain(*links):
    """Return a chain of nodes a, b, … with (jitter in ms, group) of each link."""
    ends = [(chr(97 + i), chr(98 + i)) for i in range(len(links))]
    rows = [
        Link(source=a, target=b, latency_ms=1, jitter_ms=jitter, jitter_group=group)
        for (a, b), (jitter, group) in zip(ends, links, strict=True)
    ]
    return Network([Node(chr(97 + i)) for i in range(len(links) + 1)], rows)


@pytest.mark.parametrize(
    ("links", "deviations"),
    [
        ([(1, None), (2, None)], 2 * (1 + 4)),
        ([(1, "duct"), (2, "duct")], 6**2),
        ([(1, "duct"), (2, "radio")], 2**2 + 4**2),
        ([(3, None), (1, "duct"), (2, "duct")], 2 * 9 + 6**2),
        ([(1, "duct"), (5, None), (2, "duct")], 2 * 25 + 6**2),
        ([(4, "duct")], 8**2),
    ],
    ids=["alone", "one group", "two groups", "group and alone", "not side by side", "out and back"],
)
def test_deviations_add_up_in_a_group_and_variances_between_groups(links, deviations):
    """By hand: out and back over one group is (2 × the sum of its deviations)²."""
    index = build_index(chain(*links))
    ends = np.array([0], np.int32), np.array([len(links)], np.int32)
    _, variance = round_trips(index, *ends, RoutingClass(), jitter=True)
    assert variance.tolist() == [[deviations * MS**2]]


def test_links_that_do_not_vary_need_no_paths():
    """A group whose links have no jitter, or that a class may not use, changes nothing."""
    steady, varying = chain((0, "duct")), chain((1, "duct"))
    assert not vary_together(build_index(steady), RoutingClass())
    assert vary_together(build_index(varying), RoutingClass())
    links = [
        Link(source="a", target="b", latency_ms=1, jitter_ms=1, jitter_group="x", slices=["1"])
    ]
    sliced = Network([Node("a"), Node("b")], links, [{"id": "1"}])
    assert not vary_together(build_index(sliced), RoutingClass())
    assert vary_together(build_index(sliced), RoutingClass("1"))


def test_sums_saturate_instead_of_overflowing():
    """Deviations of 2.1 s each, a hundred of them in one group or in groups of their own."""
    for group in ("duct", None):
        links = [(2100, group or f"group {i}") for i in range(100)]
        names = [f"n{i:03}" for i in range(101)]
        rows = [
            Link(source=a, target=b, latency_ms=1, jitter_ms=jitter, jitter_group=one)
            for a, b, (jitter, one) in zip(names, names[1:], links, strict=False)
        ]
        index = build_index(Network([Node(name) for name in names], rows))
        ends = np.array([0], np.int32), np.array([100], np.int32)
        assert joint_variance(index, *ends, RoutingClass()).tolist() == [[2**62]]
