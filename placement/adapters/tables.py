"""Published instances as tables of a problem: columns from arrays, never an object a row."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.model.column import Column
from placement.model.door import read_table
from placement.model.faults import Faults
from placement.model.noun import NOUNS
from placement.model.plan import Plan
from placement.model.table import Table

__all__ = ["AT", "NODE", "all_pairs", "names", "pairs_of", "sites_of", "table"]

AT = "2000-01-01"  # nothing depends on the day: a fixed one keeps the digest
NODE = "everywhere"  # where all sites stand: distance does not matter


def names(prefix: str, n: int) -> tuple[str, ...]:
    """Return ids that are sorted as they are counted, from 1.

    Examples
    --------
    >>> from placement.adapters.tables import names
    >>> names("job", 10)[:2]
    ('job-01', 'job-02')
    """
    width = len(str(n))
    return tuple(f"{prefix}-{number:0{width}}" for number in range(1, n + 1))


def table(noun: str, n_rows: int, columns: Mapping[str, Any]) -> Table[Any]:
    """Return a checked table of raw columns: arrays, lists, or `Column` objects.

    Raises
    ------
    InputError
        If a value is refused.
    """
    faults = Faults()
    made = read_table(NOUNS[noun], columns, n_rows, faults)
    faults.raise_if_any()
    return made


def pairs_of(
    workloads: tuple[str, ...],
    sites: tuple[str, ...],
    w: NDArray[Any],
    s: NDArray[Any],
    columns: Mapping[str, Any],
) -> Table[Any]:
    """Return the table of pairs, by the indices of workloads and sites."""
    ends = {
        "workload": Column(workloads, w.astype(np.int32, copy=False)),
        "site": Column(sites, s.astype(np.int32, copy=False)),
    }
    return table("pairs", len(w), {**ends, **columns})


def all_pairs(
    workloads: tuple[str, ...], sites: tuple[str, ...], columns: Mapping[str, NDArray[Any]]
) -> Table[Any]:
    """Return the table in which each workload may run at each site.

    Parameters
    ----------
    workloads, sites : tuple of str
        Their ids.
    columns : mapping of str to ndarray of shape (n_sites, n_workloads)
        What each pair has.
    """
    w = np.tile(np.arange(len(workloads), dtype=np.int32), len(sites))
    s = np.repeat(np.arange(len(sites), dtype=np.int32), len(workloads))
    return pairs_of(workloads, sites, w, s, {name: one.ravel() for name, one in columns.items()})


def sites_of(plan: Plan, workloads: tuple[str, ...], sites: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the index of each workload's site, -1 where it is left out.

    Raises
    ------
    KeyError
        If the plan names others.
    """
    at_workload = {name: w for w, name in enumerate(workloads)}
    at_site = {name: s for s, name in enumerate(sites)}
    made = np.full(len(workloads), -1, np.int64)
    w = plan.assignments.column("workload").map(at_workload.__getitem__)
    made[w] = plan.assignments.column("site").map(at_site.__getitem__)
    return made
