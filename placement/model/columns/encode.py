"""Arrow arrays as distinct Python values, and for each row which of them."""

import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.model.columns.arrow import pyarrow

__all__ = ["double", "encode", "is_map", "offsets_of", "whole"]

MIDNIGHT = datetime.time()


def whole(column: Any) -> Any:
    """Return a chunked array in one piece."""
    pa = pyarrow()
    if not isinstance(column, pa.ChunkedArray):
        return _plain(column)
    # An empty chunk may be a slice with an offset and without a buffer, which Arrow trips over.
    chunks = [chunk for chunk in column.chunks if len(chunk)] or [pa.nulls(0, column.type)]
    return pa.concat_arrays([_plain(chunk) for chunk in chunks])


def _plain(array: Any) -> Any:
    """Return an array of plain values, or of structs or large lists of such: what Arrow computes with.

    A map becomes a list of pairs of key and value, the form in which others hand maps on.
    """
    pa = pyarrow()
    kind = array.type
    if isinstance(array, pa.ExtensionArray):
        return _plain(array.storage)
    if isinstance(array, pa.RunEndEncodedArray):
        return _plain(pa.compute.run_end_decode(array))
    if isinstance(array, pa.DictionaryArray):
        return _plain(array.dictionary).take(array.indices)
    if pa.types.is_struct(kind) and kind.num_fields:
        parts = [_plain(part) for part in array.flatten()]
        return pa.StructArray.from_arrays(
            parts, [field.name for field in kind], mask=array.is_null()
        )
    if pa.types.is_map(kind):
        offsets, items = _map_parts(array)
        return pa.LargeListArray.from_arrays(offsets, items, mask=array.is_null())
    if pa.types.is_nested(kind) and hasattr(array, "flatten") and not pa.types.is_struct(kind):
        offsets, items = offsets_of(array), _plain(array.flatten())
        return pa.LargeListArray.from_arrays(offsets, items, mask=array.is_null())
    if pa.types.is_string(kind) or str(kind) == "string_view":
        return array.cast(pa.large_string())
    if str(kind) == "binary_view":
        return array.cast(pa.large_binary())
    return array


def _map_parts(array: Any) -> tuple[Any, Any]:
    """Return where each map starts, and all pairs; Arrow cannot flatten maps."""
    pa = pyarrow()
    starts = array.offsets.to_numpy().astype(np.int64)
    lengths = np.diff(starts) * array.is_valid().to_numpy(zero_copy_only=False)
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    entries = np.arange(offsets[-1]) + np.repeat(starts[:-1] - offsets[:-1], lengths)
    parts = [_plain(part).take(pa.array(entries)) for part in (array.keys, array.items)]
    return pa.array(offsets), pa.StructArray.from_arrays(parts, ["key", "value"])


def offsets_of(array: Any) -> Any:
    """Return where each list starts once they are flattened."""
    pa = pyarrow()
    lengths = pa.compute.fill_null(pa.compute.list_value_length(array), 0)
    ends = np.cumsum(lengths.to_numpy(zero_copy_only=False), dtype=np.int64)
    return pa.array(np.concatenate(([0], ends)))


def double(array: Any) -> Any:
    """Return floats as doubles; a narrower one stands for its shortest decimal at its own width."""
    pa = pyarrow()
    if pa.types.is_float64(array.type):
        return array
    return array.cast(pa.float32()).cast(pa.string()).cast(pa.float64())


def encode(array: Any) -> tuple[list[Any], NDArray[np.int32]]:
    """Return the distinct values in order of appearance, None last, and each row's code."""
    pa = pyarrow()
    kind = array.type
    if pa.types.is_null(kind):
        return [None], np.zeros(len(array), np.int32)
    if pa.types.is_struct(kind):
        return _encode_structs(array)
    if pa.types.is_large_list(kind):
        return _encode_lists(array)
    if pa.types.is_floating(kind):
        array = double(array)
    if pa.types.is_timestamp(kind):
        try:
            array = array.cast(pa.timestamp("us", kind.tz))
        except pa.ArrowInvalid:  # nanoseconds: no date
            array = array.cast(pa.large_string())
    try:
        encoded = array.dictionary_encode()
    except pa.ArrowNotImplementedError:
        return array.to_pylist(), np.arange(len(array), dtype=np.int32)
    values = encoded.dictionary.to_pylist()
    if pa.types.is_temporal(kind):
        values = [_day(value) for value in values]
    return _with_none(values, encoded.indices)


def _day(value: Any) -> Any:
    """Return the day of a midnight, and anything else as it is."""
    if isinstance(value, datetime.datetime) and value.time() == MIDNIGHT:
        return value.date()
    return value


def _with_none(values: list[Any], indices: Any) -> tuple[list[Any], NDArray[np.int32]]:
    if not indices.null_count:
        return values, indices.to_numpy().astype(np.int32, copy=False)
    codes = indices.fill_null(len(values)).to_numpy().astype(np.int32, copy=False)
    return [*values, None], codes


def _encode_structs(array: Any) -> tuple[list[Any], NDArray[np.int32]]:
    """Encode structs by the codes of their fields."""
    pa = pyarrow()
    names = [field.name for field in array.type]
    parts = [encode(part) for part in array.flatten()]
    digits = [_digits(codes) for _, codes in parts] or [_digits(np.zeros(len(array), np.int32))]
    keys = pa.compute.binary_join_element_wise(*digits, pa.scalar(",", digits[0].type))
    first, indices = _first_rows(keys, array)
    values = [
        {
            name: value
            for name, (known, codes) in zip(names, parts, strict=True)
            if (value := known[codes[row]]) is not None
        }
        for row in first
    ]
    return _with_none(values, indices)


def _encode_lists(array: Any) -> tuple[list[Any], NDArray[np.int32]]:
    """Encode lists by the codes of their items."""
    pa = pyarrow()
    starts = offsets_of(array)
    known, codes = encode(array.flatten())
    digits = _digits(codes)
    lists = pa.LargeListArray.from_arrays(starts, digits)
    first, indices = _first_rows(pa.compute.binary_join(lists, pa.scalar(",", digits.type)), array)
    offsets = starts.to_numpy()
    values: list[Any] = [
        [known[code] for code in codes[offsets[row] : offsets[row + 1]]] for row in first
    ]
    if is_map(array.type):
        values = [
            tuple((one.get("key"), one.get("value")) if one else (None, None) for one in value)
            for value in values
        ]
    return _with_none(values, indices)


def is_map(kind: Any) -> bool:
    """Return whether plain arrays of a type are maps."""
    types = pyarrow().types
    if not types.is_large_list(kind) or not types.is_struct(kind.value_type):
        return False
    pair = list(kind.value_type)
    return [field.name for field in pair] == ["key", "value"] and types.is_large_string(
        pair[0].type
    )


def _digits(codes: Any) -> Any:
    """Return codes as text, so that Arrow can join and compare them."""
    pa = pyarrow()
    return pa.array(codes, pa.int32()).cast(pa.large_string())


def _first_rows(keys: Any, array: Any) -> tuple[list[int], Any]:
    """Return the first row of each distinct key, and each row's index into them or null."""
    pa = pyarrow()
    given = pa.compute.if_else(array.is_valid(), keys, pa.scalar(None, keys.type))
    encoded = given.dictionary_encode()
    rows = np.flatnonzero(array.is_valid().to_numpy(zero_copy_only=False))
    codes = encoded.indices.drop_null().to_numpy()
    first = np.empty(len(encoded.dictionary), np.int64)
    first[codes[::-1]] = rows[::-1]
    return first.tolist(), encoded.indices
