"""The one pass over a plan: every class of equal workloads against every site that matters to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from placement.model.problem import Problem
from placement.verify.block import Block, Facts, Group
from placement.verify.certificate import Bounding, Duals
from placement.verify.claims import Claims
from placement.verify.classes import Asked, Classes
from placement.verify.costs import Costs
from placement.verify.exact import shown, total
from placement.verify.latency import Clock
from placement.verify.moves import Moves
from placement.verify.report import Faults
from placement.verify.rows import Loads, Rows
from placement.verify.rules import Rules

__all__ = ["Truth", "judged"]

MOST_PAIRS = 1 << 18  # in one block: a few arrays of this size stay in the cache


@dataclass(frozen=True, slots=True)
class Truth:
    """What the plan's numbers should be.

    Parameters
    ----------
    unplaced : int
        Priority left unplaced.
    cost : int or None, micro-units
        Of the assignments and the sites that they open; None where an assignment has no legal path
        and so no cost.
    certified_unplaced, certified_cost : int or None
        What the certificate proves; None where it is not valid.
    """

    unplaced: int
    cost: int | None
    certified_unplaced: int | None
    certified_cost: int | None


def judged(
    problem: Problem,
    rows: Rows,
    claims: Claims,
    duals: tuple[Duals | None, Duals | None],
    faults: Faults,
    *,
    moves: Moves | None = None,
) -> Truth:
    """Judge what a plan decided, and return what its numbers should be.

    Parameters
    ----------
    problem : Problem
        What was to be placed.
    rows : Rows
        Its amounts.
    claims : Claims
        What the plan decided.
    duals : (Duals or None, Duals or None)
        The prices for the cost and for the unplaced priority, where they are valid.
    faults : Faults
        Where what is wrong is noted.
    moves : Moves, optional
        The budget of moves, if the plan has one; what the plan uses of it is counted.

    Notes
    -----
    Classes of equal workloads times the sites that at least one of them may run on, in blocks of a
    quarter of a million pairs, so that the memory does not grow with the number of pairs.
    """
    asked = Asked.of(problem)
    costs = Costs(problem, rows, asked)
    state = problem.sites.column("state")
    facts = Facts(
        problem,
        rows,
        rows.limits(),
        asked,
        costs,
        claims,
        state.map(lambda name: int(name == "open")).astype(np.bool_),
        state.map(lambda name: int(name != "down")).astype(np.bool_),
        faults,
        moves,
    )
    cost_bound, unplaced_bound = (
        None if one is None else Bounding(one, opening, rows)
        for one, opening in zip(duals, (costs.opening, costs.opening * 0), strict=True)
    )
    placed = np.flatnonzero(claims.site >= 0)
    loads = rows.loads(placed, claims.site[placed])
    left = rows.limits(loads)
    cost: int | None = total(costs.opening[np.unique(claims.site[placed])])
    classes = Classes.of(problem, apart(problem, rows, duals))
    for group in groups(facts, classes):
        block = Block(facts, group)
        part = block.judge_placed()
        cost = None if cost is None or part is None else cost + part
        if moves is None:
            block.judge_left_out(left)
        block.add_to(cost_bound, unplaced_bound)
    if moves is not None:
        moves.judge()
        # Who is left out can be judged once it is known how many moves there are.
        for group in groups(facts, classes) if len(placed) < len(claims.site) else ():
            if (claims.site[group.members] < 0).any():
                Block(facts, group).judge_left_out(left)
    check_rows(problem, rows, loads, faults)
    unplaced = total(asked.priority[claims.site < 0])
    return Truth(
        unplaced,
        cost,
        None if unplaced_bound is None else unplaced_bound.value(),
        None if cost_bound is None else cost_bound.value(unplaced),
    )


def groups(facts: Facts, classes: Classes) -> Iterator[Group]:
    """Yield all classes, some at a time."""
    rules = Rules(facts.problem)
    most = max(1, MOST_PAIRS // max(1, len(facts.problem.sites)))
    begins = np.searchsorted(classes.route, np.arange(len(classes.routes) + 1))
    ends = np.append(0, np.cumsum(classes.counts))
    for places, times in Clock(facts.problem).times(classes.routes, MOST_PAIRS):
        scales = facts.costs.scales(times)
        lengths = begins[1:][places] - begins[places]
        mine, route = spans(begins[places], lengths), np.repeat(np.arange(len(places)), lengths)
        for start in range(0, len(mine), most):
            some = mine[start : start + most]
            customers, customer = np.unique(classes.customer[some], return_inverse=True)
            yield Group(
                classes.first[some],
                classes.counts[some],
                classes.members[spans(ends[some], classes.counts[some])],
                route[start : start + most],
                times,
                scales,
                customer,
                np.stack([rules.fails(classes.customers[one]) for one in customers.tolist()]),
            )


def spans(begins: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of all spans, one after the other."""
    shift = begins - (np.cumsum(lengths) - lengths)
    made: NDArray[np.int64] = np.arange(lengths.sum()) + np.repeat(shift, lengths)
    return made


def apart(
    problem: Problem, rows: Rows, duals: tuple[Duals | None, Duals | None]
) -> NDArray[np.int64]:
    """Return numbers that set workloads apart which pairs or covers name."""
    alone = np.zeros(len(problem.workloads), dtype=np.int64)
    covers = [one.covers for one in duals if one is not None]
    marks: dict[tuple[tuple[tuple[int, int], ...], ...], int] = {}
    for w in sorted({w for one in covers for w in one}):
        mark = tuple(tuple(one.get(w, ())) for one in covers)
        alone[w] = marks.setdefault(mark, len(marks) + 1)
    own = np.unique(rows.pairs.workload)
    alone[own] = len(marks) + 1 + np.arange(len(own))
    return alone


def check_rows(problem: Problem, rows: Rows, loads: Loads, faults: Faults) -> None:
    """Compare the load of every row with its limit."""

    def overflow(rule: str, place: str, load: Fraction, limit: Fraction) -> None:
        over = shown(load - limit)
        faults.add(rule, place, f"{shown(load)} in use, {shown(limit)} there: {over} too much")

    sites = problem.sites.ids
    for resource, load in loads.capacity.items():
        limit, unit = rows.capacity[resource], rows.unit[resource]
        for s in np.flatnonzero(load > limit).tolist():
            place = f'sites["{sites[s]}"].capacity.{resource}'
            overflow("capacity", place, int(load[s]) * unit, int(limit[s]) * unit)
    for name, load in loads.bandwidth.items():
        limit, unit = rows.bandwidth_limit[name], rows.bandwidth_unit
        for s in np.flatnonzero(load > limit).tolist():
            place = f'sites["{sites[s]}"].slices.{name}'
            overflow("bandwidth", place, int(load[s]) * unit, int(limit[s]) * unit)
    for name, (width, devices) in loads.whole.items():
        most_width, most_devices = rows.whole[name]
        place, unit = f'slices["{name}"]', rows.bandwidth_unit
        if width > most_width:
            overflow("bandwidth", f"{place}.bandwidth", width * unit, most_width * unit)
        if devices > most_devices:
            overflow("quota", f"{place}.max_devices", Fraction(devices), Fraction(most_devices))
    for (home, host, country), limits in rows.quota.items():
        for resource, most in limits.items():
            used, unit = loads.quota[home, host, country].get(resource, 0), rows.unit[resource]
            if used > most:
                named = (
                    f"quota.{resource}"
                    if country is None
                    else f"country_quota.{country}/{resource}"
                )
                place = f'agreements["{home}", "{host}"].{named}'
                overflow("quota", place, used * unit, most * unit)
