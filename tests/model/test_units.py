"""Amounts, prices and milliseconds: exact, and rounded only in the safe direction."""

import math
import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement import units

QUANTITIES = {
    "0": 0,
    "0Ki": 0,
    "-0": 0,
    "007": 7,
    "+1": 1,
    "5.": 5,
    ".5": Decimal("0.5"),
    "1.G": 10**9,
    ".001": Decimal("0.001"),
    "8Ki": 8 * 2**10,
    "7Mi": 7 * 2**20,
    "6Gi": 6 * 2**30,
    "5Ti": 5 * 2**40,
    "4Pi": 4 * 2**50,
    "3Ei": 3 * 2**60,
    "5n": Decimal("5e-9"),
    "4u": Decimal("4e-6"),
    "3m": Decimal("0.003"),
    "8k": 8_000,
    "7M": 7 * 10**6,
    "6G": 6 * 10**9,
    "5T": 5 * 10**12,
    "2P": 2 * 10**15,
    "1E": 10**18,
    "1e3": 1_000,
    "1E6": 10**6,
    "1E-3": Decimal("0.001"),
    "1.3E+6": 1_300_000,
    "0.5e0": Decimal("0.5"),
    "100.035k": 100_035,
    "0.5Mi": 2**19,
    "100.035Ki": Decimal("102435.84"),
    "0.9n": Decimal("0.9e-9"),
    "1.10": Decimal("1.1"),
}

NO_QUANTITIES = [
    *["", " ", " 1", "1 ", "1 Gi", "1\n", "1Gi\n", "\t1"],
    *["1K", "1KI", "1ki", "1gi", "1GI", "1g", "1t", "1mi", "1MI", "1i", "1iG", "1U", "1N", "1kk"],
    *["+", "-", ".", "+.", "-.", "Ki", "m", "e3", ".e3", "+Gi"],
    *["1e", "1E+", "1e-", "1e3Ki", "1e3m", "1Ki3", "1e1.5", "1e 3", "1ee3"],
    *["0x1", "0b1", "1_000", "1,000", "1,5", "1/2", "1..5", "1.5.2", "--1", "+-1", "1-", "1+1"],
    *["NaN", "nan", "inf", "Infinity", "-inf", "1e999999999", "five", "½", "\u0661", "\uff11"],
]


@pytest.mark.parametrize(("text", "value"), QUANTITIES.items())
def test_a_kubernetes_quantity_is_read_exactly(text, value):
    """What Kubernetes accepts is accepted, and nothing is rounded."""
    got = units.amount(text)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize("text", NO_QUANTITIES)
def test_what_kubernetes_refuses_is_refused(text):
    """Blanks, suffixes in the wrong case and half a number are errors."""
    with pytest.raises(ValueError, match=r"expected|range"):
        units.amount(text)


@pytest.mark.parametrize("value", [-1, -0.5, "-4Gi", "-1m", Decimal("-0.1")])
def test_a_negative_amount_is_refused_in_words(value):
    """Amounts are 0 or more, and the message says so."""
    with pytest.raises(ValueError, match=r"is negative; expected an amount ≥ 0"):
        units.amount(value)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), -float("inf"), Decimal("NaN"), Decimal("Infinity"), True, None],
)
def test_what_is_no_finite_number_never_enters(value):
    """NaN, infinity, booleans and nothing are no amounts."""
    with pytest.raises(ValueError, match="number"):
        units.amount(value)


@pytest.mark.parametrize("value", ["8", [8], {"cpu": 8}, 1j, Fraction(1, 3)])
def test_a_number_takes_no_text(value):
    """Where only a number is meant, a quantity is an error."""
    with pytest.raises(ValueError, match="is not a number"):
        units.number(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1, Decimal("0.1")),
        (1e-7, Decimal("0.0000001")),
        (3.0, 3),
        (-0.0, 0),
        (1e22, 10**22),
        (np.float64(0.1), Decimal("0.1")),
        (np.float32(0.1), Decimal("0.1")),
        (np.int64(7), 7),
        (Decimal("1.50"), Decimal("1.5")),
        (Decimal("1E+3"), 1000),
    ],
)
def test_a_float_stands_for_its_shortest_decimal(value, expected):
    """0.1 is one tenth, and whole numbers are ints."""
    got = units.number(value)
    assert got == expected
    assert type(got) is type(expected)


@pytest.mark.parametrize(
    "value", [10**45, 1e300, Decimal("1e-200"), "1e50", "1e-150", Decimal("1e400")]
)
def test_a_monstrous_number_is_refused_quickly(value):
    """A few characters must not make a number of a million digits."""
    with pytest.raises(ValueError, match="range"):
        units.amount(value)


@given(st.fractions(0, 2**62).map(lambda x: Decimal(x.numerator % 10**18).scaleb(-9)))
def test_equal_amounts_are_equal_however_written(value):
    """A decimal, its text, its milli-form and its exponent form are one amount."""
    plain = format(value, "f")
    ways = [value, plain, f"{value.scaleb(3):f}m", f"{value.scaleb(9):f}n", f"{plain}e0"]
    assert len({(type(x), x) for x in map(units.amount, ways)}) == 1


def test_every_accepted_quantity_is_worth_what_its_parts_say():
    """Number times suffix, for random quantities over the whole grammar."""
    rng = random.Random(1)
    factors = {s: Fraction(2) ** p for s, p in units.BINARY.items()}
    factors |= {s: Fraction(10) ** p for s, p in units.DECIMAL.items()}
    factors |= {f"{e}{p}": Fraction(10) ** int(p) for e in "eE" for p in ("0", "+3", "-4", "12")}
    for _ in range(2_000):
        whole, part = rng.choice(["0", "00", "7", "120"]), rng.choice(["", ".", ".5", ".250"])
        suffix = rng.choice(list(factors))
        expected = Fraction(whole + part.rstrip(".")) * factors[suffix]
        assert Fraction(units.amount(whole + part + suffix)) == expected, whole + part + suffix


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.04, Fraction(4, 100)),
        ("0.04", Fraction(4, 100)),
        ("0.005/Gi", Fraction(5, 1000 * 2**30)),
        ("1/Ei", Fraction(1, 2**60)),
        ("2/m", Fraction(2000)),
        ("3/k", Fraction(3, 1000)),
        ("1e-2/G", Fraction(1, 10**11)),
        ("0/Gi", Fraction(0)),
    ],
)
def test_a_price_per_unit_is_exact(value, expected):
    """A price per Gi is divided by 2**30 without any rounding."""
    assert Fraction(units.price(value)) == expected


@pytest.mark.parametrize(
    "value",
    [
        *["", "/Gi", "0.005/", "0.005/gi", "0.005 / Gi", "1/2", "1Gi", "500m", "1/Gi/Gi", "NaN"],
        *["-1/Gi", -1, float("nan"), float("inf"), None, True],
    ],
)
def test_what_is_no_price_is_refused(value):
    """A price is a number, or a number per unit: nothing else."""
    with pytest.raises(ValueError, match=r"price|number|unit"):
        units.price(value)


@pytest.mark.parametrize(
    ("ms", "up", "down"),
    [
        (0, 0, 0),
        (4.6, 4_600_000, 4_600_000),
        (Decimal("0.0000001"), 1, 0),
        (Decimal("1.0000005"), 1_000_001, 1_000_000),
        (Decimal("0.1234567"), 123_457, 123_456),
        (2**40, 2**40 * 10**6, 2**40 * 10**6),
    ],
)
def test_milliseconds_round_in_the_safe_direction(ms, up, down):
    """Measured values round up, limits round down."""
    exact = units.number(ms)
    assert (units.ns_up(exact), units.ns_down(exact)) == (up, down)


@given(st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=12))
def test_no_conversion_to_nanoseconds_loosens_a_bound(ms):
    """Down ≤ exact ≤ up, and they are at most one apart."""
    exact = units.number(ms)
    down, up = units.ns_down(exact), units.ns_up(exact)
    assert down <= Fraction(ms) * 10**6 <= up
    assert up - down <= 1


@given(st.one_of(st.integers(0, 2**70), st.decimals(0, 10**20, places=24), st.floats(1e-80, 1e20)))
def test_json_gives_every_amount_back(value):
    """What is written as JSON is read back as the very same amount."""
    exact = units.amount(value)
    assert units.amount(units.to_json(exact)) == exact


def test_json_holds_a_float_only_where_it_is_exact():
    """A short decimal is a JSON number; a longer one must be a string."""
    assert units.to_json(Decimal("0.1")) == 0.1
    assert units.to_json(5) == 5
    assert units.to_json(Decimal("0.10000000000000000001")) == "0.10000000000000000001"
    assert units.to_json(units.price("0.005/Gi")) == "0.000000000004656612873077392578125"


@given(st.fractions(-(10**6), 10**6))
def test_halves_round_up(x):
    """The nearest integer, and of two equally near ones the greater."""
    assert units.round_half_up(x) == math.floor(x + Fraction(1, 2))


@given(st.decimals(0, 10**12, places=9))
def test_an_amount_in_its_own_smallest_unit_is_whole(value):
    """The decimal places of an amount are enough to write it as an integer."""
    exact = units.amount(value)
    places = units.exponent(exact)
    assert units.scaled(exact, places) == Fraction(exact) * 10**places
    assert places == 0 or units.scaled(exact, places) % 10 != 0


def test_a_decimal_is_shown_as_a_file_says_it():
    """Messages quote what was written, not the class that holds it."""
    assert units.shown(Decimal("1.0000001")) == "1.0000001"
    assert units.shown([Decimal("0.5"), 1]) == "[0.5, 1]"
