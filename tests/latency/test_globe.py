"""Distances between points in degrees."""

import numpy as np
import pytest

from placement import InputError, great_circle_matrix
from placement._core import great_circle
from tests.reference.globe import distance_cm

CITIES = [(48.86, 2.35), (50.11, 8.68), (-36.85, 174.76), (90.0, 0.0), (0.0, -180.0)]


def random_points(seed, n):
    """Return points anywhere on the globe."""
    rng = np.random.default_rng(seed)
    z = rng.uniform(-1, 1, n)
    return np.column_stack([np.degrees(np.arcsin(z)), rng.uniform(-180, 180, n)])


def places(fault):
    """Return the places and messages of an error."""
    return {each.place: each.message for each in fault.value.faults}


def test_every_cell_is_the_distance_of_its_row_and_column():
    """In centimetres, within the 70 that are promised."""
    distance = great_circle_matrix(CITIES[:2], CITIES)
    assert distance.shape == (2, 5)
    assert distance.dtype == np.int32
    for i, a in enumerate(CITIES[:2]):
        for j, b in enumerate(CITIES):
            assert abs(distance[i, j] - distance_cm(*a, *b)) <= 70


def test_it_agrees_with_the_length_of_links():
    """Both kernels measure the same globe: the one in floats, pair by pair, and the one of matrices."""
    a, b = random_points(1, 700), random_points(2, 700)
    metres = np.empty(700)
    great_circle(*(np.ascontiguousarray(each) for each in (*a.T, *b.T)), metres)
    distance = great_circle_matrix(a, b).diagonal()
    # Near the antipode the haversine formula is worse than that; none of these are there.
    assert np.abs(distance - 100 * metres).max() <= 70


def test_any_number_of_threads_gives_the_same():
    """Rows are dealt, not sums; large enough that they are."""
    a, b = random_points(3, 3001), random_points(4, 3003)
    one = great_circle_matrix(a, b, threads=1)
    for threads in (None, 2, 3):
        np.testing.assert_array_equal(great_circle_matrix(a, b, threads=threads), one)


def test_memory_of_the_caller_is_filled():
    """What is returned is what was handed in."""
    out = np.full((5, 5), -7, np.int32)
    assert great_circle_matrix(CITIES, CITIES, out=out) is out
    np.testing.assert_array_equal(out, great_circle_matrix(CITIES, CITIES))


@pytest.mark.parametrize(
    "points",
    [CITIES, np.asfortranarray(CITIES), np.array(CITIES[::-1])[::-1]],
    ids=["pairs", "columns", "backwards"],
)
def test_points_come_in_any_layout(points):
    """Lists of pairs, and arrays in any order of memory."""
    wanted = great_circle_matrix(np.array(CITIES), CITIES)
    np.testing.assert_array_equal(great_circle_matrix(points, CITIES), wanted)


def test_whole_degrees_are_taken_as_they_are():
    """Integers are numbers too."""
    assert great_circle_matrix([(0, 0)], [(90, 0)]).tolist() == [[1_000_755_722]]


@pytest.mark.parametrize(("n_rows", "n_columns"), [(0, 3), (3, 0), (0, 0)])
def test_no_points_give_an_empty_matrix(n_rows, n_columns):
    """Also where nothing says that a row would have two numbers."""
    assert great_circle_matrix(CITIES[:n_rows], CITIES[:n_columns]).shape == (n_rows, n_columns)


def test_points_off_the_globe_are_all_named():
    """Each with its row, its value and its range; NaN and infinity are no place."""
    sources = [(91, 0), (0, 180), (0, -180.5), (float("nan"), float("inf"))]
    with pytest.raises(InputError) as caught:
        great_circle_matrix(sources, [(-90, 0), (-90.001, 0)])
    assert [(each.place, each.message) for each in caught.value.faults] == [
        ("sources[0]", "latitude 91 is out of range; expected -90 to 90 degrees"),
        ("sources[2]", "longitude -180.5 is out of range; expected -180 to 180 degrees"),
        ("sources[3]", "latitude nan is out of range; expected -90 to 90 degrees"),
        ("sources[3]", "longitude inf is out of range; expected -180 to 180 degrees"),
        ("targets[1]", "latitude -90.001 is out of range; expected -90 to 90 degrees"),
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((48.86, 2.35), "float64 array of shape (2,)"),
        (np.zeros((2, 5)), "float64 array of shape (2, 5)"),
        ([("48.86", "2.35")], "<U5 array of shape (1, 2)"),
        ([(1, 2), (3,)], "rows of different lengths"),
        (None, "object array of shape ()"),
        (np.zeros((1, 2), bool), "bool array of shape (1, 2)"),
    ],
)
def test_what_is_no_table_of_points_is_refused(given, told):
    """The message says what came and what is expected."""
    with pytest.raises(InputError) as caught:
        great_circle_matrix(CITIES, given)
    wanted = "expected an array of shape (n, 2), a latitude and a longitude a row"
    assert places(caught) == {"targets": f"{told}; {wanted}"}


def test_memory_and_threads_that_do_not_fit_are_refused():
    """All at once."""
    with pytest.raises(InputError) as caught:
        great_circle_matrix(CITIES, CITIES, out=np.empty((5, 5), np.int64), threads=0)
    assert set(places(caught)) == {"out", "threads"}
    assert "int64 array of shape (5, 5)" in places(caught)["out"]
