"""Real networks, against the shortest paths of SciPy."""

import tarfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from placement.latency import UNREACHABLE_NS, build_index, latency_matrix
from placement.model.network import Link, Network, Node

ZOO = Path(__file__).parents[2] / "../shared/data/topology_zoo/graphml.tar.gz"
NAMES = ["Colt", "Deltacom", "Dfn", "Garr201201", "Kdl", "TataNld", "Uninett2011"]
GRAPHML = {"g": "http://graphml.graphdrawing.org/xmlns"}

pytestmark = pytest.mark.skipif(not ZOO.exists(), reason="the Internet Topology Zoo is not here")


def read(name):
    """Return a network of the Zoo: its nodes that have coordinates, and its links between them."""
    with tarfile.open(ZOO) as archive:
        root = ElementTree.parse(archive.extractfile(f"graphml/{name}.graphml")).getroot()
    keys = {key.get("id"): key.get("attr.name") for key in root.iterfind("g:key", GRAPHML)}
    nodes = {}
    for node in root.iterfind("g:graph/g:node", GRAPHML):
        data = {keys[one.get("key")]: one.text for one in node.iterfind("g:data", GRAPHML)}
        if "Latitude" in data:
            lat, lon = float(data["Latitude"]), float(data["Longitude"])
            nodes[node.get("id")] = Node(node.get("id"), lat=lat, lon=lon)
    ends = [
        (edge.get("source"), edge.get("target"))
        for edge in root.iterfind("g:graph/g:edge", GRAPHML)
    ]
    links = [Link(source=a, target=b) for a, b in ends if a != b and a in nodes and b in nodes]
    return Network(nodes.values(), links)


def by_scipy(index):
    """Return the whole matrix by SciPy; parallel links are reduced to the shortest before."""
    n_nodes = len(index.rows)
    tails = np.repeat(np.arange(n_nodes), np.diff(index.out.indptr))
    dense = np.full((n_nodes, n_nodes), np.inf)
    np.minimum.at(dense, (tails, index.out.heads), index.out.latency)
    rows, columns = np.nonzero(np.isfinite(dense))
    # SciPy takes an explicit zero of a sparse matrix for a link of length zero.
    graph = csr_array((dense[rows, columns], (rows, columns)), shape=dense.shape)
    found = shortest_path(graph, method="D")
    return np.where(np.isfinite(found), found, UNREACHABLE_NS).astype(np.int64)


@pytest.mark.parametrize("name", NAMES)
def test_a_real_network_agrees_with_scipy(name):
    """Every pair of nodes of an operator's network: 0 ns of difference, both ways."""
    index = build_index(read(name))
    expected = by_scipy(index)
    assert (expected > 0).any()
    assert (latency_matrix(index) == expected).all()
    assert (latency_matrix(index, reverse=True) == expected.T).all()
