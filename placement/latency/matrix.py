"""The latencies from some nodes to others."""

import datetime
from collections.abc import Iterable
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from placement.errors import Fault, InputError
from placement.latency.fill import fill_matrix
from placement.latency.index import NetworkIndex, build_index
from placement.latency.routing import routing_class
from placement.model.faults import Faults
from placement.model.network import Network

__all__ = ["latency_matrix"]

Latencies = NDArray[np.int32]
Variances = NDArray[np.int64]


@overload
def latency_matrix(
    network: Network | NetworkIndex,
    sources: Iterable[str] | None = None,
    targets: Iterable[str] | None = None,
    *,
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    jitter: Literal[False] = False,
    reverse: bool = False,
    threads: int | None = None,
    out: Latencies | None = None,
    out_variance: None = None,
    detour: float = 1.4,
    stop: NDArray[np.int64] | None = None,
) -> Latencies: ...
@overload
def latency_matrix(
    network: Network | NetworkIndex,
    sources: Iterable[str] | None = None,
    targets: Iterable[str] | None = None,
    *,
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    jitter: Literal[True],
    reverse: bool = False,
    threads: int | None = None,
    out: Latencies | None = None,
    out_variance: Variances | None = None,
    detour: float = 1.4,
    stop: NDArray[np.int64] | None = None,
) -> tuple[Latencies, Variances]: ...
def latency_matrix(
    network: Network | NetworkIndex,
    sources: Iterable[str] | None = None,
    targets: Iterable[str] | None = None,
    *,
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    jitter: bool = False,
    reverse: bool = False,
    threads: int | None = None,
    out: Latencies | None = None,
    out_variance: Variances | None = None,
    detour: float = 1.4,
    stop: NDArray[np.int64] | None = None,
) -> Latencies | tuple[Latencies, Variances]:
    """Return the one-way latencies of the shortest paths from some nodes to others.

    Parameters
    ----------
    network : Network or NetworkIndex
        Whoever asks more than once makes the index once, with `build_index`.
    sources, targets : iterable of str, optional
        Ids of nodes, a row and a column each; all nodes in the order of the table if left out.
    slice : str, optional
        Use the links that carry this slice; without one, the links that carry everything.
    transit : iterable of str, optional
        Countries, and groups such as ``"EU"``, that a path may touch. The row's own source is
        exempt. A node of unknown country is in no such set. Left out: anything.
    at : datetime.date or str, optional
        The day on which groups of countries are read, such as ``"2026-11-24"``; today if left out.
    jitter : bool, default False
        Return the variances as well; among paths of equal latency the smallest counts.
    reverse : bool, default False
        Measure from target to source instead; rows are still the sources.
    threads : int, optional
        At most so many; as many as there are processors if left out. The result is the same.
    out : ndarray of shape (n_sources, n_targets), int32, optional
        Where to write the latencies.
    out_variance : ndarray of shape (n_sources, n_targets), int64, optional
        Where to write the variances, with `jitter`.
    detour : float, default 1.4
        As for `build_index`; not used if an index is given.
    stop : ndarray of shape (2,), int64, optional
        A deadline on the scale of `time.monotonic_ns` (2**63 - 1: none), and a word that another
        thread sets to anything but 0 to cancel.

    Returns
    -------
    latency : ndarray of shape (n_sources, n_targets), int32, ns
        `UNREACHABLE_NS` where no path of at most 2.1 s exists.
    variance : ndarray of shape (n_sources, n_targets), int64, ns²
        Only with `jitter`. Saturates at 2**62, its value where there is no path.

    Raises
    ------
    InputError
        If a node, slice or country is not known, an array does not fit, or a detour is too long.
    StoppedError
        If `stop` was raised or its deadline passed; what is in `out` is then not to be used.

    Notes
    -----
    At most O((n_nodes + n_links) log n_links) a source. A kernel looks at `stop` every few
    milliseconds, and an interrupt from the keyboard ends the call as soon.

    Examples
    --------
    >>> from placement import Network, latency_matrix
    >>> network = Network.from_links(
    ...     [("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)],
    ...     countries={"paris": "FR", "bern": "CH", "milan": "IT"})
    >>> latency_matrix(network, ["paris"], ["milan", "bern"]).tolist()
    [[7000000, 3000000]]
    >>> latency_matrix(network, ["paris"], ["milan"], transit=["EU"]).tolist()
    [[9500000]]
    """
    index = network if isinstance(network, NetworkIndex) else build_index(network, detour=detour)
    faults = Faults()
    rows = _rows(index, sources, "sources", faults)
    columns = _rows(index, targets, "targets", faults)
    routing = routing_class(index, slice, transit, at, faults)
    shape = len(rows), len(columns)
    latency = _matrix(out, "out", shape, np.int32, faults)
    variance = _matrix(out_variance, "out_variance", shape, np.int64, faults) if jitter else None
    if out_variance is not None and not jitter:
        faults.add("out_variance", "given without jitter; expected jitter=True")
    if threads is not None and threads < 1:
        faults.add("threads", f"{threads} is below 1")
    faults.raise_if_any()
    fill_matrix(
        index,
        rows,
        columns,
        routing,
        out=latency,
        out_variance=variance,
        reverse=reverse,
        threads=threads,
        stop=stop,
    )
    return latency if variance is None else (latency, variance)


def _rows(
    index: NetworkIndex, names: Iterable[object] | None, place: str, faults: Faults
) -> NDArray[np.int32]:
    if names is None:
        return np.arange(len(index.rows), dtype=np.int32)
    if isinstance(names, str):
        raise InputError([Fault(place, f'"{names}" is one id; expected an iterable of them')])
    found = []
    for i, name in enumerate(names):
        row = index.rows.get(name, -1) if isinstance(name, str) else -1
        if row < 0:
            faults.unknown(f"{place}[{i}]", str(name), index.rows, "a node")
        found.append(row)
    return np.array(found, np.int32)


def _matrix(
    given: Any, place: str, shape: tuple[int, ...], dtype: type[Any], faults: Faults
) -> NDArray[Any]:
    if given is None:
        return np.empty(shape, dtype)
    wanted = f"expected a writable C-contiguous {np.dtype(dtype)} array of shape {shape}"
    if not isinstance(given, np.ndarray):
        faults.add(place, f"{type(given).__name__}; {wanted}")
        return np.empty(0, dtype)
    if given.dtype != dtype or given.shape != shape:
        faults.add(place, f"{given.dtype} array of shape {given.shape}; {wanted}")
    elif not (given.flags.c_contiguous and given.flags.writeable):
        faults.add(place, f"not contiguous or not writable; {wanted}")
    return given
