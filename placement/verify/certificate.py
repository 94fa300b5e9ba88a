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
from placement.verify.rows import Use

__all__ = ["Bounding", "Duals", "Lane"]


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
    quota : mapping of (home, host) to mapping of str to int
        Price of one unit of a resource under an agreement.
    covers : mapping of int to sequence of (int, int)
        For each workload that covers name: (site, price) of each.
    site_worth : mapping of int to int
        Σ π·b over the rows of each site that has prices.
    other_worth : int
        Σ π·b over the rows of no site.
    """

    scale: int
    mu: int
    capacity: Mapping[str, IntArray]
    bandwidth: Mapping[str, IntArray]
    quota: Mapping[tuple[str, str], Mapping[str, int]]
    covers: Mapping[int, Sequence[tuple[int, int]]]
    site_worth: Mapping[int, int]
    other_worth: int


@dataclass(frozen=True, slots=True)
class Lane:
    """Classes of workloads of one home and slice, and the sites that they are weighed against.

    Parameters
    ----------
    home, slice : str or None
        What the rows depend on.
    w, counts, priority : ndarray of shape (n_classes,)
        One workload of each class, the size of the class, and its priority.
    sites : ndarray of shape (n_sites,), intp
        The sites; no workload here may run on any other.
    allowed : ndarray of shape (n_classes, n_sites), bool
        Where they may run.
    use : Use
        What they use there.
    """

    home: str | None
    slice: str | None
    w: NDArray[np.intp]
    counts: NDArray[np.int64]
    priority: NDArray[np.int64]
    sites: NDArray[np.intp]
    allowed: NDArray[np.bool_]
    use: Use


class Bounding:
    """The sum of the formula, while the workloads pass by.

    Parameters
    ----------
    duals : Duals
        The prices.
    opening : ndarray of shape (n_sites,)
        What it costs to open each site, in whole units of the bound.
    hosts : mapping of str to ndarray of shape (n_sites,), bool
        The sites of each host, for the prices of quotas.
    """

    def __init__(
        self, duals: Duals, opening: IntArray, hosts: Mapping[str, NDArray[np.bool_]]
    ) -> None:
        self._duals, self._hosts = duals, hosts
        self._sum = -duals.other_worth
        for s, worth in duals.site_worth.items():
            self._sum += min(0, int(opening[s]) * duals.scale - worth)

    @property
    def idle(self) -> bool:
        """Whether every workload's term is 0 without a look: costs and prices are ≥ 0."""
        return self._duals.mu == 0

    def add(self, lane: Lane, cost: IntArray) -> None:
        """Add the terms of some classes of workloads.

        Parameters
        ----------
        lane : Lane
            The classes.
        cost : ndarray of shape (n_classes, n_sites) or (1, 1)
            What they cost, in whole units of the bound.
        """
        scale, charges, covers = self._duals.scale, self._charges(lane), self._covers(lane)
        bound = product_bound(largest(cost), scale) + sum(paid for _, _, paid in covers)
        bound += sum(product_bound(largest(amount), largest(rate)) for amount, rate in charges)
        unplaced = largest(lane.priority) * self._duals.mu
        kind = type_for(
            max(bound, product_bound(largest(lane.priority), self._duals.mu))
            * int(lane.counts.max())
        )
        paid = np.zeros(lane.allowed.shape, dtype=kind)
        paid += as_type(cost, kind) * scale
        for amount, rate in charges:
            paid += as_type(amount, kind) * as_type(rate, kind)
        for i, j, price in covers:
            paid[i, j] += price
        leave = as_type(lane.priority, kind) * self._duals.mu
        least = np.where(lane.allowed, paid, leave[:, None]).min(axis=1, initial=max(unplaced, 0))
        self._sum += total(np.minimum(least, leave) * as_type(lane.counts, kind))

    def _charges(self, lane: Lane) -> list[tuple[NDArray[np.int64], IntArray]]:
        """Return what is used of each priced row, and its price on each site."""
        duals, charges = self._duals, []
        quotas = [
            (host, prices) for (home, host), prices in duals.quota.items() if home == lane.home
        ]
        for resource, amount in lane.use.demand.items():
            if resource in duals.capacity:
                charges.append((amount, duals.capacity[resource][lane.sites]))
            for host, prices in quotas:
                if resource in prices and host in self._hosts:
                    here = self._hosts[host][lane.sites]
                    charges.append(
                        (amount, np.where(here, np.array(prices[resource], dtype=object), 0))
                    )
        if lane.slice in duals.bandwidth:
            charges.append((lane.use.bandwidth, duals.bandwidth[str(lane.slice)][lane.sites]))
        return charges

    def _covers(self, lane: Lane) -> list[tuple[int, int, int]]:
        """Return (i, j, price) where class i pays for a cover on site j."""
        if not self._duals.covers:
            return []
        column = {s: j for j, s in enumerate(lane.sites.tolist())}
        return [
            (i, column[s], price)
            for i, w in enumerate(lane.w.tolist())
            for s, price in self._duals.covers.get(w, ())
            if s in column
        ]

    def value(self, unplaced: int = 0) -> int:
        """Return the bound for plans that leave at most `unplaced`, rounded up to a whole number."""
        return -(-(self._sum - self._duals.mu * unplaced) // self._duals.scale)
