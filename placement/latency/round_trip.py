"""Round trips between the origins of traffic and the nodes of sites."""

import numpy as np
from numpy.typing import NDArray

from placement._core import MAX_VARIANCE, UNREACHABLE_NS
from placement.latency.fill import fill_matrix
from placement.latency.index import NetworkIndex
from placement.latency.jitter import joint_variance, vary_together
from placement.latency.routing import RoutingClass

__all__ = ["NO_PATH", "round_trips"]

NO_PATH = -1


def round_trips(
    index: NetworkIndex,
    origins: NDArray[np.int32],
    ends: NDArray[np.int32],
    routing: RoutingClass,
    *,
    jitter: bool = False,
    threads: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """Return the round-trip times between origins and the nodes at the other end.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    origins : ndarray of shape (n_origins,), int32
        Where the traffic comes from; exempt from the countries of the routing class.
    ends : ndarray of shape (n_ends,), int32
        Where it goes.
    routing : RoutingClass
        What it may use.
    jitter : bool, default False
        Return variances as well.
    threads : int, optional
        At most so many.

    Returns
    -------
    rtt : ndarray of shape (n_origins, n_ends), int64, ns
        Out and back; `NO_PATH` where either does not exist.
    variance : ndarray of shape (n_origins, n_ends), int64, ns², or None
        Of the two together, saturating at 2**62. Links of one group vary together on both ways.

    Notes
    -----
    Rows of the kernels are whichever of the two sides is shorter. Where all links lead both ways, the
    way back takes as long as the way out.
    """
    if len(origins) == 0 or len(ends) == 0:
        empty = np.zeros((len(origins), len(ends)), np.int64)
        return empty, empty.copy() if jitter else None
    joint = jitter and vary_together(index, routing)
    from_ends = len(ends) < len(origins)
    rows, columns = (ends, origins) if from_ends else (origins, ends)
    ways, variances = [], []
    for reverse in (False,) if index.is_symmetric else (False, True):
        out = np.empty((len(rows), len(columns)), np.int32)
        variance = np.empty(out.shape, np.int64) if jitter and not joint else None
        fill_matrix(
            index,
            rows,
            columns,
            routing,
            out=out,
            out_variance=variance,
            reverse=reverse,
            exempt="columns" if from_ends else "rows",
            threads=threads,
        )
        ways.append(out.T if from_ends else out)
        if variance is not None:
            variances.append(variance.T if from_ends else variance)
    out, back = ways[0], ways[-1]
    rtt = out.astype(np.int64) + back
    rtt[(out == UNREACHABLE_NS) | (back == UNREACHABLE_NS)] = NO_PATH
    if joint:
        together = joint_variance(index, origins, ends, routing, threads=threads)
        return np.ascontiguousarray(rtt), together
    if not jitter:
        return np.ascontiguousarray(rtt), None
    total = variances[0] + np.minimum(variances[-1], MAX_VARIANCE - variances[0])
    return np.ascontiguousarray(rtt), np.ascontiguousarray(total)
