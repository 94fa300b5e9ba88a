"""The door: raw columns in, a validated table out, and a fault for each value that is refused.

Raw columns are lists (from objects and JSON), arrays of numbers or `Column` objects with raw values
(both from Arrow). A value that occurs often is read once. A mapping of resources may come as columns
such as ``demand.cpu``, with an array of booleans, ``demand``, that says which rows have one.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.model.column import Column, intern
from placement.model.faults import Faults
from placement.model.noun import REQUIRED, Field, Noun
from placement.model.parse import kind
from placement.model.table import Table
from placement.units import shown

__all__ = ["RawColumn", "raw_columns", "read_table"]

RawColumn = Sequence[Any] | NDArray[Any] | Column
Place = Callable[[int], str]
MISSING = object()
MOST_EXACT = 2**53 - 1
MOST_RESOURCES, MOST_CELLS = 64, 50_000_000  # a table has a column for each resource


def raw_columns(
    noun: Noun, rows: Iterable[Any], faults: Faults, place: Place
) -> tuple[dict[str, list[Any]], int]:
    """Turn row objects, or mappings with the same fields, into raw columns."""
    listed = list(rows)
    named: set[Any] = set()
    if all(type(row) is dict for row in listed):  # as JSON is: most fields are left out everywhere
        named.update(*listed)
    columns: dict[str, list[Any]] = {name: [] for name in noun.fields if not named or name in named}
    for index, row in enumerate(listed):
        if isinstance(row, noun.row):  # type: ignore[arg-type]
            for name, column in columns.items():
                column.append(getattr(row, name))
            continue
        if not isinstance(row, Mapping):
            faults.add(place(index), f"expected an object, got {kind(row)} {shown(row)}")
            for column in columns.values():
                column.append(MISSING)
            continue
        for name in row:
            if name not in noun.fields:
                faults.add(
                    f"{place(index)}.{name}", "unknown field" + faults.hint(name, noun.fields)
                )
        for name, column in columns.items():
            column.append(row.get(name))
    return columns, len(listed)


def read_table(
    noun: Noun,
    raw: Mapping[str, RawColumn],
    n_rows: int,
    faults: Faults,
    place: Place | None = None,
) -> Table[Any]:
    """Read all columns of a noun; what is refused becomes a fault and None in the table."""
    where: Place = place if place is not None else lambda row: f"{noun.name}[{row}]"
    columns: dict[str, Column] = {}
    for name, field in noun.fields.items():
        if field.exploded:
            columns.update(_read_resources(name, field, raw, n_rows, faults=faults, where=where))
        else:
            given = raw.get(name)
            columns[name] = (
                _left_out(name, field, n_rows, faults, where)
                if given is None
                else _read_column(name, field, given, faults, where)
            )
    return Table(noun, columns, n_rows)


def _left_out(name: str, field: Field, n_rows: int, faults: Faults, where: Place) -> Column:
    if field.default is REQUIRED:
        for row in range(n_rows):
            faults.add(f"{where(row)}.{name}", "is missing")
        return Column.constant(None, n_rows)
    return Column.constant(field.default, n_rows)


def _read_column(name: str, field: Field, raw: RawColumn, faults: Faults, where: Place) -> Column:
    if isinstance(raw, np.ndarray):
        quick = _read_numbers(field, raw)
        if quick is not None:
            return quick
        raw = raw.tolist()
    given = raw if isinstance(raw, Column) else Column(*intern(raw, _key(raw)))
    read: list[Any] = []
    refused: dict[int, ValueError] = {}
    for code, value in enumerate(given.values):
        try:
            read.append(_read_value(field, value))
        except ValueError as error:
            refused[code] = error
            read.append(None if field.default is REQUIRED else field.default)
    if refused:
        rows = np.flatnonzero(np.isin(given.row_codes(), np.fromiter(refused, np.int32)))
        for row in rows.tolist():
            faults.add_error(f"{where(row)}.{name}", refused[int(given.row_codes()[row])])
    distinct, codes = intern(read)
    if given.codes is None and len(distinct) == len(read):
        return Column(tuple(distinct))
    return Column(tuple(distinct), codes if given.codes is None else codes[given.codes])


def _read_value(field: Field, value: Any) -> Any:
    if value is MISSING:  # its row is a fault already
        return None if field.default is REQUIRED else field.default
    if value is None:
        if field.default is REQUIRED:
            raise ValueError("is missing")
        return field.default
    return field.parse(value)


def _read_numbers(field: Field, raw: NDArray[Any]) -> Column | None:
    """Read an array of numbers at once, if all of them pass; None if it is not that simple."""
    if raw.dtype.kind not in "iuf" or raw.ndim != 1 or len(raw) == 0:
        return None
    distinct, codes = np.unique(raw, return_inverse=True)
    if len(distinct) * 4 <= len(raw):
        try:
            values = [field.parse(value) for value in distinct.tolist()]
        except ValueError:
            return None
        canonical, again = intern(values)
        return Column(tuple(canonical), again[codes])
    if not field.most or raw.dtype.itemsize != 8:
        return None
    if not (distinct[0] >= 0 and distinct[-1] <= field.most):
        return None
    whole = raw.dtype.kind in "iu"
    return Column(np.ascontiguousarray(raw, dtype=np.int64 if whole else np.float64))


def _read_resources(
    name: str,
    field: Field,
    raw: Mapping[str, RawColumn],
    n_rows: int,
    *,
    faults: Faults,
    where: Place,
) -> dict[str, Column]:
    """Read a mapping of resources to amounts as one column a resource."""
    start = name + "."
    found: dict[str, RawColumn] = {
        key[len(start) :]: column for key, column in raw.items() if key.startswith(start)
    }
    given = np.zeros(n_rows, dtype=bool)
    whole = raw.get(name)
    if isinstance(whole, Column):
        whole = [whole[row] for row in range(n_rows)]
    if isinstance(whole, np.ndarray) and whole.dtype == bool:
        given = whole  # which rows have a mapping, beside its columns
    elif whole is not None:
        found.update(_explode(name, whole, n_rows, faults, where))
        given = np.array(
            [value is not None and value is not MISSING for value in whole], dtype=bool
        )
    amounts = Field(_nonzero(field), None, most=MOST_EXACT)
    columns = {}
    for resource in sorted(found):
        column = _read_column(start + resource, amounts, found[resource], faults, where)
        columns[start + resource] = column
        if whole is None and field.optional:
            given |= column.present()
    if field.optional:
        columns[name] = Column((False, True), given.astype(np.int32))
    return columns


def _nonzero(field: Field) -> Callable[[Any], Any]:
    """Return a reader for which 0 is None, where the field says that they are the same."""
    if field.keep_zero:
        return field.parse
    return lambda value: field.parse(value) or None


class _Sparse:
    """The amounts of one resource: of many, most rows name few."""

    def __init__(self) -> None:
        self.values: list[Any] = [None]
        self.seen: dict[Any, int] = {}
        self.rows: list[int] = []
        self.codes: list[int] = []

    def add(self, row: int, amount: Any) -> None:
        mark = _mark(amount)
        code = self.seen.get(mark)
        if code is None:
            code = self.seen[mark] = len(self.values)
            self.values.append(amount)
        self.rows.append(row)
        self.codes.append(code)

    def column(self, n_rows: int) -> Column:
        codes = np.zeros(n_rows, np.int32)
        codes[self.rows] = self.codes
        return Column(self.values, codes)


def _explode(
    name: str, values: Iterable[Any], n_rows: int, faults: Faults, where: Place
) -> dict[str, Column]:
    found: dict[str, _Sparse] = {}
    for row, value in enumerate(values):
        if value is None or value is MISSING:
            continue
        if not isinstance(value, Mapping):
            faults.add(
                f"{where(row)}.{name}", f"expected an object, got {kind(value)} {shown(value)}"
            )
            continue
        for resource, amount in value.items():
            if not isinstance(resource, str) or not resource.strip() or not resource.isprintable():
                faults.add(f"{where(row)}.{name}", f"{shown(resource)} is no name of a resource")
                continue
            if resource not in found:
                if len(found) >= MOST_RESOURCES and len(found) * n_rows >= MOST_CELLS:
                    told = (
                        f"{shown(resource)} is one resource too many; expected the same few names"
                    )
                    faults.add(f"{where(row)}.{name}", f"{told} in all rows, not one for each")
                    continue
                found[resource] = _Sparse()
            found[resource].add(row, amount)
    return {resource: sparse.column(n_rows) for resource, sparse in found.items()}


def _key(values: Iterable[Any]) -> Callable[[Any], Any] | None:
    """Return what tells values apart; None where they do so by themselves."""
    kinds = set(map(type, values)) - {type(None)}
    return None if len(kinds) < 2 and kinds <= {str, int, float, bool} else _mark


def _mark(value: Any, deepest: int = 2) -> Any:
    """Return a hashable that tells values apart that are read differently.

    No field is nested deeper than a list of origins, so nothing below that is looked at.
    """
    kind_of = type(value)
    if kind_of in {str, int, float, bool, type(None), object}:  # an object is `MISSING`
        return kind_of, value
    if kind_of is Decimal:
        return kind_of, str(value)
    if deepest == 0:
        return kind_of, id(value)
    if kind_of is list or isinstance(value, list | tuple):
        return kind_of, tuple([_mark(item, deepest - 1) for item in value])
    if kind_of is dict or isinstance(value, Mapping):
        return kind_of, tuple(
            [(_mark(key), _mark(item, deepest - 1)) for key, item in value.items()]
        )
    if isinstance(value, set | frozenset):
        return kind_of, frozenset(_mark(item, deepest - 1) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return kind_of, tuple(_mark(getattr(value, one.name), deepest - 1) for one in fields)
    return kind_of, id(value)


def unique(table: Table[Any], field: str, faults: Faults, place: Place | None = None) -> None:
    """Note each id that an earlier row has already."""
    column = table.column(field)
    codes = column.row_codes()
    if len(column.values) == len(codes):
        return
    first: dict[int, int] = {}
    for row, code in enumerate(codes.tolist()):
        if column.values[code] is not None and first.setdefault(code, row) != row:
            where = place(row) if place is not None else f"{table.noun.name}[{row}]"
            before = (
                place(first[code]) if place is not None else f"{table.noun.name}[{first[code]}]"
            )
            faults.add(
                f"{where}.{field}", f"{shown(column.values[code])} is already the id of {before}"
            )


def check_names(
    table: Table[Any], known: Mapping[str, Any], faults: Faults, place: Place | None = None
) -> None:
    """Note each id that a field names and the table of its target does not have.

    `known` maps a table's name to its ids; a table that is not in it is not checked.
    """
    for name, field in table.noun.fields.items():
        if not field.target or field.target not in known:
            continue
        ids = known[field.target]
        column = table.column(name)
        refused = {
            code: [(at, one) for at, one in field.names(value) if one not in ids]
            for code, value in enumerate(column.values)
            if value is not None
        }
        refused = {code: names for code, names in refused.items() if names}
        if not refused:
            continue
        codes = column.row_codes()
        for row in np.flatnonzero(np.isin(codes, np.fromiter(refused, np.int32))).tolist():
            where = place(row) if place is not None else f"{table.noun.name}[{row}]"
            for at, one in refused[int(codes[row])]:
                faults.unknown(f"{where}.{name}{at}", one, ids, f"one of the {field.target}")
