"""What pairs use: lists of kinds and amounts, and the row of each kind on each site."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement._core import join_sites
from placement.instance.bits import unpacked
from placement.instance.compiler import Compiler
from placement.instance.demand import Demand
from placement.instance.federation import UNLIMITED, Federation
from placement.instance.pairs import Pairs, special_pairs
from placement.instance.ragged import places
from placement.instance.rows import Row, Rows
from placement.latency.deal import deal_rows
from placement.model.problem import Problem
from placement.units import Amount, scaled

__all__ = ["number_rows"]


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Kinds and amounts: list k is ptr[k] to ptr[k + 1]."""

    ptr: NDArray[np.int64]
    kind: NDArray[np.int32]
    amount: NDArray[np.int64]


class Kinds:
    """What can be used on a site: resources, bandwidth of slices, resources of a home's agreements."""

    def __init__(self, federation: Federation, demand: Demand) -> None:
        self.federation, self.demand = federation, demand
        n_sites, n_resources = len(federation.sites), len(federation.resources)
        n_slices = len(federation.slices)
        self.first_slice = n_sites * n_resources
        self.first_quota = self.first_slice + n_sites * n_slices
        self.agreements = sorted(federation.agreements)
        self.countries = sorted({one.country for one in federation.sites if one.country})
        site = np.arange(n_sites)[:, None]
        wide = [
            site * n_resources + np.arange(n_resources),
            np.where(
                federation.bandwidth != UNLIMITED,
                self.first_slice + site * n_slices + np.arange(n_slices),
                -1,
            ),
        ]
        # The kinds of quotas: those of a home and a resource that some agreement limits, for all of its
        # sites, or for those of a country.
        agreement, country = self._agreement(), self._country()
        self.first_country = self.first_quota + len(self.agreements) * n_resources
        by_country = self.first_country + (agreement * len(self.countries) + country) * n_resources
        self.quotas: list[NDArray[np.int64]] = []
        for limits, first in zip(
            demand.quotas, (self.first_quota + agreement * n_resources, by_country), strict=False
        ):
            limited = limits != UNLIMITED
            homes, resources = np.nonzero(limited.any(axis=1))
            kinds = np.full((len(demand.homes), n_resources), -1, np.int64)
            kinds[homes, resources] = sum(one.shape[1] for one in wide) + np.arange(len(homes))
            self.quotas.append(kinds)
            rows = first[homes] + resources[:, None]
            wide.append(np.where(limited[homes, :, resources], rows, -1).T)
        # The kinds of slices as a whole, their bandwidth and then their devices: one row for all sites.
        self.first_whole = self.first_country
        self.first_whole += len(self.agreements) * len(self.countries) * n_resources
        self.whole = np.full((2, n_slices), -1, np.int64)
        which, limited_slice = np.nonzero(federation.whole != UNLIMITED)
        self.whole[which, limited_slice] = sum(one.shape[1] for one in wide) + np.arange(len(which))
        rows = self.first_whole + which * n_slices + limited_slice
        wide.append(np.broadcast_to(rows, (n_sites, len(rows))))
        # The wide number of the row of each kind on each site, -1 where it has no limit.
        self.wide = np.concatenate(wide, axis=1)

    def _agreement(self) -> NDArray[np.int64]:
        """Return the number of the agreement of each home with the operator of each site."""
        place = {pair: i for i, pair in enumerate(self.agreements)}
        hosts = list(dict.fromkeys(site.operator for site in self.federation.sites))
        numbers = [
            [place.get((home or "", host or ""), -1) for host in hosts]
            for home in self.demand.homes
        ]
        host_of = np.array([hosts.index(site.operator) for site in self.federation.sites], np.int64)
        return np.array(numbers, np.int64).reshape(len(numbers), len(hosts))[:, host_of]

    def _country(self) -> NDArray[np.int64]:
        """Return the number of the country of each site; -1 where it is not known."""
        place = {country: i for i, country in enumerate(self.countries)}
        return np.array(
            [place.get(one.country or "", -1) for one in self.federation.sites], np.int64
        )

    def lists(
        self, of_class: NDArray[np.int64], amount: NDArray[np.int64], used: NDArray[np.bool_]
    ) -> Lists:
        """Return what members of some classes use.

        Parameters
        ----------
        of_class : ndarray of shape (n_lists,), int64
            The classes.
        amount : ndarray of shape (n_lists, n_resources), int64
            Of each resource.
        used : ndarray of shape (n_lists,), bool
            Whether a list is to have anything.
        """
        kinds: list[NDArray[np.int64]] = []
        amounts: list[NDArray[np.int64]] = []
        home = self.demand.home[of_class]
        for r in range(amount.shape[1]):
            kinds.append(np.full(len(of_class), r))
            amounts.append(amount[:, r])
            for quota in self.quotas:
                if (quota[:, r] >= 0).any():
                    kinds.append(quota[home, r])
                    amounts.append(amount[:, r])
        if len(self.federation.slices):
            slice_of = self.demand.slice[of_class]
            kinds.append(np.where(slice_of >= 0, amount.shape[1] + slice_of, -1))
            amounts.append(self.demand.bandwidth[of_class])
            for whole, wanted in zip(
                self.whole, (self.demand.bandwidth, self.demand.devices), strict=True
            ):
                if (whole >= 0).any():
                    kinds.append(np.where(slice_of >= 0, whole[slice_of], -1))
                    amounts.append(wanted[of_class])
        if not kinds:
            ptr = np.zeros(len(of_class) + 1, np.int64)
            return Lists(ptr, np.empty(0, np.int32), np.empty(0, np.int64))
        kind, much = np.stack(kinds, axis=1), np.stack(amounts, axis=1)
        mask = (kind >= 0) & (much > 0) & used[:, None]
        ptr = np.concatenate([[0], np.cumsum(mask.sum(axis=1))]).astype(np.int64)
        return Lists(ptr, kind[mask].astype(np.int32), much[mask])

    def describe(self, number: int, problem: Problem) -> tuple[Row, int, int, Amount]:
        """Return what the row of a wide number is about, its site or -1, its limit, and its unit."""
        federation = self.federation
        if number >= self.first_whole:
            which, k = divmod(number - self.first_whole, len(federation.slices))
            row = Row(slice=federation.slices[k], resource="devices" if which else None)
            exponent = 0 if which else problem.bandwidth_exponent
            return row, -1, int(federation.whole[which, k]), _unit(exponent)
        if number >= self.first_country:
            place, r = divmod(number - self.first_country, len(federation.resources))
            return self._quota(*divmod(place, len(self.countries)), r, problem)
        if number >= self.first_quota:
            place, r = divmod(number - self.first_quota, len(federation.resources))
            return self._quota(place, None, r, problem)
        if number >= self.first_slice:
            s, k = divmod(number - self.first_slice, len(federation.slices))
            row = Row(site=federation.sites[s].id, slice=federation.slices[k])
            return row, s, int(federation.bandwidth[s, k]), _unit(problem.bandwidth_exponent)
        s, r = divmod(number, len(federation.resources))
        row = Row(site=federation.sites[s].id, resource=federation.resources[r])
        exponent = problem.unit_exponent(federation.resources[r])
        return row, s, int(federation.capacity[s, r]), _unit(exponent)

    def _quota(
        self, agreement: int, country: int | None, r: int, problem: Problem
    ) -> tuple[Row, int, int, Amount]:
        """Return the same of a row of an agreement, for all of its sites or for those of a country."""
        home, host = self.agreements[agreement]
        terms, resource = self.federation.agreements[home, host], self.federation.resources[r]
        code = None if country is None else self.countries[country]
        row = Row(home=home, host=host, country=code, resource=resource)
        quota: Any = terms.quota if code is None else terms.country_quota
        limit = quota[resource if code is None else f"{code}/{resource}"]
        exponent = problem.unit_exponent(resource)
        return row, -1, scaled(limit, exponent), _unit(exponent)


def _unit(exponent: int) -> Amount:
    return 1 if exponent == 0 else Decimal(1).scaleb(-exponent)


def number_rows(
    problem: Problem, compiler: Compiler, pairs: Pairs, *, threads: int | None = None
) -> Rows:
    """List what pairs use, and give the rows in use numbers from 0."""
    kinds = Kinds(compiler.federation, compiler.demand)
    lists, own = _lists(kinds, compiler, pairs)
    used = _used(kinds, lists, pairs, own, threads)
    in_use = np.unique(kinds.wide[used])
    told = [kinds.describe(number, problem) for number in in_use.tolist()]
    row_of = np.where(used, np.searchsorted(in_use, kinds.wide), -1)
    return Rows(
        limit=np.array([one[2] for one in told], np.int64),
        site=np.array([one[1] for one in told], np.int32),
        names=tuple(one[0] for one in told),
        units=tuple(one[3] for one in told),
        row_of=row_of.astype(np.int32),
        list_ptr=lists.ptr,
        list_kind=lists.kind,
        list_amount=lists.amount,
        own=own,
        pair_ptr=pairs.ptr,
        pair_site=pairs.site,
    )


def _lists(kinds: Kinds, compiler: Compiler, pairs: Pairs) -> tuple[Lists, NDArray[np.int64]]:
    """Return the lists of the classes, then those of single pairs; and the first own one of each class."""
    demand = compiler.demand
    given, mine = special_pairs(compiler, pairs, np.flatnonzero(demand.pair_given))
    some = np.unique(pairs.classes(mine))
    lengths = pairs.ptr[some + 1] - pairs.ptr[some]
    n_classes = len(demand.home)
    own = np.full(n_classes, -1, np.int64)
    own[some] = n_classes + np.cumsum(lengths) - lengths
    of_class = np.concatenate([np.arange(n_classes), np.repeat(some, lengths)])
    amount = demand.amount[of_class]
    amount[n_classes + np.searchsorted(places(pairs.ptr, some), mine)] = demand.pair_amount[given]
    used = np.ones(len(of_class), bool)
    used[some] = False
    return kinds.lists(of_class, amount, used), own


def _used(
    kinds: Kinds, lists: Lists, pairs: Pairs, own: NDArray[np.int64], threads: int | None
) -> NDArray[np.bool_]:
    """Return which rows some pair uses, by site and kind."""
    n_sites, n_kinds = kinds.wide.shape
    n_classes, n_words = pairs.bits.shape
    joined = [np.zeros((n_kinds, n_words), np.uint64)]

    def join(begin: int, end: int, token: NDArray[np.int64]) -> bool:
        mine = np.zeros_like(joined[0])
        joined.append(mine)
        return join_sites(lists.ptr, lists.kind, pairs.bits, mine, begin, end, token)

    deal_rows(join, n_classes, work_per_row=n_kinds * n_words, threads=threads)
    used = unpacked(np.bitwise_or.reduce(joined), n_sites).T.copy()
    mine = places(pairs.ptr, np.flatnonzero(own >= 0))
    lengths = np.diff(lists.ptr[n_classes:])
    used[np.repeat(pairs.site[mine], lengths), lists.kind[lists.ptr[n_classes] :]] = True
    return used & (kinds.wide >= 0)
