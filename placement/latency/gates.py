"""The core of a network and the gates to it, under one routing class and in one direction."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement._core import find_gates, list_gates, list_members, split_core, take_core
from placement.latency.elimination import Elimination, Weights

__all__ = ["LANES", "Columns", "Gates", "Split", "columns_of", "gates_of", "split"]

LANES = 16
# No part below the core has more nodes than this, nor than this share of the network: a source looks at
# all of its own part.
LEAST_BELOW, MOST_BELOW, PARTS = 16, 1024, 16


@dataclass(frozen=True, slots=True, eq=False)
class Gates:
    """What a sweep needs of the tree beside its weights; arrays as `placement._core.sweep` has them."""

    top: NDArray[np.int32]
    core: NDArray[np.int32]
    most_below: int
    up_ptr: NDArray[np.int64]
    up_end: NDArray[np.int32]
    up: NDArray[np.uint32]
    down_ptr: NDArray[np.int64]
    down_end: NDArray[np.int32]
    down: NDArray[np.uint32]
    processing: NDArray[np.uint32]
    gates: NDArray[np.uint32]


class Columns(NamedTuple):
    """The targets of a matrix; arrays as `placement._core.sweep` has them."""

    gates: NDArray[np.uint32]
    farthest: int
    member: NDArray[np.int32]
    member_column: NDArray[np.int32]
    wanted: NDArray[np.int32]


class Split(NamedTuple):
    """Which nodes are in the core, as `placement._core.split_core` says."""

    top: NDArray[np.int32]
    core: NDArray[np.int32]
    most_below: int
    n_gates: int
    n_core: int
    n_up: int
    n_down: int


def split(
    elimination: Elimination, up_ptr: NDArray[np.int64], down_ptr: NDArray[np.int64]
) -> Split:
    """Split a tree into a core and parts below it, by the arcs up and down that are needed of it."""
    n_nodes = len(elimination.place)
    most_below = max(LEAST_BELOW, min(MOST_BELOW, n_nodes // PARTS))
    top, core = np.empty((2, n_nodes), np.int32)
    tree = (elimination.parent, elimination.ptr)
    counts = split_core(*tree, up_ptr, down_ptr, most_below, top, core)
    return Split(top, core, most_below, *counts)


def gates_of(elimination: Elimination, weights: Weights) -> Gates:
    """Split the tree into a core and parts that hang below it by a few gates.

    Parameters
    ----------
    elimination : Elimination
        The tree.
    weights : Weights
        Its arcs under a routing class.

    Returns
    -------
    Gates
        For as many matrices as one likes.
    """
    n_nodes = len(elimination.place)
    top, core, most_below, n_gates, n_core, n_up, n_down = split(
        elimination, weights.up_ptr, weights.down_ptr
    )
    up_ptr, down_ptr = np.empty(n_core + 1, np.int64), np.empty(n_core + 1, np.int64)
    up_end, down_end = np.empty(n_up, np.int32), np.empty(n_down, np.int32)
    up, down = np.empty(n_up, np.uint32), np.empty(n_down, np.uint32)
    arcs = (weights.up_ptr, weights.up_end, weights.up)
    arcs_down = (weights.down_ptr, weights.down_depth, weights.down)
    take_core(
        elimination.depth, core, *arcs, *arcs_down, up_ptr, up_end, up, down_ptr, down_end, down
    )
    gates = np.empty((n_nodes + 1, 2, n_gates), np.uint32)
    tree = (elimination.depth, elimination.ptr, elimination.ancestors, top, core)
    find_gates(*tree, *arcs_down, weights.processing, gates)
    return Gates(
        top=top,
        core=core,
        most_below=most_below,
        up_ptr=up_ptr,
        up_end=up_end,
        up=up,
        down_ptr=down_ptr,
        down_end=down_end,
        down=down,
        processing=weights.processing[core >= 0],
        gates=gates,
    )


def columns_of(gates: Gates, numbers: NDArray[np.int32]) -> Columns:
    """List the gates of some columns, and which of them are below the core.

    Parameters
    ----------
    gates : Gates
        The core, and the gates to it.
    numbers : ndarray of shape (n_columns,), int32
        A number a column; -1 is nowhere.

    Returns
    -------
    Columns
        For `placement._core.sweep`.
    """
    n_columns = len(numbers)
    listed = np.empty((-(-max(n_columns, 1) // LANES) * LANES, *gates.gates.shape[1:]), np.uint32)
    farthest = list_gates(gates.gates, numbers, listed)
    member, column = np.empty((2, n_columns), np.int32)
    n_members = list_members(gates.top, numbers, member, column)
    return Columns(
        gates=listed,
        farthest=farthest,
        member=member[:n_members],
        member_column=column[:n_members],
        wanted=_wanted(gates, listed),
    )


def _wanted(gates: Gates, listed: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Return the places in the core of some gates and of all that they need, from the top down."""
    n_core = len(gates.processing)
    if listed.size > 2 * n_core or n_core == 0:
        return np.arange(n_core, dtype=np.int32)
    needed = np.zeros(n_core, bool)
    fresh = np.unique(listed[:, 0] % n_core).astype(np.int32)
    while len(fresh):
        needed[fresh] = True
        arcs = [gates.down_end[gates.down_ptr[k] : gates.down_ptr[k + 1]] for k in fresh.tolist()]
        above = np.unique(np.concatenate(arcs))
        fresh = above[~needed[above]]
    return np.flatnonzero(needed).astype(np.int32)
