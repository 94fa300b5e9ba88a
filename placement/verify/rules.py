"""The rules that a pair of workload and site must pass whatever else is placed.

Each function returns the sites that *fail* one rule. What is left open by the customer passes; what
is not known of a site, an operator or a country passes no rule that asks for it. The path rules stand
in `latency`, `size` in `rows`, and `state` and `pinned` depend on where the workload runs now.
"""

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement.model.column import Column
from placement.model.expression import Test, expression
from placement.model.policy import QUESTIONS
from placement.model.problem import Problem
from placement.model.reasons import BIT
from placement.verify.evidence import Evidence

__all__ = ["Customer", "Rules", "served", "valid_agreements"]

Fails = NDArray[np.bool_]
MOST_KEPT = 1 << 26  # answers, a byte each


class Customer(NamedTuple):
    """What the rules of this module read of a workload."""

    operator: str | None
    policy: str | None
    slice: str | None
    served: bool
    features: tuple[str, ...]
    allow: tuple[str, ...] | None
    deny: tuple[str, ...]


def valid_agreements(problem: Problem) -> dict[tuple[str, str], int] | None:
    """Return (home, host) → row of the agreement valid at `Problem.at`; None where none is needed.

    Both dates of an agreement are inclusive, and a date that is left out is open.
    """
    if problem.agreements is None:
        return None
    columns = [
        problem.agreements.column(name) for name in ("home", "host", "valid_from", "valid_until")
    ]
    valid = {}
    for row in range(len(problem.agreements)):
        home, host, first, last = (column[row] for column in columns)
        if (first is None or first <= problem.at) and (last is None or problem.at <= last):
            valid[home, host] = row
    return valid


def served(problem: Problem) -> NDArray[np.bool_]:
    """Return which workloads their slice serves: on this day, with all of their origins in its area.

    A workload without a slice, or without origins, is nowhere outside.
    """
    workloads, at = problem.workloads, problem.at
    made = np.ones(len(workloads), dtype=np.bool_)
    slices, origins = workloads.column("slice"), workloads.column("origins")
    listed, codes = origins.distinct(), origins.row_codes()
    country = problem.nodes.column("country")
    for code, name in enumerate(slices.distinct()):
        if name is None:
            continue
        terms = problem.slices[name]
        mine = slices.row_codes() == code
        first, last = terms.valid_from, terms.valid_until
        if (first is not None and str(first) > str(at)) or (
            last is not None and str(at) > str(last)
        ):
            made[mine] = False
            continue
        if terms.nodes is None and terms.countries is None:
            continue
        allowed = None
        if terms.countries is not None:
            allowed = problem.law.expand(tuple(terms.countries), at)
        outside = np.zeros(len(listed), dtype=np.bool_)
        for one in np.unique(codes[mine]).tolist():
            for origin in listed[one] or ():
                where = country[problem.nodes.index(origin.node)]
                if (terms.nodes is not None and origin.node not in terms.nodes) or (
                    allowed is not None and where not in allowed
                ):
                    outside[one] = True
        made &= ~(mine & outside[codes])
    return made


class Rules:
    """The rules of one problem, asked of all its sites at once.

    Parameters
    ----------
    problem : Problem
        Whose sites, operators, agreements and policies are read.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._sites = problem.sites
        self._place = {name: s for s, name in enumerate(problem.sites.ids)}
        self._agreements = valid_agreements(problem)
        self._evidence = Evidence(problem)
        terms = problem.agreements
        self._by_slice, self._by_policy, self._by_country = (
            terms is not None and any(one != nothing for one in terms.column(name).distinct())
            for name, nothing in (("slices", None), ("policies", None), ("country_quota", ()))
        )
        self._kept: dict[tuple[str, Hashable], Fails] = {}
        self._masks: dict[Customer, NDArray[np.uint32]] = {}

    def fails(self, customer: Customer) -> NDArray[np.uint32]:
        """Return for each site the rules of this module that it fails, as a mask of reasons."""
        if customer not in self._masks:
            if len(self._masks) * len(self._sites) > MOST_KEPT >> 2:
                self._masks.clear()
            self._masks[customer] = self._failed(customer)
        return self._masks[customer]

    def _failed(self, customer: Customer) -> NDArray[np.uint32]:
        mask = np.zeros(len(self._sites), dtype=np.uint32)
        policy = customer.policy
        matters: list[tuple[str, Callable[[Any], Fails], Any]] = [
            ("allow_deny", self._allow_deny, (customer.allow, customer.deny)),
            ("features", self._features, customer.features),
            ("slice", self._slice, (customer.slice, customer.served)),
            ("agreement", self._agreement, self._guest(customer)),
            ("country", self._country, policy),
            ("seat", self._seat, policy),
            ("law", self._law, policy),
            ("certification", self._certification, policy),
        ]
        matters += [(one, self._question, (one, policy)) for one in QUESTIONS]
        for reason, rule, asked in matters:
            mask[self._once(reason, rule, asked)] |= np.uint32(BIT[reason])
        return mask

    def _once(self, reason: str, rule: Callable[[Any], Fails], asked: Hashable) -> Fails:
        """Return the answer of a rule, which is worked out once for all who ask the same."""
        key = (reason, asked)
        if key not in self._kept:
            if len(self._kept) * len(self._sites) > MOST_KEPT:  # lists of sites may all differ
                self._kept.clear()
            self._kept[key] = rule(asked)
        return self._kept[key]

    def _where(self, column: str, fails: Callable[[Any], bool]) -> Fails:
        """Return the sites whose value in a column fails; each distinct value is asked once."""
        return where(self._sites.column(column), fails)

    def _nobody(self) -> Fails:
        return np.zeros(len(self._sites), dtype=np.bool_)

    def _allow_deny(self, lists: tuple[tuple[str, ...] | None, tuple[str, ...]]) -> Fails:
        allow, deny = lists
        fails = np.full(len(self._sites), allow is not None)
        fails[[self._place[name] for name in allow or ()]] = False
        fails[[self._place[name] for name in deny]] = True
        return fails

    def _features(self, asked: tuple[str, ...]) -> Fails:
        wanted = set(asked)
        return self._where("features", lambda has: not wanted <= set(has))

    def _slice(self, wanted: tuple[str | None, bool]) -> Fails:
        asked, served = wanted
        if asked is None:
            return self._nobody()
        if not served:
            return ~self._nobody()
        fails = self._where("slices", lambda offered: asked not in dict(offered))
        spans = self._problem.slices[asked].operators
        if spans is not None:
            allowed = set(spans)
            fails = fails | self._where("operator", lambda host: host not in allowed)
        return fails

    def _guest(self, customer: Customer) -> tuple[str | None, str | None, str | None]:
        """Return home, slice and policy, the last two only if some agreement is for some of them."""
        return (
            customer.operator,
            customer.slice if self._by_slice else None,
            customer.policy if self._by_policy else None,
        )

    def _agreement(self, guest: tuple[str | None, str | None, str | None]) -> Fails:
        home, slice_, policy = guest
        terms, valid = self._problem.agreements, self._agreements
        if home is None or terms is None or valid is None:
            return self._nobody()

        def row_of(host: str | None) -> int | None:
            """Return the agreement that covers the guest."""
            row = None if host is None else valid.get((home, host))
            if row is None:
                return None
            slices, policies = terms.column("slices")[row], terms.column("policies")[row]
            covered = (slices is None or slice_ in slices) and (
                policies is None or policy in policies
            )
            return row if covered else None

        def by_country(host: str | None) -> bool:
            row = row_of(host)
            return host != home and row is not None and bool(terms.column("country_quota")[row])

        fails = self._where("operator", lambda host: host != home and row_of(host) is None)
        if not self._by_country:
            return fails
        nowhere = self._where("country", lambda country: country is None)
        return fails | (nowhere & self._where("operator", by_country))

    def _policy(self, policy: str | None, field: str) -> Any:
        """Return what a policy says of one matter; nothing without a policy."""
        return None if policy is None else getattr(self._problem.policies[policy], field)

    def _country(self, policy: str | None) -> Fails:
        names = self._policy(policy, "countries")
        return self._not_shown(None if names is None else Test("country", "in", names))

    def _seat(self, policy: str | None) -> Fails:
        names = self._policy(policy, "seats")
        asked = [] if names is None else [Test(fact, "in", names) for fact in ("seat", "parents")]
        return self._not_shown(*asked)

    def _law(self, policy: str | None) -> Fails:
        names = self._policy(policy, "excluded_laws")
        return self._not_shown(Test("laws", "not in", names) if names else None)

    def _certification(self, policy: str | None) -> Fails:
        names = self._policy(policy, "certifications")
        return self._not_shown(Test("certifications", "has", names) if names else None)

    def _not_shown(self, *asked: Test | None) -> Fails:
        """Return the sites that some test is not known to be true of."""
        fails = self._nobody()
        for test in asked:
            if test is not None:
                fails = fails | self._evidence.sites(test)
        return fails

    def _question(self, asked: tuple[str, str | None]) -> Fails:
        """Return the sites that fail the expression by which a policy answers a question."""
        question, policy = asked
        text = self._policy(policy, question)
        if text is None:
            return self._nobody()
        return self._evidence.sites(expression(text, self._problem.law))


def where(column: Column, holds: Callable[[Any], bool]) -> Fails:
    """Return the rows of a column whose value makes `holds` true; each distinct value is asked once."""
    answers = np.array([holds(value) for value in column.distinct()], dtype=np.bool_)
    return answers[column.row_codes()]
