"""Lists of different lengths in one array: list k is values[ptr[k] : ptr[k + 1]]."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["places", "reduced", "sums"]


def places(ptr: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of all values of some lists, list by list."""
    lengths = ptr[keys + 1] - ptr[keys]
    made = np.arange(lengths.sum(), dtype=np.int64)
    made += np.repeat(ptr[keys] - (np.cumsum(lengths) - lengths), lengths)
    return made


def reduced(
    ufunc: np.ufunc, values: NDArray[Any], lengths: NDArray[np.int64], empty: Any
) -> NDArray[Any]:
    """Return one value (or row) for each list of the given lengths; an empty list gets `empty`."""
    made = np.full((len(lengths), *values.shape[1:]), empty, values.dtype)
    some = np.flatnonzero(lengths)
    if len(some) == len(values):
        made[some] = values
    elif len(some):
        made[some] = ufunc.reduceat(values, (np.cumsum(lengths) - lengths)[some], axis=0)
    return made


def sums(values: NDArray[Any], ptr: NDArray[np.int64]) -> NDArray[Any]:
    """Return the sum of each list; integers wrap around in passing, so only sums have to fit."""
    running = np.zeros(len(values) + 1, values.dtype)
    np.cumsum(values, out=running[1:])
    return running[ptr[1:]] - running[ptr[:-1]]
