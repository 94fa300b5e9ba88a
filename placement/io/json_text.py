"""JSON as it is written: an item a line, exact numbers, the same bytes for the same content."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from placement.model.document import dumped
from placement.model.noun import REQUIRED, Field
from placement.model.table import Table

__all__ = ["lines"]

quoted = json.JSONEncoder(ensure_ascii=False).encode


def lines(parts: Mapping[str, Any]) -> Iterator[str]:
    """Yield a document, piece by piece.

    Parameters
    ----------
    parts : mapping of str to JSON value or Table
        Its fields. Decimals are written as numbers with all their digits.

    Yields
    ------
    str
        A piece of a line, or a line with its end.
    """
    yield "{\n"
    for place, (name, part) in enumerate(parts.items(), 1):
        yield f"  {quoted(name)}: "
        yield from _spread(part, "  ", ",\n" if place < len(parts) else "\n")
    yield "}\n"


def _spread(value: Any, indent: str, end: str) -> Iterator[str]:
    """Yield the lines of a value whose first line is begun already."""
    inner = indent + "  "
    if isinstance(value, Table) and len(value):
        yield "[\n"
        last = len(value) - 1
        for row, line in enumerate(_rows(value)):
            yield f"{inner}{line},\n" if row < last else f"{inner}{line}\n"
        yield f"{indent}]{end}"
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield "[\n"
        for place, item in enumerate(value, 1):
            yield inner
            yield from _spread(item, inner, ",\n" if place < len(value) else "\n")
        yield f"{indent}]{end}"
    elif isinstance(value, Mapping) and _is_long(value):
        yield "{\n"
        for place, (key, item) in enumerate(value.items(), 1):
            yield f"{inner}{quoted(key)}: "
            yield from _spread(item, inner, ",\n" if place < len(value) else "\n")
        yield f"{indent}}}{end}"
    else:
        yield text(list(value) if isinstance(value, Table) else value) + end


def _is_long(value: Any) -> bool:
    """Return whether a value is spread over lines: it holds a table, or a list of objects."""
    if isinstance(value, Mapping):
        return any(map(_is_long, value.values()))
    return isinstance(value, Table) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


def text(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(key)}: {text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(text, value)) + "]"
    return quoted(value)


def _rows(table: Table[Any]) -> Iterator[str]:
    """Yield each row; a distinct value is put into words once, however many rows have it."""
    pieces = []
    for name, field in table.noun.fields.items():
        if field.exploded:
            pieces.append(_resources(table, name, field))
            continue
        column = table.column(name)
        said = [dumped(field, value) for value in column.distinct()]
        words = ["" if one is REQUIRED else f"{quoted(name)}: {text(one)}" for one in said]
        pieces.append(np.array(words, dtype=object)[column.row_codes()].tolist())
    return ("{" + ", ".join(filter(None, row)) + "}" for row in zip(*pieces, strict=True))


def _resources(table: Table[Any], name: str, field: Field) -> list[str]:
    """Return for each row its mapping of resources to amounts, nothing where it is left out."""
    pieces = []
    for resource in table.resources(name):
        column = table.column(f"{name}.{resource}")
        words = [
            f"{quoted(resource)}: {text(field.dump(value))}" if field.says(value) else ""
            for value in column.distinct()
        ]
        pieces.append(np.array(words, dtype=object)[column.row_codes()].tolist())
    inside = [", ".join(filter(None, row)) for row in zip(*pieces, strict=True)] or [""] * len(
        table
    )
    given = (
        [bool(table.column(name)[row]) for row in range(len(table))] if field.optional else inside
    )
    return [
        f"{quoted(name)}: {{{one}}}" if said else ""
        for one, said in zip(inside, given, strict=True)
    ]
