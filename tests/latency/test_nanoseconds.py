"""Measured values become whole nanoseconds, rounded up exactly."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from placement.latency.nanoseconds import MISSING, NS_PER_KM, fibre_ns, scaled_up
from placement.model.column import Column
from placement.units import NS_PER_MS
from tests.reference.geodesic import great_circle

factors = pytest.mark.parametrize("factor", [NS_PER_MS, NS_PER_KM])


def expected(value, factor):
    """Return ⌈value × factor⌉ of the shortest decimal."""
    return math.ceil(Fraction(Decimal(repr(value))) * factor)


@factors
@given(value=st.floats(0, 1e6) | st.floats(0, 1) | st.decimals(0, 3000, places=6).map(float))
@example(value=0.1)
@example(value=4.600001)
@example(value=5e-324)
@example(value=0.3)
@example(value=2100.0000000001)
def test_a_float_stands_for_its_shortest_decimal(factor, value):
    """A float in an array gives the nanoseconds of the decimal that it is written as."""
    assert scaled_up(Column(np.array([value])), factor).tolist() == [expected(value, factor)]


@factors
def test_many_floats_of_few_places_are_exact(factor):
    """The short cut for decimals of up to six places agrees with the exact road on every one."""
    rng = np.random.default_rng(3)
    values = np.concatenate(
        [rng.integers(0, 10 ** (6 + places), 500) / 10.0**places for places in range(1, 9)]
    )
    exact = [expected(value, factor) for value in values.tolist()]
    assert scaled_up(Column(values), factor).tolist() == exact


@factors
@given(value=st.decimals(0, 10**6, places=12) | st.integers(0, 10**6))
def test_amounts_are_exact(factor, value):
    """Integers and decimals are never a float in passing."""
    exact = math.ceil(Fraction(value) * factor)
    assert scaled_up(Column((value, None)), factor).tolist() == [exact, MISSING]


def test_a_column_of_integers_is_scaled_row_by_row():
    """The codes say which row has which value."""
    column = Column(np.array([0, 7, 2100]), np.array([2, 1, 0, 1], np.int32))
    assert scaled_up(column, NS_PER_MS).tolist() == [2_100_000_000, 7_000_000, 0, 7_000_000]


@given(st.tuples(*[st.floats(-90, 90), st.floats(-180, 180)] * 2), st.decimals("1", "3", places=3))
@example((10.0, 20.0, 10.0, 20.0), Decimal(1))
def test_a_link_on_the_map_rounds_up_to_a_whole_metre_first(points, detour):
    """Great circle × detour, up to a metre, then 4.9 ns each, up to a nanosecond."""
    lat, lon = np.array(points[::2]), np.array(points[1::2])
    ends = np.array([0], np.int32), np.array([1], np.int32)
    metres = math.ceil(Fraction(great_circle(*points)) * Fraction(detour))
    assert fibre_ns(lat, lon, *ends, detour).tolist() == [math.ceil(Fraction(metres * 49, 10))]
