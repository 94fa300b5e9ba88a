"""Several routing classes of a network at once: one tree, one pass, sixteen classes side by side.

The classes share the tree and the links; each may use some of them. A label of one class and those of
fifteen others fill a cache line, so sixteen are made ready in little more time than one.
"""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from placement._core import (
    cross_classes,
    customise_classes,
    gate_classes,
    lay_classes,
    split_classes,
)
from placement.latency.deal import never
from placement.latency.elimination import Elimination, Weights
from placement.latency.fill import tree_for
from placement.latency.gates import Gates
from placement.latency.index import NetworkIndex
from placement.latency.links_on_tree import links_on_tree, shared_core
from placement.latency.prepared import Ready
from placement.latency.routing import RoutingClass

__all__ = ["ready_classes", "weigh_together"]

LANES = 16
LINE = 64  # bytes
Labels = NDArray[np.uint32]


def weigh_together(
    index: NetworkIndex, classes: Sequence[RoutingClass], n_rows: int
) -> Iterator[RoutingClass]:
    """Hand on routing classes, each when it is at hand in the index, in both directions.

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
    for first in range(0, len(classes), LANES):
        some = classes[first : first + LANES]
        for one, ways in zip(some, ready_classes(index, tree, some), strict=True):
            for reverse, ready in zip((False, True), ways, strict=False):
                index.prepared.ready((one, reverse), partial(_at_hand, ready))
            yield one


def _at_hand(ready: Ready) -> Ready:
    return ready


def ready_classes(
    index: NetworkIndex, tree: Elimination, classes: Sequence[RoutingClass]
) -> Iterator[tuple[Ready, ...]]:
    """Make up to sixteen routing classes ready in one pass.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    tree : Elimination
        Its elimination tree.
    classes : sequence of RoutingClass
        At most sixteen.

    Yields
    ------
    tuple of Ready
        Of each class, in the direction of the links and, unless that is the same, against it. No arc is
        left out, so all of them share their ends.
    """
    links = links_on_tree(index, tree)
    ways = (links.up,) if index.is_symmetric else (links.up, links.down)
    room = _room(index, tree, len(classes), len(ways))
    carry = _masks([one.carries(index) for one in classes])
    crossing = _masks([one.crosses(index) for one in classes])[links.country]
    lines = []
    for way in ways:
        lines.append(room.lines(len(tree.ancestors)))
        lay_classes(way.arcs, way.latency, carry[way.carries], lines[-1])
    customise_classes(
        tree.ptr, tree.ancestors, links.processing, crossing, lines[0], lines[-1], never()
    )
    through = room.rows(len(tree.place))
    cross_classes(links.processing, crossing, through.labels)
    arcs = [_split(one, room) for one in lines]
    gates = [_gates(index, tree, crossing, one, room) for one in lines]
    for k in range(len(classes)):
        up = down = arcs[0][k]
        if len(ways) > 1:
            down = arcs[1][k]
        directions = ((up, down), gates[-1][k]), ((down, up), gates[0][k])
        yield tuple(
            _ready(index, tree, through[k], *direction, room=room.labels)
            for direction in directions[: len(ways)]
        )


def _ready(
    index: NetworkIndex,
    tree: Elimination,
    through: Labels,
    arcs: tuple[Labels, Labels],
    gates: Labels,
    *,
    room: Labels,
) -> Ready:
    """Return one class in one direction; the arrays that all of them share are not copied."""
    shared, depth = shared_core(index, tree), links_on_tree(index, tree).depth
    up, down = arcs
    core_up = up[shared.arcs]
    return Ready(
        Weights(
            up_ptr=tree.ptr,
            up_end=tree.ancestors,
            up=up,
            down_ptr=tree.ptr,
            down_depth=depth,
            down=down,
            processing=through,
        ),
        Gates(
            top=shared.split.top,
            core=shared.split.core,
            most_below=shared.split.most_below,
            up_ptr=shared.ptr,
            up_end=shared.ends,
            up=core_up,
            down_ptr=shared.ptr,
            down_end=shared.ends,
            down=core_up if down is up else down[shared.arcs],
            processing=through[shared.numbers],
            gates=gates.reshape(len(tree.place) + 1, 2, -1),
        ),
        room=room,
    )


class _Rows:
    """A row of labels a class, each in cache lines of its own."""

    def __init__(self, labels: Labels, n_labels: int) -> None:
        self.labels, self._n_labels = labels, n_labels

    def __getitem__(self, k: int) -> Labels:
        return self.labels[k, : self._n_labels]


class _Room:
    """Memory that is dealt out in cache lines of sixteen labels."""

    def __init__(self, labels: Labels, n_classes: int) -> None:
        self.labels = labels
        self._n_classes = n_classes
        self._dealt = -labels.ctypes.data % LINE // labels.itemsize

    def lines(self, n_lines: int) -> Labels:
        """Return lines of labels."""
        begin, self._dealt = self._dealt, self._dealt + n_lines * LANES
        return self.labels[begin : self._dealt].reshape(n_lines, LANES)

    def rows(self, n_labels: int) -> _Rows:
        """Return a row of labels for each class."""
        lines = self.lines(self._n_classes * _lines_of(n_labels))
        return _Rows(lines.reshape(self._n_classes, -1), n_labels)


def _lines_of(n_labels: int) -> int:
    """Return how many lines so many labels fill."""
    return -(-n_labels // LANES)


def _room(index: NetworkIndex, tree: Elimination, n_classes: int, n_ways: int) -> _Room:
    """Return room for the arcs side by side, and for what each class has of nodes, arcs and gates."""
    n_nodes, n_arcs = len(tree.place), len(tree.ancestors)
    n_rows = n_nodes, *n_ways * (n_arcs, _n_gates(index, tree))
    n_lines = n_ways * n_arcs + n_classes * sum(map(_lines_of, n_rows))
    # A line more, since the first may not begin where the memory does.
    return _Room(index.prepared.room((n_lines + 1) * LANES), n_classes)


def _n_gates(index: NetworkIndex, tree: Elimination) -> int:
    """Return how many numbers tell the gates of all nodes."""
    return (len(tree.place) + 1) * 2 * shared_core(index, tree).split.n_gates


def _split(lines: Labels, room: _Room) -> _Rows:
    """Return the latencies of all arcs, class by class."""
    rows = room.rows(len(lines))
    split_classes(lines, rows.labels)
    return rows


def _gates(
    index: NetworkIndex,
    tree: Elimination,
    crossing: NDArray[np.uint16],
    lines: Labels,
    room: _Room,
) -> _Rows:
    """Return the gates of all nodes, class by class."""
    split, processing = shared_core(index, tree).split, links_on_tree(index, tree).processing
    rows = room.rows(_n_gates(index, tree))
    nodes = (split.top, split.core, processing, crossing)
    gate_classes(tree.depth, tree.ptr, tree.ancestors, *nodes, lines, split.n_gates, rows.labels)
    return rows


def _masks(flags: list[NDArray[np.bool_]]) -> NDArray[np.uint16]:
    """Return the flags of up to sixteen classes as bits, the first in the lowest."""
    made = np.zeros(len(flags[0]), np.uint16)
    for k, flag in enumerate(flags):
        made |= flag.astype(np.uint16) << np.uint16(k)
    return made
