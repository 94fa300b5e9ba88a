"""Keep a matrix of latencies true: find what a change may touch, and compute no more than that."""

import numpy as np
from numpy.typing import NDArray

from placement.errors import PlacementError
from placement.latency.deal import never
from placement.latency.fill import fill_matrix
from placement.latency.index import NetworkIndex
from placement.latency.live.cells import LiveCells
from placement.latency.live.changes import Changes
from placement.latency.live.links import Before, Edits, LiveLinks
from placement.latency.live.rectangles import View, rectangles
from placement.latency.live.tree import LANES, LiveTree
from placement.latency.live.views import SearchView, TreeView
from placement.latency.routing import RoutingClass

__all__ = ["Upkeep"]

Stop = NDArray[np.int64]
Nodes = NDArray[np.int32]
# What the parts of the work cost, in half nanoseconds of one processor: a cell that is computed with all
# others and compared, and to make the network ready for that, a node or link and a pair of arcs of one
# node; an arc of the tree, for sixteen rows or columns; a cell in a row, in a column, whose neighbours
# are not wanted, and where some rows meet some columns.
PER_CELL_ANEW = 2.5
PER_LINK = 70.0
PER_TRIANGLE = 20.0
PER_ARC = 7.0
PER_CELL_IN_ROW = 4.0
PER_CELL_IN_COLUMN = 20.0
PER_CELL_IN_RECTANGLE = 10.0
# Looks at an arc, for each that there is, in which it is quicker to customise the tree anew.
STEPS_PER_ARC = 8
# Work on the tree, for each node and link, beyond which it is not made.
WORK_EACH = 100.0
# Arcs that change at once, each of which is looked at by itself.
MOST_ARCS = 16
# Cells that are computed anew at a time.
BLOCK = 1 << 24


class Upkeep:
    """A matrix, and what it takes to keep it true.

    Parameters
    ----------
    index : NetworkIndex
        The network as it is at first.
    routing : RoutingClass
        What the traffic may use.
    sources, targets : ndarray, int32
        Rows of the index.
    latency : ndarray of shape (n_sources, n_targets), int32, ns
        Filled at once, and from then on kept true.
    threads : int, optional
        At most so many.
    """

    def __init__(
        self,
        index: NetworkIndex,
        routing: RoutingClass,
        sources: Nodes,
        targets: Nodes,
        *,
        latency: NDArray[np.int32],
        threads: int | None,
    ) -> None:
        fill_matrix(index, sources, targets, routing, out=latency, threads=threads)
        self.latency = latency
        self.links = LiveLinks(index, routing.arc_open(index, index.out))
        self._routing, self._threads = routing, threads
        self._node_open = routing.node_open(index)
        self._now: NetworkIndex | None = index
        # A closed node is no target; what its column holds never changes.
        self._rows = np.arange(len(sources), dtype=np.int32)
        self._columns = np.flatnonzero(self._node_open[targets]).astype(np.int32)
        self._sources, self._targets = sources, targets[self._columns]
        self._tree = self._planted(index)
        self._cost_anew = (
            PER_CELL_ANEW * len(sources) * len(self._columns)
            + PER_LINK * (len(self._node_open) + len(self.links.heads))
            + PER_TRIANGLE * (0.0 if self._tree is None else self._tree.n_triangles)
        )
        self._sound = True

    @property
    def index(self) -> NetworkIndex:
        """The network as it is now."""
        if self._now is None:
            self._now = self.links.as_index()
        return self._now

    def change(self, edits: Edits, stop: Stop | None) -> Changes:
        """Let changes happen; undo them if anything keeps the matrix from following."""
        if not self._sound:
            raise PlacementError("a change was broken off twice; make the live matrix anew")
        self._sound = False
        now, self._now = self._now, None
        before = self.links.before(edits)
        cells = LiveCells(self.latency)
        try:
            self.links.apply(edits, before)
            found = self._follow(before, cells, never() if stop is None else stop)
        except BaseException:
            cells.undo()
            self.links.undo(before)
            if self._tree is not None:
                self._tree.lay(self.links.latency, self.links.is_open)
            self._now = now
            self._sound = True
            raise
        self._sound = True
        return found

    def _planted(self, index: NetworkIndex) -> LiveTree | None:
        """Return the tree with the latencies of the links, if it is worth its while."""
        links = self.links
        out, back = ((arcs.indptr, arcs.heads) for arcs in (index.out, index.back))
        most_work = WORK_EACH * (len(index.rows) + len(links.heads))
        tree = index.prepared.eliminated(out, back, most_work)
        if not tree or float((np.diff(tree.ptr) ** 2).sum()) > most_work:
            return None
        live = LiveTree(
            tree,
            links.tails,
            links.heads,
            index.processing,
            self._node_open,
            indptr=index.out.indptr,
            sources=self._sources,
            targets=self._targets,
            threads=self._threads,
        )
        live.lay(links.latency, links.is_open)
        return live

    def _follow(self, before: Before, cells: LiveCells, token: Stop) -> Changes:
        """Bring the tree and the matrix up to date after some links have changed."""
        tree = self._tree
        if tree is None:
            return self._search(before, cells, token)
        changed = tree.relay(before.arcs, self.links.latency, self.links.is_open)
        spread = tree.alter(changed, STEPS_PER_ARC * len(tree.tree.ancestors))
        if spread is None:
            ways = tree.renew()
        elif not len(spread.true.arcs):
            return cells.changes(None)
        else:
            most_steps = self.latency.size // LANES
            rows = tree.affected_rows(spread, most_steps)
            columns = tree.affected_columns(spread, most_steps)
            if self._cost(tree, len(rows), len(columns)) <= self._cost_anew:
                return self._cross(tree, rows, columns, cells, token)
            ways = tree.before(spread.made)
        arcs = self.links.different(before)
        if len(arcs) > MOST_ARCS:
            return self._anew(cells, f"{len(arcs)} arcs have changed", token)
        view = TreeView(tree, ways)
        found = rectangles(view, self.links.tails[arcs], self.links.heads[arcs], token)
        cost = sum(
            PER_ARC * -(-min(map(len, sides)) // LANES) * tree.n_arcs
            + PER_CELL_IN_RECTANGLE * len(sides[0]) * len(sides[1])
            for sides in found
        )
        if cost <= self._cost_anew:
            return self._write(view, found, cells, token)
        return self._anew(cells, "most of it may change", token)

    def _search(self, before: Before, cells: LiveCells, token: Stop) -> Changes:
        """Bring the matrix up to date without a tree."""
        arcs = self.links.different(before)
        if len(arcs) > MOST_ARCS:
            return self._anew(cells, f"{len(arcs)} arcs have changed", token)
        view = SearchView(
            links=self.links,
            before=before,
            node_open=self._node_open,
            sources=self._sources,
            targets=self._targets,
            threads=self._threads,
        )
        found = rectangles(view, self.links.tails[arcs], self.links.heads[arcs], token)
        if 2 * sum(min(map(len, sides)) for sides in found) <= min(self.latency.shape):
            return self._write(view, found, cells, token)
        return self._anew(cells, "most of it may change", token)

    def _cross(
        self, tree: LiveTree, rows: Nodes, columns: Nodes, cells: LiveCells, token: Stop
    ) -> Changes:
        """Compute some rows and some columns."""
        if len(rows):
            order = np.argsort(rows)
            fresh = tree.rows(tree.sources.numbers[rows], token)
            cells.write(rows[order], self._columns, _ordered(fresh, order, 0))
        if len(columns):
            order = np.argsort(columns)
            fresh = tree.columns(tree.targets.numbers[columns], token)
            cells.write(self._rows, self._columns[columns[order]], _ordered(fresh, order, 1))
        return cells.changes(None)

    def _write(
        self, view: View, sides: list[tuple[Nodes, Nodes]], cells: LiveCells, token: Stop
    ) -> Changes:
        """Compute the cells where some rows meet some columns."""
        for rows, columns in sides:
            cells.write(rows, self._columns[columns], view.between(rows, columns, token))
        return cells.changes(None)

    def _anew(self, cells: LiveCells, reason: str, token: Stop) -> Changes:
        """Compute the whole matrix anew, and write what differs."""
        n_rows, n_columns = len(self._rows), len(self._columns)
        step = max(LANES, BLOCK // max(1, n_columns) // LANES * LANES)
        fresh = np.empty((min(step, n_rows), n_columns), np.int32)
        for begin in range(0, n_rows, step):
            rows = self._rows[begin : begin + step]
            fill_matrix(
                self.index,
                self._sources[rows],
                self._targets,
                self._routing,
                out=fresh[: len(rows)],
                threads=self._threads,
                stop=token,
            )
            cells.write(rows, self._columns, fresh[: len(rows)])
        return cells.changes(reason)

    def _cost(self, tree: LiveTree, n_rows: int, n_columns: int) -> float:
        """Return what some rows and columns cost."""
        height, width = len(self._rows), len(self._columns)
        return (
            PER_ARC * (-(-n_rows // LANES) * tree.targets.n_arcs)
            + PER_ARC * (-(-n_columns // LANES) * tree.sources.n_arcs)
            + PER_CELL_IN_ROW * n_rows * width
            + PER_CELL_IN_COLUMN * n_columns * height
        )


def _ordered(fresh: NDArray[np.int32], order: NDArray[np.intp], axis: int) -> NDArray[np.int32]:
    return fresh if len(order) == 1 else fresh.take(order, axis)
