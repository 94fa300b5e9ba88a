"""The rules about one workload on one site that need no path and no size: as small tables of masks.

Each table has a row for each distinct wish that any class has and a column a site; a class looks up
one row in each. So a million workloads with a few hundred distinct wishes cost a few hundred rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.instance.areas import unserved
from placement.instance.classes import Classes, combine
from placement.instance.federation import Federation, Guest
from placement.instance.policies import Policies
from placement.model.problem import Problem
from placement.model.reasons import BIT

__all__ = ["Wishes", "read_wishes"]

Masks = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """Tables of masks, and for each class its row in each.

    Parameters
    ----------
    tables : tuple of ndarray of shape (n_distinct, n_sites), uint32
        Bits of `placement.model.reasons`.
    keys : tuple of ndarray of shape (n_classes,), int64
        Rows in them.
    """

    tables: tuple[Masks, ...]
    keys: tuple[NDArray[np.int64], ...]

    def masks(self, classes: NDArray[np.int64]) -> Masks:
        """Return the masks of some classes on every site."""
        made = self.tables[0][self.keys[0][classes]]
        for table, key in zip(self.tables[1:], self.keys[1:], strict=True):
            made |= table[key[classes]]
        return made


def read_wishes(
    problem: Problem, classes: Classes, federation: Federation, policies: Policies
) -> Wishes:
    """Tabulate what the classes of a problem ask of sites."""
    sites = federation.sites
    slices = {one.id: one for one in problem.slices}
    places = {one.id: s for s, one in enumerate(sites)}

    def running(now: str | None, pinned: bool) -> Masks:
        state = np.array([0 if one.state == "open" else BIT["state"] for one in sites], np.uint32)
        made = state | np.uint32(BIT["pinned"] if pinned else 0)
        if now is not None:
            down = sites[places[now]].state == "down"
            made[places[now]] = BIT["state"] if down else 0
        return made

    def listed(allow: tuple[str, ...] | None, deny: tuple[str, ...]) -> Masks:
        refused = [(allow is not None and one.id not in allow) or one.id in deny for one in sites]
        return np.array(refused, np.uint32) * np.uint32(BIT["allow_deny"])

    def equipped(features: tuple[str, ...]) -> Masks:
        refused = [not set(features) <= set(one.features) for one in sites]
        return np.array(refused, np.uint32) * np.uint32(BIT["features"])

    def sliced(wanted: str | None) -> Masks:
        if wanted is None:
            return np.zeros(len(sites), np.uint32)
        spans = slices[wanted].operators
        refused = [
            wanted not in (one.slices or ()) or (spans is not None and one.operator not in spans)
            for one in sites
        ]
        return np.array(refused, np.uint32) * np.uint32(BIT["slice"])

    # Only what some agreement looks at sets workloads apart.
    terms = federation.agreements.values()
    looked_at = {
        "operator": True,
        "slice": any(one.slices is not None for one in terms),
        "policy": any(one.policies is not None for one in terms),
    }
    asked = tuple(name for name, does in looked_at.items() if does)

    def hosted(*values: str | None) -> Masks:
        named = dict(zip(asked, values, strict=True))
        guest = Guest(named["operator"], named.get("slice"), named.get("policy"))
        refused = [not federation.may_host(guest, one) for one in sites]
        return np.array(refused, np.uint32) * np.uint32(BIT["agreement"])

    served, key = unserved(problem, classes)
    tables, keys = [np.repeat(served[:, None], len(sites), axis=1)], [key]
    for make, fields in (
        (running, ("site", "pinned")),
        (listed, ("allow", "deny")),
        (equipped, ("features",)),
        (sliced, ("slice",)),
        (hosted, asked),
    ):
        table, key = _tabulate(problem, classes, len(sites), make, fields)
        tables.append(table)
        keys.append(key)
    named = problem.workloads.column("policy").take(classes.first)
    tables.append(policies.masks)
    keys.append(named.map(policies.row.__getitem__, policies.row[None]))
    return Wishes(tuple(tables), tuple(keys))


def _tabulate(
    problem: Problem,
    classes: Classes,
    n_sites: int,
    make: Callable[..., Masks],
    fields: tuple[str, ...],
) -> tuple[Masks, NDArray[np.int64]]:
    columns = [problem.workloads.column(name) for name in fields]
    first, key = combine(*(column.row_codes()[classes.first] for column in columns))
    rows = classes.first[first].tolist()
    made = [make(*(column[row] for column in columns)) for row in rows]
    return np.array(made, np.uint32).reshape(len(made), n_sites), key
