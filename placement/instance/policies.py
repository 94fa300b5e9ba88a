"""Policies as masks: which rules each policy has that each site fails, and which nodes data may cross."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.instance.truth import TRUE, Things
from placement.model.column import Column
from placement.model.expression import Test
from placement.model.network import Network
from placement.model.policy import QUESTIONS, Policy
from placement.model.problem import Problem
from placement.model.reasons import BIT
from placement.model.table import Table

__all__ = ["Crossing", "Policies", "read_crossing", "read_open", "read_policies"]


@dataclass(frozen=True, slots=True, eq=False)
class Policies:
    """What the policies of a problem say of its sites; equal masks are there once.

    Parameters
    ----------
    masks : ndarray of shape (n_distinct, n_sites), uint32
        Bits of `placement.model.reasons`; the first row is that of no policy.
    row : dict of policy id, or None, to int
        The row of each that a workload names.
    """

    masks: NDArray[np.uint32]
    row: dict[str | None, int]


def read_policies(
    problem: Problem, order: NDArray[np.int64], at: datetime.date | None = None
) -> Policies:
    """Compile the policies that some workload names.

    Parameters
    ----------
    problem : Problem
        Whose policies and sites.
    order : ndarray of shape (n_sites,), int64
        Rows of the sites, in the order of the masks.
    at : date, optional
        The day; the problem's if left out.

    Returns
    -------
    Policies
        O(policies × tests × sites), with little more memory than the masks.
    """
    sites = Things(problem, problem.sites, order, at)
    used = set(problem.workloads.column("policy").values)
    found: dict[bytes, int] = {}
    masks: list[NDArray[np.uint32]] = []
    row: dict[str | None, int] = {}
    for policy in (Policy(), *problem.policies):
        if policy.id is None or policy.id in used:
            made = _mask(policy, sites, len(order))
            place = found.setdefault(made.tobytes(), len(masks))
            if place == len(masks):
                masks.append(made)
            row[policy.id] = place
    return Policies(np.array(masks, np.uint32).reshape(len(masks), len(order)), row)


def short_forms(policy: Policy) -> list[tuple[str, Test]]:
    """Return the simple fields of a policy as what they are short for: reasons, and tests."""
    found = []
    if policy.countries is not None:
        found.append(("country", Test("country", "in", tuple(policy.countries))))
    if policy.seats is not None:
        seats = tuple(policy.seats)
        found += [("seat", Test(fact, "in", seats)) for fact in ("seat", "parents")]
    if policy.excluded_laws:
        found.append(("law", Test("laws", "not in", tuple(policy.excluded_laws))))
    if policy.certifications:
        wanted = tuple(policy.certifications)
        found.append(("certification", Test("certifications", "has", wanted)))
    return found


def _mask(policy: Policy, sites: Things, n_sites: int) -> NDArray[np.uint32]:
    mask = np.zeros(n_sites, np.uint32)
    for reason, test in short_forms(policy):
        mask[sites.test(test) != TRUE] |= np.uint32(BIT[reason])
    for question in QUESTIONS:
        text = getattr(policy, question)
        if text is not None:
            mask[sites.holds(text) != TRUE] |= np.uint32(BIT[question])
    return mask


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """Which nodes the data of each policy may cross.

    Parameters
    ----------
    network : Network
        The problem's; where a policy asks for more than countries, its nodes' countries are *zones*, so
        that a set of zones says which nodes.
    sets : list of set of str, or None
        The different sets of countries or zones; the first is None, anywhere.
    row : dict of policy id, or None, to int
        The set of each policy.
    zone : dict of str to str
        The country of each zone, empty if unknown; without zones it is empty.
    """

    network: Network
    sets: list[frozenset[str] | None]
    row: dict[str | None, int]
    zone: dict[str, str]


def read_crossing(problem: Problem) -> Crossing:
    """Compile what the policies of a problem say of its nodes."""
    if any(one is not None for one in problem.policies.column("in_transit").values):
        return _zoned(problem)
    sets: list[frozenset[str] | None] = [None]
    row: dict[str | None, int] = {None: 0}
    for policy in sorted(
        problem.policies, key=lambda one: str(one.id)
    ):  # in any order of the table
        names = policy.transit
        allowed = None if names is None else problem.law.expand(names, problem.at)
        if allowed not in sets:
            sets.append(allowed)
        row[policy.id] = sets.index(allowed)
    return Crossing(problem.network, sets, row, {})


def _zoned(problem: Problem) -> Crossing:
    """Put nodes that no policy tells apart into a zone, and say what is open in zones."""
    nodes = Things(problem, problem.nodes, np.arange(len(problem.nodes)))
    policies = sorted(problem.policies, key=lambda one: str(one.id))
    opens = np.array([_open(one, nodes, len(problem.nodes)) for one in policies])
    country = problem.nodes.column("country")
    marks = np.concatenate([opens.astype(np.int32), country.row_codes()[None]])
    _, first, code = np.unique(marks, axis=1, return_index=True, return_inverse=True)
    names = [f"{country[row] or ''}.{zone}" for zone, row in enumerate(first.tolist())]
    column = Column(tuple(names), code.ravel().astype(np.int32))
    columns = {**problem.nodes.columns, "country": column}
    table: Table[Any] = Table(problem.nodes.noun, columns, len(problem.nodes))
    sets: list[frozenset[str] | None] = [None]
    row: dict[str | None, int] = {None: 0}
    for policy, is_open in zip(policies, opens[:, first], strict=True):
        free = policy.transit is None and policy.in_transit is None
        allowed = None if free else frozenset(np.array(names, object)[is_open].tolist())
        if allowed not in sets:
            sets.append(allowed)
        row[policy.id] = sets.index(allowed)
    network = Network.of_tables(table, problem.links, problem.slices)
    zone = {name: name.rpartition(".")[0] for name in names}
    return Crossing(network, sets, row, zone)


def read_open(
    problem: Problem, policies: Sequence[Policy], at: datetime.date | None = None
) -> NDArray[np.bool_]:
    """Return which nodes data may cross, an array of shape (n_policies, n_nodes).

    Parameters
    ----------
    problem : Problem
        Whose nodes, operators and tables of law are read.
    policies : sequence of Policy
        Whose data.
    at : date, optional
        The day; the problem's if left out.
    """
    nodes = Things(problem, problem.nodes, np.arange(len(problem.nodes)), at)
    made = [_open(one, nodes, len(problem.nodes)) for one in policies]
    return np.array(made, bool).reshape(len(made), len(problem.nodes))


def _open(policy: Policy, nodes: Things, n_nodes: int) -> NDArray[np.bool_]:
    """Return which nodes the data of a policy may cross."""
    made = np.ones(n_nodes, bool)
    if policy.transit is not None:
        made &= nodes.test(Test("country", "in", tuple(policy.transit))) == TRUE
    if policy.in_transit is not None:
        made &= nodes.holds(policy.in_transit) == TRUE
    return made
