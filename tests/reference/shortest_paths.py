"""Shortest paths as the rules say them: Bellman-Ford over Python's integers."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

LONGEST = 2_100_000_000
CAP = 2**62


class Arc(NamedTuple):
    """One direction of a link."""

    tail: int
    head: int
    latency: int
    variance: int = 0


def labels(
    arcs: Iterable[Arc], source: int, closed: set[int], processing: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """Return the smallest (latency, variance) of a path from `source`, for each node that has one.

    A closed node is left by nobody but the source; a node's processing time counts where a path
    passes through it; what is longer than `LONGEST` is no path.
    """
    best = {source: (0, 0)}
    usable = [arc for arc in arcs if arc.tail == source or arc.tail not in closed]
    changed = True
    while changed:
        changed = False
        for arc in usable:
            if arc.tail not in best:
                continue
            latency, variance = best[arc.tail]
            latency += arc.latency + (processing[arc.tail] if arc.tail != source else 0)
            label = latency, min(variance + arc.variance, CAP)
            if latency <= LONGEST and (arc.head not in best or label < best[arc.head]):
                best[arc.head] = label
                changed = True
    return best
