"""A budget of moves as further rows of an instance, and what a move must gain as a rule of its pairs.

A member moves where it could stay: where its running site is still allowed. Every other pair of its
class then uses 1 of each limit that the move touches. Who has no running site, or may not stay there,
moves freely.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from placement.instance.instance import Instance
from placement.instance.ragged import places
from placement.instance.rows import Row, Rows
from placement.model.budget import Budget
from placement.model.reasons import BIT

__all__ = ["BudgetedInstance", "running_pairs", "with_budget"]


@dataclass(frozen=True, eq=False, kw_only=True)
class BudgetedInstance(Instance):
    """An instance with a budget of moves; pairs that gain too little are not among its pairs.

    Parameters
    ----------
    budget : Budget
        Of the plan.
    """

    budget: Budget

    def reasons(self, classes: NDArray[np.int64] | int) -> NDArray[np.uint32]:
        """Return why classes may not run on sites; `budget` where all that is missing is the gain."""
        some = np.atleast_1d(np.asarray(classes, np.int64))
        masks = super().reasons(some)
        barred = masks == 0
        lengths = self.pair_ptr[some + 1] - self.pair_ptr[some]
        of_class = np.repeat(np.arange(len(some)), lengths)
        barred[of_class, self.pair_site[places(self.pair_ptr, some)]] = False
        masks[barred] = np.uint32(BIT["budget"])
        return masks


def running_pairs(instance: Instance) -> NDArray[np.int64]:
    """Return for each class the pair at which its members run, -1 where none may or none does."""
    now = instance.compiler.costs.now
    stay = np.full(instance.n_classes, -1, np.int64)
    pairs = np.flatnonzero(instance.pair_site == now[instance.pair_class])
    stay[instance.pair_class[pairs]] = pairs
    return stay


def with_budget(instance: Instance, budget: Budget) -> BudgetedInstance:
    """Return an instance whose plans keep a budget.

    Parameters
    ----------
    instance : Instance
        Of the problem in which workloads run where they do.
    budget : Budget
        Whose names are known.

    Returns
    -------
    BudgetedInstance
        With a row for each limit that any pair uses.

    Notes
    -----
    O(n_uses).
    """
    stay = running_pairs(instance)
    home = stay[instance.pair_class]
    moving = (home >= 0) & (home != np.arange(instance.n_pairs))
    kept = np.ones(instance.n_pairs, bool)
    if budget.min_gain is not None:
        gain = instance.pair_cost[home] - instance.pair_cost
        kept = ~moving | (gain >= budget.min_gain)
    pairs = np.flatnonzero(kept)
    source = np.where(moving, instance.pair_site[home], -1)[pairs].astype(np.int64)
    target = instance.pair_site[pairs].astype(np.int64)
    names, limits, uses = _limits(instance, budget, source, target)
    ptr = np.searchsorted(pairs, instance.pair_ptr).astype(np.int64)
    use_ptr, use_row, use_amount = _listed(instance.rows, pairs, uses)
    # Pairs that gain too little may have been the last to use a row.
    n_old, n_kinds = len(instance.rows.limit), instance.rows.row_of.shape[1]
    in_use = np.bincount(use_row, minlength=n_old + len(names)) > 0
    used = np.flatnonzero(in_use)
    number = np.append(np.where(in_use, np.cumsum(in_use) - 1, -1), -1)
    further = np.tile(n_old + np.arange(len(names)), (instance.n_sites, 1))
    row_of = number[np.concatenate([instance.rows.row_of, further], axis=1)]
    kind_of = np.concatenate([instance.rows.kind_of, n_kinds + np.arange(len(names))])
    all_names = (*instance.rows.names, *names)
    all_units = (*instance.rows.units, *(1 for _ in names))
    rows = Rows(
        limit=np.concatenate([instance.rows.limit, np.array(limits, np.int64)])[used],
        site=np.concatenate([instance.rows.site, np.full(len(limits), -1, np.int32)])[used],
        names=tuple(all_names[r] for r in used.tolist()),
        units=tuple(all_units[r] for r in used.tolist()),
        row_of=row_of.astype(np.int32),
        list_ptr=use_ptr,
        list_kind=kind_of[use_row].astype(np.int32),
        list_amount=use_amount,
        own=ptr[:-1].copy(),
        pair_ptr=ptr,
        pair_site=instance.pair_site[pairs],
    )
    given = {one.name: getattr(instance, one.name) for one in fields(Instance)}
    given |= {
        "pair_ptr": ptr,
        "pair_site": instance.pair_site[pairs],
        "pair_cost": instance.pair_cost[pairs],
        "rows": rows,
    }
    return BudgetedInstance(**given, budget=budget)


def _limits(
    instance: Instance, budget: Budget, source: NDArray[np.int64], target: NDArray[np.int64]
) -> tuple[list[Row], list[int], list[NDArray[np.bool_]]]:
    """Return names and limits of the rows that some pair uses, and which pairs do."""
    moving, sites = source >= 0, instance.federation.sites
    names, limits, uses = [], [], []

    def add(name: Row, limit: int, touched: NDArray[np.bool_]) -> None:
        if touched.any():
            names.append(name)
            limits.append(limit)
            uses.append(touched)

    if budget.moves is not None:
        add(Row(moves=True), budget.moves, moving)
    for kind, limited in (("operator", budget.operators), ("site", budget.sites)):
        for name, limit in sorted(limited.items()):
            mine = [one.operator if kind == "operator" else one.id for one in sites]
            here = np.array([one == name for one in mine], bool)
            touched = moving & (here[source] | here[target])
            row = (
                Row(moves=True, operator=name) if kind == "operator" else Row(moves=True, site=name)
            )
            add(row, limit, touched)
    return names, limits, uses


def _listed(
    rows: Rows, pairs: NDArray[np.int64], uses: list[NDArray[np.bool_]]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return what some pairs use, with 1 of each further row that they use behind it."""
    before = rows.use_ptr[pairs + 1] - rows.use_ptr[pairs]
    further = np.zeros(len(pairs), np.int64)
    for one in uses:
        further += one
    ptr = np.concatenate([[0], np.cumsum(before + further)]).astype(np.int64)
    row = np.empty(int(ptr[-1]), np.int32)
    amount = np.ones(int(ptr[-1]), np.int64)
    old = np.arange(int(before.sum()))
    old += np.repeat(ptr[:-1] - (np.cumsum(before) - before), before)
    given = places(rows.use_ptr, pairs)
    row[old], amount[old] = rows.use_row[given], rows.use_amount[given]
    end = ptr[:-1] + before
    for k, one in enumerate(uses):
        row[end[one]] = len(rows.limit) + k
        end += one
    return ptr, row, amount
