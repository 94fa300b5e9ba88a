"""Tables as JSON holds them, and the one canonical text by which content is compared."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from placement import units
from placement.model.column import Column
from placement.model.law import shipped
from placement.model.noun import REQUIRED, Field
from placement.model.table import Table

if TYPE_CHECKING:
    from placement.model.problem import Problem

__all__ = ["FORMAT", "dumped", "problem_digest", "problem_parts", "row_fragments", "rows_to_json"]

FORMAT = "placement-problem/1"


def problem_parts(problem: "Problem") -> dict[str, Any]:
    """Return what a file holds, field by field: a JSON value each, or a table."""
    parts: dict[str, Any] = {"format": FORMAT}
    if problem.name is not None:
        parts["name"] = problem.name
    parts["at"] = problem.at.isoformat()
    if problem.until is not None:
        parts["until"] = problem.until.isoformat()
    if problem.law.digest != shipped().digest:
        parts["law"] = problem.law.to_dict()
    parts["objective"] = {
        field: units.to_json(getattr(problem.objective, field))
        for field in ("latency", "price", "carbon", "moves")
    }
    parts |= {
        name: table
        for name, table in problem.tables.items()
        if table is not None and (len(table) or name in {"operators", "agreements"})
    }
    return parts


def rows_to_json(table: Table[Any]) -> list[dict[str, Any]]:
    """Return the rows as JSON objects; what equals its default is left out."""
    rows: list[dict[str, Any]] = [{} for _ in range(len(table))]
    for name, field in table.noun.fields.items():
        if field.exploded:
            _add_resources(rows, table, name, field)
            continue
        column = table.column(name)
        codes = column.row_codes().tolist()
        values = [dumped(field, value) for value in column.distinct()]
        for row, code in zip(rows, codes, strict=True):
            if values[code] is not REQUIRED:
                row[name] = values[code]
    return rows


def _add_resources(rows: list[dict[str, Any]], table: Table[Any], name: str, field: Field) -> None:
    if field.optional:
        given = table.column(name)
        for index, row in enumerate(rows):
            if given[index]:
                row[name] = {}
    for resource in table.resources(name):
        column = table.column(f"{name}.{resource}")
        values = [field.dump(value) if field.says(value) else None for value in column.distinct()]
        for row, code in zip(rows, column.row_codes().tolist(), strict=True):
            if values[code] is not None:
                row.setdefault(name, {})[resource] = values[code]


def dumped(field: Field, value: Any) -> Any:
    """Return a value as JSON holds it, or `REQUIRED` where it can be left out."""
    return REQUIRED if value is None or value == field.default else field.dump(value)


def row_fragments(table: Table[Any], without: Iterable[str] = ()) -> Iterator[str]:
    """Yield the canonical text of each row: fields in order, defaults left out, amounts as digits."""
    pieces = []
    for name, column in sorted(table.columns.items()):
        if name in without:
            continue
        start = f"{json.dumps(name)}:"
        texts = [text and f"{start}{text};" for text in _texts(table, name, column.distinct())]
        pieces.append(np.array(texts, dtype=object)[column.row_codes()] if texts else ())
    return ("{" + "".join(row) + "}" for row in zip(*pieces, strict=True))


def _texts(table: Table[Any], name: str, values: Sequence[Any]) -> list[str]:
    """Return the canonical texts of a column's values, empty where a value can be left out."""
    field = table.noun.fields.get(name) or table.noun.fields[name.partition(".")[0]]
    if not field.exploded:
        return ["" if value is None or value == field.default else _text(value) for value in values]
    says = field.says if "." in name else bool
    return [_text(value) if says(value) else "" for value in values]


def _text(value: Any) -> str:
    if isinstance(value, float):
        text = repr(value + 0.0)  # no negative zero
        return units.text(units.number(value)) if "e" in text else text.removesuffix(".0")
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int | Decimal):
        return units.text(value)
    if isinstance(value, tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    if hasattr(value, "node"):
        return f"[{json.dumps(value.node)},{units.text(value.weight)}]"
    return json.dumps(str(value))


def problem_digest(problem: "Problem") -> str:
    """Return the SHA-256 of a problem's content: equal for equal content in any order and notation.

    Notes
    -----
    It is taken column by column, of the distinct values and of which row has which, so that a million
    rows make no million texts: rows in order of their id, or of their content where they have none;
    columns by name, without those that say nothing; values as canonical text, sorted. Of the tables of law
    the digest says nothing while they are the library's: a plan names their version.
    """
    digest = hashlib.sha256(f"{FORMAT}\n".encode())
    for name in ("name", "at"):
        digest.update(f"{name}:{_text(getattr(problem, name))}\n".encode())
    if problem.until is not None:
        digest.update(f"until:{_text(problem.until)}\n".encode())
    if problem.law.digest != shipped().digest:
        digest.update(f"law:{problem.law.digest}\n".encode())
    objective = problem.objective
    weights = objective.latency, objective.price, objective.carbon, objective.moves
    digest.update(f"objective:{_text(weights)}\n".encode())
    for name, table in problem.tables.items():
        if table is not None:
            digest.update(f"{name}:{len(table)}\n".encode())
            for part in _table_content(table):
                digest.update(part)
    return digest.hexdigest()


def _table_content(table: Table[Any]) -> Iterator[bytes]:
    key = table.noun.key
    said = {
        name: _ranks(table, name, column)
        for name, column in sorted(table.columns.items())
        if name != key
    }
    said = {name: (texts, ranks) for name, (texts, ranks) in said.items() if any(texts)}
    if key:
        ids = table.ids
        order = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.intp)
        yield json.dumps([ids[row] for row in order.tolist()]).encode() + b"\n"
    elif said:
        order = np.lexsort([ranks for _, ranks in reversed(said.values())])
    else:
        return
    for name, (texts, ranks) in said.items():
        yield f"{json.dumps(name)}:{json.dumps(texts)}\n".encode()
        yield ranks[order].astype("<i4").tobytes()


def _ranks(table: Table[Any], name: str, column: Column) -> tuple[list[str], NDArray[np.int32]]:
    """Return the texts of the values that rows have, sorted, and for each row which of them."""
    codes = column.row_codes()
    used = np.flatnonzero(np.bincount(codes, minlength=len(column.values)))
    if isinstance(column.values, np.ndarray):
        numbers, place = np.unique(column.values[used], return_inverse=True)
        values = numbers.tolist()
    else:
        values, place = [column.values[code] for code in used.tolist()], np.arange(len(used))
    texts = _texts(table, name, values)
    ordered = sorted(set(texts))
    rank = {text: order for order, text in enumerate(ordered)}
    ranks = np.zeros(len(column.values), np.int32)
    ranks[used] = np.array([rank[text] for text in texts], np.int32)[place]
    return ordered, ranks[codes]
