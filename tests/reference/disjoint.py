"""Disjoint paths the slow way: every pair of all simple paths."""

import itertools
from typing import NamedTuple

from tests.reference.routes import carries, link_ns, ns_up

LONGEST = 2_100_000_000


class Edge(NamedTuple):
    """What joins two nodes: how long it takes from one to the other, and back."""

    one: int
    other: int
    out: int
    back: int


class Way(NamedTuple):
    """A path as nodes and edges, and how long it takes there and back."""

    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    length: int


def ways(edges, closed, processing, source, target):
    """Return all simple paths that take at most 2.1 s in each direction."""
    found = []

    def go_on(nodes, used, out, back):
        node = nodes[-1]
        if node == target:
            found.append(Way(nodes, used, out + back))
            return
        through = processing[node] if node != source else 0
        for i, edge in enumerate(edges):
            if node not in (edge.one, edge.other):
                continue
            there, home = (edge.out, edge.back) if node == edge.one else (edge.back, edge.out)
            head = edge.other if node == edge.one else edge.one
            there, home = out + through + there, back + through + home
            if head in nodes or head in closed or max(there, home) > LONGEST:
                continue
            go_on((*nodes, head), (*used, i), there, home)

    if source == target or target not in closed:
        go_on((source,), (), 0, 0)
    return found


def disjoint(one, other, *, by_nodes):
    """Tell whether two paths share no edge, and no node but their ends if nodes count."""
    if set(one.edges) & set(other.edges):
        return False
    return not (by_nodes and set(one.nodes[1:-1]) & set(other.nodes[1:-1]))


def best_pair(found, *, by_nodes):
    """Return (longer, total) of the best disjoint pair of some paths, or None."""
    pairs = (
        (max(one.length, other.length), one.length + other.length)
        for one, other in itertools.combinations_with_replacement(found, 2)
        if disjoint(one, other, by_nodes=by_nodes)
    )
    return min(pairs, default=None)


def duplex_edges(network, slice_id=None):
    """Return what leads there and back in a network: (edge, link out, link back), nodes by row.

    A two-way link is an edge; a one-way link is one together with a link that leads back, the quickest
    with the quickest.
    """
    nodes = {node.id: node for node in network.nodes}
    row = {name: n for n, name in enumerate(nodes)}
    found, one_way = [], {}
    for i, link in enumerate(network.links):
        if not carries(link, slice_id):
            continue
        ns, ends = link_ns(link, nodes), (row[link.source], row[link.target])
        if link.bidirectional:
            found.append((Edge(*ends, ns, ns), i, i))
        else:
            one_way.setdefault(ends, []).append((ns, ns_up(link.jitter_ms), i))
    for (one, other), links in one_way.items():
        if one < other:
            home = sorted(one_way.get((other, one), []))
            for (out, _, i), (back, _, j) in zip(sorted(links), home, strict=False):
                found.append((Edge(one, other, out, back), i, j))
    return found
