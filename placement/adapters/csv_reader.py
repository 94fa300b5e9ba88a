"""CSV as spreadsheets write it: a file for each noun, a column for each field.

A cell that is empty is left out. A mapping is spread over columns such as ``capacity.cpu``, or is a
JSON object in one cell; a list is separated by semicolons, or is a JSON array, and an empty one is
``[]``. Origins are nodes, or objects with ``node`` and ``weight`` in JSON.
"""

import csv
import json
import os
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from placement import units
from placement.adapters.text import number_or_text, yes_or_no
from placement.errors import MOST_FAULTS_KEPT, Fault, FileError, InputError
from placement.model import parse
from placement.model.assemble import TABLES
from placement.model.faults import Faults, did_you_mean
from placement.model.law import Law
from placement.model.noun import Field, Noun
from placement.model.objective import OBJECTIVE
from placement.model.problem import Problem
from placement.units import shown

__all__ = ["read_csv", "read_csv_rows"]

COUNTS = ("priority", "devices", "max_devices", "five_qi")
NUMBERS = ("lat", "lon", *COUNTS)  # beside the fields that are exact numbers in JSON
PLACE = re.compile(rf"\b({'|'.join(TABLES)})\[([0-9]+)\]\.?")
SETTINGS = "problem"  # the file with the name, the day and the weights


def read_csv(path: str | os.PathLike[str], *, delimiter: str = ",", **settings: Any) -> Problem:
    """Read a problem from a folder with a CSV file for each noun.

    Parameters
    ----------
    path : str or path-like
        The folder: ``nodes.csv``, ``links.csv``, ``sites.csv``, ``workloads.csv`` and so on. One
        that is not there is left out.
    delimiter : str, default ','
        What separates the cells.
    **settings : object
        `name`, `at` and `objective`, as for `Problem`, in place of those in ``problem.csv``: one row
        with ``name``, ``at``, ``objective.latency`` and so on.

    Returns
    -------
    Problem
        Checked.

    Raises
    ------
    FileError
        If the folder or a file cannot be read.
    InputError
        If anything is wrong; each fault names its file and line.
    """
    folder = Path(path)
    known = {f"{name}.csv": name for name in (*TABLES, SETTINGS)}
    try:
        found = sorted(one.name for one in folder.iterdir() if one.suffix.casefold() == ".csv")
    except OSError as error:
        message = f"cannot be read: {error.strerror}; expected a folder of CSV files"
        raise FileError(path, message) from error
    faults = Faults()
    tables: dict[str, Any] = {}
    lines: dict[str, list[int]] = {}
    for file in found:
        if file not in known:
            faults.add(file, f"is no table{did_you_mean(file, known)}")
            continue
        name = known[file]
        noun = PROBLEM if name == SETTINGS else TABLES[name]
        tables[name], lines[name] = _rows(folder / file, noun, delimiter, faults)
    given = _settings(tables.pop(SETTINGS, []), faults) | settings
    faults.raise_if_any()
    if not tables:
        raise FileError(path, "holds no table; expected nodes.csv, sites.csv, workloads.csv …")
    try:
        return Problem(**tables, **given)
    except InputError as error:
        raise _with_lines(error, lines) from None


def read_csv_rows(
    path: str | os.PathLike[str], noun: str, *, delimiter: str = ","
) -> list[dict[str, Any]]:
    r"""Read the rows of one noun from a CSV file, for `Problem` to check.

    Parameters
    ----------
    path : str or path-like
        The file; its first line names the columns.
    noun : str
        What its rows are, such as ``sites``.
    delimiter : str, default ','
        What separates the cells.

    Returns
    -------
    list of dict
        The rows, with the fields that are not empty.

    Raises
    ------
    FileError
        If the file cannot be read.
    InputError
        If it is no table of this noun.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from placement.adapters import read_csv_rows
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "sites.csv"
    >>> _ = path.write_text("id,node,capacity.cpu,features\npar-1,paris,64,gpu;sgx\n")
    >>> read_csv_rows(path, "sites")
    [{'id': 'par-1', 'node': 'paris', 'capacity': {'cpu': '64'}, 'features': ['gpu', 'sgx']}]
    """
    if noun not in TABLES:
        raise InputError([Fault(noun, "unknown noun" + did_you_mean(noun, TABLES))])
    faults = Faults()
    rows, _ = _rows(Path(path), TABLES[noun], delimiter, faults)
    faults.raise_if_any()
    return rows


def _rows(
    path: Path, noun: Noun, delimiter: str, faults: Faults
) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the rows of a file, and the line that each ends on."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            header = [name.strip() for name in next(reader, [])]
            readers = _readers(path.name, header, noun, faults)
            rows: list[dict[str, Any]] = []
            lines: list[int] = []
            for cells in reader:
                place = f"{path.name} line {reader.line_num}"
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    told = f"has {len(cells)} cells; expected {len(header)}, one for each column"
                    faults.add(place, told)
                    continue
                rows.append(_row(place, cells, readers, faults))
                lines.append(reader.line_num)
            return rows, lines
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}; check the path") from error
    except UnicodeDecodeError as error:
        raise FileError(path, f"is not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except csv.Error as error:
        raise FileError(path, f"is no CSV: {error}") from error


Reader = tuple[str, str, str, Callable[[str], Any]]


def _readers(file: str, header: list[str], noun: Noun, faults: Faults) -> list[Reader]:
    """Return for each column its name, its field, its key in the field, and what reads a cell."""
    readers: list[Reader] = []
    for place, name in enumerate(header):
        start, dot, key = name.partition(".")
        field = noun.fields.get(start if dot else name)
        if field is None or (dot and not (field.exploded or field.mapping)):
            hint = did_you_mean(name, noun.fields)
            faults.add(f"{file} line 1", f"unknown column {shown(name)}{hint}")
        elif name in header[:place]:
            faults.add(f"{file} line 1", f"column {shown(name)} is there twice")
        elif dot and start in header:
            told = f"column {shown(name)} stands beside {shown(start)}; expected one of them"
            faults.add(f"{file} line 1", told)
        elif dot and not key:
            faults.add(f"{file} line 1", f"column {shown(name)} names nothing after its dot")
        else:
            readers.append((name, start, key, str if dot else _reader(name, field)))
            continue
        readers.append((name, "", "", str))
    return readers


def _row(place: str, cells: list[str], readers: list[Reader], faults: Faults) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for cell, (name, field, key, read) in zip(cells, readers, strict=True):
        text = cell.strip()
        if not text or not field:
            continue
        try:
            value = read(text)
        except ValueError as error:
            faults.add(f"{place}, {name}", f"{shown(text)} is no JSON: {error}")
            continue
        if key:
            row.setdefault(field, {})[key] = value
        else:
            row[field] = value
    return row


def _reader(name: str, field: Field) -> Callable[[str], Any]:
    """Return what reads the cells of a field."""
    if field.exploded or field.mapping:
        return _object
    if field.dump is list or field.parse is parse.origins:
        return _list
    if field.parse is parse.boolean:
        return yes_or_no
    if field.parse is not units.amount and (field.dump is units.to_json or name in NUMBERS):
        return number_or_text
    return str


def _object(text: str) -> Any:
    return _json(text) if text.startswith("{") else text


def _list(text: str) -> Any:
    if text.startswith(("[", "{")):
        return _json(text)
    return [item.strip() for item in text.split(";") if item.strip()]


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


PROBLEM = Noun(
    "settings",
    "setting",
    dict,
    {
        "name": Field(parse.name),
        "at": Field(parse.date),
        "until": Field(parse.date),
        "law": Field(Law.from_dict, mapping=True),
        "objective": Field(parse.mapping_of(parse.name, parse.number), (), mapping=True),
    },
    key="",
)


def _settings(rows: list[dict[str, Any]], faults: Faults) -> dict[str, Any]:
    if len(rows) > 1:
        faults.add(f"{SETTINGS}.csv", f"has {len(rows)} rows; expected one")
    settings = dict(rows[0]) if rows else {}
    if isinstance(settings.get("law"), dict):
        try:
            settings["law"] = Law.from_dict(settings["law"])
        except InputError as error:
            for fault in error.faults:
                faults.add(f"{SETTINGS}.csv line 2, law.{fault.place}", fault.message)
    objective = settings.get("objective")
    if isinstance(objective, dict):
        settings["objective"] = {
            name: number_or_text(value) if isinstance(value, str) else value
            for name, value in objective.items()
        }
        for name in objective:
            if name not in OBJECTIVE.fields:
                hint = did_you_mean(name, OBJECTIVE.fields)
                told = f"unknown column {shown('objective.' + name)}{hint}"
                faults.add(f"{SETTINGS}.csv line 1", told)
    return settings


def _with_lines(error: InputError, lines: dict[str, list[int]]) -> InputError:
    """Return the same faults with files and lines in place of tables and rows."""

    def line(found: re.Match[str]) -> str:
        numbers, row = lines.get(found[1], []), int(found[2])
        if row >= len(numbers):
            return found[0]
        comma = ", " if found[0].endswith(".") else ""
        return f"{found[1]}.csv line {numbers[row]}{comma}"

    faults = [
        Fault(PLACE.sub(line, fault.place), PLACE.sub(line, fault.message))
        for fault in error.faults[:MOST_FAULTS_KEPT]
    ]
    return InputError(faults, error.n_faults)
