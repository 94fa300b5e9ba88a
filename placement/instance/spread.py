"""How far above its mean a round trip may be, at a percentile."""

import math
from fractions import Fraction
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from placement.units import Amount

__all__ = ["spread", "z_score"]

BILLION = 10**9


def spread(variance: NDArray[np.int64], z: int) -> NDArray[np.int64]:
    """Return ⌈√(z² · variance) / 10⁹⌉ exactly."""
    near = np.sqrt(variance.astype(np.float64)) * (z / BILLION)
    made = np.ceil(near).astype(np.int64)
    # The float is off by less than 1e-15 of itself: only near a whole number can that matter.
    doubtful = np.abs(near - np.rint(near)) <= 1e-6 + near * 1e-14
    doubtful &= variance > 0
    for place in zip(*np.nonzero(doubtful), strict=True):
        radicand = z * z * int(variance[place])
        root = math.isqrt(radicand)
        root += root * root < radicand
        made[place] = -(-root // BILLION)
    made[variance == 0] = 0
    return made


def z_score(percentile: Amount | None) -> int | None:
    """Return ⌈z(p) · 10⁹⌉, or None without a percentile."""
    if percentile is None:
        return None
    return math.ceil(Fraction(NormalDist().inv_cdf(float(percentile))) * BILLION)
