"""From a solution back to names: the plan."""

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.instance.ragged import places, reduced
from placement.model.column import Column
from placement.model.plan import ASSIGNMENTS, MOVES, UNPLACED, Assignment, Move, Unplaced, ms_of_ns
from placement.model.reasons import REASONS
from placement.model.table import Table
from placement.solve.solution import Solution, loads

# Cells of a class and a site that are counted at once.
BLOCK = 200_000

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
    rtt, code = np.unique(instance.rtt_of(pairs), return_inverse=True)
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
    classes, place = np.unique(instance.class_of[rows], return_inverse=True)
    counts = _counts(instance, classes, loads(instance, solution.placed))
    columns = {
        "workload": Column([ids[row] for row in rows.tolist()]),
        "reasons": Column.of([counts[k] for k in place.tolist()]),
    }
    return Table(UNPLACED, columns, len(rows))


def _counts(
    instance: Instance, classes: NDArray[np.int64], used: NDArray[np.int64]
) -> list[tuple[tuple[str, int], ...]]:
    """Return for each of some classes how many sites each reason rules out."""
    counts = []
    step = max(1, BLOCK // max(1, instance.n_sites))
    for begin in range(0, len(classes), step):
        some = classes[begin : begin + step]
        masks = instance.reasons(some)
        pairs = places(instance.pair_ptr, some)
        lengths = instance.pair_ptr[some + 1] - instance.pair_ptr[some]
        of_class = np.repeat(np.arange(len(some)), lengths)
        masks[of_class, instance.pair_site[pairs]] = full_rows(instance, pairs, used)
        by_reason = [((masks >> bit) & 1).sum(axis=1).tolist() for bit in range(len(REASONS))]
        counts += [
            tuple((r, n) for r, n in zip(REASONS, numbers, strict=True) if n)
            for numbers in zip(*by_reason, strict=True)
        ]
    return counts


def full_rows(
    instance: Instance, pairs: NDArray[np.int64], used: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Return for allowed pairs the mask of reasons why one more member does not fit there."""
    rows = instance.rows
    uses = places(rows.use_ptr, pairs)
    row = rows.use_row[uses]
    over = rows.use_amount[uses] > rows.limit[row] - used[row]
    bits = np.array([name.reason for name in rows.names], np.uint32)
    masks = np.where(over, bits[row] if len(bits) else np.uint32(0), np.uint32(0))
    return reduced(np.bitwise_or, masks, rows.use_ptr[pairs + 1] - rows.use_ptr[pairs], 0)


def tell_moves(instance: Instance, pair_of: NDArray[np.int64]) -> Table[Move]:
    """Return the workloads that had a site and get another."""
    workloads = instance.problem.workloads
    ids = workloads.ids
    place = {site: s for s, site in enumerate(instance.site_ids)}
    now = workloads.column("site").map(place.__getitem__, -1)
    rows = by_id(instance)
    rows = rows[(pair_of[rows] >= 0) & (now[rows] >= 0)]
    then = instance.pair_site[pair_of[rows]]
    rows, then = rows[then != now[rows]], then[then != now[rows]]
    columns = {
        "workload": Column([ids[row] for row in rows.tolist()]),
        "source": Column(instance.site_ids, now[rows].astype(np.int32)),
        "target": Column(instance.site_ids, then.astype(np.int32)),
    }
    return Table(MOVES, columns, len(rows))
