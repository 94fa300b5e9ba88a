"""What prices of the rows prove: a bound that no plan can be better than.

For any prices π ≥ 0 of the rows and μ ≥ 0 of the unplaced priority, no plan that leaves at most U
unplaced costs less than

    Σ_w min(μ·priority_w, min_s (c_ws + Σ_r π_r·a_wsr))
      + Σ_s min(0, open_s - Σ_{r of s} π_r·b_r) - Σ_{r of no site} π_r·b_r - μ·U

(Lagrangian duality: in any plan that keeps the rows each workload pays at least its term, each site at
least its own, and what the prices add for the rows is no more than what is taken off for their limits.)
The bound of the unplaced priority is the same with c = open = 0, μ = 1 and no U. Everything is counted
in 1/scale of a micro-unit (or of a point of priority), where `scale` makes every price of one whole
unit of a row an integer; only the end result is rounded, up, since both objectives are whole numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.verify.exact import IntArray, as_type, largest, product_bound, total, type_for
from placement.verify.moves import MoveDuals
from placement.verify.rows import Rows, Trade, Use

__all__ = ["Bounding", "Duals"]


@dataclass(frozen=True, slots=True)
class Duals:
    """The prices of a certificate, checked, as whole numbers over `scale`.

    Parameters
    ----------
    scale : int
        What everything here is counted in.
    mu : int
        Price of a point of unplaced priority.
    capacity, bandwidth : mapping of str to ndarray of shape (n_sites,)
        Price of one unit of a resource, or of a slice's bandwidth; absent where it is 0 everywhere.
    quota : mapping of (home, host, country or None) to mapping of str to int
        Price of one unit of a resource under an agreement, in all or in a country.
    whole : (mapping of str to int, mapping of str to int)
        Price of one unit of a slice's bandwidth over all sites, and of one of its devices.
    covers : mapping of int to sequence of (int, int)
        For each workload that covers name: (site, price) of each.
    site_worth : mapping of int to int
        Σ π·b over the rows of each site that has prices.
    other_worth : int
        Σ π·b over the rows of no site.
    moves : MoveDuals, optional
        Prices of the moves that a budget limits: rows of no site.
    """

    scale: int
    mu: int
    capacity: Mapping[str, IntArray]
    bandwidth: Mapping[str, IntArray]
    quota: Mapping[Trade, Mapping[str, int]]
    whole: tuple[Mapping[str, int], Mapping[str, int]]
    covers: Mapping[int, Sequence[tuple[int, int]]]
    site_worth: Mapping[int, int]
    other_worth: int
    moves: MoveDuals | None = None


class Bounding:
    """The sum of the formula, while the workloads pass by.

    Parameters
    ----------
    duals : Duals
        The prices.
    opening : ndarray of shape (n_sites,)
        What it costs to open each site, in whole units of the bound.
    rows : Rows
        What homes, slices and hosts of sites are called.
    """

    def __init__(self, duals: Duals, opening: IntArray, rows: Rows) -> None:
        self._duals = duals
        self._sum = -duals.other_worth
        for s, worth in duals.site_worth.items():
            self._sum += min(0, int(opening[s]) * duals.scale - worth)
        self._bandwidth = priced(
            [duals.bandwidth.get(name or "") for name in rows.slices], rows.n_sites
        )
        self._whole = [
            as_type(table, type_for(largest(table))) if table.any() else None
            for prices in duals.whole
            for table in [np.array([prices.get(one or "", 0) for one in rows.slices], dtype=object)]
        ]
        self._capacity = dict(duals.capacity)
        self._quota: dict[tuple[str, bool], IntArray] = {}
        for (home, host, country), prices in duals.quota.items():
            if home not in rows.homes:
                continue
            here = rows.traded_on(host, country)
            for resource, price in prices.items():
                shape, layer = (len(rows.homes), rows.n_sites), (resource, country is not None)
                table = self._quota.setdefault(layer, np.zeros(shape, dtype=object))
                table[rows.homes.index(home), here] = price
        for layer, table in self._quota.items():
            self._quota[layer] = as_type(table, type_for(largest(table)))

    @property
    def idle(self) -> bool:
        """Whether every workload's term is 0 without a look: costs and prices are ≥ 0."""
        return self._duals.mu == 0

    def add(
        self,
        classes: tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]],
        of_class: NDArray[np.intp],
        use: Use,
        cost: IntArray,
        leaves: NDArray[np.int64],
    ) -> None:
        """Add the terms of some classes of workloads.

        Parameters
        ----------
        classes : (w, counts, priority), each an ndarray of shape (n_classes,)
            One workload of each class, the size of the class, and its priority.
        of_class : ndarray of shape (n_pairs,), intp
            Of each pair of a class and a site where it may run the class, in rising order.
        use : Use
            The sites, and what the workloads use there.
        cost : ndarray of shape (n_pairs,)
            What they cost, in whole units of the bound.
        leaves : ndarray of shape (n_pairs,), int64
            The site that each leaves by a move that counts, or -1.
        """
        (w, counts, priority), duals = classes, self._duals
        charges, covers = self._charges(use), self._covers(w, of_class, use)
        if duals.moves is not None:
            charges.append((np.ones(len(leaves), np.int64), duals.moves.of(leaves, use.s)))
        bound = product_bound(largest(cost), duals.scale) + sum(paid for _, paid in covers)
        bound += sum(product_bound(largest(amount), largest(rate)) for amount, rate in charges)
        unplaced = product_bound(largest(priority), duals.mu)
        kind = type_for(max(bound, unplaced) * int(counts.max(initial=1)))
        paid = as_type(cost, kind) * duals.scale
        for amount, rate in charges:
            paid += as_type(amount, kind) * as_type(rate, kind)
        for pair, price in covers:
            paid[pair] += price
        least = as_type(priority, kind) * duals.mu
        if len(paid):
            starts = np.flatnonzero(np.append(True, np.diff(of_class) > 0))
            some = of_class[starts]
            least[some] = np.minimum(least[some], np.minimum.reduceat(paid, starts))
        self._sum += total(least * as_type(counts, kind))

    def _charges(self, use: Use) -> list[tuple[NDArray[np.int64], IntArray]]:
        """Return what is used of each priced row, and its price on each pair's site."""
        charges: list[tuple[NDArray[np.int64], IntArray]] = []
        for resource, amount in use.demand.items():
            if resource in self._capacity:
                charges.append((amount, self._capacity[resource][use.s]))
        for (resource, _), prices in self._quota.items():
            charges.append((use.demand[resource], prices[use.home, use.s]))
        if self._bandwidth is not None:
            charges.append((use.bandwidth, self._bandwidth[use.slice, use.s]))
        for amount, whole in zip((use.bandwidth, use.devices), self._whole, strict=True):
            if whole is not None:
                charges.append((amount, whole[use.slice]))
        return charges

    def _covers(
        self, w: NDArray[np.intp], of_class: NDArray[np.intp], use: Use
    ) -> list[tuple[int, int]]:
        """Return (pair, price) where a pair pays for a cover."""
        if not self._duals.covers:
            return []
        begins = np.searchsorted(of_class, np.arange(len(w) + 1))
        charged = []
        for i, one in enumerate(w.tolist()):
            if one in self._duals.covers:
                mine = range(int(begins[i]), int(begins[i + 1]))
                place = {int(use.s[pair]): pair for pair in mine}
                charged += [(place[s], price) for s, price in self._duals.covers[one] if s in place]
        return charged

    def value(self, unplaced: int = 0) -> int:
        """Return the bound for plans that leave at most `unplaced`, rounded up to a whole number."""
        return -(-(self._sum - self._duals.mu * unplaced) // self._duals.scale)


def priced(prices: Sequence[IntArray | None], n_sites: int) -> IntArray | None:
    """Return prices as one table, a line each, 0 where there are none; None if there are none at all."""
    given = [one for one in prices if one is not None]
    if not given:
        return None
    table = np.zeros((len(prices), n_sites), dtype=type_for(max(map(largest, given))))
    for line, one in zip(table, prices, strict=True):
        if one is not None:
            line[:] = one
    return table
