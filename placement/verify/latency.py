"""Round-trip times of workloads, by routing class.

RTT(origin, site) = path out + path back + 2 × the access time, the slice's or the 5QI's. What a workload's bound binds
is the largest over its origins; what its cost counts is their mean by weight.
"""

import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement.model.expression import expression
from placement.model.five_qi import FIVE_QI
from placement.model.parse import Origin
from placement.model.problem import Problem
from placement.units import LIMIT, Amount, ns_up
from placement.verify.evidence import Evidence
from placement.verify.exact import (
    IntArray,
    as_type,
    common_denominator,
    largest,
    product_bound,
    type_for,
)
from placement.verify.network import LONGEST_NS, Arcs, Wires

__all__ = ["Clock", "Route", "Times", "Transit", "cantelli_ns", "spread_ns", "z_score"]

BILLION = 1_000_000_000
MOST_LEGS = 4_000_000  # numbers in one array of path lengths


class Transit(NamedTuple):
    """What may be crossed: nodes of some countries, and nodes of which an expression is true."""

    countries: tuple[str, ...] | None
    rule: str | None


class Route(NamedTuple):
    """What the round-trip times of a workload depend on."""

    slice: str | None
    transit: Transit | None
    origins: tuple[Origin, ...] | None
    percentile: Amount | None
    guarantee: str
    five_qi: int | None


@dataclass(frozen=True, slots=True)
class Times:
    """The round-trip times of some routes to every site.

    Parameters
    ----------
    reachable, legal : ndarray of shape (n_routes, n_sites), bool
        Whether paths exist at all, and within the transit set.
    bounded : ndarray of shape (n_routes, n_sites), int64, ns
        What `max_rtt_ms` bounds; 0 where there is no legal path.
    mean : ndarray of shape (n_routes, n_sites), int64 or Python integers, ns
        The mean over the origins, times the weight; 0 where there is no legal path.
    weight : list of int
        The denominator of each route's mean.
    """

    reachable: NDArray[np.bool_]
    legal: NDArray[np.bool_]
    bounded: NDArray[np.int64]
    mean: IntArray
    weight: list[int]


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


def cantelli_ns(percentile: Amount, variance: int) -> int:
    """Return ⌈√(p / (1 - p) · variance)⌉, exactly: at least p of *any* distribution lies below.

    Examples
    --------
    >>> from placement.verify.latency import cantelli_ns
    >>> from decimal import Decimal
    >>> cantelli_ns(Decimal("0.9"), 4), cantelli_ns(Decimal("0.9"), 5)
    (6, 7)

    References
    ----------
    Cantelli, F. P., "Sui confini della probabilità", Atti del Congresso Internazionale dei Matematici
    6, 1928.
    """
    above = 1 - Fraction(percentile)
    square = Fraction(percentile) * variance
    least = math.isqrt(math.floor(square / above))
    return least + (least * least * above < square)


class Clock:
    """Measures round-trip times from arcs of its own.

    Parameters
    ----------
    problem : Problem
        Whose network is measured, between the workloads' origins and all sites.
    """

    def __init__(self, problem: Problem) -> None:
        self.wires = Wires(problem)
        self._law, self._at = problem.law, problem.at
        self._evidence = Evidence(problem)
        self.node = {name: n for n, name in enumerate(problem.nodes.ids)}
        self._country = problem.nodes.column("country")
        site_nodes = problem.sites.column("node")
        numbers = np.array([self.node[name] for name in site_nodes.distinct()], dtype=np.intp)
        self.site_node = numbers[site_nodes.row_codes()]
        self._access = {
            slice_.id: (ns_up(slice_.access_ms), ns_up(slice_.access_jitter_ms))
            for slice_ in problem.slices
        }

    def access_of(self, route: Route) -> tuple[int, int]:
        """Return the access time of a route and its jitter, one way; a delay budget has none."""
        if route.five_qi is not None:
            return FIVE_QI[route.five_qi].delay_budget_ms * 1_000_000, 0
        return self._access[route.slice] if route.slice is not None else (0, 0)

    def times(self, routes: Sequence[Route], most: int) -> Iterator[tuple[list[int], Times]]:
        """Yield (places in `routes`, round-trip times), in an order that keeps little in memory.

        Routes that share a network are taken together, some origins at a time; and of them as many
        as have at most so many times to sites and origins.
        """
        families: dict[tuple[Hashable, Transit | None], list[int]] = {}
        idle = [place for place, route in enumerate(routes) if route.origins is None]
        for some in pieces(idle, [1] * len(idle), max(1, most // max(1, len(self.site_node)))):
            yield some, self._no_users(len(some))
        for place, route in enumerate(routes):
            if route.origins is not None:
                family = self.wires.carrying(route.slice), route.transit
                families.setdefault(family, []).append(place)
        for places in families.values():
            places.sort(key=lambda place: str(routes[place].origins))
            slice_, transit = routes[places[0]].slice, routes[places[0]].transit
            for some, origins in self._portions(routes, places):
                legs = Legs(self, slice_, transit, origins)
                sizes = [len(routes[place].origins or ()) for place in some]
                for few in pieces(some, sizes, max(1, most // max(1, len(self.site_node)))):
                    yield few, legs.times([routes[place] for place in few])

    def _portions(
        self, routes: Sequence[Route], places: Sequence[int]
    ) -> Iterator[tuple[list[int], tuple[str, ...]]]:
        """Yield routes of one network with all their origins, as many at a time as memory is for."""
        most = max(1, MOST_LEGS // max(1, self.wires.n_nodes, len(self.site_node)))
        some: list[int] = []
        origins: dict[str, None] = {}
        for place in places:
            mine = {origin.node: None for origin in routes[place].origins or ()}
            if some and len(origins) + sum(node not in origins for node in mine) > most:
                yield some, tuple(origins)
                some, origins = [], {}
            some.append(place)
            origins.update(mine)
        if some:
            yield some, tuple(origins)

    def _no_users(self, n_routes: int) -> Times:
        shape = n_routes, len(self.site_node)
        yes, zero = np.ones(shape, dtype=np.bool_), np.zeros(shape, dtype=np.int64)
        return Times(yes, yes, zero, zero, [1] * n_routes)

    def closed(self, transit: Transit | None) -> NDArray[np.bool_] | None:
        """Return which nodes lie outside a transit set; a node of unknown country always does."""
        if transit is None:
            return None
        closed = np.zeros(len(self.node), dtype=np.bool_)
        if transit.countries is not None:
            inside = self._law.expand(transit.countries, self._at)
            outside = [country not in inside for country in self._country.distinct()]
            closed |= np.array(outside, dtype=np.bool_)[self._country.row_codes()]
        if transit.rule is not None:
            closed |= self._evidence.nodes(expression(transit.rule, self._law))
        return closed


def pieces(items: Sequence[int], sizes: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yield the items in order, in lists whose sizes add up to at most `most`, if they can."""
    some: list[int] = []
    size = 0
    for item, mine in zip(items, sizes, strict=True):
        if some and size + mine > most:
            yield some
            some, size = [], 0
        some.append(item)
        size += mine
    if some:
        yield some


class Legs:
    """The round trips of some origins in one network, without access."""

    def __init__(
        self,
        clock: Clock,
        slice_: str | None,
        transit: Transit | None,
        origins: tuple[str, ...],
    ) -> None:
        self._targets, self._access_of = clock.site_node, clock.access_of
        self._nodes = np.array([clock.node[name] for name in origins], dtype=np.intp)
        self._place = {name: i for i, name in enumerate(origins)}
        closed = clock.closed(transit)
        self._arcs = [clock.wires.arcs(slice_, closed, back=back) for back in (False, True)]
        self._ns, self._legal = self._both_ways(self._arcs)
        self._reachable = self._legal
        if closed is not None:
            every = [clock.wires.arcs(slice_, None, back=back) for back in (False, True)]
            self._reachable = self._both_ways(every)[1]
        self._spreads: dict[int, IntArray] = {}

    def _both_ways(self, arcs: Sequence[Arcs]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        out, back = (one.means(self._nodes, self._targets) for one in arcs)
        legal: NDArray[np.bool_] = (out <= LONGEST_NS) & (back <= LONGEST_NS)
        return np.where(legal, out + back, 0), legal

    def _variance(self, row: int) -> IntArray:
        """Return the variance of the round trip from one origin to each site, without access."""
        if row not in self._spreads:
            origin = int(self._nodes[row])
            if any(one.vary_together for one in self._arcs):
                self._spreads[row] = self._joint_variance(origin)
            else:
                out, back = (one.spreads(origin, self._targets)[1] for one in self._arcs)
                self._spreads[row] = out.astype(object) + back
        return self._spreads[row]

    def _joint_variance(self, origin: int) -> IntArray:
        """Return the same where links of one group vary together, out and back."""
        ways = [one.parts(origin, self._targets) for one in self._arcs]
        variances = []
        for (out, out_groups), (back, back_groups) in zip(*ways, strict=True):
            deviations = [
                out_groups.get(group, 0) + back_groups.get(group, 0)
                for group in {**out_groups, **back_groups}
            ]
            variances.append(out + back + sum(one * one for one in deviations))
        return np.array(variances, dtype=object)

    def times(self, routes: Sequence[Route]) -> Times:
        """Return the round-trip times of routes, all of which have origins."""
        origins = [route.origins or () for route in routes]
        rows = [[self._place[one.node] for one in some] for some in origins]
        starts = np.cumsum([0, *map(len, rows[:-1])])
        flat = np.array([row for some in rows for row in some], dtype=np.intp)
        of_route = np.repeat(np.arange(len(routes)), [len(some) for some in rows])
        access = np.array([self._access_of(route)[0] for route in routes], dtype=np.int64)
        legal = np.logical_and.reduceat(self._legal[flat], starts)
        trips = np.where(legal[of_route], self._ns[flat] + 2 * access[of_route, None], 0)
        shares = [whole_shares(some) for some in origins]
        weight = [sum(some) for some in shares]
        kind = type_for(product_bound(largest(trips), max(weight)))
        share = np.array([one for some in shares for one in some], dtype=kind)
        bounded = np.maximum.reduceat(trips, starts)
        for i, route in enumerate(routes):
            if route.percentile is not None:
                mine = trips[starts[i] : starts[i] + len(rows[i])]
                bounded[i] = np.where(legal[i], self._slowest(route, rows[i], mine), 0)
        return Times(
            np.logical_and.reduceat(self._reachable[flat], starts),
            legal,
            bounded,
            np.add.reduceat(as_type(trips, kind) * share[:, None], starts),
            weight,
        )

    def _slowest(
        self, route: Route, rows: Sequence[int], trips: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the largest time of a route with a percentile, over its origins."""
        percentile, jitter = route.percentile or 0, self._access_of(route)[1]
        above = partial(cantelli_ns, percentile)
        if route.guarantee == "normal":
            above = partial(spread_ns, z_score(percentile))
        slowest: NDArray[np.int64] = np.max(
            [
                trip + self._spread(row, above, jitter)
                for trip, row in zip(trips, rows, strict=True)
            ],
            axis=0,
        )
        return slowest

    def _spread(self, row: int, above: Callable[[int], int], jitter: int) -> NDArray[np.int64]:
        both = np.minimum(self._variance(row) + 2 * jitter**2, LIMIT)
        variances, codes = np.unique(both, return_inverse=True)
        return np.array([above(int(v)) for v in variances], dtype=np.int64)[codes]


def whole_shares(origins: Sequence[Origin]) -> list[int]:
    """Return whole numbers in the proportion of the origins' weights."""
    weights = [Fraction(origin.weight) for origin in origins]
    denominator = common_denominator(weights)
    return [int(weight * denominator) for weight in weights]
