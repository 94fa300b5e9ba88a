"""What is true of sites and nodes, as far as anybody knows: yes, no, or `None`.

A policy's expression holds of a site where the answer is yes. What is not known on the day, or no
longer, answers nothing, except to a question whether it is known.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.model.evidence import days
from placement.model.expression import COUNTRY_FACTS, All, Expression, Not, Test, tests_of
from placement.model.operator import Operator
from placement.model.problem import Problem
from placement.model.table import Table

__all__ = ["Evidence"]

Answers = tuple[NDArray[np.bool_], NDArray[np.bool_]]  # known to be true, and known to be false
Known = tuple[set[str], bool]  # what is known, and whether that is all
NOT_KNOWN: Known = (set(), False)
OF_SITES = (
    *("operator", "country", "storage", "backups", "staff", "keys", "subprocessors", "grounds"),
    *("certifications", "certificates", "known_until"),
)


class Evidence:
    """Answers to the expressions of policies.

    Parameters
    ----------
    problem : Problem
        Whose sites, nodes, operators and tables of law are read, on its day.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._operators = {row.id: row for row in problem.operators or ()}

    def sites(self, asked: Expression) -> NDArray[np.bool_]:
        """Return which sites fail an expression: those of which it is not known to be true."""
        return self._sites.fails(asked)

    def nodes(self, asked: Expression) -> NDArray[np.bool_]:
        """Return which nodes fail an expression."""
        return self._nodes.fails(asked)

    def told(self, site: int, asked: Expression) -> str:
        """Return what is known of a site of all that an expression asks for."""
        row = {name: self._problem.sites.column(name)[site] for name in OF_SITES}
        one = Witness(self._problem, self._operators, row)
        facts = dict.fromkeys(test.fact for test in tests_of(asked))
        return "; ".join(f"{fact} {one.told(fact)}" for fact in facts)

    @cached_property
    def _sites(self) -> "Witnesses":
        return self._witnesses(self._problem.sites, OF_SITES)

    @cached_property
    def _nodes(self) -> "Witnesses":
        return self._witnesses(self._problem.nodes, ("operator", "country"))

    def _witnesses(self, table: Table[Any], names: tuple[str, ...]) -> "Witnesses":
        """Return a witness for each different row, and of each row which."""
        columns = [table.column(name) for name in names]
        found: dict[tuple[Any, ...], int] = {}
        rows = [tuple(column[row] for column in columns) for row in range(len(table))]
        numbers = [found.setdefault(row, len(found)) for row in rows]
        told = [dict(zip(names, row, strict=True)) for row in found]
        made = [Witness(self._problem, self._operators, one) for one in told]
        return Witnesses(made, np.array(numbers, dtype=np.intp))


class Witnesses:
    """Those who answer for sites or nodes, one for all that are alike.

    Each fact is asked of each of them once, and each test once of each different state of knowledge.
    """

    def __init__(self, some: "list[Witness]", which: NDArray[np.intp]) -> None:
        self._some, self._which = some, which
        self._asked: dict[str, tuple[list[Any], NDArray[np.intp]]] = {}
        self._answers: dict[Test, Answers] = {}

    def fails(self, asked: Expression) -> NDArray[np.bool_]:
        """Return of whom an expression is not known to be true."""
        yes, _ = self._answer(asked)
        return ~yes[self._which]

    def _answer(self, asked: Expression) -> "Answers":
        """Return of whom it is known to be true, and of whom known to be false."""
        if isinstance(asked, Test):
            if asked not in self._answers:
                self._answers[asked] = self._tested(asked)
            return self._answers[asked]
        if isinstance(asked, Not):
            yes, no = self._answer(asked.part)
            return no, yes
        answers = [self._answer(part) for part in asked.parts]
        true, false = (np.array([one[side] for one in answers]) for side in (0, 1))
        every, some = np.logical_and.reduce, np.logical_or.reduce
        if isinstance(asked, All):
            return every(true), some(false)
        return some(true), every(false)

    def _tested(self, test: Test) -> "Answers":
        known, codes = self._knowledge(test.fact)
        told = [witness.answer(test) for witness in known]
        return tuple(  # type: ignore[return-value]
            np.array([one is side for one in told], dtype=np.bool_)[codes] for side in (True, False)
        )

    def _knowledge(self, fact: str) -> "tuple[list[Witness], NDArray[np.intp]]":
        """Return a witness for each different state of knowledge of a fact, and whose is which."""
        if fact not in self._asked:
            found: dict[Any, int] = {}
            first: list[Witness] = []
            codes = []
            for witness in self._some:
                code = found.setdefault(witness.knows(fact), len(found))
                if code == len(first):
                    first.append(witness)
                codes.append(code)
            self._asked[fact] = first, np.array(codes, dtype=np.intp)
        return self._asked[fact]


class Witness:
    """What is known of one site or node, which others may be like."""

    def __init__(
        self, problem: Problem, operators: Mapping[str, Operator], row: Mapping[str, Any]
    ) -> None:
        self._law, self._at, self._operators = problem.law, problem.at, operators
        self._row = row
        self._host = operators.get(row["operator"] or "")
        self._until: dict[str, date] = dict(row.get("known_until") or ())

    def answer(self, test: Test) -> bool | None:
        """Return whether a test is passed, or None."""
        if test.fact == "owners":
            return self._of_owners(test)
        values, complete = self._fact(test.fact)
        if test.verb == "is known":
            return complete
        if test.verb == "is unknown":
            return not complete
        wanted = set(test.values)
        if test.fact in COUNTRY_FACTS:
            wanted = set(self._law.expand(test.values, self._at))
        if test.verb == "has":
            passed = all(self._holds(test.fact, values, one) for one in wanted)
            return True if passed else None if not complete else False
        bad = values - wanted if test.verb == "in" else values & wanted
        return False if bad else True if complete else None

    def knows(self, fact: str) -> Any:
        """Return what tells states of knowledge of a fact apart."""
        if fact == "owners":
            return self._row["operator"]
        values, complete = self._fact(fact)
        return frozenset(values), complete

    def told(self, fact: str) -> str:
        """Return what is known of a fact."""
        if fact == "owners":
            owners = None if self._host is None else self._owners(self._host)
            return "unknown" if owners is None else f"{', '.join(owners) or 'none'}"
        values, complete = self._fact(fact)
        known = [*sorted(values), *([] if complete else ["unknown"])]
        return ", ".join(known) or "none"

    def _holds(self, fact: str, values: set[str], wanted: str) -> bool:
        if fact != "certifications":
            return wanted in values
        return self._law.satisfies(values, wanted)

    def _fact(self, name: str) -> Known:
        if name in ("seat", "parents", "laws"):
            return NOT_KNOWN if self._host is None else self._of_company(self._host, name)
        found: Known = getattr(self, f"_{name}")()
        return found

    # ---- of the site or the node itself

    def _expired(self, name: str) -> bool:
        return name in self._until and self._until[name] < self._at

    def _own(self, name: str) -> Known:
        value = None if self._expired(name) else self._row[name]
        if value is None:
            return NOT_KNOWN
        return ({value} if isinstance(value, str) else set(value)), True

    def _operator(self) -> Known:
        return self._own("operator")

    def _country(self) -> Known:
        return self._own("country")

    def _storage(self) -> Known:
        if self._row["storage"] is None and not self._expired("storage"):
            return self._country()
        return self._own("storage")

    def _backups(self) -> Known:
        return self._own("backups")

    def _staff(self) -> Known:
        return self._own_or_host("staff")

    def _keys(self) -> Known:
        return self._own_or_host("keys")

    def _subprocessors(self) -> Known:
        return self._own_or_host("subprocessors")

    def _own_or_host(self, name: str) -> Known:
        """Return what the site says, or else its operator."""
        said, late = self._row[name], self._expired(name)
        if said is None and not late and self._host is not None:
            said = getattr(self._host, name)
            late = is_over(self._host, name, self._at)
        if said is None or late:
            return NOT_KNOWN
        if name != "subprocessors":
            return set(said), True
        countries = set(dict(said).values())
        return countries - {None}, None not in countries

    def _certifications(self) -> Known:
        sure = not self._expired("certifications")
        held = set(self._row["certifications"] if sure else ())
        for name, span in dict(self._row["certificates"]).items():
            if span is None:
                sure = False
            elif days(span)[0] <= self._at <= days(span)[1]:
                held.add(name)
        return held, sure

    def _grounds(self) -> Known:
        filed, sure = self._own_or_host("grounds")
        grounds = set(filed)
        here, located = self._country()
        if not located:
            return grounds, False
        (country,) = here
        if country in self._law.expand(["EEA"], self._at):
            grounds.add("EEA")
        decided = self._law.scopes(country, self._at)
        listed: Known = NOT_KNOWN
        if self._host is not None:
            listed = self._of_company(self._host, "scopes")
        if "" in decided or decided & listed[0]:
            grounds.add("A45-3")
        elif decided and not listed[1]:
            sure = False
        return grounds, sure

    # ---- of its operator, and of those behind it

    def _of_company(self, company: Operator, name: str) -> Known:
        field = "country" if name == "seat" else name
        if is_over(company, field, self._at):
            return NOT_KNOWN
        value = getattr(company, field)
        if name == "parents":
            return self._behind(company)
        if value is None:
            return NOT_KNOWN
        return ({value} if isinstance(value, str) else set(value)), True

    def _behind(self, company: Operator) -> Known:
        """Return where those sit that control a company, step by step up to the last."""
        found, sure = set(company.parents), True
        seen, ahead = {company.id}, [company]
        while ahead:
            now = ahead.pop()
            if now is not company:
                for name in ("country", "parents"):
                    if is_over(now, name, self._at):
                        sure = False
                found |= self._of_company(now, "seat")[0]
                sure &= self._of_company(now, "seat")[1]
                if is_over(now, "parents", self._at):
                    continue
                found |= set(now.parents)
            for owner, share in (self._owners(now) or {}).items():
                if (share is None or 2 * Fraction(share) > 1) and owner not in seen:
                    seen.add(owner)
                    ahead.append(self._operators[owner])
        return found, sure

    def _owners(self, company: Operator) -> dict[str, Any] | None:
        """Return who owns a company, None where that is not known."""
        late = is_over(company, "owners", self._at)
        return None if late or company.owners is None else dict(company.owners)

    def _of_owners(self, test: Test) -> bool | None:
        known = self._host is not None and self._owners(self._host) is not None
        if test.verb != "outside":
            return known == (test.verb == "is known")
        if self._host is None:
            held: dict[str, Fraction] = {}
            unknown = Fraction(1)
        else:
            held, unknown = self._split(self._host, self._law.expand(test.values, self._at))
        shares: Iterable[Fraction] = held.values() or [Fraction(0)]
        least = max(shares) if test.each else sum(shares, Fraction(0))
        most = Fraction(test.most or 0)
        if least > most:
            return False
        return True if least + unknown <= most else None

    def _above(self, company: Operator) -> list[str]:
        """Return a company and all above it, each before its owners."""
        graph: dict[str, list[str]] = {}
        ahead = [company.id]
        while ahead:
            name = ahead.pop()
            if name not in graph:
                graph[name] = list(dict(self._operators[name].owners or ()))
                ahead += graph[name]
        return [*TopologicalSorter(graph).static_order()][::-1]

    def _split(
        self, company: Operator, inside: Iterable[str]
    ) -> tuple[dict[str, Fraction], Fraction]:
        """Return what each holds who sits outside, and what is held by nobody knows whom.

        The whole of the company runs from the owned to their owners, until it comes to rest.
        """
        mass = {company.id: Fraction(1)}
        held: dict[str, Fraction] = {}
        unknown = Fraction(0)
        for name in self._above(company):
            part, row = mass.get(name, Fraction(0)), self._operators[name]
            if not part:
                continue
            if row is not company:
                seat, sure = self._of_company(row, "seat")
                if not sure:
                    unknown += part
                    continue
                if not seat <= set(inside):
                    held[name] = part
                    continue
            owners = self._owners(row)
            rest = Fraction(1)
            for owner, share in (owners or {}).items():
                if share is not None:
                    mass[owner] = mass.get(owner, Fraction(0)) + part * Fraction(share)
                    rest -= Fraction(share)
            unknown += part * rest if owners or owners is None else 0
        return held, unknown


def is_over(company: Operator, field: str, at: date) -> bool:
    """Return whether it was known only until a day that is past."""
    until = dict(company.known_until or ())
    return field in until and until[field] < at
