"""Shortest paths: not only how long they are, but where they lead."""

import datetime
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.latency.index import NetworkIndex, build_index
from placement.latency.paths.path import Path
from placement.latency.paths.trace import Paths, trace
from placement.latency.routing import routing_class
from placement.model.faults import Faults
from placement.model.network import Network
from placement.units import shown

__all__ = ["node_row", "pair_rows", "shortest_path", "shortest_paths"]


def shortest_path(
    network: Network | NetworkIndex,
    source: str,
    target: str,
    *,
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    jitter: bool = False,
    reverse: bool = False,
    detour: float = 1.4,
    stop: NDArray[np.int64] | None = None,
) -> Path | None:
    """Return the shortest path from one node to another: the one that `latency_matrix` measures.

    Parameters
    ----------
    network : Network or NetworkIndex
        Whoever asks more than once makes the index once, with `build_index`.
    source, target : str
        Ids of nodes.
    slice : str, optional
        Use the links that carry this slice; without one, the links that carry everything.
    transit : iterable of str, optional
        Countries, and groups such as ``"EU"``, that the path may touch. The source is exempt. Left
        out: anything.
    at : datetime.date or str, optional
        The day on which groups of countries are read; today if left out.
    jitter : bool, default False
        Among paths of equal latency the one with the smallest variance counts.
    reverse : bool, default False
        Find the path from target to source instead; the source is still the one that is exempt.
    detour : float, default 1.4
        As for `build_index`; not used if an index is given.
    stop : ndarray of shape (2,), int64, optional
        A deadline on the scale of `time.monotonic_ns` (2**63 - 1: none), and a word that another
        thread sets to anything but 0 to cancel.

    Returns
    -------
    Path or None
        In the order of travel; None where no path of at most 2.1 s exists.

    Raises
    ------
    InputError
        If a node, slice or country is not known, or a detour is too long.
    StoppedError
        If `stop` was raised or its deadline passed.

    Notes
    -----
    Of several shortest paths the one with the fewest links counts; of those the one whose ids, read
    from the source, come first in alphabetical order; of parallel links the quickest, then the one
    that varies least, then the first in the table. So the order of the tables decides nothing but
    between links that are alike.

    It takes as long as a row of the matrix.

    Examples
    --------
    >>> from placement import Network, shortest_path
    >>> network = Network.from_links(
    ...     [("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)],
    ...     countries={"paris": "FR", "bern": "CH", "milan": "IT"})
    >>> print(shortest_path(network, "paris", "milan"))
    paris → bern → milan · 7.000000 ms · FR, CH, IT
    >>> print(shortest_path(network, "paris", "milan", transit=["EU"]))
    paris → milan · 9.500000 ms · FR, IT
    """
    index = network if isinstance(network, NetworkIndex) else build_index(network, detour=detour)
    faults = Faults()
    ends = [
        node_row(index, name, place, faults)
        for name, place in ((source, "source"), (target, "target"))
    ]
    routing = routing_class(index, slice, transit, at, faults)
    faults.raise_if_any()
    rows = np.array(ends, np.int32)
    return trace(
        index, rows[:1], rows[1:], routing, jitter=jitter, reverse=reverse, threads=1, stop=stop
    )[0]


def shortest_paths(
    network: Network | NetworkIndex,
    pairs: Iterable[tuple[str, str]] | NDArray[np.integer[Any]],
    *,
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    jitter: bool = False,
    reverse: bool = False,
    threads: int | None = None,
    detour: float = 1.4,
    stop: NDArray[np.int64] | None = None,
) -> Paths:
    """Return the shortest paths of many pairs of nodes.

    Parameters
    ----------
    network : Network or NetworkIndex
        Whoever asks more than once makes the index once, with `build_index`.
    pairs : iterable of (source, target), or ndarray of shape (n_pairs, 2), integers
        Ids of nodes; or their rows in the table.
    slice : str, optional
        Use the links that carry this slice; without one, the links that carry everything.
    transit : iterable of str, optional
        Countries, and groups such as ``"EU"``, that a path may touch. Its source is exempt. Left out:
        anything.
    at : datetime.date or str, optional
        The day on which groups of countries are read; today if left out.
    jitter : bool, default False
        Among paths of equal latency the one with the smallest variance counts.
    reverse : bool, default False
        Find the paths from target to source instead; the source is still the one that is exempt.
    threads : int, optional
        At most so many; as many as there are processors if left out. The result is the same.
    detour : float, default 1.4
        As for `build_index`; not used if an index is given.
    stop : ndarray of shape (2,), int64, optional
        A deadline on the scale of `time.monotonic_ns` (2**63 - 1: none), and a word that another
        thread sets to anything but 0 to cancel.

    Returns
    -------
    Paths
        A sequence of `Path`, or None where no path of at most 2.1 s exists, in the order of the pairs.

    Raises
    ------
    InputError
        If a node, slice or country is not known, or a detour is too long.
    StoppedError
        If `stop` was raised or its deadline passed.

    Notes
    -----
    Which of several shortest paths counts is as for `shortest_path`. Pairs with the same source share
    one row of latencies; some 64 MB of rows are in memory at a time, and 8 bytes for each link of each
    path.

    Examples
    --------
    >>> from placement import Network, shortest_paths
    >>> network = Network.from_links([("paris", "bern", 3), ("bern", "milan", 4)])
    >>> paths = shortest_paths(network, [("paris", "milan"), ("milan", "bern")])
    >>> [path.nodes for path in paths]
    [('paris', 'bern', 'milan'), ('milan', 'bern')]
    >>> paths.latency_ns.tolist()
    [7000000, 4000000]
    """
    index = network if isinstance(network, NetworkIndex) else build_index(network, detour=detour)
    faults = Faults()
    rows = pair_rows(index, pairs, faults)
    routing = routing_class(index, slice, transit, at, faults)
    if threads is not None and threads < 1:
        faults.add("threads", f"{threads} is below 1")
    faults.raise_if_any()
    sources, targets = (np.ascontiguousarray(rows[:, end]) for end in (0, 1))
    return trace(
        index,
        sources,
        targets,
        routing,
        jitter=jitter,
        reverse=reverse,
        threads=threads,
        stop=stop,
    )


def node_row(index: NetworkIndex, name: object, place: str, faults: Faults) -> int:
    """Return the row of a node; -1, and a fault, if it is not known."""
    row = index.rows.get(name, -1) if isinstance(name, str) else -1
    if row < 0:
        faults.unknown(place, str(name), index.rows, "a node")
    return row


def pair_rows(index: NetworkIndex, pairs: Any, faults: Faults) -> NDArray[np.int32]:
    """Return the rows of pairs of nodes, as an array of shape (n_pairs, 2); faults if any are not known."""
    if isinstance(pairs, np.ndarray) and pairs.dtype.kind in "iu":
        return _checked(index, pairs, faults)
    found = []
    for i, pair in enumerate(pairs):
        if isinstance(pair, str) or len(pair) != 2:
            faults.add(f"pairs[{i}]", f"{shown(pair)}; expected a source and a target")
            continue
        ends = enumerate(pair)
        found.append([node_row(index, name, f"pairs[{i}][{end}]", faults) for end, name in ends])
    return np.array(found, np.int32).reshape(-1, 2)


def _checked(
    index: NetworkIndex, pairs: NDArray[np.integer[Any]], faults: Faults
) -> NDArray[np.int32]:
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        faults.add("pairs", f"array of shape {pairs.shape}; expected (n_pairs, 2)")
        return np.empty((0, 2), np.int32)
    n_nodes = len(index.rows)
    for i, end in np.argwhere((pairs < 0) | (pairs >= n_nodes)).tolist():
        faults.add(f"pairs[{i}][{end}]", f"{pairs[i, end]} is no row of {n_nodes} nodes")
    return pairs.astype(np.int32)
