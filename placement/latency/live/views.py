"""A network as it is now and as it was before a change: through its tree, or by searches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement._core import shortest_paths
from placement.latency.deal import deal_rows
from placement.latency.live.links import Before, LiveLinks
from placement.latency.live.tree import LiveTree, Ways

__all__ = ["SearchView", "TreeView"]

Nodes = NDArray[np.int32]
Latencies = NDArray[np.int32]
Token = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TreeView:
    """A `View` through the elimination tree, with its ways as they were."""

    tree: LiveTree
    before: Ways

    def rows(self, nodes: Nodes, token: Token, *, then: bool) -> Latencies:
        """Return the latencies from some nodes to all targets."""
        numbers = self.tree.tree.place[nodes]
        return self.tree.rows(numbers, token, self.before if then else None)

    def columns(self, nodes: Nodes, token: Token, *, then: bool) -> Latencies:
        """Return the latencies from all sources to some nodes."""
        numbers = self.tree.tree.place[nodes]
        return self.tree.columns(numbers, token, self.before if then else None)

    def between(self, rows: Nodes, columns: Nodes, token: Token) -> Latencies:
        """Return the latencies from some of the sources to some of the targets, as they are now."""
        return self.tree.between(rows, columns, token)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SearchView:
    """A `View` by a search from each node, for networks that have no good tree."""

    links: LiveLinks
    before: Before
    node_open: NDArray[np.uint8]
    sources: Nodes
    targets: Nodes
    threads: int | None

    def rows(self, nodes: Nodes, token: Token, *, then: bool) -> Latencies:
        """Return the latencies from some nodes to all targets."""
        return self._searched(nodes, self.targets, token, then=then)

    def columns(self, nodes: Nodes, token: Token, *, then: bool) -> Latencies:
        """Return the latencies from all sources to some nodes."""
        return self._searched(nodes, self.sources, token, then=then, reverse=True).T

    def between(self, rows: Nodes, columns: Nodes, token: Token) -> Latencies:
        """Return the latencies from some of the sources to some of the targets, as they are now."""
        sources, targets = self.sources[rows], self.targets[columns]
        if len(rows) <= len(columns):
            return self._searched(sources, targets, token)
        return self._searched(targets, sources, token, reverse=True).T.copy()

    def _searched(
        self, few: Nodes, many: Nodes, token: Token, *, then: bool = False, reverse: bool = False
    ) -> Latencies:
        index, links = self.links.index, self.links
        latency, is_open = links.latency, links.is_open
        if then:
            latency, is_open = latency.copy(), is_open.copy()
            latency[self.before.arcs] = self.before.latency
            is_open[self.before.arcs] = self.before.is_open
        indptr, heads = index.out.indptr, links.heads
        if reverse:
            into = links.into
            indptr, heads = index.back.indptr, links.tails[into]
            latency, is_open = latency[into], is_open[into]
        out = np.empty((len(few), len(many)), np.int32)
        arcs = indptr, heads, latency, is_open, self.node_open, index.processing

        def fill(begin: int, end: int, stop: Token) -> bool:
            return shortest_paths(*arcs, few, many, out, begin, end, stop)

        work = len(indptr) + len(heads) + len(many)
        deal_rows(fill, len(few), work_per_row=work, threads=self.threads, stop=token)
        return out
