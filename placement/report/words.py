"""Numbers as people read them."""

from collections.abc import Mapping
from fractions import Fraction

from placement.model.plan import Limit, Plan
from placement.units import MICRO

__all__ = ["amount", "count", "gap", "money", "reasons", "share", "stopped", "unplaced_bound"]

BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
BINARY_FROM = 2**20  # nothing but bytes comes in such numbers


def amount(value: float) -> str:
    """Return an amount in three or four digits.

    Examples
    --------
    >>> from placement.report.words import amount
    >>> amount(64), amount(208 * 2**30), amount(0.25)
    ('64', '208 Gi', '0.25')
    """
    if abs(value) < BINARY_FROM:
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    power = 0
    while abs(value) >= 1024 and power < len(BINARY) - 1:
        value, power = value / 1024, power + 1
    return f"{value:,.1f}".rstrip("0").rstrip(".") + f" {BINARY[power]}"


def count(value: int) -> str:
    """Return a whole number with commas."""
    return f"{value:,}"


def money(micro: int) -> str:
    """Return a cost with two places, one that is above zero never as zero.

    Examples
    --------
    >>> from placement.report.words import money
    >>> money(9_200_000), money(12_345_678_900), money(1)
    ('9.2', '12,345.68', '0.000001')
    """
    places = 2 if micro == 0 or abs(micro) >= MICRO // 100 else 6
    return f"{micro / MICRO:,.{places}f}".rstrip("0").rstrip(".") or "0"


def gap(value: Fraction | None) -> str:
    """Return a gap in per cent, rounded up: it is never told better than it is.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from placement.report.words import gap
    >>> gap(Fraction(1, 3000)), gap(Fraction(0)), gap(None)
    ('0.04 %', '0 %', '–')
    """
    if value is None:
        return "–"
    hundredths = -(-value.numerator * 10_000 // value.denominator)
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".") + " %"


def share(value: float) -> str:
    """Return a share in whole per cent; what is nearly full is not called full."""
    percent = round(value * 100)
    return "99 %" if percent == 100 and value < 1 else f"{percent} %"


def reasons(counts: Mapping[str, int]) -> str:
    """Return how many sites each reason rules out, the largest first."""
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{n:,} {reason}" for reason, n in ordered) or "no site"


def stopped(limit: Limit | None) -> str:
    """Return what ended a search before it was done, "" if nothing did."""
    if limit is None:
        return ""
    return "cancelled" if limit is Limit.CANCEL else f"stopped by its {limit} limit"


def unplaced_bound(plan: Plan) -> str:
    """Return how much priority any plan leaves out, beside what this one does."""
    if plan.bound.unplaced == plan.objective.unplaced:
        return f"{plan.objective.unplaced:,}, the least possible"
    return f"{plan.objective.unplaced:,}, at least {plan.bound.unplaced:,} in any plan"
