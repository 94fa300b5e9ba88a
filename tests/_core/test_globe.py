"""The great circles of all variants, against forty digits."""

import importlib
import itertools
import threading
import time
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement._core import COPIES
from tests._core.networks import NEVER
from tests.reference.globe import distance_cm, unit_vector

VARIANTS = {name: importlib.import_module(f"{home}.globe") for name, home in COPIES.items()}
HALF = 2_001_511_444
UNTOUCHED = -7
# What rounds to other floats, integers or sides, in degrees.
LATITUDES = [0.0, -0.0, 90.0, -90.0, 45.0, 30.0, -60.0, 1e-9, 89.9999999, 1e-300]
LONGITUDES = [0.0, 180.0, -180.0, 179.9999999, 90.0, 60.0, -120.0, 1e-9, -1e-300]
PLACES = list(itertools.product(LATITUDES, LONGITUDES))


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS.keys())
def globe(request):
    """Return one variant of the module `placement._core.globe`."""
    return request.param


def vectors_of(globe, points):
    """Return the unit vectors of some points."""
    out = np.empty((3, len(points)))
    globe.unit_vectors(np.array(points, np.float64).reshape(-1, 2), out)
    return out


def matrix(globe, sources, targets, *, out=None, splits=()):
    """Return the distances in centimetres, the rows dealt at `splits`."""
    if out is None:
        out = np.full((len(sources), len(targets)), UNTOUCHED, np.int32)
    ends = vectors_of(globe, sources), vectors_of(globe, targets)
    for begin, end in itertools.pairwise([0, *splits, len(sources)]):
        assert globe.great_circles(*ends, out, begin, end, NEVER)
    return out


def random_points(rng, n):
    """Return points, alike likely anywhere on the globe."""
    return np.column_stack(
        [np.degrees(np.arcsin(rng.uniform(-1, 1, n))), rng.uniform(-180, 180, n)]
    )


def bound_cm(exact):
    """Return how far a distance may be off: what the notes of the kernel promise."""
    from_end = min(exact, HALF - exact)
    return 70 if from_end > 60_000_000 else 7 if from_end > 20_000_000 else 3


def assert_close(globe, pairs):
    """Assert that each pair of points is as far apart as it should be, within the bound."""
    for a, b in pairs:
        exact = distance_cm(*a, *b)
        there, back = matrix(globe, [a], [b]).item(), matrix(globe, [b], [a]).item()
        assert there == back
        assert abs(there - exact) <= bound_cm(exact), (a, b)


def test_unit_vectors_are_right_to_the_last_digits(globe):
    """Within 3e-16, and exactly where the angles are multiples of 90°."""
    points = random_points(np.random.default_rng(8), 500).tolist() + PLACES
    for vector, point in zip(vectors_of(globe, points).T.tolist(), points, strict=True):
        right = unit_vector(*point)
        assert max(abs(Decimal(a) - b) for a, b in zip(vector, right, strict=True)) < 3e-16
    corners = [(0, 0), (0, 90), (0, 180), (0, -90), (90, 77), (-90, -180)]
    assert vectors_of(globe, corners).T.tolist() == [
        [1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1],
    ]  # fmt: skip


def test_poles_antipodes_and_the_date_line(globe):
    """Where formulas for the globe use to fail, the promise holds."""
    assert_close(globe, itertools.combinations(PLACES[::2], 2))


points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(points, points)
def test_any_two_points_are_as_far_apart_as_promised(a, b):
    """Hypothesis looks for two points that are further off."""
    for variant in VARIANTS.values():
        assert_close(variant, [(a, b)])


def test_random_points_are_as_far_apart_as_promised(globe):
    """A thousand pairs of all sizes."""
    rng = np.random.default_rng(1)
    assert_close(globe, random_points(rng, 2000).reshape(-1, 2, 2).tolist())


@pytest.mark.parametrize("side", ["near", "antipode"])
def test_small_angles_keep_their_digits(globe, side):
    """From a nanometre to 100 km from a point or its antipode, nothing is lost."""
    rng = np.random.default_rng(2)
    pairs = []
    for size in 10.0 ** rng.uniform(-14, 0, 400):
        lat, lon = random_points(rng, 1)[0] * (0.99, 0.5)
        near = lat + size * rng.uniform(-1, 1) * 0.9, lon + size * rng.uniform(-1, 1)
        near = float(np.clip(near[0], -90, 90)), near[1]
        other = near if side == "near" else (-near[0], near[1] - 180 * np.sign(near[1]))
        pairs.append(((lat, lon), (float(other[0]), float(other[1]))))
    assert_close(globe, pairs)


def test_the_whole_arc_between_a_point_and_its_antipode(globe):
    """On a meridian the exact distance is the difference of latitudes: no step, no gap."""
    lat = np.linspace(-90, 90, 200_001)
    there = matrix(globe, [(-90, 0)], np.column_stack([lat, np.full_like(lat, 10)]))[0]
    exact = np.radians(lat + 90) * 637_100_880
    assert np.abs(there - exact).max() <= 70
    assert (there[0], there[-1]) == (0, HALF)


def test_a_point_is_at_no_distance_from_itself_and_half_way_round_from_its_antipode(globe):
    """Exactly, whatever rounding does to the vectors."""
    rng = np.random.default_rng(3)
    points = np.vstack([random_points(rng, 700), PLACES])
    vectors = vectors_of(globe, points)
    out = np.empty((len(points), len(points)), np.int32)
    assert globe.great_circles(vectors, vectors, out, 0, len(points), NEVER)
    assert not out.diagonal().any()
    assert (out == out.T).all()
    assert globe.great_circles(vectors, -vectors, out, 0, len(points), NEVER)
    assert (out.diagonal() == HALF).all()


def test_all_variants_give_the_same_distances():
    """Not one differs, be it one step of rounding from a boundary between two formulas."""
    rng = np.random.default_rng(4)
    points = np.vstack([random_points(rng, 900), PLACES])
    sixty = np.column_stack([np.full(300, 0.0), 60 + np.linspace(-1e-5, 1e-5, 300)])
    targets = np.vstack([points, sixty, sixty * (1, 2)])
    matrices = [matrix(variant, points, targets) for variant in VARIANTS.values()]
    for other in matrices[1:]:
        np.testing.assert_array_equal(other, matrices[0])


def test_all_variants_round_all_sizes_alike():
    """Squares of the chord with any digits, a million of them on the circle through 0° N 0° E."""
    digits = np.random.default_rng(5).integers(0x2F000000, 0x40000000, 1 << 20, dtype=np.uint32)
    along = 1 - digits.view(np.float32).astype(np.float64) / 2
    targets = np.vstack([along, np.zeros((2, len(along)))])
    here = np.array([[1.0], [0.0], [0.0]])
    matrices = [np.empty((2, len(along)), np.int32) for _ in VARIANTS]
    for variant, out in zip(VARIANTS.values(), matrices, strict=True):
        assert variant.great_circles(np.hstack([here, -here]), targets, out, 0, 2, NEVER)
    for other in matrices[1:]:
        np.testing.assert_array_equal(other, matrices[0])


@pytest.mark.parametrize("n", [0, 1, 15, 16, 17, 511, 512, 513, 527, 528, 529, 1040, 1100])
def test_every_width_and_place_in_memory_gives_the_same(globe, n):
    """Wherever a row begins, its cells are written and no other; large rows past the cache."""
    rng = np.random.default_rng(n)
    sources, targets = random_points(rng, 5), random_points(rng, n)
    expected = matrix(globe, sources, targets)
    assert UNTOUCHED not in expected
    room = np.full(5 * n + 64, UNTOUCHED, np.int32)
    for offset in (0, 1, 5, 12, 31):
        room[:] = UNTOUCHED
        out = room[offset : offset + 5 * n].reshape(5, n)
        np.testing.assert_array_equal(matrix(globe, sources, targets, out=out), expected)
        assert (np.delete(room, np.s_[offset : offset + 5 * n]) == UNTOUCHED).all()


@pytest.mark.parametrize("n", [1000, 1024, 2051])
def test_a_matrix_that_does_not_stay_in_the_cache_is_the_same(globe, n):
    """More than four megabytes are written past the cache, with the same numbers in them."""
    rng = np.random.default_rng(n)
    n_rows = (1 << 20) // n + 60
    sources, targets = random_points(rng, n_rows), random_points(rng, n)
    for offset in (0, 3):
        room = np.full(n_rows * n + 8, UNTOUCHED, np.int32)
        out = room[offset : offset + n_rows * n].reshape(n_rows, n)
        matrix(globe, sources, targets, out=out, splits=[7, 500])
        for row in (0, 6, 7, 500, n_rows - 1):
            few = matrix(globe, sources[row : row + 1], targets)
            np.testing.assert_array_equal(out[row], few[0])
        assert (room[:offset] == UNTOUCHED).all()
        assert (room[offset + n_rows * n :] == UNTOUCHED).all()


def test_only_the_rows_that_are_asked_for_are_written(globe):
    """A range of rows leaves the others to other threads."""
    points = random_points(np.random.default_rng(6), 40)
    vectors = vectors_of(globe, points)
    out = np.full((40, 40), UNTOUCHED, np.int32)
    assert globe.great_circles(vectors, vectors, out, 10, 20, NEVER)
    np.testing.assert_array_equal(out[10:20], matrix(globe, points, points)[10:20])
    assert (out[:10] == UNTOUCHED).all()
    assert (out[20:] == UNTOUCHED).all()


def test_a_deadline_and_a_raised_token_stop_it(globe):
    """It says so, within some milliseconds."""
    vectors = vectors_of(globe, random_points(np.random.default_rng(7), 3000))
    out = np.empty((3000, 3000), np.int32)
    ends = vectors, vectors, out, 0, 3000
    assert not globe.great_circles(*ends, np.array([time.monotonic_ns() - 1, 0]))
    assert not globe.great_circles(*ends, np.array([2**63 - 1, 1]))
    stop = np.array([2**63 - 1, 0])
    timer = threading.Timer(0.02, lambda: stop.__setitem__(1, 1))
    timer.start()
    try:
        for _ in range(100_000):
            if not globe.great_circles(*ends, stop):
                break
        else:
            pytest.fail("not stopped")
    finally:
        timer.cancel()
