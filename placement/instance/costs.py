"""The cost of pairs: an exact fraction, rounded once to the nearest micro-unit, halves up.

All terms of a class are brought to one denominator. Where numerators fit in 64 bits, which is nearly
always, or in 128, a kernel adds them; the others are added as Python's integers.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.instance.classes import Classes
from placement.instance.demand import Demand
from placement.instance.federation import Federation
from placement.instance.paths import Paths
from placement.model.problem import Problem
from placement.units import LIMIT, MICRO, round_half_up

__all__ = ["EXACT", "SMALL", "WIDE", "Costs", "Factors", "Some", "read_costs"]

# How the costs of a key are added up: in 64 bits, in 128, or as Python's integers.
SMALL, WIDE, EXACT = 0, 1, 2
FITS, FITS_WIDE = 2**60, 2**124


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """What the two sums of a cost, that of round trips and that of all other terms, are divided by.

    Parameters
    ----------
    code : ndarray of shape (n_keys,), int64
        Which of the entries below belongs to each key of the paths.
    latency : int
        By which the sum of weights times round trips is multiplied.
    divisor : list of int
        By which it is divided then.
    common : int
        By which the sum of all other terms is divided.
    way : ndarray of shape (n_entries,), uint8
        `SMALL`, `WIDE` or `EXACT`.
    table : ndarray of shape (n_entries, 3), int64
        What a kernel needs. `SMALL`: factors of both sums, and the denominator that they have then.
        `WIDE`: the factor of the first, its divisor and that of the second. `EXACT`: nothing.
    """

    code: NDArray[np.int64]
    latency: int
    divisor: list[int]
    common: int
    way: NDArray[np.uint8]
    table: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Some:
    """Some pairs of classes and sites.

    Parameters
    ----------
    of_class, site : ndarray of shape (n,), int64
        The pairs.
    amount : ndarray of shape (n, n_resources), int64
        What each uses.
    special : ndarray of shape (n,), int64
        Number of the special pair that it is, or -1.
    """

    of_class: NDArray[np.int64]
    site: NDArray[np.int64]
    amount: NDArray[np.int64]
    special: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """The terms of the cost.

    Parameters
    ----------
    factors : Factors
        Of the terms.
    rate : ndarray of shape (n_homes, n_sites, n_resources), int64 or object
        Micro-units for one unit of each resource: price and carbon.
    move : ndarray of shape (n_classes,), int64 or object
        Micro-units for getting another site.
    now : ndarray of shape (n_classes,), int64
        Where the class runs, -1 for nowhere.
    pair : ndarray of shape (n_values,), int64 or object
        Micro-units added to special pairs: the different amounts.
    demand : Demand
        What the classes use.
    paths : Paths
        Their round trips.
    """

    factors: Factors
    rate: NDArray[Any]
    move: NDArray[Any]
    now: NDArray[np.int64]
    pair: NDArray[Any]
    demand: Demand
    paths: Paths

    def of(self, some: Some) -> NDArray[np.int64]:
        """Return the cost of some pairs; micro-units."""
        key = self.paths.key[some.of_class]
        code = self.factors.code[key]
        is_small = bool((self.factors.way[code] == SMALL).all())
        kind = np.int64 if is_small else object
        weighted = self.paths.weighted_at(key, some.site).astype(kind)
        rest = self._rest(some, kind)
        if is_small:
            by_latency, by_rest, whole = self.factors.table[code].T
            doubled = 2 * (by_latency * weighted + by_rest * rest)
            made: NDArray[np.int64] = (doubled + whole) // (2 * whole)
            return made
        terms = zip(code.tolist(), weighted.tolist(), rest.tolist(), strict=True)
        return np.array([self._rounded(*one) for one in terms], np.int64)

    def _rest(self, some: Some, kind: type[Any]) -> NDArray[Any]:
        """Return the numerators of all terms but the latency."""
        home = self.demand.home[some.of_class]
        moved = (self.now[some.of_class] >= 0) & (self.now[some.of_class] != some.site)
        rest = np.where(moved, self.move[some.of_class], 0).astype(kind)
        for r in range(some.amount.shape[1]):
            if self.rate[:, :, r].any():
                rest += some.amount[:, r].astype(kind) * self.rate[home, some.site, r]
        if len(self.pair):
            added = self.pair[self.demand.pair_code[some.special]]
            rest += np.where(some.special >= 0, added, 0).astype(kind)
        return rest

    def _rounded(self, code: int, weighted: int, rest: int) -> int:
        """Add the terms as Python's integers."""
        mean = Fraction(self.factors.latency * weighted, self.factors.divisor[code])
        return round_half_up(mean + Fraction(rest, self.factors.common))


def read_costs(
    problem: Problem, classes: Classes, federation: Federation, demand: Demand, paths: Paths
) -> Costs:
    """Bring the terms of a problem's cost to one denominator."""
    most = np.maximum(
        demand.amount.max(axis=0, initial=0), demand.pair_amount.max(axis=0, initial=0)
    ).tolist()
    rates, rate_of = _rates(problem, federation, demand, most)
    moving = Fraction(problem.objective.moves) * MICRO
    column = problem.workloads.column("move_cost").take(classes.first)
    moves = [Fraction(one) * moving for one in column.distinct()] if moving else []
    terms = rates, moves, demand.pair_cost
    common = math.lcm(*{one.denominator for some in terms for one in some})
    rate, move, pair = (_whole(some, common) for some in terms)
    n_factors = int(rate_of.max(initial=-1)) + 1
    rate = rate.reshape(n_factors, len(federation.sites), len(federation.resources))
    largest = None
    if object not in (rate.dtype, move.dtype, pair.dtype):
        by_resource = rate.max(axis=(0, 1), initial=0).tolist()
        largest = sum(amount * one for amount, one in zip(most, by_resource, strict=True))
        largest += int(move.max(initial=0)) + int(pair.max(initial=0))
    places = {one.id: s for s, one in enumerate(federation.sites)}
    return Costs(
        factors=_factors(Fraction(problem.objective.latency), common, paths, largest),
        rate=rate[rate_of, np.arange(len(federation.sites))],
        move=move[column.row_codes()] if moving else np.zeros(len(classes.first), np.int64),
        now=problem.workloads.column("site").take(classes.first).map(places.__getitem__, -1),
        pair=pair,
        demand=demand,
        paths=paths,
    )


def _factors(latency: Fraction, common: int, paths: Paths, largest: int | None) -> Factors:
    """Choose for each sum of weights how costs are added up.

    `largest` bounds the sum of all terms but the latency; None where some of them pass 64 bits.
    """
    totals, code = np.unique(paths.total_weight, return_inverse=True)
    slowest = int(paths.rtt.max(initial=0))
    divisors = [latency.denominator * total for total in totals.tolist()]
    way = np.full(len(totals), EXACT, np.uint8)
    table = np.zeros((len(totals), 3), np.int64)
    for i, total in enumerate(totals.tolist() if largest is not None else ()):
        divisor, weighted = divisors[i], total * slowest
        scale = math.lcm(common, divisor)
        factors = latency.numerator * (scale // divisor), scale // common, scale
        wide = latency.numerator, divisor, common
        rest = largest or 0
        if max(factors[0] * weighted + factors[1] * rest, scale) < FITS:
            way[i], table[i] = SMALL, factors
        elif max(wide[0] * weighted, rest) < FITS_WIDE and max(*wide, total) < LIMIT:
            way[i], table[i] = WIDE, wide
    return Factors(code.astype(np.int64), latency.numerator, divisors, common, way, table)


def _whole(fractions: Any, denominator: int) -> NDArray[Any]:
    """Return fractions over a denominator: int64, or Python's integers where one is above 2**62."""
    made = [one.numerator * (denominator // one.denominator) for one in fractions]
    return np.array(made, np.int64 if max(made, default=0) < LIMIT else object)


def _rates(
    problem: Problem, federation: Federation, demand: Demand, most: list[int]
) -> tuple[list[Fraction], NDArray[np.int64]]:
    """Return what a unit of each resource costs.

    Parameters
    ----------
    most : list of int
        Of each resource, what somebody uses; where that is nothing, the rate is 0.

    Returns
    -------
    rates : list of Fraction, micro-units
        For each factor on prices, site and resource.
    rate_of : ndarray of shape (n_homes, n_sites), int64
        The factor of each.
    """
    sites = federation.sites
    hosts = list(dict.fromkeys(one.operator for one in sites))
    factors: dict[Fraction, int] = {}
    by_host = [
        [factors.setdefault(federation.price_factor(home, host), len(factors)) for host in hosts]
        for home in demand.homes
    ]
    weights = Fraction(problem.objective.price), Fraction(problem.objective.carbon)
    units_of = [Fraction(MICRO, 10 ** problem.unit_exponent(one)) for one in federation.resources]
    terms = [
        tuple(
            weight * Fraction((table or {}).get(resource, 0)) * unit if used else Fraction(0)
            for weight, table in zip(weights, (site.price, site.carbon), strict=True)
        )
        for site in sites
        for resource, unit, used in zip(federation.resources, units_of, most, strict=True)
    ]
    rates = [factor * price + carbon for factor in factors for price, carbon in terms]
    host_of = np.array([hosts.index(one.operator) for one in sites], np.int64)
    codes = np.array(by_host, np.int64).reshape(len(demand.homes), len(hosts))
    return rates, codes[:, host_of]
