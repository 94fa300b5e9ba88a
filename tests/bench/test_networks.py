"""Generated networks are what they claim to be."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from bench.networks import internet_like, random_regular, road_like, telecom

NETWORKS = {
    "telecom": lambda: telecom(20_000),
    "road": lambda: road_like(20_000),
    "internet": internet_like,
    "regular": lambda: random_regular(1_000),
}


def degrees(links):
    """Return how many links each node has."""
    return np.bincount(np.concatenate([links.tails, links.heads]), minlength=links.n_nodes)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_simple_and_connected(name):
    """No loops, no parallel links, one piece; latencies fit the kernels."""
    links = NETWORKS[name]()
    assert (links.tails < links.heads).all()
    assert links.heads.max() < links.n_nodes
    assert len(set(zip(links.tails.tolist(), links.heads.tolist(), strict=True))) == len(links[1])
    assert links.latency_ns.min() > 0
    graph = csr_array((links.latency_ns, (links.tails, links.heads)), shape=(links.n_nodes,) * 2)
    assert connected_components(graph, directed=False, return_labels=False) == 1


@pytest.mark.parametrize("make", [telecom, road_like, internet_like, random_regular])
def test_a_seed_makes_one_network(make):
    """The same seed gives the same arrays, another seed others."""
    first, again, other = (make.__wrapped__(500, seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.tails, other.tails)


def test_most_nodes_of_an_operator_have_one_link_or_two():
    """A good two fifths have one, a quarter have two; the mean is just above two."""
    degree = degrees(telecom(20_000))
    assert 0.4 < (degree == 1).mean() < 0.5
    assert 0.25 < (degree == 2).mean() < 0.35
    assert 2 < degree.mean() < 2.1


def test_roads_have_two_and_a_half_links_a_node():
    """None has more than four; a tenth are dead ends; almost half only bend."""
    links = road_like()
    degree = degrees(links)
    assert links.n_nodes == pytest.approx(75_000, abs=1)
    assert degree.max() == 4
    assert 2.45 < degree.mean() < 2.7
    assert 0.05 < (degree == 1).mean() < 0.12
    assert 0.4 < (degree == 2).mean() < 0.5


def test_the_internet_has_hubs_and_stubs():
    """As many links, stubs and hubs as CAIDA saw in 2007."""
    links = internet_like()
    degree = degrees(links)
    assert len(links.tails) == pytest.approx(18_203, rel=0.02)
    assert (degree == 1).mean() == pytest.approx(0.35, abs=0.02)
    assert (degree == 2).mean() == pytest.approx(0.40, abs=0.03)
    assert 1_000 < degree.max() < 2_000


def test_every_node_of_a_regular_network_has_as_many_links():
    """Eight each, whatever the chance."""
    assert set(degrees(random_regular(1_000)).tolist()) == {8}
