"""The latencies from some nodes to others."""

import datetime
from collections.abc import Iterable
from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from placement.latency.arguments import Nodes, array_to_fill, rows_of
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
    sources: Nodes = None,
    targets: Nodes = None,
    *,
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    jitter: Literal[False] = False,
    reverse: bool = False,
    major: Literal["sources", "targets"] = "sources",
    threads: int | None = None,
    out: Latencies | None = None,
    out_variance: None = None,
    detour: float = 1.4,
    stop: NDArray[np.int64] | None = None,
) -> Latencies: ...
@overload
def latency_matrix(
    network: Network | NetworkIndex,
    sources: Nodes = None,
    targets: Nodes = None,
    *,
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    jitter: Literal[True],
    reverse: bool = False,
    major: Literal["sources", "targets"] = "sources",
    threads: int | None = None,
    out: Latencies | None = None,
    out_variance: Variances | None = None,
    detour: float = 1.4,
    stop: NDArray[np.int64] | None = None,
) -> tuple[Latencies, Variances]: ...
def latency_matrix(
    network: Network | NetworkIndex,
    sources: Nodes = None,
    targets: Nodes = None,
    *,
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    jitter: bool = False,
    reverse: bool = False,
    major: Literal["sources", "targets"] = "sources",
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
    sources, targets : iterable of str, or ndarray of int, optional
        Ids of nodes, or their rows in the network's table, a row and a column each; all nodes in
        the order of the table if left out.
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
    major : {'sources', 'targets'}, default 'sources'
        With 'targets' the matrices are turned round, a row a target, and as quickly made.
    threads : int, optional
        At most so many; as many as there are processors if left out. The result is the same.
    out : ndarray of shape (n_sources, n_targets), int32, optional
        Where to write the latencies. Memory that has been used before is filled sooner.
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
    At most O((n_nodes + n_links) log n_links) a source; far less where the nodes of the network can be
    eliminated, which `index.shape` tells. A kernel looks at `stop` every few
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
    rows = rows_of(index, sources, "sources", faults)
    columns = rows_of(index, targets, "targets", faults)
    routing = routing_class(index, slice, transit, at, faults)
    by_target = major == "targets"
    shape = (len(columns), len(rows)) if by_target else (len(rows), len(columns))
    latency = array_to_fill(out, "out", shape, np.int32, faults)
    variance = None
    if jitter:
        variance = array_to_fill(out_variance, "out_variance", shape, np.int64, faults)
    if out_variance is not None and not jitter:
        faults.add("out_variance", "given without jitter; expected jitter=True")
    if threads is not None and threads < 1:
        faults.add("threads", f"{threads} is below 1")
    if major not in {"sources", "targets"}:
        faults.add("major", f'"{major}"; expected "sources" or "targets"')
    faults.raise_if_any()
    fill_matrix(
        index,
        columns if by_target else rows,
        rows if by_target else columns,
        routing,
        out=latency,
        out_variance=variance,
        # Lines of targets are what the network gives turned round.
        reverse=reverse != by_target,
        exempt="columns" if by_target else "rows",
        threads=threads,
        stop=stop,
    )
    return latency if variance is None else (latency, variance)
