"""A network with its nodes eliminated: a tree in which every path is a walk up and a walk down."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from placement._core import arrange, customise, eliminate, lay, prune

__all__ = ["Elimination", "GaveUp", "Grouped", "Links", "Weights", "eliminate_nodes", "weigh"]

Scalar = TypeVar("Scalar", bound=np.generic)
Grouped = tuple[NDArray[np.int64], NDArray[np.int32]]

# Arcs of the tree for each arc and node of the network, beyond which a search from each source is the
# better way.
MOST_ARCS_EACH = 60
LEAST_ARCS = 100_000
# What `eliminate` says that became too much.
LIMITS: dict[int, Literal["arcs", "work"]] = {1: "arcs", 2: "work"}


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

    @property
    def core_width(self) -> int:
        """How many nodes at the top have arcs with each other; theirs are the first numbers."""
        n_arcs = np.diff(self.ptr)
        complete = (n_arcs == self.depth) & (self.depth == np.arange(len(n_arcs)))
        return len(complete) if complete.all() else int(complete.argmin())


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveUp:
    """Why the nodes of a network were not eliminated to the end; it is false, and `str` says it.

    Parameters
    ----------
    limit : {'arcs', 'work'}
        What would have become too much.
    n_nodes : int
        Nodes of the network.
    n_left : int
        Nodes that were left when that was certain.
    n_edges : int
        Edges between them, links and what eliminated nodes had left behind.
    """

    limit: Literal["arcs", "work"]
    n_nodes: int
    n_left: int
    n_edges: int

    def __bool__(self) -> Literal[False]:
        return False

    def __str__(self) -> str:
        each = 2 * self.n_edges / max(self.n_left, 1)
        end = "leave too many arcs" if self.limit == "arcs" else "take too long"
        return (
            f"{self.n_left:,} of {self.n_nodes:,} nodes were left, each joined to {each:,.0f} others on"
            f" average, when it was certain that the rest would {end}"
        )


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
    """Links by the node that they leave: where to, how long in ns, and whether they may be used.

    If they lead `back`, it is the other way: to the node, and from there.
    """

    indptr: NDArray[np.int64]
    heads: NDArray[np.int32]
    latency: NDArray[np.int32]
    is_open: NDArray[np.uint8]
    back: bool


def eliminate_nodes(out: Grouped, back: Grouped, *, most_work: float) -> Elimination | GaveUp:
    """Eliminate the nodes of a network, unless that takes too much work or leaves too many arcs.

    Parameters
    ----------
    out, back : tuple of (indptr, heads)
        The links that leave each node, and those that lead to it, from the other end.
    most_work : float
        The squares of the nodes' widths may add up to this.

    Returns
    -------
    Elimination or GaveUp
        The tree; or why there is none, which is false.
    """
    n_nodes, n_arcs = len(out[0]) - 1, len(out[1])
    left = np.empty(4, np.int64)
    order, above_ptr, above = eliminate(
        *out,
        *back,
        most_arcs=max(LEAST_ARCS, MOST_ARCS_EACH * (n_nodes + n_arcs)),
        most_work=most_work,
        left=left,
        stop=np.array([2**63 - 1, 0]),
    )
    if order is None or above_ptr is None or above is None:
        n_left, n_edges, _, reason = left.tolist()
        limit = LIMITS[reason]
        return GaveUp(limit=limit, n_nodes=n_nodes, n_left=n_left, n_edges=n_edges)
    # One array, so that it is large enough for huge pages.
    place, parent, depth = np.empty((3, n_nodes), np.int32)
    ptr, ancestors = np.empty(n_nodes + 1, np.int64), np.empty(len(above), np.int32)
    arrange(order, above_ptr, above, place, parent, depth, ptr, ancestors)
    return Elimination(place, parent, depth, ptr, ancestors)


def weigh(
    elimination: Elimination,
    links: Links,
    processing: NDArray[np.int32],
    node_open: NDArray[np.uint8],
    *,
    both_ways: bool = False,
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
    both_ways : bool, default False
        Each link has one back that is alike: one of the two is enough.

    Returns
    -------
    Weights
        What both directions have in common shares its arrays.
    """
    place, depth = elimination.place, elimination.depth
    ptr, ancestors = elimination.ptr, elimination.ancestors
    n_arcs, token = len(ancestors), np.array([2**63 - 1, 0])
    up = np.empty(n_arcs, np.uint32)
    down = up if both_ways else np.empty(n_arcs, np.uint32)
    through = np.empty(len(place), np.uint32)
    alike = lay(ptr, ancestors, place, *links, processing, node_open, up, down, through)
    if alike:
        down = up
    customise(ptr, ancestors, depth, through, up, down, token)
    up_ptr, up_end, up_kept = np.empty_like(ptr), np.empty_like(ancestors), np.empty_like(up)
    down_ptr, down_kept = (up_ptr, up_kept) if alike else (np.empty_like(ptr), np.empty_like(up))
    down_depth = np.empty_like(ancestors)
    arrays = (up_ptr, up_end, up_kept, down_ptr, down_depth, down_kept)
    prune(ptr, ancestors, depth, through, up, down, *arrays, token)
    n_up, n_down = int(up_ptr[-1]), int(down_ptr[-1])
    up_kept = _first(up_kept, n_up)
    return Weights(
        up_ptr=up_ptr,
        up_end=_first(up_end, n_up),
        up=up_kept,
        down_ptr=down_ptr,
        down_depth=_first(down_depth, n_down),
        down=up_kept if alike else _first(down_kept, n_down),
        processing=through,
    )


def _first(array: NDArray[Scalar], n: int) -> NDArray[Scalar]:
    """Return the first numbers of an array, on their own if that saves memory."""
    return array[:n] if 2 * n > len(array) else array[:n].copy()
