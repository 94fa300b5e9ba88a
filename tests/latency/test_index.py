"""What a network becomes for the kernels."""

import pickle

import pytest

from placement.errors import InputError
from placement.latency import UNREACHABLE_NS, build_index, latency_matrix
from placement.model.network import Link, Network, Node
from tests.latency.networks import random_network


def two(**link):
    """Return a network of two nodes 1 km or so apart and one link."""
    nodes = [Node("a", lat=50, lon=8), Node("b", lat=50.01, lon=8)]
    return Network(nodes, [Link(source="a", target="b", **link)])


def test_a_latency_is_taken_before_a_length():
    """Where a link has both, what was measured counts."""
    assert latency_matrix(two(latency_ms=1, length_km=1)).tolist()[0] == [0, 1_000_000]


def test_a_kilometre_takes_4900_ns_rounded_up():
    """A length in kilometres becomes nanoseconds by the speed of light in fibre."""
    assert latency_matrix(two(length_km=10)).tolist()[0] == [0, 49_000]
    assert latency_matrix(two(length_km=0.0001)).tolist()[0] == [0, 1]


def test_a_bare_link_follows_the_globe():
    """Without latency and length: 1,111.95 m × 1.4 is 1,557 m and 7,630 ns; × 1 is 1,112 m."""
    assert latency_matrix(two()).tolist()[0] == [0, 7_630]
    assert latency_matrix(two(), detour=1).tolist()[0] == [0, 5_449]


def test_a_one_way_link_leads_one_way():
    """`bidirectional=False` makes one arc."""
    found = latency_matrix(two(latency_ms=1, bidirectional=False)).tolist()
    assert found == [[0, 1_000_000], [UNREACHABLE_NS, 0]]


def test_a_link_of_exactly_2_1_s_is_fine():
    """The limit itself is a latency."""
    assert latency_matrix(two(latency_ms=2100)).tolist()[0] == [0, 2_100_000_000]


@pytest.mark.parametrize("link", [{"latency_ms": 2100.0000001}, {"length_km": 428_572}])
def test_a_link_above_2_1_s_is_named(link):
    """A measured link that is too long does not get as far as an index."""
    with pytest.raises(InputError, match=r"links\[0\].*longer than 2\.1 s"):
        build_index(two(**link))


def test_all_links_that_a_detour_makes_too_long_are_named():
    """The message has the links, their ends and the limit; what was measured is not stretched."""
    nodes = [Node("a", lat=50, lon=8), Node("b", lat=-50, lon=-8)]
    links = [
        Link(source=x, target=y, latency_ms=ms)
        for x, y, ms in [("a", "b", None), ("a", "b", 1), ("b", "a", None)]
    ]
    with pytest.raises(InputError, match=r'"a" to "b" takes .*at most 2\.1 s') as caught:
        build_index(Network(nodes, links), detour=40)
    assert [fault.place for fault in caught.value.faults] == ["links[0]", "links[2]"]


def test_a_detour_below_one_is_refused():
    """No fibre is shorter than the great circle."""
    with pytest.raises(InputError, match=r"detour: 0\.9 is below 1"):
        build_index(two(), detour=0.9)


def test_the_longest_processing_time_closes_the_node_to_passage():
    """With 2.1 s inside a node nothing passes through it, and paths still end there."""
    nodes = [Node("a"), Node("b", processing_ms=2100), Node("c")]
    links = [Link(source=x, target=y, latency_ms=1) for x, y in ("ab", "bc")]
    found = latency_matrix(Network(nodes, links), ["a"]).tolist()
    assert found == [[0, 1_000_000, UNREACHABLE_NS]]


def test_an_index_survives_pickling():
    """A pickled copy gives the same matrix."""
    index = build_index(random_network(5))
    copy = pickle.loads(pickle.dumps(index))
    assert latency_matrix(copy).tolist() == latency_matrix(index).tolist()


def test_a_network_without_nodes_is_a_network():
    """The empty network has the empty matrix."""
    assert latency_matrix(Network()).shape == (0, 0)


def test_an_arc_knows_its_link_and_who_runs_what():
    """Each direction of a link leads back to the row in the table; operators are those of the tables."""
    nodes = [Node("a", operator="dt"), Node("b"), Node("c", operator="tim")]
    links = [
        Link(source="b", target="a", latency_ms=1, operator="tim"),
        Link(source="a", target="c", latency_ms=2, bidirectional=False),
        Link(source="a", target="b", latency_ms=3, operator="dt"),
    ]
    index = build_index(Network(nodes, links))
    assert (index.out.heads.tolist(), index.out.link.tolist()) == ([2, 1, 1, 0, 0], [1, 2, 0, 0, 2])
    assert index.back.link.tolist() == [0, 2, 2, 0, 1]
    assert [index.operators[code] for code in index.operator] == ["dt", None, "tim"]
    assert [index.operators[code] for code in index.link_operator] == ["tim", None, "dt"]
