"""Rows: everything that adds up over workloads and has a limit."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from placement._core import count_uses, list_uses
from placement.instance.ragged import places, reduced
from placement.latency.deal import deal_rows
from placement.model.reasons import BIT
from placement.units import Amount

__all__ = ["Row", "Rows"]

Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a row is about: a site, an agreement or a slice as a whole, and a resource; or moves.

    Of a site it is a resource, or the bandwidth of a slice. That of an agreement may be of one country.
    Of a slice as a whole it is the bandwidth, or with ``resource="devices"`` its devices. `moves` are
    those in all, or those that touch an operator's sites or a site.
    """

    site: str | None = None
    home: str | None = None
    host: str | None = None
    country: str | None = None
    resource: str | None = None
    slice: str | None = None
    operator: str | None = None
    moves: bool = False

    @property
    def reason(self) -> int:
        """The bit of the reason for which a full row leaves workloads out."""
        if self.moves:
            return BIT["budget"]
        if self.site is None:
            return BIT["quota"] if self.slice is None or self.resource else BIT["bandwidth"]
        return BIT["capacity"] if self.slice is None else BIT["bandwidth"]


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows that some pair uses.

    What a pair uses is told by a list of kinds and amounts, and by the row of each kind on its site. The
    list is that of its class, so that a class needs one however many sites it may use; only in classes
    that the caller knows better for single pairs does each pair have its own. `use_ptr`, `use_row` and
    `use_amount` say the same pair by pair, in more memory, and are made when they are asked for.

    Parameters
    ----------
    limit : ndarray of shape (n_rows,), int64
        In the smallest unit in use.
    site : ndarray of shape (n_rows,), int32
        Of each row, -1 for an agreement's, and that of a slice as a whole.
    names : tuple of Row
        What each is about.
    units : tuple of amount
        The unit of each.
    row_of : ndarray of shape (n_sites, n_kinds), int32
        The row of each kind on each site; -1 where there is none, as where it has no limit.
    list_ptr : ndarray of shape (n_lists + 1,), int64
        List k is list_ptr[k] to list_ptr[k + 1]; the first n_classes lists are those of the classes.
    list_kind : ndarray, int32
        Kinds, which are columns of `row_of`.
    list_amount : ndarray, int64
        How much of each, for each member of the class; more than 0.
    own : ndarray of shape (n_classes,), int64
        Of a class whose pairs have lists of their own, the number of the first of them; else -1.
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are pair_ptr[c] to pair_ptr[c + 1].
    pair_site : ndarray of shape (n_pairs,), int32
        Their sites.
    """

    limit: NDArray[np.int64]
    site: NDArray[np.int32]
    names: tuple[Row, ...]
    units: tuple[Amount, ...]
    row_of: NDArray[np.int32]
    list_ptr: NDArray[np.int64]
    list_kind: NDArray[np.int32]
    list_amount: NDArray[np.int64]
    own: NDArray[np.int64]
    pair_ptr: NDArray[np.int64]
    pair_site: NDArray[np.int32]

    @cached_property
    def use_ptr(self) -> NDArray[np.int64]:
        """What pair p uses is use_ptr[p] to use_ptr[p + 1]."""
        made = np.zeros(len(self.pair_site) + 1, np.int64)
        self._for_classes(partial(count_uses, count=made[1:]))
        return np.cumsum(made, out=made)

    @cached_property
    def kind_of(self) -> NDArray[np.int64]:
        """The kind of each row, which has but one."""
        made = np.zeros(len(self.limit), np.int64)
        site, kind = np.nonzero(self.row_of >= 0)
        made[self.row_of[site, kind]] = kind
        return made

    @cached_property
    def unit_of_kind(self) -> NDArray[np.int64]:
        """What divides all uses of each kind."""
        order = np.argsort(self.list_kind, kind="stable")
        lengths = np.bincount(self.list_kind, minlength=self.row_of.shape[1])
        return reduced(np.gcd, self.list_amount[order], lengths, 1)

    @property
    def unit(self) -> NDArray[np.int64]:
        """What divides all uses of each row."""
        return self.unit_of_kind[self.kind_of]

    def on_sites(self, by_row: NDArray[Number]) -> NDArray[Number]:
        """Return what is given by row as an array of shape (n_sites, n_kinds), 0 without a row."""
        return np.append(by_row, by_row.dtype.type(0))[self.row_of]

    def by_rows(self, on_sites: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum for each row of an array of shape (n_sites, n_kinds)."""
        some = self.row_of >= 0
        return np.bincount(self.row_of[some], on_sites[some], len(self.limit)).astype(np.float64)

    def uses_of(
        self, pairs: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        """Return `use_ptr`, `use_row` and `use_amount` of some pairs alone."""
        of_class = np.searchsorted(self.pair_ptr, pairs, side="right") - 1
        own = self.own[of_class]
        lists = np.where(own < 0, of_class, own + pairs - self.pair_ptr[of_class])
        listed = places(self.list_ptr, lists)
        of_pair = np.repeat(np.arange(len(pairs)), self.list_ptr[lists + 1] - self.list_ptr[lists])
        row = self.row_of[self.pair_site[pairs[of_pair]], self.list_kind[listed]]
        some = row >= 0
        ptr = np.zeros(len(pairs) + 1, np.int64)
        np.cumsum(np.bincount(of_pair[some], minlength=len(pairs)), out=ptr[1:])
        return ptr, row[some], self.list_amount[listed[some]]

    def among(self, pairs: NDArray[np.int64]) -> "Rows":
        """Return the rows of some pairs alone, ascending: those of their sites, without names."""
        pair_ptr, pair_site = np.searchsorted(pairs, self.pair_ptr), self.pair_site[pairs]
        here = np.zeros(len(self.row_of), bool)
        here[pair_site] = True
        row_of = np.where(here[:, None], self.row_of, -1)
        used = np.zeros(len(self.limit) + 1, bool)  # the last one: no row
        used[row_of] = True
        used[-1] = False
        number = np.where(used, np.cumsum(used) - 1, -1).astype(np.int32)
        used = used[:-1]
        # The lists of the classes come first, and then those of pairs that have their own.
        n_classes = len(self.own)
        of_class = np.repeat(np.arange(n_classes), np.diff(pair_ptr))
        special = self.own[of_class] >= 0
        own, list_ptr, kind, amount = self.own, self.list_ptr, self.list_kind, self.list_amount
        if special.any():
            at = self.own[of_class] + pairs - self.pair_ptr[of_class]
            lists = np.append(np.arange(n_classes), at[special])
            listed = places(self.list_ptr, lists)
            kind, amount = kind[listed], amount[listed]
            list_ptr = np.append(0, np.cumsum(np.diff(self.list_ptr)[lists]))
            before = np.append(0, np.cumsum(special))[pair_ptr[:-1]]
            own = np.where(self.own >= 0, n_classes + before, -1)
        return Rows(
            limit=self.limit[used],
            site=self.site[used],
            names=(),
            units=(),
            row_of=number[row_of],
            list_ptr=list_ptr,
            list_kind=kind,
            list_amount=amount,
            own=own,
            pair_ptr=pair_ptr,
            pair_site=pair_site,
        )

    @property
    def use_row(self) -> NDArray[np.int32]:
        """Of which row."""
        return self._uses[0]

    @property
    def use_amount(self) -> NDArray[np.int64]:
        """How much, for each member of the class; more than 0."""
        return self._uses[1]

    @cached_property
    def _uses(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        n_uses = int(self.use_ptr[-1])
        row, amount = np.empty(n_uses, np.int32), np.empty(n_uses, np.int64)
        self._for_classes(
            partial(
                list_uses,
                list_amount=self.list_amount,
                use_ptr=self.use_ptr,
                use_row=row,
                use_amount=amount,
            )
        )
        return row, amount

    def _for_classes(self, fill: Callable[..., bool]) -> None:
        """Have a kernel go over all classes."""
        names = ("pair_ptr", "pair_site", "own", "list_ptr", "list_kind", "row_of")
        arrays: dict[str, Any] = {name: getattr(self, name) for name in names}

        def some(begin: int, end: int, token: NDArray[np.int64]) -> bool:
            return fill(**arrays, begin=begin, end=end, stop=token)

        n_classes = len(self.own)
        deal_rows(some, n_classes, work_per_row=4 * len(self.pair_site) // max(1, n_classes))
