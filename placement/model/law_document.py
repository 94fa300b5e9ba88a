"""Tables of law from and to what a `placement-law/1` file holds; every fault is found in one go."""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from placement.model.faults import Faults, did_you_mean
from placement.model.law import (
    ADEQUATE,
    ALWAYS,
    EVER,
    Adequacy,
    Country,
    Law,
    Membership,
    Scheme,
    Source,
    code_in,
    shipped,
)
from placement.units import shown

__all__ = ["FORMAT", "law_of", "tables_of"]

FORMAT = "placement-law/1"
TABLES = ("groups", "adequacy", "schemes", "sources")
CODES = ("countries", "aliases")  # of the library's own file alone
MOST_ROWS = 100_000
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def law_of(document: Any, *, with_countries: bool = False) -> Law:
    """Make tables of law of a document; raises `InputError`.

    What a file that extends the library's tables names replaces what they have under that name: a group,
    a scheme, a source, and all decisions about a country.
    """
    faults = Faults()
    top = _object("", document, faults, ("format", "version", "extends", *TABLES, *CODES))
    if top.get("format") != FORMAT:
        faults.add("format", f'{_found(top.get("format"))}; expected "{FORMAT}"')
    base = None if with_countries else shipped()
    if not with_countries:
        for name in CODES:
            if top.get(name) is not None:
                faults.add(name, "codes of countries are the library's own; leave them out")
    reader = _Reader(faults, top, base)
    made = reader.law(_extended(top, base, faults))
    faults.raise_if_any()
    return made


def _extended(top: Mapping[str, Any], base: Law | None, faults: Faults) -> Law | None:
    """Return the tables that a document extends, if it does."""
    wanted = top.get("extends")
    if wanted is None or base is None:
        return None
    if wanted != base.version:
        told = f"{shown(wanted)} is not the version of the library's tables, {base.version}"
        faults.add("extends", f"{told}; go through the file and name that one, or leave it out")
    return base


class _Reader:
    """Reads the tables of one document."""

    def __init__(self, faults: Faults, top: Mapping[str, Any], base: Law | None) -> None:
        self.faults, self.top = faults, top
        self.countries = {} if base is None else base.countries
        self.aliases = {} if base is None else base.aliases
        self.sources: Mapping[str, Source] = {}
        self.groups: tuple[str, ...] = ()

    def law(self, extended: Law | None) -> Law:
        """Return the tables, added to what they extend."""
        version = self.text("version", self.top.get("version"))
        own_sources = dict(self.each("sources", self._source))
        self.sources = {**(extended.sources if extended else {}), **own_sources}
        if self.top.get("countries") is not None:
            self.countries = dict(self.each("countries", self._country))
            self.aliases = dict(self.each("aliases", self._alias))
        raw = self.top.get("groups")
        own = [str(name) for name in raw] if isinstance(raw, Mapping) else []
        self.groups = (*own, *(extended.groups if extended else ()), ADEQUATE)
        groups = dict(self.each("groups", self._group))
        decisions = self._decisions()
        schemes = dict(self.each("schemes", self._scheme))
        if extended is not None:
            named = {one.country for one in decisions}
            kept = tuple(one for one in extended.adequacy if one.country not in named)
            decisions = kept + decisions
            groups = {**extended.groups, **groups}
            schemes = {**extended.schemes, **schemes}
        _check_circles(groups, self.faults)
        return Law(
            version=version,
            countries=self.countries,
            aliases=self.aliases,
            groups=groups,
            adequacy=tuple(sorted(decisions, key=lambda one: (one.country, one.first, one.scope))),
            schemes=schemes,
            sources=self.sources,
        )

    def each(self, name: str, read: Callable[[str, str, Any], Any]) -> list[tuple[str, Any]]:
        """Read a table by names."""
        table = self.top.get(name)
        if table is None:
            return []
        if not isinstance(table, Mapping) or len(table) > MOST_ROWS:
            self.faults.add(name, f"expected an object of at most {MOST_ROWS} names")
            return []
        return [(str(key), read(f"{name}.{key}", str(key), row)) for key, row in table.items()]

    def rows(self, place: str, rows: Any, known: tuple[str, ...]) -> list[tuple[str, Any]]:
        """Return rows of a list with their places."""
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            self.faults.add(place, f"expected a list of at most {MOST_ROWS} rows")
            return []
        places = [f"{place}[{i}]" for i in range(len(rows))]
        return [
            (where, _object(where, row, self.faults, known))
            for where, row in zip(places, rows, strict=True)
        ]

    def text(self, place: str, value: Any, *, optional: bool = False) -> str:
        """Read a text."""
        if value is None and optional:
            return ""
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self.faults.add(place, f"{_found(value)}; expected text")
            return "?"
        return value

    def source(self, place: str, row: Mapping[str, Any]) -> str:
        """Read which source a row has: none is a fault."""
        name = self.text(f"{place}.source", row.get("source"))
        if name != "?" and name not in self.sources:
            self.faults.unknown(f"{place}.source", name, self.sources, "one of the sources")
        return name

    def span(self, place: str, row: Mapping[str, Any]) -> tuple[datetime.date, datetime.date]:
        """Read from when to when."""
        first = self.day(f"{place}.from", row.get("from"), ALWAYS)
        last = self.day(f"{place}.until", row.get("until"), EVER)
        if first > last:
            self.faults.add(place, f"from {first} is after until {last}")
        return first, last

    def day(self, place: str, value: Any, default: datetime.date) -> datetime.date:
        """Read a date."""
        if value is None:
            return default
        try:
            if isinstance(value, str) and DAY.fullmatch(value):
                return datetime.date.fromisoformat(value)
        except ValueError:
            pass
        self.faults.add(place, f"{shown(value)} is no date; expected such as 2026-11-24")
        return default

    def code(self, place: str, value: Any) -> str:
        """Read a country."""
        try:
            return code_in(self.countries, self.aliases, self.groups, value)
        except ValueError as error:
            self.faults.add(place, str(error))
            return "?"

    def list_of(self, place: str, value: Any) -> list[str]:
        """Read a list of texts."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.faults.add(place, f"expected a list, got {shown(value)}")
            return []
        return [self.text(f"{place}[{i}]", one) for i, one in enumerate(value)]

    def _source(self, place: str, name: str, row: Any) -> Source:
        row = _object(place, row, self.faults, ("act", "reference", "date"))
        act = self.text(f"{place}.act", row.get("act"))
        others = (
            self.text(f"{place}.{one}", row.get(one), optional=True)
            for one in ("reference", "date")
        )
        return Source(name, act, *others)

    def _country(self, place: str, code: str, row: Any) -> Country:
        row = _object(place, row, self.faults, ("name", "part_of", "source"))
        part_of = self.text(f"{place}.part_of", row.get("part_of"), optional=True)
        name = self.text(f"{place}.name", row.get("name"))
        return Country(code, name, part_of, self.source(place, row))

    def _alias(self, place: str, _: str, row: Any) -> str:
        row = _object(place, row, self.faults, ("code", "source"))
        self.source(place, row)
        return self.code(f"{place}.code", row.get("code"))

    def _group(self, place: str, name: str, rows: Any) -> tuple[Membership, ...]:
        if name == ADEQUATE:
            self.faults.add(place, "is made of the adequacy decisions; add to those")
        elif not is_name_of_group(name) or name in self.countries or name in self.aliases:
            told = (
                f"{shown(name)} is no name of a group; expected capital letters, digits and dashes"
            )
            self.faults.add(place, f"{told} that are no code of a country, such as EEA")
        found = []
        known = ("countries", "groups", "from", "until", "source")
        for where, row in self.rows(place, rows, known):
            listed = self.list_of(f"{where}.countries", row.get("countries"))
            codes = [self.code(f"{where}.countries[{i}]", one) for i, one in enumerate(listed)]
            others = self.list_of(f"{where}.groups", row.get("groups"))
            for i, other in enumerate(others):
                if other not in self.groups:
                    where_other = f"{where}.groups[{i}]"
                    self.faults.unknown(where_other, other, self.groups, "one of the groups")
            if not codes and not others:
                self.faults.add(where, "names nobody; expected countries or groups")
            first, last = self.span(where, row)
            source = self.source(where, row)
            codes, others = sorted(set(codes)), sorted(set(others))
            found.append(Membership(tuple(codes), tuple(others), first, last, source))
        return tuple(found)

    def _decisions(self) -> tuple[Adequacy, ...]:
        rows = self.top.get("adequacy")
        if rows is None:
            return ()
        known = ("country", "scope", "from", "until", "source")
        found = []
        for where, row in self.rows("adequacy", rows, known):
            country = self.code(f"{where}.country", row.get("country"))
            scope = self.text(f"{where}.scope", row.get("scope"), optional=True)
            first, last = self.span(where, row)
            found.append(Adequacy(country, scope, first, last, self.source(where, row)))
        return tuple(found)

    def _scheme(self, place: str, name: str, row: Any) -> Scheme:
        row = _object(place, row, self.faults, ("levels", "ordered", "source"))
        levels = tuple(self.list_of(f"{place}.levels", row.get("levels")))
        if len(set(levels)) < max(1, len(levels)):
            self.faults.add(f"{place}.levels", "expected levels, lowest first, none twice")
        if ":" in name or not name.strip():
            self.faults.add(place, f"{shown(name)} is no name of a scheme")
        ordered = row.get("ordered", True)
        if not isinstance(ordered, bool):
            self.faults.add(f"{place}.ordered", f"expected true or false, got {shown(ordered)}")
        return Scheme(name, levels, bool(ordered), self.source(place, row))


def is_name_of_group(name: str) -> bool:
    """Return whether a text may name a group."""
    return (
        1 < len(name) <= 100
        and name.isascii()
        and name[0].isalpha()
        and name == name.upper()
        and name.replace("-", "").isalnum()
    )


def _check_circles(groups: Mapping[str, tuple[Membership, ...]], faults: Faults) -> None:
    """Note a group that is in itself by way of others."""
    done: set[str] = set()
    for start in groups:
        path: list[str] = []
        stack = [(start, iter(_named(groups, start)))]
        while stack:
            name, rest = stack[-1]
            if len(path) < len(stack):
                path.append(name)
            other = next(rest, None)
            if other is None:
                done.add(stack.pop()[0])
                path.pop()
            elif other in path:
                circle = " → ".join([*path[path.index(other) :], other])
                faults.add(f"groups.{other}", f"is in itself: {circle}")
                done.add(other)
            elif other not in done:
                stack.append((other, iter(_named(groups, other))))


def _named(groups: Mapping[str, tuple[Membership, ...]], name: str) -> list[str]:
    return sorted({other for one in groups.get(name, ()) for other in one.groups})


def _object(place: str, value: Any, faults: Faults, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        faults.add(place, f"expected an object, got {shown(value)}")
        return {}
    for name in value:
        if name not in known:
            where = f"{place}.{name}" if place else str(name)
            faults.add(where, "unknown field" + did_you_mean(str(name), known))
    return value


def _found(value: Any) -> str:
    return "is missing" if value is None else f"{shown(value)} is unknown"


def tables_of(law: Law) -> dict[str, Any]:
    """Return what a file holds that stands by itself, in one canonical order."""
    return {
        "format": FORMAT,
        "version": law.version,
        "groups": {
            name: [
                _said(
                    countries=list(one.countries),
                    groups=list(one.groups),
                    source=one.source,
                    **_span(one),
                )
                for one in law.groups[name]
            ]
            for name in sorted(law.groups)
        },
        "adequacy": [
            _said(country=one.country, scope=one.scope, source=one.source, **_span(one))
            for one in law.adequacy
        ],
        "schemes": {
            name: {"levels": list(one.levels), "ordered": one.ordered, "source": one.source}
            for name, one in sorted(law.schemes.items())
        },
        "sources": {
            name: _said(act=one.act, reference=one.reference, date=one.date)
            for name, one in sorted(law.sources.items())
        },
    }


def _span(one: Membership | Adequacy) -> dict[str, str | None]:
    return {
        "from": None if one.first == ALWAYS else str(one.first),
        "until": None if one.last == EVER else str(one.last),
    }


def _said(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
