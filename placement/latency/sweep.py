"""Fill a matrix by sweeps down the elimination tree, sixteen rows at a time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement._core import sweep
from placement.latency.deal import Fill
from placement.latency.elimination import Elimination, Links, weigh
from placement.latency.gates import Columns, columns_of, gates_of
from placement.latency.index import NetworkIndex
from placement.latency.prepared import Ready
from placement.latency.routing import RoutingClass
from placement.latency.task import Bounds, Task

__all__ = ["LANES", "make_ready", "sweeping"]

LANES = 16


def make_ready(
    index: NetworkIndex, elimination: Elimination, routing: RoutingClass, reverse: bool
) -> Ready:
    """Return the tree under a routing class, out or back."""
    arcs = index.out
    tails = np.repeat(np.arange(len(index.rows), dtype=np.int32), np.diff(arcs.indptr))
    links = Links(tails, arcs.heads, arcs.latency, routing.arc_open(index, arcs))
    if reverse:
        links = links._replace(tails=arcs.heads, heads=tails)
    weights = weigh(elimination, links, index.processing, routing.node_open(index))
    return Ready(weights, gates_of(elimination, weights))


def sweeping(
    task: Task,
    elimination: Elimination,
    ready: Ready,
    *,
    out: NDArray[np.int32] | None = None,
    bounds: Bounds | None = None,
    within: NDArray[np.uint8] | None = None,
) -> tuple[Fill, int]:
    """Return what fills rows with latencies, or with bits, and how much work that is a row."""
    place = np.append(elimination.place, np.int32(-1))
    sources = place[task.rows]
    # Sources that stand together climb together.
    order = np.argsort(sources, kind="stable").astype(np.int32)
    columns = columns_of(elimination, ready.weights, ready.gates, place[task.columns])
    arrays = _arrays(elimination, ready, columns) | {
        "sources": sources[order],
        "rows": order,
        "n_columns": len(task.columns),
        "out": out,
        "of_row": None if bounds is None else bounds.of_row,
        "of_column": None if bounds is None else bounds.of_column,
        "within": within,
    }

    def fill(begin: int, end: int, token: NDArray[np.int64]) -> bool:
        return sweep(**arrays, begin=begin, end=end, stop=token)

    labels = len(ready.gates.up) + len(ready.gates.down) + columns.gate.size
    return fill, labels // LANES + 1


def _arrays(elimination: Elimination, ready: Ready, columns: Columns) -> dict[str, Any]:
    weights, gates = ready.weights, ready.gates
    return {
        "parent": elimination.parent,
        "depth": elimination.depth,
        "top": gates.top,
        "core": gates.core,
        "most_below": gates.most_below,
        "up_ptr": weights.up_ptr,
        "up_end": weights.up_end,
        "up": weights.up,
        "down_ptr": weights.down_ptr,
        "down_depth": weights.down_depth,
        "down": weights.down,
        "processing": weights.processing,
        "core_up_ptr": gates.up_ptr,
        "core_up_end": gates.up_end,
        "core_up": gates.up,
        "core_down_ptr": gates.down_ptr,
        "core_down_end": gates.down_end,
        "core_down": gates.down,
        "core_processing": gates.processing,
        "core_wanted": columns.wanted,
        "gate": columns.gate,
        "latency": columns.latency,
        "member": columns.member,
        "member_column": columns.member_column,
    }
