"""The network as round trips see it: what leads from a node to the next and back again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.latency.index import Arcs, NetworkIndex
from placement.latency.names import rank_of
from placement.latency.routing import RoutingClass

__all__ = ["Duplex", "duplex"]

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Duplex:
    """Edges that lead there and back: two-way links, and one-way links two by two.

    A node has the number of its place in alphabetical order, and edges are sorted: so a search comes
    to the same result whatever the order of the tables.

    Parameters
    ----------
    one, other : ndarray of shape (n_edges,), int32
        The nodes at the ends, the lower number first.
    there, home : ndarray of shape (n_edges,), int64
        The places in `NetworkIndex.out` of what leads from one to other, and back.
    out, back : ndarray of shape (n_edges,), int32, ns
        How long these take.
    """

    one: NDArray[np.int32]
    other: NDArray[np.int32]
    there: Positions
    home: Positions
    out: NDArray[np.int32]
    back: NDArray[np.int32]


def duplex(index: NetworkIndex, slice: str | None) -> Duplex:
    """Return the edges that carry a slice, or everything.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    slice : str, optional
        What they have to carry.

    Returns
    -------
    Duplex
        Kept for the slices that were asked for last.
    """
    routing = RoutingClass(slice)
    carried = tuple(routing.carries(index).tolist())
    return index.prepared.recent(("duplex", carried), lambda: _made(index, routing))


def _made(index: NetworkIndex, routing: RoutingClass) -> Duplex:
    arcs, n_nodes = index.out, len(index.rows)
    tails = np.repeat(np.arange(n_nodes, dtype=np.int32), np.diff(arcs.indptr))
    usable = np.flatnonzero(routing.arc_open(index, arcs))
    both_ways = np.bincount(arcs.link, minlength=1)[arcs.link[usable]] == 2
    couples = np.concatenate(
        [_directions(arcs, usable[both_ways]), _coupled(arcs, tails, usable[~both_ways])]
    )
    rank = rank_of(index)
    there, home = couples.T
    one, other = rank[tails[there]], rank[arcs.heads[there]]
    is_turned = one > other
    one, other = np.minimum(one, other), np.maximum(one, other)
    there, home = np.where(is_turned, home, there), np.where(is_turned, there, home)
    out, back = arcs.latency[there], arcs.latency[home]
    order = np.lexsort((arcs.link[there], out, out.astype(np.int64) + back, other, one))
    columns = (one, other, there, home, out, back)
    return Duplex(*(column[order] for column in columns))


def _directions(arcs: Arcs, usable: Positions) -> Positions:
    """Return the two directions of each two-way link, a row a link."""
    return usable[np.argsort(arcs.link[usable], kind="stable")].reshape(-1, 2)


def _coupled(arcs: Arcs, tails: NDArray[np.int32], usable: Positions) -> Positions:
    """Return one-way links with those that lead back: the quickest with the quickest, and so on."""
    tail, head = tails[usable], arcs.heads[usable]
    measures = arcs.link[usable], arcs.variance[usable], arcs.latency[usable]
    order = np.lexsort((*measures, head, tail))
    usable, tail, head = usable[order], tail[order], head[order]
    place = np.arange(len(usable))
    is_first = np.ones(len(usable), bool)
    is_first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    turn = place - np.maximum.accumulate(np.where(is_first, place, 0))
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((tail, turn, high, low))
    low, high, turn, usable = low[order], high[order], turn[order], usable[order]
    alike = (low[1:] == low[:-1]) & (high[1:] == high[:-1]) & (turn[1:] == turn[:-1])
    first = np.flatnonzero(alike)
    return np.stack([usable[first], usable[first + 1]], axis=1)
