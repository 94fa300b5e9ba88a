"""Two paths that no single failure cuts both: the pair whose longer round trip is shortest."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from placement.latency.deal import deal_rows
from placement.latency.index import NetworkIndex, build_index
from placement.latency.names import rank_of
from placement.latency.paths.duplex import Duplex, duplex
from placement.latency.paths.pair_search import Found, Question, Steps, search_pair
from placement.latency.paths.path import Path, make_path
from placement.latency.paths.shortest import node_row
from placement.latency.routing import routing_class
from placement.model.faults import Faults
from placement.model.network import Network
from placement.units import shown

__all__ = ["DisjointPaths", "RoundTrip", "disjoint_paths"]

# Some seconds of searching.
WORK_LIMIT = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """A path, and the same way back.

    Parameters
    ----------
    out : Path
        From the source to the target.
    back : Path
        From the target to the source: over the same links, or one-way links between the same nodes.
    """

    out: Path
    back: Path

    @property
    def rtt_ns(self) -> int:
        """How long it takes there and back."""
        return self.out.latency_ns + self.back.latency_ns

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it.

        Returns
        -------
        dict
            `rtt_ns`, and both directions.
        """
        return {"rtt_ns": self.rtt_ns, "out": self.out.to_dict(), "back": self.back.to_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisjointPaths:
    """What is known of the best pair of disjoint paths.

    Parameters
    ----------
    by : {'links', 'nodes'}
        What the two paths do not share.
    paths : tuple of RoundTrip
        Two, the shorter one first; none if no pair was found.
    bound_ns : int or None
        In no pair does the longer round trip take less than that; None: it is proved that there is no
        pair.
    is_optimal : bool
        Whether the search was finished: no pair has a shorter longer round trip, nor an equal one and
        a smaller sum; or there is no pair.
    work : int
        How many links were looked at.
    """

    by: Literal["links", "nodes"]
    paths: tuple[RoundTrip, ...]
    bound_ns: int | None
    is_optimal: bool
    work: int

    @property
    def worst_rtt_ns(self) -> int | None:
        """How long the longer of the two takes there and back; None without a pair."""
        return self.paths[1].rtt_ns if self.paths else None


def disjoint_paths(
    network: Network | NetworkIndex,
    source: str,
    target: str,
    *,
    by: Literal["links", "nodes"] = "links",
    slice: str | None = None,
    transit: str | Iterable[str] | None = None,
    at: datetime.date | str | None = None,
    work_limit: int = WORK_LIMIT,
    detour: float = 1.4,
    stop: NDArray[np.int64] | None = None,
) -> DisjointPaths:
    """Return the pair of disjoint paths whose longer round trip is shortest.

    Parameters
    ----------
    network : Network or NetworkIndex
        Whoever asks more than once makes the index once, with `build_index`.
    source, target : str
        Ids of nodes.
    by : {'links', 'nodes'}, default 'links'
        Whether they may share no link, or no node but their ends (and no link) either.
    slice : str, optional
        Use the links that carry this slice; without one, the links that carry everything.
    transit : iterable of str, optional
        Countries, and groups such as ``"EU"``, that the paths may touch. The source is exempt. Left
        out: anything.
    at : datetime.date or str, optional
        The day on which groups of countries are read; today if left out.
    work_limit : int, default 100,000,000
        How many links to look at before the best pair so far is returned with a bound. The same
        limit gives the same pair on any machine.
    detour : float, default 1.4
        As for `build_index`; not used if an index is given.
    stop : ndarray of shape (2,), int64, optional
        A deadline on the scale of `time.monotonic_ns` (2**63 - 1: none), and a word that another
        thread sets to anything but 0 to cancel.

    Returns
    -------
    DisjointPaths
        Two paths or none, a bound, and whether the search was finished. Among pairs with equally long
        longer round trips the least sum counts.

    Raises
    ------
    InputError
        If a node, slice or country is not known, or a number is out of range.
    StoppedError
        If `stop` was raised or its deadline passed.

    Notes
    -----
    A path leads there and back over the same links, and a two-way link is one link; a one-way link
    counts only together with one that leads back between the same two nodes, the quickest with the
    quickest and so on. The order of the tables decides nothing but between links that are alike.

    The pair of least sum takes two searches (Suurballe, Bhandari) and bounds the longer round trip by
    half the sum. To make the longer one shortest is NP-hard (Li and others, 1990): from there on it
    is branch and bound over how the first path begins, best bound first, each beginning with a pair of
    least sum of its own. Networks of operators take milliseconds.

    References
    ----------
    Li, C.-L., McCormick, S. T. and Simchi-Levi, D., "The complexity of finding two disjoint paths with
    min-max objective function", Discrete Applied Mathematics 26, 1990.
    Suurballe, J. W., "Disjoint paths in a network", Networks 4, 1974.
    Bhandari, R., "Survivable networks: algorithms for diverse routing", Kluwer, 1999.

    Examples
    --------
    >>> from placement import Network, disjoint_paths
    >>> network = Network.from_links(
    ...     [("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)])
    >>> pair = disjoint_paths(network, "paris", "milan")
    >>> [(trip.out.nodes, trip.rtt_ns) for trip in pair.paths]
    [(('paris', 'bern', 'milan'), 14000000), (('paris', 'milan'), 19000000)]
    >>> pair.worst_rtt_ns == pair.bound_ns, pair.is_optimal
    (True, True)
    """
    index = network if isinstance(network, NetworkIndex) else build_index(network, detour=detour)
    faults = Faults()
    start = node_row(index, source, "source", faults)
    end = node_row(index, target, "target", faults)
    routing = routing_class(index, slice, transit, at, faults)
    if by not in {"links", "nodes"}:
        faults.add("by", f'{shown(by)}; expected "links" or "nodes"')
    if isinstance(work_limit, bool) or not isinstance(work_limit, int) or work_limit < 0:
        faults.add("work_limit", f"{shown(work_limit)}; expected a whole number ≥ 0")
    faults.raise_if_any()
    if start == end:
        empty = RoundTrip(out=_path(index, [start], []), back=_path(index, [start], []))
        return DisjointPaths(by=by, paths=(empty, empty), bound_ns=0, is_optimal=True, work=0)
    edges, rank = duplex(index, routing.slice), rank_of(index)
    node_open, processing = np.empty(len(rank), np.uint8), np.empty(len(rank), np.int32)
    node_open[rank], processing[rank] = routing.node_open(index), index.processing
    node_open[rank[start]] = 1
    question = Question(
        edges=edges,
        node_open=node_open,
        processing=processing,
        source=int(rank[start]),
        target=int(rank[end]),
        by_nodes=by == "nodes",
    )
    found = _search(question, work_limit, stop)
    trips = [_round_trip(index, edges, start, path) for path in found.paths]
    trips.sort(key=lambda trip: (trip.rtt_ns, trip.out.nodes))
    return DisjointPaths(
        by=by,
        paths=tuple(trips),
        bound_ns=found.bound_ns,
        is_optimal=found.finished,
        work=found.work,
    )


def _search(question: Question, work_limit: int, stop: NDArray[np.int64] | None) -> Found:
    """Search, in a way that an interrupt from the keyboard can stop."""
    answers: list[Found] = []

    def fill(_begin: int, _end: int, token: NDArray[np.int64]) -> bool:
        found = search_pair(question, work_limit, token)
        if found is not None:
            answers.append(found)
        return found is not None

    work = len(question.edges.one) + work_limit
    deal_rows(fill, 1, work_per_row=work, threads=1, stop=stop)
    return answers[0]


def _round_trip(index: NetworkIndex, edges: Duplex, start: int, path: Steps) -> RoundTrip:
    out = [int((edges.there if onward else edges.home)[edge]) for edge, onward in path]
    back = [int((edges.home if onward else edges.there)[edge]) for edge, onward in path[::-1]]
    nodes = [start, *index.out.heads[out].tolist()]
    return RoundTrip(out=_path(index, nodes, out), back=_path(index, nodes[::-1], back))


def _path(index: NetworkIndex, nodes: list[int], places: list[int]) -> Path:
    arcs, chosen = index.out, np.array(places, np.int64)
    return make_path(
        index,
        np.array(nodes, np.int32),
        arcs.link[chosen],
        arcs.latency[chosen],
        arcs.variance[chosen],
    )
