"""Take over from a plan what is still allowed."""

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.model.plan import Plan
from placement.solve.solution import Counts, loads

__all__ = ["start_from"]


def start_from(instance: Instance, plan: Plan) -> Counts:
    """Return how many members of each class the plan has at each pair.

    What the problem no longer knows or allows is left out, and where a row would overflow, the
    last workloads by id.
    """
    pairs = _pairs(instance, plan)
    placed = np.zeros(instance.n_pairs, np.int64)
    np.add.at(placed, pairs, 1)
    rows = instance.rows
    if (loads(instance, placed) <= rows.limit).all():
        return placed
    room = rows.limit.copy()
    placed[:] = 0
    for pair in pairs.tolist():
        uses = slice(int(rows.use_ptr[pair]), int(rows.use_ptr[pair + 1]))
        if (rows.use_amount[uses] <= room[rows.use_row[uses]]).all():
            room[rows.use_row[uses]] -= rows.use_amount[uses]
            placed[pair] += 1
    return placed


def _pairs(instance: Instance, plan: Plan) -> NDArray[np.int64]:
    """Return the pairs of a plan's assignments that are still allowed."""
    place = {site: s for s, site in enumerate(instance.site_ids)}
    rows = {name: row for row, name in enumerate(instance.problem.workloads.ids)}
    names = plan.assignments.ids
    row = np.fromiter((rows.get(name, -1) for name in names), np.int64, len(names))
    site = plan.assignments.column("site").map(lambda name: place.get(name, -1))
    known = (row >= 0) & (site >= 0)
    row, site = row[known], site[known]
    if not instance.n_pairs:
        return np.empty(0, np.int64)
    keys = instance.pair_class * np.int64(instance.n_sites) + instance.pair_site
    wanted = instance.class_of[row] * instance.n_sites + site
    pair: NDArray[np.int64] = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    allowed: NDArray[np.int64] = pair[keys[pair] == wanted]
    return allowed
