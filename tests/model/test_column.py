"""Columns: distinct values, and for each row which of them."""

from decimal import Decimal

import numpy as np
import pytest

from placement.model.column import Column, intern


def test_a_column_gives_each_row_its_value():
    """Codes lead to values; equal rows share one."""
    column = Column.of(["b", "a", "b", None])
    assert [column[row] for row in range(len(column))] == ["b", "a", "b", None]
    assert column.distinct() == ("b", "a", None)
    assert column.row_codes().tolist() == [0, 1, 0, 2]


def test_without_codes_row_and_value_are_the_same():
    """A column of ids needs no codes, and makes them when asked."""
    column = Column(("x", "y", "z"))
    assert (len(column), column[2]) == (3, "z")
    assert column.row_codes().tolist() == [0, 1, 2]
    assert column.row_codes().dtype == np.int32


@pytest.mark.parametrize(
    ("array", "value"),
    [
        (np.array([1, 2, 3]), 2),
        (np.array([1.0, 0.1, 3.0]), Decimal("0.1")),
        (np.array([1.0, 2.0, 3.0]), 2),
    ],
    ids=["int64", "a fraction", "a whole float"],
)
def test_numbers_in_an_array_come_out_exact(array, value):
    """A float in an array stands for its shortest decimal; whole ones are ints."""
    got = Column(array)[1]
    assert got == value
    assert type(got) is type(value)


def test_taking_rows_keeps_their_order():
    """Rows may be taken in any order, and more than once."""
    column = Column.of(["a", "b", "c"]).take(np.array([2, 0, 2]))
    assert [column[row] for row in range(3)] == ["c", "a", "c"]


def test_mapping_reads_each_value_once():
    """A function of the value is asked for distinct values only; None has a number of its own."""
    asked = []

    def length(value):
        asked.append(value)
        return len(value)

    column = Column.of(["bb", "a", None, "bb"])
    assert column.map(length, missing=-1).tolist() == [2, 1, -1, 2]
    assert sorted(asked) == ["a", "bb"]


def test_an_empty_column_maps_to_nothing():
    """No row, no value, no error."""
    assert Column.of([]).map(len).tolist() == []
    assert Column.constant("x", 0).distinct() == ()


def test_a_constant_needs_one_value():
    """All rows of a default are one value."""
    column = Column.constant("open", 3)
    assert column.distinct() == ("open",)
    assert [column[row] for row in range(3)] == ["open"] * 3


def test_interning_by_a_key_tells_apart_what_the_key_does():
    """True equals 1 in Python; with the type in the key they stay apart."""
    distinct, codes = intern([1, True, 1.0, 1], key=lambda value: (type(value), value))
    assert [type(value) for value in distinct] == [int, bool, float]
    assert codes.tolist() == [0, 1, 2, 0]
