"""The tables of law: groups of countries by date, adequacy decisions, schemes of certification.

Every row has a source. What comes with the library is data (`placement.data`, folder `law`), and a file
may extend or replace it.
"""

import datetime
import functools
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from placement.errors import NoValueError
from placement.model.faults import did_you_mean
from placement.units import shown

__all__ = [
    "ADEQUATE",
    "Adequacy",
    "Country",
    "Law",
    "Membership",
    "Scheme",
    "Source",
    "being_read",
    "code_in",
    "reading",
    "shipped",
]

ADEQUATE = "EU-ADEQUATE"  # no table of its own: the decisions without a scope
ALWAYS, EVER = datetime.date.min, datetime.date.max


class _Dated:
    """What is so from one day to another; both count."""

    __slots__ = ()
    first: datetime.date
    last: datetime.date

    def holds(self, at: datetime.date) -> bool:
        """Return whether a day lies within its time."""
        return self.first <= at <= self.last


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row comes from.

    Parameters
    ----------
    id : str
        By which rows name it.
    act : str
        The act, the judgment or the standard.
    reference : str
        Where it is published, such as ``OJ L 112, 24.4.2012``.
    date : str
        When it was signed, adopted or published: a date, or a year or month of one.
    """

    id: str
    act: str
    reference: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """A country or a territory with a code of its own.

    Parameters
    ----------
    code, name : str
        ISO 3166-1 alpha-2, and its name in everyday English.
    part_of : str
        The country whose territory it is, if it is one.
    source : str
        Of the code.
    """

    code: str
    name: str
    part_of: str
    source: str


@dataclass(frozen=True, slots=True)
class Membership(_Dated):
    """That countries, or all of another group, were in a group over a time.

    Parameters
    ----------
    countries, groups : tuple of str
        Who.
    first, last : date
        Both days count.
    source : str
        Of the row.
    """

    countries: tuple[str, ...]
    groups: tuple[str, ...]
    first: datetime.date
    last: datetime.date
    source: str


@dataclass(frozen=True, slots=True)
class Adequacy(_Dated):
    """A decision that a country protects personal data well enough.

    Parameters
    ----------
    country : str
        Which.
    scope : str
        What a recipient must be for it to cover a transfer, such as ``US-DPF``; empty: any.
    first, last : date
        Both days count.
    source : str
        Of the row.
    """

    country: str
    scope: str
    first: datetime.date
    last: datetime.date
    source: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme of certification.

    Parameters
    ----------
    name : str
        Before the colon of a certification.
    levels : tuple of str
        Lowest first.
    ordered : bool
        Whether a site that holds a level holds those before it.
    source : str
        Of the row.
    """

    name: str
    levels: tuple[str, ...]
    ordered: bool
    source: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Law:
    """Tables of law, with a version by which plans name them.

    Parameters
    ----------
    version : str
        Of the tables.
    countries : mapping of str to Country
        By code.
    aliases : mapping of str to str
        Codes that are read as others, and never written.
    groups : mapping of str to tuple of Membership
        By name; `EU-ADEQUATE` is made of `adequacy`.
    adequacy : tuple of Adequacy
        Decisions, with their scope.
    schemes : mapping of str to Scheme
        By name.
    sources : mapping of str to Source
        By id.

    Examples
    --------
    >>> from datetime import date
    >>> from placement.model.law import shipped
    >>> law = shipped()
    >>> "GB" in law.expand(["EU"], date(2020, 1, 31)), "GB" in law.expand(["EU"], date(2020, 2, 1))
    (True, False)
    >>> law.satisfies(["C5:type2"], "C5:type1")
    True
    """

    version: str
    countries: Mapping[str, Country]
    aliases: Mapping[str, str]
    groups: Mapping[str, tuple[Membership, ...]]
    adequacy: tuple[Adequacy, ...]
    schemes: Mapping[str, Scheme]
    sources: Mapping[str, Source]
    _digest: list[str] = field(init=False, default_factory=list, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all groups, sorted."""
        return tuple(sorted({*self.groups, ADEQUATE}))

    @property
    def digest(self) -> str:
        """SHA-256 of the tables' content."""
        if not self._digest:
            from placement.model.law_document import tables_of

            text = json.dumps(tables_of(self), sort_keys=True, ensure_ascii=False)
            self._digest.append(hashlib.sha256(text.encode()).hexdigest())
        return self._digest[0]

    def expand(self, names: Iterable[str], at: datetime.date) -> frozenset[str]:
        """Return the countries that a list of countries and groups meant on a date.

        Parameters
        ----------
        names : iterable of str
            ISO codes and names of groups.
        at : datetime.date
            The day on which the groups are read.

        Returns
        -------
        frozenset of str
            ISO 3166-1 alpha-2 codes.
        """
        found: set[str] = set()
        seen: set[str] = set()
        ahead = list(names)
        while ahead:
            name = ahead.pop()
            if name in seen:
                continue
            seen.add(name)
            if name == ADEQUATE:
                found |= {one.country for one in self.adequacy if not one.scope and one.holds(at)}
            elif name not in self.groups:
                found.add(name)
            else:
                for one in self.groups[name]:
                    if one.holds(at):
                        found.update(one.countries)
                        ahead += one.groups
        return frozenset(found)

    def satisfies(self, have: Iterable[str], want: str) -> bool:
        """Return whether one of the certifications held is the one wanted, or a higher level of it.

        Parameters
        ----------
        have : iterable of str
            ``scheme:level`` each.
        want : str
            Likewise.

        Returns
        -------
        bool
            A scheme that is not in the table, or whose levels have no order, matches exactly.
        """
        name, _, level = want.partition(":")
        held, scheme = set(have), self.schemes.get(name)
        if scheme is None or not scheme.ordered or level not in scheme.levels:
            return want in held
        higher = scheme.levels[scheme.levels.index(level) :]
        return any(f"{name}:{one}" in held for one in higher)

    def scopes(self, country: str | None, at: datetime.date) -> frozenset[str]:
        """Return the scopes of a country's decisions in force on a date; an empty one covers all.

        Parameters
        ----------
        country : str or None
            ISO code.
        at : datetime.date
            The day.

        Returns
        -------
        frozenset of str
            None of them where no decision is in force.
        """
        return frozenset(
            one.scope for one in self.adequacy if one.country == country and one.holds(at)
        )

    def source(self, name: str) -> Source:
        """Return a source by its id.

        Parameters
        ----------
        name : str
            As rows name it.

        Returns
        -------
        Source
            With act and reference.

        Raises
        ------
        NoValueError
            If there is none.
        """
        if name not in self.sources:
            told = f"no source {shown(name)} in the law {self.version}"
            raise NoValueError(told + did_you_mean(name, self.sources))
        return self.sources[name]

    def turning_days(self) -> tuple[datetime.date, ...]:
        """Return the days on which any group or decision is another than the day before.

        Returns
        -------
        tuple of date
            Sorted.
        """
        rows: list[Membership | Adequacy] = [*self.adequacy]
        for group in self.groups.values():
            rows += group
        days = {one.first for one in rows if one.first != ALWAYS}
        days |= {one.last + datetime.timedelta(days=1) for one in rows if one.last != EVER}
        return tuple(sorted(days))

    @classmethod
    def from_dict(cls, document: Any) -> "Law":
        """Make tables of the content of a `placement-law/1` file.

        Parameters
        ----------
        document : mapping
            What a JSON reader makes of the file.

        Returns
        -------
        Law
            With what it extends, if it extends the tables that come with the library.

        Raises
        ------
        InputError
            If anything is wrong; all faults are told at once.
        """
        from placement.model.law_document import law_of

        return law_of(document)

    def to_dict(self) -> dict[str, Any]:
        """Return the content of a `placement-law/1` file that stands by itself.

        Returns
        -------
        dict
            Ready for a JSON writer; codes of countries are the library's and left out.
        """
        from placement.model.law_document import tables_of

        return tables_of(self)

    def __reduce__(self) -> tuple[Any, ...]:
        from placement.model.law_document import law_of, tables_of

        return law_of, (tables_of(self),)

    def __repr__(self) -> str:
        return f"<law {self.version}: {', '.join(self.names)}>"


@functools.cache
def shipped() -> Law:
    """Return the tables that come with the library.

    Returns
    -------
    Law
        Read once.
    """
    from placement.model.law_document import law_of

    file = files("placement.data") / "law/law.json"
    return law_of(json.loads(file.read_text(encoding="utf-8")), with_countries=True)


_READ: ContextVar[Law | None] = ContextVar("law", default=None)


def being_read() -> Law:
    """Return the law of the problem that is being read: what names of groups it knows."""
    return _READ.get() or shipped()


@contextmanager
def reading(law: Law) -> Iterator[None]:
    """Read a problem under a law."""
    token = _READ.set(law)
    try:
        yield
    finally:
        _READ.reset(token)


def code_in(
    codes: Collection[str], aliases: Mapping[str, str], groups: Collection[str], code: Any
) -> str:
    """Return the code of a country among some; raises ValueError with a hint."""
    known = aliases.get(code, code) if isinstance(code, str) else None
    if known in codes:
        return str(known)
    hint = ""
    if isinstance(code, str):
        upper = aliases.get(code.upper(), code.upper())
        if upper in codes:
            hint = f'; did you mean "{upper}"?'
        elif code.upper() in groups:
            hint = "; that is a group of countries"
    raise ValueError(
        f"{shown(code)} is no country; expected an ISO 3166-1 alpha-2 code such as DE{hint}"
    )
