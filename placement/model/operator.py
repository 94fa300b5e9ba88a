"""Operators, and the agreements by which one hosts for another."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

from placement import units
from placement.model import parse
from placement.model.evidence import EVIDENCE, OWNERS, SCOPES, known_until
from placement.model.noun import REQUIRED, Field, Noun, each, one
from placement.units import Amount

__all__ = ["AGREEMENTS", "OPERATORS", "Agreement", "Operator"]


@dataclass(frozen=True, slots=True)
class Operator:
    """A company that runs sites or has customers.

    Parameters
    ----------
    id : str
        Its name in the problem.
    country : str, optional
        ISO code of its legal seat; unknown if left out.
    parents : collection of str, default none
        Countries of the owners that control it.
    laws : collection of str, optional
        Extraterritorial laws it is exposed to, such as ``US-CLOUD-ACT``; left out: unknown, empty:
        none.
    owners : mapping of str to number or None, optional
        Which operators of the table hold which share, above 0 and at most 1, None where that is not
        known; left out: unknown, empty: it has no owners. Companies that own operators are rows of the
        same table.
    staff : collection of str, optional
        Countries from which staff can reach the data.
    keys : collection of str, optional
        Who holds the keys of the data, such as ``customer`` or ``operator``.
    subprocessors : mapping of str to str or None, optional
        Third parties that process the data, and their countries.
    grounds : collection of str, optional
        Grounds of transfers to it that are agreed and on file, such as ``A46-2-c``.
    scopes : collection of str, optional
        What it is as a recipient of data, such as ``US-DPF``.
    known_until : mapping of str to date, default none
        Until when which of these facts is known; unknown from the day after.
    """

    id: str
    _: KW_ONLY
    country: str | None = None
    parents: Collection[str] = ()
    laws: Collection[str] | None = None
    owners: Mapping[str, Any] | None = None
    staff: Collection[str] | None = None
    keys: Collection[str] | None = None
    subprocessors: Mapping[str, Any] | None = None
    grounds: Collection[str] | None = None
    scopes: Collection[str] | None = None
    known_until: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """That one operator's customers may run on another's sites.

    Parameters
    ----------
    home, host : str
        Whose customers, and on whose sites.
    quota : mapping of str to amount, default unlimited
        How much of each resource in all; a resource that is not listed is unlimited.
    country_quota : mapping of str to amount, default unlimited
        How much of a resource on the host's sites in a country, such as ``{"FR/cpu": 64}``. With any,
        sites of unknown country are not covered.
    slices : collection of str, optional
        The slices whose workloads it covers; all workloads, also those without a slice, if left out.
    policies : collection of str, optional
        The policies whose workloads it covers, likewise.
    price_factor : number, default 1
        On the prices of the host's sites.
    valid_from, valid_until : date, optional
        First and last day; open if left out.
    """

    home: str
    host: str
    quota: Mapping[str, Any] | None = None
    country_quota: Mapping[str, Any] | None = None
    slices: Collection[str] | None = None
    policies: Collection[str] | None = None
    price_factor: Any = 1
    valid_from: datetime.date | str | None = None
    valid_until: datetime.date | str | None = None


def amounts(pairs: Collection[tuple[str, Amount]]) -> dict[str, Any]:
    """Return a mapping as JSON holds it."""
    return {key: units.to_json(value) for key, value in pairs}


OPERATORS = Noun(
    "operators",
    "operator",
    Operator,
    {
        "id": Field(parse.name, REQUIRED),
        "country": Field(parse.country),
        "parents": Field(parse.set_of(parse.country), (), list),
        "laws": Field(parse.set_of(parse.name), None, list),
        "owners": OWNERS,
        **EVIDENCE,
        "scopes": SCOPES,
        "known_until": known_until("country", "laws", "owners", "parents", "scopes", *EVIDENCE),
    },
)
AGREEMENTS = Noun(
    "agreements",
    "agreement",
    Agreement,
    {
        "home": Field(parse.name, REQUIRED, names=one, target="operators"),
        "host": Field(parse.name, REQUIRED, names=one, target="operators"),
        "quota": Field(units.amount, dump=units.to_json, exploded=True, keep_zero=True),
        "country_quota": Field(parse.country_quotas, (), amounts, mapping=True),
        "slices": Field(parse.set_of(parse.slice_id), None, list, each, "slices"),
        "policies": Field(parse.set_of(parse.name), None, list, each, "policies"),
        "price_factor": Field(parse.number, 1, units.to_json),
        "valid_from": Field(parse.date, None, str),
        "valid_until": Field(parse.date, None, str),
    },
    key="",
)
