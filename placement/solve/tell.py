"""From a solution back to names: the plan."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.model.column import Column
from placement.model.plan import ASSIGNMENTS, MOVES, UNPLACED, Assignment, Move, Unplaced, ms_of_ns
from placement.model.reasons import REASONS, named
from placement.model.table import Table
from placement.solve.solution import Solution, loads

__all__ = ["tell_assignments", "tell_moves", "tell_unplaced"]


def deal(instance: Instance, solution: Solution) -> NDArray[np.int64]:
    """Return for each row of the problem's workloads its pair, or -1.

    The members of a class are equal: by id they take its pairs by site, the last are left out.
    """
    placed = solution.placed
    pair = np.repeat(np.arange(instance.n_pairs), placed)
    per_class = np.zeros(instance.n_classes, np.int64)
    np.add.at(per_class, instance.pair_class, placed)
    begin = np.cumsum(per_class) - per_class
    place = np.arange(len(pair)) - np.repeat(begin, per_class)
    members = instance.classes.members[np.repeat(instance.classes.ptr[:-1], per_class) + place]
    made = np.full(len(instance.classes.members), -1, np.int64)
    made[members] = pair
    return made


def by_id(instance: Instance) -> NDArray[np.int64]:
    """Return the rows of the problem's workloads in the order of their ids."""
    ids = instance.problem.workloads.ids
    return np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)


def tell_assignments(instance: Instance, pair_of: NDArray[np.int64]) -> Table[Assignment]:
    """Return where each placed workload runs."""
    ids = instance.problem.workloads.ids
    rows = by_id(instance)
    rows = rows[pair_of[rows] >= 0]
    pairs = pair_of[rows]
    rtt, code = np.unique(instance.pair_rtt[pairs], return_inverse=True)
    columns = {
        "workload": Column([ids[row] for row in rows.tolist()]),
        "site": Column(instance.site_ids, instance.pair_site[pairs].astype(np.int32)),
        "rtt_ms": Column(tuple(ms_of_ns(one) for one in rtt.tolist()), code.astype(np.int32)),
    }
    return Table(ASSIGNMENTS, columns, len(rows))


def tell_unplaced(
    instance: Instance, solution: Solution, pair_of: NDArray[np.int64]
) -> Table[Unplaced]:
    """Return which workloads are left out, and how many sites each reason rules out."""
    ids = instance.problem.workloads.ids
    rows = by_id(instance)
    rows = rows[pair_of[rows] < 0]
    used = loads(instance, solution.placed) if len(rows) else np.empty(0, np.int64)
    reasons: dict[int, tuple[tuple[str, int], ...]] = {}
    told = []
    for c in instance.class_of[rows].tolist():
        if c not in reasons:
            reasons[c] = tuple(_count(instance, c, used))
        told.append(reasons[c])
    columns = {
        "workload": Column([ids[row] for row in rows.tolist()]),
        "reasons": Column.of(told),
    }
    return Table(UNPLACED, columns, len(rows))


def _count(instance: Instance, c: int, used: NDArray[np.int64]) -> Iterator[tuple[str, int]]:
    masks = instance.reasons(c)[0].tolist()
    for pair in range(int(instance.pair_ptr[c]), int(instance.pair_ptr[c + 1])):
        masks[instance.pair_site[pair]] = full_rows(instance, pair, used)
    counts = dict.fromkeys(REASONS, 0)
    for mask in masks:
        for reason in named(mask):
            counts[reason] += 1
    return ((reason, count) for reason, count in counts.items() if count)


def full_rows(instance: Instance, pair: int, used: NDArray[np.int64]) -> int:
    """Return the mask of reasons why one more member does not fit at an allowed pair."""
    rows, mask = instance.rows, 0
    for use in range(int(rows.use_ptr[pair]), int(rows.use_ptr[pair + 1])):
        row = int(rows.use_row[use])
        if int(used[row]) + int(rows.use_amount[use]) > int(rows.limit[row]):
            mask |= rows.names[row].reason
    return mask


def tell_moves(instance: Instance, pair_of: NDArray[np.int64]) -> Table[Move]:
    """Return the workloads that had a site and get another."""
    workloads = instance.problem.workloads
    place = {site: s for s, site in enumerate(instance.site_ids)}
    now = workloads.column("site").map(place.__getitem__, -1)
    rows = by_id(instance)
    rows = rows[(pair_of[rows] >= 0) & (now[rows] >= 0)]
    then = instance.pair_site[pair_of[rows]]
    rows, then = rows[then != now[rows]], then[then != now[rows]]
    columns = {
        "workload": Column([workloads.ids[row] for row in rows.tolist()]),
        "source": Column(instance.site_ids, now[rows].astype(np.int32)),
        "target": Column(instance.site_ids, then.astype(np.int32)),
    }
    return Table(MOVES, columns, len(rows))
