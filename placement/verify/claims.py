"""What a plan claims, read without trust: names become places, and what cannot be read is a fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from placement.model.budget import Budget
from placement.model.certificate import Certificate
from placement.model.column import Column
from placement.model.plan import Bound, LawVersion, Limit, Plan, Solver, Value
from placement.model.problem import Problem
from placement.model.table import Table
from placement.units import NS_PER_MS, Amount, shown
from placement.verify.report import Faults

__all__ = ["Claims", "is_amount", "is_whole", "well_shaped"]

NOWHERE = -1
UNREADABLE = -1
MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class Claims:
    """The decisions of a plan.

    Parameters
    ----------
    site : ndarray of shape (n_workloads,), int64
        Where each workload is placed; -1 where it is not.
    rtt_ns : ndarray of shape (n_workloads,), int64, ns
        The round-trip time that the plan states; -1 where it states none that is a whole number.
    reasons : mapping of int to mapping of str to int
        For each workload that is listed as unplaced, what the plan states.
    """

    site: NDArray[np.int64]
    rtt_ns: NDArray[np.int64]
    reasons: Mapping[int, Mapping[str, int]]

    @staticmethod
    def of(problem: Problem, plan: Plan, faults: Faults) -> "Claims | None":
        """Read the lists of a plan; None, and a fault, where one is no list of the right rows."""
        reader = Reader(problem, faults)
        assigned = reader.rows(plan.assignments, "assignments", ("workload", "site", "rtt_ms"))
        unplaced = reader.rows(plan.unplaced, "unplaced", ("workload", "reasons"))
        moved = reader.rows(plan.moves, "moves", ("workload", "source", "target"))
        if assigned is None or unplaced is None or moved is None:
            return None
        site, rtt_ns = reader.assignments(assigned)
        reasons = reader.unplaced(unplaced, site)
        for w in np.flatnonzero(site == NOWHERE).tolist():
            if w not in reasons:
                faults.add(
                    "assignments",
                    f"workloads[{w}]",
                    f"{reader.named(w)} is neither assigned nor unplaced",
                )
        reader.moves(moved, site)
        return Claims(site, rtt_ns, reasons)


class Reader:
    """Turns the lists of a plan into places in the tables of its problem."""

    def __init__(self, problem: Problem, faults: Faults) -> None:
        self._problem, self._faults = problem, faults
        self._workload = {name: w for w, name in enumerate(problem.workloads.ids)}
        self._site = {name: s for s, name in enumerate(problem.sites.ids)}

    def named(self, w: int) -> str:
        """Return a workload's id as a message shows it."""
        return shown(self._problem.workloads.column("id")[w])

    def rows(self, table: object, name: str, fields: tuple[str, ...]) -> Table[Any] | None:
        """Return a table that has these columns, or None."""
        if not isinstance(table, Table):
            self._faults.add("shape", name, f"expected a table, got {shown(table)}")
            return None
        lacking = [field for field in fields if field not in table.columns]
        broken = [
            field
            for field in fields
            if field not in lacking and not sound(table.column(field), len(table))
        ]
        if lacking or broken:
            self._faults.add("shape", name, f"lacks a value a row of {', '.join(lacking + broken)}")
            return None
        return table

    def _places(
        self, table: Table[Any], field: str, known: Mapping[str, int], rule: str
    ) -> NDArray[np.int64]:
        """Return the place of each row's name, -1 and a fault where it is unknown."""
        column = table.column(field)
        names = column.distinct()
        places = np.array(
            [known.get(one, -1) if isinstance(one, str) else -1 for one in names], dtype=np.int64
        )
        found = places[column.row_codes()] if len(names) else np.empty(0, dtype=np.int64)
        for row in np.flatnonzero(found < 0).tolist():
            self._faults.add(
                rule, f"{rule}[{row}].{field}", f"the problem has no {field} {shown(column[row])}"
            )
        return found

    def _workloads(self, table: Table[Any], rule: str) -> NDArray[np.int64]:
        """Return the workload of each row; faults where the list is unsorted or names one twice."""
        names = [
            name if isinstance(name, str) else "" for name in table.column("workload").distinct()
        ]
        order = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names), dtype=np.int64)
        rank[order] = np.arange(len(names))
        ranks = rank[table.column("workload").row_codes()] if names else rank
        for row in (np.flatnonzero(np.diff(ranks) < 0) + 1).tolist()[:1]:
            self._faults.add(rule, f"{rule}[{row}].workload", "the list is not sorted by workload")
        found = self._places(table, "workload", self._workload, rule)
        known = np.flatnonzero(found >= 0)
        first = np.zeros(len(found), dtype=np.bool_)
        first[known[np.unique(found[known], return_index=True)[1]]] = True
        for row in known[~first[known]].tolist():
            self._faults.add(
                rule, f"{rule}[{row}].workload", f"{self.named(int(found[row]))} is listed twice"
            )
        return np.where(first, found, -1)

    def assignments(self, table: Table[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where each workload is placed, and the round-trip time stated for it."""
        w = self._workloads(table, "assignments")
        s = self._places(table, "site", self._site, "assignments")
        column = table.column("rtt_ms")
        stated = np.array([whole_ns(value) for value in column.distinct()], dtype=np.int64)
        ns = stated[column.row_codes()] if len(stated) else np.empty(0, dtype=np.int64)
        site = np.full(len(self._workload), NOWHERE, dtype=np.int64)
        rtt_ns = np.full(len(self._workload), UNREADABLE, dtype=np.int64)
        good = (w >= 0) & (s >= 0)
        site[w[good]], rtt_ns[w[good]] = s[good], ns[good]
        return site, rtt_ns

    def unplaced(self, table: Table[Any], site: NDArray[np.int64]) -> dict[int, Mapping[str, int]]:
        """Return the reasons stated for each workload that is left out."""
        found: dict[int, Mapping[str, int]] = {}
        column = table.column("reasons")
        for row, w in enumerate(self._workloads(table, "unplaced").tolist()):
            if w < 0:
                continue
            if site[w] != NOWHERE:
                self._faults.add(
                    "unplaced", f"unplaced[{row}]", f"{self.named(w)} is also assigned"
                )
                continue
            try:
                found[w] = dict(column[row])
            except (TypeError, ValueError):
                self._faults.add(
                    "shape", f"unplaced[{row}].reasons", f"{shown(column[row])} is no mapping"
                )
                found[w] = {}
        return found

    def moves(self, table: Table[Any], site: NDArray[np.int64]) -> None:
        """Compare the moves with what they must be: those who had a site and get another."""
        rows = self._workloads(table, "moves")
        known = self._problem.workloads.column("site")
        before = known.map(self._site.__getitem__, NOWHERE)
        moving = (before != NOWHERE) & (site != NOWHERE) & (before != site)
        source = self._places(table, "source", self._site, "moves")
        target = self._places(table, "target", self._site, "moves")
        listed = np.zeros(len(site), dtype=np.bool_)
        listed[rows[rows >= 0]] = True
        for w in np.flatnonzero(moving & ~listed).tolist():
            was, now = (self._problem.sites.column("id")[int(place[w])] for place in (before, site))
            self._faults.add(
                "moves",
                f"workloads[{w}]",
                f"{self.named(w)} moves from {was} to {now}, and is not listed",
            )
        for row in np.flatnonzero(rows >= 0).tolist():
            w = int(rows[row])
            if not moving[w]:
                self._faults.add("moves", f"moves[{row}]", f"{self.named(w)} does not move")
            elif (source[row], target[row]) != (before[w], site[w]):
                was, now = (
                    shown(self._problem.sites.column("id")[int(place[w])])
                    for place in (before, site)
                )
                told = (
                    f"{shown(table.column('source')[row])} to {shown(table.column('target')[row])}"
                )
                self._faults.add(
                    "moves",
                    f"moves[{row}]",
                    f"{self.named(w)} moves from {was} to {now}, not {told}",
                )


def sound(column: object, n_rows: int) -> bool:
    """Return whether a column has a value for every row."""
    if not isinstance(column, Column):
        return False
    try:
        n_values = len(column.distinct())
    except (TypeError, ValueError):
        return False
    codes: object = column.codes
    if codes is None:
        return n_values == n_rows
    if not isinstance(codes, np.ndarray) or codes.dtype.kind != "i" or codes.shape != (n_rows,):
        return False
    return not n_rows or bool(codes.min() >= 0 and codes.max() < n_values)


def is_amount(value: object) -> TypeGuard[Amount]:
    """Return whether a value is an integer, or a decimal of a reasonable number of places."""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return isinstance(exponent, int) and abs(exponent) <= MOST_PLACES
    return is_whole(value)


def whole_ns(ms: object) -> int:
    """Return stated milliseconds in nanoseconds, -1 if they are no whole number of them."""
    if not is_amount(ms):
        return UNREADABLE
    ns = Fraction(ms) * NS_PER_MS
    return int(ns) if ns.denominator == 1 and 0 <= ns < 2**62 else UNREADABLE


def is_whole(value: object) -> TypeGuard[int]:
    """Return whether a value is an integer."""
    return isinstance(value, int) and not isinstance(value, bool)


def well_shaped(plan: Plan, faults: Faults) -> bool:
    """Return whether objective, bound, certified and certificate can be read; note what cannot."""
    before = faults.n_faults
    kinds: dict[str, type] = {
        "objective": Value,
        "bound": Bound,
        "certified": Value,
        "certificate": Certificate,
        "solver": Solver,
    }
    for name, kind in kinds.items():
        value = getattr(plan, name)
        if not isinstance(value, kind):
            faults.add("shape", name, f"expected a {kind.__name__}, got {shown(value)}")
        elif isinstance(value, Value | Bound):
            for field in ("unplaced", "cost"):
                number = getattr(value, field)
                if not is_whole(number):
                    faults.add(
                        "shape", f"{name}.{field}", f"expected an integer, got {shown(number)}"
                    )
    if plan.limit is not None and not isinstance(plan.limit, Limit):
        faults.add("shape", "limit", f"expected a Limit or None, got {shown(plan.limit)}")
    if plan.budget is not None and not isinstance(plan.budget, Budget):
        faults.add("shape", "budget", f"expected a Budget or None, got {shown(plan.budget)}")
    if plan.law is not None and not isinstance(plan.law, LawVersion):
        faults.add("shape", "law", f"expected a LawVersion or None, got {shown(plan.law)}")
    return faults.n_faults == before
