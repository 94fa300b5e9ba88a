"""The exact cost of a pair, rounded once.

cost = latency weight × mean RTT in ms + price weight × Σ demand × price × price_factor + carbon weight
× Σ demand × carbon + moves weight × move_cost (had a site and gets another) + the pair's own cost. All
terms are put over one common denominator, added as integers, and rounded to the nearest micro-unit,
halves up.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.model.problem import Problem
from placement.units import MICRO, round_half_up
from placement.verify.classes import Asked
from placement.verify.exact import (
    IntArray,
    as_type,
    common_denominator,
    largest,
    numerators,
    product_bound,
    type_for,
)
from placement.verify.latency import Rtt
from placement.verify.rows import Rows, Use
from placement.verify.rules import valid_agreements

__all__ = ["Costs", "Rates"]


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of each resource costs a customer on each site.

    Parameters
    ----------
    rate : dict of str to ndarray of shape (n_sites,)
        By resource, in micro-units times `denominator`.
    denominator : int
        What the rates are counted in.
    """

    rate: dict[str, IntArray]
    denominator: int


class Costs:
    """The costs of one problem.

    Parameters
    ----------
    problem : Problem
        Whose weights, prices and pairs are read.
    rows : Rows
        Its amounts in whole units.
    asked : Asked
        What its workloads ask for.
    """

    def __init__(self, problem: Problem, rows: Rows, asked: Asked) -> None:
        self._rows, self._asked = rows, asked
        weights = problem.objective
        self._latency = Fraction(weights.latency)  # 1 ns at weight 1 is one micro-unit
        self._price, self._carbon = Fraction(weights.price), Fraction(weights.carbon)
        moves = [Fraction(weights.moves) * cost * MICRO for cost in asked.move_cost[0]]
        self._move_denominator = common_denominator(moves)
        self._moves = numerators(moves, self._move_denominator)
        self._sites = problem.sites
        self._agreements = valid_agreements(problem) or {}
        self._factors = (
            None if problem.agreements is None else problem.agreements.column("price_factor")
        )
        self._rates: dict[str | None, Rates] = {}
        opening = problem.sites.column("open_cost")
        micro = [round_half_up(Fraction(cost) * MICRO) for cost in opening.distinct()]
        self.opening: IntArray = (
            numerators([Fraction(cost) for cost in micro], 1)[opening.row_codes()]
            if micro
            else np.empty(0, dtype=np.int64)
        )

    def rates(self, home: str | None) -> Rates:
        """Return the price and carbon rates for customers of one home operator."""
        if home not in self._rates:
            self._rates[home] = self._rates_of(home)
        return self._rates[home]

    def _rates_of(self, home: str | None) -> Rates:
        price, carbon, host = (self._sites.column(name) for name in ("price", "carbon", "operator"))
        kinds: dict[tuple[Any, ...], int] = {}  # the rates of sites that agree in all three
        codes = zip(price.row_codes(), carbon.row_codes(), host.row_codes(), strict=True)
        kind_of = [kinds.setdefault(kind, len(kinds)) for kind in codes]
        table: dict[str, list[Fraction]] = {resource: [] for resource in self._rows.resources}
        for price_code, carbon_code, host_code in kinds:
            money, air = dict(price.value(int(price_code))), dict(carbon.value(int(carbon_code)))
            factor = self._factor(home, host.value(int(host_code)))
            for resource, rates in table.items():
                rate = self._price * factor * Fraction(money.get(resource, 0))
                rate += self._carbon * Fraction(air.get(resource, 0))
                rates.append(rate * self._rows.unit[resource] * MICRO)
        table = {resource: rates for resource, rates in table.items() if any(rates)}
        denominator = common_denominator(rate for rates in table.values() for rate in rates)
        return Rates(
            {r: numerators(rates, denominator)[kind_of] for r, rates in table.items()}, denominator
        )

    def _factor(self, home: str | None, host: str | None) -> Fraction:
        row = self._agreements.get((home, host)) if home is not None and host is not None else None
        return (
            Fraction(1)
            if row is None or self._factors is None or home == host
            else Fraction(self._factors[row])
        )

    def micro(
        self, home: str | None, w: NDArray[np.intp], sites: NDArray[np.intp], rtt: Rtt, use: Use
    ) -> IntArray:
        """Return the cost of every pair of some workloads of one home and route with some sites.

        Parameters
        ----------
        home : str or None
            Their home operator.
        w : ndarray of shape (n_workloads,), intp
            The workloads.
        sites : ndarray of shape (n_sites,), intp
            The sites.
        rtt : Rtt
            Their round-trip times, to all sites of the problem.
        use : Use
            What they use on these sites.

        Returns
        -------
        ndarray of shape (n_workloads, n_sites), int64 or Python integers, micro-units
        """
        rates, pairs, asked = self.rates(home), self._rows.pairs, self._asked
        mean, position = self._latency / rtt.weight, np.full(len(self._sites), -1, dtype=np.intp)
        position[sites] = np.arange(len(sites))
        i, j, row = pairs.within(w, position)
        moves = self._moves[asked.move_cost[1][w]]
        common = lcm(
            mean.denominator, rates.denominator, self._move_denominator, pairs.cost_denominator
        )
        per_ns, per_rate = int(mean * common), common // rates.denominator
        per_move, per_pair = common // self._move_denominator, common // pairs.cost_denominator

        bound = product_bound(largest(rtt.mean), per_ns) + product_bound(largest(moves), per_move)
        bound += product_bound(largest(pairs.cost[row]), per_pair)
        for resource, rate in rates.rate.items():
            bound += product_bound(largest(rate), largest(use.demand[resource]), per_rate)
        kind = type_for(2 * bound + common)

        cost = np.zeros((len(w), len(sites)), dtype=kind)
        cost += as_type(rtt.mean[sites], kind) * per_ns
        for resource, rate in rates.rate.items():
            cost += as_type(use.demand[resource], kind) * (as_type(rate[sites], kind) * per_rate)
        cost += self._moving(w, position, as_type(moves, kind) * per_move, len(sites))
        cost[i, j] += as_type(pairs.cost[row], kind) * per_pair
        return cost if common == 1 else (2 * cost + common) // (2 * common)

    def _moving(
        self, w: NDArray[np.intp], position: NDArray[np.intp], cost: IntArray, n_sites: int
    ) -> IntArray:
        """Return what it costs workload w[i] to get the site at position j: nothing where it runs now."""
        now = self._asked.site[w]
        paid = np.where(now >= 0, cost, cost * 0)[:, None].repeat(n_sites, axis=1)
        stays = np.flatnonzero(now >= 0)
        here = position[now[stays]]
        paid[stays[here >= 0], here[here >= 0]] = 0
        return paid
