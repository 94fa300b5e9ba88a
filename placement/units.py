"""Numbers as people write them, and the exact integers that decide.

An amount is exact: an `int`, or a `Decimal` where it has a fraction. A float stands for its shortest
decimal, so 0.1 is one tenth. Measured values round up and limits round down: no conversion loosens a
bound or creates capacity.
"""

import decimal
import math
import numbers
import re
import reprlib
from decimal import Decimal
from fractions import Fraction

__all__ = [
    "LIMIT",
    "MICRO",
    "NS_PER_MS",
    "Amount",
    "amount",
    "exact_ms",
    "exponent",
    "ns_down",
    "ns_up",
    "number",
    "price",
    "round_half_up",
    "scaled",
    "text",
    "to_json",
]

Amount = int | Decimal

LIMIT = 2**62
MICRO = 1_000_000
NS_PER_MS = 1_000_000

# Wide enough for any amount below LIMIT divided by 2**60, so that nothing is rounded in passing.
EXACT = decimal.Context(
    prec=400, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[decimal.Inexact]
)
FINEST = -100  # the exponent of the smallest decimal place that a number may have
LARGEST = 40  # digits before the point: far above LIMIT, far below what hurts

BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
QUANTITY = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"
    r"(?P<suffix>Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]+|)"
)
PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
MOST_CHARACTERS = 200


def reduced(value: Decimal) -> Amount:
    """Return the same number as an int where it is one, else without trailing zeros."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a finite number")
    if value and (value.adjusted() >= LARGEST or value.as_tuple().exponent < FINEST):  # type: ignore[operator]
        raise ValueError(f"{value:.6g} is out of range; expected 1e-100 to 1e40, or 0")
    if value == value.to_integral_value():
        return int(value)
    return EXACT.normalize(value)


def number(value: object) -> Amount:
    """Return a number exactly.

    Parameters
    ----------
    value : int, float or Decimal
        A float stands for its shortest decimal. Numbers of numpy are welcome, booleans are not.

    Returns
    -------
    int or Decimal
        An int where the number is whole.

    Raises
    ------
    ValueError
        If it is no number, not finite, or has more than 100 decimal places.

    Examples
    --------
    >>> from placement.units import number
    >>> number(0.1), number(5.0)
    (Decimal('0.1'), 5)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**LARGEST:
            raise ValueError("a number of more than 40 digits is out of range")
        return int(value)
    if isinstance(value, Decimal):
        return reduced(value)
    if isinstance(value, float):
        return reduced(Decimal(repr(float(value))))
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return number(int(value))
    if isinstance(value, numbers.Real) and not isinstance(value, bool | Fraction):
        return reduced(Decimal(str(value)))  # numpy's narrow floats: shortest at their own width
    raise ValueError(f"{shown(value)} is not a number")


def amount(value: object) -> Amount:
    """Return an amount exactly.

    Parameters
    ----------
    value : int, float, Decimal or str
        A number, or a Kubernetes quantity such as ``"500m"``, ``"2Gi"`` or ``"1e3"``.

    Returns
    -------
    int or Decimal
        An int where the amount is whole.

    Raises
    ------
    ValueError
        If it is neither, or negative.

    References
    ----------
    Kubernetes API machinery, ``resource.Quantity``, the grammar in its documentation.

    Examples
    --------
    >>> from placement.units import amount
    >>> amount("500m"), amount("2Gi")
    (Decimal('0.5'), 2147483648)
    """
    parsed = quantity(value) if isinstance(value, str) else number(value)
    if parsed < 0:
        raise ValueError(f"{shown(value)} is negative; expected an amount ≥ 0")
    return parsed


def quantity(value: str) -> Amount:
    """Return the number that a Kubernetes quantity stands for."""
    match = QUANTITY.fullmatch(value) if len(value) <= MOST_CHARACTERS else None
    if match is None:
        raise ValueError(
            f"{shown(value)} is not a quantity; expected such as 8, 0.5, 500m, 2Gi or 1e3"
        )
    digits, suffix = Decimal(match["number"]), match["suffix"]
    if suffix in BINARY:
        return reduced(EXACT.multiply(digits, Decimal(2 ** BINARY[suffix])))
    if suffix in DECIMAL:
        return reduced(digits.scaleb(DECIMAL[suffix], EXACT))
    power = int(suffix[1:])
    if abs(power) > LARGEST - FINEST:
        raise ValueError(f"{shown(value)} is out of range; expected 1e-100 to 1e40, or 0")
    return reduced(digits.scaleb(power, EXACT))


def price(value: object) -> Amount:
    """Return the money for one unit of a resource.

    Parameters
    ----------
    value : int, float, Decimal or str
        A number, or a number per unit such as ``"0.005/Gi"``.

    Returns
    -------
    int or Decimal
        Per 1 of the resource, exactly.

    Raises
    ------
    ValueError
        If it is neither, or negative.

    Examples
    --------
    >>> from placement.units import price
    >>> price("1024/Ki"), price("2/m")
    (1, 2000)
    """
    if isinstance(value, str):
        money, slash, unit = value.partition("/")
        if not PLAIN.fullmatch(money) or len(value) > MOST_CHARACTERS or (slash and not unit):
            raise ValueError(f'{shown(value)} is not a price; expected such as 0.04 or "0.005/Gi"')
        parsed = reduced(Decimal(money))
        if unit in BINARY:
            parsed = reduced(EXACT.divide(Decimal(parsed), Decimal(2 ** BINARY[unit])))
        elif unit in DECIMAL:
            parsed = reduced(Decimal(parsed).scaleb(-DECIMAL[unit], EXACT))
        else:
            raise ValueError(
                f"{shown(value)} has no unit {shown(unit)}; expected one of m k M G Ki Mi Gi …"
            )
    else:
        parsed = number(value)
    if parsed < 0:
        raise ValueError(f"{shown(value)} is negative; expected a price ≥ 0")
    return parsed


def shown(value: object) -> str:
    """Return a value as an error message shows it: quoted if text, never long, fit for a terminal.

    Takes the same time for any value, however large, deep or entangled.
    """
    if isinstance(value, str):
        quoted = f'"{printable(value[:60])}"'
        whole = len(value) <= 58
    else:
        quoted = printable(BRIEF.repr(value))
        whole = True
    return quoted if whole and len(quoted) <= 60 else quoted[:57] + "…"


def printable(characters: str) -> str:
    """Return text with escapes in place of what would move the cursor or cannot be encoded."""
    if characters.isprintable():
        return characters
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in characters
    )


class Brief(reprlib.Repr):
    """A `repr` that looks at the beginning of a value only."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = 12
        self.maxstring = self.maxother = 80

    def repr_int(self, value: int, _: int) -> str:
        """Show an integer, unless it takes long to write down."""
        return repr(value) if value.bit_length() < 400 else "an integer of more than 100 digits"

    def repr_Decimal(self, value: Decimal, _: int) -> str:  # noqa: N802 (reprlib asks for the class)
        """Show a decimal as a file says it."""
        return str(value)


BRIEF = Brief()


def text(value: Amount) -> str:
    """Return an amount in plain decimal digits, the same for equal amounts."""
    return str(value) if isinstance(value, int) else format(value, "f")


def to_json(value: Amount) -> int | float | str:
    """Return an amount as JSON holds it: a float where that is read back as the very same number.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from placement.units import to_json
    >>> to_json(Decimal("0.5")), to_json(Decimal("0.1000000000000000000001"))
    (0.5, '0.1000000000000000000001')
    """
    if isinstance(value, int):
        return value
    near = float(value)
    return near if Decimal(repr(near)) == value else text(value)


def ns_up(ms: Amount) -> int:
    """Return whole nanoseconds, rounded up: for what was measured."""
    return (
        ms * NS_PER_MS if isinstance(ms, int) else math.ceil(EXACT.multiply(ms, Decimal(NS_PER_MS)))
    )


def ns_down(ms: Amount) -> int:
    """Return whole nanoseconds, rounded down: for limits."""
    return (
        ms * NS_PER_MS
        if isinstance(ms, int)
        else math.floor(EXACT.multiply(ms, Decimal(NS_PER_MS)))
    )


def exact_ms(ns: int) -> str:
    """Return whole nanoseconds as milliseconds with all six places.

    Examples
    --------
    >>> from placement.units import exact_ms
    >>> exact_ms(9_200_001)
    '9.200001'
    """
    return f"{ns // NS_PER_MS}.{ns % NS_PER_MS:06d}"


def exponent(value: Amount) -> int:
    """Return how many decimal places an amount has."""
    return 0 if isinstance(value, int) else max(0, -value.as_tuple().exponent)  # type: ignore[operator]


def scaled(value: Amount, places: int) -> int:
    """Return an amount in units of 10**-places; it must have no more places than that."""
    if isinstance(value, int):
        return value * int(10**places)
    return int(value.scaleb(places, EXACT))


def round_half_up(value: Fraction) -> int:
    """Return the nearest integer, halves up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
