"""The network as round trips see it: what leads from a node to the next and back again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.latency.index import Arcs, NetworkIndex
from placement.latency.names import rank_of
from placement.latency.routing import RoutingClass

__all__ = ["Duplex", "duplex"]

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Duplex:
    """Edges that lead there and back: two-way links, and one-way links two by two.

    A node has the number of its place in alphabetical order, and arcs are sorted: so a search comes
    to the same result whatever the order of the tables.

    Parameters
    ----------
    indptr : ndarray of shape (n_nodes + 1,), int64
        The arcs that leave node number n are indptr[n] to indptr[n + 1].
    tails, heads : ndarray of shape (n_arcs,), int32
        The nodes at the ends.
    edge : ndarray of shape (n_arcs,), int32
        The same for both directions.
    there, home : ndarray of shape (n_arcs,), int64
        The places in `NetworkIndex.out` of what leads from tail to head, and from head to tail.
    out, back : ndarray of shape (n_arcs,), int32, ns
        How long these take.
    """

    indptr: NDArray[np.int64]
    tails: NDArray[np.int32]
    heads: NDArray[np.int32]
    edge: NDArray[np.int32]
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
    carried = tuple(carries is None or slice in carries for carries in index.carried)
    return index.prepared.recent(("duplex", carried), lambda: _made(index, routing))


def _made(index: NetworkIndex, routing: RoutingClass) -> Duplex:
    arcs, n_nodes = index.out, len(index.rows)
    tails = np.repeat(np.arange(n_nodes, dtype=np.int32), np.diff(arcs.indptr))
    usable = np.flatnonzero(routing.arc_open(index, arcs))
    both_ways = np.bincount(arcs.link, minlength=1)[arcs.link[usable]] == 2
    couples = np.concatenate(
        [_directions(arcs, usable[both_ways]), _coupled(arcs, tails, usable[~both_ways])]
    )
    there, home = np.concatenate([couples, couples[:, ::-1]]).T
    edge = np.tile(np.arange(len(couples), dtype=np.int32), 2)
    rank = rank_of(index)
    tail, head, out = rank[tails[there]], rank[arcs.heads[there]], arcs.latency[there]
    length = out.astype(np.int64) + arcs.latency[home]
    order = np.lexsort((arcs.link[there], out, length, head, tail))
    indptr = np.zeros(n_nodes + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=n_nodes), out=indptr[1:])
    return Duplex(
        indptr=indptr,
        tails=tail[order],
        heads=head[order],
        edge=edge[order],
        there=there[order],
        home=home[order],
        out=out[order],
        back=arcs.latency[home[order]],
    )


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
