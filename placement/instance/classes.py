"""Collapse workloads that differ in nothing but their names."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.model.column import Column
from placement.model.problem import Problem

__all__ = ["Classes", "collapse", "combine"]

WIDEST = 2**62
ODD = np.uint64(0x9E3779B97F4A7C15)  # whose bits look random


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Workloads by class; classes in the order of their first member's id.

    Parameters
    ----------
    members : ndarray of shape (n_workloads,), int64
        Rows of the problem's table, by class, and in a class by id.
    ptr : ndarray of shape (n_classes + 1,), int64
        The members of class c are ptr[c] to ptr[c + 1].
    first : ndarray of shape (n_classes,), int64
        The row of each class's first member, which stands for all.
    count : ndarray of shape (n_classes,), int64
        How many members.
    """

    members: NDArray[np.int64]
    ptr: NDArray[np.int64]
    first: NDArray[np.int64]
    count: NDArray[np.int64]


def combine(*codes: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give a number to each distinct combination of several codes.

    Returns
    -------
    first : ndarray of shape (n_distinct,), int64
        Where each combination occurs first, in that order.
    code : ndarray of shape (n,), int64
        The number of each row's combination.
    """
    key = np.zeros(len(codes[0]), np.int64)
    width = 1
    for code in codes:
        size = int(code.max()) + 1 if len(code) else 1
        if size == 1:
            continue
        if width * size >= WIDEST:
            distinct, inverse = np.unique(key, return_inverse=True)
            key, width = inverse.astype(np.int64), len(distinct)
        key = key * size + code
        width *= size
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return first[order].astype(np.int64), rank[number]


def collapse(problem: Problem, policies: Mapping[str | None, int] | None = None) -> Classes:
    """Find the classes of a problem's workloads.

    Parameters
    ----------
    problem : Problem
        Whose workloads.
    policies : mapping of policy id, or None, to int, optional
        Policies with equal numbers are alike.

    Returns
    -------
    Classes
        A class for each different wish.

    Notes
    -----
    A workload that a pair names is a class of its own. O(n log n) in the number of workloads.
    """
    workloads = problem.workloads
    ids = workloads.ids
    by_id = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
    marks = [
        _marks(column)[by_id]
        for name, column in workloads.columns.items()
        if name not in {"id", "policy"} and len(column.values) > 1
    ]
    policy = workloads.column("policy")
    if policies is not None:
        marks.append(policy.map(policies.__getitem__, policies[None])[by_id])
    elif len(policy.values) > 1:
        marks.append(_marks(policy)[by_id])
    if len(problem.pairs):
        marks.append(_named_by_pairs(problem)[by_id])
    first, code = _grouped(marks, len(ids))
    order = np.argsort(code, kind="stable")
    count = np.bincount(code, minlength=len(first)).astype(np.int64)
    ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Classes(by_id[order], ptr, by_id[first], count)


def _grouped(
    marks: list[NDArray[np.int64]], n_rows: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Do what `combine` does for many marks of any size: sort them by one hash, then compare."""
    mixed = np.zeros(n_rows, np.uint64)
    for one in marks:
        mixed ^= one.view(np.uint64)
        mixed *= ODD
        mixed ^= mixed >> np.uint64(32)
    order = np.argsort(mixed, kind="stable")
    begins = np.ones(n_rows, bool)
    np.not_equal(mixed[order[1:]], mixed[order[:-1]], out=begins[1:])
    first = np.sort(order[begins])  # stable: the first of each group is its least
    rank = np.empty(n_rows, np.int64)
    rank[first] = np.arange(len(first))
    code = np.empty(n_rows, np.int64)
    code[order] = rank[order[begins]][np.cumsum(begins) - 1]
    if all((one == one[first][code]).all() for one in marks):
        return first, code
    codes = [np.unique(one, return_inverse=True)[1].astype(np.int32) for one in marks]
    return combine(*codes)


def _marks(column: Column) -> NDArray[np.int64]:
    """Return for each row a number that is the same for equal values, and for no others."""
    if not isinstance(column.values, np.ndarray):
        return column.row_codes().astype(np.int64)
    values = (column.values + 0).view(np.int64)  # no negative zero
    return values if column.codes is None else values[column.codes]


def _named_by_pairs(problem: Problem) -> NDArray[np.int64]:
    """Give each workload that a pair names a number of its own, and 0 to the others."""
    marks = np.zeros(len(problem.workloads), np.int64)
    column = problem.pairs.column("workload")
    rows = np.array([problem.workloads.index(name) for name in column.values], np.int64)
    marks[rows] = np.arange(1, len(rows) + 1)
    return marks
