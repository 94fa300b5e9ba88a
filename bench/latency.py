"""Latency matrices by the library and by others, on the same network; every cell must be equal."""

import tarfile
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from bench.instances import telecom
from bench.registry import Bench
from placement.latency import UNREACHABLE_NS, NetworkIndex, build_index, latency_matrix
from placement.model.network import Link, Network, Node

__all__ = ["BENCH"]

ZOO = Path(__file__).parents[1] / "../shared/data/topology_zoo/graphml.tar.gz"
GRAPHML = {"g": "http://graphml.graphdrawing.org/xmlns"}


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """From which nodes to all nodes of a network, and what the library says of it."""

    index: NetworkIndex
    sources: tuple[str, ...]
    expected: np.ndarray

    @property
    def rows(self):
        """The sources by number."""
        return np.array([self.index.rows[name] for name in self.sources])

    def arcs(self):
        """Return tails, heads and latencies of the links, one for each pair of nodes: the shortest."""
        out = self.index.out
        tails = np.repeat(np.arange(len(self.index.rows)), np.diff(out.indptr))
        order = np.lexsort((out.latency, out.heads, tails))
        tails, heads, latency = tails[order], out.heads[order], out.latency[order]
        first = np.flatnonzero(np.diff(tails, prepend=-1) | np.diff(heads, prepend=-1))
        return tails[first], heads[first], latency[first]


def case_of(network, most):
    """Return the case of a network, from as many of its nodes as that, evenly spread."""
    index = build_index(network)
    names = list(index.rows)
    sources = tuple(names[:: max(1, len(names) // most)][:most])
    return Case(index, sources, latency_matrix(index, sources))


@cache
def generated(n_core, n_metro, n_access, most):
    """Return the case of a generated network."""
    return case_of(telecom(n_core, n_metro, n_access), most)


@cache
def zoo(name):
    """Return the case of a network of the Internet Topology Zoo: nodes on the map, links between."""
    with tarfile.open(ZOO) as archive:
        root = ElementTree.parse(archive.extractfile(f"graphml/{name}.graphml")).getroot()
    keys = {key.get("id"): key.get("attr.name") for key in root.iterfind("g:key", GRAPHML)}
    nodes = {}
    for node in root.iterfind("g:graph/g:node", GRAPHML):
        data = {keys[one.get("key")]: one.text for one in node.iterfind("g:data", GRAPHML)}
        if "Latitude" in data:
            lat, lon = float(data["Latitude"]), float(data["Longitude"])
            nodes[node.get("id")] = Node(node.get("id"), lat=lat, lon=lon)
    edges = [(e.get("source"), e.get("target")) for e in root.iterfind("g:graph/g:edge", GRAPHML)]
    links = [Link(source=a, target=b) for a, b in edges if a != b and a in nodes and b in nodes]
    return case_of(Network(nodes.values(), links), len(nodes))


def equal(case, matrix):
    """Check that every cell is equal to the nanosecond; floats hold such integers exactly."""
    found = np.where(np.isfinite(matrix), matrix, UNREACHABLE_NS)
    assert found.shape == case.expected.shape
    assert (found == case.expected).all()
    return {
        "nodes": len(case.index.rows),
        "links": len(case.index.out.heads) // 2,
        "cells": case.expected.size,
        "unequal": 0,
    }


INSTANCES = {
    "tiny": partial(generated, 4, 2, 2, 5),
    "telecom, 200 sources": partial(generated, 20, 10, 9, 200),
}
if ZOO.exists():
    INSTANCES["Topology Zoo Kdl, all sources"] = partial(zoo, "Kdl")
BENCH = Bench(
    "latency",
    "One-way latencies from some nodes of a network to all of them",
    INSTANCES,
    equal,
    rounds=5,
)


@BENCH.subject("placement, 1 thread")
def one_thread(case):
    """The library on one processor."""
    return lambda: latency_matrix(case.index, case.sources, threads=1)


@BENCH.subject("placement, all processors")
def all_threads(case):
    """The library on all processors."""
    return lambda: latency_matrix(case.index, case.sources)


@BENCH.subject("placement, index included")
def with_index(case):
    """The library, made ready anew from its own arrays; on one processor."""
    names = list(case.index.rows)
    tails, heads, latency = (one.tolist() for one in case.arcs())
    network = Network(
        [Node(name) for name in names],
        [
            Link(source=names[a], target=names[b], latency_ms=ns / 1e6, bidirectional=False)
            for a, b, ns in zip(tails, heads, latency, strict=True)
        ],
    )
    return lambda: latency_matrix(build_index(network), case.sources, threads=1)


@BENCH.subject("scipy.sparse.csgraph")
def by_scipy(case):
    """Dijkstra's algorithm of SciPy, in floats; the graph is made before."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    tails, heads, latency = case.arcs()
    n_nodes = len(case.index.rows)
    graph = csr_array((latency.astype(float), (tails, heads)), shape=(n_nodes, n_nodes))
    rows = case.rows
    return lambda: dijkstra(graph, indices=rows)


@BENCH.subject("networkx")
def by_networkx(case):
    """Dijkstra's algorithm of networkx, source by source; the graph is made before."""
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(case.index.rows)))
    graph.add_weighted_edges_from(zip(*(one.tolist() for one in case.arcs()), strict=True))

    def measure():
        matrix = np.full(case.expected.shape, np.inf)
        for i, source in enumerate(case.rows.tolist()):
            found = nx.single_source_dijkstra_path_length(graph, source)
            matrix[i, list(found)] = list(found.values())
        return matrix

    return measure
