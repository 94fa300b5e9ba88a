"""The shortest decimals of arrays of floats, against those of single floats."""

import math
import random
from decimal import Decimal
from fractions import Fraction

import numpy as np

from placement import units
from placement.model.decimals import decimal_places, floor_scaled, scaled_floats

LIMIT = 2**62


def random_floats(rng):
    """Return floats of all kinds: of few digits, of many, next to such, and whole ones."""
    made = [0.0, 0.1, 0.29, 1e-9, 2.0**53 - 1, 123456789.123456, 0.1 + 0.2]
    for _ in range(200):
        digits = rng.randint(0, 10 ** rng.randint(1, 17))
        one = digits / 10 ** rng.randint(0, 12)
        made += [one, math.nextafter(one, math.inf), rng.random() * 10 ** rng.randint(-6, 9)]
    return np.array([one for one in made if one == 0 or 1e-90 < one < 2**53], np.float64)


def test_places_are_those_of_the_longest():
    """One float after the other says the same."""
    for seed in range(50):
        rng = random.Random(seed)
        some = random_floats(rng)[rng.randint(0, 500) :][: rng.randint(0, 9)]
        each = [units.exponent(units.number(one)) for one in some.tolist()]
        assert decimal_places(some) == max(each, default=0), seed
    assert decimal_places(np.array([7, 8])) == 0


def test_limits_round_down_to_the_nanosecond_below_their_decimal():
    """Never to the one below their binary value, and never up."""
    for seed in range(50):
        some = random_floats(random.Random(seed))
        each = [min(units.ns_down(units.number(one)), LIMIT) for one in some.tolist()]
        assert floor_scaled(some, 6, LIMIT).tolist() == each, seed


def test_amounts_are_whole_in_their_unit():
    """Whatever number of places the finest of them has."""
    for places in range(9):
        rng = random.Random(places)
        some = [Decimal(rng.randint(0, 10**15)).scaleb(-places) for _ in range(300)]
        floats = [float(one) for one in some]
        expected = [int(Fraction(repr(one)) * 10**places) for one in floats]
        assert scaled_floats(np.array(floats), places).tolist() == expected, places
