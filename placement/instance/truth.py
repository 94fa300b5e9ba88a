"""Expressions of policies over all sites or nodes at once: false, unknown or true of each."""

import datetime
import typing
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from placement.instance.classes import combine
from placement.instance.evidence import Companies, Fact, Stakes, fact_of_row
from placement.model.expression import COUNTRY_FACTS, All, Expression, Not, Test, expression
from placement.model.problem import Problem
from placement.model.table import Table

__all__ = ["FALSE", "TRUE", "UNDECIDED", "Things"]

FALSE, UNDECIDED, TRUE = 0, 1, 2
Truth = NDArray[np.int8]
# The columns of sites on which their facts depend; those of nodes have fewer.
DEPENDS = {
    "backups": ("backups", "known_until"),
    "certifications": ("certifications", "certificates", "known_until"),
    "country": ("country", "known_until"),
    "grounds": ("grounds", "operator", "country", "known_until"),
    "keys": ("keys", "operator", "known_until"),
    "staff": ("staff", "operator", "known_until"),
    "storage": ("storage", "country", "known_until"),
    "subprocessors": ("subprocessors", "operator", "known_until"),
}


class Things:
    """The sites, or the nodes, of a problem and what is true of them on a day.

    Parameters
    ----------
    problem : Problem
        Whose operators and tables of law are read.
    table : Table
        Of its sites or nodes.
    order : ndarray of shape (n_things,), int64
        Rows of the table, in the order of the answers.
    at : date, optional
        The day; the problem's if left out.
    """

    def __init__(
        self,
        problem: Problem,
        table: Table[typing.Any],
        order: NDArray[np.int64],
        at: datetime.date | None = None,
    ) -> None:
        self.law, self.at = problem.law, at or problem.at
        self._companies = Companies(problem, self.at)
        self._table, self._order = table, order
        self._facts: dict[str, tuple[list[Fact], NDArray[np.int64]]] = {}
        self._tests: dict[Test, Truth] = {}

    def holds(self, text: str) -> Truth:
        """Return of each thing how true an expression is."""
        return self.truth(expression(text, self.law))

    def truth(self, some: Expression) -> Truth:
        """Return of each thing how true an expression is that was read."""
        if isinstance(some, Test):
            return self.test(some)
        if isinstance(some, Not):
            return np.int8(TRUE) - self.truth(some.part)
        parts = [self.truth(part) for part in some.parts]
        meet = np.minimum if isinstance(some, All) else np.maximum
        made: Truth = meet.reduce(parts)
        return made

    def test(self, test: Test) -> Truth:
        """Return of each thing how true a test is; equal tests are made once."""
        if test not in self._tests:
            self._tests[test] = self._made(test)
        return self._tests[test]

    def _made(self, test: Test) -> Truth:
        values = frozenset(test.values)
        if test.fact in COUNTRY_FACTS or test.verb == "outside":
            values = self.law.expand(test.values, self.at)
        if test.fact == "owners":
            column = self._table.column("operator")
            some = [self._owned(test, one, values) for one in column.distinct()]
            return np.array(some, np.int8)[column.row_codes()[self._order]]
        facts, codes = self.fact(test.fact)
        return np.array([self._asked(test, one, values) for one in facts], np.int8)[codes]

    def fact(self, name: str) -> tuple[list[Fact], NDArray[np.int64]]:
        """Return the distinct values of a fact, and of each thing which of them."""
        if name not in self._facts:
            has = self._table.columns
            wanted = [one for one in DEPENDS.get(name, ("operator",)) if one in has]
            columns = [self._table.column(one) for one in wanted]
            first, code = combine(*(one.row_codes()[self._order] for one in columns))
            rows = [
                dict(zip(wanted, (one[row] for one in columns), strict=True))
                for row in self._order[first].tolist()
            ]
            self._facts[name] = [fact_of_row(self._companies, row, name) for row in rows], code
        return self._facts[name]

    def _asked(self, test: Test, fact: Fact, values: frozenset[str]) -> int:
        """Return how true a test is of a fact."""
        if test.verb in ("is known", "is unknown"):
            return TRUE if fact.complete == (test.verb == "is known") else FALSE
        if test.verb == "has":
            if all(self._has(test.fact, fact, one) for one in test.values):
                return TRUE
            return FALSE if fact.complete else UNDECIDED
        refuted = not fact.values <= values if test.verb == "in" else bool(fact.values & values)
        if refuted:
            return FALSE
        return TRUE if fact.complete else UNDECIDED

    def _has(self, name: str, fact: Fact, wanted: str) -> bool:
        if name == "certifications":
            return self.law.satisfies(fact.values, wanted)
        return wanted in fact.values

    def _owned(self, test: Test, operator: str | None, inside: frozenset[str]) -> int:
        """Return how true it is of an operator that little of it is held outside."""
        held, unknown = self._companies.stakes(operator, inside)
        if test.verb != "outside":
            known = self._companies.fact(operator, "owners").complete
            return TRUE if known == (test.verb == "is known") else FALSE
        shares = list(held.values())
        least = max(shares, default=Fraction(0)) if test.each else sum(shares, Fraction(0))
        most = Fraction(test.most or 0)
        if least > most:
            return FALSE
        return TRUE if least + unknown <= most else UNDECIDED

    def stakes(self, test: Test) -> Stakes:
        """Return who holds how much of the operator of the first thing outside some countries."""
        operator = self._table.column("operator")[int(self._order[0])]
        return self._companies.stakes(operator, self.law.expand(test.values, self.at))
