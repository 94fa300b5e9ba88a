"""Round trips of pairs of nodes while one link or node after another fails."""

import time
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement._core import UNREACHABLE_NS, customise, find_users, label_ends, reroute
from placement.errors import StoppedError
from placement.latency.deal import deal_rows, never
from placement.latency.elimination import Elimination
from placement.latency.fill import tree_for
from placement.latency.index import Arcs, NetworkIndex
from placement.latency.links_on_tree import Way, links_on_tree
from placement.latency.prepared import Prepared
from placement.latency.round_trip import NO_PATH, round_trips
from placement.latency.routing import RoutingClass

__all__ = ["Parts", "fill_failures"]

LANES = 16
# Pairs whose ends are labelled at a time: some 100 MB where the tree is a hundred nodes high.
BLOCK = 1 << 15

Rows = NDArray[np.int32]
RoundTrips = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What fails, one part at a time: the links, then the nodes.

    Parameters
    ----------
    links : ndarray of shape (n_links,), int32
        Their rows in the network's table, all different.
    nodes : ndarray of shape (n_nodes,), int32
        Their rows in the index, all different.
    """

    links: Rows
    nodes: Rows

    def __len__(self) -> int:
        return len(self.links) + len(self.nodes)


def fill_failures(
    index: NetworkIndex,
    pairs: Rows,
    parts: Parts,
    routing: RoutingClass,
    *,
    out: RoundTrips,
    threads: int | None = None,
    stop: NDArray[np.int64] | None = None,
) -> RoundTrips:
    """Do what `failure_table` does for nodes and links that are given by their rows.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    pairs : ndarray of shape (n_pairs, 2), int32
        Origins, which are exempt from the countries of the routing class, and the other ends.
    parts : Parts
        What fails.
    routing : RoutingClass
        What the traffic may use.
    out : ndarray of shape (n_parts, n_pairs), int64, ns
        Filled: out and back; `NO_PATH` where either does not exist.
    threads : int, optional
        At most so many.
    stop : ndarray of shape (2,), int64, optional
        The stop token.

    Returns
    -------
    ndarray of shape (n_pairs,), int64, ns
        The round trips while nothing fails.

    Raises
    ------
    StoppedError
        If the token stopped it.
    """
    token = never() if stop is None else stop
    _go_on(token)
    if len(pairs) == 0:
        return np.empty(0, np.int64)
    n_searches = (1 + len(parts)) * len(np.unique(pairs[:, 0]))
    tree = tree_for(index, n_searches)
    if tree is None:
        return _search(index, pairs, parts, routing, out=out, threads=threads, stop=token)
    ready = _ready(index, tree, parts, routing)
    healthy = np.empty(len(pairs), np.int64)
    for begin in range(0, len(pairs), BLOCK):
        some = slice(begin, begin + BLOCK)
        block = _Block.of(ready, tree.place[pairs[some]], token)
        healthy[some] = _fill_block(ready, block, begin, out, threads=threads, stop=token)
    return healthy


def _go_on(stop: NDArray[np.int64], done: bool = True) -> None:
    if not done or stop[1] or time.monotonic_ns() >= stop[0]:
        raise StoppedError("stopped before the round trips were known")


class _Direction(NamedTuple):
    """One way to go, as the kernels have it: arcs, and the links that lie on them."""

    arcs: NDArray[np.uint32]
    ptr: NDArray[np.int64]
    latency: NDArray[np.uint32]
    part: Rows


@dataclass(frozen=True, slots=True, eq=False)
class _Ready:
    """A tree under one routing class, and where the parts are on it."""

    tree: tuple[NDArray[Any], ...]
    up: _Direction
    down: _Direction
    part_arc: NDArray[np.int64]
    part_node: Rows
    part_of_node: Rows
    up_origin: NDArray[np.int64]
    down_origin: NDArray[np.int64]

    @property
    def alike(self) -> bool:
        """Whether every link leads both ways."""
        return self.up is self.down


def _ready(index: NetworkIndex, tree: Elimination, parts: Parts, routing: RoutingClass) -> _Ready:
    links = links_on_tree(index, tree)
    below = index.prepared.once("arcs from below", lambda: _arcs_from_below(tree))
    n_nodes, n_arcs = len(tree.place), len(tree.ancestors)
    part_of_link = np.full(len(index.link_operator), -1, np.int32)
    part_of_link[parts.links] = np.arange(len(parts.links), dtype=np.int32)
    part_node = np.full(len(parts), -1, np.int32)
    part_node[len(parts.links) :] = tree.place[parts.nodes]
    part_of_node = np.full(n_nodes, -1, np.int32)
    part_of_node[part_node[len(parts.links) :]] = np.arange(len(parts.links), len(parts))
    carries = routing.carries(index)
    up = _direction(links.up, carries, part_of_link, n_arcs)
    down = up if links.down is links.up else _direction(links.down, carries, part_of_link, n_arcs)
    part_arc = np.full(len(parts), -1, np.int64)
    for way in (up, down):
        lie = np.repeat(np.arange(n_arcs), np.diff(way.ptr))
        part_arc[way.part[way.part >= 0]] = lie[way.part >= 0]
    through = links.through(index, routing)
    customise(tree.ptr, tree.ancestors, tree.depth, through, up.arcs, down.arcs, never())
    lower = np.repeat(np.arange(n_nodes, dtype=np.int32), np.diff(tree.ptr))
    shape = (tree.parent, tree.depth, tree.ptr, tree.ancestors, lower, links.depth, *below)
    unknown = np.full(n_arcs, -1)
    return _Ready(
        tree=(*shape, through),
        up=up,
        down=down,
        part_arc=part_arc,
        part_node=part_node,
        part_of_node=part_of_node,
        up_origin=unknown,
        down_origin=unknown.copy(),
    )


def _direction(way: Way, carries: NDArray[np.bool_], part_of_link: Rows, n_arcs: int) -> _Direction:
    """Return the links that one class may use, and on each arc the quickest of them."""
    usable = carries[way.carries]
    lie, latency = way.arcs[usable], way.latency[usable]
    ptr = np.concatenate([[0], np.cumsum(np.bincount(lie, minlength=n_arcs))])
    arcs = np.full(n_arcs, UNREACHABLE_NS, np.uint32)
    first = np.flatnonzero(np.diff(lie, prepend=-1))
    if len(first):
        arcs[lie[first]] = np.minimum.reduceat(latency, first)
    return _Direction(arcs, ptr, latency, part_of_link[way.links[usable]])


def _arcs_from_below(tree: Elimination) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, by node, the arcs to it from nodes below that have an arc further up as well."""
    arcs = np.arange(len(tree.ancestors))
    arcs = np.delete(arcs, tree.ptr[:-1][np.diff(tree.ptr) > 0])
    above = tree.ancestors[arcs]
    counts = np.bincount(above, minlength=len(tree.place))
    return np.concatenate([[0], np.cumsum(counts)]), arcs[np.argsort(above, kind="stable")]


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Some pairs, in the order of their ends, and the labels of these."""

    order: NDArray[np.intp]
    ends: Rows
    sources: Rows
    targets: Rows
    label_ptr: NDArray[np.int64]
    up_label: NDArray[np.uint32]
    up_by: NDArray[np.int64]
    down_label: NDArray[np.uint32]
    down_by: NDArray[np.int64]

    @classmethod
    def of(cls, ready: _Ready, numbers: Rows, stop: NDArray[np.int64]) -> "_Block":
        """Label the ends of pairs, which are given by number."""
        parent, depth, ptr, _, _, above, *_, processing = ready.tree
        ends, places = np.unique(numbers, return_inverse=True)
        sources, targets = places.reshape(-1, 2).astype(np.int32).T
        order = np.lexsort((targets, sources))
        label_ptr = np.concatenate([[0], np.cumsum(depth[ends] + 1)])
        labels = []
        for way in (ready.up,) if ready.alike else (ready.up, ready.down):
            label, by = np.empty(label_ptr[-1], np.uint32), np.empty(label_ptr[-1], np.int64)
            arrays = (parent, depth, ptr, above, way.arcs, processing, ends, label_ptr)
            _go_on(stop, label_ends(*arrays, label, by, stop))
            labels.append((label, by))
        return cls(
            order,
            ends,
            np.ascontiguousarray(sources[order]),
            np.ascontiguousarray(targets[order]),
            label_ptr,
            *labels[0],
            *labels[-1],
        )


def _fill_block(
    ready: _Ready,
    block: _Block,
    begin: int,
    out: RoundTrips,
    *,
    threads: int | None,
    stop: NDArray[np.int64],
) -> RoundTrips:
    """Fill the columns of some pairs from `begin` on; return their round trips without a failure."""
    rtt, users, user_ptr = _users(ready, block, stop)
    healthy = np.empty_like(rtt)
    healthy[block.order] = rtt
    out[:, begin : begin + len(rtt)] = healthy
    # Neighbours in the tree side by side: they change the same arcs.
    node = np.append(ready.tree[4], np.int32(-1))[ready.part_arc]
    node = np.where(ready.part_node >= 0, ready.part_node, node)
    used: Rows = np.flatnonzero(np.diff(user_ptr)).astype(np.int32)
    used = used[np.argsort(node[used], kind="stable")]

    def fill(first: int, last: int, token: NDArray[np.int64]) -> bool:
        return reroute(
            ready.tree,
            tuple(ready.up),
            tuple(ready.down),
            ready.part_arc,
            ready.part_node,
            block.ends,
            block.label_ptr,
            block.up_label,
            block.up_by,
            block.down_label,
            block.down_by,
            block.sources,
            block.targets,
            user_ptr,
            users,
            used,
            begin + block.order,
            out,
            ready.alike,
            first,
            last,
            token,
        )

    work = int(len(users) * np.diff(block.label_ptr).mean() // max(len(used), 1))
    deal_rows(fill, len(used), work_per_row=work, step=LANES, threads=threads, stop=stop)
    return healthy


def _users(
    ready: _Ready, block: _Block, stop: NDArray[np.int64]
) -> tuple[RoundTrips, Rows, NDArray[np.int64]]:
    """Return round trips without a failure, and for each part the pairs whose paths use it."""
    rtt = np.empty(len(block.order), np.int64)
    user_ptr, users = find_users(
        ready.tree,
        tuple(ready.up),
        tuple(ready.down),
        ready.part_of_node,
        block.ends,
        block.label_ptr,
        block.up_label,
        block.up_by,
        block.down_label,
        block.down_by,
        block.sources,
        block.targets,
        ready.up_origin,
        ready.down_origin,
        rtt,
        len(ready.part_arc),
        stop,
    )
    if user_ptr is None or users is None:
        raise StoppedError("stopped before the round trips were known")
    return rtt, users, user_ptr


def _search(
    index: NetworkIndex,
    pairs: Rows,
    parts: Parts,
    routing: RoutingClass,
    *,
    out: RoundTrips,
    threads: int | None,
    stop: NDArray[np.int64],
) -> RoundTrips:
    """Fill the table by searches, one failure after the other."""
    origins, source = np.unique(pairs[:, 0], return_inverse=True)
    ends, target = np.unique(pairs[:, 1], return_inverse=True)

    def measured(index: NetworkIndex) -> RoundTrips:
        _go_on(stop)
        return round_trips(index, origins, ends, routing, threads=threads)[0][source, target]

    nodes = np.concatenate([np.full(len(parts.links), -1), parts.nodes])
    links = np.concatenate([parts.links, np.full(len(parts.nodes), -1)])
    for row, link, node in zip(out, links.tolist(), nodes.tolist(), strict=True):
        row[:] = measured(_without(index, link, node))
        row[(pairs == node).any(axis=1)] = NO_PATH
    return measured(index)


def _without(index: NetworkIndex, link: int, node: int) -> NetworkIndex:
    """Return a network without a link, and without the links of a node; -1 for none."""

    def left(arcs: Arcs) -> Arcs:
        tails = np.repeat(np.arange(len(index.rows)), np.diff(arcs.indptr))
        keep = (arcs.link != link) & (tails != node) & (arcs.heads != node)
        kept = np.concatenate([[0], np.cumsum(keep)])
        return Arcs(
            kept[arcs.indptr],
            arcs.heads[keep],
            arcs.latency[keep],
            arcs.variance[keep],
            arcs.carries[keep],
            arcs.link[keep],
        )

    return replace(index, out=left(index.out), back=left(index.back), prepared=Prepared())
