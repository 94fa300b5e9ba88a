"""Fill a matrix by sweeps down the elimination tree, sixteen rows at a time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement._core import sweep
from placement.latency.deal import Fill, deal_rows
from placement.latency.elimination import Elimination, Links, weigh
from placement.latency.gates import LANES, Columns, Gates, columns_of, gates_of
from placement.latency.index import NetworkIndex
from placement.latency.prepared import Ready
from placement.latency.routing import RoutingClass
from placement.latency.task import Bounds, Task

__all__ = ["SHORT", "make_ready", "sweeping"]

# Labels of sixteen rows that are looked at in some 50 ms.
SHORT = 30_000_000

# A matrix of the core is made for so many more rows than it has, if it is no larger than this.
ROWS_EACH = 1.5
# It is looked at for each gate of a source; arcs of the core are, both ways, where there is none.
ACROSS = 6
MOST_CELLS = 1 << 26


def make_ready(
    index: NetworkIndex, elimination: Elimination, routing: RoutingClass, reverse: bool
) -> Ready:
    """Return the tree under a routing class, out or back."""
    arcs = index.out
    links = Links(arcs.indptr, arcs.heads, arcs.latency, routing.arc_open(index, arcs), reverse)
    nodes = (index.processing, routing.node_open(index))
    weights = weigh(elimination, links, *nodes, both_ways=index.is_symmetric)
    return Ready(weights, gates_of(elimination, weights))


def sweeping(
    task: Task,
    elimination: Elimination,
    ready: Ready,
    *,
    out: NDArray[np.int32] | None = None,
    bounds: Bounds | None = None,
    within: NDArray[np.uint8] | None = None,
    threads: int | None = None,
    stop: NDArray[np.int64] | None = None,
) -> tuple[Fill, int]:
    """Return what fills rows with latencies, or with bits, and how much work that is a row."""
    place = np.append(elimination.place, np.int32(-1))
    sources = place[task.rows]
    if ready.between is None and _crosses_often(ready.gates, len(sources)):
        ready.between = _between(elimination, ready, threads, stop)
    # Sources that stand together climb together.
    order = np.argsort(sources, kind="stable").astype(np.int32)
    columns = _listed(ready, place[task.columns])
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

    labels = len(ready.gates.up) + len(ready.gates.down) + columns.gates.size // 2
    return fill, labels // LANES + 1


def _listed(ready: Ready, numbers: NDArray[np.int32]) -> Columns:
    """Return the gates of some columns, which are often those of the last time."""
    if ready.listed is None or not np.array_equal(ready.listed[0], numbers):
        ready.listed = numbers, columns_of(ready.gates, numbers)
    return ready.listed[1]


def _crosses_often(gates: Gates, n_rows: int) -> bool:
    """Return whether the matrix of the core costs less than sweeping it for each row."""
    n_core, n_arcs = len(gates.processing), len(gates.up) + len(gates.down)
    saved = (n_rows - ROWS_EACH * n_core) * (n_arcs - ACROSS * n_core)
    return n_core > 0 and saved > 0 and n_arcs > ACROSS * n_core and n_core**2 <= MOST_CELLS


def _between(
    elimination: Elimination, ready: Ready, threads: int | None, stop: NDArray[np.int64] | None
) -> NDArray[np.int32]:
    """Return the latencies from each node of the core to each other."""
    numbers = np.flatnonzero(ready.gates.core >= 0).astype(np.int32)
    n_core = len(numbers)
    out = np.empty((n_core, n_core), np.int32)
    arrays = _arrays(elimination, ready, columns_of(ready.gates, numbers)) | {
        "sources": numbers,
        "rows": np.arange(n_core, dtype=np.int32),
        "n_columns": n_core,
        "out": out,
        "of_row": None,
        "of_column": None,
        "within": None,
    }

    def fill(begin: int, end: int, token: NDArray[np.int64]) -> bool:
        return sweep(**arrays, begin=begin, end=end, stop=token)

    work = (len(ready.gates.up) + len(ready.gates.down) + n_core) // LANES + 1
    how: dict[str, Any] = {"step": LANES, "short": SHORT, "threads": threads, "stop": stop}
    deal_rows(fill, n_core, work_per_row=work, **how)
    return out


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
        "core_between": ready.between,
        "gates": columns.gates,
        "farthest": columns.farthest,
        "member": columns.member,
        "member_column": columns.member_column,
    }
