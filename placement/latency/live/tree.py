"""The arcs of an elimination tree under one routing class, kept true while links change."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement._core import (
    affected,
    alter,
    attach,
    complete,
    correct,
    customise,
    lay,
    mark_above,
    meet,
    relay,
    subtree_ends,
)
from placement.latency.deal import deal_rows, never
from placement.latency.elimination import Elimination

__all__ = ["LANES", "Altered", "LiveTree", "Seats", "Spread", "Ways"]

LANES = 16
# What leads up and what leads down, arc by arc.
Ways = tuple[NDArray[np.uint32], NDArray[np.uint32]]


@dataclass(frozen=True, slots=True, eq=False)
class Seats:
    """Where some nodes are in a tree.

    Parameters
    ----------
    numbers : ndarray of shape (n_seats,), int32
        The number of each.
    ptr : ndarray of shape (n_nodes + 1,), int64
        The seats of number i are order[ptr[i]] to order[ptr[i + 1]].
    order : ndarray of shape (n_seats,), int32
        The seats by number.
    wanted : ndarray of shape (n_wanted,), int32
        The numbers that have a seat, and all above them, from the top down.
    n_arcs : int
        How many arcs these have.
    """

    numbers: NDArray[np.int32]
    ptr: NDArray[np.int64]
    order: NDArray[np.int32]
    wanted: NDArray[np.int32]
    n_arcs: int


class Altered(NamedTuple):
    """Arcs that are not what they were: their numbers, and what they were up and down, in ns."""

    arcs: NDArray[np.int64]
    up: NDArray[np.uint32]
    down: NDArray[np.uint32]


class Spread(NamedTuple):
    """What a change has altered: customised arcs in any order, and true latencies by ascending arc."""

    made: Altered
    true: Altered


class LiveTree:
    """The arcs of a tree with the latencies that they have now, and the ends of a matrix in it.

    Parameters
    ----------
    tree : Elimination
        Of the network.
    tails, heads : ndarray of shape (n_links,), int32
        Where its links lead from and to, by node.
    processing : ndarray of shape (n_nodes,), int32, ns
        Added where a path passes through a node.
    node_open : ndarray of shape (n_nodes,), uint8
        0: no path may cross the node.
    indptr : ndarray of shape (n_nodes + 1,), int64
        The links that leave node n are indptr[n] to indptr[n + 1].
    sources, targets : ndarray, int32
        The nodes of the rows and columns.
    threads : int or None
        At most so many.
    """

    def __init__(
        self,
        tree: Elimination,
        tails: NDArray[np.int32],
        heads: NDArray[np.int32],
        processing: NDArray[np.int32],
        node_open: NDArray[np.uint8],
        *,
        indptr: NDArray[np.int64],
        sources: NDArray[np.int32],
        targets: NDArray[np.int32],
        threads: int | None,
    ) -> None:
        n_nodes, n_arcs = len(tree.place), len(tree.ancestors)
        self.tree = tree
        self._threads = threads
        # Triangles that the arcs make, some twice.
        self.n_triangles = float((np.diff(tree.ptr) ** 2).sum())
        self.sources, self.targets = (self._seats(tree.place[n]) for n in (sources, targets))
        self._links, self._nodes = (indptr, heads), (processing, node_open)
        self._processing = np.empty(n_nodes, np.uint32)
        self._slot, self._following = np.empty(len(tails), np.int64), np.empty_like(tails)
        self._first = np.empty(2 * n_arcs, np.int32)
        lists = self._slot, self._first, self._following
        attach(tree.ptr, tree.ancestors, tree.place[tails], tree.place[heads], *lists)
        self._depth_above = tree.depth[tree.ancestors]
        self._lower = np.repeat(np.arange(n_nodes, dtype=np.int32), np.diff(tree.ptr))
        self._end = np.empty(n_nodes, np.int32)
        subtree_ends(tree.parent, self._end)
        self._under_ptr, self._under = self._triangles()
        self._own_up, self._own_down, *ways = np.empty((6, n_arcs), np.uint32)
        self._ways: Ways = (ways[0], ways[1])
        self._true: Ways = (ways[2], ways[3])
        self._mark, self._queued = np.full(n_arcs, -1, np.int32), np.zeros(n_nodes, np.uint8)
        self._heap = np.empty(n_nodes, np.uint64)
        self._scratch: list[NDArray[np.int32]] = []

    @property
    def n_arcs(self) -> int:
        """How many arcs the tree has."""
        return len(self._lower)

    def lay(self, latency: NDArray[np.int32], is_open: NDArray[np.uint8]) -> None:
        """Lay all links on the arcs, and make everything of it anew."""
        tree, links = self.tree, (*self._links, latency, is_open, False, *self._nodes)
        made = self._own_up, self._own_down, self._processing
        lay(tree.ptr, tree.ancestors, tree.place, *links, *made)
        self.renew()

    def renew(self) -> Ways:
        """Make everything anew of the links' own latencies; return the ways as they were."""
        tree, token, before = self.tree, never(), self._ways
        self._ways = self._own_up.copy(), self._own_down.copy()
        customise(tree.ptr, tree.ancestors, tree.depth, self._processing, *self._ways, token)
        complete(tree.ptr, tree.ancestors, self._processing, *self._ways, *self._true, token)
        return before

    def relay(
        self,
        links: NDArray[np.int64],
        latency: NDArray[np.int32],
        is_open: NDArray[np.uint8],
    ) -> NDArray[np.int64]:
        """Lay some links again; return the arcs on which that makes a difference."""
        slots = self._slot[links]
        slots = slots[slots >= 0]
        arcs, listed = np.empty(len(slots), np.int64), (self._first, self._following)
        n = relay(slots, *listed, latency, is_open, self._own_up, self._own_down, arcs)
        return arcs[:n]

    def alter(self, arcs: NDArray[np.int64], most_steps: int) -> Spread | None:
        """Bring everything up to date once the own latencies of some arcs have changed.

        Returns
        -------
        Spread or None
            What that has altered; None, and nothing, where it takes too many steps.
        """
        tree = (
            self.tree.ptr,
            self.tree.ancestors,
            self._lower,
            self._under_ptr,
            self._under,
            self._processing,
        )
        own, scratch = (self._own_up, self._own_down), (self._queued, self._heap)
        made = alter(*tree, *own, arcs, *self._ways, self._mark, *scratch, most_steps)
        if made[0] is None:
            return None
        altered = Altered(*made)
        true = correct(*tree, *self._ways, altered.arcs, *self._true, *scratch, most_steps)
        if true[0] is None:
            self._ways = self.before(altered)
            return None
        return Spread(altered, Altered(*true))

    def before(self, made: Altered) -> Ways:
        """Return the ways as they were."""
        up, down = (each.copy() for each in self._ways)
        up[made.arcs], down[made.arcs] = made.up, made.down
        return up, down

    def affected_rows(self, spread: Spread, most_steps: int) -> NDArray[np.int32]:
        """Return the rows of nodes whose latencies to nodes above them have changed."""
        true = spread.true
        return self._affected(true.arcs, self._true[0], true.up, self.sources, most_steps)

    def affected_columns(self, spread: Spread, most_steps: int) -> NDArray[np.int32]:
        """Return the columns of nodes whose latencies from nodes above them have changed."""
        true = spread.true
        return self._affected(true.arcs, self._true[1], true.down, self.targets, most_steps)

    def rows(
        self, numbers: NDArray[np.int32], token: NDArray[np.int64], ways: Ways | None = None
    ) -> NDArray[np.int32]:
        """Return the latencies from some numbers to all targets, as they are or as they were."""
        return self._from_few(numbers, self.targets, token, ways or self._ways)

    def columns(
        self, numbers: NDArray[np.int32], token: NDArray[np.int64], ways: Ways | None = None
    ) -> NDArray[np.int32]:
        """Return the latencies from all sources to some numbers, as they are or as they were."""
        return self._to_few(numbers, self.sources, token, ways or self._ways)

    def between(
        self, rows: NDArray[np.int32], columns: NDArray[np.int32], token: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        """Return the latencies from some sources to some targets."""
        sources, targets = self.sources.numbers[rows], self.targets.numbers[columns]
        if len(rows) <= len(columns):
            return self._from_few(sources, self._seats(targets), token, self._ways)
        return self._to_few(targets, self._seats(sources), token, self._ways)

    def _seats(self, numbers: NDArray[np.int32]) -> Seats:
        tree = self.tree
        counts = np.bincount(numbers, minlength=len(tree.place))
        mark = (counts > 0).view(np.uint8)
        mark_above(tree.parent, mark)
        wanted = np.flatnonzero(mark).astype(np.int32)
        return Seats(
            numbers,
            np.concatenate([[0], np.cumsum(counts)]),
            np.argsort(numbers, kind="stable").astype(np.int32),
            wanted,
            int(np.diff(tree.ptr)[wanted].sum()),
        )

    def _triangles(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the arcs to each node from nodes below that have an arc further up as well."""
        ptr, ancestors = self.tree.ptr, self.tree.ancestors
        inner = np.flatnonzero(np.arange(len(ancestors)) > ptr[self._lower])
        order = inner[np.argsort(ancestors[inner], kind="stable")]
        counts = np.bincount(ancestors[inner], minlength=len(ptr) - 1)
        return np.concatenate([[0], np.cumsum(counts)]), order

    def _affected(
        self,
        arcs: NDArray[np.int64],
        labels: NDArray[np.uint32],
        before: NDArray[np.uint32],
        seats: Seats,
        most_steps: int,
    ) -> NDArray[np.int32]:
        tree = self.tree.ptr, self.tree.ancestors, self._lower, self.tree.depth, self._end
        changed = labels, arcs, before
        return affected(*tree, self._processing, *changed, seats.ptr, seats.order, most_steps)

    def _from_few(
        self, few: NDArray[np.int32], many: Seats, token: NDArray[np.int64], ways: Ways
    ) -> NDArray[np.int32]:
        out = np.empty((len(few), len(many.numbers)), np.int32)
        self._meet(few, many, token, ways, out.T)
        return out

    def _to_few(
        self, few: NDArray[np.int32], many: Seats, token: NDArray[np.int64], ways: Ways
    ) -> NDArray[np.int32]:
        out = np.empty((len(many.numbers), len(few)), np.int32)
        self._meet(few, many, token, ways[::-1], out)
        return out

    def _meet(
        self,
        few: NDArray[np.int32],
        many: Seats,
        token: NDArray[np.int64],
        ways: Ways,
        out: NDArray[np.int32],
    ) -> None:
        tree = self.tree
        arrays = tree.parent, tree.depth, tree.ptr, tree.ancestors, self._depth_above, *ways
        seats = many.wanted, many.ptr, many.order

        def fill(begin: int, end: int, stop: NDArray[np.int64]) -> bool:
            # A piece of scratch memory for each thread that is at it.
            where = self._scratch.pop() if self._scratch else np.full(len(tree.place), -1, np.int32)
            done = meet(*arrays, self._processing, few, *seats, where, out, begin, end, stop)
            self._scratch.append(where)
            return done

        work = (len(many.wanted) + many.n_arcs) // LANES + len(many.numbers)
        deal_rows(fill, len(few), work_per_row=work, step=LANES, threads=self._threads, stop=token)
