"""Where the links of a network lie on its elimination tree, and what all routing classes share of it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement._core import UNREACHABLE_NS
from placement.latency.elimination import Elimination
from placement.latency.gates import Split, split
from placement.latency.index import NetworkIndex
from placement.latency.routing import RoutingClass

__all__ = ["LinksOnTree", "SharedCore", "Way", "links_on_tree", "shared_core"]


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

    def through(self, index: NetworkIndex, routing: RoutingClass) -> NDArray[np.uint32]:
        """Return the processing by number, `UNREACHABLE_NS` where the class may not cross."""
        # All bits of a label: whatever they are added to.
        closed = np.where(routing.crosses(index), np.uint32(0), np.uint32(UNREACHABLE_NS))
        return self.processing | closed[self.country]


def links_on_tree(index: NetworkIndex, tree: Elimination) -> LinksOnTree:
    """Return where the links of a network lie on its tree, found out if it is not at hand."""
    return index.prepared.once("links on tree", lambda: _links_on_tree(index, tree))


def _links_on_tree(index: NetworkIndex, tree: Elimination) -> LinksOnTree:
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


@dataclass(frozen=True, slots=True, eq=False)
class SharedCore:
    """The core of a tree of which no arc is left out, the same for all routing classes.

    Parameters
    ----------
    split : Split
        Which nodes are in it.
    numbers : ndarray of shape (n_core,), int64
        Their numbers.
    ptr : ndarray of shape (n_core + 1,), int64
        Where their arcs begin.
    ends : ndarray of shape (n_core_arcs,), int32
        The places of the upper ends in the core.
    arcs : ndarray of shape (n_core_arcs,), int64
        These arcs of the tree.
    """

    split: Split
    numbers: NDArray[np.int64]
    ptr: NDArray[np.int64]
    ends: NDArray[np.int32]
    arcs: NDArray[np.int64]


def shared_core(index: NetworkIndex, tree: Elimination) -> SharedCore:
    """Return the core that all routing classes share, split off if it is not at hand."""
    return index.prepared.once("shared core", lambda: _shared_core(tree))


def _shared_core(tree: Elimination) -> SharedCore:
    made = split(tree, tree.ptr, tree.ptr)
    numbers = np.flatnonzero(made.core >= 0)
    n_arcs = np.diff(tree.ptr)
    arcs = np.flatnonzero(np.repeat(made.core >= 0, n_arcs))
    return SharedCore(
        split=made,
        numbers=numbers,
        ptr=np.concatenate([[0], np.cumsum(n_arcs[numbers])]),
        ends=made.core[tree.ancestors[arcs]],
        arcs=arcs,
    )
