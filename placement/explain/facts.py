"""The numbers behind each reason, for one workload on one site."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from placement.explain.detours import OwnDetours
from placement.explain.evidence import Known, of_fact, of_question
from placement.model.network import Slice
from placement.model.operator import Agreement, Operator
from placement.model.policy import QUESTIONS, Policy
from placement.model.problem import Problem
from placement.model.site import Site
from placement.model.workload import Workload
from placement.units import Amount

__all__ = ["FACTS", "Case", "shortage", "whole_slice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A workload on a site, and what is known of the two.

    Parameters
    ----------
    demand : mapping of str to amount
        What it needs on this site.
    agreements : tuple of Agreement
        All that there are.
    agreement : Agreement, optional
        Of its home with the site's operator, if one is needed and in force.
    rtt_ns, max_rtt_ns : int, ns, optional
        What the bound is about, and the bound.
    detours : OwnDetours
        The ways that the transit set or the slice's links close.
    place : int
        Of the site, among the sorted ids.
    """

    problem: Problem
    workload: Workload
    site: Site
    policy: Policy
    host: Operator | None
    demand: Mapping[str, Amount]
    agreements: tuple[Agreement, ...]
    agreement: Agreement | None
    rtt_ns: int | None
    max_rtt_ns: int | None
    detours: OwnDetours
    place: int


def _allow_deny(case: Case) -> dict[str, Any]:
    allow, deny = case.workload.allow, tuple(case.workload.deny)
    return {
        "allow": None if allow is None else list(allow),
        "denied": case.site.id in deny,
    }


def _slice(case: Case) -> dict[str, Any]:
    asked = case.problem.slices[str(case.workload.slice)]
    return {
        "slice": asked.id,
        "offered": sorted(case.site.slices or ()),
        "operators": None if asked.operators is None else list(asked.operators),
        "unserved": _unserved(case, asked),
    }


def _unserved(case: Case, asked: Slice) -> str | None:
    """Return why a slice serves none of the workload, if it does not."""
    at, first, last = str(case.problem.at), asked.valid_from, asked.valid_until
    if (first is not None and at < str(first)) or (last is not None and str(last) < at):
        return f"is there from {first or '…'} to {last or '…'}, not on {at}"
    allowed = None
    if asked.countries is not None:
        allowed = case.problem.law.expand(tuple(asked.countries), case.problem.at)
    for origin in case.workload.origins or ():
        country = case.problem.nodes[origin.node].country
        if asked.nodes is not None and origin.node not in asked.nodes:
            return f"does not serve devices at {origin.node}"
        if allowed is not None and country not in allowed:
            where = country or "an unknown country"
            return f"does not serve devices in {where}, such as those at {origin.node}"
    return None


def _agreement(case: Case) -> dict[str, Any]:
    home, host = case.workload.operator, case.site.operator
    spans = [
        {
            "valid_from": None if one.valid_from is None else str(one.valid_from),
            "valid_until": None if one.valid_until is None else str(one.valid_until),
        }
        for one in case.agreements
        if (one.home, one.host) == (home, host)
    ]
    terms = case.agreement
    return {
        "home": home,
        "host": host,
        "at": str(case.problem.at),
        "agreements": spans,
        "not_covered": [] if terms is None else _not_covered(case, terms),
    }


def _not_covered(case: Case, terms: Agreement) -> list[str]:
    """Return what an agreement in force does not cover in a workload on a site."""
    told = []
    for what, name, names in (
        ("slice", case.workload.slice, terms.slices),
        ("policy", case.workload.policy, terms.policies),
    ):
        if names is not None and name not in names:
            told.append(f"without a {what}" if name is None else f"{what} {name}")
    if terms.country_quota and case.site.country is None:
        told.append("sites of unknown country")
    return told


def _seat(case: Case) -> dict[str, Any]:
    allowed = case.policy.seats or ()
    known = Known(case.problem, case.site)
    seats = known.values("seat") + known.values("parents")
    legal = case.problem.law.expand(allowed, case.problem.at)
    outside = [one or "unknown" for one in seats if one not in legal]
    return {
        "policy": case.policy.id,
        "seats": seats,
        "outside": outside,
        "allowed": list(allowed),
    }


def _law(case: Case) -> dict[str, Any]:
    laws = of_fact(case.problem, case.site, "laws")
    excluded = list(case.policy.excluded_laws)
    known = None if None in laws else laws
    return {
        "policy": case.policy.id,
        "laws": known,
        "exposed": [one for one in known or () if one in excluded],
        "excluded": excluded,
    }


def _certification(case: Case) -> dict[str, Any]:
    at_hand = of_fact(case.problem, case.site, "certifications")
    held, satisfies = [one for one in at_hand if one], case.problem.law.satisfies
    missing = [one for one in case.policy.certifications if not satisfies(held, one)]
    times = dict(case.site.certificates or {})
    return {"policy": case.policy.id, "missing": missing, "held": held, "certificates": times}


def _question(question: str) -> Callable[[Case], dict[str, Any]]:
    return lambda case: of_question(case.problem, case.site, case.policy, question)


def _crossable(policy: Policy) -> list[str]:
    """Return what data may cross: countries and groups, and what must be true of nodes."""
    asked = [] if policy.in_transit is None else [f"nodes where {policy.in_transit}"]
    return [*(policy.transit or ()), *asked]


def _unreachable(case: Case) -> dict[str, Any]:
    way = case.detours.without_slice(case.place, legal=False)
    return {"slice": case.workload.slice, "without_slice": way and way.to_dict()}


def _transit(case: Case) -> dict[str, Any]:
    way = case.detours.without_transit(case.place)
    return {
        "allowed": _crossable(case.policy),
        "without_transit": way and way.to_dict(),
    }


def _latency(case: Case) -> dict[str, Any]:
    """Return the two numbers, and those of faster ways that a rule closes, if there are any."""
    facts: dict[str, Any] = {"rtt_ns": case.rtt_ns, "max_rtt_ns": case.max_rtt_ns}
    free = case.detours.without_transit(case.place, below=case.rtt_ns or 0)
    if free is not None:
        facts["without_transit"] = {**free.to_dict(), "allowed": _crossable(case.policy)}
    wide = case.detours.without_slice(case.place, below=case.rtt_ns or 0)
    if wide is not None:
        facts["without_slice"] = {**wide.to_dict(), "slice": case.workload.slice}
    return facts


def _size(case: Case) -> dict[str, Any]:
    site, workload = case.site, case.workload
    capacity = site.capacity or {}
    short = {
        name: over
        for name, much in case.demand.items()
        if (over := Fraction(much) - Fraction(capacity.get(name, 0))) > 0
    }
    quota = (case.agreement and case.agreement.quota) or {}
    for name, much in case.demand.items():
        if name in quota and much > quota[name]:
            short[f"quota of {name}"] = Fraction(much) - Fraction(quota[name])
    needed = {**case.demand, "bandwidth": workload.bandwidth}
    by_country = (case.agreement and case.agreement.country_quota) or {}
    for name, much in case.demand.items():
        most, there = by_country.get(f"{site.country}/{name}"), f"{name} in {site.country}"
        if most is not None and much > most:
            short[f"quota of {there}"] = Fraction(much) - Fraction(most)
            needed[there] = much
    limit = (site.slices or {}).get(workload.slice or "")
    if limit is not None and workload.bandwidth > limit:
        short["bandwidth"] = Fraction(workload.bandwidth) - Fraction(limit)
    for name, much, most in whole_slice(case):
        if much > most:
            short[name], needed[name] = Fraction(much) - Fraction(most), much
    return shortage(short, needed)


def whole_slice(case: Case) -> Iterator[tuple[str, Amount, Amount]]:
    """Yield name, need and limit of what the workload's slice limits over all sites."""
    if case.workload.slice is None:
        return
    terms = case.problem.slices[case.workload.slice]
    for name, much, most in (
        (f"bandwidth of slice {terms.id}", case.workload.bandwidth, terms.bandwidth),
        (f"devices of slice {terms.id}", case.workload.devices, terms.max_devices),
    ):
        if most is not None:
            yield name, much, most


def shortage(short: Mapping[str, Fraction], needed: Mapping[str, Amount]) -> dict[str, Any]:
    """Return what is short by how much, and the largest share of the need that is missing."""
    shares = [
        much / Fraction(needed[name.removeprefix("quota of ")]) for name, much in short.items()
    ]
    told = {
        name: int(much) if much.denominator == 1 else float(much) for name, much in short.items()
    }
    return {"short": told, "worst": float(max(shares, default=Fraction(0)))}


FACTS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "state": lambda case: {"state": case.site.state},
    "pinned": lambda case: {"pinned_to": case.workload.site},
    "allow_deny": _allow_deny,
    "features": lambda case: {
        "missing": sorted(set(case.workload.features) - set(case.site.features))
    },
    "slice": _slice,
    "agreement": _agreement,
    "country": lambda case: {
        "country": next(iter(of_fact(case.problem, case.site, "country"))),
        "policy": case.policy.id,
        "allowed": list(case.policy.countries or ()),
    },
    "seat": _seat,
    "law": _law,
    "certification": _certification,
    **{question: _question(question) for question in QUESTIONS},
    "unreachable": _unreachable,
    "transit": _transit,
    "latency": _latency,
    "size": _size,
}
