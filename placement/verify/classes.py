"""What a workload asks for in whole numbers, and workloads that ask for the same, taken together."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.model.column import Column
from placement.model.problem import Problem
from placement.units import ns_down, number
from placement.verify.latency import Route
from placement.verify.rules import Customer

__all__ = ["UNLIMITED", "Bundle", "bundles", "coded", "grouped"]

UNLIMITED = 2**63 - 1  # above every limit and every round-trip time

ROUTE = ("slice", "origins", "percentile")
CUSTOMER = ("operator", "policy", "features", "allow", "deny")
SINGLE = ("max_rtt_ms", "bandwidth", "priority", "site", "pinned", "move_cost")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Workloads that differ in amounts only: demand, bound, priority, current site and its cost.

    Parameters
    ----------
    route : Route
        What their round-trip times depend on.
    customer : Customer
        What the other rules read.
    first : ndarray of shape (n_classes,), intp
        One workload of each class of equal ones.
    members : ndarray of shape (n_workloads,), intp
        All workloads, class by class.
    counts : ndarray of shape (n_classes,), int64
        The sizes of the classes.
    """

    route: Route
    customer: Customer
    first: NDArray[np.intp]
    members: NDArray[np.intp]
    counts: NDArray[np.int64]


def coded(column: Column) -> tuple[tuple[Any, ...], NDArray[np.int64]]:
    """Return the distinct values of a column and each row's place among them."""
    codes = column.row_codes().astype(np.int64)
    if not isinstance(column.values, np.ndarray):
        return column.distinct(), codes
    values, places = np.unique(column.values, return_inverse=True)
    return tuple(number(value) for value in values.tolist()), places[codes].astype(np.int64)


def grouped(columns: Sequence[NDArray[np.int64]], n_rows: int) -> NDArray[np.int64]:
    """Return for each row the number of its group: rows that are equal in every column."""
    groups = np.zeros(n_rows, dtype=np.int64)
    for codes in columns:
        if codes.size and codes.max() > 0:
            groups = np.unique(groups * (int(codes.max()) + 1) + codes, return_inverse=True)[1]
    return groups


def bundles(problem: Problem, alone: NDArray[np.int64]) -> list[Bundle]:
    """Return all workloads in bundles and classes.

    Parameters
    ----------
    problem : Problem
        Whose workloads.
    alone : ndarray of shape (n_workloads,), int64
        Workloads with different numbers here are never of one class: what names a workload by its
        id (a pair, a cover of the certificate) sets it apart.
    """
    workloads = problem.workloads
    if not len(workloads):
        return []
    values = {name: coded(workloads.column(name)) for name in (*ROUTE, *CUSTOMER, *SINGLE)}
    demand = [
        coded(workloads.column(f"demand.{name}"))[1] for name in workloads.resources("demand")
    ]
    bundle_of = grouped([values[name][1] for name in (*ROUTE, *CUSTOMER)], len(workloads))
    class_of = grouped(
        [bundle_of, *(values[name][1] for name in SINGLE), *demand, alone], len(workloads)
    )
    order = np.lexsort((class_of, bundle_of))
    ends = np.flatnonzero(np.diff(bundle_of[order])) + 1
    return [_bundle(problem, values, class_of, members) for members in np.split(order, ends)]


def _bundle(
    problem: Problem,
    values: dict[str, tuple[tuple[Any, ...], NDArray[np.int64]]],
    class_of: NDArray[np.int64],
    members: NDArray[np.intp],
) -> Bundle:
    starts = np.append(0, np.flatnonzero(np.diff(class_of[members])) + 1)
    one = {name: values[name][0][int(values[name][1][members[0]])] for name in (*ROUTE, *CUSTOMER)}
    transit = None if one["policy"] is None else problem.policies[one["policy"]].transit
    return Bundle(
        Route(one["slice"], transit, one["origins"], one["percentile"]),
        Customer(
            one["operator"], one["policy"], one["slice"], one["features"], one["allow"], one["deny"]
        ),
        members[starts],
        members,
        np.diff(np.append(starts, len(members))),
    )


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
            column("max_rtt_ms").map(lambda ms: min(ns_down(ms), UNLIMITED), UNLIMITED),
            column("priority").map(int),
            column("site").map(lambda name: place[name], -1),
            column("pinned").map(int).astype(np.bool_),
            (tuple(Fraction(cost) for cost in costs), codes),
        )
