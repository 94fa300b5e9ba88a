"""From a table of anyone's to raw columns for the door."""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from placement.model.column import Column
from placement.model.columns.arrow import pyarrow
from placement.model.columns.encode import double, encode, is_map, offsets_of, whole
from placement.model.door import MISSING, RawColumn
from placement.model.faults import Faults, did_you_mean
from placement.model.noun import REQUIRED, Noun
from placement.units import shown

__all__ = ["is_table", "raw_of_table"]

PROTOCOLS = ("__arrow_c_stream__", "__arrow_c_array__", "__dataframe__")


def is_table(obj: Any) -> bool:
    """Return whether an object speaks a protocol of tables."""
    return any(hasattr(obj, protocol) for protocol in PROTOCOLS) or _is_pandas(obj)


def raw_of_table(noun: Noun, obj: Any, faults: Faults) -> tuple[dict[str, RawColumn], int]:
    """Return the raw columns of a table, and how many rows it has."""
    pa = pyarrow()
    try:
        names, columns, n_rows = _pandas_columns(obj) if _is_pandas(obj) else _columns(obj)
    except (pa.ArrowException, TypeError, ValueError, RuntimeError) as error:
        faults.add(noun.name, f"cannot be read as an Arrow table: {error}")
        return {}, 0
    raw: dict[str, RawColumn] = {}
    spread: dict[str, dict[str, Any]] = {}
    for name, column in zip(names, columns, strict=True):
        start, dot, key = name.partition(".")
        field = noun.fields.get(start if dot else name)
        if field is None or (dot and not (field.exploded or field.mapping)):
            hint = did_you_mean(name, noun.fields)
            faults.add(f"{noun.name}.{name}", "unknown column" + hint)
        elif names.count(name) > 1 or (dot and start in names):
            faults.add(f"{noun.name}.{name}", "this column is given twice")
        elif dot and (not key.strip() or not key.isprintable()):
            faults.add(f"{noun.name}.{start}", f"{shown(key)} is no name of a resource")
        elif isinstance(column, list) and (field.exploded or field.mapping) and not dot:
            raw[name] = [_mapping(value) for value in column]
        elif dot and field.mapping:
            spread.setdefault(start, {})[key] = column
        elif field.exploded and not dot:
            _explode(f"{noun.name}.{name}", name, column, raw, faults)
        else:
            raw[name] = _raw(column)
    for name, parts in spread.items():
        raw[name] = _raw(_struct(parts))
    for name, field in noun.fields.items():
        if field.default is REQUIRED and name not in raw and n_rows:
            faults.add(noun.name, f"has no column {shown(name)}")
            raw[name] = Column.constant(MISSING, n_rows)
    return raw, n_rows


def _is_pandas(obj: Any) -> bool:
    pandas = sys.modules.get("pandas")  # who has a frame has imported it
    return pandas is not None and isinstance(obj, pandas.DataFrame)


def _columns(obj: Any) -> tuple[list[str], list[Any], int]:
    pa = pyarrow()
    if not hasattr(obj, "__arrow_c_stream__") and not hasattr(obj, "__arrow_c_array__"):
        from pyarrow.interchange import from_dataframe

        obj = from_dataframe(obj)
    table = pa.table(obj)
    return table.column_names, table.columns, table.num_rows


def _pandas_columns(frame: Any) -> tuple[list[str], list[Any], int]:
    """Return the columns of a pandas frame, and of its index where that has names.

    What Arrow has no type for, or one that forgets which keys a row has, stays a list.
    """
    import pandas as pd

    pa = pyarrow()
    if all(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    columns: list[Any] = []
    for place in range(frame.shape[1]):
        series = frame.iloc[:, place]
        if series.dtype != object or pd.api.types.infer_dtype(series) == "string":
            column = pa.array(series, from_pandas=True)
            columns.append(
                column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
            )
            continue
        gone = series.isna().tolist()
        columns.append([None if out else one for one, out in zip(series, gone, strict=True)])
    return [str(name) for name in frame.columns], columns, len(frame)


def _raw(column: Any) -> RawColumn:
    """Return a column of Arrow as the door takes it; a list is one already."""
    if isinstance(column, list):
        return column
    pa = pyarrow()
    array = whole(column)
    if pa.types.is_floating(array.type):
        array = double(array)
    if not array.null_count and (
        pa.types.is_float64(array.type)
        or (pa.types.is_integer(array.type) and not pa.types.is_uint64(array.type))
    ):
        wide = np.float64 if pa.types.is_float64(array.type) else np.int64
        return np.asarray(array.to_numpy(zero_copy_only=False), dtype=wide)
    values, codes = encode(array)
    return Column(values, None if len(values) == len(array) and not array.null_count else codes)


def _mapping(value: Any) -> Any:
    """Return a map as pandas hands it on, a list of pairs, as a dict; anything else as it is."""
    pairs = isinstance(value, list) and all(isinstance(item, tuple) for item in value)
    made = dict(value) if pairs and all(len(item) == 2 for item in value) else None
    return made if made is not None and len(made) == len(value) else value


def _struct(parts: dict[str, Any]) -> Any:
    """Return columns such as ``price.cpu`` as one column of structs, or of dicts."""
    pa = pyarrow()
    if not any(isinstance(part, list) for part in parts.values()):
        return pa.StructArray.from_arrays([whole(part) for part in parts.values()], list(parts))
    rows = zip(
        *(p if isinstance(p, list) else whole(p).to_pylist() for p in parts.values()), strict=True
    )
    return [
        {key: value for key, value in zip(parts, row, strict=True) if value is not None}
        for row in rows
    ]


def _explode(place: str, name: str, column: Any, raw: dict[str, RawColumn], faults: Faults) -> None:
    """Add a raw column for each key of structs or maps, and under the name which rows have any."""
    array = whole(column)
    if pyarrow().types.is_struct(array.type):
        names = [field.name for field in array.type]
        parts: Iterator[tuple[str, Any]] = zip(names, array.flatten(), strict=True)
    elif is_map(array.type):
        parts = _by_key(place, array, faults)
    else:
        raw[name] = _raw(array)  # the door says what it is not
        return
    for key, part in parts:
        if not key or not key.strip() or not key.isprintable():
            faults.add(place, f"{shown(key)} is no name of a resource")
        elif f"{name}.{key}" in raw:
            faults.add(place, f"{shown(key)} is there twice")
        else:
            raw[f"{name}.{key}"] = _raw(part)
    raw[name] = array.is_valid().to_numpy(zero_copy_only=False)


def _by_key(place: str, array: Any, faults: Faults) -> Iterator[tuple[str, Any]]:
    """Yield for each key of maps the values of all rows."""
    pa = pyarrow()
    rows = np.repeat(np.arange(len(array)), np.diff(offsets_of(array).to_numpy()))
    names, amounts = array.flatten().flatten()
    known, codes = encode(names)
    for code, key in enumerate(known):
        entries = np.flatnonzero(codes == code)
        where = np.full(len(array), -1, np.int64)
        where[rows[entries]] = entries
        for again in np.flatnonzero(np.diff(rows[entries]) == 0).tolist():
            table, _, field = place.partition(".")
            faults.add(f"{table}[{rows[entries[again]]}].{field}", f"{shown(key)} is there twice")
        yield key, amounts.take(pa.array(where, mask=where < 0))
