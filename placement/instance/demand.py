"""What classes use, and what the caller knows better of single pairs."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from placement.instance.classes import Classes
from placement.instance.federation import UNLIMITED, Federation
from placement.instance.ragged import places
from placement.model.problem import Problem
from placement.model.sizes import scaled_column
from placement.units import MICRO, scaled

__all__ = ["Demand", "read_demand"]


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What each class uses of each resource and of its slice.

    Parameters
    ----------
    amount : ndarray of shape (n_classes, n_resources), int64
        In the smallest unit in use.
    bandwidth : ndarray of shape (n_classes,), int64
        Likewise.
    devices : ndarray of shape (n_classes,), int64
        On its slice.
    slice : ndarray of shape (n_classes,), int64
        Column of `Federation.slices`, -1 for none.
    home : ndarray of shape (n_classes,), int64
        Index into `homes`.
    homes : tuple of (str or None)
        The home operators.
    quota, country_quota : ndarray of shape (n_homes, n_sites, n_resources), int64
        Limit of the agreement with the site's operator, and that for the site's country, None if there
        are no such; `UNLIMITED` where there is none.
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The special pairs of class c are pair_ptr[c] to pair_ptr[c + 1], by site.
    pair_site, pair_given : ndarray of shape (n_pairs,)
        Of each its site, and whether it has a demand of its own.
    pair_amount : ndarray of shape (n_pairs, n_resources), int64
        That demand.
    pair_cost : tuple of Fraction, micro-units
        The different amounts that are added to costs.
    pair_code : ndarray of shape (n_pairs,), int32
        Which of them is added to the cost of each.
    """

    amount: NDArray[np.int64]
    bandwidth: NDArray[np.int64]
    devices: NDArray[np.int64]
    slice: NDArray[np.int64]
    home: NDArray[np.int64]
    homes: tuple[str | None, ...]
    quota: NDArray[np.int64]
    country_quota: NDArray[np.int64] | None
    pair_ptr: NDArray[np.int64]
    pair_site: NDArray[np.int64]
    pair_given: NDArray[np.bool_]
    pair_amount: NDArray[np.int64]
    pair_cost: tuple[Fraction, ...]
    pair_code: NDArray[np.int32]

    def special(self, classes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the special pairs of some classes: their numbers, and whose place in the list they are."""
        lengths = self.pair_ptr[classes + 1] - self.pair_ptr[classes]
        return places(self.pair_ptr, classes), np.repeat(np.arange(len(classes)), lengths)

    @property
    def quotas(self) -> tuple[NDArray[np.int64], ...]:
        """The limits by agreements that there are, whole and by country."""
        return tuple(one for one in (self.quota, self.country_quota) if one is not None)

    def too_big(
        self, classes: NDArray[np.int64], federation: Federation, hosted: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return which of some classes do not fit on which empty site.

        `hosted` says where no agreement speaks against them, and so where quotas are asked about.
        """
        home = self.home[classes]
        refused: NDArray[np.bool_] = np.zeros((len(classes), len(federation.sites)), bool)
        limited = [(one, (one != UNLIMITED).any(axis=(0, 1))) for one in self.quotas]
        for r in range(len(federation.resources)):
            amount = self.amount[classes, r, None]
            refused |= amount > federation.capacity[:, r]
            for quotas, any_of in limited:
                if any_of[r]:
                    quota = quotas[home, :, r]
                    beyond: NDArray[np.bool_] = (quota != UNLIMITED) & (amount > quota)
                    refused |= beyond & hosted
        numbers, place = self.special(classes)
        given = self.pair_given[numbers]
        numbers, place = numbers[given], place[given]
        sites = self.pair_site[numbers]
        refused[place, sites] = self.special_too_big(numbers, federation, hosted[place, sites])
        sliced = np.flatnonzero((self.slice[classes] >= 0) & (self.bandwidth[classes] > 0))
        limit = federation.bandwidth[:, self.slice[classes[sliced]]].T
        wide = self.bandwidth[classes[sliced], None]
        refused[sliced] |= (limit != UNLIMITED) & (wide > limit)
        for most, wanted in zip(federation.whole, (self.bandwidth, self.devices), strict=True):
            mine = np.flatnonzero(self.slice[classes] >= 0)
            limit = most[self.slice[classes[mine]]]
            over = (limit != UNLIMITED) & (wanted[classes[mine]] > limit)
            refused[mine[over]] = True
        return refused

    def special_class(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the classes of some special pairs."""
        return np.searchsorted(self.pair_ptr, numbers, side="right") - 1

    def special_too_big(
        self,
        numbers: NDArray[np.int64],
        federation: Federation,
        hosted: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.bool_]:
        """Return which of some special pairs with a demand of their own do not fit, bandwidth apart."""
        sites, own = self.pair_site[numbers], self.pair_amount[numbers]
        over: NDArray[np.bool_] = own > federation.capacity[sites]
        for quotas in self.quotas:
            quota = quotas[self.home[self.special_class(numbers)], sites]
            beyond: NDArray[np.bool_] = (quota != UNLIMITED) & (own > quota)
            if hosted is not None:
                beyond &= hosted[:, None]
            np.logical_or(over, beyond, out=over)
        return np.asarray(over.any(axis=1), np.bool_)


def read_demand(problem: Problem, classes: Classes, federation: Federation) -> Demand:
    """Read what the classes of a problem use."""
    workloads, resources = problem.workloads, federation.resources
    amount = np.zeros((len(classes.first), len(resources)), np.int64)
    for r, resource in enumerate(resources):
        if f"demand.{resource}" in workloads.columns:
            column = workloads.column(f"demand.{resource}").take(classes.first)
            amount[:, r] = scaled_column(column, problem.unit_exponent(resource))
    slices = {name: place for place, name in enumerate(federation.slices)}
    operator = workloads.column("operator").take(classes.first)
    homes = tuple(operator.values)
    bandwidth = scaled_column(
        workloads.column("bandwidth").take(classes.first), problem.bandwidth_exponent
    )
    pairs, sites = problem.pairs, {one.id: s for s, one in enumerate(federation.sites)}
    pair_site = pairs.column("site").map(sites.__getitem__)
    ptr, order = _by_class(problem, classes, pair_site)
    pair_amount = np.zeros((len(pairs), len(resources)), np.int64)
    for r, resource in enumerate(resources):
        if f"demand.{resource}" in pairs.columns:
            column = pairs.column(f"demand.{resource}")
            pair_amount[:, r] = scaled_column(column, problem.unit_exponent(resource))[order]
    return Demand(
        amount=amount,
        bandwidth=bandwidth,
        devices=scaled_column(workloads.column("devices").take(classes.first), 0),
        slice=workloads.column("slice").take(classes.first).map(slices.__getitem__, -1),
        home=operator.row_codes().astype(np.int64),
        homes=homes,
        quota=_quotas(problem, federation, homes),
        country_quota=_country_quotas(problem, federation, homes),
        pair_ptr=ptr,
        pair_site=pair_site[order],
        pair_given=pairs.column("demand").map(int)[order].astype(bool),
        pair_amount=pair_amount,
        pair_cost=tuple(Fraction(one) * MICRO for one in pairs.column("cost").distinct()),
        pair_code=pairs.column("cost").row_codes()[order],
    )


def _by_class(
    problem: Problem, classes: Classes, site: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the pairs of each class begin, and the rows of the pairs by class and site."""
    class_of = np.empty(len(problem.workloads), np.int64)
    class_of[classes.members] = np.repeat(np.arange(len(classes.count)), classes.count)
    column = problem.pairs.column("workload")
    rows = column.map(problem.workloads.index)
    of_class = class_of[rows]
    ptr = np.zeros(len(classes.count) + 1, np.int64)
    np.cumsum(np.bincount(of_class, minlength=len(classes.count)), out=ptr[1:])
    return ptr, np.lexsort((site, of_class))


def _quotas(
    problem: Problem, federation: Federation, homes: tuple[str | None, ...]
) -> NDArray[np.int64]:
    shape = len(homes), len(federation.sites), len(federation.resources)
    quota = np.full(shape, UNLIMITED, np.int64)
    for h, home in enumerate(homes):
        for s, site in enumerate(federation.sites):
            agreement = federation.agreement(home, site.operator)
            for resource, limit in ((agreement and agreement.quota) or {}).items():
                exponent = problem.unit_exponent(resource)
                quota[h, s, federation.resources.index(resource)] = scaled(limit, exponent)
    return quota


def _country_quotas(
    problem: Problem, federation: Federation, homes: tuple[str | None, ...]
) -> NDArray[np.int64] | None:
    """Return the limits for the sites' countries."""
    if not any(one.country_quota for one in federation.agreements.values()):
        return None
    shape = len(homes), len(federation.sites), len(federation.resources)
    quota = np.full(shape, UNLIMITED, np.int64)
    for h, home in enumerate(homes):
        for s, site in enumerate(federation.sites):
            agreement = federation.agreement(home, site.operator)
            for key, limit in ((agreement and agreement.country_quota) or {}).items():
                country, _, resource = key.partition("/")
                if country == site.country:
                    exponent = problem.unit_exponent(resource)
                    quota[h, s, federation.resources.index(resource)] = scaled(limit, exponent)
    return quota
