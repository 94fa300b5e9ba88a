"""What a problem's sites and agreements are, as arrays over the sites in the order of their ids."""

import datetime
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement.model.network import Slice
from placement.model.operator import Agreement
from placement.model.problem import Problem
from placement.model.site import Site
from placement.model.sizes import scaled_column
from placement.units import MICRO, round_half_up, scaled

__all__ = ["UNLIMITED", "Federation", "Guest", "in_force", "read_federation"]

UNLIMITED = -1


class Guest(NamedTuple):
    """What agreements look at in a workload; None for what it does not have."""

    home: str | None
    slice: str | None
    policy: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Federation:
    """Sites and agreements.

    Parameters
    ----------
    sites : tuple of Site
        In the order of their ids.
    order : ndarray of shape (n_sites,), int64
        Their rows in the problem.
    resources, slices : tuple of str
        Columns of the arrays below.
    capacity : ndarray of shape (n_sites, n_resources), int64
        In the smallest unit in use.
    bandwidth : ndarray of shape (n_sites, n_slices), int64
        `UNLIMITED` also where the slice is not offered.
    whole : ndarray of shape (2, n_slices), int64
        The bandwidth of each slice over all sites, and its devices; `UNLIMITED` likewise.
    open_cost : ndarray of shape (n_sites,), int64, micro-units
        Of each site.
    agreements : dict of (home, host) to Agreement
        Those in force.
    open_to_all : bool
        No agreements were given: every operator may host every other.
    """

    sites: tuple[Site, ...]
    order: NDArray[np.int64]
    resources: tuple[str, ...]
    slices: tuple[str, ...]
    capacity: NDArray[np.int64]
    bandwidth: NDArray[np.int64]
    whole: NDArray[np.int64]
    open_cost: NDArray[np.int64]
    agreements: dict[tuple[str, str], Agreement]
    open_to_all: bool

    def agreement(self, home: str | None, host: str | None) -> Agreement | None:
        """Return the agreement in force between two operators, if one is needed and there."""
        if home is None or host is None or home == host:
            return None
        return self.agreements.get((home, host))

    def may_host(self, guest: Guest, site: Site) -> bool:
        """Return whether an agreement, where one is needed, lets a workload run on a site."""
        if guest.home is None or self.open_to_all or guest.home == site.operator:
            return True
        agreement = self.agreement(guest.home, site.operator)
        if agreement is None or (agreement.country_quota and site.country is None):
            return False
        covered = (agreement.slices, guest.slice), (agreement.policies, guest.policy)
        return all(names is None or name in names for names, name in covered)

    def price_factor(self, home: str | None, host: str | None) -> Fraction:
        """Return what the host's prices are multiplied by."""
        agreement = self.agreement(home, host)
        return Fraction(1) if agreement is None else Fraction(agreement.price_factor)


def in_force(terms: Agreement | Slice, at: datetime.date) -> bool:
    """Return whether a day lies between its first and its last, both included."""
    first, last = (
        terms.valid_from or datetime.date.min,
        terms.valid_until or datetime.date.max,
    )
    return str(first) <= str(at) <= str(last)  # ISO dates, which sort as text


def read_federation(problem: Problem, at: datetime.date | None = None) -> Federation:
    """Read the sites and agreements of a problem, on its day or another."""
    order = sorted(range(len(problem.sites)), key=problem.sites.ids.__getitem__)
    sites = tuple(problem.sites[row] for row in order)
    resources, slices = problem.resources, tuple(sorted(problem.slices.ids))
    capacity = np.zeros((len(sites), len(resources)), np.int64)
    for column, resource in enumerate(resources):
        name = f"capacity.{resource}"
        if name in problem.sites.columns:
            exponent = problem.unit_exponent(resource)
            capacity[:, column] = scaled_column(problem.sites.column(name), exponent)[order]
    bandwidth = np.full((len(sites), len(slices)), UNLIMITED, np.int64)
    for s, site in enumerate(sites):
        for slice_id, limit in (site.slices or {}).items():
            if limit is not None:
                places = problem.bandwidth_exponent
                bandwidth[s, slices.index(slice_id)] = scaled(limit, places)
    whole = np.full((2, len(slices)), UNLIMITED, np.int64)
    for one in problem.slices:
        place = slices.index(one.id)
        if one.bandwidth is not None:
            whole[0, place] = scaled(one.bandwidth, problem.bandwidth_exponent)
        if one.max_devices is not None:
            whole[1, place] = one.max_devices
    return Federation(
        sites=sites,
        order=np.array(order, np.int64),
        resources=resources,
        slices=slices,
        capacity=capacity,
        bandwidth=bandwidth,
        whole=whole,
        open_cost=np.array(
            [round_half_up(Fraction(one.open_cost) * MICRO) for one in sites], np.int64
        ),
        agreements={
            (one.home, one.host): one
            for one in problem.agreements or ()
            if in_force(one, at or problem.at)
        },
        open_to_all=problem.agreements is None,
    )
