"""Fill a matrix of latencies: by sweeps down the elimination tree, or by a search from each source.

Sweeps are faster by far where the tree has few arcs, as in networks of telecom shape. A search is
what remains for few sources, for networks that leave too many arcs, and for variances.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from placement._core import shortest_paths, shortest_paths_variance, sweep
from placement.latency.deal import deal_rows
from placement.latency.elimination import Elimination, Links, Weights, weigh
from placement.latency.index import NetworkIndex
from placement.latency.routing import RoutingClass

__all__ = ["fill_matrix"]

LANES = 16
# Fewer rows, or fewer rows times nodes and arcs, are searched before a tree is made.
LEAST_ROWS = 4
LEAST_SIZE = 20_000
# Work on the tree (squares of widths) that takes as long as a search at one node or arc.
WORK_EACH = 10.0
Latencies = NDArray[np.int32]
Variances = NDArray[np.int64]
Fill = Callable[[int, int, NDArray[np.int64]], bool]


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
    node_open = routing.node_open(index)
    task = _Task(
        index=index,
        routing=routing,
        rows=rows if exempt == "rows" else _open_only(node_open, rows),
        columns=columns if exempt == "columns" else _open_only(node_open, columns),
        out=out,
        out_variance=out_variance,
        reverse=reverse,
    )
    elimination = None if out_variance is not None else _elimination(index, len(rows))
    if elimination is None:
        fill, work, step = *_search(task), 1
    else:
        fill, work, step = *_sweep(task, elimination), LANES
    deal_rows(fill, len(rows), work_per_row=work, step=step, threads=threads, stop=stop)
    _reach_itself(rows, columns, node_open, out, out_variance)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Task:
    """What is to be filled; row or column -1 is nowhere."""

    index: NetworkIndex
    routing: RoutingClass
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    out: Latencies
    out_variance: Variances | None
    reverse: bool


def _search(task: _Task) -> tuple[Fill, int]:
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
        "out": task.out,
    }

    def fill(begin: int, end: int, token: NDArray[np.int64]) -> bool:
        if task.out_variance is None:
            return shortest_paths(**network, begin=begin, end=end, stop=token)
        return shortest_paths_variance(
            **network,
            variance=arcs.variance,
            out_variance=task.out_variance,
            begin=begin,
            end=end,
            stop=token,
        )

    return fill, len(index.rows) + len(arcs.heads) + len(task.columns)


def _elimination(index: NetworkIndex, n_rows: int) -> Elimination | None:
    """Return the elimination tree, if it pays for a matrix of so many rows; else None."""
    size = len(index.rows) + len(index.out.heads)
    if n_rows < LEAST_ROWS or n_rows * size < LEAST_SIZE:
        return None
    out, back = ((arcs.indptr, arcs.heads) for arcs in (index.out, index.back))
    return index.prepared.eliminated(out, back, WORK_EACH * n_rows * size)


def _weights(task: _Task, elimination: Elimination) -> Weights:
    """Return the arcs of the tree under the routing class, out or back."""
    index, arcs = task.index, task.index.out
    tails = np.repeat(np.arange(len(index.rows), dtype=np.int32), np.diff(arcs.indptr))
    links = Links(tails, arcs.heads, arcs.latency, task.routing.arc_open(index, arcs))
    if task.reverse:
        links = links._replace(tails=arcs.heads, heads=tails)
    return weigh(elimination, links, index.processing, task.routing.node_open(index))


def _sweep(task: _Task, elimination: Elimination) -> tuple[Fill, int]:
    """Return what fills rows by sweeps down the elimination tree, and how much work that is a row."""
    key = task.routing, task.reverse
    weights = task.index.prepared.weighed(key, lambda: _weights(task, elimination))
    place = np.append(elimination.place, np.int32(-1))
    numbers = place[task.columns]
    wanted = elimination.with_all_above(numbers[numbers >= 0])
    arrays: dict[str, Any] = {
        "parent": elimination.parent,
        "depth": elimination.depth,
        "up_ptr": weights.up_ptr,
        "up_end": weights.up_end,
        "up": weights.up,
        "down_ptr": weights.down_ptr,
        "down_depth": weights.down_depth,
        "down": weights.down,
        "processing": weights.processing,
        "wanted": wanted,
        "sources": place[task.rows],
        "columns": np.where(numbers < 0, np.int32(len(place) - 1), numbers),
        "out": task.out,
    }

    def fill(begin: int, end: int, token: NDArray[np.int64]) -> bool:
        return sweep(**arrays, begin=begin, end=end, stop=token)

    return fill, (len(wanted) + len(weights.down) + len(task.columns)) // LANES


def _open_only(node_open: NDArray[np.uint8], nodes: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where(node_open[nodes] != 0, nodes, np.int32(-1))


def _reach_itself(
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    node_open: NDArray[np.uint8],
    out: Latencies,
    out_variance: Variances | None,
) -> None:
    # The empty path leads from a source to itself, closed or not.
    closed = np.flatnonzero(node_open[rows] == 0)
    order = np.argsort(columns, kind="stable")
    first = np.searchsorted(columns[order], rows[closed], side="left")
    last = np.searchsorted(columns[order], rows[closed], side="right")
    for row, begin, end in zip(closed.tolist(), first.tolist(), last.tolist(), strict=True):
        out[row, order[begin:end]] = 0
        if out_variance is not None:
            out_variance[row, order[begin:end]] = 0
