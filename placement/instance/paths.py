"""Round-trip times of classes: which origins, over which routing class, how sure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement import units
from placement._core import MAX_VARIANCE
from placement.instance.classes import Classes, combine
from placement.instance.ragged import places, reduced
from placement.latency import build_index
from placement.latency.index import NetworkIndex
from placement.latency.round_trip import NO_PATH, round_trips
from placement.latency.routing import RoutingClass
from placement.model.countries import expand
from placement.model.problem import Problem
from placement.units import Amount

__all__ = ["Paths", "find_paths"]

BILLION = 10**9
MOST_WEIGHT = 2**29  # times 2 · 2.1 s and access twice stays below 2**62
Origins = tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Round trips of every class to every site.

    Parameters
    ----------
    rtt : ndarray of shape (n_routes, n_sites), int64, ns
        A row for each routing class and origin in use, access included; `NO_PATH` without a path.
    variance : ndarray of the same shape, int64, ns²
        Likewise; zero where no percentile is asked for.
    key : ndarray of shape (n_classes,), int64
        Classes with equal keys have the same slice, transit set, origins and percentile.
    ptr : ndarray of shape (n_keys + 1,), int64
        The routes of key k are ptr[k] to ptr[k + 1].
    legal, open : ndarray of shape (n_origins,), int64
        Of each origin of each key, the row in `rtt` under its transit set, and without one.
    weight : ndarray of shape (n_origins,), int64 (or object, where sums could pass 2**62)
        Of each origin in the mean of its key.
    total_weight : ndarray of shape (n_keys,), int64
        The sum of those.
    z : tuple of (int or None)
        For each key ⌈z(p) · 10⁹⌉, None for the mean.
    """

    rtt: NDArray[np.int64]
    variance: NDArray[np.int64]
    key: NDArray[np.int64]
    ptr: NDArray[np.int64]
    legal: NDArray[np.int64]
    open: NDArray[np.int64]
    weight: NDArray[np.int64]
    total_weight: NDArray[np.int64]
    z: tuple[int | None, ...]

    def reach(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return for some keys and every site whether all paths exist, and legal ones."""
        return tuple(  # type: ignore[return-value]
            ~self._reduced(np.logical_or, keys, self.rtt[rows] < 0, False)
            for rows in (self.open[self._flat(keys)], self.legal[self._flat(keys)])
        )

    def bounded(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for some keys and every site the time that `max_rtt_ms` bounds; ns.

        Only to be used where a legal path exists.
        """
        rows = self.legal[self._flat(keys)]
        worst = self.rtt[rows]
        of_origin = np.repeat(keys, self.ptr[keys + 1] - self.ptr[keys])
        for key in {int(key) for key in np.unique(keys) if self.z[key] is not None}:
            mine = np.flatnonzero(of_origin == key)
            worst[mine] += spread(self.variance[rows[mine]], self.z[key])  # type: ignore[arg-type]
        made: NDArray[np.int64] = self._reduced(np.maximum, keys, worst, 0)
        return made

    def weighted(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for some keys and every site the sum of weight times round trip; ns."""
        flat = self._flat(keys)
        times = self.rtt[self.legal[flat]] * self.weight[flat, None]
        made: NDArray[np.int64] = self._reduced(np.add, keys, times, 0)
        return made

    def unmasked(self, key: int) -> NDArray[np.int64]:
        """Return for a key and every site the largest mean round trip over any country; ns.

        Only to be used where all paths exist.
        """
        keys = np.array([key])
        worst = self.rtt[self.open[self._flat(keys)]]
        made: NDArray[np.int64] = self._reduced(np.maximum, keys, worst, 0).reshape(-1)
        return made

    def _flat(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places of all origins of some keys."""
        return places(self.ptr, keys)

    def _reduced(
        self, ufunc: np.ufunc, keys: NDArray[np.int64], values: NDArray[Any], empty: Any
    ) -> NDArray[Any]:
        """Reduce the rows of each key's origins to one; a key without origins gets `empty`."""
        return reduced(ufunc, values, self.ptr[keys + 1] - self.ptr[keys], empty)


def spread(variance: NDArray[np.int64], z: int) -> NDArray[np.int64]:
    """Return ⌈√(z² · variance) / 10⁹⌉ exactly."""
    near = np.sqrt(variance.astype(np.float64)) * (z / BILLION)
    made = np.ceil(near).astype(np.int64)
    # The float is off by less than 1e-15 of itself: only near a whole number can that matter.
    doubtful = np.abs(near - np.rint(near)) <= 1e-6 + near * 1e-14
    doubtful &= variance > 0
    for place in zip(*np.nonzero(doubtful), strict=True):
        radicand = z * z * int(variance[place])
        root = math.isqrt(radicand)
        root += root * root < radicand
        made[place] = -(-root // BILLION)
    made[variance == 0] = 0
    return made


def z_score(percentile: Amount | None) -> int | None:
    """Return ⌈z(p) · 10⁹⌉, or None without a percentile."""
    if percentile is None:
        return None
    return math.ceil(Fraction(NormalDist().inv_cdf(float(percentile))) * BILLION)


def find_paths(
    problem: Problem,
    classes: Classes,
    site_nodes: Iterable[str],
    *,
    detour: float = 1.4,
    threads: int | None = None,
) -> Paths:
    """Measure the round trips that a problem's classes ask about."""
    index = build_index(problem.network, detour=detour)
    ends = np.array([index.rows[node] for node in site_nodes], np.int32)
    columns = {name: problem.workloads.column(name) for name in ("slice", "origins", "percentile")}
    codes = [column.row_codes()[classes.first] for column in columns.values()]
    transits, transit_code = _transits(problem)
    first, key = combine(*codes, transit_code[classes.first])
    routes = _Routes(problem, index, ends, threads)
    origins, legal, unmasked, weights, totals, z = [], [], [], [], [], []
    for one in classes.first[first].tolist():
        slice_id, listed, percentile = (column[one] for column in columns.values())
        nodes, weight, total = _weights(listed)
        transit = transits[transit_code[one]]
        jitter = percentile is not None
        legal += [routes.row(slice_id, transit, node, jitter=jitter) for node in nodes]
        unmasked += [routes.row(slice_id, None, node, jitter=False) for node in nodes]
        origins.append(len(nodes))
        weights += weight
        totals.append(total)
        z.append(z_score(percentile))
    rtt, variance = routes.measure()
    return Paths(
        rtt=rtt,
        variance=variance,
        key=key,
        ptr=np.concatenate([[0], np.cumsum(origins)]).astype(np.int64),
        legal=np.array(legal, np.int64),
        open=np.array(unmasked, np.int64),
        weight=_integers(weights, totals),
        total_weight=_integers(totals, totals),
        z=tuple(z),
    )


def _transits(problem: Problem) -> tuple[list[frozenset[str] | None], NDArray[np.int32]]:
    """Return the distinct transit sets, and for each workload which."""
    by_policy: dict[str | None, int] = {None: 0}
    sets: list[frozenset[str] | None] = [None]
    for policy in problem.policies:
        allowed = None if policy.transit is None else expand(policy.transit, problem.at)
        if allowed not in sets:
            sets.append(allowed)
        by_policy[policy.id] = sets.index(allowed)
    column = problem.workloads.column("policy")
    by_code = np.array([by_policy[value] for value in column.values], np.int32)
    return sets, by_code[column.row_codes()] if len(by_code) else np.empty(0, np.int32)


def _weights(origins: Origins | None) -> tuple[list[str], list[int], int]:
    """Return nodes, whole weights in the same proportion, and their sum."""
    if origins is None:
        return [], [], 1
    exponent = max(units.exponent(origin.weight) for origin in origins)
    weights = [units.scaled(origin.weight, exponent) for origin in origins]
    divisor = math.gcd(*weights)
    weights = [weight // divisor for weight in weights]
    return [origin.node for origin in origins], weights, sum(weights)


def _integers(values: list[int], totals: list[int]) -> NDArray[Any]:
    """Return an array; of Python's integers where a round trip times them could pass 2**62."""
    return np.array(values, np.int64 if max(totals, default=0) < MOST_WEIGHT else object)


class _Routes:
    """Gathers the routes that are asked for, and measures each routing class once."""

    def __init__(
        self, problem: Problem, index: NetworkIndex, ends: NDArray[np.int32], threads: int | None
    ) -> None:
        self.problem, self.index, self.ends, self.threads = problem, index, ends, threads
        self.rows: dict[tuple[str | None, frozenset[str] | None, str], int] = {}
        self.by_class: dict[tuple[str | None, frozenset[str] | None], list[str]] = {}
        self.with_jitter: set[tuple[str | None, frozenset[str] | None]] = set()

    def row(
        self, slice_id: str | None, transit: frozenset[str] | None, node: str, *, jitter: bool
    ) -> int:
        """Return the row of a route in the matrices to come."""
        if jitter:
            self.with_jitter.add((slice_id, transit))
        key = (slice_id, transit, node)
        if key not in self.rows:
            self.rows[key] = len(self.rows)
            self.by_class.setdefault((slice_id, transit), []).append(node)
        return self.rows[key]

    def measure(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return round trips and variances of all routes, access included."""
        rtt = np.full((len(self.rows), len(self.ends)), NO_PATH, np.int64)
        variance = np.zeros(rtt.shape if self.with_jitter else (len(self.rows), 1), np.int64)
        for (slice_id, transit), nodes in self.by_class.items():
            jitter = (slice_id, transit) in self.with_jitter
            origins = np.array([self.index.rows[node] for node in nodes], np.int32)
            times, spreads = round_trips(
                self.index,
                origins,
                self.ends,
                RoutingClass(slice_id, transit),
                jitter=jitter,
                threads=self.threads,
            )
            access, access_variance = self._access(slice_id)
            rows = [self.rows[slice_id, transit, node] for node in nodes]
            rtt[rows] = np.where(times < 0, NO_PATH, times + access)
            if spreads is not None:
                variance[rows] = spreads + np.minimum(access_variance, MAX_VARIANCE - spreads)
        return rtt, variance

    def _access(self, slice_id: str | None) -> tuple[int, int]:
        """Return what access adds to a round trip: time, and variance."""
        if slice_id is None:
            return 0, 0
        one = self.problem.slices[slice_id]
        jitter = units.ns_up(one.access_jitter_ms)
        return 2 * units.ns_up(one.access_ms), min(2 * jitter * jitter, MAX_VARIANCE)
