"""Whoever else makes matrices of shortest paths from Python, each with what it is best at.

All run on one thread. A peer that is not installed is named in the results as not measured.

Of the packages with contraction hierarchies that pip installs, `pyroutingkit` is the fastest for
matrices, and so is the one here: `routingkit-cch`, the same C++ below, hands out lists of Python
numbers (seven times slower); `gravel-fragility` searches from both ends for each source (sixty times);
`ch-router` and `pandana` answer pair by pair.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

__all__ = ["PEERS", "Peer"]


@dataclass(frozen=True, slots=True)
class Peer:
    """A package that is compared.

    Parameters
    ----------
    name : str
        As the tables tell it.
    package : str
        Its module.
    cells : float
        So many cells are measured: about what it does in a second. Infinite: the whole task, because
        rows have a part of the work in common.
    prepare : callable
        Takes links, and returns what takes rows and returns their latencies to all nodes.
    """

    name: str
    package: str
    cells: float
    prepare: Callable

    @property
    def installed(self):
        """Whether it can be imported."""
        return find_spec(self.package) is not None

    def load(self):
        """Import it, so that no measurement has to."""
        return importlib.import_module(self.package)

    def n_rows(self, n_rows, n_nodes):
        """Return how many of so many rows are measured."""
        return min(n_rows, max(1, int(min(self.cells / n_nodes, n_rows))))


PEERS = {}


def peer(name, package, cells):
    """Return a decorator that registers a peer."""

    def register(prepare):
        PEERS[name] = Peer(name, package, cells, prepare)
        return prepare

    return register


@peer("scipy.sparse.csgraph", "scipy.sparse.csgraph", 5e6)
def by_scipy(links):
    """Dijkstra's algorithm with a Fibonacci heap, in floats."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    tails, heads, latency = links.both_ways()
    graph = csr_array((latency.astype(float), (tails, heads)), shape=(links.n_nodes,) * 2)
    return lambda rows: dijkstra(graph, indices=rows)


@peer("networkx", "networkx", 3e5)
def by_networkx(links):
    """Dijkstra's algorithm in Python."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(links.n_nodes))
    graph.add_weighted_edges_from(zip(*(one.tolist() for one in links[1:]), strict=True))

    def query(rows):
        matrix = np.full((len(rows), links.n_nodes), np.inf)
        for i, row in enumerate(rows.tolist()):
            found = nx.single_source_dijkstra_path_length(graph, row)
            matrix[i, list(found)] = list(found.values())
        return matrix

    return query


@peer("igraph", "igraph", 2e6)
def by_igraph(links):
    """Dijkstra's algorithm in C, in floats."""
    import igraph

    graph = igraph.Graph(links.n_nodes, np.column_stack([links.tails, links.heads]))
    latency = links.latency_ns.tolist()
    return lambda rows: np.array(graph.distances(rows.tolist(), weights=latency))


@peer("networkit", "networkit", 3e6)
def by_networkit(links):
    """Dijkstra's algorithm in C++, source by source, in floats."""
    import networkit as nk

    nk.setNumberOfThreads(1)
    weighted = (links.latency_ns.astype(float), (links.tails, links.heads))
    graph = nk.GraphFromCoo(weighted, n=links.n_nodes, weighted=True, directed=False)

    def query(rows):
        search = nk.distance.SPSP(graph, rows.tolist())
        search.run()
        matrix = search.getDistances(asarray=True)
        return np.where(matrix < 1e300, matrix, np.inf)

    return query


@peer("rustworkx", "rustworkx", 2e6)
def by_rustworkx(links):
    """Dijkstra's algorithm in Rust, in floats."""
    import rustworkx as rx

    graph = rx.PyGraph()
    graph.add_nodes_from(range(links.n_nodes))
    latency = links.latency_ns.astype(float).tolist()
    ends = links.tails.tolist(), links.heads.tolist()
    graph.add_edges_from(list(zip(*ends, latency, strict=True)))

    def query(rows):
        matrix = np.full((len(rows), links.n_nodes), np.inf)
        for i, row in enumerate(rows.tolist()):
            found = rx.graph_dijkstra_shortest_path_lengths(graph, row, float)
            matrix[i, list(found.keys())] = list(found.values())
            matrix[i, row] = 0
        return matrix

    return query


@peer("pyroutingkit", "pyroutingkit", np.inf)
def by_pyroutingkit(links):
    """RoutingKit's customizable contraction hierarchies, by inertial flow, in integers.

    It wants coordinates. A node's are its places in a walk depth first and in one breadth first:
    with these it fares better than with those on a map.
    """
    import pyroutingkit
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, depth_first_order

    n_nodes = links.n_nodes
    tails, heads, latency = (one.astype(np.uint32) for one in links.both_ways())
    graph = csr_array((np.ones(len(tails)), (tails, heads)), shape=(n_nodes, n_nodes))
    places = np.zeros((2, n_nodes), np.float32)
    for place, walk in zip(places, (depth_first_order, breadth_first_order), strict=True):
        order = walk(graph, 0, return_predecessors=False)
        place[order] = np.arange(len(order)) / n_nodes
    topology = pyroutingkit.CCHTopology()
    topology.build(tails, heads, *places, n_nodes)
    metric = pyroutingkit.CCHMetric(topology)
    metric.customize(latency, 1)
    targets = np.arange(n_nodes, dtype=np.uint32)
    return lambda rows: metric.distances_many_to_many(rows.astype(np.uint32), targets)
