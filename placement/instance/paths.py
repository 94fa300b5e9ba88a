"""Round-trip times of classes: which origins, over which routing class, how sure."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.instance.classes import Classes, combine
from placement.instance.origins import read_origins
from placement.instance.policies import Crossing, read_crossing
from placement.instance.ragged import places, reduced
from placement.instance.routes import Routes, access_of, measure
from placement.instance.spread import spread, squared_deviations
from placement.latency import build_index
from placement.latency.round_trip import NO_PATH
from placement.latency.routing import RoutingClass
from placement.model.problem import Problem

__all__ = ["Paths", "find_paths"]

ZERO = Fraction(0)
MOST_WEIGHT = 2**29  # times 2 · 2.1 s and access twice stays below 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Round trips of every class to every site.

    Parameters
    ----------
    rtt : ndarray of shape (n_routes, n_sites), int64, ns
        A row for each routing class and origin in use, access included; `NO_PATH` without a path.
    time : ndarray of shape (at least n_routes, n_sites), int64, ns
        What `max_rtt_ms` bounds: the same, then a row for each route, percentile and guarantee in use.
    key : ndarray of shape (n_classes,), int64
        Classes with equal keys have the same slice, 5QI, transit set, origins, percentile and guarantee.
    ptr : ndarray of shape (n_keys + 1,), int64
        The origins of key k are ptr[k] to ptr[k + 1].
    legal, open : ndarray of shape (n_origins,), int64
        Of each origin of each key, the row in `rtt` under its transit set, and without one.
    bound : ndarray of shape (n_origins,), int64
        Of each, the row in `time`.
    weight : ndarray of shape (n_origins,), int64 (or object, where it could pass 2**62)
        Of each origin in the mean of its key.
    total_weight : ndarray of shape (n_keys,), int64 (or object)
        The sum of those.
    """

    rtt: NDArray[np.int64]
    time: NDArray[np.int64]
    key: NDArray[np.int64]
    ptr: NDArray[np.int64]
    legal: NDArray[np.int64]
    open: NDArray[np.int64]
    bound: NDArray[np.int64]
    weight: NDArray[Any]
    total_weight: NDArray[Any]

    def reach(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return for some keys and every site whether all paths exist, and legal ones."""
        return tuple(  # type: ignore[return-value]
            ~self._reduced(np.logical_or, keys, self.rtt[rows[self._flat(keys)]] < 0, False)
            for rows in (self.open, self.legal)
        )

    def bounded(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for some keys and every site the time that `max_rtt_ms` bounds; ns.

        Only to be used where a legal path exists.
        """
        worst = self.time[self.bound[self._flat(keys)]]
        made: NDArray[np.int64] = self._reduced(np.maximum, keys, worst, 0)
        return made

    def bounded_at(self, keys: NDArray[np.int64], sites: NDArray[Any]) -> NDArray[np.int64]:
        """Return the time that `max_rtt_ms` bounds for each of some pairs of a key and a site; ns.

        Only to be used where a legal path exists.
        """
        flat, lengths = self._flat(keys), self.ptr[keys + 1] - self.ptr[keys]
        worst = self.time[self.bound[flat], np.repeat(sites, lengths)]
        made: NDArray[np.int64] = reduced(np.maximum, worst, lengths, 0)
        return made

    def weighted_at(self, keys: NDArray[np.int64], sites: NDArray[Any]) -> NDArray[Any]:
        """Return the sum of weight times round trip for each of some pairs of a key and a site; ns.

        An array of int64, or of Python's integers where that could pass 2**62.
        """
        flat, lengths = self._flat(keys), self.ptr[keys + 1] - self.ptr[keys]
        times, weight = self.rtt[self.legal[flat], np.repeat(sites, lengths)], self.weight[flat]
        if weight.max(initial=0) >= MOST_WEIGHT // max(1, lengths.max(initial=0)):
            weight = weight.astype(object)
        return reduced(np.add, times * weight, lengths, 0)

    def by_key(self) -> NDArray[np.int64]:
        """Return the classes in an order in which those of one key are neighbours."""
        return np.argsort(self.key, kind="stable")

    def _flat(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places of all origins of some keys."""
        return places(self.ptr, keys)

    def _reduced(
        self, ufunc: np.ufunc, keys: NDArray[np.int64], values: NDArray[Any], empty: Any
    ) -> NDArray[Any]:
        """Reduce the rows of each key's origins to one; a key without origins gets `empty`."""
        return reduced(ufunc, values, self.ptr[keys + 1] - self.ptr[keys], empty)


def find_paths(
    problem: Problem,
    classes: Classes,
    site_nodes: Iterable[str],
    *,
    crossing: Crossing | None = None,
    detour: float = 1.4,
    threads: int | None = None,
) -> Paths:
    """Measure the round trips that a problem's classes ask about."""
    crossing = crossing or read_crossing(problem)
    index = build_index(crossing.network, detour=detour)
    slices, five_qi, listed = (
        problem.workloads.column(name).take(classes.first)
        for name in ("slice", "five_qi", "origins")
    )
    kinds, kind = combine(slices.row_codes(), five_qi.row_codes())
    factors, sureness = _sureness(problem, classes)
    policy = problem.workloads.column("policy").take(classes.first)
    transits = crossing.sets
    transit = policy.map(crossing.row.__getitem__).astype(np.int32)
    first, key = combine(kind.astype(np.int32), listed.row_codes(), sureness, transit)
    origins, list_of = read_origins(listed.take(first), index)
    lengths = origins.ptr[list_of + 1] - origins.ptr[list_of]
    flat, of_key = places(origins.ptr, list_of), np.repeat(first, lengths)
    named = [(slices[row], five_qi[row]) for row in kinds.tolist()]
    routing = [RoutingClass(one, transit) for one, _ in named for transit in transits]
    access = [access_of(problem, *one) for one in named for _ in transits]
    without = kind[of_key] * len(transits)
    open_, legal = (
        one * len(index.rows) + origins.node[flat] for one in (without, without + transit[of_key])
    )
    code = sureness[of_key].astype(np.int64)
    doubtful = np.flatnonzero(np.array([one is not None for one in factors], bool)[code])
    numbers = np.unique(np.concatenate([open_, legal]))
    jitter = np.unique(legal[doubtful] // max(1, len(index.rows)))
    ends = np.array([index.rows[node] for node in site_nodes], np.int32)
    routes = Routes(index, routing, numbers, jitter, access)
    rtt, variance = measure(routes, ends, threads=threads)
    rows = np.searchsorted(numbers, legal)
    bound = rows.copy()
    asked, place = np.unique(rows[doubtful] * len(factors) + code[doubtful], return_inverse=True)
    bound[doubtful] = len(rtt) + place
    slower = [
        np.where(rtt[row] < 0, NO_PATH, rtt[row] + spread(variance[row], factors[which] or ZERO))
        for row, which in zip(
            *(one.tolist() for one in np.divmod(asked, max(1, len(factors)))), strict=True
        )
    ]
    return Paths(
        rtt=rtt,
        time=np.concatenate([rtt, slower]) if slower else rtt,
        key=key,
        ptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        legal=rows,
        open=np.searchsorted(numbers, open_),
        bound=bound,
        weight=origins.weight[flat],
        total_weight=origins.total[list_of],
    )


def _sureness(
    problem: Problem, classes: Classes
) -> tuple[list[Fraction | None], NDArray[np.int32]]:
    """Return how sure classes want to be, as `squared_deviations` puts it, and for each class which."""
    percentiles, guarantees = (
        problem.workloads.column(name).take(classes.first) for name in ("percentile", "guarantee")
    )
    first, code = combine(percentiles.row_codes(), guarantees.row_codes())
    factors = [squared_deviations(percentiles[row], guarantees[row]) for row in first.tolist()]
    return factors, code.astype(np.int32)
