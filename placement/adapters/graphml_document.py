"""A GraphML document as plain rows of text; what is not well-formed or not safe is refused."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from placement.errors import FileError, MissingExtraError

__all__ = ["Document", "Element", "parse_graphml"]

MOST_BYTES = 2**28
MOST_DEPTH = 100


@dataclass(slots=True)
class Element:
    """A node or an edge: its XML attributes, and its data by name."""

    attributes: dict[str, str]
    data: dict[str, str]


@dataclass(slots=True)
class Document:
    """What a document holds of its first graph."""

    directed: bool = False
    about: dict[str, str] = field(default_factory=dict)
    nodes: list[Element] = field(default_factory=list)
    edges: list[Element] = field(default_factory=list)
    n_hyperedges: int = 0
    n_graphs: int = 0


def parse_graphml(source: str | os.PathLike[str] | bytes) -> Document:
    """Read a file, or the bytes of one.

    Raises
    ------
    FileError
        If it cannot be read, is no GraphML, has a document type or is larger than 256 MiB.
    MissingExtraError
        If defusedxml is not installed.
    """
    if isinstance(source, bytes):
        return _parse("<bytes>", io.BytesIO(source), len(source))
    try:
        with Path(source).open("rb") as file:
            return _parse(source, file, os.fstat(file.fileno()).st_size)
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise FileError(source, f"cannot be read: {error.strerror}; check the path") from error


def _parse(path: str | os.PathLike[str], file: IO[bytes], size: int) -> Document:
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, iterparse
    except ImportError:
        raise MissingExtraError("defusedxml", "graph") from None
    if size > MOST_BYTES:
        raise FileError(path, f"has {size} bytes; expected at most {MOST_BYTES}")
    try:
        document = _read(path, iterparse(file, events=("start", "end"), forbid_dtd=True))
    except ParseError as error:
        raise FileError(path, f"is no well-formed XML: {error}; get it again") from error
    except DefusedXmlException as error:
        raise FileError(
            path, "declares a document type or entities; take them out, GraphML needs none"
        ) from error
    except (LookupError, ValueError) as error:
        raise FileError(path, f"is no XML that can be read: {error}") from error
    if not document.n_graphs:
        raise FileError(path, "holds no graph; expected a <graph> in its <graphml>")
    return document


def _read(path: str | os.PathLike[str], events: Iterator[tuple[str, Any]]) -> Document:
    document = Document()
    keys: dict[str, tuple[str, str]] = {}  # id of a key: what it is for, its name
    defaults: dict[str, dict[str, str]] = {"node": {}, "edge": {}, "graph": {}}
    open_tags: list[str] = []
    for event, element in events:
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            _start(path, document, tag, open_tags)
            if tag == "graph" and document.n_graphs == 1 and open_tags == ["graphml"]:
                document.directed = element.get("edgedefault") == "directed"
            open_tags.append(tag)
            continue
        open_tags.pop()
        if tag == "key":
            _add_key(element, keys, defaults)
        if document.n_graphs > 1 or tag in {"data", "default", "desc", "graphml"}:
            continue
        _add(document, tag, element, keys, defaults)
    return document


def _start(
    path: str | os.PathLike[str], document: Document, tag: str, open_tags: list[str]
) -> None:
    if not open_tags and tag != "graphml":
        raise FileError(path, f"is no GraphML: its root is <{tag[:50]}>, expected <graphml>")
    if len(open_tags) > MOST_DEPTH:
        raise FileError(path, f"is nested more than {MOST_DEPTH} deep; no graph is")
    if tag == "graph":
        if "graph" in open_tags:
            raise FileError(path, "has a graph inside a node; expected a flat graph")
        document.n_graphs += 1


def _add_key(
    element: Any, keys: dict[str, tuple[str, str]], defaults: dict[str, dict[str, str]]
) -> None:
    name = element.get("attr.name") or element.get("id", "")
    owner = element.get("for", "all")
    keys[element.get("id", "")] = owner, name
    for child in element:
        if child.tag.rpartition("}")[2] == "default" and child.text:
            for one in defaults if owner == "all" else (owner,):
                defaults.setdefault(one, {})[name] = child.text


def _add(
    document: Document,
    tag: str,
    element: Any,
    keys: dict[str, tuple[str, str]],
    defaults: dict[str, dict[str, str]],
) -> None:
    """Keep a node, an edge or the graph once it is read to its end, and forget its XML."""
    if tag == "hyperedge":
        document.n_hyperedges += 1
    elif tag in {"node", "edge", "graph"}:
        data = dict(defaults[tag])
        for child in element:
            if child.tag.rpartition("}")[2] == "data" and child.text and child.text.strip():
                data[keys.get(child.get("key"), ("", child.get("key", "")))[1]] = child.text
        if tag == "graph":
            document.about = data
        else:
            kept = document.nodes if tag == "node" else document.edges
            kept.append(Element(dict(element.attrib), data))
    if tag in {"node", "edge", "hyperedge", "graph"}:
        # The emptied element stays in its parent: a few bytes, freed with the graph.
        for child in list(element):
            element.remove(child)
