"""A network with its nodes eliminated: a tree in which every path is a walk up and a walk down."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement._core import UNREACHABLE_NS, arrange, customise, eliminate, lay, prune

__all__ = ["Elimination", "Grouped", "Links", "Weights", "eliminate_nodes", "weigh"]

Grouped = tuple[NDArray[np.int64], NDArray[np.int32]]

# Arcs of the tree for each arc and node of the network, beyond which a search from each source is the
# better way.
MOST_ARCS_EACH = 60
LEAST_ARCS = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Elimination:
    """The elimination tree of a network, whatever its links' latencies are.

    Parameters
    ----------
    place : ndarray of shape (n_nodes,), int32
        The number of each node, from the top of the tree down.
    parent, depth : ndarray of shape (n_nodes,), int32
        By number: the node next above, -1 at a top; and how many are above.
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i to nodes above it are ptr[i] to ptr[i + 1].
    ancestors : ndarray of shape (n_arcs,), int32
        The numbers of their upper ends, the highest first.
    """

    place: NDArray[np.int32]
    parent: NDArray[np.int32]
    depth: NDArray[np.int32]
    ptr: NDArray[np.int64]
    ancestors: NDArray[np.int32]

    @property
    def height(self) -> int:
        """The length of the longest way up."""
        return int(self.depth.max(initial=-1)) + 1

    @property
    def width(self) -> int:
        """The most arcs of a node."""
        return int(np.diff(self.ptr).max(initial=0))

    def with_all_above(self, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return some numbers and all above them, from the top down."""
        needed = np.zeros(len(self.place), bool)
        fresh = np.unique(numbers)
        while len(fresh):
            needed[fresh] = True
            above = self.parent[fresh]
            above = np.unique(above[above >= 0])
            fresh = above[~needed[above]]
        return np.flatnonzero(needed).astype(np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The arcs of the tree that one routing class needs, in one direction of travel.

    Parameters
    ----------
    up_ptr, down_ptr : ndarray of shape (n_nodes + 1,), int64
        Where the arcs of number i to nodes above begin, and those from nodes above.
    up_end : ndarray of shape (n_up,), int32
        The numbers of the upper ends of arcs that lead up.
    down_depth : ndarray of shape (n_down,), int32
        How deep the upper ends of arcs are that lead down.
    up, down : ndarray of shape (n_up,) and (n_down,), uint32, ns
        Latencies.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; `UNREACHABLE_NS` where no path may cross.
    """

    up_ptr: NDArray[np.int64]
    up_end: NDArray[np.int32]
    up: NDArray[np.uint32]
    down_ptr: NDArray[np.int64]
    down_depth: NDArray[np.int32]
    down: NDArray[np.uint32]
    processing: NDArray[np.uint32]


class Links(NamedTuple):
    """Links one by one: where from, where to, how long in ns, and whether they may be used."""

    tails: NDArray[np.int32]
    heads: NDArray[np.int32]
    latency: NDArray[np.int32]
    is_open: NDArray[np.uint8]


def eliminate_nodes(out: Grouped, back: Grouped, *, most_work: float) -> Elimination | None:
    """Eliminate the nodes of a network; None if that takes too much work, or leaves too many arcs.

    Parameters
    ----------
    out, back : tuple of (indptr, heads)
        The links that leave each node, and those that lead to it, from the other end.
    most_work : float
        The squares of the nodes' widths may add up to this.

    Returns
    -------
    Elimination or None
        The tree.
    """
    n_nodes, n_arcs = len(out[0]) - 1, len(out[1])
    order, above_ptr, above = eliminate(
        *out,
        *back,
        most_arcs=max(LEAST_ARCS, MOST_ARCS_EACH * (n_nodes + n_arcs)),
        most_work=most_work,
        stop=np.array([2**63 - 1, 0]),
    )
    if order is None or above_ptr is None or above is None:
        return None
    place, parent, depth = (np.empty(n_nodes, np.int32) for _ in range(3))
    ptr, ancestors = np.empty(n_nodes + 1, np.int64), np.empty(len(above), np.int32)
    arrange(order, above_ptr, above, place, parent, depth, ptr, ancestors)
    return Elimination(place, parent, depth, ptr, ancestors)


def weigh(
    elimination: Elimination,
    links: Links,
    processing: NDArray[np.int32],
    node_open: NDArray[np.uint8],
) -> Weights:
    """Give the tree the latencies of the links that one routing class may use, in their direction.

    Parameters
    ----------
    elimination : Elimination
        The tree of a network that has these links.
    links : Links
        In the direction of travel.
    processing : ndarray of shape (n_nodes,), int32, ns
        Added where a path passes through a node.
    node_open : ndarray of shape (n_nodes,), uint8
        0: no path may cross the node.

    Returns
    -------
    Weights
        For `placement._core.sweep`.
    """
    place, ptr, ancestors = elimination.place, elimination.ptr, elimination.ancestors
    up, down = (np.empty(len(ancestors), np.uint32) for _ in range(2))
    tails, heads = place[links.tails], place[links.heads]
    lay(ptr, ancestors, tails, heads, links.latency, links.is_open, up, down)
    through = np.empty(len(place), np.uint32)
    through[place] = np.where(node_open != 0, processing, UNREACHABLE_NS)
    token = np.array([2**63 - 1, 0])
    customise(ptr, ancestors, through, up, down, token)
    up_ptr, down_ptr = np.empty_like(ptr), np.empty_like(ptr)
    up_end, down_depth = np.empty_like(ancestors), np.empty_like(ancestors)
    up_kept, down_kept = np.empty_like(up), np.empty_like(down)
    prune(
        ptr,
        ancestors,
        elimination.depth,
        through,
        up,
        down,
        up_ptr,
        up_end,
        up_kept,
        down_ptr,
        down_depth,
        down_kept,
        token,
    )
    n_up, n_down = int(up_ptr[-1]), int(down_ptr[-1])
    return Weights(
        up_ptr=up_ptr,
        up_end=up_end[:n_up].copy(),
        up=up_kept[:n_up].copy(),
        down_ptr=down_ptr,
        down_depth=down_depth[:n_down].copy(),
        down=down_kept[:n_down].copy(),
        processing=through,
    )
