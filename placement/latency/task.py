"""What is to be filled: the rows and columns of a matrix, for one routing class."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from placement.latency.index import NetworkIndex
from placement.latency.routing import RoutingClass

__all__ = ["Bounds", "Task", "task_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """What each cell is held against: it is within if it is at most the lesser of the two.

    Parameters
    ----------
    of_row, of_column : ndarray of shape (n_rows,) and (n_columns,), uint32, ns
        Below `UNREACHABLE_NS`, so that what is not reached is not within.
    """

    of_row: NDArray[np.uint32]
    of_column: NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Task:
    """Rows and columns by row of the index, -1 for nowhere, and the routing class of the traffic."""

    index: NetworkIndex
    routing: RoutingClass
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    reverse: bool


def task_of(
    index: NetworkIndex,
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    routing: RoutingClass,
    *,
    reverse: bool,
    exempt: Literal["rows", "columns"],
) -> Task:
    """Return the task in which only the exempt end may stand where no path may cross."""
    node_open = routing.node_open(index)
    return Task(
        index=index,
        routing=routing,
        rows=rows if exempt == "rows" else open_only(node_open, rows),
        columns=columns if exempt == "columns" else open_only(node_open, columns),
        reverse=reverse and not index.is_symmetric,
    )


def open_only(node_open: NDArray[np.uint8], nodes: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the nodes that may be crossed; -1 in place of the others."""
    if node_open.all():
        return nodes
    return np.where(node_open[nodes] != 0, nodes, np.int32(-1))
