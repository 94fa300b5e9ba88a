"""What is known on a day of operators, sites and nodes: the facts that policies ask for.

A fact is a set of values and whether it is known to be all of them: a seat that is not known is the empty
set, not all known.
"""

import datetime
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple

from placement.model.evidence import days
from placement.model.operator import Operator
from placement.model.problem import Problem

__all__ = ["NOTHING", "UNKNOWN", "Companies", "Fact", "Stakes", "fact_of_row", "values_of"]


class Fact(NamedTuple):
    """The values of a fact that are known, and whether there are no others."""

    values: frozenset[str]
    complete: bool


class Stakes(NamedTuple):
    """Who outside a set of countries holds which share of a company, and what nobody knows of."""

    held: dict[str, Fraction]
    unknown: Fraction


UNKNOWN, NOTHING = Fact(frozenset(), False), Fact(frozenset(), True)
NOBODY_KNOWS = Stakes({}, Fraction(1))


def values_of(values: Iterable[str] | str | None) -> Fact:
    """Return the fact that a field says, None being unknown."""
    if values is None:
        return UNKNOWN
    return Fact(frozenset((values,) if isinstance(values, str) else values), True)


class Companies:
    """What is known of the operators of a problem on a day.

    Parameters
    ----------
    problem : Problem
        With its operators and its tables of law.
    at : date
        The day.
    """

    def __init__(self, problem: Problem, at: datetime.date) -> None:
        self.law, self.at = problem.law, at
        self._rows = {one.id: one for one in problem.operators or ()}
        self._kept: dict[Any, Any] = {}

    def fact(self, operator: str | None, name: str) -> Fact:
        """Return a fact of an operator; unknown for an operator of which nothing is known."""
        key = (operator, name)
        if key not in self._kept:
            row = self._rows.get(operator or "")
            self._kept[key] = UNKNOWN if row is None else self._read(row, name)
        made: Fact = self._kept[key]
        return made

    def _read(self, row: Operator, name: str) -> Fact:
        if self._is_past(row, "country" if name == "seat" else name):
            return UNKNOWN
        if name == "seat":
            return values_of(row.country)
        if name == "parents":
            return self._parents(row)
        if name == "subprocessors":
            return countries_of(row.subprocessors)
        return values_of(getattr(row, name))

    def _is_past(self, row: Operator, field: str) -> bool:
        return is_past(row.known_until, field, self.at)

    def _parents(self, row: Operator) -> Fact:
        """Return where those sit that control it: as stated, and owners of more than half.

        An owner whose share is not known may be one.
        """
        found, complete = set(row.parents), True
        owners = {} if self._is_past(row, "owners") else row.owners or {}
        for owner, share in owners.items():
            if share is None or Fraction(share) > Fraction(1, 2):
                for one in (self.fact(owner, "seat"), self.fact(owner, "parents")):
                    found |= one.values
                    complete &= one.complete
        return Fact(frozenset(found), complete)

    def stakes(self, operator: str | None, inside: frozenset[str]) -> Stakes:
        """Return who outside some countries holds how much of an operator, by way of others too."""
        key = (operator, inside)
        if key not in self._kept:
            row = self._rows.get(operator or "")
            known = row is not None and row.owners is not None and not self._is_past(row, "owners")
            self._kept[key] = self._sum_up(row, inside) if row and known else NOBODY_KNOWS
        made: Stakes = self._kept[key]
        return made

    def _sum_up(self, row: Operator, inside: frozenset[str]) -> Stakes:
        held: dict[str, Fraction] = {}
        owners = row.owners or {}
        parts = {owner: Fraction(share) for owner, share in owners.items() if share is not None}
        unknown = 1 - sum(parts.values(), Fraction(0)) if owners else Fraction(0)
        for owner, part in parts.items():
            seat = self.fact(owner, "seat")
            if not seat.complete:
                unknown += part
            elif not seat.values <= inside:
                held[owner] = held.get(owner, Fraction(0)) + part
            else:
                beyond = self.stakes(owner, inside)
                unknown += part * beyond.unknown
                for other, share in beyond.held.items():
                    held[other] = held.get(other, Fraction(0)) + part * share
        return Stakes(held, unknown)


def is_past(until: Any, field: str, at: datetime.date) -> bool:
    """Return whether a field was known until a day before."""
    last = dict(until or ()).get(field)
    return last is not None and at > last


def countries_of(companies: Any) -> Fact:
    """Return the countries of companies, of some of which none may be known."""
    if companies is None:
        return UNKNOWN
    countries = list(dict(companies).values())
    known = frozenset(one for one in countries if one is not None)
    return Fact(known, None not in countries)


def fact_of_row(companies: Companies, row: dict[str, Any], name: str) -> Fact:
    """Return a fact of a site or a node, from those of its columns that the fact depends on."""
    if name == "operator":
        return values_of(row["operator"])
    if name in ("seat", "parents", "laws"):
        return companies.fact(row["operator"], name)
    at, until = companies.at, row.get("known_until")
    if name == "certifications":
        return _certifications(row, at)
    if name == "grounds":
        return _grounds(companies, row)
    if is_past(until, name, at):
        return UNKNOWN
    if name == "storage" and row["storage"] is None:
        return UNKNOWN if is_past(until, "country", at) else values_of(row["country"])
    if name in ("staff", "keys", "subprocessors") and row[name] is None:
        return companies.fact(row["operator"], name)
    return countries_of(row[name]) if name == "subprocessors" else values_of(row[name])


def _certifications(row: dict[str, Any], at: datetime.date) -> Fact:
    complete = not is_past(row["known_until"], "certifications", at)
    held = set(row["certifications"]) if complete else set()
    for name, span in dict(row["certificates"]).items():
        if span is None:
            complete = False
            continue
        first, last = days(span)
        if first <= at <= last:
            held.add(name)
    return Fact(frozenset(held), complete)


def _grounds(companies: Companies, row: dict[str, Any]) -> Fact:
    """Return the grounds on which data may be transferred: on file, or by law."""
    law, at, until = companies.law, companies.at, row["known_until"]
    if is_past(until, "grounds", at):
        on_file = UNKNOWN
    elif row["grounds"] is None:
        on_file = companies.fact(row["operator"], "grounds")
    else:
        on_file = values_of(row["grounds"])
    country = None if is_past(until, "country", at) else row["country"]
    if country is None:
        return Fact(on_file.values, False)
    found, complete = set(on_file.values), on_file.complete
    if country in law.expand(("EEA",), at):
        found.add("EEA")
    scopes = law.scopes(country, at)
    if scopes:
        recipient = companies.fact(row["operator"], "scopes")
        if "" in scopes or recipient.values & scopes:
            found.add("A45-3")
        elif not recipient.complete:
            complete = False
    return Fact(frozenset(found), complete)
