"""The budget of moves: read without trust, counted, and priced."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.model.budget import Budget
from placement.model.certificate import MovePrice
from placement.model.problem import Problem
from placement.units import shown
from placement.verify.claims import is_whole
from placement.verify.exact import IntArray, type_for
from placement.verify.report import Faults

__all__ = ["MoveDuals", "Moves"]

Flags = NDArray[np.bool_]
Row = tuple[str, ...]  # (), ("operator", id) or ("site", id)


@dataclass(frozen=True, slots=True)
class MoveDuals:
    """Prices of moves, in the unit of the other prices.

    Parameters
    ----------
    any : int
        Of every move.
    operator : ndarray of shape (n_hosts,)
        Of a move that leaves or reaches a site of the operator, by code of the host.
    site : ndarray of shape (n_sites,)
        Of a move that leaves or reaches the site.
    host : ndarray of shape (n_sites,), intp
        Code of the operator of each site.
    """

    any: int
    operator: IntArray
    site: IntArray
    host: NDArray[np.intp]

    def of(self, source: NDArray[np.int64], target: NDArray[np.intp]) -> IntArray:
        """Return what some moves pay; a source of -1 is no move."""
        here, there = self.host[source], self.host[target]
        paid = self.any + self.site[source] + self.site[target] + self.operator[here]
        paid = paid + np.where(here == there, 0, self.operator[there])
        paid[source < 0] = 0
        return paid


class Moves:
    """The budget of a plan, and how much of it is used.

    Parameters
    ----------
    problem : Problem
        Whose sites and operators it names.
    budget : object
        What the plan states.
    faults : Faults
        Where what is wrong is noted.
    """

    def __init__(self, problem: Problem, budget: object, faults: Faults) -> None:
        self._faults = faults
        self.limit: dict[Row, int] = {}
        self.used: dict[Row, int] = {}
        self.min_gain: int | None = None
        host = problem.sites.column("operator")
        self._hosts, self.host = host.distinct(), host.row_codes().astype(np.intp)
        self._sites = list(problem.sites.ids)
        if not isinstance(budget, Budget):
            self._bad("budget", f"expected a Budget, got {shown(budget)}")
            return
        if budget.moves is not None:
            self._take((), budget.moves, "budget.moves")
        known: dict[str, set[object]] = {"operator": {*self._hosts}, "site": {*self._sites}}
        if problem.operators is not None:
            known["operator"] |= {*problem.operators.ids}
        for kind, limits in (("operator", budget.operators), ("site", budget.sites)):
            if not isinstance(limits, Mapping):
                self._bad(f"budget.{kind}s", f"expected a mapping, got {shown(limits)}")
                continue
            for name, limit in limits.items():
                place = f"budget.{kind}s[{shown(name)}]"
                if not isinstance(name, str) or name not in known[kind]:
                    self._bad(place, f"the problem has no {kind} {shown(name)}")
                else:
                    self._take((kind, name), limit, place)
        if budget.min_gain is not None and not is_whole(budget.min_gain):
            self._bad("budget.min_gain", f"expected an integer, got {shown(budget.min_gain)}")
        else:
            self.min_gain = budget.min_gain

    def _bad(self, place: str, message: str) -> None:
        self._faults.add("budget", place, message)

    def _take(self, row: Row, limit: object, place: str) -> None:
        if not is_whole(limit) or limit < 0:
            self._bad(place, f"{shown(limit)} is no number of moves")
            return
        self.limit[row], self.used[row] = limit, 0

    def _touched(
        self, source: NDArray[np.int64], target: NDArray[np.intp]
    ) -> Iterator[tuple[Row, Flags]]:
        """Yield each limit, and which moves count under it."""
        for row in self.limit:
            if not row:
                yield row, np.ones(len(source), dtype=np.bool_)
            else:
                here = self._here(row)
                yield row, here[source] | here[target]

    def _here(self, row: Row) -> Flags:
        """Return the sites that a limit is about."""
        kind, name = row
        if kind == "site":
            return np.array([one == name for one in self._sites], dtype=np.bool_)
        return np.array([one == name for one in self._hosts], dtype=np.bool_)[self.host]

    def count(self, source: NDArray[np.int64], target: NDArray[np.intp]) -> None:
        """Count some moves that are not forced."""
        for row, mine in self._touched(source, target):
            self.used[row] += int(mine.sum())

    def full(self, source: NDArray[np.int64], target: NDArray[np.intp]) -> Flags:
        """Return for which of some moves there is nothing left."""
        over = np.zeros(len(source), dtype=np.bool_)
        for row, mine in self._touched(source, target):
            if self.used[row] >= self.limit[row]:
                over |= mine
        return over

    def judge(self) -> None:
        """Compare what is used with the limits."""
        for row, used in self.used.items():
            if used > self.limit[row]:
                place = f"budget.{row[0]}s[{shown(row[1])}]" if row else "budget.moves"
                self._bad(place, f"{used} moves, {self.limit[row]} are allowed")

    def row_of(self, price: MovePrice) -> Row | str:
        """Return the limit that a price is of, or what is wrong with it."""
        if price.operator is not None and price.site is not None:
            return "names an operator and a site; expected one of them, or neither"
        row: Row = ()
        for kind in ("operator", "site"):
            name = getattr(price, kind)
            if name is not None:
                row = (kind, name)
        if row not in self.limit:
            return f"the budget has no limit {' '.join(map(str, row)) or 'of all moves'}"
        return row

    def duals(self, prices: Mapping[Row, int]) -> MoveDuals:
        """Return the prices by host and site."""
        kind = type_for(5 * max(prices.values(), default=0))
        operator, site = (np.zeros(max(1, len(n)), kind) for n in (self._hosts, self._sites))
        for row, price in prices.items():
            if row and row[0] == "site":
                site[self._sites.index(row[1])] = price
            elif row and row[1] in self._hosts:
                operator[self._hosts.index(row[1])] = price
        return MoveDuals(prices.get((), 0), operator, site, self.host)
