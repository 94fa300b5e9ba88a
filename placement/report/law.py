"""What tables of law say of one name, as rows with their sources."""

import datetime
from typing import Any

from placement.errors import NoValueError
from placement.model.faults import did_you_mean
from placement.model.law import ADEQUATE, ALWAYS, EVER, Adequacy, Law, Membership
from placement.units import shown

__all__ = ["told"]


def told(law: Law, name: str, at: datetime.date) -> list[dict[str, Any]]:
    """Return what a name means on a day.

    Parameters
    ----------
    law : Law
        The tables.
    name : str
        A group, ``ADEQUACY``, a scheme, or a country.
    at : date
        The day.

    Returns
    -------
    list of dict
        A row each with `what`, `name`, `from`, `until`, `detail`, `source`, `act`, `reference` and
        `date`, as far as they say something; sorted.

    Raises
    ------
    NoValueError
        If the tables know no such name.

    Examples
    --------
    >>> from datetime import date
    >>> from placement.model.law import shipped
    >>> from placement.report.law import told
    >>> [row["reference"] for row in told(shipped(), "EU", date(2026, 11, 24)) if row["what"] == "HR"]
    ['OJ L 112, 24.4.2012']
    """
    if name == ADEQUATE:
        return _decisions(law, [one for one in law.adequacy if one.holds(at) and not one.scope])
    if name == "ADEQUACY":
        return _decisions(law, [one for one in law.adequacy if one.holds(at)])
    if name in law.groups:
        return _group(law, name, at)
    if name in law.schemes:
        scheme = law.schemes[name]
        order = "ordered" if scheme.ordered else "matched exactly"
        rows = [(f"{name}:{level}", order, scheme.source) for level in scheme.levels]
        return [_row(law, what, None, detail, source) for what, detail, source in rows]
    code = law.aliases.get(name, name)
    if code in law.countries:
        return _country(law, code, at)
    known = [*law.names, "ADEQUACY", *law.schemes, *law.countries]
    raise NoValueError(f"no group, scheme or country {shown(name)}{did_you_mean(name, known)}")


def _group(law: Law, name: str, at: datetime.date) -> list[dict[str, Any]]:
    """Return the members of a group, and of each group in it once."""
    rows: list[dict[str, Any]] = []
    ahead, seen = [(name, "")], {name}
    while ahead:
        inner, way = ahead.pop()
        if inner == ADEQUATE:
            rows += _decisions(
                law, [one for one in law.adequacy if one.holds(at) and not one.scope]
            )
        for one in law.groups.get(inner, ()):
            if one.holds(at):
                rows += [_row(law, code, one, way, one.source) for code in one.countries]
                ahead += [
                    (other, f"as one of {other}") for other in one.groups if other not in seen
                ]
                seen.update(one.groups)
    return sorted(rows, key=lambda row: (row["what"], row["from"] or ""))


def _decisions(law: Law, some: list[Adequacy]) -> list[dict[str, Any]]:
    rows = [_row(law, one.country, one, one.scope or "any recipient", one.source) for one in some]
    return sorted(rows, key=lambda row: (row["what"], row["from"] or ""))


def _country(law: Law, code: str, at: datetime.date) -> list[dict[str, Any]]:
    """Return what a country is, and the groups and decisions that hold for it."""
    country = law.countries[code]
    part = f"{country.name}, part of {country.part_of}" if country.part_of else country.name
    rows = [_row(law, code, None, part, country.source)]
    for name in sorted(law.groups):
        rows += [{**row, "what": name} for row in _group(law, name, at) if row["what"] == code]
    decisions = [one for one in law.adequacy if one.country == code and one.holds(at)]
    return rows + [{**row, "what": "ADEQUACY"} for row in _decisions(law, decisions)]


def _row(
    law: Law, what: str, span: Membership | Adequacy | None, detail: str, source: str
) -> dict[str, Any]:
    found = law.source(source)
    country = law.countries.get(what)
    return {
        "what": what,
        "name": country.name if country else None,
        "from": None if span is None or span.first == ALWAYS else str(span.first),
        "until": None if span is None or span.last == EVER else str(span.last),
        "detail": detail or None,
        "source": source,
        "act": found.act,
        "reference": found.reference or None,
        "date": found.date or None,
    }
