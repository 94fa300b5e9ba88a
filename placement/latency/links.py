"""An index from arrays of links, for those who have no names."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from placement._core import MAX_LATENCY_NS
from placement.latency.index import NetworkIndex, arcs_of
from placement.model.faults import Faults

__all__ = ["index_links"]


class Numbered(Mapping[str, int]):
    """The nodes "0", "1" and so on, and their rows."""

    def __init__(self, n_nodes: int) -> None:
        self._n_nodes = n_nodes

    def __getitem__(self, name: str) -> int:
        if name.isdecimal() and name.isascii() and (name == "0" or name[0] != "0"):
            row = int(name) if len(name) < 20 else self._n_nodes
            if row < self._n_nodes:
                return row
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return map(str, range(self._n_nodes))

    def __len__(self) -> int:
        return self._n_nodes


def index_links(
    tails: ArrayLike,
    heads: ArrayLike,
    latency_ns: ArrayLike,
    *,
    n_nodes: int | None = None,
    processing_ns: ArrayLike | None = None,
    two_way: bool = True,
) -> NetworkIndex:
    """Make a network that is given as arrays ready for latency matrices.

    Parameters
    ----------
    tails, heads : array_like of shape (n_links,), int
        The ends of each link, counted from 0. Links from a node to itself change nothing.
    latency_ns : array_like of shape (n_links,), int, ns
        One way; from 0 to 2,100,000,000.
    n_nodes : int, optional
        How many nodes there are; as many as the links name if left out.
    processing_ns : array_like of shape (n_nodes,), int, ns, optional
        Added where a path passes through a node; from 0 to 2,100,000,000, nothing if left out.
    two_way : bool, default True
        Whether links lead both ways.

    Returns
    -------
    NetworkIndex
        Its nodes are called "0", "1" and so on; they can be given as arrays of integers as well.

    Raises
    ------
    InputError
        If an array does not fit or a value is out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> from placement import index_links, latency_matrix
    >>> index = index_links([0, 1], [1, 2], [3_000_000, 4_000_000])
    >>> latency_matrix(index, np.array([0]), ["2", "0"]).tolist()
    [[7000000, 0]]
    """
    faults = Faults()
    ends = [_integers(one, name, faults) for one, name in ((tails, "tails"), (heads, "heads"))]
    latency = _integers(latency_ns, "latency_ns", faults)
    _fit(latency, "latency_ns", len(ends[0]), MAX_LATENCY_NS, faults)
    if n_nodes is None:
        n_nodes = max((int(one.max(initial=-1)) + 1 for one in ends), default=0)
    for one, name in zip(ends, ("tails", "heads"), strict=True):
        _fit(one, name, len(ends[0]), n_nodes - 1, faults)
    processing: NDArray[np.integer[Any]] = np.zeros(n_nodes, np.int32)
    if processing_ns is not None:
        processing = _integers(processing_ns, "processing_ns", faults)
        _fit(processing, "processing_ns", n_nodes, MAX_LATENCY_NS, faults)
    faults.raise_if_any()
    tail, head = (np.ascontiguousarray(one, np.int32) for one in ends)
    measures = np.ascontiguousarray(latency, np.int32), None, None
    leads_back = np.full(len(tail), two_way, np.uint8)
    out = arcs_of(n_nodes, tail, head, leads_back, measures)
    return NetworkIndex(
        rows=Numbered(n_nodes),
        out=out,
        back=out if two_way else arcs_of(n_nodes, head, tail, leads_back, measures),
        processing=processing.astype(np.int32, copy=processing_ns is not None),
        countries=(None,),
        country=np.zeros(n_nodes, np.int32),
        operators=(None,),
        operator=np.zeros(n_nodes, np.int32),
        link_operator=np.zeros(len(latency), np.int32),
        jitter_groups=(),
        jitter_group=np.broadcast_to(np.int32(-1), len(latency)),
        carried=(None,),
        slices=frozenset(),
        isolated=frozenset(),
        is_symmetric=two_way,
    )


def _integers(given: ArrayLike, place: str, faults: Faults) -> NDArray[np.integer[Any]]:
    array = np.asarray(given)
    if array.ndim == 1 and (array.dtype.kind in "iu" or not array.size):
        return array
    faults.add(place, f"{array.dtype} array of shape {array.shape}; expected integers, one a link")
    return np.empty(0, np.int64)


def _fit(
    array: NDArray[np.integer[Any]], place: str, length: int, most: int, faults: Faults
) -> None:
    if len(array) != length:
        faults.add(place, f"{len(array)} values; expected {length}")
    if not array.size or (array.min() >= 0 and array.max() <= most):
        return
    for i in np.flatnonzero((array < 0) | (array > most)).tolist():
        faults.add(f"{place}[{i}]", f"{array[i]} is out of range; expected 0 to {most}")
