"""GraphML, as the Internet Topology Zoo and networkx write it."""

import os
from collections import Counter
from collections.abc import Mapping
from typing import Any

from placement.adapters.country_names import code_of
from placement.adapters.graphml_document import Document, Element, parse_graphml
from placement.adapters.neighbours import parts, place_between
from placement.adapters.text import number_or_text, yes_or_no
from placement.adapters.topology import Oddity, Topology
from placement.errors import MOST_FAULTS_KEPT, Fault, InputError
from placement.model.network import Network
from placement.units import shown

__all__ = ["read_graphml"]

NODE_FIELDS = {
    "Latitude": "lat",
    "Longitude": "lon",
    "Country": "country",
    **{name: name for name in ("country", "operator", "lat", "lon", "processing_ms")},
}
LINK_NUMBERS = ("latency_ms", "length_km", "jitter_ms")
LINK_FIELDS = {name: name for name in (*LINK_NUMBERS, "bidirectional", "operator")}


def read_graphml(
    source: str | os.PathLike[str] | bytes,
    *,
    names: str = "label",
    fields: Mapping[str, str] | None = None,
    interpolate: bool = False,
    unknown_ms: Any = None,
) -> Topology:
    """Read a network from GraphML, with a report of what is strange about it.

    Parameters
    ----------
    source : path or bytes
        A file, or its content.
    names : {'label', 'id'}, default 'label'
        What becomes the id of a node. A label that is missing is replaced by the GraphML id, and one
        that several nodes have is followed by it.
    fields : mapping of str to str, optional
        From the name of a data key to the field that it fills, such as ``{"dist": "length_km"}``,
        beside the fields' own names and ``Latitude``, ``Longitude`` and ``Country``.
    interpolate : bool, default False
        Whether to place nodes without coordinates between their neighbours, where at least two of
        these have some.
    unknown_ms : number, optional
        The latency of links for which nothing tells one. Without it they are an error.

    Returns
    -------
    Topology
        All nodes and links, but for links from a node to itself, with the oddities found.

    Raises
    ------
    FileError
        If the source cannot be read or is no GraphML.
    InputError
        If the network is not valid, such as for a link whose latency cannot be told.
    MissingExtraError
        If defusedxml is not installed.

    Notes
    -----
    Kinds of oddities: ``no_label``, ``duplicate_label``, ``no_coordinates``, ``bad_coordinates``,
    ``unknown_country``, ``external_node``, ``self_loop``, ``parallel_links``, ``disconnected``,
    ``not_read`` (hyperedges, further graphs), and what was done about some: ``interpolated``,
    ``unknown_latency``. Countries given by name become ISO codes.

    References
    ----------
    U. Brandes et al., GraphML Progress Report, 2001. S. Knight et al., The Internet Topology Zoo,
    IEEE JSAC 29(9), 2011.

    Examples
    --------
    >>> from placement.adapters import read_graphml
    >>> topology = read_graphml(
    ...     b'<graphml><graph edgedefault="undirected"><node id="a"/><node id="b"/>'
    ...     b'<edge source="a" target="b"/></graph></graphml>', unknown_ms=1)
    >>> topology.network.links[0].latency_ms
    1
    >>> print(topology.oddities[0])
    node "a": has no label; it is named by its GraphML id
    """
    if names not in {"label", "id"}:
        raise ValueError(f"names is {shown(names)}; expected label or id")
    document = parse_graphml(source)
    oddities: list[Oddity] = []
    ids = _names(document.nodes, names, oddities)
    ends = _ends(document)
    nodes = [
        _node(name, element.data, {**NODE_FIELDS, **(fields or {})}, oddities)
        for name, element in zip(ids, document.nodes, strict=True)
    ]
    links = [
        _link(
            ids[source], ids[target], document.directed, element, {**LINK_FIELDS, **(fields or {})}
        )
        for (source, target), element in zip(ends, document.edges, strict=True)
    ]
    links = _without_loops(links, oddities)
    _look_around(document, ids, links, oddities)
    if interpolate:
        for name in place_between(nodes, links):
            message = "is placed between its neighbours"
            oddities.append(Oddity("interpolated", f"node {shown(name)}", message))
    if unknown_ms is not None:
        _fill(nodes, links, unknown_ms, oddities)
    return Topology(
        network=Network(nodes, links), oddities=tuple(oddities), about=dict(document.about)
    )


def _names(nodes: list[Element], how: str, oddities: list[Oddity]) -> list[str]:
    """Return an id for each node, unique."""
    own = [node.attributes.get("id", "") for node in nodes]
    if how == "id":
        return own
    labels = [" ".join(node.data.get("label", "").split()) for node in nodes]
    times = Counter(labels)
    ids: list[str] = []
    taken = {label for label in labels if times[label] == 1}
    for one, label in zip(own, labels, strict=True):
        name = label or one
        if times[label] > 1 or not label:
            if label:
                name = f"{label} #{one}"
            while name in taken:
                name += f" #{one}"
            taken.add(name)
            kind, message = "no_label", "has no label; it is named by its GraphML id"
            if label:
                kind = "duplicate_label"
                message = f"{times[label]} nodes are called {shown(label)}"
            oddities.append(Oddity(kind, f"node {shown(name)}", message))
        ids.append(name)
    return ids


def _ends(document: Document) -> list[tuple[int, int]]:
    """Return the rows of the nodes that each edge joins."""
    rows: dict[str, int] = {}
    faults: list[Fault] = []
    for row, node in enumerate(document.nodes):
        name = node.attributes.get("id")
        if name is None:
            faults.append(Fault(f"node[{row}]", "has no id"))
        elif rows.setdefault(name, row) != row:
            faults.append(Fault(f"node[{row}]", f"{shown(name)} is already the id of another node"))
    ends = []
    for row, edge in enumerate(document.edges):
        pair = [edge.attributes.get("source", ""), edge.attributes.get("target", "")]
        faults += [
            Fault(f"edge[{row}]", f"leads to {shown(end)}, which is no node")
            for end in pair
            if end not in rows
        ]
        ends.append((rows.get(pair[0], 0), rows.get(pair[1], 0)))
    if faults:
        raise InputError(faults[:MOST_FAULTS_KEPT], len(faults))
    return ends


def _node(
    name: str, data: Mapping[str, str], fields: Mapping[str, str], oddities: list[Oddity]
) -> dict[str, Any]:
    row: dict[str, Any] = {"id": name}
    for key, text in data.items():
        if fields.get(key) in set(NODE_FIELDS.values()):
            row[fields[key]] = text.strip()
    place = f"node {shown(name)}"
    if "country" in row:
        told, row["country"] = row["country"], code_of(row["country"])
        if row["country"] is None:
            message = f"{shown(told)} is no country that is known; it is left out"
            oddities.append(Oddity("unknown_country", place, message))
    if "processing_ms" in row:
        row["processing_ms"] = number_or_text(row["processing_ms"])
    given: dict[str, str] = {one: row.pop(one) for one in ("lat", "lon") if one in row}
    if not given:
        oddities.append(Oddity("no_coordinates", place, "has no coordinates"))
    elif _is_place(given):
        row |= {one: float(text) for one, text in given.items()}
    else:
        told = ", ".join(f"{one} {shown(text)}" for one, text in given.items())
        oddities.append(Oddity("bad_coordinates", place, f"{told} is no place; it is left out"))
    if data.get("Internal", "1").strip() == "0":
        oddities.append(Oddity("external_node", place, "belongs to another network"))
    return row


def _is_place(given: Mapping[str, str]) -> bool:
    try:
        return abs(float(given["lat"])) <= 90 and abs(float(given["lon"])) <= 180
    except (KeyError, ValueError):
        return False


def _link(
    source: str, target: str, directed: bool, edge: Element, fields: Mapping[str, str]
) -> dict[str, Any]:
    row: dict[str, Any] = {"source": source, "target": target}
    if edge.attributes.get("directed", str(directed)).casefold() == "true":
        row["bidirectional"] = False
    for key, text in edge.data.items():
        field = fields.get(key)
        if field == "bidirectional":
            row[field] = yes_or_no(text)
        elif field in LINK_NUMBERS:
            row[field] = number_or_text(text)
        elif field in LINK_FIELDS:
            row[field] = text.strip()
    return row


def _without_loops(links: list[dict[str, Any]], oddities: list[Oddity]) -> list[dict[str, Any]]:
    kept = []
    for link in links:
        if link["source"] != link["target"]:
            kept.append(link)
            continue
        place = f"node {shown(link['source'])}"
        message = "has a link to itself; it is left out"
        oddities.append(Oddity("self_loop", place, message))
    return kept


def _look_around(
    document: Document, ids: list[str], links: list[dict[str, Any]], oddities: list[Oddity]
) -> None:
    """Note parallel links, parts without a connection, and what was not read."""
    joined = Counter(
        (link["source"], link["target"])
        if link.get("bidirectional") is False
        else tuple(sorted((link["source"], link["target"])))
        for link in links
    )
    for (source, target), n_links in joined.items():
        if n_links > 1:
            place = f"link {shown(source)} – {shown(target)}"
            oddities.append(Oddity("parallel_links", place, f"is there {n_links} times"))
    sizes = parts(ids, links)
    if len(sizes) > 1:
        listed = ", ".join(map(str, sizes[:10])) + (", …" if len(sizes) > 10 else "")
        message = f"falls into {len(sizes)} parts, of {listed} nodes"
        oddities.append(Oddity("disconnected", "network", message))
    if document.n_graphs > 1:
        message = f"has {document.n_graphs} graphs; the first one is read"
        oddities.append(Oddity("not_read", "document", message))
    if document.n_hyperedges:
        message = f"has {document.n_hyperedges} hyperedges; they are left out"
        oddities.append(Oddity("not_read", "document", message))


def _fill(
    nodes: list[dict[str, Any]],
    links: list[dict[str, Any]],
    unknown_ms: Any,
    oddities: list[Oddity],
) -> None:
    nowhere = {node["id"] for node in nodes if "lat" not in node}
    for link in links:
        bare = "latency_ms" not in link and "length_km" not in link
        if bare and (link["source"] in nowhere or link["target"] in nowhere):
            link["latency_ms"] = unknown_ms
            place = f"link {shown(link['source'])} – {shown(link['target'])}"
            message = f"nothing tells its latency; it is taken as {unknown_ms} ms"
            oddities.append(Oddity("unknown_latency", place, message))
