"""networkx graphs, in and out; nodes and edges carry attributes named for the fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from placement import units
from placement.errors import Fault, InputError, MissingExtraError
from placement.model.network import LINKS, NODES, Network
from placement.model.noun import Noun
from placement.model.parse import kind
from placement.model.table import Table
from placement.units import shown

__all__ = ["from_networkx", "to_networkx"]

ENDS = ("source", "target")


def from_networkx(graph: Any, *, fields: Mapping[str, str] | None = None) -> Network:
    """Read a networkx graph of any kind.

    Parameters
    ----------
    graph : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
        Its nodes and edges may have the fields of `Node` and `Link` as attributes; others do not
        matter. The attribute ``slices`` of the graph may list slices.
    fields : mapping of str to str, optional
        From the name of an attribute to the field that it fills, such as ``{"distance": "length_km"}``,
        beside the fields' own names.

    Returns
    -------
    Network
        A node's id is its text. An edge of a directed graph leads one way, but two opposite ones of
        the same key and attributes become one link both ways, which is the same.

    Raises
    ------
    InputError
        If the network is not valid, or two nodes have the same text.
    MissingExtraError
        If networkx is not installed.

    Examples
    --------
    >>> import networkx
    >>> from placement.adapters import from_networkx
    >>> graph = networkx.Graph()
    >>> graph.add_edge("paris", "madrid", ms=9.1)
    >>> from_networkx(graph, fields={"ms": "latency_ms"}).links[0].latency_ms
    Decimal('9.1')
    """
    networkx = _networkx()
    if not isinstance(graph, networkx.Graph):
        raise InputError([Fault("graph", f"expected a networkx graph, got {kind(graph)}")])
    names = _names(graph)
    nodes = [
        {"id": names[node], **_attributes(NODES, data, fields or {})}
        for node, data in graph.nodes(data=True)
    ]
    return Network(nodes, _links(graph, names, fields or {}), graph.graph.get("slices", ()))


def to_networkx(network: Network) -> Any:
    """Return a network as a networkx graph.

    Parameters
    ----------
    network : Network
        Any.

    Returns
    -------
    networkx.MultiGraph or networkx.MultiDiGraph
        Directed if any link leads one way; then one that leads both ways is two edges of the same
        key. A key is the row of its link. Attributes are the fields that say something, slices an
        attribute of the graph, and `from_networkx` reads all of it.

    Raises
    ------
    MissingExtraError
        If networkx is not installed.

    Examples
    --------
    >>> from placement import Network
    >>> from placement.adapters import to_networkx
    >>> graph = to_networkx(Network.from_links([("paris", "madrid", 9.1)]))
    >>> graph.edges["paris", "madrid", 0]["latency_ms"]
    9.1
    """
    networkx = _networkx()
    both_ways = all(network.links.column("bidirectional").distinct())
    graph = networkx.MultiGraph() if both_ways else networkx.MultiDiGraph()
    if len(network.slices):
        graph.graph["slices"] = list(_rows(network.slices))
    for row in _rows(network.nodes):
        graph.add_node(row.pop("id"), **row)
    for key, row in enumerate(_rows(network.links)):
        source, target = row.pop("source"), row.pop("target")
        two = row.pop("bidirectional", True) and not both_ways
        graph.add_edge(source, target, key=key, **row)
        if two:
            graph.add_edge(target, source, key=key, **row)
    return graph


def _networkx() -> Any:
    try:
        import networkx
    except ImportError:
        raise MissingExtraError("networkx", "graph") from None
    return networkx


def _names(graph: Any) -> dict[Any, str]:
    """Return the id of each node."""
    names = {node: str(node) for node in graph}
    nodes: dict[str, Any] = {}
    faults = [
        Fault(f"node {node!r}", f"has the same text as node {nodes[name]!r}: {shown(name)}")
        for node, name in names.items()
        if nodes.setdefault(name, node) is not node
    ]
    if faults:
        raise InputError(faults)
    return names


def _attributes(noun: Noun, data: Mapping[Any, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the attributes that are fields, by the names of these."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        field = fields.get(name, name)
        if field in noun.fields and field not in {"id", *ENDS}:
            found[field] = value
    return found


def _links(
    graph: Any, names: Mapping[Any, str], fields: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield a row for each edge, and one for two that are each other's way back."""
    done: set[tuple[Any, Any, Any]] = set()
    for source, target, key, data in _edges(graph):
        row = {
            "source": names[source],
            "target": names[target],
            **_attributes(LINKS, data, fields),
        }
        if graph.is_directed() and row.get("bidirectional") is None:
            if (source, target, key) in done:
                continue
            twin = source != target and graph.has_edge(target, source, *key)
            back = graph.edges[(target, source, *key)] if twin else None
            row["bidirectional"] = back is not None and _attributes(
                LINKS, back, fields
            ) == _attributes(LINKS, data, fields)
            if row["bidirectional"]:
                done.add((target, source, key))
        yield row


def _edges(graph: Any) -> Iterator[tuple[Any, Any, tuple[Any, ...], Mapping[str, Any]]]:
    """Yield edges with their keys: none, or one."""
    if graph.is_multigraph():
        for source, target, key, data in graph.edges(keys=True, data=True):
            yield source, target, (key,), data
    else:
        for source, target, data in graph.edges(data=True):
            yield source, target, (), data


def _rows(table: Table[Any]) -> Iterator[dict[str, Any]]:
    """Yield the fields that say something, row by row."""
    columns = [(name, field, table.column(name)) for name, field in table.noun.fields.items()]
    for row in range(len(table)):
        values = {}
        for name, field, column in columns:
            value = column[row]
            if value is not None and value != field.default:
                plain = units.to_json(value) if isinstance(value, units.Amount) else value
                values[name] = field.dump(value) if isinstance(value, tuple) else plain
        yield values
