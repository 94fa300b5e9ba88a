"""What of the sites and agreements a plan has in use, beside one workload."""

from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np

from placement.explain.facts import Case, shortage, whole_slice
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.units import Amount

__all__ = ["Loads", "read_loads"]


class Loads:
    """Loads of a plan by row, and how many workloads each site has.

    Parameters
    ----------
    used : mapping of row to Fraction
        By ``("site", site, resource)``, ``("slice", site, slice)``, ``("quota", home, host, resource)``
        and ``("country", home, host, country, resource)``; by name what slices limit over all sites.
    hosted : mapping of site to int
        How many workloads run there, the one that is explained left out.
    """

    __slots__ = ("hosted", "used")

    def __init__(self, used: dict[tuple[str, ...], Fraction], hosted: dict[str, int]) -> None:
        self.used, self.hosted = used, hosted

    def full(self, case: Case) -> dict[str, dict[str, Any]]:
        """Return the reasons for which a workload that passes alone finds no room, with numbers."""
        site, workload = case.site, case.workload
        capacity: Any = site.capacity or {}
        quota: Any = (case.agreement and case.agreement.quota) or {}
        short: dict[str, dict[str, Fraction]] = {"capacity": {}, "bandwidth": {}, "quota": {}}
        for name, much in case.demand.items():
            self._add(short["capacity"], name, much, capacity[name], ("site", site.id, name))
            if name in quota:
                row = ("quota", str(workload.operator), str(site.operator), name)
                self._add(short["quota"], name, much, quota[name], row)
        by_country: Any = (case.agreement and case.agreement.country_quota) or {}
        needed = {**case.demand, "bandwidth": workload.bandwidth}
        for name, much in case.demand.items():
            most, there = by_country.get(f"{site.country}/{name}"), f"{name} in {site.country}"
            if most is not None:
                pair = str(workload.operator), str(site.operator)
                inside = ("country", *pair, str(site.country), name)
                self._add(short["quota"], there, much, most, inside)
                needed[there] = much
        limit = (site.slices or {}).get(workload.slice or "")
        if limit is not None:
            sliced = ("slice", site.id, str(workload.slice))
            self._add(short["bandwidth"], "bandwidth", workload.bandwidth, limit, sliced)
        for name, much, most in whole_slice(case):
            reason = "bandwidth" if name.startswith("bandwidth") else "quota"
            self._add(short[reason], name, much, most, (name,))
            needed[name] = much
        return {reason: shortage(over, needed) for reason, over in short.items() if over}

    def _add(
        self,
        short: dict[str, Fraction],
        name: str,
        much: Amount,
        limit: Amount,
        row: tuple[str, ...],
    ) -> None:
        over = self.used.get(row, Fraction(0)) + Fraction(much) - Fraction(limit)
        if much and over > 0:
            short[name] = over


def read_loads(problem: Problem, plan: Plan, without: str | None) -> Loads:
    """Add up what a plan uses, one workload left out if it is named; names that are not known are passed over.

    O(n_workloads) with a small factor: workloads alike at one site are counted, then added up once.
    """
    rows = {name: row for row, name in enumerate(problem.workloads.ids)}
    places = {name: row for row, name in enumerate(problem.sites.ids)}
    workload = plan.assignments.column("workload").map(lambda name: rows.get(name, -1), -1)
    site = plan.assignments.column("site").map(lambda name: places.get(name, -1), -1)
    known = (
        (workload >= 0)
        & (site >= 0)
        & (workload != (-1 if without is None else rows.get(without, -1)))
    )
    workload, site = workload[known], site[known]
    hosted = np.bincount(site, minlength=len(places)).tolist()
    used: dict[tuple[str, ...], Fraction] = {}
    _add_usual(problem, workload, site, used)
    _add_pairs(problem, dict(zip(workload.tolist(), site.tolist(), strict=True)), used)
    return Loads(used, dict(zip(problem.sites.ids, hosted, strict=True)))


def _add_usual(
    problem: Problem, workload: Any, site: Any, used: dict[tuple[str, ...], Fraction]
) -> None:
    """Add what workloads use by their own demand."""
    ids, operators = problem.sites.ids, problem.sites.column("operator")
    countries = problem.sites.column("country")
    homes = problem.workloads.column("operator")
    home_code = homes.row_codes()[workload]
    for resource in problem.workloads.resources("demand"):
        column = problem.workloads.column(f"demand.{resource}")
        alike = zip(
            site.tolist(), home_code.tolist(), column.row_codes()[workload].tolist(), strict=True
        )
        for (s, home, code), number in Counter(alike).items():
            much = column.value(code)
            if much:
                host = operators[s]
                _add(used, ("site", ids[s], resource), much, number)
                pair = str(homes.value(home)), str(host)
                _add(used, ("quota", *pair, resource), much, number)
                _add(used, ("country", *pair, str(countries[s]), resource), much, number)
    slices, wide, devices = (
        problem.workloads.column(name) for name in ("slice", "bandwidth", "devices")
    )
    codes = (column.row_codes()[workload].tolist() for column in (slices, wide, devices))
    for (s, code, much, many), number in Counter(zip(site.tolist(), *codes, strict=True)).items():
        name = slices.value(code)
        if name is not None:
            _add(used, ("slice", ids[s], name), wide.value(much), number)
            _add(used, (f"bandwidth of slice {name}",), wide.value(much), number)
            _add(used, (f"devices of slice {name}",), devices.value(many), number)


def _add_pairs(
    problem: Problem, here: dict[int, int], used: dict[tuple[str, ...], Fraction]
) -> None:
    """Put a pair's own demand in the place of the workload's."""
    if not any(problem.pairs.column("demand").distinct()):
        return
    for pair in problem.pairs:
        row, place = problem.workloads.index(pair.workload), problem.sites.index(pair.site)
        if pair.demand is None or here.get(row) != place:
            continue
        workload, site = problem.workloads[row], problem.sites[place]
        for demand, sign in ((workload.demand or {}, -1), (pair.demand, 1)):
            for resource, much in demand.items():
                _add(used, ("site", site.id, resource), much, sign)
                traders = str(workload.operator), str(site.operator)
                _add(used, ("quota", *traders, resource), much, sign)
                _add(used, ("country", *traders, str(site.country), resource), much, sign)


def _add(
    used: dict[tuple[str, ...], Fraction], row: tuple[str, ...], much: Amount, number: int
) -> None:
    used[row] = used.get(row, Fraction(0)) + Fraction(much) * number
