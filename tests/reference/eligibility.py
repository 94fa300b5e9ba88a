"""Who may run where, what it costs and what it uses, class by class and site by site, in plain Python.

A set of sites is a Python set. The functions are named as the kernels are.
"""

from fractions import Fraction
from math import floor


def keep_wished(wishes, allowed):
    """Return the sites that are in `allowed` for each wish."""
    return set.intersection(*(allowed[wish] for wish in wishes))


def keep_near(sites, times, bound):
    """Return the sites that every origin reaches within the bound; `times` has a list an origin."""
    return {s for s in sites if all(one[s] >= 0 for one in times)} & {
        s for s in sites if max((one[s] for one in times), default=0) <= bound
    }


def keep_roomy(sites, amounts, room):
    """Return the sites where no amount is above what there is; `room` has a list a site."""
    return {s for s in sites if all(a <= b for a, b in zip(amounts, room[s], strict=True))}


def price_pair(trips, by_latency, amounts, rates, moving, by_rest):
    """Return the cost of a pair, exactly and then rounded, halves up.

    `trips` are (weight, round trip) of each origin; `by_latency` and `by_rest` the fractions by which
    their sum and that of all other terms are multiplied.
    """
    rest = moving + sum(a * b for a, b in zip(amounts, rates, strict=True))
    total = by_latency * sum(weight * rtt for weight, rtt in trips) + by_rest * rest
    return floor(total + Fraction(1, 2))


def list_uses(pairs, lists, row_of):
    """Return for each (list, site) the (row, amount) of each (kind, amount) with a row there."""
    return [
        [(row_of[s][kind], amount) for kind, amount in lists[one] if row_of[s][kind] >= 0]
        for one, s in pairs
    ]
