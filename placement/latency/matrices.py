"""The latencies from some nodes to others, for several routing classes at once."""

import datetime
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from placement.latency.arguments import Nodes, array_to_fill, rows_of
from placement.latency.classes import weigh_together
from placement.latency.fill import fill_matrix
from placement.latency.index import NetworkIndex, build_index
from placement.latency.routing import RoutingClass, routing_class
from placement.model import parse
from placement.model.faults import Faults
from placement.model.network import Network

__all__ = ["latency_matrices"]


def latency_matrices(
    network: Network | NetworkIndex,
    sources: Nodes = None,
    targets: Nodes = None,
    *,
    classes: Iterable[tuple[str | None, str | Iterable[str] | None]],
    at: datetime.date | str | None = None,
    reverse: bool = False,
    threads: int | None = None,
    out: NDArray[np.int32] | None = None,
    detour: float = 1.4,
    stop: NDArray[np.int64] | None = None,
) -> NDArray[np.int32]:
    """Return what `latency_matrix` returns, for several routing classes.

    Parameters
    ----------
    network : Network or NetworkIndex
        Whoever asks more than once makes the index once, with `build_index`.
    sources, targets : iterable of str, or ndarray of int, optional
        Ids of nodes, or their rows in the network's table, a row and a column each; all nodes in
        the order of the table if left out.
    classes : iterable of (slice, transit)
        Of each class the slice that its links must carry, and the countries and groups that its paths
        may touch; None as where `latency_matrix` leaves them out.
    at : datetime.date or str, optional
        The day on which groups of countries are read, such as ``"2026-11-24"``; today if left out.
    reverse : bool, default False
        Measure from target to source instead; rows are still the sources.
    threads : int, optional
        At most so many; as many as there are processors if left out. The result is the same.
    out : ndarray of shape (n_classes, n_sources, n_targets), int32, optional
        Where to write the latencies.
    detour : float, default 1.4
        As for `build_index`; not used if an index is given.
    stop : ndarray of shape (2,), int64, optional
        A stop token, as for `latency_matrix`.

    Returns
    -------
    ndarray of shape (n_classes, n_sources, n_targets), int32, ns
        `UNREACHABLE_NS` where no path of at most 2.1 s exists.

    Raises
    ------
    InputError
        If a node, slice or country is not known, an array does not fit, or a detour is too long.
    StoppedError
        If `stop` was raised or its deadline passed; what is in `out` is then not to be used.

    Notes
    -----
    The arcs of the network's elimination tree are made ready for sixteen classes in one pass, which takes
    little longer than for one.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016.

    Examples
    --------
    >>> from placement import Network, latency_matrices
    >>> network = Network.from_links(
    ...     [("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)],
    ...     countries={"paris": "FR", "bern": "CH", "milan": "IT"})
    >>> latency_matrices(network, ["paris"], ["milan"], classes=[(None, None), (None, "EU")]).tolist()
    [[[7000000]], [[9500000]]]
    """
    index = network if isinstance(network, NetworkIndex) else build_index(network, detour=detour)
    faults = Faults()
    rows = rows_of(index, sources, "sources", faults)
    columns = rows_of(index, targets, "targets", faults)
    routing = _routing(index, classes, at, faults)
    shape = len(routing), len(rows), len(columns)
    latency = array_to_fill(out, "out", shape, np.int32, faults)
    if threads is not None and threads < 1:
        faults.add("threads", f"{threads} is below 1")
    faults.raise_if_any()
    weighed = weigh_together(index, routing, len(rows))
    for one, matrix in zip(weighed, latency, strict=True):
        fill_matrix(
            index, rows, columns, one, out=matrix, reverse=reverse, threads=threads, stop=stop
        )
    return latency


def _routing(
    index: NetworkIndex,
    classes: Iterable[tuple[str | None, str | Iterable[str] | None]],
    at: datetime.date | str | None,
    faults: Faults,
) -> list[RoutingClass]:
    found = []
    day = None
    try:
        day = None if at is None else parse.date(at)
    except ValueError as error:
        faults.add_error("at", error)
    for i, one in enumerate(classes):
        if not isinstance(one, tuple) or len(one) != 2:
            faults.add(f"classes[{i}]", f"{one!r}; expected a pair (slice, transit)")
            continue
        found.append(routing_class(index, *one, day, faults, place=f"classes[{i}]."))
    return found
