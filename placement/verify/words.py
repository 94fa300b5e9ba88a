"""Why a pair of workload and site fails a rule, in words and numbers."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from placement.model.expression import Test, expression
from placement.model.policy import QUESTIONS, Policy
from placement.model.problem import Problem
from placement.model.site import Site
from placement.model.workload import Workload
from placement.units import shown, text
from placement.verify.evidence import Evidence
from placement.verify.exact import shown as digits
from placement.verify.rows import Rows
from placement.verify.rules import served, valid_agreements

__all__ = ["milliseconds", "why"]


class Case(NamedTuple):
    """A workload on a site, with what is known of the policy and the round trip."""

    problem: Problem
    rows: Rows
    w: int
    s: int
    workload: Workload
    site: Site
    policy: Policy
    rtt_ns: int


def milliseconds(ns: int) -> str:
    """Return nanoseconds as milliseconds, exactly.

    Examples
    --------
    >>> from placement.verify.words import milliseconds
    >>> milliseconds(9_200_001)
    '9.200001'
    """
    sign, (whole, rest) = "-" if ns < 0 else "", divmod(abs(ns), 1_000_000)
    return f"{sign}{whole}.{rest:06d}".rstrip("0").rstrip(".")


def listed(names: Iterable[str] | None) -> str:
    """Return names as a message lists them."""
    return ", ".join(names or ()) or "none"


def why(problem: Problem, rows: Rows, rule: str, pair: tuple[int, int], rtt_ns: int) -> str:
    """Return what is wrong with a pair (workload, site) under a rule that it fails."""
    w, s = pair
    workload, site = problem.workloads[w], problem.sites[s]
    policy = Policy() if workload.policy is None else problem.policies[str(workload.policy)]
    case = Case(problem, rows, w, s, workload, site, policy, rtt_ns)
    return f"site {shown(site.id)} {SENTENCES[rule](case)}"


def _state(case: Case) -> str:
    now = "nowhere" if case.workload.site is None else f"on {shown(case.workload.site)}"
    return f"is {case.site.state}, and the workload runs {now} now"


def _slice(case: Case) -> str:
    w = np.array([case.w])
    if not served(case.problem)[w].all():
        asked = case.problem.slices[str(case.workload.slice)]
        where = f"nodes {'any' if asked.nodes is None else listed(asked.nodes)}, countries "
        where += "any" if asked.countries is None else listed(asked.countries)
        return (
            f"is asked for slice {asked.id}, which is there from {asked.valid_from or '…'} to "
            f"{asked.valid_until or '…'} for devices at {where}: not for this workload on {case.problem.at}"
        )
    asked = case.problem.slices[str(case.workload.slice)]
    if asked.id not in (case.site.slices or {}):
        return f"offers the slices {listed(case.site.slices)}, not {asked.id}"
    return f"is run by {case.site.operator}, slice {asked.id} spans {listed(asked.operators)}"


def _agreement(case: Case) -> str:
    home, host, at = case.workload.operator, case.site.operator, case.problem.at
    spans = [
        f"{row.valid_from or '…'} to {row.valid_until or '…'}"
        for row in case.problem.agreements or ()
        if (row.home, row.host) == (home, host)
    ]
    known = f"their agreements hold from {listed(spans)}" if spans else "they have none"
    row = (valid_agreements(case.problem) or {}).get((str(home), str(host)))
    if row is not None and case.problem.agreements is not None:
        terms = case.problem.agreements[row]
        slices = "any" if terms.slices is None else listed(terms.slices)
        policies = "any" if terms.policies is None else listed(terms.policies)
        return (
            f"in {case.site.country or 'no known country'} is hosted by {host} for home {home}, whose "
            f"agreement covers slices {slices} and policies {policies}: not this workload on slice "
            f"{case.workload.slice or 'none'} under policy {case.workload.policy or 'none'}"
        )
    return f"is hosted by {host} for home {home}, without an agreement on {at}: {known}"


def _seat(case: Case) -> str:
    seats = _known(case, "seat")
    if (parents := _known(case, "parents")) != "none":
        seats += f", {parents}"
    return f"is hosted from the seats {seats}, the policy allows {listed(case.policy.seats)}"


def _law(case: Case) -> str:
    known = _known(case, "laws")
    laws = "laws that are unknown" if known == "unknown" else f"the laws {known}"
    return f"exposes data to {laws}, the policy excludes {listed(case.policy.excluded_laws)}"


def _question(question: str) -> Callable[[Case], str]:
    """Return a function that says what an expression asks and what is known."""

    def tell(case: Case) -> str:
        text = str(getattr(case.policy, question))
        asked = expression(text, case.problem.law)
        known = Evidence(case.problem).told(case.s, asked)
        return f"is not known to meet {text}: {known}"

    return tell


def _known(case: Case, fact: str) -> str:
    """Return what is known of a fact of the site on the day."""
    return Evidence(case.problem).told(case.s, Test(fact, "is known")).removeprefix(f"{fact} ")


def _country_of(case: Case) -> str:
    known = _known(case, "country")
    return "no known country" if known == "unknown" else known


def _size(case: Case) -> str:
    w, s = np.array([case.w]), np.array([case.s])
    needs = {
        resource: int(case.rows.demand_on(resource, w, s)[0]) * case.rows.unit[resource]
        for resource in case.rows.resources
    }
    wanted = [f"{digits(amount)} {resource}" for resource, amount in needs.items() if amount]
    offered = [
        f"{text(amount)} {resource}" for resource, amount in (case.site.capacity or {}).items()
    ]
    bandwidth = f" and bandwidth {text(case.workload.bandwidth)}" if case.workload.bandwidth else ""
    return (
        f"holds {listed(offered)}, the workload needs {listed(wanted)}{bandwidth}: too much for the "
        "empty site, its slice or the whole quota"
    )


SENTENCES: dict[str, Callable[[Case], str]] = {
    "state": _state,
    "pinned": lambda c: f"is not {shown(str(c.workload.site))}, to which the workload is pinned",
    "allow_deny": lambda c: (
        f"is not allowed: allow {'any' if c.workload.allow is None else listed(c.workload.allow)}, "
        f"deny {listed(c.workload.deny)}"
    ),
    "features": lambda c: (
        f"has {listed(c.site.features)}, asked for are {listed(c.workload.features)}"
    ),
    "slice": _slice,
    "agreement": _agreement,
    "country": lambda c: f"is in {_country_of(c)}, allowed are {listed(c.policy.countries)}",
    "seat": _seat,
    "law": _law,
    "certification": lambda c: (
        f"has {_known(c, 'certifications')}, asked for are {listed(c.policy.certifications)}"
    ),
    **{question: _question(question) for question in QUESTIONS},
    "unreachable": lambda c: (
        f"has no path out and back for every origin on slice {c.workload.slice or 'none'}"
    ),
    "transit": lambda c: (
        f"has no path out and back for every origin that crosses only {listed(c.policy.transit)}"
    ),
    "latency": lambda c: (
        f"is {milliseconds(c.rtt_ns)} ms away (round trip), above max_rtt_ms {text(c.workload.max_rtt_ms)}"
    ),
    "size": _size,
}
