"""What adds up: the rows, their limits, and how much of each a plan uses.

A row is a site × resource, a site × slice bandwidth, the bandwidth or the devices of a slice as a whole,
or a (home, host) × resource under an agreement
that is valid and limits the resource, in all or in one country. Amounts are whole numbers of the greatest unit that all amounts
of the resource are multiples of, so that nothing is rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.model.column import Column
from placement.model.problem import Problem
from placement.model.sizes import places, scaled_column
from placement.model.table import Table
from placement.units import Amount
from placement.verify.classes import UNLIMITED, coded
from placement.verify.exact import IntArray, sums, total
from placement.verify.pairs import Pairs
from placement.verify.rules import valid_agreements

__all__ = ["Limits", "Loads", "Rows", "Use"]

Flags = NDArray[np.bool_]
# Home, host, and the country for which an agreement limits something; None for all of the host's sites.
Trade = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Use:
    """What some pairs of a workload and a site use.

    Parameters
    ----------
    s : ndarray of shape (n_pairs,), intp
        The sites.
    home, slice : ndarray of shape (n_pairs,), int64
        Of the workloads: codes of the home operator and of the slice.
    demand : mapping of str to ndarray of shape (n_pairs,), int64
        By resource.
    bandwidth, devices : ndarray of shape (n_pairs,), int64
        Of the workload's slice.
    """

    s: NDArray[np.intp]
    home: NDArray[np.int64]
    slice: NDArray[np.int64]
    demand: Mapping[str, NDArray[np.int64]]
    bandwidth: NDArray[np.int64]
    devices: NDArray[np.int64]

    def some(self, chosen: NDArray[Any]) -> "Use":
        """Return what some of the pairs use."""
        return Use(
            self.s[chosen],
            self.home[chosen],
            self.slice[chosen],
            {resource: amounts[chosen] for resource, amounts in self.demand.items()},
            self.bandwidth[chosen],
            self.devices[chosen],
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the rows allow.

    Parameters
    ----------
    capacity : mapping of str to ndarray of shape (n_sites,), int64
        By resource.
    bandwidth : ndarray of shape (n_slices, n_sites), int64
        By code of the slice; UNLIMITED where there is no row, and without a slice.
    quota : mapping of (str, bool) to ndarray of shape (n_homes, n_sites), int64
        By resource and whether it is for the site's country alone, and code of the home operator;
        likewise. Resources without any are left out.
    whole : ndarray of shape (n_slices, 2), int64
        Bandwidth and devices of slices over all sites; likewise.
    """

    capacity: Mapping[str, NDArray[np.int64]]
    bandwidth: NDArray[np.int64]
    quota: Mapping[tuple[str, bool], NDArray[np.int64]]
    whole: NDArray[np.int64]

    def exceeded(self, use: Use) -> tuple[Flags, Flags, Flags, Flags]:
        """Return where capacity, bandwidth, quota and devices do not hold one more use.

        Returns
        -------
        capacity, bandwidth, quota, devices : ndarray of shape (n_pairs,), bool
            Bandwidth on the site or of the slice as a whole; quota of agreements.
        """
        capacity, quota = (np.zeros(len(use.s), dtype=np.bool_) for _ in range(2))
        for resource, amount in use.demand.items():
            capacity |= amount > self.capacity[resource][use.s]
        for (resource, _), most in self.quota.items():
            quota |= use.demand[resource] > most[use.home, use.s]
        bandwidth = use.bandwidth > self.bandwidth[use.slice, use.s]
        bandwidth |= use.bandwidth > self.whole[use.slice, 0]
        return capacity, bandwidth, quota, use.devices > self.whole[use.slice, 1]


@dataclass(frozen=True, slots=True)
class Loads:
    """How much of each row a plan uses.

    Parameters
    ----------
    capacity : mapping of str to ndarray of shape (n_sites,)
        By resource.
    bandwidth : mapping of str to ndarray of shape (n_sites,)
        By slice.
    quota : mapping of (home, host, country or None) to mapping of str to int
        By resource.
    whole : mapping of str to (int, int)
        Bandwidth and devices of slices over all sites; absent where nobody is on a slice.
    """

    capacity: Mapping[str, IntArray]
    bandwidth: Mapping[str, IntArray]
    quota: Mapping[Trade, Mapping[str, int]]
    whole: Mapping[str, tuple[int, int]]


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
        found: dict[str, dict[str, Column]] = {}
        for resource, amounts_of in country_quotas(problem).items():
            found.setdefault(resource, {})["countries"] = Column(tuple(amounts_of))
        for table, field in tables:
            for resource in table.resources(field):
                column = table.column(f"{field}.{resource}")
                found.setdefault(resource, {})[table.noun.name] = column
        self.resources = tuple(sorted(found))
        self.unit: dict[str, Fraction] = {}
        amounts: dict[str, dict[str, NDArray[np.int64]]] = {}
        for resource in self.resources:
            self.unit[resource], amounts[resource] = in_whole_units(found[resource])
        nothing = {"sites": len(sites), "workloads": len(workloads), "pairs": len(pairs)}
        self.capacity, self.demand, pair_demand = (
            {r: amounts[r].get(name, np.zeros(n_rows, dtype=np.int64)) for r in self.resources}
            for name, n_rows in nothing.items()
        )
        self.pairs = Pairs.of(problem, pair_demand)
        offered = sites.column("slices")
        listed = Column(tuple(limit for slices in offered.distinct() for _, limit in slices))
        self.bandwidth_unit, bandwidth = in_whole_units(
            {
                "workloads": workloads.column("bandwidth"),
                "sites": listed,
                "slices": problem.slices.column("bandwidth"),
            }
        )
        self.devices = scaled_column(workloads.column("devices"), 0)
        rates = problem.slices.column("bandwidth")
        self.whole = {
            one.id: (
                UNLIMITED if rates[row] is None else int(bandwidth["slices"][row]),
                UNLIMITED if one.max_devices is None else one.max_devices,
            )
            for row, one in enumerate(problem.slices)
        }
        self.bandwidth = bandwidth["workloads"]
        self.bandwidth_limit = {
            name: offered.map(partial(self._bandwidth, name)) for name in problem.slices.ids
        }
        self.quota = self._quotas(problem)
        self.host, self.country = sites.column("operator"), sites.column("country")
        self.homes, self.home = coded(workloads.column("operator"))
        self.slices, self.slice = coded(workloads.column("slice"))

    def _bandwidth(self, name: str, offered: tuple[tuple[str, Amount | None], ...]) -> int:
        limit = dict(offered).get(name)
        return UNLIMITED if limit is None else int(Fraction(limit) / self.bandwidth_unit)

    def _quotas(self, problem: Problem) -> dict[Trade, dict[str, int]]:
        """Return the limits by trade and resource of the agreements that are valid."""
        table = problem.agreements
        if table is None:
            return {}
        quotas: dict[Trade, dict[str, int]] = {}
        for (home, host), row in (valid_agreements(problem) or {}).items():
            listed = {r: table.column(f"quota.{r}")[row] for r in table.resources("quota")}
            quotas[home, host, None] = {
                r: int(Fraction(limit) / self.unit[r])
                for r, limit in listed.items()
                if limit is not None
            }
            for key, limit in table.column("country_quota")[row]:
                country, _, r = key.partition("/")
                mine = quotas.setdefault((home, host, country), {})
                mine[r] = int(Fraction(limit) / self.unit[r])
        return quotas

    def use(self, w: NDArray[np.intp], s: NDArray[np.intp]) -> Use:
        """Return what workload w[i] uses on site s[i]."""
        demand = {resource: self.demand_on(resource, w, s) for resource in self.resources}
        used = self.bandwidth[w], self.devices[w]
        return Use(s, self.home[w], self.slice[w], demand, *used)

    def demand_on(
        self, resource: str, w: NDArray[np.intp], s: NDArray[np.intp]
    ) -> NDArray[np.int64]:
        """Return what workload w[i] uses of a resource on site s[i]."""
        amounts = self.demand[resource][w]
        places, row = self.pairs.at(w, s)
        given = self.pairs.given[row]
        amounts[places[given]] = self.pairs.demand[resource][row[given]]
        return amounts

    def limits(self, loads: Loads | None = None) -> Limits:
        """Return what the rows allow, or what `loads` leave of that (never below 0)."""
        nothing = np.full(self.n_sites, UNLIMITED, dtype=np.int64)
        capacity = dict(self.capacity)
        bandwidth = [
            nothing if name is None else self.bandwidth_limit[name] for name in self.slices
        ]
        if loads is not None:
            capacity = {r: left(limit, loads.capacity[r]) for r, limit in capacity.items()}
            bandwidth = [
                limit if name is None else left(limit, loads.bandwidth[name])
                for name, limit in zip(self.slices, bandwidth, strict=True)
            ]
        quota: dict[tuple[str, bool], NDArray[np.int64]] = {}
        for trade, limits in self.quota.items():
            home, host, country = trade
            if home not in self.homes or home == host:
                continue
            here = self.traded_on(host, country)
            for resource, limit in limits.items():
                used = 0 if loads is None else loads.quota[trade].get(resource, 0)
                layer = resource, country is not None
                if layer not in quota:
                    quota[layer] = np.tile(nothing, (len(self.homes), 1))
                quota[layer][self.homes.index(home), here] = max(0, limit - used)
        table = np.array(bandwidth, dtype=np.int64).reshape(len(self.slices), self.n_sites)
        taken = {} if loads is None else loads.whole
        whole = [
            [
                most if most == UNLIMITED else max(0, most - used)
                for most, used in zip(
                    self.whole.get(name or "", (UNLIMITED, UNLIMITED)),
                    taken.get(name or "", (0, 0)),
                    strict=True,
                )
            ]
            for name in self.slices
        ]
        both = np.array(whole, dtype=np.int64).reshape(len(self.slices), 2)
        return Limits(capacity, table, quota, both)

    def traded_on(self, host: str, country: str | None) -> Flags:
        """Return the sites of a host, all of them or those in a country."""
        mine = np.array([name == host for name in self.host.distinct()], dtype=np.bool_)
        here = mine[self.host.row_codes()]
        if country is None:
            return here
        inside = np.array([one == country for one in self.country.distinct()], dtype=np.bool_)
        return here & inside[self.country.row_codes()]

    def loads(self, w: NDArray[np.intp], s: NDArray[np.intp]) -> Loads:
        """Return the loads of the plan that puts workload w[i] on site s[i]."""
        capacity: dict[str, IntArray] = {}
        quota: dict[Trade, dict[str, int]] = {trade: {} for trade in self.quota}
        hosts, countries = self.host.distinct(), (*self.country.distinct(), None)
        between = self.home[w] * len(hosts) + self.host.row_codes()[s]
        within = between * len(countries) + self.country.row_codes()[s]
        for resource in self.resources:
            used = self.demand_on(resource, w, s)
            capacity[resource] = sums(s, used, self.n_sites)
            n_trades = len(self.homes) * len(hosts)
            traded = sums(between, used, n_trades) if quota else ()
            inside = (
                sums(within, used, n_trades * len(countries)) if any(q[2] for q in quota) else ()
            )
            for (home, host, country), mine in quota.items():
                if home not in self.homes or host not in hosts or country not in countries:
                    continue
                cell = self.homes.index(home) * len(hosts) + hosts.index(host)
                if country is None:
                    mine[resource] = int(traded[cell])
                else:
                    cell = cell * len(countries) + countries.index(country)
                    mine[resource] = int(inside[cell])
        bandwidth = {
            name: sums(s[:0], self.bandwidth[:0], self.n_sites) for name in self.bandwidth_limit
        }
        whole = {}
        for code, name in enumerate(self.slices):
            if name is not None:
                here = self.slice[w] == code
                bandwidth[name] = sums(s[here], self.bandwidth[w[here]], self.n_sites)
                whole[name] = sum(map(int, bandwidth[name])), total(self.devices[w[here]])
        return Loads(capacity, bandwidth, quota, whole)


def country_quotas(problem: Problem) -> dict[str, list[Amount]]:
    """Return the amounts by resource that agreements allow in some country."""
    found: dict[str, list[Amount]] = {}
    if problem.agreements is not None:
        for listed in problem.agreements.column("country_quota").distinct():
            for key, amount in listed:
                found.setdefault(key.partition("/")[2], []).append(amount)
    return found


def in_whole_units(
    columns: Mapping[str, Column],
) -> tuple[Fraction, dict[str, NDArray[np.int64]]]:
    """Return the greatest unit of which all amounts are whole multiples, and the amounts in it.

    The unit is 1 if all amounts are 0; where there is no amount, it is 0.
    """
    exponent = max(places(column) for column in columns.values())
    scaled = {name: scaled_column(column, exponent) for name, column in columns.items()}
    unit = gcd(*(int(np.gcd.reduce(amounts)) for amounts in scaled.values()))
    if unit == 0:
        return Fraction(1), scaled
    amounts = {name: amounts // unit for name, amounts in scaled.items()}
    return Fraction(unit, 10**exponent), amounts


def left(limit: NDArray[np.int64], load: IntArray) -> NDArray[np.int64]:
    """Return what is left of a limit, UNLIMITED where it was, never below 0."""
    rest = np.maximum(limit.astype(object) - load, 0).astype(np.int64)
    return np.where(limit == UNLIMITED, UNLIMITED, rest)
