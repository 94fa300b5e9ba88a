"""What a plan comes to, site by site and operator by operator; floats, for the eye alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.model.column import Column
from placement.model.plan import Plan
from placement.model.problem import Problem

__all__ = ["Figures", "Load", "SiteFigures", "figures"]

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Load:
    """How much of a resource, or of the bandwidth of a slice, is in use."""

    name: str
    used: float
    limit: float | None

    @property
    def share(self) -> float:
        """Used by limit; 0 without a limit."""
        return self.used / self.limit if self.limit else 0.0


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """A site in a plan.

    Parameters
    ----------
    row : int
        Its row in the problem.
    n_workloads : int
        How many run here.
    loads, slices : tuple of Load
        Its resources, and the slices that it offers.
    """

    row: int
    id: str
    node: str
    operator: str | None
    country: str | None
    state: str
    n_workloads: int
    loads: tuple[Load, ...]
    slices: tuple[Load, ...]

    @property
    def fullest(self) -> float:
        """The share of its fullest row."""
        return max((load.share for load in (*self.loads, *self.slices)), default=0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """A plan, added up.

    Parameters
    ----------
    sites : tuple of SiteFigures
        In the order of the problem.
    workload, site : ndarray of shape (n_placed,), int64
        The rows of the problem that each assignment brings together.
    unplaced : ndarray of shape (n_unplaced,), int64
        The rows of the workloads that are left out.
    rtt_ms : ndarray of shape (n_placed,), float64
        Of each assignment.
    """

    sites: tuple[SiteFigures, ...]
    workload: Rows
    site: Rows
    unplaced: Rows
    rtt_ms: Floats


def figures(problem: Problem, plan: Plan) -> Figures:
    """Add a plan up.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        A plan for it; names that the problem does not know are left out.

    Returns
    -------
    Figures

    Notes
    -----
    O(n_workloads + n_sites) for each resource and slice.
    """
    rows = {name: row for row, name in enumerate(problem.workloads.ids)}
    places = {name: row for row, name in enumerate(problem.sites.ids)}
    workload = _rows(plan.assignments.column("workload"), rows)
    site = _rows(plan.assignments.column("site"), places)
    known = (workload >= 0) & (site >= 0)
    rtt = floats(plan.assignments.column("rtt_ms"))[known]
    workload, site = workload[known], site[known]
    unplaced = _rows(plan.unplaced.column("workload"), rows)
    return Figures(_sites(problem, workload, site), workload, site, unplaced[unplaced >= 0], rtt)


def _rows(column: Column, places: Mapping[str, int]) -> Rows:
    return column.map(lambda name: places.get(name, -1), -1)


def floats(column: Column, missing: float = 0.0) -> Floats:
    """Return the amounts of a column row by row, rounded to floats."""
    if isinstance(column.values, np.ndarray):
        return np.asarray(column.values[column.row_codes()], np.float64)
    made = [missing if value is None else float(value) for value in column.values]
    return np.array(made, np.float64)[column.row_codes()] if made else np.empty(0)


def _sites(problem: Problem, workload: Rows, site: Rows) -> tuple[SiteFigures, ...]:
    n_sites = len(problem.sites)
    used = {
        resource: np.bincount(site, amounts[workload], minlength=n_sites).astype(np.float64)
        for resource in problem.resources
        if (amounts := _demand(problem, resource)) is not None
    }
    _correct_for_pairs(problem, workload, site, used)
    bandwidth = _bandwidth(problem, workload, site)
    hosted = np.bincount(site, minlength=n_sites)
    capacities = {
        resource: problem.sites.column(f"capacity.{resource}")
        for resource in problem.sites.resources("capacity")
    }
    columns = {
        name: problem.sites.column(name)
        for name in ("id", "node", "operator", "country", "state", "slices")
    }
    return tuple(
        SiteFigures(
            row=row,
            id=columns["id"][row],
            node=columns["node"][row],
            operator=columns["operator"][row],
            country=columns["country"][row],
            state=columns["state"][row],
            n_workloads=int(hosted[row]),
            loads=_loads(capacities, used, row),
            slices=tuple(
                Load(name, bandwidth.get((row, name), 0.0), None if limit is None else float(limit))
                for name, limit in columns["slices"][row]
            ),
        )
        for row in range(n_sites)
    )


def _demand(problem: Problem, resource: str) -> Floats | None:
    if resource not in problem.workloads.resources("demand"):
        return None
    return floats(problem.workloads.column(f"demand.{resource}"))


def _loads(
    capacities: Mapping[str, Column], used: Mapping[str, Floats], row: int
) -> tuple[Load, ...]:
    listed = {resource: column[row] for resource, column in capacities.items()}
    return tuple(
        Load(resource, float(used[resource][row]) if resource in used else 0.0, float(limit))
        for resource, limit in listed.items()
        if limit
    )


def _correct_for_pairs(
    problem: Problem, workload: Rows, site: Rows, used: dict[str, Floats]
) -> None:
    """Put a pair's own demand in the place of the workload's."""
    if not any(problem.pairs.column("demand").distinct()):
        return
    here = dict(zip(workload.tolist(), site.tolist(), strict=True))
    for pair in problem.pairs:
        row, place = problem.workloads.index(pair.workload), problem.sites.index(pair.site)
        if pair.demand is None or here.get(row) != place:
            continue
        usual = problem.workloads[row].demand or {}
        for resource in {*usual, *pair.demand}:
            change = float(pair.demand.get(resource, 0)) - float(usual.get(resource, 0))
            used.setdefault(resource, np.zeros(len(problem.sites)))[place] += change


def _bandwidth(problem: Problem, workload: Rows, site: Rows) -> dict[tuple[int, str], float]:
    """Return the bandwidth in use by site and slice."""
    column = problem.workloads.column("slice")
    names = column.distinct()
    if not len(workload) or not any(names):
        return {}
    of_workload = column.row_codes()[workload].astype(np.int64)
    amounts = floats(problem.workloads.column("bandwidth"))[workload]
    keys, place = np.unique(site * len(names) + of_workload, return_inverse=True)
    sums = np.bincount(place, amounts)
    return {
        (int(key) // len(names), str(names[int(key) % len(names)])): float(total)
        for key, total in zip(keys, sums, strict=True)
        if names[int(key) % len(names)] is not None
    }


def served(problem: Problem, placed: Figures) -> list[tuple[str, int, int]]:
    """Count who is served from where.

    Parameters
    ----------
    problem : Problem
        What was asked.
    placed : Figures
        Of a plan for it.

    Returns
    -------
    list of (node, row of the site, number of workloads)
        The largest numbers first.
    """
    column = problem.workloads.column("origins")
    values = column.distinct()
    if not values or not len(placed.workload):
        return []
    codes = column.row_codes()[placed.workload].astype(np.int64)
    keys, numbers = np.unique(codes * len(problem.sites) + placed.site, return_counts=True)
    total: dict[tuple[str, int], int] = {}
    for key, number in zip(keys.tolist(), numbers.tolist(), strict=True):
        code, site = divmod(key, len(problem.sites))
        for origin in values[code] or ():
            flow = origin.node, site
            total[flow] = total.get(flow, 0) + number
    return sorted(((*flow, n) for flow, n in total.items()), key=lambda one: (-one[2], one[:2]))


def left_out_by_node(problem: Problem, placed: Figures) -> dict[str, int]:
    """Count the workloads that are left out by the nodes where their users are."""
    column: Any = problem.workloads.column("origins")
    total: dict[str, int] = {}
    for row in placed.unplaced.tolist():
        for origin in column[row] or ():
            total[origin.node] = total.get(origin.node, 0) + 1
    return total


def hosting(problem: Problem, placed: Figures) -> dict[tuple[str, str], int]:
    """Count the workloads by home and host operator, "" where one is not known."""
    homes, hosts = problem.workloads.column("operator"), problem.sites.column("operator")
    if not len(placed.workload):
        return {}
    home_names, host_names = homes.distinct(), hosts.distinct()
    keys, numbers = np.unique(
        homes.row_codes()[placed.workload].astype(np.int64) * len(host_names)
        + hosts.row_codes()[placed.site],
        return_counts=True,
    )
    return {
        (home_names[key // len(host_names)] or "", host_names[key % len(host_names)] or ""): number
        for key, number in zip(keys.tolist(), numbers.tolist(), strict=True)
    }
