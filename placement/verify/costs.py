"""The exact cost of a pair, rounded once.

cost = latency weight × mean RTT in ms + price weight × Σ demand × price × price_factor + carbon weight
× Σ demand × carbon + moves weight × move_cost (had a site and gets another) + the pair's own cost. All
terms are put over one common denominator, added as integers, and rounded to the nearest micro-unit,
halves up.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

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
from placement.verify.latency import Times
from placement.verify.rows import Rows, Use
from placement.verify.rules import valid_agreements

__all__ = ["Costs", "Scales"]


@dataclass(frozen=True, slots=True)
class Scales:
    """How the terms of some routes come over one denominator a route.

    Parameters
    ----------
    mean : ndarray of shape (n_routes, n_sites), int64 or Python integers
        Mean round trips, as `Times` has them.
    per_ns, per_rest, common : ndarray of shape (n_routes,), int64 or Python integers
        Factors of the mean round trip and of all other terms, and the denominator.
    safe : ndarray of shape (n_routes,), bool
        Whether everything stays so small that int64 is wide enough.
    """

    mean: IntArray
    per_ns: IntArray
    per_rest: IntArray
    common: IntArray
    safe: NDArray[np.bool_]


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
        self._rows, self._asked, self._sites = rows, asked, problem.sites
        weights = problem.objective
        self._latency = Fraction(weights.latency)  # 1 ns at weight 1 is one micro-unit
        self._price, self._carbon = Fraction(weights.price), Fraction(weights.carbon)
        self._agreements = valid_agreements(problem) or {}
        self._factors = (
            None if problem.agreements is None else problem.agreements.column("price_factor")
        )
        lines, line_of = self._lines()
        rates = {
            r: [rate for line in lines for rate in self._rates(r, line)]
            for r in rows.resources
            if rows.demand[r].any() or rows.pairs.demand[r].any()
        }
        moves = [Fraction(weights.moves) * cost * MICRO for cost in asked.move_cost[0]]
        pairs = rows.pairs
        terms = [rate for table in rates.values() for rate in table] + moves
        self._denominator = lcm(common_denominator(terms), pairs.cost_denominator)
        self._rate = {
            r: numerators(table, self._denominator).reshape(len(lines), rows.n_sites)[line_of]
            for r, table in rates.items()
            if any(table)
        }
        self._move = numerators(moves, self._denominator)
        factor = self._denominator // pairs.cost_denominator
        kind = type_for(product_bound(largest(pairs.cost), factor))
        self._pair = as_type(pairs.cost, kind) * factor
        self._rest_bound = largest(self._move) + largest(self._pair)
        for r, rate in self._rate.items():
            most = max(largest(rows.demand[r]), largest(pairs.demand[r]))
            self._rest_bound += product_bound(largest(rate), most)
        opening = problem.sites.column("open_cost")
        micro = [round_half_up(Fraction(cost) * MICRO) for cost in opening.distinct()]
        self.opening: IntArray = (
            numerators([Fraction(cost) for cost in micro], 1)[opening.row_codes()]
            if micro
            else np.empty(0, dtype=np.int64)
        )

    def _lines(self) -> tuple[list[tuple[Fraction, ...]], NDArray[np.int64]]:
        """Return different price factors, those of each host, and for each home which of them."""
        hosts = self._sites.column("operator").distinct()
        lines: dict[tuple[Fraction, ...], int] = {}
        line_of = [
            lines.setdefault(tuple(self._factor(home, host) for host in hosts), len(lines))
            for home in self._rows.homes
        ]
        return list(lines), np.array(line_of, dtype=np.int64)

    def _rates(self, resource: str, factors: tuple[Fraction, ...]) -> list[Fraction]:
        """Return what one unit of a resource costs on each site, at the factors of the hosts."""
        price, carbon, host = (self._sites.column(name) for name in ("price", "carbon", "operator"))
        unit = self._rows.unit[resource] * MICRO
        money, air = (
            [weight * unit * Fraction(dict(one).get(resource, 0)) for one in column.distinct()]
            for weight, column in ((self._price, price), (self._carbon, carbon))
        )
        codes = zip(*(column.row_codes().tolist() for column in (price, carbon, host)), strict=True)
        return [factors[h] * money[p] + air[c] for p, c, h in codes]

    def _factor(self, home: str | None, host: str | None) -> Fraction:
        row = self._agreements.get((home, host)) if home is not None and host is not None else None
        return (
            Fraction(1)
            if row is None or self._factors is None or home == host
            else Fraction(self._factors[row])
        )

    def scales(self, times: Times) -> Scales:
        """Bring the mean round trip of some routes, and all other terms, over one denominator a route."""
        means = [self._latency / weight for weight in times.weight]
        common = [lcm(mean.denominator, self._denominator) for mean in means]
        per_ns = [int(mean * one) for mean, one in zip(means, common, strict=True)]
        per_rest = [one // self._denominator for one in common]
        longest = times.mean.max(axis=1, initial=0).tolist()
        safe = [
            type_for(2 * (product_bound(ns, a) + product_bound(self._rest_bound, b)) + c)
            is np.int64
            for ns, a, b, c in zip(longest, per_ns, per_rest, common, strict=True)
        ]
        kind = np.int64 if all(safe) else object
        return Scales(
            times.mean,
            np.array(per_ns, dtype=kind),
            np.array(per_rest, dtype=kind),
            np.array(common, dtype=kind),
            np.array(safe, dtype=np.bool_),
        )

    def micro(
        self, w: NDArray[np.intp], route: NDArray[np.intp], use: Use, scales: Scales
    ) -> IntArray:
        """Return the cost of some pairs of workload and site.

        Parameters
        ----------
        w : ndarray of shape (n_pairs,), intp
            The workloads.
        route : ndarray of shape (n_pairs,), intp
            Which of the routes in `scales` is each one's.
        use : Use
            The sites, and what the workloads use there.
        scales : Scales
            Of some routes.

        Returns
        -------
        ndarray of shape (n_pairs,), int64 or Python integers, micro-units
        """
        safe = scales.safe[route]
        if safe.all():
            return self._rounded(np.int64, w, route, use, scales)
        cost: IntArray = np.zeros(len(w), dtype=object)
        for kind, some in ((np.int64, safe), (object, ~safe)):
            cost[some] = self._rounded(kind, w[some], route[some], use.some(some), scales)
        return cost

    def _rounded(
        self, kind: type, w: NDArray[np.intp], route: NDArray[np.intp], use: Use, scales: Scales
    ) -> IntArray:
        """Add the terms in arrays of one type, and round them."""
        paid: IntArray = np.zeros(len(w), dtype=kind)
        for resource, rate in self._rate.items():
            paid += as_type(use.demand[resource], kind) * as_type(rate[use.home, use.s], kind)
        if self._move.any():
            now = self._asked.site[w]
            moved = np.flatnonzero((now >= 0) & (now != use.s))
            paid[moved] += as_type(self._move[self._asked.move_cost[1][w[moved]]], kind)
        listed, row = self._rows.pairs.at(w, use.s)
        paid[listed] += as_type(self._pair[row], kind)
        per_ns, per_rest, common = (
            as_type(one[route], kind) for one in (scales.per_ns, scales.per_rest, scales.common)
        )
        paid = as_type(scales.mean[route, use.s], kind) * per_ns + paid * per_rest
        rounded: IntArray = (2 * paid + common) // (2 * common)
        return rounded
