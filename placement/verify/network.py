"""The network as arcs in nanoseconds, and one-way shortest paths in it.

A path costs the latency of its arcs and the processing of the nodes that it passes *through*. So the
processing of a node is put on the arcs that lead into it, and that of the last node is taken off at
the end. A node outside the transit set may be neither crossed nor reached, only left at the start:
the arcs that lead into it are taken away. For the way back the arcs are turned round and the search
starts at the same origin, so that the same two devices serve.
"""

import heapq
import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from placement.model.problem import Problem
from placement.units import LIMIT, Amount, ns_up

__all__ = ["LONGEST_NS", "Arcs", "Wires", "great_circle_metres", "link_ns"]

LONGEST_NS = 2_100_000_000  # a path above this does not exist
FIBRE_NS_PER_KM = 4_900
ALONE = -1  # varies with no other link
DETOUR = Fraction(14, 10)
EARTH_DIAMETER = 2.0 * 6_371_008.8


def great_circle_metres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the distance of two points in degrees, by the haversine formula.

    The order of operations is part of the contract, since the last bit may decide:
    h = sin²((φ2 - φ1) / 2) + (cos φ1 · cos φ2) · sin²((λ2 - λ1) / 2), at most 1, and 2R · asin √h
    with R = 6371.0088 km.
    """
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    north = math.sin((phi2 - phi1) / 2.0)
    east = math.sin((math.radians(lon2) - math.radians(lon1)) / 2.0)
    h = north * north + (math.cos(phi1) * math.cos(phi2)) * (east * east)
    return EARTH_DIAMETER * math.asin(math.sqrt(min(h, 1.0)))


def link_ns(
    latency_ms: Amount | None, length_km: Amount | None, ends: tuple[float, ...] = ()
) -> int:
    """Return the one-way latency of a link in whole nanoseconds, rounded up.

    Parameters
    ----------
    latency_ms, length_km : int, Decimal or None
        What was measured; latency counts where both are given.
    ends : tuple of four floats, degrees
        lat, lon, lat, lon of the two ends; read where neither is given.

    Notes
    -----
    Light in fibre takes 4 900 ns per km. Along the great circle the length is ⌈distance · 1.4⌉ whole
    metres, where the distance is the exact value of the float and the product is exact.
    """
    if latency_ms is not None:
        return ns_up(latency_ms)
    if length_km is not None:
        return math.ceil(Fraction(length_km) * FIBRE_NS_PER_KM)
    metres = math.ceil(Fraction(great_circle_metres(*ends)) * DETOUR)
    return -(-metres * FIBRE_NS_PER_KM // 1_000)


class Wires:
    """All links of a problem as arcs, and which slices each carries."""

    def __init__(self, problem: Problem) -> None:
        nodes, links = problem.nodes, problem.links
        self.n_nodes = len(nodes)
        self._isolated = {one.id for one in problem.slices if one.isolated}
        number = {name: n for n, name in enumerate(nodes.ids)}
        latitude, longitude = nodes.column("lat"), nodes.column("lon")
        columns = [links.column(name) for name in ("source", "target", "latency_ms", "length_km")]
        jitter, both = links.column("jitter_ms"), links.column("bidirectional")
        carried = links.column("slices")
        group = links.column("jitter_group")
        tails, heads, times, spreads, rows = [], [], [], [], []
        for row in range(len(links)):
            source, target, latency_ms, length_km = (column[row] for column in columns)
            a, b = number[source], number[target]
            ends: tuple[float, ...] = ()
            if latency_ms is None and length_km is None:
                ends = tuple(float(c[n]) for n in (a, b) for c in (latitude, longitude))
            time = link_ns(latency_ms, length_km, ends)
            spread = min(ns_up(jitter[row]) ** 2, LIMIT)
            for tail, head in ((a, b), (b, a)) if both[row] else ((a, b),):
                tails.append(tail)
                heads.append(head)
                times.append(time)
                spreads.append(spread)
                rows.append(row)
        self._tail = np.array(tails, dtype=np.int64)
        self._head = np.array(heads, dtype=np.int64)
        self._ns = np.array(times, dtype=np.int64)
        self._variance = np.array(spreads, dtype=np.int64)
        self._carried, codes = carried.distinct(), carried.row_codes()
        self._code = codes[np.array(rows, dtype=np.intp)] if rows else np.empty(0, dtype=np.int32)
        # Groups in the order of their names; links without one come before all of them.
        names = sorted(name for name in set(group.distinct()) if name is not None)
        places = {name: place for place, name in enumerate(names)}
        self._group = group.map(places.__getitem__, ALONE)[np.array(rows, dtype=np.intp)]
        self._precedence = np.argsort(np.argsort(np.array(nodes.ids, dtype=object), kind="stable"))
        # Above the longest path one processing time is as good as another, and sums of them stay
        # below 2**53, where float64 is exact.
        processing = [
            min(ns_up(ms), LONGEST_NS + 1) for ms in nodes.column("processing_ms").distinct()
        ]
        self.processing = np.array(processing, dtype=np.int64)[
            nodes.column("processing_ms").row_codes()
        ]

    def carrying(self, slice_: str | None) -> tuple[bool, ...]:
        """Return of each set of slices that some link carries whether traffic of a slice may use it."""
        shares = slice_ not in self._isolated
        return tuple(shares if one is None else slice_ in one for one in self._carried)

    def arcs(self, slice_: str | None, closed: NDArray[np.bool_] | None, *, back: bool) -> "Arcs":
        """Return the arcs that carry a slice, turned round for the way back.

        Parameters
        ----------
        slice_ : str or None
            Without a slice: the links that carry everything, on which an isolated slice is not.
        closed : ndarray of shape (n_nodes,), bool, or None
            Nodes outside the transit set.
        back : bool
            Whether to search from the origin against the direction of travel.
        """
        chosen = np.array(self.carrying(slice_), dtype=np.bool_)[self._code]
        tail, head = (self._head, self._tail) if back else (self._tail, self._head)
        if closed is not None:
            chosen &= ~closed[head]
        tail, head = tail[chosen], head[chosen]
        ns, variance, group = self._ns[chosen], self._variance[chosen], self._group[chosen]
        # Of parallel arcs the least (latency, variance, group) stays; csgraph would add them up.
        order = np.lexsort((group, variance, ns, head, tail))
        tail, head, ns, variance = tail[order], head[order], ns[order], variance[order]
        first = np.ones(len(tail), dtype=np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return Arcs(
            (tail[first], head[first]),
            ns[first],
            variance[first],
            processing=self.processing,
            group=group[order][first],
            precedence=self._precedence,
        )


class Arcs:
    """Arcs in order of their tails, at most one for each pair of nodes."""

    def __init__(
        self,
        ends: tuple[NDArray[np.int64], NDArray[np.int64]],
        ns: NDArray[np.int64],
        variance: NDArray[np.int64],
        *,
        processing: NDArray[np.int64],
        group: NDArray[np.int64],
        precedence: NDArray[np.intp],
    ) -> None:
        tail, head = ends
        self._head, self._variance, self._processing = head, variance, processing
        self._group, self._precedence = group, precedence
        self._ns = ns + processing[head]
        self._start = np.searchsorted(tail, np.arange(len(processing) + 1))

    def means(self, origins: NDArray[np.intp], targets: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the shortest one-way latencies, LONGEST_NS + 1 where there is no path.

        Parameters
        ----------
        origins : ndarray of shape (n_origins,), intp
            Nodes.
        targets : ndarray of shape (n_targets,), intp
            Nodes.

        Returns
        -------
        ndarray of shape (n_origins, n_targets), int64, ns
            0 from a node to itself.
        """
        n_nodes = len(self._processing)
        graph = csr_array(
            (self._ns.astype(np.float64), self._head, self._start), shape=(n_nodes, n_nodes)
        )
        found = dijkstra(graph, indices=origins)[:, targets] - self._processing[targets]
        found[origins[:, None] == targets[None, :]] = 0
        shortest: NDArray[np.int64] = np.minimum(found, LONGEST_NS + 1).astype(np.int64)
        return shortest

    def spreads(
        self, origin: int, targets: NDArray[np.intp]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (latency, variance) of the best paths from one origin; the least variance of the shortest.

        Returns
        -------
        ns, variance : ndarray of shape (n_targets,), int64
            As `means` has it, and the variance in ns², at most 2**62.
        """
        best = self._labels(origin)
        found = [best.get(n, (4 * LONGEST_NS, 0)) for n in targets.tolist()]
        ns_out = np.array([ns for ns, _ in found], dtype=np.int64) - self._processing[targets]
        ns_out[targets == origin] = 0
        return np.minimum(ns_out, LONGEST_NS + 1), np.array([v for _, v in found], dtype=np.int64)

    def _labels(self, origin: int) -> dict[int, tuple[int, int]]:
        """Return the best (latency with processing at the end, variance) of each node reached."""
        start, heads = self._start.tolist(), self._head.tolist()
        times, variances = self._ns.tolist(), self._variance.tolist()
        best: dict[int, tuple[int, int]] = {origin: (0, 0)}
        done: set[int] = set()
        heap = [(0, 0, origin)]
        while heap:
            ns, variance, node = heapq.heappop(heap)
            if node in done:
                continue
            done.add(node)
            for arc in range(start[node], start[node + 1]):
                head = heads[arc]
                reached = (ns + times[arc], min(variance + variances[arc], LIMIT))
                if head not in best or reached < best[head]:
                    best[head] = reached
                    heapq.heappush(heap, (*reached, head))
        return best

    @property
    def vary_together(self) -> bool:
        """Whether any arc that varies belongs to a group."""
        return bool(((self._group != ALONE) & (self._variance > 0)).any())

    def parts(self, origin: int, targets: NDArray[np.intp]) -> list[tuple[int, dict[int, int]]]:
        """Return of what the variances of the paths from one origin are made.

        Of equal paths, by latency and variance, the one with the fewest arcs counts, and of those the
        one whose nodes come first by id, read from the origin.

        Returns
        -------
        list of (int, dict of int to int)
            For each target the variance of the arcs without a group, and the sum of the standard
            deviations of each group's arcs; nothing where there is no path.
        """
        into = self._first_arcs(origin)
        variances, groups = self._variance.tolist(), self._group.tolist()
        made: dict[int, tuple[int, dict[int, int]]] = {}
        for target in targets.tolist():
            if target in made:
                continue
            alone, together, node = 0, dict[int, int](), target
            while node != origin and node in into:
                node, arc = into[node]
                if groups[arc] == ALONE:
                    alone += variances[arc]
                else:
                    deviation = math.isqrt(variances[arc])
                    together[groups[arc]] = together.get(groups[arc], 0) + deviation
            made[target] = alone, together
        return [made[target] for target in targets.tolist()]

    def _first_arcs(self, origin: int) -> dict[int, tuple[int, int]]:
        """Return the tail and the last arc of the path that counts to each node.

        Level by level: nodes of a level stand in the order of their paths, and so do those of the next
        if each node's new neighbours are added by id.
        """
        best = self._labels(origin)
        start, heads = self._start.tolist(), self._head.tolist()
        times, variances = self._ns.tolist(), self._variance.tolist()
        rank = self._precedence.tolist()
        into: dict[int, tuple[int, int]] = {origin: (origin, -1)}
        level = [origin]
        while level:
            following: list[int] = []
            for node in level:
                ns, variance = best[node]
                new = []
                for arc in range(start[node], start[node + 1]):
                    reached = ns + times[arc], min(variance + variances[arc], LIMIT)
                    if heads[arc] not in into and reached == best[heads[arc]]:
                        into[heads[arc]] = node, arc
                        new.append(heads[arc])
                following += sorted(new, key=rank.__getitem__)
            level = following
        return into
