"""How far above its mean a round trip may be, at a percentile."""

import math
from fractions import Fraction
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from placement.units import Amount

__all__ = ["spread", "squared_deviations"]

BILLION = 10**9


def spread(variance: NDArray[np.int64], factor: Fraction) -> NDArray[np.int64]:
    """Return ⌈√(factor · variance)⌉ exactly."""
    near = np.sqrt(variance.astype(np.float64)) * math.sqrt(factor)
    made = np.ceil(near).astype(np.int64)
    # The float is off by less than 1e-15 of itself: only near a whole number can that matter.
    doubtful = np.abs(near - np.rint(near)) <= 1e-6 + near * 1e-14
    doubtful &= variance > 0
    for place in zip(*np.nonzero(doubtful), strict=True):
        square = math.ceil(factor * int(variance[place]))
        made[place] = math.isqrt(square - 1) + 1 if square else 0
    made[variance == 0] = 0
    return made


def squared_deviations(percentile: Amount | None, guarantee: str) -> Fraction | None:
    """Return the square of how many standard deviations lie between mean and percentile.

    Normal: (⌈z(p) · 10⁹⌉ / 10⁹)². Any distribution: p / (1 - p), by Cantelli's inequality. None
    without a percentile.
    """
    if percentile is None:
        return None
    if guarantee == "any":
        return Fraction(percentile) / (1 - Fraction(percentile))
    z = math.ceil(Fraction(NormalDist().inv_cdf(float(percentile))) * BILLION)
    return Fraction(z * z, BILLION * BILLION)
