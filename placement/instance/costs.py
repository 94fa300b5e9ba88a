"""The cost of pairs: an exact fraction, rounded once to the nearest micro-unit, halves up.

All terms of a class are brought to one denominator. Where numerators fit in 64 bits, which is nearly
always, they are added as arrays; the others are added as Python's integers.
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
from placement.units import MICRO, round_half_up

__all__ = ["Costs", "read_costs"]

SAFE = 2.0**60


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """The terms of the cost, over one denominator.

    Parameters
    ----------
    latency : Fraction
        Weight of a nanosecond, in micro-units.
    denominator : int
        Of all integers below.
    rate : ndarray of shape (n_homes, n_sites, n_resources), object
        Micro-units for one unit of each resource: price and carbon.
    move : ndarray of shape (n_classes,), object
        Micro-units for getting another site.
    now : ndarray of shape (n_classes,), int64
        Where the class runs, -1 for nowhere.
    pair : ndarray of shape (n_values,), object
        Micro-units added to special pairs: the different amounts.
    demand : Demand
        What the classes use.
    paths : Paths
        Their round trips.
    """

    latency: Fraction
    denominator: int
    rate: NDArray[Any]
    move: NDArray[Any]
    now: NDArray[np.int64]
    pair: NDArray[Any]
    demand: Demand
    paths: Paths

    def of(
        self,
        of_class: NDArray[np.int64],
        site: NDArray[np.int64],
        weighted: NDArray[Any],
        amount: NDArray[np.int64],
        special: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """Return the cost of some pairs.

        Parameters
        ----------
        of_class, site : ndarray of shape (n,), int64
            The pairs.
        weighted : ndarray of shape (n,), int64 or object, ns
            Sum of weight times round trip.
        amount : ndarray of shape (n, n_resources), int64
            What each uses.
        special : ndarray of shape (n,), int64
            Number of the special pair that it is, or -1.

        Returns
        -------
        ndarray of shape (n,), int64, micro-units
        """
        key = self.paths.key[of_class]
        scale, by_latency, by_rest = self._scales()
        home = self.demand.home[of_class]
        moved = (self.now[of_class] >= 0) & (self.now[of_class] != site)
        terms = (key, home, of_class, site, weighted, amount, special, moved)
        if not self._is_small(scale, by_latency, by_rest, terms):
            return self._exact(scale, by_latency, by_rest, terms)
        factors = (np.array(f, np.int64) for f in (by_latency, by_rest, scale))
        for_latency, for_rest, whole = (f[0] if (f == f[0]).all() else f[key] for f in factors)
        doubled = 2 * (for_latency * weighted + for_rest * self._rest(terms))
        made: NDArray[np.int64] = (doubled + whole) // (2 * whole)
        return made

    def _scales(self) -> tuple[list[int], list[int], list[int]]:
        """Return for each key of the paths the denominator, and the factors of the two kinds of term."""
        made: tuple[list[int], list[int], list[int]] = [], [], []
        cached: dict[int, tuple[int, int, int]] = {}
        for total in self.paths.total_weight.tolist():
            if total not in cached:
                divisor = self.latency.denominator * total
                common = math.lcm(self.denominator, divisor)
                cached[total] = (
                    common,
                    self.latency.numerator * (common // divisor),
                    common // self.denominator,
                )
            for factors, one in zip(made, cached[total], strict=True):
                factors.append(one)
        return made

    def _is_small(
        self, scale: list[int], by_latency: list[int], by_rest: list[int], terms: Any
    ) -> bool:
        """Return whether every numerator and denominator is sure to fit in 64 bits."""
        weighted, amount = terms[4], terms[5]
        if weighted.dtype == object or not len(weighted):
            return False
        rest = _largest(self.move) + _largest(self.pair)
        for r, most in enumerate(amount.max(axis=0, initial=0).tolist()):
            rest += float(most) * _largest(self.rate[:, :, r])
        largest = max(by_latency) * float(weighted.max()) + max(by_rest) * rest
        return max(largest, float(max(scale))) < SAFE

    def _rest(self, terms: Any) -> NDArray[np.int64]:
        """Return the numerators of all terms but the latency; they are known to be small."""
        _, home, of_class, site, _, amount, special, moved = terms
        rest = np.zeros(len(site), np.int64)
        if self.move.any():
            rest += np.where(moved, self.move.astype(np.int64)[of_class], 0)
        for r in range(amount.shape[1]):
            if self.rate[:, :, r].any():
                rate = np.minimum(self.rate[:, :, r], 2**62).astype(np.int64)
                rest += amount[:, r] * (rate[0, site] if len(rate) == 1 else rate[home, site])
        if len(self.pair):
            added = self.pair.astype(np.int64)[self.demand.pair_code[special]]
            rest += np.where(special >= 0, added, 0)
        return rest

    def _exact(
        self, scale: list[int], by_latency: list[int], by_rest: list[int], terms: Any
    ) -> NDArray[np.int64]:
        """Add the terms as Python's integers."""
        key, home, of_class, site, weighted, amount, special, moved = terms
        made = []
        for i, k in enumerate(key.tolist()):
            rates = self.rate[home[i], site[i]]
            rest = sum(int(a) * r for a, r in zip(amount[i], rates, strict=True))
            rest += self.move[of_class[i]] if moved[i] else 0
            rest += self.pair[self.demand.pair_code[special[i]]] if special[i] >= 0 else 0
            made.append(
                round_half_up(
                    Fraction(by_latency[k] * int(weighted[i]) + by_rest[k] * rest, scale[k])
                )
            )
        return np.array(made, np.int64)


def _largest(table: NDArray[Any]) -> float:
    return float(max(table.ravel().tolist(), default=0))


def read_costs(
    problem: Problem, classes: Classes, federation: Federation, demand: Demand, paths: Paths
) -> Costs:
    """Bring the terms of a problem's cost to one denominator."""
    objective = problem.objective
    rate = np.array(_rates(problem, federation, demand), object)
    shape = len(demand.homes), len(federation.sites), len(federation.resources)
    moving = Fraction(objective.moves) * MICRO
    column = problem.workloads.column("move_cost").take(classes.first)
    codes = column.row_codes()
    moves = np.array([Fraction(one) * moving for one in column.distinct()], object)
    denominators = {
        one.denominator for table in (rate.ravel(), moves, demand.pair_cost) for one in table
    }
    common = math.lcm(1, *denominators)
    places = {one.id: s for s, one in enumerate(federation.sites)}
    return Costs(
        latency=Fraction(objective.latency),
        denominator=common,
        rate=_whole(rate.ravel(), common).reshape(shape),
        move=_whole(moves, common)[codes],
        now=problem.workloads.column("site").take(classes.first).map(places.__getitem__, -1),
        pair=_whole(demand.pair_cost, common),
        demand=demand,
        paths=paths,
    )


def _whole(fractions: Any, denominator: int) -> NDArray[Any]:
    made = np.empty(len(fractions), object)
    made[:] = [one.numerator * (denominator // one.denominator) for one in fractions]
    return made


def _rates(problem: Problem, federation: Federation, demand: Demand) -> list[list[list[Fraction]]]:
    objective = problem.objective
    price_weight, carbon_weight = Fraction(objective.price), Fraction(objective.carbon)
    units_of = [Fraction(MICRO, 10 ** problem.unit_exponent(one)) for one in federation.resources]
    made = []
    for home in demand.homes:
        rows = []
        for site in federation.sites:
            factor = federation.price_factor(home, site.operator) * price_weight
            price, carbon = site.price or {}, site.carbon or {}
            rows.append(
                [
                    (
                        factor * Fraction(price.get(one, 0))
                        + carbon_weight * Fraction(carbon.get(one, 0))
                    )
                    * unit
                    for one, unit in zip(federation.resources, units_of, strict=True)
                ]
            )
        made.append(rows)
    return made
