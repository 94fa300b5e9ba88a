"""Whole numbers in arrays that are never rounded and never overflow.

An array is int64 where a bound on every value in it proves that this is wide enough, and an array of
Python integers (dtype object) where it is not. The formulas are written once and run on both.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.units import LIMIT

__all__ = [
    "IntArray",
    "as_type",
    "common_denominator",
    "largest",
    "numerators",
    "product_bound",
    "shown",
    "sums",
    "total",
    "type_for",
]

IntArray = NDArray[Any]  # int64, or Python integers


def type_for(bound: int) -> type[Any]:
    """Return the type of array that holds every integer up to `bound`, with room for one more sum."""
    return np.int64 if bound < LIMIT else object


def as_type(array: IntArray, kind: type[Any]) -> IntArray:
    """Return the same integers in an array of another type."""
    return array if array.dtype == kind else array.astype(kind)


def largest(array: IntArray) -> int:
    """Return the largest magnitude in an array, 0 if it is empty."""
    return max(abs(int(array.max())), abs(int(array.min()))) if array.size else 0


def product_bound(*factors: int) -> int:
    """Return a bound on a product and on each factor of it, so that all of them fit one type."""
    bound = 1
    for factor in factors:
        bound *= max(1, factor)
    return bound


def total(array: IntArray) -> int:
    """Return the exact sum of an array of any size."""
    if array.dtype == object:
        return int(array.sum()) if array.size else 0
    high, low = array >> 31, array & 0x7FFF_FFFF  # each sum stays below 2**63 for 2**31 numbers
    return (int(high.sum(dtype=np.int64)) << 31) + int(low.sum(dtype=np.int64))


def sums(groups: NDArray[Any], values: IntArray, n_groups: int) -> IntArray:
    """Return the exact sum of `values` in each group."""
    kind = type_for(largest(values) * max(1, len(values)))
    added: IntArray = np.zeros(n_groups, dtype=kind)
    np.add.at(added, groups, as_type(values, kind))
    return added


def common_denominator(values: Iterable[Fraction]) -> int:
    """Return the least integer that makes every value whole."""
    return lcm(*{value.denominator for value in values})


def numerators(values: Sequence[Fraction], denominator: int) -> IntArray:
    """Return the values as whole numbers over a common denominator."""
    whole = [value.numerator * (denominator // value.denominator) for value in values]
    return np.array(whole, dtype=type_for(max(map(abs, whole), default=0)))


def shown(value: Fraction | int) -> str:
    """Return a number as a message shows it: in decimal digits where they end, else as a fraction."""
    value = Fraction(value)
    places = 0
    while (10**places) % value.denominator:
        places += 1
        if places > 60:
            return str(value)
    if not places:
        return str(value.numerator)
    digits = value.numerator * 10**places // value.denominator
    return format(Decimal((digits < 0, tuple(map(int, str(abs(digits)))), -places)), "f")
