"""Tables as JSON holds them, and the one canonical text by which content is compared."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from placement import units
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
        field = table.noun.fields.get(name) or table.noun.fields[name.partition(".")[0]]
        if name in without:
            continue
        texts = [_fragment(name, field, value) for value in column.distinct()]
        pieces.append(np.array(texts, dtype=object)[column.row_codes()] if texts else ())
    return ("{" + "".join(row) + "}" for row in zip(*pieces, strict=True))


def _fragment(name: str, field: Field, value: Any) -> str:
    said = (
        field.says(value) if field.exploded and "." in name else value not in (None, field.default)
    )
    if field.exploded and "." not in name:
        said = bool(value)
    return f"{json.dumps(name)}:{_text(value)};" if said else ""


def _text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int | Decimal):
        return units.text(value)
    if isinstance(value, tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    if hasattr(value, "node"):
        return f"[{json.dumps(value.node)},{units.text(value.weight)}]"
    return json.dumps(value if isinstance(value, float) else str(value))


def problem_digest(problem: "Problem") -> str:
    """Return the SHA-256 of a problem's content: equal for equal content in any order and notation."""
    digest = hashlib.sha256(f"{FORMAT}\n".encode())
    for name in ("name", "at"):
        digest.update(f"{name}:{_text(getattr(problem, name))}\n".encode())
    objective = problem.objective
    weights = objective.latency, objective.price, objective.carbon, objective.moves
    digest.update(f"objective:{_text(weights)}\n".encode())
    for name, table in problem.tables.items():
        if table is None:
            continue
        fragments = list(row_fragments(table))
        if table.noun.key:
            order: Iterable[int] = np.argsort(
                np.array(table.ids, dtype=object), kind="stable"
            ).tolist()
            fragments = [fragments[row] for row in order]
        else:
            fragments.sort()
        digest.update(f"{name}:{len(table)}\n".encode())
        digest.update("\n".join(fragments).encode())
    return digest.hexdigest()
