"""The shortest decimals of many floats at once: exact, without a Python object for each.

A decimal of at most 15 digits is the only one of so few digits that its nearest float stands for. So
where a float is the one nearest to k / 10**p, and k has at most 15 digits, its shortest decimal is that
very fraction. The few floats for which this does not tell are read one by one.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement import units

__all__ = ["decimal_places", "floor_scaled", "scaled_floats"]

FLOATS = NDArray[np.float64]
DIGITS = 15
# A product of a float and a power of ten is off from that of its decimal by less than this part.
DOUBT = 2.0**-50


def decimal_places(values: NDArray[Any]) -> int:
    """Return the most decimal places of any of some numbers, as their shortest decimals.

    Parameters
    ----------
    values : ndarray of shape (n,), int64 or float64
        Not negative.

    Returns
    -------
    int
        0 where all are whole.

    Examples
    --------
    >>> import numpy as np
    >>> from placement.model.decimals import decimal_places
    >>> decimal_places(np.array([2.0, 0.1, 0.25]))
    2
    """
    if values.dtype.kind == "i":
        return 0
    left = values[values != np.floor(values)]
    most = 0
    while len(left) and most < DIGITS:
        most += 1
        left = left[~_nearest(left, most)[1]]
    found = (units.exponent(units.number(value)) for value in left.tolist())
    return max(found, default=most)


def scaled_floats(values: FLOATS, places: int) -> NDArray[np.int64]:
    """Return floats in units of 10**-places; none has more decimal places, or is above 2**62 then.

    Examples
    --------
    >>> import numpy as np
    >>> from placement.model.decimals import scaled_floats
    >>> scaled_floats(np.array([2.0, 0.1]), 3).tolist()
    [2000, 100]
    """
    made, known = _nearest(values, places)
    return _one_by_one(values, made, known, lambda value: units.scaled(value, places))


def floor_scaled(values: FLOATS, places: int, most: int) -> NDArray[np.int64]:
    """Return floats in units of 10**-places, rounded down; at most `most`.

    Examples
    --------
    >>> import numpy as np
    >>> from placement.model.decimals import floor_scaled
    >>> floor_scaled(np.array([0.29, 0.3]), 2, 100), floor_scaled(np.array([0.29, 0.3]), 1, 100)
    (array([29, 30]), array([2, 3]))
    """
    made, known = _nearest(values, places)
    product = values * 10.0**places
    below = np.floor(product)
    # How far the product is from the next whole number, on either side.
    apart = np.minimum(product - below, below + 1 - product)
    sure = ~known & (apart > product * DOUBT) & (product < 2.0**50)
    made[sure] = below[sure].astype(np.int64)
    scale = 10**places

    def read(value: units.Amount) -> int:
        whole: int = math.floor(Fraction(value) * scale)
        return min(whole, most)

    return np.minimum(_one_by_one(values, made, known | sure, read), most)


def _nearest(values: FLOATS, places: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return whole numbers k, and of which floats k / 10**places is the shortest decimal."""
    if places > 22:  # 10**places is no float
        return np.zeros(len(values), np.int64), np.zeros(len(values), bool)
    scale = 10.0**places
    near = np.rint(values * scale)
    known = (near < 10.0**DIGITS) & (near / scale == values)
    return np.where(known, near, 0).astype(np.int64), known


def _one_by_one(
    values: FLOATS,
    made: NDArray[np.int64],
    known: NDArray[np.bool_],
    read: Callable[[units.Amount], int],
) -> NDArray[np.int64]:
    """Fill in what is not known."""
    some = np.flatnonzero(~known)
    made[some] = [read(units.number(value)) for value in values[some].tolist()]
    return made
