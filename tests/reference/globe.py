"""The great circle in forty digits."""

import math
from decimal import Decimal, localcontext

RADIUS = Decimal(637100880)  # cm
PI = Decimal("3.141592653589793238462643383279502884197169")


def distance_cm(lat1: float, lon1: float, lat2: float, lon2: float) -> Decimal:
    """Return the distance of two points in centimetres."""
    with localcontext(prec=40):
        a, b = unit_vector(lat1, lon1), unit_vector(lat2, lon2)
        sine = sum(((a[i - 2] * b[i - 1] - a[i - 1] * b[i - 2]) ** 2 for i in range(3)), Decimal(0))
        sine = sine.sqrt()
        cosine = sum((p * q for p, q in zip(a, b, strict=True)), Decimal(0))
        # A float that is near the angle, and what is missing: the sine of the difference is as good
        # as the difference.
        near = Decimal(math.atan2(sine, cosine))
        return RADIUS * (near + sine * _cosine(near) - cosine * _sine(near))


def unit_vector(lat: float, lon: float) -> list[Decimal]:
    """Return the parts towards 0° N 0° E, 0° N 90° E and the north pole."""
    with localcontext(prec=40):
        phi, lam = (Decimal(angle) * PI / 180 for angle in (lat, lon))
        return [_cosine(phi) * _cosine(lam), _cosine(phi) * _sine(lam), _sine(phi)]


def _sine(angle: Decimal) -> Decimal:
    return _series(angle, angle, 1)


def _cosine(angle: Decimal) -> Decimal:
    return _series(angle, Decimal(1), 0)


def _series(angle: Decimal, term: Decimal, power: int) -> Decimal:
    total = Decimal(0)
    while total + term != total:
        total += term
        power += 2
        term *= -angle * angle / (power * (power - 1))
    return total
