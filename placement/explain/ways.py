"""The nodes on the ways of a plan's data that its policies close on a later day."""

import datetime
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from placement.explain.proofs import Prover
from placement.instance.policies import read_open
from placement.model.path_proof import PathProof
from placement.model.plan import Plan
from placement.model.problem import Problem

__all__ = ["Closing", "closing"]


class Closing(NamedTuple):
    """That from a day on the data of a policy may not cross a node on its way to a site or back."""

    day: datetime.date
    site: str
    policy: str
    node: str
    workloads: int


def closing(problem: Problem, plan: Plan, days: Sequence[datetime.date]) -> list[Closing]:
    """Say from which day on data may not go the ways of a plan, node by node.

    Parameters
    ----------
    problem : Problem
        Whose policies, nodes and law are read.
    plan : Plan
        A plan for it; where no legal path leads, nothing is said.
    days : sequence of date
        On which something may change, in order.

    Returns
    -------
    list of Closing
        For each site, policy and node the first of the days on which it is closed, and how many workloads
        go there. Origins are exempt on their own ways.

    Notes
    -----
    Nodes are asked about once a day and policy. Ways are searched only for workloads whose policy closes
    some node, once for all that come from the same origins, on the same slice, to the same site.
    """
    first = _first_days(problem, days)
    groups = _alike(problem, plan, {policy for policy, _ in first})
    if not groups:
        return []
    prover = Prover(problem, [row for row, _ in groups], [site for _, site in groups])
    policies = problem.workloads.column("policy")
    counts: dict[tuple[str, str, str], int] = {}
    for place, ((row, site), count) in enumerate(groups.items()):
        proof = prover.proof(place)
        for node in set() if proof is None else set(_crossed(proof)):
            if (policies[row], node) in first:
                key = problem.sites.ids[site], policies[row], node
                counts[key] = counts.get(key, 0) + count
    return [Closing(first[key[1:]], *key, count) for key, count in sorted(counts.items())]


def _first_days(
    problem: Problem, days: Sequence[datetime.date]
) -> dict[tuple[str, str], datetime.date]:
    """Return for policies and nodes that are open now the first day on which they are not."""
    used = set(problem.workloads.column("policy").values)
    asking = [
        one
        for one in problem.policies
        if one.id in used and not (one.transit is None and one.in_transit is None)
    ]
    found: dict[tuple[str, str], datetime.date] = {}
    if not asking or not days:
        return found
    left, ids = read_open(problem, asking), problem.nodes.ids
    for day in days:
        closed = left & ~read_open(problem, asking, day)
        for policy, node in np.argwhere(closed).tolist():
            found[str(asking[policy].id), ids[node]] = day
        left &= ~closed
    return found


def _alike(problem: Problem, plan: Plan, policies: set[str]) -> dict[tuple[int, int], int]:
    """Return a row and a site for all assignments of some policies that go the same ways, with their number."""
    workloads, sites = problem.workloads, plan.assignments.column("site")
    policy, percentile = workloads.column("policy"), workloads.column("percentile")
    codes = [workloads.column(name).row_codes() for name in ("origins", "slice", "policy")]
    chosen: dict[tuple[int | bool, ...], tuple[int, int]] = {}
    counts: dict[tuple[int, int], int] = {}
    for place, name in enumerate(plan.assignments.ids if policies else ()):
        row = workloads.index(name)
        if policy[row] in policies:
            site = problem.sites.index(sites[place])
            key = (*(int(one[row]) for one in codes), percentile[row] is None, site)
            pair = chosen.setdefault(key, (row, site))
            counts[pair] = counts.get(pair, 0) + 1
    return counts


def _crossed(proof: PathProof) -> Iterator[str]:
    """Yield the nodes that the policy had to allow."""
    for trip in proof.trips:
        for path in (trip.out, trip.back):
            yield from (node.node for node in path.nodes if node.rule != "origin")
