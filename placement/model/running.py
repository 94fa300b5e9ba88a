"""Write down where a plan's workloads run, so that the next plan can begin there."""

from typing import TYPE_CHECKING

import numpy as np

from placement.model.column import Column
from placement.model.plan import Plan
from placement.model.table import Table

if TYPE_CHECKING:
    from placement.model.site import Site
    from placement.model.workload import Workload

__all__ = ["with_running_sites"]


def with_running_sites(
    workloads: "Table[Workload]", sites: "Table[Site]", plan: Plan
) -> "Table[Workload]":
    """Return workloads whose `site` is that of a plan.

    Parameters
    ----------
    workloads, sites : Table
        Of the problem.
    plan : Plan
        What runs: of this problem, or of one like it.

    Returns
    -------
    Table of Workload
        The very same where nothing changes. Who is not in the plan keeps its site; who is left out there,
        or runs on a site that is no longer known, has none.
    """
    before = workloads.column("site")
    ids = list(sites.ids)
    place = {name: s for s, name in enumerate(ids)}
    now = before.map(place.__getitem__, -1)
    row = {name: w for w, name in enumerate(workloads.ids)}
    then = now.copy()
    out = [row[name] for name in plan.unplaced.ids if name in row]
    then[out] = -1
    names = plan.assignments.ids
    mine = np.fromiter((row.get(name, -1) for name in names), np.int64, len(names))
    site = plan.assignments.column("site").map(lambda name: place.get(name, -1), -1)
    then[mine[mine >= 0]] = site[mine >= 0]
    if (then == now).all():
        return workloads
    column = Column((None, *ids), (then + 1).astype(np.int32))
    return Table(workloads.noun, {**workloads.columns, "site": column}, len(workloads))
