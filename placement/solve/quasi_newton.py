"""Climb a smooth concave function of numbers that are not negative, by steps of limited memory.

SciPy has such a method as well, but in libraries that share each of its small sums among threads: on a
busy machine that takes ten times as long as the sums.
"""

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["climb"]

Vector = NDArray[np.float64]
Past = deque[tuple[Vector, Vector]]

ENOUGH = 1e-4  # of the rise that the slope promises, to take a step
HALVINGS = 12
FLAT = 1e-10  # relative rise that is none
LEAST_CURVE = 1e-12  # of a step, beside how much the slope turns


def climb(
    look: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
    *,
    steps: int,
    memory: int,
    first: float,
) -> Vector:
    """Return where a climb ends.

    Parameters
    ----------
    look : callable
        Takes a point and returns its height and its slope.
    start : ndarray of shape (n,), float64
        Not negative.
    steps : int
        At most so many.
    memory : int
        Steps that are remembered to know how the slope bends.
    first : float
        About how far the first step goes in each direction.

    Returns
    -------
    ndarray of shape (n,), float64
        The highest point that was looked at.

    Notes
    -----
    Directions in which a number would become negative are left out, and steps are cut off at 0. A step
    is halved until it rises by a part of what the slope promises. O(n memory) beside `look`.

    References
    ----------
    Nocedal, J., "Updating quasi-Newton matrices with limited storage", Mathematics of Computation 35,
    1980; Bertsekas, D. P., "Projected Newton methods for optimization problems with simple
    constraints", SIAM Journal on Control and Optimization 20, 1982.
    """
    point, (height, slope) = start, look(start)
    past: Past = deque(maxlen=memory)
    idle = 0
    for _ in range(steps):
        free = (point > 0) | (slope > 0)
        way = _bent(slope, past, free)
        promise = _inner(way, slope)
        if promise <= 0:
            past.clear()
            way = slope * free
            promise = _inner(way, slope)
            if promise <= 0:
                break
        length = 1.0 if past else first * len(way) / max(float(np.abs(way).sum()), 1e-300)
        taken = _step(look, point, (height, slope), way, length)
        if taken is None:
            if not past:
                break
            past.clear()
            continue
        after, (higher, bent) = taken
        moved, turned = after - point, slope - bent
        past.append((moved, turned))
        idle = idle + 1 if higher - height <= FLAT * abs(higher) else 0
        point, height, slope = after, higher, bent
        if idle == 3:
            break
    return point


def _step(
    look: Callable[[Vector], tuple[float, Vector]],
    point: Vector,
    seen: tuple[float, Vector],
    way: Vector,
    length: float,
) -> tuple[Vector, tuple[float, Vector]] | None:
    """Return a point up the way, and what is seen there; None if there is none."""
    for _ in range(HALVINGS):
        after = np.maximum(0.0, point + length * way)
        found = look(after)
        if found[0] >= seen[0] + ENOUGH * _inner(seen[1], after - point):
            return after, found
        length *= 0.5
    return None


def _bent(slope: Vector, past: Past, free: NDArray[np.bool_]) -> Vector:
    """Return the slope as it is bent by what is remembered (the two loops of L-BFGS), where it is free."""
    way, parts = slope * free, []
    some = []
    for moved, turned in past:
        pair = moved * free, turned * free
        curve = _inner(*pair)
        if curve > LEAST_CURVE * _inner(pair[1], pair[1]):
            some.append((*pair, 1.0 / curve))
    for moved, turned, scale in reversed(some):
        part = scale * _inner(moved, way)
        parts.append(part)
        way -= part * turned
    if some:
        moved, turned, scale = some[-1]
        way /= scale * _inner(turned, turned)
    for (moved, turned, scale), part in zip(some, reversed(parts), strict=True):
        way += (part - scale * _inner(turned, way)) * moved
    return way


def _inner(one: Vector, other: Vector) -> float:
    # Not a dot product of a library for linear algebra, which might take threads for it.
    return float((one * other).sum())
