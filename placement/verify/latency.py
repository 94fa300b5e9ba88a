"""Round-trip times of workloads, by routing class.

RTT(origin, site) = path out + path back + 2 × the slice's access time. What a workload's bound binds
is the largest over its origins; what its cost counts is their mean by weight.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement.model.countries import expand
from placement.model.parse import Origin
from placement.model.problem import Problem
from placement.units import LIMIT, Amount, ns_up
from placement.verify.exact import (
    IntArray,
    as_type,
    common_denominator,
    largest,
    product_bound,
    type_for,
)
from placement.verify.network import LONGEST_NS, Arcs, Wires

__all__ = ["Clock", "Route", "Rtt", "spread_ns", "z_score"]

BILLION = 1_000_000_000
MOST_LEGS = 4_000_000  # numbers in one array of path lengths


class Route(NamedTuple):
    """What the round-trip times of a workload depend on."""

    slice: str | None
    transit: tuple[str, ...] | None
    origins: tuple[Origin, ...] | None
    percentile: Amount | None


@dataclass(frozen=True, slots=True)
class Rtt:
    """The round-trip times of one route to every site.

    Parameters
    ----------
    reachable, legal : ndarray of shape (n_sites,), bool
        Whether paths exist at all, and within the transit set.
    bounded : ndarray of shape (n_sites,), int64, ns
        What `max_rtt_ms` bounds; 0 where there is no legal path.
    mean : ndarray of shape (n_sites,), int64 or Python integers, ns
        The mean over the origins, times `weight`; 0 where there is no legal path.
    weight : int
        The denominator of the mean.
    """

    reachable: NDArray[np.bool_]
    legal: NDArray[np.bool_]
    bounded: NDArray[np.int64]
    mean: IntArray
    weight: int


def z_score(percentile: Amount) -> int:
    """Return Z = ⌈z(p) · 10⁹⌉, the product being exact."""
    return math.ceil(Fraction(NormalDist().inv_cdf(float(percentile))) * BILLION)


def spread_ns(z: int, variance: int) -> int:
    """Return ⌈√(Z² · variance) / 10⁹⌉, exactly.

    Examples
    --------
    >>> from placement.verify.latency import spread_ns
    >>> spread_ns(2_000_000_000, 9), spread_ns(2_000_000_001, 9)
    (6, 7)
    """
    square = z * z * variance
    root = math.isqrt(square)
    root += root * root < square
    return -(-root // BILLION)


class Clock:
    """Measures round-trip times from arcs of its own.

    Parameters
    ----------
    problem : Problem
        Whose network is measured, between the workloads' origins and all sites.
    """

    def __init__(self, problem: Problem) -> None:
        self.wires = Wires(problem)
        self._at = problem.at
        self.node = {name: n for n, name in enumerate(problem.nodes.ids)}
        self._country = problem.nodes.column("country")
        site_nodes = problem.sites.column("node")
        numbers = np.array([self.node[name] for name in site_nodes.distinct()], dtype=np.intp)
        self.site_node = numbers[site_nodes.row_codes()]
        self.access = {
            slice_.id: (ns_up(slice_.access_ms), ns_up(slice_.access_jitter_ms))
            for slice_ in problem.slices
        }

    def rtts(self, routes: Sequence[Route]) -> Iterator[tuple[int, Rtt]]:
        """Yield (place in `routes`, round-trip times), in an order that keeps little in memory.

        Routes that share a network are taken together, some origins at a time.
        """
        families: dict[tuple[str | None, tuple[str, ...] | None], list[int]] = {}
        for place, route in enumerate(routes):
            if route.origins is None:
                yield place, self._no_users()
            else:
                families.setdefault((route.slice, route.transit), []).append(place)
        for (slice_, transit), places in families.items():
            places.sort(key=lambda place: str(routes[place].origins))
            for some, origins in self._portions(routes, places):
                legs = Legs(self, slice_, transit, origins)
                for place in some:
                    yield place, legs.rtt(routes[place])

    def _portions(
        self, routes: Sequence[Route], places: Sequence[int]
    ) -> Iterator[tuple[list[int], tuple[str, ...]]]:
        """Yield routes of one network with all their origins, as many at a time as memory is for."""
        most = max(1, MOST_LEGS // max(1, self.wires.n_nodes, len(self.site_node)))
        some: list[int] = []
        origins: dict[str, None] = {}
        for place in places:
            mine = {origin.node: None for origin in routes[place].origins or ()}
            if some and len(origins | mine) > most:
                yield some, tuple(origins)
                some, origins = [], {}
            some.append(place)
            origins |= mine
        if some:
            yield some, tuple(origins)

    def _no_users(self) -> Rtt:
        n_sites = len(self.site_node)
        yes, zero = np.ones(n_sites, dtype=np.bool_), np.zeros(n_sites, dtype=np.int64)
        return Rtt(yes, yes, zero, zero, 1)

    def closed(self, transit: tuple[str, ...] | None) -> NDArray[np.bool_] | None:
        """Return which nodes lie outside a transit set; a node of unknown country always does."""
        if transit is None:
            return None
        inside = expand(transit, self._at)
        outside = [country not in inside for country in self._country.distinct()]
        return np.array(outside, dtype=np.bool_)[self._country.row_codes()]


class Legs:
    """The round trips of some origins in one routing class."""

    def __init__(
        self,
        clock: Clock,
        slice_: str | None,
        transit: tuple[str, ...] | None,
        origins: tuple[str, ...],
    ) -> None:
        self._targets = clock.site_node
        self._nodes = np.array([clock.node[name] for name in origins], dtype=np.intp)
        self._place = {name: i for i, name in enumerate(origins)}
        self._access, self._access_jitter = clock.access[slice_] if slice_ is not None else (0, 0)
        closed = clock.closed(transit)
        self._arcs = [clock.wires.arcs(slice_, closed, back=back) for back in (False, True)]
        self._ns, self._legal = self._both_ways(self._arcs)
        self._reachable = self._legal
        if closed is not None:
            every = [clock.wires.arcs(slice_, None, back=back) for back in (False, True)]
            self._reachable = self._both_ways(every)[1]
        self._jitter: dict[int, IntArray] = {}

    def _both_ways(self, arcs: Sequence[Arcs]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        out, back = (one.means(self._nodes, self._targets) for one in arcs)
        legal: NDArray[np.bool_] = (out <= LONGEST_NS) & (back <= LONGEST_NS)
        return np.where(legal, out + back, 0), legal

    def _variance(self, row: int) -> IntArray:
        """Return the variance of the round trip from one origin to each site."""
        if row not in self._jitter:
            origin = int(self._nodes[row])
            out, back = (one.spreads(origin, self._targets)[1] for one in self._arcs)
            both = out.astype(object) + back + 2 * self._access_jitter**2
            self._jitter[row] = np.minimum(both, LIMIT)
        return self._jitter[row]

    def rtt(self, route: Route) -> Rtt:
        """Return the round-trip times of one route."""
        origins = route.origins or ()
        rows = [self._place[origin.node] for origin in origins]
        weights = [Fraction(origin.weight) for origin in origins]
        denominator = common_denominator(weights)
        shares = [int(weight * denominator) for weight in weights]
        legal: NDArray[np.bool_] = np.logical_and.reduce(self._legal[rows])
        trips = np.where(legal, self._ns[rows] + 2 * self._access, 0)
        kind = type_for(product_bound(largest(trips), sum(shares)))
        mean: IntArray = np.zeros(len(legal), dtype=kind)
        for trip, share in zip(trips, shares, strict=True):
            mean += as_type(trip, kind) * share
        bounded = trips.max(axis=0)
        if route.percentile is not None:
            z = z_score(route.percentile)
            bounded = np.max(
                [trip + self._spread(row, z) for trip, row in zip(trips, rows, strict=True)], axis=0
            )
            bounded = np.where(legal, bounded, 0)
        return Rtt(np.logical_and.reduce(self._reachable[rows]), legal, bounded, mean, sum(shares))

    def _spread(self, row: int, z: int) -> NDArray[np.int64]:
        variances, codes = np.unique(self._variance(row), return_inverse=True)
        return np.array([spread_ns(z, int(v)) for v in variances], dtype=np.int64)[codes]
