"""The routes that somebody asks about: from an origin to all sites and back in a routing class."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement import units
from placement._core import MAX_VARIANCE
from placement.latency.index import NetworkIndex
from placement.latency.round_trip import round_trips
from placement.latency.routing import RoutingClass
from placement.model.five_qi import FIVE_QI
from placement.model.problem import Problem

__all__ = ["Routes", "access_of", "measure"]


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """Which routes; the number of one is that of its routing class times n_nodes, plus its origin's row.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    classes : list of RoutingClass
        What numbers of routing classes count.
    numbers : ndarray of shape (n_routes,), int64
        In rising order.
    jitter : ndarray, int64
        The routing classes whose variances are asked for.
    access : list of (int, int), ns and ns²
        Of each routing class, what access adds to a round trip: time, and variance.
    """

    index: NetworkIndex
    classes: list[RoutingClass]
    numbers: NDArray[np.int64]
    jitter: NDArray[np.int64]
    access: list[tuple[int, int]]


def measure(
    routes: Routes, ends: NDArray[np.int32], *, threads: int | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Measure routes, each routing class once.

    Parameters
    ----------
    routes : Routes
        From where.
    ends : ndarray of shape (n_ends,), int32
        To which nodes.
    threads : int, optional
        At most so many.

    Returns
    -------
    rtt : ndarray of shape (n_routes, n_ends), int64, ns
        Access included; `NO_PATH` without a path.
    variance : ndarray of shape (n_routes, n_ends), int64, ns²
        Access included; of one column only where nobody asks for any.
    """
    kinds, nodes = np.divmod(routes.numbers, max(1, len(routes.index.rows)))
    rtt = np.empty((len(kinds), len(ends)), np.int64)
    variance = np.zeros(rtt.shape if len(routes.jitter) else (len(kinds), 1), np.int64)
    for kind in np.unique(kinds).tolist():
        begin, end = np.searchsorted(kinds, [kind, kind + 1])
        times, variances = round_trips(
            routes.index,
            nodes[begin:end].astype(np.int32),
            ends,
            routes.classes[kind],
            jitter=kind in routes.jitter,
            threads=threads,
        )
        access, access_variance = routes.access[kind]
        times[times >= 0] += access
        rtt[begin:end] = times
        if variances is not None:
            added = np.minimum(access_variance, MAX_VARIANCE - variances)
            variance[begin:end] = variances + added
    return rtt, variance


def access_of(problem: Problem, slice_id: str | None, five_qi: int | None) -> tuple[int, int]:
    """Return what access adds to a round trip: time, and variance; a delay budget does not vary."""
    if five_qi is not None:
        return 2 * units.ns_up(FIVE_QI[five_qi].delay_budget_ms), 0
    if slice_id is None:
        return 0, 0
    one = problem.slices[slice_id]
    jitter = units.ns_up(one.access_jitter_ms)
    return 2 * units.ns_up(one.access_ms), min(2 * jitter * jitter, MAX_VARIANCE)
