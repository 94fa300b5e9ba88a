"""From a checked table to Arrow."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from placement import units
from placement.model import parse
from placement.model.column import Column
from placement.model.columns.arrow import pyarrow
from placement.model.noun import REQUIRED, Field
from placement.model.table import Table

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["arrow_of_table"]

MOST_EXACT = 2**53
TAKES_TEXT = (units.amount, parse.priced, parse.bandwidths, parse.country_quotas)


def arrow_of_table(table: Table[Any]) -> "pa.Table":
    """Return a table as Arrow, with a column for each field that says anything.

    A mapping of resources is spread over columns such as ``demand.cpu``, except for `Pair.demand`,
    a map, where empty differs from null; other mappings are maps. Numbers are integers, doubles
    where each is read back as the very same number, else text or decimals.
    """
    pa = pyarrow()
    arrays: dict[str, Any] = {}
    for name, field in table.noun.fields.items():
        if field.exploded and field.optional:
            column = _together(table, name, field)
            if any(value is not None for value in column.values):
                arrays[name] = _array(name, field, column)
        elif field.exploded:
            for resource in table.resources(name):
                column = table.column(f"{name}.{resource}")
                arrays[f"{name}.{resource}"] = _array(name, field, column)
        else:
            column = table.column(name)
            if field.default is REQUIRED or _says_anything(column, field):
                arrays[name] = _array(name, field, column)
    return pa.table(arrays)


def _says_anything(column: Column, field: Field) -> bool:
    if isinstance(column.values, np.ndarray):
        return True
    return any(value is not None and value != field.default for value in column.values)


def _together(table: Table[Any], name: str, field: Field) -> Column:
    """Return a mapping that is kept as columns as one column of pairs, None where not given."""
    resources = table.resources(name)
    given: Column = table.column(name)
    columns = [table.column(f"{name}.{resource}") for resource in resources]
    codes = np.stack([column.row_codes() for column in (given, *columns)], axis=1)
    distinct, inverse = np.unique(codes, axis=0, return_inverse=True)
    values = [
        tuple(
            (resource, value)
            for resource, column, code in zip(resources, columns, row[1:], strict=True)
            if field.says(value := column.value(code))
        )
        if given.value(row[0])
        else None
        for row in distinct.tolist()
    ]
    return Column(values, inverse.astype(np.int32).ravel())


def _array(name: str, field: Field, column: Column) -> Any:
    pa = pyarrow()
    if isinstance(column.values, np.ndarray):
        values = pa.array(column.values)
    else:
        values = _typed(name, field, column.values)
    return values if column.codes is None else values.take(pa.array(column.codes))


def _typed(name: str, field: Field, values: Sequence[Any]) -> Any:
    """Return canonical values as an array of the narrowest type that holds them all exactly."""
    pa = pyarrow()
    one = next((value for value in values if value is not None), None)
    if name == "rtt_ms":
        return pa.array([None if one is None else float(one) for one in values], pa.float64())
    if field.mapping or (field.exploded and isinstance(one, tuple)):
        listed = [item for pairs in values for _, item in pairs or ()]
        if any(isinstance(item, str | datetime.date) for item in listed):
            items = pa.array([None if one is None else str(one) for one in listed], pa.string())
            return _maps(values, items)
        return _maps(values, _numbers(field, listed))
    if isinstance(one, tuple) and isinstance(one[0] if one else None, parse.Origin):
        weights = _numbers(field, [origin.weight for value in values for origin in value or ()])
        return _lists_of_origins(values, weights)
    if isinstance(one, tuple) or field.dump is list:
        return pa.array(values, pa.list_(pa.string()))
    if isinstance(one, bool | float | datetime.date):
        return pa.array(values)
    if one is not None and not isinstance(one, str):
        return _numbers(field, values)
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def _numbers(field: Field, values: Sequence[Any]) -> Any:
    pa = pyarrow()
    given = [value for value in values if value is not None]
    if all(isinstance(value, int) and -(2**63) <= value < 2**63 for value in given):
        return pa.array(values, pa.int64())
    if all(map(_is_double, given)):
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    if field.parse in TAKES_TEXT:
        return pa.array([None if v is None else units.text(v) for v in values], pa.string())
    return pa.array([None if v is None else Decimal(v) for v in values])


def _is_double(value: units.Amount) -> bool:
    """Return whether a double is read back as this very number."""
    if isinstance(value, int):
        return abs(value) <= MOST_EXACT
    return isinstance(units.to_json(value), float)


def _starts(values: Sequence[Any]) -> Any:
    """Return where each row's items start; null where a row is null."""
    pa = pyarrow()
    ends = np.cumsum([0, *(len(value or ()) for value in values)], dtype=np.int32)
    return pa.array(ends, mask=np.array([*(value is None for value in values), False]))


def _maps(values: Sequence[Any], items: Any) -> Any:
    pa = pyarrow()
    keys = pa.array([key for pairs in values for key, _ in pairs or ()], pa.string())
    return pa.MapArray.from_arrays(_starts(values), keys, items)


def _lists_of_origins(values: Sequence[Any], weights: Any) -> Any:
    pa = pyarrow()
    nodes = pa.array([origin.node for value in values for origin in value or ()], pa.string())
    items = pa.StructArray.from_arrays([nodes, weights], ["node", "weight"])
    return pa.ListArray.from_arrays(_starts(values), items)
