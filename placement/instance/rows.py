"""Rows: everything that adds up over workloads and has a limit."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from placement.instance.demand import Demand
from placement.instance.federation import UNLIMITED, Federation
from placement.model.problem import Problem
from placement.model.reasons import BIT
from placement.units import Amount

__all__ = ["Row", "Rows", "Uses", "number_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a row is about: a site and a resource or slice, or an agreement and a resource."""

    site: str | None = None
    home: str | None = None
    host: str | None = None
    resource: str | None = None
    slice: str | None = None

    @property
    def reason(self) -> int:
        """The bit of the reason for which a full row leaves workloads out."""
        if self.site is None:
            return BIT["quota"]
        return BIT["capacity"] if self.slice is None else BIT["bandwidth"]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows that some pair uses.

    Parameters
    ----------
    limit : ndarray of shape (n_rows,), int64
        In the smallest unit in use.
    site : ndarray of shape (n_rows,), int32
        Of each row, -1 for an agreement's.
    names : tuple of Row
        What each is about.
    units : tuple of amount
        The unit of each.
    use_ptr : ndarray of shape (n_pairs + 1,), int64
        What pair p uses is use_ptr[p] to use_ptr[p + 1].
    use_row : ndarray, int32
        Of which row.
    use_amount : ndarray, int64
        How much, for each member of the class; more than 0.
    """

    limit: NDArray[np.int64]
    site: NDArray[np.int32]
    names: tuple[Row, ...]
    units: tuple[Amount, ...]
    use_ptr: NDArray[np.int64]
    use_row: NDArray[np.int32]
    use_amount: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Uses:
    """What some pairs use, rows by their wide numbers."""

    per_pair: NDArray[np.int64]
    row: NDArray[np.int64]
    amount: NDArray[np.int64]


class RowNumbers:
    """Gives each possible row a wide number: sites' resources, sites' slices, agreements' resources."""

    def __init__(self, federation: Federation, demand: Demand) -> None:
        self.federation, self.demand = federation, demand
        self.n_resources = len(federation.resources)
        self.n_slices = len(federation.slices)
        self.first_slice = len(federation.sites) * self.n_resources
        self.first_quota = self.first_slice + len(federation.sites) * self.n_slices
        self.n_rows = self.first_quota + len(federation.agreements) * self.n_resources
        self.limited = (demand.quota != UNLIMITED).any(axis=(0, 1)).tolist()
        self.agreements = sorted(federation.agreements)
        place = {pair: i for i, pair in enumerate(self.agreements)}
        self.agreement = np.array(
            [
                [place.get((home or "", site.operator or ""), -1) for site in federation.sites]
                for home in demand.homes
            ],
            np.int64,
        ).reshape(len(demand.homes), len(federation.sites))

    def uses(
        self, of_class: NDArray[np.int64], site: NDArray[np.int64], amount: NDArray[np.int64]
    ) -> Uses:
        """Return what some pairs use; `amount` of shape (n, n_resources)."""
        demand = self.demand
        home = demand.home[of_class]
        row: list[NDArray[np.int64]] = []
        much: list[NDArray[np.int64]] = []
        used: list[NDArray[np.bool_]] = []
        for r in range(self.n_resources):
            row.append(site * self.n_resources + r)
            much.append(amount[:, r])
            used.append(amount[:, r] > 0)
            if self.limited[r]:
                row.append(self.first_quota + self.agreement[home, site] * self.n_resources + r)
                much.append(amount[:, r])
                used.append((amount[:, r] > 0) & (demand.quota[home, site, r] != UNLIMITED))
        if self.n_slices:
            slice_of, wide = demand.slice[of_class], demand.bandwidth[of_class]
            row.append(self.first_slice + site * self.n_slices + slice_of)
            much.append(wide)
            limited = self.federation.bandwidth[site, slice_of] != UNLIMITED
            used.append((slice_of >= 0) & (wide > 0) & limited)
        if not row:
            empty = np.empty(0, np.int64)
            return Uses(np.zeros(len(site), np.int64), empty, empty)
        numbers, amounts, mask = np.stack(row, 1), np.stack(much, 1), np.stack(used, 1)
        if mask.all():
            return Uses(np.full(len(site), len(row)), numbers.ravel(), amounts.ravel())
        return Uses(mask.sum(axis=1), numbers[mask], amounts[mask])

    def describe(self, number: int, problem: Problem) -> tuple[Row, int, int, Amount]:
        """Return what a row is about, its site or -1, its limit, and its unit."""
        federation = self.federation
        if number >= self.first_quota:
            place, r = divmod(number - self.first_quota, self.n_resources)
            home, host = self.agreements[place]
            row = Row(home=home, host=host, resource=federation.resources[r])
            h = self.demand.homes.index(home)
            s = next(s for s, one in enumerate(federation.sites) if one.operator == host)
            exponent = problem.unit_exponent(federation.resources[r])
            return row, -1, int(self.demand.quota[h, s, r]), _unit(exponent)
        if number >= self.first_slice:
            s, k = divmod(number - self.first_slice, self.n_slices)
            row = Row(site=federation.sites[s].id, slice=federation.slices[k])
            return row, s, int(federation.bandwidth[s, k]), _unit(problem.bandwidth_exponent)
        s, r = divmod(number, self.n_resources)
        row = Row(site=federation.sites[s].id, resource=federation.resources[r])
        exponent = problem.unit_exponent(federation.resources[r])
        return row, s, int(federation.capacity[s, r]), _unit(exponent)


def _unit(exponent: int) -> Amount:
    return 1 if exponent == 0 else Decimal(1).scaleb(-exponent)


def number_rows(numbers: RowNumbers, uses: list[Uses], problem: Problem) -> Rows:
    """Give the rows in use numbers from 0."""
    empty = np.empty(0, np.int64)
    wide = np.concatenate([one.row for one in uses] or [empty])
    amount = np.concatenate([one.amount for one in uses] or [empty])
    per_pair = np.concatenate([one.per_pair for one in uses] or [empty])
    used = np.zeros(numbers.n_rows, bool)
    used[wide] = True
    in_use = np.flatnonzero(used)
    row = (np.cumsum(used) - 1)[wide]
    told = [numbers.describe(number, problem) for number in in_use.tolist()]
    return Rows(
        limit=np.array([one[2] for one in told], np.int64),
        site=np.array([one[1] for one in told], np.int32),
        names=tuple(one[0] for one in told),
        units=tuple(one[3] for one in told),
        use_ptr=np.concatenate([[0], np.cumsum(per_pair)]).astype(np.int64),
        use_row=row.astype(np.int32),
        use_amount=amount,
    )
