"""What was measured, in whole nanoseconds, rounded up exactly: 0.1 ms is one tenth, not a float."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement._core import great_circle
from placement.model.column import Column
from placement.units import EXACT, Amount

__all__ = ["MISSING", "NS_PER_KM", "fibre_ns", "scaled_up"]

NS_PER_KM = 4900
MISSING = -1
# Twice over what a float's distance to its shortest decimal and one product can add up to.
DOUBT = 2.0**-50


def scaled_up(column: Column, factor: int) -> NDArray[np.int64]:
    """Return ⌈value × factor⌉ for each row of a column of amounts.

    Parameters
    ----------
    column : Column
        Amounts from 0 to 1,000,000, or None.
    factor : int
        Such as 1,000,000 nanoseconds a millisecond, or less.

    Returns
    -------
    ndarray of shape (n_rows,), int64
        `MISSING` where the value is None.
    """
    values = column.values
    if not isinstance(values, np.ndarray):
        made = np.array([_scaled_up(value, factor) for value in values], np.int64)
    elif values.dtype.kind == "i":
        made = values * factor
    else:
        made = _floats_scaled_up(values, factor)
    return made if column.codes is None else made[column.codes]


def _scaled_up(value: Amount | None, factor: int) -> int:
    if value is None:
        return MISSING
    exact = value * factor if isinstance(value, int) else EXACT.multiply(value, factor)
    return math.ceil(exact)


def _floats_scaled_up(values: NDArray[np.float64], factor: int) -> NDArray[np.int64]:
    # A float stands for its shortest decimal. Where k / 10⁶ rounds to the float, that decimal is
    # k / 10⁶ itself: two decimals of at most 15 digits never round to the same float.
    micro = np.rint(values * 1e6)
    made = -(-(micro.astype(np.int64) * factor) // 10**6)
    others = np.flatnonzero(micro / 1e6 != values)
    made[others] = ceil_product(
        values[others], float(factor), lambda value: _scaled_up(Decimal(repr(value)), factor)
    )
    return made


def ceil_product(
    values: NDArray[np.float64], factor: float, exactly: Callable[[float], int]
) -> NDArray[np.int64]:
    """Return ⌈value × factor⌉, asking `exactly` where a float product is too near to an integer."""
    product = values * factor
    made = np.ceil(product).astype(np.int64)
    for i in np.flatnonzero(np.abs(product - np.rint(product)) <= product * DOUBT).tolist():
        made[i] = exactly(float(values[i]))
    return made


def fibre_ns(
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    detour: Decimal,
) -> NDArray[np.int64]:
    """Return the latency of links of which only the ends are known.

    Parameters
    ----------
    lat, lon : ndarray of shape (n_nodes,), float64, degrees
        Where the nodes are.
    sources, targets : ndarray of shape (n_links,), int32
        The ends of each link.
    detour : Decimal
        How much longer the fibre is than the great circle.

    Returns
    -------
    ndarray of shape (n_links,), int64, ns

    Notes
    -----
    In this order: h, the haversine distance in metres as a binary64 number, taken for the exact
    number that it is; m = ⌈h × detour⌉ whole metres, exactly; ⌈m × 4.9⌉ nanoseconds.
    """
    metres = np.empty(len(sources))
    great_circle(lat[sources], lon[sources], lat[targets], lon[targets], metres)
    length = ceil_product(
        metres, float(detour), lambda value: math.ceil(EXACT.multiply(Decimal(value), detour))
    )
    return -(-length * NS_PER_KM // 1000)


def degrees(column: Column) -> NDArray[np.float64]:
    """Return a column of coordinates as floats, NaN where there is none."""
    values: Any = column.values
    if not isinstance(values, np.ndarray):
        values = [math.nan if value is None else float(value) for value in values]
    made = np.asarray(values, np.float64)
    return made if column.codes is None else made[column.codes]
