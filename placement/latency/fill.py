"""Fill a matrix of latencies: by sweeps down the elimination tree, or by a search from each source.

Sweeps are faster by far where the tree has few arcs, as in networks of telecom shape. A search is
what remains for few sources, for networks that leave too many arcs, and for variances.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

from placement._core import shortest_paths, shortest_paths_variance
from placement.latency.deal import Fill, deal_rows
from placement.latency.elimination import Elimination
from placement.latency.gates import LANES
from placement.latency.index import NetworkIndex
from placement.latency.prepared import Ready
from placement.latency.routing import RoutingClass
from placement.latency.sweep import SHORT, make_ready, sweeping
from placement.latency.task import Bounds, Task, task_of

__all__ = ["fill_matrix", "fill_within", "ready_for", "tree_for"]

# Fewer rows, or fewer rows times nodes and arcs, are searched before a tree is made.
LEAST_ROWS = 4
LEAST_SIZE = 20_000
# Work on the tree (squares of widths) that takes as long as a search at one node or arc.
WORK_EACH = 10.0
# Rows of latencies that are searched before they are turned into bits.
ROWS = 64
Latencies = NDArray[np.int32]
Variances = NDArray[np.int64]


class Limits(TypedDict):
    """How many threads, and until when."""

    threads: int | None
    stop: NDArray[np.int64] | None


def fill_matrix(
    index: NetworkIndex,
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    routing: RoutingClass,
    *,
    out: Latencies,
    out_variance: Variances | None = None,
    reverse: bool = False,
    exempt: Literal["rows", "columns"] = "rows",
    threads: int | None = None,
    stop: NDArray[np.int64] | None = None,
) -> None:
    """Do what `latency_matrix` does for nodes that are given by their rows in the index.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    rows, columns : ndarray, int32
        The sources and the targets.
    routing : RoutingClass
        What their traffic may use.
    out : ndarray of shape (n_sources, n_targets), int32, ns
        Filled.
    out_variance : ndarray of shape (n_sources, n_targets), int64, ns², optional
        Filled.
    reverse : bool, default False
        Measure from target to source.
    exempt : {'rows', 'columns'}, default 'rows'
        Which end of a path may stand outside the countries of the routing class.
    threads : int, optional
        At most so many.
    stop : ndarray of shape (2,), int64, optional
        The stop token.

    Raises
    ------
    StoppedError
        If the token stopped it.
    """
    limits: Limits = {"threads": threads, "stop": stop}
    task = task_of(index, rows, columns, routing, reverse=reverse, exempt=exempt)
    tree = None if out_variance is not None else _tree(task)
    if tree is None:
        fill, work = _searching(task, out, out_variance)
        deal_rows(fill, len(rows), work_per_row=work, **limits)
    else:
        fill, work = sweeping(
            task, tree, ready_for(index, tree, routing, reverse=task.reverse), out=out, **limits
        )
        deal_rows(fill, len(rows), work_per_row=work, step=LANES, short=SHORT, **limits)
    for row, same in _on_themselves(rows, columns, routing.node_open(index)):
        out[row, same] = 0
        if out_variance is not None:
            out_variance[row, same] = 0


def fill_within(
    index: NetworkIndex,
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    routing: RoutingClass,
    *,
    bounds: Bounds,
    within: NDArray[np.uint8],
    reverse: bool = False,
    threads: int | None = None,
    stop: NDArray[np.int64] | None = None,
) -> None:
    """Do what `pairs_within` does for nodes that are given by their rows in the index.

    Parameters
    ----------
    index, rows, columns, routing, reverse, threads, stop
        As for `fill_matrix`.
    bounds : Bounds
        What the latencies are held against.
    within : ndarray of shape (n_sources, ceil(n_targets / 8)), uint8
        Filled: a bit a cell, the first column in the lowest bit of the first byte.

    Raises
    ------
    StoppedError
        If the token stopped it.
    """
    limits: Limits = {"threads": threads, "stop": stop}
    task = task_of(index, rows, columns, routing, reverse=reverse, exempt="rows")
    tree = _tree(task)
    if tree is None:
        fill, work = _searching_bits(task, bounds, within)
        deal_rows(fill, len(rows), work_per_row=work, **limits)
    else:
        ready = ready_for(index, tree, routing, reverse=task.reverse)
        fill, work = sweeping(task, tree, ready, bounds=bounds, within=within, **limits)
        deal_rows(fill, len(rows), work_per_row=work, step=LANES, short=SHORT, **limits)
    # Bounds are latencies: whatever they are, a node is within them of itself.
    for row, same in _on_themselves(rows, columns, routing.node_open(index)):
        np.bitwise_or.at(within[row], same >> 3, np.uint8(1) << (same & 7).astype(np.uint8))


def _tree(task: Task) -> Elimination | None:
    """Return the elimination tree, if it pays for so many rows or is at hand; else None."""
    if task.index.prepared.at_hand((task.routing, task.reverse)):
        return task.index.prepared.tree
    return tree_for(task.index, len(task.rows))


def tree_for(index: NetworkIndex, n_rows: int) -> Elimination | None:
    """Return the elimination tree of a network, if it pays for so many rows; else None."""
    size = len(index.rows) + len(index.out.heads)
    if n_rows < LEAST_ROWS or n_rows * size < LEAST_SIZE:
        return None
    out, back = ((arcs.indptr, arcs.heads) for arcs in (index.out, index.back))
    return index.prepared.eliminated(out, back, WORK_EACH * n_rows * size)


def ready_for(
    index: NetworkIndex, tree: Elimination, routing: RoutingClass, *, reverse: bool
) -> Ready:
    """Return the tree under a routing class in one direction, made if it is not at hand."""
    make = partial(make_ready, index, tree, routing, reverse)
    return index.prepared.ready((routing, reverse), make)


def _searching(
    task: Task, out: Latencies, out_variance: Variances | None = None
) -> tuple[Fill, int]:
    """Return what fills rows by a search from each source, and how much work that is a row."""
    index = task.index
    arcs = index.back if task.reverse else index.out
    network: dict[str, Any] = {
        "indptr": arcs.indptr,
        "heads": arcs.heads,
        "latency": arcs.latency,
        "arc_open": task.routing.arc_open(index, arcs),
        "node_open": task.routing.node_open(index),
        "processing": index.processing,
        "sources": task.rows,
        "targets": task.columns,
    }

    def fill(begin: int, end: int, token: NDArray[np.int64]) -> bool:
        matrix: dict[str, Any] = {"out": out, "begin": begin, "end": end, "stop": token}
        if out_variance is None:
            return shortest_paths(**network, **matrix)
        return shortest_paths_variance(
            **network, **matrix, variance=arcs.variance, out_variance=out_variance
        )

    return fill, len(index.rows) + len(arcs.heads) + len(task.columns)


def _searching_bits(task: Task, bounds: Bounds, within: NDArray[np.uint8]) -> tuple[Fill, int]:
    """Return what fills rows of bits by a search from each source, and how much work that is a row."""

    def fill(begin: int, end: int, token: NDArray[np.int64]) -> bool:
        for first in range(begin, end, ROWS):
            last = min(end, first + ROWS)
            out = np.empty((last - first, len(task.columns)), np.int32)
            some, _ = _searching(replace(task, rows=task.rows[first:last]), out)
            if not some(0, last - first, token):
                return False
            bound = np.minimum(bounds.of_row[first:last, None], bounds.of_column)
            within[first:last] = np.packbits(out <= bound, axis=1, bitorder="little")
        return True

    return fill, len(task.index.rows) + len(task.index.out.heads) + len(task.columns)


def _on_themselves(
    rows: NDArray[np.int32], columns: NDArray[np.int32], node_open: NDArray[np.uint8]
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each row of a closed node with its columns: the empty path leads there, closed or not."""
    closed = np.flatnonzero(node_open[rows] == 0)
    if not len(closed):
        return
    order = np.argsort(columns, kind="stable")
    first = np.searchsorted(columns[order], rows[closed], side="left")
    last = np.searchsorted(columns[order], rows[closed], side="right")
    for row, begin, end in zip(closed.tolist(), first.tolist(), last.tolist(), strict=True):
        yield row, order[begin:end]
