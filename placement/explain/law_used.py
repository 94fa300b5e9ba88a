"""The rows of the tables of law that the policies of a problem rest on, with their sources."""

import datetime
from collections.abc import Iterator
from typing import Any

from placement.model.expression import COUNTRY_FACTS, Test, expression, tests_of
from placement.model.law import ADEQUATE, Law
from placement.model.policy import QUESTIONS
from placement.model.problem import Problem

__all__ = ["law_used", "sources_of"]


def sources_of(law: Law, name: str, country: str, at: datetime.date) -> list[str]:
    """Return the sources by which a country is in a group on a day, the group's own first.

    Examples
    --------
    >>> from datetime import date
    >>> from placement.explain.law_used import sources_of
    >>> from placement.model.law import shipped
    >>> sources_of(shipped(), "EEA", "HR", date(2026, 11, 24))
    ['eea-1992', 'accession-2011']
    """
    found: list[str] = []
    inner: str | None = name
    while inner is not None:
        if inner == ADEQUATE:
            rows = [one for one in law.adequacy if not one.scope and one.holds(at)]
            return found + [one.source for one in rows if one.country == country][:1]
        held = [row for row in law.groups.get(inner, ()) if row.holds(at)]
        own = [row.source for row in held if country in row.countries]
        if own:
            return found + own[:1]
        ways = ((row.source, other) for row in held for other in row.groups)
        source, inner = next(
            ((by, other) for by, other in ways if country in law.expand([other], at)), ("", None)
        )
        found += [source] if inner is not None else []
    return []


def law_used(problem: Problem) -> dict[str, Any]:
    """Return version and digest of the tables, and what of them the policies name, on the day.

    Returns
    -------
    dict
        Groups, decisions and schemes as a `placement-law/1` file has them, without what was before or
        comes after; and the sources that they cite.
    """
    law, at, table = problem.law, problem.at, problem.law.to_dict()
    groups = _groups(law, _named(problem))
    held = {
        name: [
            row
            for one, row in zip(law.groups[name], table["groups"][name], strict=True)
            if one.holds(at)
        ]
        for name in groups
        if name != ADEQUATE
    }
    tests = list(_tests(problem))
    asked = ADEQUATE in groups or any(test.fact == "grounds" for test in tests)
    decisions = zip(law.adequacy, table["adequacy"], strict=True)
    adequacy = [row for one, row in decisions if asked and one.holds(at)]
    certifications = [one for policy in problem.policies for one in policy.certifications]
    certifications += [
        one for test in tests if test.fact == "certifications" for one in test.values
    ]
    wanted = {one.partition(":")[0] for one in certifications}
    schemes = {name: row for name, row in table["schemes"].items() if name in wanted}
    rows = [*adequacy, *schemes.values(), *(row for rows in held.values() for row in rows)]
    cited = {row["source"] for row in rows}
    return {
        "version": law.version,
        "digest": law.digest,
        "at": str(at),
        "groups": held,
        "adequacy": adequacy,
        "schemes": schemes,
        "sources": {name: row for name, row in table["sources"].items() if name in cited},
    }


def _tests(problem: Problem) -> Iterator[Test]:
    """Yield the tests in all expressions of the policies."""
    for policy in problem.policies:
        for question in (*QUESTIONS, "in_transit"):
            text = getattr(policy, question)
            if text is not None:
                yield from tests_of(expression(text, problem.law))


def _named(problem: Problem) -> set[str]:
    """Return all names that a policy's sets of countries have, and those that its expressions have."""
    tests = list(_tests(problem))
    found = {"EEA" for test in tests if test.fact == "grounds"} & set(problem.law.groups)
    for test in tests:
        if test.fact in COUNTRY_FACTS or test.verb == "outside":
            found.update(test.values)
    return found | {
        name
        for policy in problem.policies
        for names in (policy.countries, policy.transit, policy.seats)
        for name in names or ()
    }


def _groups(law: Law, names: set[str]) -> list[str]:
    """Return the groups among some names, and all that these are made of."""
    found: set[str] = set()
    waiting = sorted(names & set(law.names))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [inner for row in law.groups.get(name, ()) for inner in row.groups]
    return sorted(found)
