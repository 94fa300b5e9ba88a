"""Which pairs of nodes are near enough, a bit a pair, without the matrix of how near."""

import datetime
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from placement._core import MAX_LATENCY_NS
from placement.latency.arguments import Nodes, array_to_fill, rows_of
from placement.latency.fill import fill_within
from placement.latency.index import NetworkIndex, build_index
from placement.latency.routing import routing_class
from placement.latency.task import Bounds
from placement.model.faults import Faults
from placement.model.network import Network

__all__ = ["pairs_within"]


def pairs_within(
    network: Network | NetworkIndex,
    sources: Nodes = None,
    targets: Nodes = None,
    *,
    source_limit_ns: ArrayLike = MAX_LATENCY_NS,
    target_limit_ns: ArrayLike = MAX_LATENCY_NS,
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    reverse: bool = False,
    threads: int | None = None,
    out: NDArray[np.uint8] | None = None,
    stop: NDArray[np.int64] | None = None,
) -> NDArray[np.uint8]:
    """Return which one-way latencies are within limits, packed to a bit each.

    Parameters
    ----------
    network : Network or NetworkIndex
        Whoever asks more than once makes the index once, with `build_index`.
    sources, targets : iterable of str, or ndarray of int, optional
        Ids of nodes, or their rows in the network's table; all nodes if left out.
    source_limit_ns, target_limit_ns : array_like of int, ns, optional
        A limit for all, or one for each source, and each target; the lesser of a pair's two counts.
        Left out: any path of at most 2.1 s will do.
    slice : str, optional
        Use the links that carry this slice; without one, the links that carry everything.
    transit : iterable of str, optional
        Countries, and groups such as ``"EU"``, that a path may touch; the source is exempt.
    at : datetime.date or str, optional
        The day on which groups of countries are read; today if left out.
    reverse : bool, default False
        Measure from target to source instead; rows are still the sources.
    threads : int, optional
        At most so many; as many as there are processors if left out. The result is the same.
    out : ndarray of shape (n_sources, ceil(n_targets / 8)), uint8, optional
        Where to write the bits.
    stop : ndarray of shape (2,), int64, optional
        As for `latency_matrix`.

    Returns
    -------
    ndarray of shape (n_sources, ceil(n_targets / 8)), uint8
        A bit for each target, in the order of ``numpy.packbits(..., bitorder="little")``; the bits
        after the last target are 0.

    Raises
    ------
    InputError
        If a node, slice or country is not known, or an array does not fit.
    StoppedError
        If `stop` was raised or its deadline passed; what is in `out` is then not to be used.

    Notes
    -----
    It needs a thirty-second of the matrix's memory and, as nothing is written, less time.

    Examples
    --------
    >>> import numpy as np
    >>> from placement import Network, pairs_within
    >>> network = Network.from_links([("paris", "bern", 3), ("bern", "milan", 4)])
    >>> bits = pairs_within(network, ["paris"], ["bern", "milan"], source_limit_ns=5_000_000)
    >>> np.unpackbits(bits, axis=1, count=2, bitorder="little").tolist()
    [[1, 0]]
    """
    index = network if isinstance(network, NetworkIndex) else build_index(network)
    faults = Faults()
    rows = rows_of(index, sources, "sources", faults)
    columns = rows_of(index, targets, "targets", faults)
    routing = routing_class(index, slice, transit, at, faults)
    bounds = Bounds(
        _limits(source_limit_ns, "source_limit_ns", len(rows), faults),
        _limits(target_limit_ns, "target_limit_ns", len(columns), faults),
    )
    within = array_to_fill(out, "out", (len(rows), -(-len(columns) // 8)), np.uint8, faults)
    if threads is not None and threads < 1:
        faults.add("threads", f"{threads} is below 1")
    faults.raise_if_any()
    fill_within(
        index,
        rows,
        columns,
        routing,
        bounds=bounds,
        within=within,
        reverse=reverse,
        threads=threads,
        stop=stop,
    )
    return within


def _limits(given: ArrayLike, place: str, length: int, faults: Faults) -> NDArray[np.uint32]:
    limits: NDArray[Any] = np.asarray(given)
    if limits.dtype.kind not in "iu" or limits.shape not in {(), (length,)}:
        faults.add(
            place,
            f"{limits.dtype} array of shape {limits.shape}; expected whole ns, one or {length}",
        )
        return np.zeros(length, np.uint32)
    for i in np.flatnonzero(limits < 0).tolist():
        faults.add(f"{place}[{i}]", f"{limits.flat[i]} is negative; expected ns from 0 on")
    bounded = np.clip(limits, 0, MAX_LATENCY_NS).astype(np.uint32)
    return np.ascontiguousarray(np.broadcast_to(bounded, (length,)))
