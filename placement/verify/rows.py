"""What adds up: the rows, their limits, and how much of each a plan uses.

A row is a site × resource, a site × slice bandwidth, or a (home, host) × resource under an agreement
that is valid and limits the resource. Amounts are whole numbers of the greatest unit that all amounts
of the resource are multiples of, so that nothing is rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.model.column import Column
from placement.model.problem import Problem
from placement.model.table import Table
from placement.units import Amount
from placement.verify.classes import UNLIMITED, coded
from placement.verify.exact import IntArray, greatest_unit, sums
from placement.verify.pairs import Pairs
from placement.verify.rules import valid_agreements

__all__ = ["Limits", "Loads", "Rows", "Use"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Use:
    """What some workloads use on some sites.

    Parameters
    ----------
    demand : mapping of str to ndarray of shape (n_workloads, 1 or n_sites), int64
        By resource; one column where it is the same on every site.
    bandwidth : ndarray of shape (n_workloads, 1), int64
        Of the workload's slice.
    """

    demand: Mapping[str, NDArray[np.int64]]
    bandwidth: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the rows allow a workload with a given home and slice, site by site.

    Parameters
    ----------
    capacity, quota : mapping of str to ndarray of shape (n_sites,), int64
        By resource; UNLIMITED where there is no row.
    bandwidth : ndarray of shape (n_sites,), int64
        Of the slice, likewise.
    """

    capacity: Mapping[str, NDArray[np.int64]]
    quota: Mapping[str, NDArray[np.int64]]
    bandwidth: NDArray[np.int64]

    def exceeded(self, use: Use, sites: NDArray[np.intp]) -> tuple[Flags, Flags, Flags]:
        """Return where capacity, bandwidth and quota do not hold one more use.

        Returns
        -------
        capacity, bandwidth, quota : ndarray of shape (n_workloads, n_sites), bool
        """
        shape = (len(use.bandwidth), len(sites))
        capacity, quota = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
        for resource, amount in use.demand.items():
            capacity |= amount > self.capacity[resource][sites]
            if resource in self.quota:
                quota |= amount > self.quota[resource][sites]
        return capacity, use.bandwidth > self.bandwidth[sites], quota


@dataclass(frozen=True, slots=True)
class Loads:
    """How much of each row a plan uses.

    Parameters
    ----------
    capacity : mapping of str to ndarray of shape (n_sites,)
        By resource.
    bandwidth : mapping of str to ndarray of shape (n_sites,)
        By slice.
    quota : mapping of (home, host) to mapping of str to int
        By resource.
    """

    capacity: Mapping[str, IntArray]
    bandwidth: Mapping[str, IntArray]
    quota: Mapping[tuple[str, str], Mapping[str, int]]


class Rows:
    """The rows of a problem, and what each workload uses of them."""

    def __init__(self, problem: Problem) -> None:
        sites, workloads, pairs = problem.sites, problem.workloads, problem.pairs
        self.n_sites = len(sites)
        tables: list[tuple[Table[Any], str]] = [
            (sites, "capacity"),
            (workloads, "demand"),
            (pairs, "demand"),
        ]
        if problem.agreements is not None:
            tables.append((problem.agreements, "quota"))
        found: dict[str, list[tuple[str, Column]]] = {}
        for table, field in tables:
            for resource in table.resources(field):
                column = table.column(f"{field}.{resource}")
                found.setdefault(resource, []).append((table.noun.name, column))
        self.resources = tuple(sorted(found))
        self.unit = {
            resource: greatest_unit(
                value for _, column in found[resource] for value in coded(column)[0]
            )
            for resource in self.resources
        }
        amounts = {
            (table, resource): whole(column, self.unit[resource])
            for resource in self.resources
            for table, column in found[resource]
        }
        nothing = {"sites": len(sites), "workloads": len(workloads), "pairs": len(pairs)}
        self.capacity, self.demand, pair_demand = (
            {r: amounts.get((name, r), np.zeros(n_rows, dtype=np.int64)) for r in self.resources}
            for name, n_rows in nothing.items()
        )
        self.pairs = Pairs.of(problem, pair_demand)
        offered = sites.column("slices")
        listed = [limit for slices in offered.distinct() for _, limit in slices]
        self.bandwidth_unit = greatest_unit([*coded(workloads.column("bandwidth"))[0], *listed])
        self.bandwidth = whole(workloads.column("bandwidth"), self.bandwidth_unit)
        self.bandwidth_limit = {
            name: offered.map(partial(self._bandwidth, name)) for name in problem.slices.ids
        }
        self.quota = self._quotas(problem)
        self._host = sites.column("operator")
        self._home, self._slice = workloads.column("operator"), workloads.column("slice")

    def _bandwidth(self, name: str, offered: tuple[tuple[str, Amount | None], ...]) -> int:
        limit = dict(offered).get(name)
        return UNLIMITED if limit is None else int(Fraction(limit) / self.bandwidth_unit)

    def _quotas(self, problem: Problem) -> dict[tuple[str, str], dict[str, int]]:
        """Return the limits by (home, host) and resource of the agreements that are valid."""
        table = problem.agreements
        if table is None:
            return {}
        quotas = {}
        for (home, host), row in (valid_agreements(problem) or {}).items():
            listed = {r: table.column(f"quota.{r}")[row] for r in table.resources("quota")}
            quotas[home, host] = {
                r: int(Fraction(limit) / self.unit[r])
                for r, limit in listed.items()
                if limit is not None
            }
        return quotas

    def use(self, w: NDArray[np.intp], sites: NDArray[np.intp]) -> Use:
        """Return what the workloads `w` use on the sites."""
        demand = {resource: amounts[w][:, None] for resource, amounts in self.demand.items()}
        position = np.full(self.n_sites, -1, dtype=np.intp)
        position[sites] = np.arange(len(sites))
        i, j, row = self.pairs.within(w, position)
        given = self.pairs.given[row]
        i, j, row = i[given], j[given], row[given]
        if len(i):
            for resource, amounts in demand.items():
                demand[resource] = np.repeat(amounts, len(sites), axis=1)
                demand[resource][i, j] = self.pairs.demand[resource][row]
        return Use(demand, self.bandwidth[w][:, None])

    def demand_on(
        self, resource: str, w: NDArray[np.intp], s: NDArray[np.intp]
    ) -> NDArray[np.int64]:
        """Return what workload w[i] uses of a resource on site s[i]."""
        amounts = self.demand[resource][w]
        places, row = self.pairs.at(w, s)
        given = self.pairs.given[row]
        amounts[places[given]] = self.pairs.demand[resource][row[given]]
        return amounts

    def limits(self, home: str | None, slice_: str | None, loads: Loads | None = None) -> Limits:
        """Return what the rows allow a workload, or what `loads` leave of that (never below 0)."""
        nothing = np.full(self.n_sites, UNLIMITED, dtype=np.int64)
        bandwidth = nothing if slice_ is None else self.bandwidth_limit[slice_]
        capacity = dict(self.capacity)
        if loads is not None:
            capacity = {r: left(limit, loads.capacity[r]) for r, limit in capacity.items()}
            bandwidth = bandwidth if slice_ is None else left(bandwidth, loads.bandwidth[slice_])
        quota: dict[str, NDArray[np.int64]] = {}
        for (customer, host), limits in self.quota.items():
            if customer != home or home == host:
                continue
            here = np.array([name == host for name in self._host.distinct()], dtype=np.bool_)
            for resource, limit in limits.items():
                used = 0 if loads is None else loads.quota[customer, host].get(resource, 0)
                row = quota.setdefault(resource, nothing.copy())
                row[here[self._host.row_codes()]] = max(0, limit - used)
        return Limits(capacity, quota, bandwidth)

    def loads(self, w: NDArray[np.intp], s: NDArray[np.intp]) -> Loads:
        """Return the loads of the plan that puts workload w[i] on site s[i]."""
        capacity: dict[str, IntArray] = {}
        quota: dict[tuple[str, str], dict[str, int]] = {pair: {} for pair in self.quota}
        homes, hosts = self._home.distinct(), self._host.distinct()
        between = (
            self._home.row_codes()[w].astype(np.int64) * len(hosts) + self._host.row_codes()[s]
        )
        for resource in self.resources:
            used = self.demand_on(resource, w, s)
            capacity[resource] = sums(s, used, self.n_sites)
            traded = sums(between, used, len(homes) * len(hosts))
            for (home, host), mine in quota.items():
                if home in homes and host in hosts:
                    cell = homes.index(home) * len(hosts) + hosts.index(host)
                    mine[resource] = int(traded[cell])
        names, codes = self._slice.distinct(), self._slice.row_codes()[w]
        bandwidth = {
            name: sums(s[:0], self.bandwidth[:0], self.n_sites) for name in self.bandwidth_limit
        }
        for code, name in enumerate(names):
            if name is not None:
                here = codes == code
                bandwidth[name] = sums(s[here], self.bandwidth[w[here]], self.n_sites)
        return Loads(capacity, bandwidth, quota)


def whole(column: Column, unit: Fraction) -> NDArray[np.int64]:
    """Return the amounts of a column in whole units, 0 where there is none."""
    values, codes = coded(column)
    amounts = [0 if value is None else int(Fraction(value) / unit) for value in values]
    return np.array(amounts, dtype=np.int64)[codes] if amounts else np.empty(0, dtype=np.int64)


def left(limit: NDArray[np.int64], load: IntArray) -> NDArray[np.int64]:
    """Return what is left of a limit, UNLIMITED where it was, never below 0."""
    rest = np.maximum(limit.astype(object) - load, 0).astype(np.int64)
    return np.where(limit == UNLIMITED, UNLIMITED, rest)
