"""Networks from a seed, as arrays: what operators, road maps, the internet and chance look like.

Links are undirected; there is one between two nodes at most, and none from a node to itself.
Latencies are whole nanoseconds, of fibre at 4.9 µs/km.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

__all__ = ["Links", "internet_like", "random_regular", "road_like", "telecom"]

NS_PER_KM = 4_900


class Links(NamedTuple):
    """An undirected network: link i joins `tails[i]` and `heads[i]`.

    Parameters
    ----------
    n_nodes : int
        Nodes are 0 to n_nodes - 1.
    tails, heads : ndarray of shape (n_links,), int32
        The ends.
    latency_ns : ndarray of shape (n_links,), int32
        One way, the same in both.
    """

    n_nodes: int
    tails: np.ndarray
    heads: np.ndarray
    latency_ns: np.ndarray

    def both_ways(self):
        """Return tails, heads and latencies of the arcs: each link and its way back."""
        return (
            np.concatenate([self.tails, self.heads]),
            np.concatenate([self.heads, self.tails]),
            np.concatenate([self.latency_ns, self.latency_ns]),
        )


def simple(n_nodes, tails, heads, latency_ns):
    """Return the links without loops, and of parallel links the shortest."""
    low, high = np.minimum(tails, heads), np.maximum(tails, heads)
    order = np.lexsort((latency_ns, high, low))
    order = order[low[order] != high[order]]
    pair = low[order].astype(np.int64) * n_nodes + high[order]
    order = order[np.diff(pair, prepend=-1) != 0]
    return Links(
        n_nodes,
        low[order].astype(np.int32),
        high[order].astype(np.int32),
        latency_ns[order].astype(np.int32),
    )


@cache
def telecom(n_nodes, seed=0):
    """Return an operator's network: a mesh of core nodes, metro rings, trees of access nodes.

    It imitates fixed networks with their access: backbones such as those of the Internet Topology
    Zoo are a mesh of a few dozen nodes with three or four links each; a metro ring of 4 to 12 nodes is
    homed at two of them; three nodes in four are cell sites or cabinets, in trees a few hops deep
    below the rings. Of all nodes 45 % have one link and 29 % have two; the mean is 2.07.

    Core nodes lie on 1,000 × 1,000 km and are linked to the nearest ones; a ring's links
    are 10 to 100 km long, those of access nodes 0.5 to 15 km.
    """
    rng = np.random.default_rng(seed)
    n_core = max(4, int(n_nodes**0.5 / 4))
    places = rng.random((n_core, 2)) * 1_000
    apart = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    mesh = [(a, b) for a in range(1, n_core) for b in np.argsort(apart[a, :a])[:3].tolist()]
    mesh = np.array(mesh, np.int64).T
    # Rings, until a quarter of the nodes are there.
    sizes = rng.integers(4, 13, max(1, n_nodes // 32))
    last = n_core + np.cumsum(sizes)
    first = last - sizes
    from_core, to_core = mesh[:, rng.integers(0, mesh.shape[1], len(sizes))]
    n_upper = int(last[-1])
    on_rings = np.arange(n_core, n_upper)
    before = on_rings - 1
    before[first - n_core] = from_core
    # Trees: half of the access nodes hang below one of those just placed.
    access = np.arange(n_upper, n_nodes)
    above = rng.integers(n_core, n_upper, len(access))
    near = access - 1 - rng.integers(0, 20, len(access))
    above = np.where((rng.random(len(access)) < 0.5) & (near >= n_upper), near, above)
    km = [
        apart[mesh[0], mesh[1]] * 1.4,
        rng.uniform(10, 100, len(on_rings) + len(sizes)),
        rng.uniform(0.5, 15, len(access)),
    ]
    return simple(
        n_nodes,
        np.concatenate([mesh[0], before, last - 1, above]),
        np.concatenate([mesh[1], on_rings, to_core, access]),
        np.ceil(np.concatenate(km) * NS_PER_KM),
    )


@cache
def road_like(n_nodes=75_000, seed=0):
    """Return a planar network like that of roads, which ducts follow; `n_nodes` at most.

    It imitates road maps such as those of the 9th DIMACS Implementation Challenge and of
    OpenStreetMap, whose nodes have 2.1 to 2.8 links in the mean: junctions join three roads rather
    than four, some 9 % of the nodes are dead ends, almost half have two links, and the mean is 2.5.

    Junctions lie near a grid, 100 to 400 m apart; a random tree spans them, and more of its other
    edges are roads in towns than between them. A road has up to three bends. All is connected.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    rng = np.random.default_rng(seed)
    side = max(2, int((n_nodes / 1.25) ** 0.5))
    junction = np.arange(side * side)
    column, row = junction % side, junction // side
    tails = np.concatenate([junction[column < side - 1], junction[row < side - 1]])
    heads = np.concatenate([tails[: len(tails) // 2] + 1, tails[len(tails) // 2 :] + side])
    tree = minimum_spanning_tree(
        csr_array((rng.random(len(tails)) + 1, (tails, heads)), shape=(side * side,) * 2)
    ).tocoo()
    spans = np.isin(tails * side**2 + heads, tree.row.astype(np.int64) * side**2 + tree.col)
    # Towns: the closer to the middle of one, the more roads there are.
    n_towns = max(1, side // 12)
    middles = rng.random((n_towns, 2)) * side
    away = np.full(side * side, np.inf)
    for x, y in middles:
        away = np.minimum(away, np.hypot(column - x, row - y))
    is_road = spans | (rng.random(len(tails)) < np.clip(1.1 - away[tails] / 22, 0.22, 0.9))
    tails, heads = tails[is_road], heads[is_road]
    metres = rng.uniform(100, 400, len(tails))
    # Bends: as many as there are nodes left, most of them between towns.
    wish = np.where(rng.random(len(tails)) < 0.8, 0, rng.integers(1, 4, len(tails)))
    bends = np.where(np.cumsum(wish) <= n_nodes - side * side, wish, 0)
    return bent(side * side, tails, heads, metres, bends)


def bent(n_nodes, tails, heads, metres, bends):
    """Return links with so many new nodes on each, which part it evenly."""
    parts = bends + 1
    link = np.repeat(np.arange(len(tails)), parts)
    end = np.cumsum(parts)
    is_last = np.zeros(len(link), bool)
    is_last[end - 1] = True
    n_all = n_nodes + int(bends.sum())
    to = np.where(is_last, heads[link], 0)
    to[~is_last] = np.arange(n_nodes, n_all)
    before = np.where(np.diff(link, prepend=-1) != 0, tails[link], np.roll(to, 1))
    return simple(n_all, before, to, np.ceil((metres / parts)[link] * NS_PER_KM / 1_000))


@cache
def internet_like(n_nodes=8_000, seed=0):
    """Return a network like that of the internet's autonomous systems.

    It imitates the AS graph that CAIDA inferred in November 2007 (8,020 systems, 18,203 links): 35 % of
    the systems have one link and 40 % have two, to providers of whom a few serve more than 1,000;
    those at the top are a clique, the next hundred peer with each other, and every system that
    carries others' traffic buys from larger ones. Degrees fall as a power of the rank.

    Latencies are log-normal, 3 ms in the median.
    """
    rng = np.random.default_rng(seed)
    n_carriers, n_top = max(16, n_nodes // 4), 10
    top = np.array(np.triu_indices(n_top, 1))
    carriers = np.arange(n_top, n_carriers)
    buys = np.repeat(carriers, 1 + rng.geometric(0.36, len(carriers)))
    stubs = np.arange(n_carriers, n_nodes)
    homes = np.repeat(stubs, np.where(rng.random(len(stubs)) < 0.46, 1, 2))
    # The larger a system, the likelier it is a provider: as a power of its rank.
    buyers = np.concatenate([buys, homes])
    weight = np.cumsum((np.arange(n_carriers) + 2.0) ** -1.05)
    share = weight[np.minimum(buyers, n_carriers) - 1]
    sellers = np.searchsorted(weight, rng.random(len(buyers)) * share)
    # Peering among the upper hundred and more, the larger the more.
    n_peers = min(n_carriers, 120)
    peers = rng.integers(0, n_peers, (2, 18 * n_peers))
    tails = np.concatenate([top[0], buyers, peers[0]])
    heads = np.concatenate([top[1], sellers, peers[1]])
    return simple(n_nodes, tails, heads, np.ceil(rng.lognormal(np.log(3e6), 1, len(tails))))


@cache
def random_regular(n_nodes, degree=8, seed=0):
    """Return a random network whose nodes have `degree` links each: it has no small separators.

    None real is like it; it is what elimination is worst at. Stubs are paired at random, and those
    of loops and parallel links are paired anew with as many others.
    """
    rng = np.random.default_rng(seed)
    ends = rng.permutation(np.repeat(np.arange(n_nodes), degree)).reshape(-1, 2)
    while True:
        low, high = ends.min(axis=1), ends.max(axis=1)
        _, first = np.unique(low * n_nodes + high, return_index=True)
        good = np.zeros(len(ends), bool)
        good[first] = True
        again = np.flatnonzero(~good | (low == high))
        if not len(again):
            break
        again = np.concatenate([again, rng.integers(0, len(ends), len(again))])
        again = np.unique(again)
        ends[again] = rng.permutation(ends[again].ravel()).reshape(-1, 2)
    return simple(n_nodes, low, high, rng.integers(10_000, 10_000_000, len(ends)))
