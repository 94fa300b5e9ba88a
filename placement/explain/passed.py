"""The facts by which a workload may run on its site, rule by rule; a rule that asks nothing is left out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from placement.explain.evidence import Known, of_fact
from placement.explain.law_used import sources_of
from placement.model.operator import Agreement, Operator
from placement.model.policy import QUESTIONS, Policy
from placement.model.problem import Problem
from placement.model.site import Site
from placement.model.workload import Workload
from placement.units import Amount, to_json

__all__ = ["Placed", "law_facts", "own_facts"]

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A workload on its site, and what is known of the two.

    Parameters
    ----------
    demand : mapping of str to amount
        What it needs there.
    agreement : Agreement, optional
        In force between its home and the site's operator, if they are two and need one.
    """

    problem: Problem
    workload: Workload
    site: Site
    policy: Policy
    host: Operator | None
    demand: Mapping[str, Amount]
    agreement: Agreement | None

    def via(self, country: str | None, names: Iterable[str]) -> Facts:
        """Return a country with what of some countries and groups holds it, and by which sources."""
        law, at = self.problem.law, self.problem.at
        ordered = sorted(names, key=lambda name: (name != country, name))
        via = next((name for name in ordered if country in law.expand([name], at)), None)
        facts: Facts = {"country": country, "via": via}
        if via is None or country is None or via == country:
            return facts
        return {**facts, "sources": sources_of(law, via, country, at)}


def own_facts(one: Placed) -> dict[str, Facts]:
    """Return the facts that concern this workload: everything but the law."""
    return _asked(OWN, one)


def law_facts(one: Placed) -> dict[str, Facts]:
    """Return the facts that are the same for all workloads of the policy on the site."""
    return _asked(LAW, one)


def _asked(rules: Mapping[str, Callable[[Placed], Facts | None]], one: Placed) -> dict[str, Facts]:
    found = ((name, facts(one)) for name, facts in rules.items())
    return {name: facts for name, facts in found if facts is not None}


def _state(one: Placed) -> Facts:
    facts = {"state": one.site.state}
    return facts if one.site.state == "open" else {**facts, "current": one.workload.site}


def _pinned(one: Placed) -> Facts | None:
    return {"current": one.workload.site} if one.workload.pinned else None


def _allow_deny(one: Placed) -> Facts | None:
    allow, deny = one.workload.allow, one.workload.deny
    if allow is None and not deny:
        return None
    return {"allow": None if allow is None else list(allow), "deny": list(deny)}


def _features(one: Placed) -> Facts | None:
    if not one.workload.features:
        return None
    return {"asked": list(one.workload.features), "has": list(one.site.features)}


def _slice(one: Placed) -> Facts | None:
    if one.workload.slice is None:
        return None
    asked = one.problem.slices[str(one.workload.slice)]
    return {
        "slice": asked.id,
        "operators": None if asked.operators is None else list(asked.operators),
        "host": one.site.operator,
    }


def _agreement(one: Placed) -> Facts | None:
    home, host = one.workload.operator, one.site.operator
    if home is None:
        return None
    facts: Facts = {"home": home, "host": host}
    if one.agreement is None:
        return {**facts, "why": "own site" if home == host else "no table of agreements"}
    days = one.agreement.valid_from, one.agreement.valid_until
    first, last = (None if day is None else str(day) for day in days)
    return {**facts, "valid_from": first, "valid_until": last}


def _latency(one: Placed) -> Facts | None:
    if one.workload.max_rtt_ms is None:
        return None
    return {"max_rtt_ms": to_json(one.workload.max_rtt_ms)}


def _size(one: Placed) -> Facts | None:
    needs = {name: to_json(much) for name, much in one.demand.items() if much}
    if one.workload.bandwidth:
        return {"needs": needs, "bandwidth": to_json(one.workload.bandwidth)}
    return {"needs": needs} if needs else None


def _country(one: Placed) -> Facts | None:
    if one.policy.countries is None:
        return None
    return one.via(one.site.country, one.policy.countries)


def _seat(one: Placed) -> Facts | None:
    if one.policy.seats is None or one.host is None:
        return None
    known = Known(one.problem, one.site)
    seats = known.values("seat") + known.values("parents")
    return {"seats": [one.via(seat, one.policy.seats) for seat in seats]}


def _law(one: Placed) -> Facts | None:
    if not one.policy.excluded_laws or one.host is None:
        return None
    return {"exposed_to": list(one.host.laws or ()), "excluded": list(one.policy.excluded_laws)}


def _certification(one: Placed) -> Facts | None:
    wanted, law = one.policy.certifications, one.problem.law
    if not wanted:
        return None
    held = [have for have in of_fact(one.problem, one.site, "certifications") if have]
    by = {want: [have for have in held if law.satisfies([have], want)] for want in sorted(wanted)}
    return {"satisfied_by": by}


def _question(question: str) -> Callable[[Placed], Facts | None]:
    """Return what tells the expression of a question, and what is known of all that it asks for."""

    def tell(one: Placed) -> Facts | None:
        text = getattr(one.policy, question)
        if text is None:
            return None
        return {"asked": text, "known": Known(one.problem, one.site).asked(text)}

    return tell


OWN: dict[str, Callable[[Placed], Facts | None]] = {
    "state": _state,
    "pinned": _pinned,
    "allow_deny": _allow_deny,
    "features": _features,
    "slice": _slice,
    "agreement": _agreement,
    "latency": _latency,
    "size": _size,
}
LAW: dict[str, Callable[[Placed], Facts | None]] = {
    "country": _country,
    "seat": _seat,
    "law": _law,
    "certification": _certification,
    **{question: _question(question) for question in QUESTIONS},
}
