"""A problem as a folder of CSV files, which spreadsheets open and `read_csv` reads back."""

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from placement import units
from placement.io.atomic import write_folder
from placement.model import parse
from placement.model.assemble import TABLES
from placement.model.law import shipped
from placement.model.noun import Field
from placement.model.problem import Problem
from placement.model.table import Table

__all__ = ["write_csv"]

LIST = Field(parse.listed, dump=list)


def write_csv(problem: Problem, path: str | os.PathLike[str]) -> None:
    """Write a problem as a folder with a CSV file for each noun.

    Parameters
    ----------
    problem : Problem
        Any.
    path : str or path-like
        The folder; one that is there is replaced, if it holds nothing but such files.

    Raises
    ------
    FileError
        If it cannot be written; then nothing has changed.

    Notes
    -----
    Columns that say nothing are left out. `read_csv` makes an equal problem of it. A spreadsheet
    that saves such a file may round numbers of more than 15 digits.
    """
    files: dict[str, Callable[[Path], None]] = {"problem.csv": _writer(_settings(problem))}
    for name, table in problem.tables.items():
        if table is not None and (len(table) or name in {"operators", "agreements"}):
            files[f"{name}.csv"] = _writer(_lines(table))
    ours = {f"{name}.csv" for name in (*TABLES, "problem")}
    write_folder(path, files, ours.__contains__)


def _writer(lines: Iterator[list[str]]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("x", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)

    return write


def _settings(problem: Problem) -> Iterator[list[str]]:
    weights = ("latency", "price", "carbon", "moves")
    told = [units.text(getattr(problem.objective, weight)) for weight in weights]
    head = ["name", "at", *(f"objective.{weight}" for weight in weights)]
    row = [problem.name or "", problem.at.isoformat(), *told]
    if problem.until is not None:
        head, row = [*head, "until"], [*row, problem.until.isoformat()]
    if problem.law.digest != shipped().digest:
        head, row = [*head, "law"], [*row, json.dumps(problem.law.to_dict(), ensure_ascii=False)]
    yield from (head, row)


def _lines(table: Table[Any]) -> Iterator[list[str]]:
    """Yield the header and the rows."""
    names: list[str] = []
    columns: list[Iterable[str]] = []
    for name, field in table.noun.fields.items():
        if field.exploded and field.optional:
            cells = [_mapping(getattr(row, name)) for row in table]
            if any(cells):
                names.append(name)
                columns.append(cells)
            continue
        parts = [f"{name}.{key}" for key in table.resources(name)] if field.exploded else [name]
        for part in parts:
            column = table.column(part)
            known = [_cell(field, value) for value in column.distinct()]
            if any(known):
                names.append(part)
                columns.append([known[code] for code in column.row_codes().tolist()])
    yield names
    yield from map(list, zip(*columns, strict=True))


def _mapping(mapping: dict[str, Any] | None) -> str:
    """Return a mapping in one cell; nothing where it is not given."""
    if mapping is None:
        return ""
    return json.dumps({key: units.to_json(value) for key, value in mapping.items()})


def _cell(field: Field, value: Any) -> str:
    if value is None or value == field.default:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, units.Amount):
        return units.text(value)
    if field.parse is parse.origins and all(origin.weight == 1 for origin in value):
        field, value = LIST, [origin.node for origin in value]
    if field.dump is list:
        plain = all(";" not in item and item[0] not in "[{" for item in value)
        return ";".join(value) if value and plain else json.dumps(list(value))
    dumped = field.dump(value)
    return dumped if isinstance(dumped, str) else json.dumps(dumped)
