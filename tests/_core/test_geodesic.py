"""The great circle, against Python's `math`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement._core import great_circle
from tests.reference.geodesic import RADIUS
from tests.reference.geodesic import great_circle as reference

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def metres(*points):
    """Return the kernel's distance of two points given as four numbers."""
    out = np.empty(1)
    great_circle(*(np.array([value], np.float64) for value in points), out)
    return out.item()


@given(latitudes, longitudes, latitudes, longitudes)
def test_every_distance_is_the_reference_to_the_last_bit(lat1, lon1, lat2, lon2):
    """Kernel and `math` round alike, in both directions."""
    expected = reference(lat1, lon1, lat2, lon2)
    assert metres(lat1, lon1, lat2, lon2) == expected
    assert metres(lat2, lon2, lat1, lon1) == expected


def test_many_random_distances_are_the_reference_to_the_last_bit():
    """Fill a whole array at once, 2,000 pairs."""
    rng = np.random.default_rng(1)
    lat1, lat2 = rng.uniform(-90, 90, (2, 2000))
    lon1, lon2 = rng.uniform(-180, 180, (2, 2000))
    out = np.empty(2000)
    great_circle(lat1, lon1, lat2, lon2, out)
    pairs = zip(lat1.tolist(), lon1.tolist(), lat2.tolist(), lon2.tolist(), strict=True)
    assert out.tolist() == [reference(*points) for points in pairs]


def test_a_quarter_of_the_globe():
    """From the equator to the pole it is a quarter of the circumference."""
    assert metres(0, 0, 90, 0) == pytest.approx(RADIUS * np.pi / 2, rel=1e-15)


def test_opposite_ends_of_the_globe_are_a_number():
    """Rounding never pushes the sine above 1, where the arc sine would be NaN."""
    assert metres(30, 10, -30, -170) == pytest.approx(RADIUS * np.pi, rel=1e-7)


def test_a_point_is_at_no_distance_from_itself():
    """The distance of a point to itself is exactly zero."""
    assert metres(48.86, 2.35, 48.86, 2.35) == 0
