"""Which cells of a matrix may change because of a few arcs: for each arc a set of rows and one of columns."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["View", "rectangles"]

Nodes = NDArray[np.int32]
Latencies = NDArray[np.int32]
Token = NDArray[np.int64]


class View(Protocol):
    """Latencies in a network as it is now, and as it was `then`; nodes are rows of the index."""

    def rows(self, nodes: Nodes, token: Token, *, then: bool) -> Latencies:
        """Return the latencies from some nodes to all targets."""

    def columns(self, nodes: Nodes, token: Token, *, then: bool) -> Latencies:
        """Return the latencies from all sources to some nodes."""

    def between(self, rows: Nodes, columns: Nodes, token: Token) -> Latencies:
        """Return the latencies from some of the sources to some of the targets, as they are now."""


def rectangles(
    view: View, tails: Nodes, heads: Nodes, token: Token
) -> list[tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """Return rows and columns, pair by pair, outside of which no cell has changed.

    Parameters
    ----------
    view : View
        The network now and then.
    tails, heads : ndarray of shape (n_arcs,), int32
        The arcs that have changed, from where to where.
    token : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    list of (ndarray, ndarray), int32
        For each arc the sources that are not as far from its head as they were, and the targets that are
        not as far from its tail; left out where there are none.

    Notes
    -----
    If a path from s to t has become worse, all shortest paths from then go over worse arcs. Take the arcs
    on one of them in their order. At the first one t is worse to reach from its tail. If s is not worse
    off to reach its head, then t is worse to reach from that head, and so from the next one's tail. At
    the last one s must be worse off, for nothing behind it has changed. So there is an arc of which both
    are true. What has become better is the same with now and then exchanged.
    """
    from_tails, tail = np.unique(tails, return_inverse=True)
    to_heads, head = np.unique(heads, return_inverse=True)
    columns = view.rows(from_tails, token, then=False) != view.rows(from_tails, token, then=True)
    rows = view.columns(to_heads, token, then=False) != view.columns(to_heads, token, then=True)
    found = []
    for k, j in sorted(set(zip(head.tolist(), tail.tolist(), strict=True))):
        sides = np.flatnonzero(rows[:, k]), np.flatnonzero(columns[j])
        if len(sides[0]) and len(sides[1]):
            found.append((sides[0].astype(np.int32), sides[1].astype(np.int32)))
    return found
