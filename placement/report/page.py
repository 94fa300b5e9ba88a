"""A plan as one page for a browser: map, tables and numbers in a single file that needs no network."""

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.report import words
from placement.report.charts import bound_use, reason_totals
from placement.report.figures import Figures, figures, hosting
from placement.report.listings import (
    hosting_matrix,
    operator_rows,
    site_details,
    site_rows,
    unplaced_rows,
)
from placement.report.map import draw

if TYPE_CHECKING:
    from placement.solve import Result

__all__ = ["page"]

TEMPLATES = files("placement.report") / "templates"
MEANING = {
    "OPTIMAL": "No plan is better: the bound equals the objective.",
    "FEASIBLE": "A valid plan; the bound says how much better another one could be at most.",
}


def page(problem: Problem, plan: Plan, result: "Result | None" = None) -> str:
    """Return a page that shows a plan.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        The plan for it.
    result : Result, optional
        Where the plan comes from; with it the page tells how long it took.

    Returns
    -------
    str
        HTML with everything inside: it opens without a network and sends nothing anywhere.

    Notes
    -----
    The page grows with the number of sites and operators, not with that of workloads: those are
    added up, and listed one by one as far as there is room, the page saying so.

    Examples
    --------
    >>> from placement import Problem, solve
    >>> from placement.report import page
    >>> problem = Problem(nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}])
    >>> page(problem, solve(problem).plan)[:15]
    '<!DOCTYPE html>'
    """
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    names = ("page.html", "map.html", "tables.html")
    environment = Environment(
        loader=DictLoader({name: _text(name) for name in names}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "amount": words.amount,
        "count": words.count,
        "share": words.share,
        "level": level,
        "money": words.money,
    }
    view = _view(problem, plan, result, figures(problem, plan))
    return environment.get_template("page.html").render(
        view,
        style=Markup(_text("page.css")),
        script=Markup(_text("page.js")),
        data=Markup(_script_json(view.pop("details"))),
    )


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _script_json(value: Any) -> str:
    """Return JSON that no name inside can end the script element with."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def level(share: float) -> int:
    """Return which of six colours a load has."""
    return sum(share > edge for edge in (0.2, 0.4, 0.6, 0.8, 0.95))


def _view(problem: Problem, plan: Plan, result: "Result | None", placed: Figures) -> dict[str, Any]:
    operators = sorted(
        {one for table in (problem.sites, problem.workloads) for one in _operators(table)}
    )
    hosted = hosting(problem, placed)
    return {
        "title": problem.name or "placement",
        "problem": problem,
        "plan": plan,
        "status": str(plan.status),
        "stopped": words.stopped(plan.limit),
        "meaning": MEANING.get(str(plan.status), ""),
        "cards": _cards(problem, plan, placed),
        "seconds": None if result is None else f"{result.seconds:.3g} s",
        "gap": words.gap(plan.gap),
        "certified": words.money(plan.certified.cost),
        "map": draw(problem, placed, operators),
        "operators": operators,
        "bound_use": bound_use(problem, placed),
        "reason_totals": reason_totals(plan),
        "sites": site_rows(placed),
        "resources": problem.sites.resources("capacity"),
        "operator_rows": operator_rows(problem, placed, operators, hosted),
        "matrix": hosting_matrix(hosted),
        "unplaced": unplaced_rows(problem, plan, placed),
        "n_moves": len(plan.moves),
        "details": site_details(problem, placed),
    }


def _operators(table: Any) -> set[str]:
    return {one for one in table.column("operator").distinct() if one is not None}


def _cards(problem: Problem, plan: Plan, placed: Figures) -> list[dict[str, Any]]:
    n_placed, n_all = len(plan.assignments), len(problem.workloads)
    n_used = sum(site.n_workloads > 0 for site in placed.sites)
    left = words.unplaced_bound(plan) if len(plan.unplaced) else "every workload has a site"
    proof = {"prices": "proved by prices", "search": "proved by search"}[plan.bound.proof]
    return [
        {
            "name": "Placed",
            "value": words.count(n_placed),
            "of": f"of {n_all:,} workloads",
            "note": f"priority left out: {left}" if len(plan.unplaced) else left,
            "share": n_placed / n_all if n_all else 1.0,
        },
        {
            "name": "Cost",
            "value": words.money(plan.objective.cost),
            "of": "",
            "note": f"no plan costs less than {words.money(plan.bound.cost)}",
            "share": None,
        },
        {
            "name": "Gap",
            "value": words.gap(plan.gap),
            "of": "",
            "note": f"{proof}; certified {words.money(plan.certified.cost)}"
            if plan.gap is not None
            else "not known while more might be placed",
            "share": None,
        },
        {
            "name": "Sites in use",
            "value": words.count(n_used),
            "of": f"of {len(problem.sites):,}",
            "note": f"{len(plan.moves):,} workloads move",
            "share": n_used / len(problem.sites) if len(problem.sites) else 0.0,
        },
    ]
