"""What a plan relies on that runs out before its last day."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from placement.explain.ways import closing
from placement.instance.federation import Guest, in_force, read_federation
from placement.instance.policies import read_policies
from placement.model.evidence import days
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.model.reasons import BIT, named
from placement.units import shown

__all__ = ["Expiry", "expiring"]

DAY = datetime.timedelta(days=1)
MOST_DAYS = 10_000  # on which anything may turn


@dataclass(frozen=True, slots=True)
class Expiry:
    """That assignments on a site are no longer allowed from a day on.

    Parameters
    ----------
    day : date
        The last day on which they are.
    reason : str
        The rule that fails on the day after.
    site : str
        Where they are.
    policy : str, optional
        Whose rule it is; None of an agreement between operators, and of a slice.
    home : str, optional
        With `agreement`: whose workloads they are.
    workloads : int
        How many rely on it.
    slice : str, optional
        With `slice`: the one that ends.
    node : str, optional
        With `transit`: where the way of the data there or back may not pass any more.
    """

    day: datetime.date
    reason: str
    site: str
    policy: str | None
    home: str | None
    workloads: int
    slice: str | None = None
    node: str | None = None

    def __str__(self) -> str:
        what = f"{self.reason} of policy {shown(self.policy)}"
        if self.home is not None:
            what = f"{self.reason} of {self.home} with its host"
        elif self.slice is not None:
            what = f"slice {self.slice}"
        elif self.node is not None:
            what += f" on the way through {self.node}"
        many = "1 workload relies" if self.workloads == 1 else f"{self.workloads:,} workloads rely"
        return f"{self.site}: {what} holds until {self.day}; {many} on it"


def expiring(problem: Problem, plan: Plan) -> tuple[Expiry, ...]:
    """Say what a plan relies on that does not hold to the problem's last day.

    Parameters
    ----------
    problem : Problem
        With its last day, `until`; without one there is nothing to say.
    plan : Plan
        A plan for it.

    Returns
    -------
    tuple of Expiry
        By day; for each rule of each policy on each site the first day on which it fails, and for each node
        on the ways of the data that on which the policy closes it. There may be another way then.

    Raises
    ------
    NoValueError
        If the plan names a workload or a site that the problem does not have.

    Notes
    -----
    Policies are compiled again for each day on which a certificate, a fact, a row of the law, an agreement or a
    slice begins or ends, at most ten thousand.

    Examples
    --------
    >>> from placement import Policy, Problem, expiring, solve
    >>> problem = Problem(
    ...     at="2026-11-24", until="2032-12-31", nodes=[{"id": "london", "country": "GB"}],
    ...     sites=[{"id": "lon-1", "node": "london"}],
    ...     workloads=[{"id": "w", "policy": Policy("p", countries="EU-ADEQUATE")}])
    >>> print(*expiring(problem, solve(problem).plan))
    lon-1: country of policy "p" holds until 2031-12-27; 1 workload relies on it
    """
    if problem.until is None:
        return ()
    used, count = _used(problem, plan)
    found: list[Expiry] = []
    known: set[tuple[int, str]] = set()
    for day in _turning_days(problem):
        for place, mask in enumerate(_failing(problem, used, day)):
            site, guest = used[place]
            for reason in named(mask):
                if (place, reason) in known:
                    continue
                known.add((place, reason))
                whose = {
                    "policy": guest.policy if reason not in {"agreement", "slice"} else None,
                    "home": guest.home if reason == "agreement" else None,
                    "slice": guest.slice if reason == "slice" else None,
                }
                found.append(Expiry(day - DAY, reason, site, workloads=count[place], **whose))
    for day, site, policy, node, workloads in closing(problem, plan, _turning_days(problem)):
        found.append(Expiry(day - DAY, "transit", site, policy, None, workloads, node=node))
    return tuple(sorted(_merged(found), key=lambda one: (one.day, one.site, one.reason, str(one))))


Used = tuple[str, Guest]


def _used(problem: Problem, plan: Plan) -> tuple[list[Used], list[int]]:
    """Return each different site and guest of the assignments, and how many have it."""
    columns = [problem.workloads.column(name) for name in ("operator", "slice", "policy")]
    found: dict[Used, int] = {}
    ids, sites = plan.assignments.ids, plan.assignments.column("site")
    for place, name in enumerate(ids):
        row = problem.workloads.index(name)
        key = sites[place], Guest(*(column[row] for column in columns))
        found[key] = found.get(key, 0) + 1
    return list(found), list(found.values())


def _failing(problem: Problem, used: list[Used], day: datetime.date) -> Iterator[int]:
    """Yield for each site and guest the rules that fail on a day."""
    order: NDArray[np.int64] = np.arange(len(problem.sites))
    policies, federation = read_policies(problem, order, day), read_federation(problem, day)
    for site, guest in used:
        row = problem.sites.index(site)
        mask = int(policies.masks[policies.row[guest.policy], row])
        hosted = federation.may_host(guest, problem.sites[row])
        mask |= 0 if hosted else BIT["agreement"]
        ended = guest.slice is not None and not in_force(problem.slices[guest.slice], day)
        yield mask | (BIT["slice"] if ended else 0)


def _turning_days(problem: Problem) -> list[datetime.date]:
    """Return the days after the problem's on which something may hold no longer, up to the last."""
    found = set(problem.law.turning_days())
    for table in (problem.sites, problem.operators):
        for pairs in table.column("known_until").values if table is not None else ():
            found |= {day + DAY for _, day in pairs if day < datetime.date.max}
    for spans in problem.sites.column("certificates").values:
        for _, span in spans:
            first, last = (None, None) if span is None else days(span)
            found |= {one for one in (first,) if one is not None}
            found |= {last + DAY} if last is not None and last < datetime.date.max else set()
    for one in (*(problem.agreements or ()), *problem.slices):
        until = one.valid_until
        if isinstance(until, datetime.date) and until < datetime.date.max:
            found.add(until + DAY)
        if isinstance(one.valid_from, datetime.date):
            found.add(one.valid_from)
    last_day = problem.until or problem.at
    return sorted(day for day in found if problem.at < day <= last_day)[:MOST_DAYS]


def _merged(found: list[Expiry]) -> list[Expiry]:
    """Add up what is said of the same rule on the same site for several homes or policies."""
    counts: dict[Expiry, int] = {}
    for one in found:
        key = replace(one, workloads=0)
        counts[key] = counts.get(key, 0) + one.workloads
    return [replace(key, workloads=number) for key, number in counts.items()]
