"""networkx graphs come in and go out with everything that the network says."""

import random
import sys
from decimal import Decimal

import networkx
import numpy as np
import pytest

from placement import InputError, MissingExtraError, Network, Problem
from placement.adapters import from_networkx, to_networkx
from placement.latency import latency_matrix
from tests.reference.problems import random_problem

TAKEN = ("format", "at", "operators", "nodes", "links", "slices")


def rows(table):
    """Return the rows of a table, whatever their order and the direction of links both ways."""
    found = []
    for row in table:
        values = {name: getattr(row, name) for name in table.noun.fields}
        if values.get("bidirectional"):
            values["source"], values["target"] = sorted([values["source"], values["target"]])
        found.append(repr(values))
    return sorted(found)


@pytest.mark.parametrize("seed", range(40))
def test_a_network_survives_the_way_through_networkx(seed):
    """Random networks with slices, jitter, lengths and one-way links: the same comes back."""
    document = random_problem(random.Random(seed))
    network = Problem.from_dict({k: v for k, v in document.items() if k in TAKEN}).network
    again = from_networkx(to_networkx(network))
    for table in ("nodes", "links", "slices"):
        assert rows(getattr(again, table)) == rows(getattr(network, table))
    ids = network.nodes.ids
    there = latency_matrix(network, ids, ids)
    assert (latency_matrix(again, ids, ids) == there).all()


def test_a_network_without_one_way_links_becomes_undirected():
    """Algorithms for undirected graphs can be used where that is right."""
    network = Network.from_links([("a", "b", 1), ("a", "b", 2)])
    graph = to_networkx(network)
    assert type(graph) is networkx.MultiGraph
    assert networkx.shortest_path_length(graph, "a", "b", weight="latency_ms") == 1
    one_way = Network(
        [{"id": "a"}, {"id": "b"}],
        [
            {"source": "a", "target": "b", "latency_ms": 1},
            {"source": "b", "target": "a", "latency_ms": 0.5, "bidirectional": False},
        ],
    )
    graph = to_networkx(one_way)
    assert type(graph) is networkx.MultiDiGraph
    assert networkx.shortest_path_length(graph, "a", "b", weight="latency_ms") == 1
    assert networkx.shortest_path_length(graph, "b", "a", weight="latency_ms") == 0.5


@pytest.mark.parametrize(
    ("kind", "one_way", "n_links"),
    [
        (networkx.Graph, False, 1),
        (networkx.DiGraph, True, 2),
        (networkx.MultiGraph, False, 2),
        (networkx.MultiDiGraph, True, 2),
    ],
)
def test_any_kind_of_graph_is_read(kind, one_way, n_links):
    """An undirected edge leads both ways, a directed one does not, and parallel ones are kept."""
    graph = kind()
    graph.add_edge("a", "b", latency_ms=1)
    graph.add_edge("b", "a", latency_ms=2)
    links = from_networkx(graph).links
    assert len(links) == n_links
    assert all(link.bidirectional is not one_way for link in links)


def test_two_opposite_edges_alike_are_one_link():
    """A directed graph that says everything twice makes half as many links."""
    graph = networkx.DiGraph([("a", "b"), ("b", "a"), ("b", "c")])
    networkx.set_edge_attributes(graph, 1.5, "latency_ms")
    links = from_networkx(graph).links
    assert [(link.source, link.target, link.bidirectional) for link in links] == [
        ("a", "b", True),
        ("b", "c", False),
    ]


def test_attributes_are_renamed_and_others_left_alone():
    """Names are mapped to fields; what is no field is no error."""
    graph = networkx.Graph()
    graph.add_node("a", Latitude=48.86, Longitude=2.35, colour="red")
    graph.add_edge("a", 7, dist=np.float64(0.1), weight=3)
    names = {"Latitude": "lat", "Longitude": "lon", "dist": "length_km"}
    network = from_networkx(graph, fields=names)
    assert (network.nodes["a"].lat, network.nodes["a"].lon) == (48.86, 2.35)
    assert network.links[0].length_km == Decimal("0.1")
    assert list(network.nodes.ids) == ["a", "7"]


def test_nodes_of_the_same_text_are_refused():
    """1 and "1" are two nodes for networkx and would be one here."""
    graph = networkx.Graph([(1, "1")])
    with pytest.raises(InputError, match='has the same text as node 1: "1"'):
        from_networkx(graph)


def test_a_bad_attribute_is_told_with_its_place():
    """What the network refuses, it refuses from networkx too."""
    graph = networkx.Graph()
    graph.add_edge("a", "b", latency_ms=float("nan"))
    with pytest.raises(InputError, match=r"links\[0\].latency_ms: NaN"):
        from_networkx(graph)
    with pytest.raises(InputError, match="expected a networkx graph, got list"):
        from_networkx([("a", "b")])


def test_a_missing_networkx_names_the_extra(monkeypatch):
    """Whoever asks for a graph without networkx is told what to install."""
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(MissingExtraError, match=r"placement\[graph\]"):
        to_networkx(Network())
