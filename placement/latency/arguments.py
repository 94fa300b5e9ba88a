"""Read what callers of the matrices hand in: names of nodes, and arrays to be filled."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.errors import Fault, InputError
from placement.latency.index import NetworkIndex
from placement.model.faults import Faults

__all__ = ["Nodes", "array_to_fill", "rows_of"]

Nodes = Iterable[str] | NDArray[np.integer[Any]] | None


def rows_of(index: NetworkIndex, nodes: Nodes, place: str, faults: Faults) -> NDArray[np.int32]:
    """Return the rows of some nodes in the index.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    nodes : iterable of str, or ndarray of integers, or None
        Ids, or rows as they are; None means all nodes in their order.
    place : str
        What the caller calls them.
    faults : Faults
        Takes what is not a node.

    Returns
    -------
    ndarray of shape (n_given,), int32

    Raises
    ------
    InputError
        If a single id was given in place of several.
    """
    n_nodes = len(index.rows)
    if nodes is None:
        return np.arange(n_nodes, dtype=np.int32)
    if isinstance(nodes, str):
        raise InputError([Fault(place, f'"{nodes}" is one id; expected an iterable of them')])
    if isinstance(nodes, np.ndarray) and nodes.dtype.kind in "iu":
        return _checked(nodes, n_nodes, place, faults)
    names = list(nodes)
    found = [index.rows.get(name, -1) if isinstance(name, str) else -1 for name in names]
    if -1 in found:
        for i, row in enumerate(found):
            if row < 0:
                faults.unknown(f"{place}[{i}]", str(names[i]), index.rows, "a node")
    return np.array(found, np.int32)


def _checked(
    rows: NDArray[np.integer[Any]], n_nodes: int, place: str, faults: Faults
) -> NDArray[np.int32]:
    if rows.ndim != 1:
        faults.add(place, f"array of {rows.ndim} dimensions; expected one of rows of nodes")
        return np.empty(0, np.int32)
    for i in np.flatnonzero((rows < 0) | (rows >= n_nodes)).tolist():
        faults.add(f"{place}[{i}]", f"{rows[i]} is no row of a node; expected 0 to {n_nodes - 1}")
    return rows.astype(np.int32)


def array_to_fill(
    given: Any, place: str, shape: tuple[int, ...], dtype: type[Any], faults: Faults
) -> NDArray[Any]:
    """Return the caller's array, if it fits, or a fresh one."""
    if given is None:
        return np.empty(shape, dtype)
    wanted = f"expected a writable C-contiguous {np.dtype(dtype)} array of shape {shape}"
    if not isinstance(given, np.ndarray):
        faults.add(place, f"{type(given).__name__}; {wanted}")
        return np.empty(0, dtype)
    if given.dtype != dtype or given.shape != shape:
        faults.add(place, f"{given.dtype} array of shape {given.shape}; {wanted}")
    elif not given.flags.carray:
        faults.add(place, f"not contiguous, not aligned or not writable; {wanted}")
    return given
