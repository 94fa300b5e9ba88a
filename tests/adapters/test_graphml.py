"""GraphML is read whole, what is strange about it is told, and what is unsafe is refused."""

import csv
import sys
import tarfile
from decimal import Decimal
from pathlib import Path

import networkx
import pytest

from placement import FileError, InputError, MissingExtraError
from placement.adapters import read_graphml, to_networkx
from placement.latency import MAX_LATENCY_NS, latency_matrix

ZOO = Path(__file__).parents[2] / "../shared/data/topology_zoo"
HEAD = '<?xml version="1.0" encoding="utf-8"?>'
KEYS = """
<key attr.name="label" attr.type="string" for="node" id="d1"/>
<key attr.name="Latitude" attr.type="double" for="node" id="d2"/>
<key attr.name="Longitude" attr.type="double" for="node" id="d3"/>
<key attr.name="Country" attr.type="string" for="node" id="d4"/>
<key attr.name="Internal" attr.type="int" for="node" id="d5"><default>1</default></key>
<key attr.name="Network" attr.type="string" for="graph" id="d6"/>
<key attr.name="latency_ms" attr.type="double" for="edge" id="d7"/>
"""


def node(name, label="", lat="", lon="", country="", internal=""):
    """Return a node as the Topology Zoo writes it."""
    texts = {"d1": label, "d2": lat, "d3": lon, "d4": country, "d5": internal}
    data = "".join(f'<data key="{key}">{text}</data>' for key, text in texts.items() if text)
    return f'<node id="{name}">{data}</node>'


def edge(source, target, latency_ms="", more=""):
    """Return an edge likewise."""
    data = f'<data key="d7">{latency_ms}</data>' if latency_ms else ""
    return f'<edge source="{source}" target="{target}" {more}>{data}</edge>'


def graphml(*elements, edgedefault="undirected", head=HEAD, more=""):
    """Return a document."""
    return (
        f'{head}<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{KEYS}'
        f'<graph edgedefault="{edgedefault}">{"".join(elements)}</graph>{more}</graphml>'
    ).encode()


PARIS = node("0", "Paris", "48.86", "2.35", "France")
LYON = node("1", "Lyon", "45.76", "4.84", "France")
PRAGUE = node("2", "Prague", "50.08", "14.44", "Czech Republic")


def oddities(*elements, **options):
    """Return what is strange about a document: kinds and texts."""
    topology = read_graphml(graphml(*elements), unknown_ms=1, **options)
    return [(oddity.kind, str(oddity)) for oddity in topology.oddities]


def test_a_clean_document_has_no_oddities():
    """Labels are names, names of countries are codes, and what the graph says of itself is kept."""
    about = '<data key="d6">Test</data>'
    topology = read_graphml(graphml(about, PARIS, LYON, PRAGUE, edge(0, 1), edge(1, 2)))
    assert topology.oddities == ()
    assert topology.about == {"Network": "Test"}
    first, _, last = topology.network.nodes
    assert (first.id, first.country, first.lat, first.lon) == ("Paris", "FR", 48.86, 2.35)
    assert last.country == "CZ"
    ends = [(link.source, link.target, link.bidirectional) for link in topology.network.links]
    assert ends == [("Paris", "Lyon", True), ("Lyon", "Prague", True)]


def test_a_file_is_read_like_its_bytes(tmp_path):
    """A path of either kind."""
    path = tmp_path / "net.graphml"
    path.write_bytes(graphml(PARIS, LYON, edge(0, 1)))
    for source in (path, str(path)):
        assert len(read_graphml(source).network.links) == 1


def test_names_can_be_the_ids_of_the_document():
    """Where labels are of no use."""
    topology = read_graphml(graphml(PARIS, LYON, edge(0, 1)), names="id")
    assert list(topology.network.nodes.ids) == ["0", "1"]
    with pytest.raises(ValueError, match="expected label or id"):
        read_graphml(graphml(PARIS), names="name")


def test_labels_become_unique_names():
    """Two nodes of one label, one without any, and one that is called like what these become."""
    found = read_graphml(
        graphml(
            *(node("a", "Paris"), node("b", "Paris"), node("c"), node("d", "c")),
            node("e", "Paris #a"),
        )
    )
    assert list(found.network.nodes.ids) == ["Paris #a #a", "Paris #b", "c #c", "c", "Paris #a"]
    kinds = [oddity.kind for oddity in found.oddities]
    assert kinds.count("duplicate_label") == 2
    assert kinds.count("no_label") == 1


ODDITIES = {
    "no_coordinates": ([node("0", "a")], 'node "a": has no coordinates'),
    "bad_coordinates": (
        [node("0", "a", "95", "2")],
        'node "a": lat "95", lon "2" is no place; it is left out',
    ),
    "unknown_country": (
        [node("0", "a", "1", "2", "Atlantis")],
        'node "a": "Atlantis" is no country that is known; it is left out',
    ),
    "external_node": (
        [node("0", "a", "1", "2", internal="0")],
        'node "a": belongs to another network',
    ),
    "self_loop": ([PARIS, edge(0, 0)], 'node "Paris": has a link to itself; it is left out'),
    "parallel_links": (
        [PARIS, LYON, edge(0, 1), edge(1, 0)],
        'link "Lyon" – "Paris": is there 2 times',
    ),
    "disconnected": (
        [PARIS, LYON, PRAGUE, edge(0, 1)],
        "network: falls into 2 parts, of 2, 1 nodes",
    ),
    "not_read": (
        [PARIS, "<hyperedge><endpoint node='0'/></hyperedge>"],
        "document: has 1 hyperedges; they are left out",
    ),
}


@pytest.mark.parametrize("kind", ODDITIES)
def test_an_oddity_is_told_with_its_place(kind):
    """Each kind is found where it is, and nothing else is."""
    elements, text = ODDITIES[kind]
    assert oddities(*elements) == [(kind, text)]


def test_half_a_coordinate_is_none():
    """A latitude alone is no place."""
    topology = read_graphml(graphml(node("0", "a", lat="45")))
    assert topology.network.nodes["a"].lat is None
    assert topology.oddities[0].kind == "bad_coordinates"


def test_a_link_whose_latency_nothing_tells_is_an_error():
    """Nothing is guessed unless the caller asks for it."""
    document = graphml(PARIS, node("1", "lost"), edge(0, 1))
    with pytest.raises(InputError, match='"lost" has no coordinates'):
        read_graphml(document)
    topology = read_graphml(document, unknown_ms=7)
    assert topology.network.links[0].latency_ms == 7
    assert topology.oddities[-1].kind == "unknown_latency"


def test_a_node_is_placed_between_two_neighbours_only():
    """One neighbour would put it on the spot, at no distance: then its link stays unknown."""
    lost = node("9", "lost")
    between = graphml(PARIS, LYON, lost, edge(0, 9), edge(9, 1))
    topology = read_graphml(between, interpolate=True)
    placed = topology.network.nodes["lost"]
    assert (placed.lat, placed.lon) == pytest.approx((47.32, 3.63), abs=0.05)
    assert [oddity.kind for oddity in topology.oddities] == ["no_coordinates", "interpolated"]
    with pytest.raises(InputError, match='"lost" has no coordinates'):
        read_graphml(graphml(PARIS, lost, edge(0, 9), edge(0, 9)), interpolate=True)


def test_a_chain_of_lost_nodes_is_placed_from_both_ends():
    """Only a node with two placed neighbours has a place; the next one follows from it."""
    lost = [node("8", "x"), node("9", "y")]
    topology = read_graphml(
        graphml(PARIS, LYON, PRAGUE, *lost, edge(0, 8), edge(1, 8), edge(8, 9), edge(9, 2)),
        interpolate=True,
    )
    assert [str(one) for one in topology.oddities if one.kind == "interpolated"] == [
        'node "x": is placed between its neighbours',
        'node "y": is placed between its neighbours',
    ]


def test_directions_are_kept():
    """Of the graph, and of an edge that differs."""
    network = read_graphml(
        graphml(
            PARIS, LYON, edge(0, 1), edge(1, 0, more='directed="false"'), edgedefault="directed"
        )
    ).network
    assert [link.bidirectional for link in network.links] == [False, True]


def test_latencies_are_exact_and_fields_can_be_renamed():
    """Decimal digits are taken as they are written."""
    network = read_graphml(graphml(PARIS, LYON, edge(0, 1, "0.10"))).network
    assert network.links[0].latency_ms == Decimal("0.1")
    network = read_graphml(
        graphml(PARIS, LYON, edge(0, 1, "12")), fields={"latency_ms": "length_km"}
    ).network
    assert (network.links[0].latency_ms, network.links[0].length_km) == (None, 12)
    with pytest.raises(InputError, match=r'links\[0\].latency_ms: "fast" is not a number'):
        read_graphml(graphml(PARIS, LYON, edge(0, 1, "fast")))


def test_what_networkx_writes_is_read(tmp_path):
    """From a network to GraphML by networkx and back."""
    network = read_graphml(graphml(PARIS, LYON, edge(0, 1, "2.5"))).network
    path = tmp_path / "net.graphml"
    networkx.write_graphml(to_networkx(network), path)
    again = read_graphml(path, names="id").network
    assert list(again.nodes) == list(network.nodes)
    assert list(again.links) == list(network.links)


BOMB = (
    '<!DOCTYPE bomb [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<graphml><graph><node id='&b;'/></graph></graphml>"
)
REFUSED = {
    "bomb": (BOMB, "declares a document type or entities"),
    "outside": (
        '<!DOCTYPE g SYSTEM "file:///etc/hostname"><graphml/>',
        "declares a document type or entities",
    ),
    "empty": ("", "is no well-formed XML"),
    "cut off": (graphml(PARIS).decode()[:-20], "is no well-formed XML"),
    "binary": ("\x00\x01\x02", "is no well-formed XML"),
    "unknown encoding": ('<?xml version="1.0" encoding="klingon"?><graphml/>', "is no "),
    "HTML": ("<html><body/></html>", "its root is <html>, expected <graphml>"),
    "no graph": ("<graphml/>", "holds no graph"),
    "nested graphs": (
        graphml("<node id='0'><graph edgedefault='directed'/></node>").decode(),
        "has a graph inside a node",
    ),
    "deep": ("<graphml>" + "<desc>" * 100_000, "is nested more than 100 deep"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_graphml_is_refused(what):
    """Bombs, other XML and broken XML end in one clear error, at once."""
    text, message = REFUSED[what]
    with pytest.raises(FileError, match=message) as caught:
        read_graphml(text.encode())
    assert str(caught.value).startswith("<bytes>: ")


def test_a_file_that_is_not_there_is_named(tmp_path):
    """The path stands in the error."""
    with pytest.raises(FileError, match=r"missing.graphml: cannot be read"):
        read_graphml(tmp_path / "missing.graphml")


def test_a_file_that_is_too_large_is_not_read(monkeypatch):
    """The size is looked at first."""
    monkeypatch.setattr("placement.adapters.graphml_document.MOST_BYTES", 100)
    with pytest.raises(FileError, match="expected at most 100"):
        read_graphml(graphml(PARIS))


def test_broken_references_are_told_at_once():
    """Every edge that leads nowhere, and every id that is there twice."""
    document = graphml(PARIS, PARIS, "<node/>", edge(0, 7), edge(8, 9))
    with pytest.raises(InputError) as caught:
        read_graphml(document)
    assert [str(fault) for fault in caught.value.faults] == [
        'node[1]: "0" is already the id of another node',
        "node[2]: has no id",
        'edge[0]: leads to "7", which is no node',
        'edge[1]: leads to "8", which is no node',
        'edge[1]: leads to "9", which is no node',
    ]


def test_further_graphs_are_not_read():
    """The first graph counts, and the others are told."""
    more = '<graph edgedefault="directed"><node id="7"/></graph>'
    topology = read_graphml(graphml(PARIS, more=more))
    assert list(topology.network.nodes.ids) == ["Paris"]
    assert [oddity.kind for oddity in topology.oddities] == ["not_read"]


def test_a_missing_defusedxml_names_the_extra(monkeypatch):
    """Nothing is parsed without the safe parser."""
    monkeypatch.setitem(sys.modules, "defusedxml", None)
    with pytest.raises(MissingExtraError, match=r"placement\[graph\]"):
        read_graphml(graphml(PARIS))


@pytest.mark.skipif(not ZOO.exists(), reason="the Internet Topology Zoo is not here")
def test_every_network_of_the_zoo_is_read_whole():
    """All 164, with the nodes and links that its index counts, and with what its index says."""
    with (ZOO / "INDEX.csv").open(encoding="utf-8", newline="") as file:
        index = {row["name"]: row for row in csv.DictReader(file)}
    n_read = 0
    with tarfile.open(ZOO / "graphml.tar.gz") as archive:
        for member in archive:
            row = index[Path(member.name).stem]
            content = archive.extractfile(member).read()
            topology = read_graphml(content, interpolate=True, unknown_ms=1)
            network, kinds = topology.network, [oddity.kind for oddity in topology.oddities]
            counts = (len(network.nodes), len(network.links))
            assert counts == (int(row["nodes"]), int(row["edges"])), row["name"]
            assert ("disconnected" in kinds) == (row["connected"] == "False")
            assert ("parallel_links" in kinds) == (row["multi"] == "True")
            n_nowhere = counts[0] - int(row["with_latlon"])
            assert kinds.count("no_coordinates") == n_nowhere
            assert "unknown_country" not in kinds
            n_read += 1
    assert n_read == len(index) == 164


@pytest.mark.skipif(not ZOO.exists(), reason="the Internet Topology Zoo is not here")
def test_a_network_of_the_zoo_has_latencies():
    """A network that is read can be measured."""
    with tarfile.open(ZOO / "graphml.tar.gz") as archive:
        content = archive.extractfile("graphml/Dfn.graphml").read()
    matrix = latency_matrix(read_graphml(content, interpolate=True, unknown_ms=5).network)
    assert 0 < matrix.max() < MAX_LATENCY_NS
