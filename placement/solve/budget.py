"""Read what a caller says of moves: the budget of a plan that begins with another."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from placement.model.budget import Budget
from placement.model.faults import Faults
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.units import MICRO, number, shown

__all__ = ["read_budget"]

MOST = 2**62


def read_budget(
    problem: object,
    start: object,
    *,
    max_moves: object,
    max_operator_moves: object,
    max_site_moves: object,
    min_gain: object,
    faults: Faults,
) -> Budget | None:
    """Return the budget, None where nothing is limited; what is wrong is noted.

    Parameters
    ----------
    problem : Problem
        Whose operators and sites may be named.
    start : Plan
        What runs; without it there is nothing to move from.
    max_moves, max_operator_moves, max_site_moves, min_gain : optional
        As `solve` takes them.
    faults : Faults
        Where what is wrong is noted.
    """
    given = {
        "max_moves": max_moves,
        "max_operator_moves": max_operator_moves,
        "max_site_moves": max_site_moves,
        "min_gain": min_gain,
    }
    named = [name for name, value in given.items() if value is not None]
    if not named:
        return None
    if start is None:
        for name in named:
            faults.add(name, "needs a plan to move from; give the running one as start")
    elif isinstance(problem, Problem) and isinstance(start, Plan):
        _check_start(problem, start, faults)
    operators: set[str] = set()
    sites: set[str] = set()
    if isinstance(problem, Problem):
        sites = {*problem.sites.ids}
        operators = {one for one in problem.sites.column("operator").distinct() if one is not None}
        operators |= {*problem.operators.ids} if problem.operators is not None else set()
    return Budget(
        moves=None if max_moves is None else _count(max_moves, "max_moves", faults),
        operators=_counts(max_operator_moves, "max_operator_moves", operators, faults),
        sites=_counts(max_site_moves, "max_site_moves", sites, faults),
        min_gain=None if min_gain is None else _gain(min_gain, faults),
    )


def _check_start(problem: Problem, start: Plan, faults: Faults) -> None:
    """Refuse a plan that has nothing to do with the problem; one of an earlier state is welcome."""
    names = start.assignments.ids
    if not len(names):
        return
    known = {*problem.workloads.ids}
    if known.isdisjoint(names):
        faults.add(
            "start",
            f"is a plan of another problem: this one has none of its {len(names)} workloads, such as "
            f"{shown(names[0])}",
        )
    elif {*problem.sites.ids}.isdisjoint(start.assignments.column("site").distinct()):
        faults.add("start", "is a plan of another problem: this one has none of its sites")


def _count(value: object, place: str, faults: Faults) -> int:
    """Return a number of moves."""
    if not isinstance(value, int) or isinstance(value, bool):
        faults.add(place, f"{shown(value)} is no number of moves; expected an integer ≥ 0")
        return 0
    if value < 0:
        faults.add(place, f"{value} is negative; expected an integer ≥ 0")
        return 0
    return min(value, MOST)


def _counts(value: object, place: str, known: set[str], faults: Faults) -> dict[str, int]:
    """Return numbers of moves by name."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        faults.add(place, f"expected a mapping of names to numbers of moves, got {shown(value)}")
        return {}
    made = {}
    for name, limit in value.items():
        here = f"{place}[{shown(name)}]"
        if name not in known:
            faults.add(here, f"is unknown{faults.hint(name, known)}")
        made[str(name)] = _count(limit, here, faults)
    return dict(sorted(made.items()))


def _gain(value: object, faults: Faults) -> int:
    """Return the least gain in micro-units, rounded up."""
    try:
        exact = Fraction(number(value))
    except ValueError as error:
        faults.add("min_gain", str(error))
        return 0
    if exact < 0:
        faults.add("min_gain", f"{shown(value)} is negative")
    if exact * MICRO > MOST:
        faults.add("min_gain", f"{shown(value)} is above all costs")
        return 0
    return ceil(exact * MICRO)
