"""What a workload asks for in whole numbers, and workloads that ask for the same, taken together."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.model.column import Column
from placement.model.decimals import floor_scaled
from placement.model.problem import Problem
from placement.model.sizes import scaled_column
from placement.units import ns_down, number
from placement.verify.latency import Route, Transit
from placement.verify.rules import Customer, served

__all__ = ["UNLIMITED", "Classes", "coded", "grouped", "route_of"]

UNLIMITED = 2**63 - 1  # above every limit and every round-trip time

ROUTE = ("slice", "origins", "percentile", "guarantee", "five_qi")
CUSTOMER = ("operator", "policy", "features", "allow", "deny")
SINGLE = ("max_rtt_ms", "bandwidth", "devices", "priority", "site", "pinned", "move_cost")


def coded(column: Column) -> tuple[tuple[Any, ...], NDArray[np.int64]]:
    """Return the distinct values of a column and each row's place among them."""
    if not isinstance(column.values, np.ndarray):
        return column.distinct(), column.row_codes().astype(np.int64)
    values, places = np.unique(column.values, return_inverse=True)
    return tuple(number(value) for value in values.tolist()), places[column.row_codes()]


def told_apart(column: Column) -> NDArray[np.int64]:
    """Return numbers that are the same in rows with the same value, and in no others."""
    if not isinstance(column.values, np.ndarray):
        return column.row_codes().astype(np.int64)
    return np.unique(column.values, return_inverse=True)[1][column.row_codes()]


def grouped(columns: Sequence[NDArray[np.int64]], n_rows: int) -> NDArray[np.int64]:
    """Return for each row the number of its group: rows that are equal in every column."""
    groups = np.zeros(n_rows, dtype=np.int64)
    for codes in columns:
        if codes.size and codes.max() > 0:
            groups = np.unique(groups * (int(codes.max()) + 1) + codes, return_inverse=True)[1]
    return groups


@dataclass(frozen=True, slots=True)
class Classes:
    """Workloads in classes of equal ones, by route and within a route by customer.

    Parameters
    ----------
    routes : list of Route
        What round-trip times depend on, each once.
    customers : list of Customer
        What the other rules read, each once.
    route, customer : ndarray of shape (n_classes,), int64
        Which of them is each class's; the first in rising order.
    first : ndarray of shape (n_classes,), intp
        One workload of each class.
    counts : ndarray of shape (n_classes,), int64
        The sizes of the classes.
    members : ndarray of shape (n_workloads,), intp
        All workloads, class by class.
    """

    routes: list[Route]
    customers: list[Customer]
    route: NDArray[np.int64]
    customer: NDArray[np.int64]
    first: NDArray[np.intp]
    counts: NDArray[np.int64]
    members: NDArray[np.intp]

    @staticmethod
    def of(problem: Problem, alone: NDArray[np.int64]) -> "Classes":
        """Return all workloads in classes.

        Parameters
        ----------
        problem : Problem
            Whose workloads.
        alone : ndarray of shape (n_workloads,), int64
            Workloads with different numbers here are never of one class: what names a workload by
            its id (a pair, a cover of the certificate) sets it apart.
        """
        workloads = problem.workloads
        codes = {name: told_apart(workloads.column(name)) for name in (*ROUTE, *CUSTOMER, *SINGLE)}
        demand = [
            told_apart(workloads.column(f"demand.{name}")) for name in workloads.resources("demand")
        ]
        policies, policy = coded(workloads.column("policy"))
        transits = [transit_of(problem, name) for name in policies]
        transit = np.array([transits.index(one) for one in transits], dtype=np.int64)
        route = grouped([*(codes[name] for name in ROUTE), transit[policy]], len(workloads))
        is_served = served(problem)
        marks = [codes[name] for name in (*CUSTOMER, "slice")]
        customer = grouped([*marks, is_served.astype(np.int64)], len(workloads))
        rest = [*(codes[name] for name in SINGLE), *demand, alone]
        class_of = grouped([route, customer, *rest], len(workloads))
        members = np.lexsort((class_of, customer, route))
        new = np.ones(len(members), dtype=np.bool_)
        new[1:] = np.diff(class_of[members]) != 0
        starts = np.flatnonzero(new)
        first = members[starts]
        return Classes(
            [route_of(problem, w) for w in one_of_each(route)],
            [_customer(problem, w, bool(is_served[w])) for w in one_of_each(customer)],
            route[first],
            customer[first],
            first,
            np.diff(np.append(starts, len(members))),
            members,
        )


def one_of_each(group: NDArray[np.int64]) -> list[int]:
    """Return one row of each group, by the number of the group."""
    rows: list[int] = np.unique(group, return_index=True)[1].tolist()
    return rows


def transit_of(problem: Problem, policy: str | None) -> Transit | None:
    """Return what a policy says of the nodes that traffic crosses, if it says anything."""
    if policy is None:
        return None
    one = problem.policies[policy]
    if one.transit is None and one.in_transit is None:
        return None
    return Transit(None if one.transit is None else tuple(one.transit), one.in_transit)


def route_of(problem: Problem, w: int) -> Route:
    """Return what the round-trip times of a workload, by its row, depend on."""
    slice_, origins, percentile, guarantee, five_qi, policy = (
        problem.workloads.column(name)[w] for name in (*ROUTE, "policy")
    )
    return Route(slice_, transit_of(problem, policy), origins, percentile, guarantee, five_qi)


def _customer(problem: Problem, w: int, is_served: bool) -> Customer:
    operator, policy, features, allow, deny, slice_ = (
        problem.workloads.column(name)[w] for name in (*CUSTOMER, "slice")
    )
    return Customer(operator, policy, slice_, is_served, features, allow, deny)


@dataclass(frozen=True, slots=True)
class Asked:
    """What each workload asks for besides resources.

    Parameters
    ----------
    max_rtt_ns : ndarray of shape (n_workloads,), int64, ns
        Rounded down; UNLIMITED without a bound.
    priority : ndarray of shape (n_workloads,), int64
        Weight of leaving it out.
    site : ndarray of shape (n_workloads,), int64
        Where it runs now; -1 for nowhere.
    pinned : ndarray of shape (n_workloads,), bool
        Whether it must stay there.
    move_cost : tuple of Fraction, and ndarray of shape (n_workloads,), int64
        The distinct costs, and which of them is each workload's.
    """

    max_rtt_ns: NDArray[np.int64]
    priority: NDArray[np.int64]
    site: NDArray[np.int64]
    pinned: NDArray[np.bool_]
    move_cost: tuple[tuple[Fraction, ...], NDArray[np.int64]]

    @staticmethod
    def of(problem: Problem) -> "Asked":
        """Read the workloads of a problem."""
        column = problem.workloads.column
        place = {name: s for s, name in enumerate(problem.sites.ids)}
        costs, codes = coded(column("move_cost"))
        return Asked(
            bounds(column("max_rtt_ms")),
            scaled_column(column("priority"), 0),
            column("site").map(lambda name: place[name], -1),
            column("pinned").map(int).astype(np.bool_),
            (tuple(Fraction(cost) for cost in costs), codes),
        )


def bounds(column: Column) -> NDArray[np.int64]:
    """Return limits of round-trip times in whole nanoseconds, UNLIMITED where there is none."""
    if isinstance(column.values, np.ndarray) and column.values.dtype.kind == "f":
        return floor_scaled(column.values, 6, UNLIMITED)[column.row_codes()]
    return column.map(lambda ms: min(ns_down(ms), UNLIMITED), UNLIMITED)
