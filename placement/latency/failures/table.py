"""What every single failure does to some round trips."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.latency.arguments import Nodes, array_to_fill, rows_of
from placement.latency.failures.impact import Failure, FailureTable
from placement.latency.failures.round_trips import Parts, fill_failures
from placement.latency.index import NetworkIndex, build_index
from placement.latency.names import names_of
from placement.latency.paths.shortest import node_row, pair_rows
from placement.latency.routing import routing_class
from placement.model.faults import Faults
from placement.model.network import Network
from placement.units import shown

__all__ = ["failure_table"]

Pairs = Iterable[tuple[str, str]] | NDArray[np.integer[Any]]
Links = Iterable[int | tuple[str, str]] | NDArray[np.integer[Any]]


def failure_table(
    network: Network | NetworkIndex,
    pairs: Pairs,
    *,
    links: Links | None = None,
    nodes: Nodes = None,
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    threads: int | None = None,
    out: NDArray[np.int64] | None = None,
    detour: float = 1.4,
    stop: NDArray[np.int64] | None = None,
) -> FailureTable:
    """Return the round trips of some pairs of nodes while one link or node after another fails.

    Parameters
    ----------
    network : Network or NetworkIndex
        Whoever asks more than once makes the index once, with `build_index`.
    pairs : iterable of (origin, end), or ndarray of shape (n_pairs, 2), integers
        Ids of nodes; or their rows in the table.
    links : iterable of int or (source, target), or ndarray of integers, optional
        The links that fail, each alone: their rows in the network's table, or the ids of their ends. A
        link that leads both ways fails in both.
    nodes : iterable of str, or ndarray of integers, optional
        The nodes that fail, each alone and with all of its links: ids, or rows in the table. All links,
        and no nodes, if `links` and `nodes` are left out.
    slice : str, optional
        Use the links that carry this slice; without one, the links that carry everything.
    transit : iterable of str, optional
        Countries, and groups such as ``"EU"``, that a path may touch. The origin is exempt, out and
        back. Left out: anything.
    at : datetime.date or str, optional
        The day on which groups of countries are read; today if left out.
    threads : int, optional
        At most so many; as many as there are processors if left out. The result is the same.
    out : ndarray of shape (n_failures, n_pairs), int64, optional
        Where to write the round trips.
    detour : float, default 1.4
        As for `build_index`; not used if an index is given.
    stop : ndarray of shape (2,), int64, optional
        A stop token, as for `latency_matrix`.

    Returns
    -------
    FailureTable
        A row for each link and then for each node, in the order in which they were given.

    Raises
    ------
    InputError
        If a node, link, slice or country is not known, a link or node is listed twice, several links
        lead between two ends, an array does not fit, or a detour is too long.
    StoppedError
        If `stop` was raised or its deadline passed; what is in `out` is then not to be used.

    Notes
    -----
    A failure does nothing to the pairs whose shortest paths do not use what fails. For the others, the few
    arcs of the elimination tree that it changes are worked out again, from the one that the link lies on
    upwards; and sixteen failures at a time the pairs that use them walk up that tree. On a network of
    telecom shape a failure costs some microseconds, and 8 bytes a pair.

    Examples
    --------
    >>> from placement import Network, failure_table
    >>> network = Network.from_links([("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)])
    >>> table = failure_table(network, [("paris", "milan")], nodes=["bern"])
    >>> table.rtt_ns.tolist(), table.healthy_ns.tolist()
    ([[19000000]], [14000000])
    >>> print(failure_table(network, [("paris", "milan"), ("bern", "milan")]))
    3 failures × 2 pairs · no pair loses its path
    failure                 pair              ms      ms then
    link 1 (bern – milan)   bern → milan    8.000000  25.000000
    link 0 (paris – bern)   paris → milan  14.000000  19.000000
    link 1 (bern – milan)   paris → milan  14.000000  19.000000
    """
    index = network if isinstance(network, NetworkIndex) else build_index(network, detour=detour)
    faults = Faults()
    ends = pair_rows(index, pairs, faults)
    parts = Parts(
        links=_distinct(_link_rows(index, links, nodes is None, faults), "links", faults),
        nodes=_distinct(
            np.empty(0, np.int32) if nodes is None else rows_of(index, nodes, "nodes", faults),
            "nodes",
            faults,
        ),
    )
    routing = routing_class(index, slice, transit, at, faults)
    rtt = array_to_fill(out, "out", (len(parts), len(ends)), np.int64, faults)
    if threads is not None and threads < 1:
        faults.add("threads", f"{threads} is below 1")
    faults.raise_if_any()
    healthy = fill_failures(index, ends, parts, routing, out=rtt, threads=threads, stop=stop)
    names = names_of(index)
    return FailureTable(
        rtt_ns=rtt,
        healthy_ns=healthy,
        failures=_failures(index, parts, names),
        pairs=tuple((names[origin], names[end]) for origin, end in ends.tolist()),
    )


def _link_rows(
    index: NetworkIndex, links: Links | None, all_of_them: bool, faults: Faults
) -> NDArray[np.int32]:
    """Return the rows of links in the network's table."""
    n_links = len(index.link_operator)
    if links is None:
        return np.arange(n_links if all_of_them else 0, dtype=np.int32)
    found = []
    for i, link in enumerate(links.tolist() if isinstance(links, np.ndarray) else links):
        place = f"links[{i}]"
        if isinstance(link, (tuple, list)) and len(link) == 2:
            found += _link_between(index, link, place, faults)
        elif not isinstance(link, (int, np.integer)) or isinstance(link, bool):
            faults.add(place, f"{shown(link)}; expected a row, or a source and a target")
        elif not 0 <= link < n_links:
            faults.add(place, f"{link} is no row of {n_links} links")
        else:
            found.append(int(link))
    return np.array(found, np.int32)


def _link_between(
    index: NetworkIndex, ends: Sequence[str], place: str, faults: Faults
) -> list[int]:
    """Return the row of the link that leads from one node to another, in a list; or none and a fault."""
    rows = [node_row(index, name, f"{place}[{k}]", faults) for k, name in enumerate(ends)]
    if min(rows) < 0:
        return []
    arcs = range(*index.out.indptr[rows[0] : rows[0] + 2].tolist())
    found = sorted({int(index.out.link[arc]) for arc in arcs if index.out.heads[arc] == rows[1]})
    if len(found) == 1:
        return found
    names = " to ".join(shown(name) for name in ends)
    told = f"links {found} lead from {names}; expected the row of one" if found else ""
    faults.add(place, told or f"no link leads from {names}")
    return []


def _distinct(rows: NDArray[np.int32], place: str, faults: Faults) -> NDArray[np.int32]:
    first = np.unique(rows, return_index=True)[1]
    for i in np.setdiff1d(np.arange(len(rows)), first).tolist():
        faults.add(f"{place}[{i}]", "is listed twice")
    return rows


def _failures(index: NetworkIndex, parts: Parts, names: tuple[str, ...]) -> tuple[Failure, ...]:
    tails = np.repeat(np.arange(len(index.rows), dtype=np.int32), np.diff(index.out.indptr))
    ends = np.full((len(index.link_operator), 2), -1, np.int32)
    n_ways = np.bincount(index.out.link, minlength=len(ends))
    # Of a link that leads both ways, the end that comes first in the table of nodes.
    ends[index.out.link[::-1]] = np.stack([tails, index.out.heads], axis=1)[::-1]
    links = parts.links
    return (
        *(
            Failure(link=link, ends=(names[tail], names[head]), both_ways=ways == 2)
            for link, (tail, head), ways in zip(
                links.tolist(), ends[links].tolist(), n_ways[links].tolist(), strict=True
            )
        ),
        *(Failure(node=names[row]) for row in parts.nodes.tolist()),
    )
