"""The climb of smooth functions, where the top is known."""

import numpy as np
import pytest

from placement.solve.quasi_newton import climb


def paraboloid(centre, curves):
    """Return a concave function whose top is at the centre, or where that is cut off at 0."""

    def look(point):
        away = point - centre
        return -float((curves * away**2).sum()), -2 * curves * away

    return look


@pytest.mark.parametrize("seed", range(20))
def test_it_reaches_the_top_or_the_wall(seed):
    """Numbers that would be negative at the top end at 0, the others at the top, or as good as that."""
    rng = np.random.default_rng(seed)
    centre, curves = rng.normal(size=30), 10.0 ** rng.uniform(-2, 2, 30)
    look = paraboloid(centre, curves)
    end = climb(look, np.zeros(30), steps=300, memory=10, first=1.0)
    assert look(end)[0] == pytest.approx(look(np.maximum(centre, 0.0))[0], abs=1e-4)
    assert (end >= 0).all()


def test_it_never_goes_down():
    """Each point that it moves to is higher than the one before, and none has a negative number."""
    seen = []
    look = paraboloid(np.linspace(-1, 3, 12), np.geomspace(0.01, 100, 12))

    def watched(point):
        seen.append(point.min())
        return look(point)

    heights = [
        look(climb(watched, np.full(12, 2.0), steps=n, memory=5, first=1.0))[0] for n in range(12)
    ]
    assert heights == sorted(heights)
    assert min(seen) >= 0


def test_at_the_top_it_stays():
    """Where nothing rises the start is the answer."""
    start = np.array([0.0, 2.0])
    look = paraboloid(np.array([-1.0, 2.0]), np.ones(2))
    assert (climb(look, start, steps=9, memory=3, first=1.0) == start).all()
