"""Several routing classes of a network at once: one tree, one pass, sixteen classes side by side.

The classes share the tree and the links; each may use some of them. A label of one class and those of
fifteen others fill a cache line, so sixteen are made ready in little more time than one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement._core import UNREACHABLE_NS, customise_classes, lay_classes, split_classes
from placement.latency.elimination import Elimination, Weights
from placement.latency.fill import tree_for
from placement.latency.gates import gates_of
from placement.latency.index import NetworkIndex
from placement.latency.prepared import Ready
from placement.latency.routing import RoutingClass

__all__ = ["LinksOnTree", "Way", "put_links", "through_of", "weigh_classes", "weigh_together"]

LANES = 16
LINE = 64  # bytes


class Way(NamedTuple):
    """Links in one direction, sorted by the arc of the tree that they lie on.

    Parameters
    ----------
    arcs : ndarray of shape (n_links,), int32
        Of the tree.
    links : ndarray of shape (n_links,), int32
        Their rows in the network's table.
    latency : ndarray of shape (n_links,), uint32, ns
        One way.
    carries : ndarray of shape (n_links,), int32
        Index into `NetworkIndex.carried`.
    """

    arcs: NDArray[np.int32]
    links: NDArray[np.int32]
    latency: NDArray[np.uint32]
    carries: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class LinksOnTree:
    """Where the links of a network lie on its tree, whatever the routing class.

    Parameters
    ----------
    up, down : Way
        Those that lead to the upper ends of the arcs, and from them; the same if every link leads both
        ways.
    depth : ndarray of shape (n_arcs,), int32
        How deep the upper end of each arc is.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number.
    country : ndarray of shape (n_nodes,), int32
        By number: index into `NetworkIndex.countries`.
    """

    up: Way
    down: Way
    depth: NDArray[np.int32]
    processing: NDArray[np.uint32]
    country: NDArray[np.int32]


def weigh_together(
    index: NetworkIndex, classes: Sequence[RoutingClass], n_rows: int
) -> Iterator[RoutingClass]:
    """Hand on routing classes, each when its weights are at hand in the index, in both directions.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    classes : sequence of RoutingClass
        The classes.
    n_rows : int
        How many rows the matrices will have; where the elimination tree does not pay for them, nothing
        is made.

    Yields
    ------
    RoutingClass
        Each in turn.
    """
    tree = None if len(classes) < 2 else tree_for(index, n_rows)
    if tree is None:
        yield from classes
        return
    links = index.prepared.once("links on tree", lambda: put_links(index, tree))
    for one, ways in zip(classes, weigh_classes(index, tree, links, classes), strict=True):
        for reverse, weights in enumerate(ways[:1] if index.is_symmetric else ways):
            index.prepared.ready((one, bool(reverse)), partial(_ready, tree, weights))
        yield one


def _ready(tree: Elimination, weights: Weights) -> Ready:
    return Ready(weights, gates_of(tree, weights))


def put_links(index: NetworkIndex, tree: Elimination) -> LinksOnTree:
    """Find the arc of the tree that each link lies on.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    tree : Elimination
        Its elimination tree.

    Returns
    -------
    LinksOnTree
        For `weigh_classes`, as often as one likes.
    """
    out, n_nodes = index.out, len(tree.place)
    tails, heads = np.repeat(tree.place, np.diff(out.indptr)), tree.place[out.heads]
    by_end = np.repeat(np.arange(n_nodes), np.diff(tree.ptr)) * n_nodes + tree.ancestors

    def way(chosen: NDArray[np.intp], lower: NDArray[np.int32], upper: NDArray[np.int32]) -> Way:
        keys = lower[chosen].astype(np.int64) * n_nodes + upper[chosen]
        order = np.argsort(keys)
        links = chosen[order]
        return Way(
            arcs=np.searchsorted(by_end, keys[order]).astype(np.int32),
            links=out.link[links],
            latency=out.latency[links].astype(np.uint32),
            carries=out.carries[links],
        )

    up = way(np.flatnonzero(tails > heads), tails, heads)
    by_number = np.argsort(tree.place)
    return LinksOnTree(
        up=up,
        down=up if index.is_symmetric else way(np.flatnonzero(tails < heads), heads, tails),
        depth=tree.depth[tree.ancestors],
        processing=index.processing[by_number].astype(np.uint32),
        country=index.country[by_number],
    )


def weigh_classes(
    index: NetworkIndex, tree: Elimination, links: LinksOnTree, classes: Sequence[RoutingClass]
) -> Iterator[tuple[Weights, Weights]]:
    """Give the tree the latencies of several routing classes, sixteen at a time.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    tree : Elimination
        Its elimination tree.
    links : LinksOnTree
        Where its links lie on the tree.
    classes : sequence of RoutingClass
        The classes.

    Yields
    ------
    out, back : Weights
        Of each class, in the direction of the links and against it. No arc is left out, so all of them
        share their ends.
    """
    for first in range(0, len(classes), LANES):
        yield from _weigh_some(index, tree, links, classes[first : first + LANES])


def _weigh_some(
    index: NetworkIndex, tree: Elimination, links: LinksOnTree, classes: Sequence[RoutingClass]
) -> Iterator[tuple[Weights, Weights]]:
    ways = (links.up,) if links.up is links.down else (links.up, links.down)
    carry = _masks([one.carries(index) for one in classes])
    lines = []
    for way in ways:
        lines.append(_lines(len(tree.ancestors)))
        lay_classes(way.arcs, way.latency, carry[way.carries], lines[-1])
    crossing = _masks([one.crosses(index) for one in classes])[links.country]
    never = np.array([2**63 - 1, 0])
    customise_classes(
        tree.ptr, tree.ancestors, links.processing, crossing, lines[0], lines[-1], never
    )
    arcs = [np.empty((len(classes), len(tree.ancestors)), np.uint32) for _ in ways]
    for line, split in zip(lines, arcs, strict=True):
        split_classes(line, split)
    through = {one.transit: through_of(index, links, one) for one in classes}
    for one, up, down in zip(classes, arcs[0], arcs[-1], strict=True):
        yield tuple(  # type: ignore[misc]
            Weights(
                up_ptr=tree.ptr,
                up_end=tree.ancestors,
                up=there,
                down_ptr=tree.ptr,
                down_depth=links.depth,
                down=back,
                processing=through[one.transit],
            )
            for there, back in ((up, down), (down, up))
        )


def through_of(index: NetworkIndex, links: LinksOnTree, one: RoutingClass) -> NDArray[np.uint32]:
    """Return the processing by number, `UNREACHABLE_NS` where the class may not cross."""
    # All bits of a label: whatever they are added to.
    closed = np.where(one.crosses(index), np.uint32(0), np.uint32(UNREACHABLE_NS))
    return links.processing | closed[links.country]


def _masks(flags: list[NDArray[np.bool_]]) -> NDArray[np.uint16]:
    """Return the flags of up to sixteen classes as bits, the first in the lowest."""
    made = np.zeros(len(flags[0]), np.uint16)
    for k, flag in enumerate(flags):
        made |= flag.astype(np.uint16) << np.uint16(k)
    return made


def _lines(n_arcs: int) -> NDArray[np.uint32]:
    """Return room for a line an arc, each in a cache line of its own."""
    room = np.empty((n_arcs + 1) * LANES, np.uint32)
    start = -room.ctypes.data % LINE // 4
    return room[start : start + n_arcs * LANES].reshape(n_arcs, LANES)
