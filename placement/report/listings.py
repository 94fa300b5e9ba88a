"""The rows of the page's tables, and what it knows of a site that is pointed at."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from placement.explain import explain
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.report.figures import Figures, Load, SiteFigures, floats, served
from placement.report.words import amount
from placement.units import text

__all__ = [
    "hosting_matrix",
    "operator_rows",
    "site_details",
    "site_rows",
    "unplaced_rows",
]

MOST_SITES = 2000
MOST_UNPLACED = 1000
MOST_EXPLAINED = 100
LARGEST_EXPLAINED = 50_000  # workloads; each explanation adds the whole plan up
MOST_HOSTED = 20_000  # workloads listed at all sites together
MOST_OPERATORS = 40
MOST_ORIGINS = 8  # listed at one site


def site_rows(placed: Figures) -> list[SiteFigures]:
    """Return the sites, the fullest first."""
    return sorted(placed.sites, key=lambda site: (-site.fullest, site.id))[:MOST_SITES]


def operator_rows(
    problem: Problem,
    placed: Figures,
    operators: Sequence[str],
    hosted: Mapping[tuple[str, str], int],
) -> list[dict[str, Any]]:
    """Return for each operator its sites, what they host, and where its customers are."""
    homes = problem.workloads.column("operator")
    names = homes.distinct()
    out = np.bincount(homes.row_codes()[placed.unplaced], minlength=len(names)).tolist()
    left_out = dict(zip(names, out, strict=True))
    return [
        {
            "id": name,
            "n_sites": sum(site.operator == name for site in placed.sites),
            "own": hosted.get((name, name), 0),
            "guests": sum(n for (home, host), n in hosted.items() if host == name != home),
            "abroad": sum(n for (home, host), n in hosted.items() if home == name != host),
            "left_out": left_out.get(name, 0),
        }
        for name in operators[:MOST_OPERATORS]
    ]


def hosting_matrix(hosted: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """Return who hosts whom as a square table with shades."""
    homes = sorted({home for home, _ in hosted})[:MOST_OPERATORS]
    hosts = sorted({host for _, host in hosted})[:MOST_OPERATORS]
    most = max(hosted.values(), default=1)
    rows = [
        {
            "home": home or "no operator",
            "cells": [
                {"n": n, "shade": round((n / most) ** 0.5 * 100), "own": home == host}
                for host in hosts
                if (n := hosted.get((home, host), 0)) is not None
            ],
        }
        for home in homes
    ]
    return {"hosts": [host or "no operator" for host in hosts], "rows": rows}


def unplaced_rows(problem: Problem, plan: Plan, placed: Figures) -> list[dict[str, Any]]:
    """Return the workloads that are left out, the most important first."""
    priority = floats(problem.workloads.column("priority"))
    order = sorted(placed.unplaced.tolist(), key=lambda row: -priority[row])[:MOST_UNPLACED]
    n_explained = MOST_EXPLAINED if len(problem.workloads) <= LARGEST_EXPLAINED else 0
    rows: list[dict[str, Any]] = []
    for row in order:
        workload = problem.workloads[row]
        counts = plan.unplaced[workload.id].reasons
        rows.append(
            {
                "id": workload.id,
                "operator": workload.operator or "",
                "priority": workload.priority,
                "slice": workload.slice or "",
                "max_rtt_ms": "" if workload.max_rtt_ms is None else text(workload.max_rtt_ms),
                "policy": workload.policy or "",
                "reasons": sorted(counts.items(), key=lambda pair: -pair[1]),
                "why": str(explain(problem, workload.id, plan=plan))
                if len(rows) < n_explained
                else "",
            }
        )
    return rows


def site_details(problem: Problem, placed: Figures) -> list[dict[str, Any]]:
    """Return what the page shows of a site when one points at it, in the order of the problem."""
    n_listed = min(60, max(5, MOST_HOSTED // max(len(placed.sites), 1)))
    order = np.argsort(placed.site, kind="stable")
    starts = np.searchsorted(placed.site[order], np.arange(len(placed.sites) + 1))
    ids, bounds = problem.workloads.column("id"), problem.workloads.column("max_rtt_ms")
    users: dict[int, list[list[Any]]] = {}
    for node, row, number in served(problem, placed):
        if len(users.setdefault(row, [])) < MOST_ORIGINS:
            users[row].append([node, number])
    details = []
    for site in placed.sites[:MOST_SITES]:
        here = order[starts[site.row] : starts[site.row + 1]][:n_listed]
        rows = placed.workload[here].tolist()
        times = [f"{time:.1f}" for time in placed.rtt_ms[here].tolist()]
        limits = ["" if bounds[row] is None else text(bounds[row]) for row in rows]
        where = (site.operator, site.country, site.node, site.state)
        details.append(
            {
                "id": site.id,
                "where": " · ".join(part for part in where if part),
                "n": site.n_workloads,
                "loads": [_load(load.name, load) for load in site.loads]
                + [_load(f"slice {load.name}", load) for load in site.slices if load.used],
                "from": users.get(site.row, []),
                "workloads": [
                    list(one) for one in zip([ids[r] for r in rows], times, limits, strict=True)
                ],
            }
        )
    return details


def _load(name: str, load: Load) -> list[Any]:
    limit = "unlimited" if load.limit is None else amount(load.limit)
    return [name, amount(load.used), limit, round(load.share, 4)]
