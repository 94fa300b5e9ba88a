"""Sites: where workloads may run."""

from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

from placement import units
from placement.model import parse
from placement.model.evidence import EVIDENCE, certificates, known_until
from placement.model.noun import REQUIRED, Field, Noun, keys, one
from placement.units import Amount

__all__ = ["SITES", "Site"]


@dataclass(frozen=True, slots=True)
class Site:
    """A place where workloads may run.

    Parameters
    ----------
    id : str
        Its name in the problem.
    node : str
        Where it stands in the network.
    operator : str, optional
        Who runs it; unknown if left out.
    country : str, optional
        ISO code; its node's if left out.
    capacity : mapping of str to amount, default nothing
        How much of each resource it has; a resource that is not listed has none.
    slices : mapping of str to amount or None, default none
        The slices that it offers with their bandwidth; None is unlimited.
    price : mapping of str to price, default 0
        Money for one unit of a resource: a number, or such as ``"0.005/Gi"``.
    open_cost : number, default 0
        Added once if any workload runs here.
    carbon : mapping of str to price, default 0
        Carbon for one unit of a resource, likewise.
    features : collection of str, default none
        What a workload may ask for.
    certifications : collection of str, default none
        ``scheme:level`` each.
    state : {'open', 'cordoned', 'down'}, default 'open'
        A cordoned site keeps what it has and takes nothing new; a site that is down holds nothing.
    storage : collection of str, optional
        Countries where its data rests; its own if left out.
    backups : collection of str, optional
        Countries where its backups rest; left out: unknown, empty: there are none.
    staff, keys, subprocessors, grounds : optional
        As for its operator, in whose place they stand if given.
    certificates : mapping of str to str or None, default none
        Certifications with their time, such as ``"2024-04-01/2027-03-31"`` or ``"../2027-03-31"``; None
        where that is not known. Those in `certifications` hold at any time.
    known_until : mapping of str to date, default none
        Until when which of its own facts is known; unknown from the day after.
    """

    id: str
    _: KW_ONLY
    node: str
    operator: str | None = None
    country: str | None = None
    capacity: Mapping[str, Any] | None = None
    slices: Mapping[str, Any] | None = None
    price: Mapping[str, Any] | None = None
    open_cost: Any = 0
    carbon: Mapping[str, Any] | None = None
    features: Collection[str] = ()
    certifications: Collection[str] = ()
    state: str = "open"
    storage: Collection[str] | None = None
    backups: Collection[str] | None = None
    staff: Collection[str] | None = None
    keys: Collection[str] | None = None
    subprocessors: Mapping[str, Any] | None = None
    grounds: Collection[str] | None = None
    certificates: Mapping[str, Any] | None = None
    known_until: Mapping[str, Any] | None = None


def amounts_or_null(pairs: Collection[tuple[str, Amount | None]]) -> dict[str, Any]:
    """Return a mapping as JSON holds it."""
    return {key: None if value is None else units.to_json(value) for key, value in pairs}


SITES = Noun(
    "sites",
    "site",
    Site,
    {
        "id": Field(parse.name, REQUIRED),
        "node": Field(parse.name, REQUIRED, names=one, target="nodes"),
        "operator": Field(parse.name, names=one, target="operators"),
        "country": Field(parse.country),
        "capacity": Field(units.amount, dump=units.to_json, exploded=True),
        "slices": Field(parse.bandwidths, (), amounts_or_null, keys, "slices", mapping=True),
        "price": Field(parse.priced, (), amounts_or_null, mapping=True),
        "open_cost": Field(parse.number, 0, units.to_json),
        "carbon": Field(parse.priced, (), amounts_or_null, mapping=True),
        "features": Field(parse.set_of(parse.name), (), list),
        "certifications": Field(parse.set_of(parse.certification), (), list),
        "state": Field(parse.choice("open", "cordoned", "down"), "open"),
        "storage": Field(parse.set_of(parse.country), None, list),
        "backups": Field(parse.set_of(parse.country), None, list),
        **EVIDENCE,
        "certificates": certificates,
        "known_until": known_until("backups", "certifications", "country", "storage", *EVIDENCE),
    },
)
