"""Take over from a plan what is still allowed."""

import numpy as np

from placement.instance import Instance
from placement.model.plan import Plan
from placement.solve.solution import Counts

__all__ = ["start_from"]


def start_from(instance: Instance, plan: Plan) -> Counts:
    """Return how many members of each class the plan has at each pair.

    What the problem no longer knows or allows is left out, and where a row would overflow, the
    last workloads by id.
    """
    rows = instance.rows
    room = rows.limit.copy()
    placed = np.zeros(instance.n_pairs, np.int64)
    place = {site: s for s, site in enumerate(instance.site_ids)}
    workloads = instance.problem.workloads
    known = set(workloads.ids)
    sites = plan.assignments.column("site")
    for row, name in enumerate(plan.assignments.ids):
        s = place.get(sites[row])
        if s is None or name not in known:
            continue
        pair = _pair(instance, int(instance.class_of[workloads.index(name)]), s)
        if pair is None:
            continue
        uses = slice(int(rows.use_ptr[pair]), int(rows.use_ptr[pair + 1]))
        if (rows.use_amount[uses] <= room[rows.use_row[uses]]).all():
            room[rows.use_row[uses]] -= rows.use_amount[uses]
            placed[pair] += 1
    return placed


def _pair(instance: Instance, c: int, s: int) -> int | None:
    begin, end = int(instance.pair_ptr[c]), int(instance.pair_ptr[c + 1])
    pair = begin + int(np.searchsorted(instance.pair_site[begin:end], s))
    return pair if pair < end and int(instance.pair_site[pair]) == s else None
