"""Links grouped by the node that they leave, against lists."""

import random

import numpy as np

from placement._core import group_links


def test_arcs_stand_by_node_then_own_before_back_then_by_link():
    """Every link is there once a way, in an order that does not depend on anything but the links."""
    for seed in range(300):
        rng = random.Random(seed)
        n_nodes, n_links = rng.randrange(1, 9), rng.randrange(12)
        ends = [[rng.randrange(n_nodes) for _ in range(n_links)] for _ in range(2)]
        latency = [rng.randrange(100) for _ in range(n_links)]
        two_way = [rng.random() < 0.6 for _ in range(n_links)]
        assert grouped(n_nodes, *ends, latency, two_way) == listed(
            n_nodes, *ends, latency, two_way
        ), seed


def grouped(n_nodes, tails, heads, latency, two_way):
    """Return (tail, head, latency, link) of each arc, as the kernel lists them."""
    n_arcs = len(tails) + sum(two_way)
    indptr = np.empty(n_nodes + 1, np.int64)
    arcs = tuple(np.empty(n_arcs, np.int32) for _ in range(3))
    columns = (np.array(column, np.int32) for column in (tails, heads, latency))
    group_links(*columns, np.array(two_way, np.uint8), indptr, *arcs)
    assert indptr[0] == 0
    assert indptr[-1] == n_arcs
    nodes = np.repeat(np.arange(n_nodes), np.diff(indptr)).tolist()
    return list(zip(nodes, *(column.tolist() for column in arcs), strict=True))


def listed(n_nodes, tails, heads, latency, two_way):
    """Return the same from two loops over the links for each node."""
    arcs = []
    for node in range(n_nodes):
        for link, tail in enumerate(tails):
            if tail == node:
                arcs.append((node, heads[link], latency[link], link))
        for link, head in enumerate(heads):
            if head == node and two_way[link]:
                arcs.append((node, tails[link], latency[link], link))
    return arcs
