"""The ways that a rule closes: how fast they would be, and what stands in them."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.instance.classes import Classes
from placement.instance.paths import Paths as Trips
from placement.instance.paths import find_paths
from placement.instance.policies import Crossing, read_crossing
from placement.latency import UNREACHABLE_NS, build_index
from placement.latency.index import NetworkIndex
from placement.latency.paths.trace import Paths, trace
from placement.latency.routing import RoutingClass
from placement.model.column import Column
from placement.model.network import Network
from placement.model.problem import Problem
from placement.model.table import Table

__all__ = ["Detours", "OwnDetours", "Way"]

NEVER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Way:
    """The fastest way to a site once a rule is lifted.

    Parameters
    ----------
    rtt_ns : int, ns
        What `max_rtt_ms` would bound.
    crosses : tuple of str
        What the rule closes: countries (``unknown`` for a node without one), or links by their ends;
        sorted.
    """

    rtt_ns: int
    crosses: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {"rtt_ns": self.rtt_ns, "crosses": list(self.crosses)}


class Detours:
    """The ways of a problem's workloads without regard to transit sets, or to what links carry.

    Parameters
    ----------
    problem : Problem
        Whose workloads travel.
    classes : Classes
        Of its workloads.
    nodes : sequence of str
        Where the sites are, in the order of their ids.

    Notes
    -----
    Nothing is measured before somebody asks; then all workloads at once, as the compiler measures them:
    access, percentiles and the like are what they always are.
    """

    def __init__(self, problem: Problem, classes: Classes, nodes: Sequence[str]) -> None:
        self.problem, self.nodes = problem, nodes
        self._classes = classes
        self.crossing = read_crossing(problem)

    @functools.cached_property
    def any_country(self) -> "Lifted":
        """Over any country, on the links that carry the slice."""
        return self._lifted(self._anywhere)

    @functools.cached_property
    def any_link(self) -> "Lifted":
        """Over any link, inside the transit set."""
        return self._lifted(replace(self.crossing, network=self._open))

    @functools.cached_property
    def any_way(self) -> "Lifted":
        """Over any country and any link."""
        return self._lifted(replace(self._anywhere, network=self._open))

    @property
    def _anywhere(self) -> Crossing:
        return replace(self.crossing, row=dict.fromkeys(self.crossing.row, 0))

    @property
    def _open(self) -> Network:
        """The network, each of its links for everyone."""
        network = self.crossing.network
        links = network.links
        slices = network.slices
        every = {**links.columns, "slices": Column.constant(None, len(links))}
        shared = {**slices.columns, "isolated": Column.constant(False, len(slices))}
        return Network.of_tables(
            network.nodes,
            Table(links.noun, every, len(links)),
            Table(slices.noun, shared, len(slices)),
        )

    def _lifted(self, crossing: Crossing) -> "Lifted":
        paths = find_paths(self.problem, self._classes, self.nodes, crossing=crossing)
        return Lifted(paths, build_index(crossing.network))


@dataclass(frozen=True, slots=True, eq=False)
class Lifted:
    """What holds without a rule.

    Parameters
    ----------
    paths : instance.paths.Paths
        The round trips of all classes.
    index : NetworkIndex
        The network that they are on.
    """

    paths: Trips
    index: NetworkIndex

    def times(self, c: int) -> list[int]:
        """Return what `max_rtt_ms` would bound of a class on each site, ns; -1 without a path."""
        keys = self.paths.key[c : c + 1]
        reached = self.paths.reach(keys)[1][0]
        made: list[int] = np.where(reached, self.paths.bounded(keys)[0], -1).tolist()
        return made


class OwnDetours:
    """The detours of one workload, or of all that travel alike.

    Parameters
    ----------
    detours : Detours
        Of all workloads.
    row : int
        Of the workload in the table.
    c : int
        Its class.
    """

    def __init__(self, detours: Detours, row: int, c: int) -> None:
        self._detours, self._class = detours, c
        workloads, crossing = detours.problem.workloads, detours.crossing
        self._slice: str | None = workloads.column("slice")[row]
        self._origins = workloads.column("origins")[row] or ()
        self._transit = crossing.sets[crossing.row[workloads.column("policy")[row]]]
        self._times: dict[str, list[int]] = {}
        self._crossed: dict[str, list[set[str]]] = {}

    def without_transit(self, site: int, *, below: int = NEVER) -> Way | None:
        """Return the fastest way over any country to a site, by its place among the sorted ids.

        None without a transit set or a path, and where it takes `below` ns or longer.
        """
        if self._transit is None:
            return None
        return self._way("any_country", None, self._countries, site, below)

    def without_slice(self, site: int, *, legal: bool = True, below: int = NEVER) -> Way | None:
        """Return the fastest way over any links to a site, legal or not; None likewise."""
        if legal:
            return self._way("any_link", self._transit, self._links, site, below)
        return self._way("any_way", None, self._links, site, below)

    def _way(
        self,
        lifted: str,
        transit: frozenset[str] | None,
        closed: Callable[[Paths], Iterator[tuple[int, str]]],
        site: int,
        below: int,
    ) -> Way | None:
        if not self._origins:
            return None
        which: Lifted = getattr(self._detours, lifted)
        if lifted not in self._times:
            self._times[lifted] = which.times(self._class)
        time = self._times[lifted][site]
        if not 0 <= time < below:
            return None
        if lifted not in self._crossed:
            routing = RoutingClass(self._slice, transit)
            self._crossed[lifted] = self._cross(which.index, routing, closed)
        return Way(time, tuple(sorted(self._crossed[lifted][site])))

    def _cross(
        self,
        index: NetworkIndex,
        routing: RoutingClass,
        closed: Callable[[Paths], Iterator[tuple[int, str]]],
    ) -> list[set[str]]:
        """Return what the paths from all origins cross that is closed, site by site."""
        ends = np.array([index.rows[node] for node in self._detours.nodes], np.int32)
        crossed: list[set[str]] = [set() for _ in ends]
        for origin in self._origins:
            for paths in _both_ways(index, index.rows[origin.node], ends, routing):
                for site, name in closed(paths):
                    crossed[site].add(name)
        return crossed

    def _countries(self, paths: Paths) -> Iterator[tuple[int, str]]:
        """Yield the countries outside the transit set that each path crosses."""
        index, zone = paths.network, self._detours.crossing.zone
        pair, arcs = _arcs(paths)
        heads = (index.out if paths.reverse else index.back).heads
        found = np.flatnonzero(paths.latency_ns != UNREACHABLE_NS)
        # The head of an arc is where the walk comes from; the first one is the source.
        nodes = np.concatenate([heads[arcs], paths.targets[found]])
        pair = np.concatenate([pair, found])
        outside = ~RoutingClass(None, self._transit).crosses(index)[index.country[nodes]]
        outside &= nodes != paths.sources[pair]
        where = zip(pair[outside].tolist(), index.country[nodes[outside]].tolist(), strict=True)
        for site, code in set(where):
            label = index.countries[code] or ""
            yield site, zone.get(label, label) or "unknown"

    def _links(self, paths: Paths) -> Iterator[tuple[int, str]]:
        """Yield the links of each path that do not carry the slice, by their ends."""
        pair, arcs = _arcs(paths)
        rows = (paths.network.out if paths.reverse else paths.network.back).link[arcs]
        links = self._detours.problem.links
        carried = links.column("slices")
        wanted = self._slice
        shares = wanted is None or not self._detours.problem.slices[wanted].isolated
        carries = [shares if one is None else wanted in one for one in carried.distinct()]
        closed = ~np.array(carries, bool)[carried.row_codes()[rows]]
        ends = links.column("source"), links.column("target")
        for site, row in set(zip(pair[closed].tolist(), rows[closed].tolist(), strict=True)):
            yield site, " – ".join(sorted(end[row] for end in ends))


def _both_ways(
    index: NetworkIndex, origin: int, ends: NDArray[np.int32], routing: RoutingClass
) -> Iterator[Paths]:
    starts = np.full(len(ends), origin, np.int32)
    for reverse in (False,) if index.is_symmetric else (False, True):
        yield trace(index, starts, ends, routing, jitter=True, reverse=reverse, threads=1)


def _arcs(paths: Paths) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the arcs of all paths, and before them which path each belongs to."""
    lengths = paths.end - paths.begin
    pair = np.repeat(np.arange(len(paths)), lengths)
    first = np.repeat(paths.begin - np.cumsum(lengths) + lengths, lengths)
    return pair, paths.arcs[first + np.arange(len(pair))]
