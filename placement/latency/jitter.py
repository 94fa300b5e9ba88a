"""Variances of round trips over links that vary together.

Links of one group, such as those in one duct, are taken to vary as one: over a round trip, out and back,
their standard deviations add up and the sum is squared. So the variance depends on more than a label can
hold, and the path with the least is NP-hard to find: in a chain of pairs of parallel links, alike but for
their groups, it would be a partition of their standard deviations into two equal halves. The path is
therefore the one that counts anyway, by mean and then by the variance that it had without groups, and of
equal ones the one that `shortest_paths` returns; the variance is that of this very path.
"""

import numpy as np
from numpy.typing import NDArray

from placement._core import MAX_VARIANCE
from placement.latency.index import Arcs, NetworkIndex
from placement.latency.paths.trace import Paths, trace
from placement.latency.routing import RoutingClass

__all__ = ["joint_variance", "vary_together"]

# Pairs whose paths are in memory at a time.
MOST_PAIRS = 2**18
HALF = 31
LOW = 2**HALF - 1


def vary_together(index: NetworkIndex, routing: RoutingClass) -> bool:
    """Return whether any link that a routing class may use varies together with others."""
    if not index.jitter_groups:
        return False
    varying = (index.jitter_group[index.out.link] >= 0) & (index.out.variance > 0)
    return bool((varying & (routing.arc_open(index, index.out) != 0)).any())


def joint_variance(
    index: NetworkIndex,
    origins: NDArray[np.int32],
    ends: NDArray[np.int32],
    routing: RoutingClass,
    *,
    threads: int | None = None,
) -> NDArray[np.int64]:
    """Return the variances of round trips, links of one group varying together.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    origins, ends : ndarray, int32
        Where traffic comes from and where it goes.
    routing : RoutingClass
        What it may use.
    threads : int, optional
        At most so many.

    Returns
    -------
    ndarray of shape (n_origins, n_ends), int64, ns²
        Saturating at 2**62; of no meaning where there is no path.
    """
    targets, column = np.unique(ends, return_inverse=True)
    made = np.empty((len(origins), len(targets)), np.int64)
    n_rows = max(1, MOST_PAIRS // max(1, len(targets)))
    for begin in range(0, len(origins), n_rows):
        part = origins[begin : begin + n_rows]
        pairs = np.repeat(part, len(targets)), np.tile(targets, len(part))
        ways = [
            trace(index, *pairs, routing, jitter=True, reverse=reverse, threads=threads)
            for reverse in ((False,) if index.is_symmetric else (False, True))
        ]
        made[begin : begin + n_rows] = _variances(index, ways).reshape(len(part), -1)
    return made[:, column]


def _variances(index: NetworkIndex, ways: list[Paths]) -> NDArray[np.int64]:
    """Return the variance of each pair's round trip; one way alone leads back as it led out."""
    n_pairs, n_groups = len(ways[0]), len(index.jitter_groups)
    met = [_met(way) for way in ways] * (2 // len(ways))
    pair, link, variance = (np.concatenate(parts) for parts in zip(*met, strict=True))
    group = index.jitter_group[link]
    alone = group < 0
    keys, place = np.unique(pair[~alone] * n_groups + group[~alone], return_inverse=True)
    deviation = np.zeros(len(keys), np.int64)
    # Variances are squares of whole numbers below 2**31: their roots in floats round to them.
    np.add.at(deviation, place, np.rint(np.sqrt(variance[~alone])).astype(np.int64))
    square = np.where(deviation > LOW, MAX_VARIANCE, np.minimum(deviation, LOW) ** 2)
    return _sums(
        np.concatenate([pair[alone], keys // max(1, n_groups)]),
        np.concatenate([variance[alone], square]),
        n_pairs,
    )


def _met(way: Paths) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return the pair, the link and the variance of each step of some paths."""
    arcs: Arcs = way.network.out if way.reverse else way.network.back
    order = np.argsort(way.begin, kind="stable")
    pair = np.repeat(order, (way.end - way.begin)[order])
    return pair, arcs.link[way.arcs], arcs.variance[way.arcs]


def _sums(place: NDArray[np.int64], amounts: NDArray[np.int64], n_places: int) -> NDArray[np.int64]:
    """Return the sums of some amounts by place, saturating at 2**62."""
    high, low = np.zeros(n_places, np.int64), np.zeros(n_places, np.int64)
    np.add.at(high, place, amounts >> HALF)
    np.add.at(low, place, amounts & LOW)
    high += low >> HALF
    made: NDArray[np.int64] = np.where(
        high > LOW, MAX_VARIANCE, (np.minimum(high, LOW) << HALF) + (low & LOW)
    )
    return made
