"""The ways that a rule closes: how fast they would be, and what stands in them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.instance import compile_problem
from placement.instance.policies import read_crossing
from placement.latency import UNREACHABLE_NS, build_index
from placement.latency.index import NetworkIndex
from placement.latency.paths.trace import Paths, trace
from placement.latency.routing import RoutingClass
from placement.model.column import Column
from placement.model.network import Network
from placement.model.policy import Policy
from placement.model.problem import Problem
from placement.model.table import Table

__all__ = ["Detours", "Way"]


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
    """The ways of one workload without regard to its transit set, or to its slice's links.

    Parameters
    ----------
    problem : Problem
        With this workload alone.
    policy : Policy
        The workload's.

    Notes
    -----
    Nothing is measured before somebody asks; then for all sites at once. The problem is compiled again
    without the rule, so that access, percentiles and the like are what they always are.
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self._problem, self._policy = problem, policy
        self._workload = problem.workloads[0]
        self._crossing = read_crossing(problem)
        self._transit = self._crossing.sets[self._crossing.row[policy.id]]
        self._found: dict[str, list[Way | None]] = {}

    def without_transit(self, site: int) -> Way | None:
        """Return the fastest way over any country to a site, by its place among the sorted ids.

        None without a transit set, or without a path.
        """
        if self._transit is None:
            return None
        if "transit" not in self._found:
            free = replace(self._policy, transit=None, in_transit=None)
            changed = replace_parts(self._problem, policies=self._with(free))
            routing = RoutingClass(self._workload.slice)
            self._found["transit"] = self._ways(changed, routing, self._countries)
        return self._found["transit"][site]

    def without_slice(self, site: int, *, legal: bool = True) -> Way | None:
        """Return the fastest way over any links to a site, legal or not; None without a path."""
        key = "slice" if legal else "slice and transit"
        if key not in self._found:
            links = self._problem.links
            every = {**links.columns, "slices": Column.constant(None, len(links))}
            network = Network.of_tables(
                self._problem.nodes, Table(links.noun, every, len(links)), self._problem.slices
            )
            policy = self._policy if legal else replace(self._policy, transit=None, in_transit=None)
            changed = replace_parts(self._problem, network=network, policies=self._with(policy))
            routing = RoutingClass(self._workload.slice, self._transit if legal else None)
            self._found[key] = self._ways(changed, routing, self._links)
        return self._found[key][site]

    def _with(self, policy: Policy) -> list[Policy]:
        """Return the policies, with this one in the place of the one of its name."""
        return [policy if one.id == policy.id else one for one in self._problem.policies]

    def _ways(self, changed: Problem, routing: RoutingClass, closed: Any) -> list[Way | None]:
        instance = compile_problem(changed, threads=1)
        times = instance.rtt_ns(0).tolist()
        if not self._workload.origins:
            return [None] * len(times)
        # The nodes as the policies tell them apart: with zones for countries, where they do.
        nodes = self._crossing.network.nodes
        index = build_index(Network.of_tables(nodes, changed.links, changed.slices))
        ends = np.array([index.rows[site.node] for site in instance.federation.sites], np.int32)
        crossed: list[set[str]] = [set() for _ in times]
        for origin in self._workload.origins:
            for paths in _both_ways(index, index.rows[origin.node], ends, routing):
                for site, name in closed(paths):
                    crossed[site].add(name)
        return [
            Way(time, tuple(sorted(names))) if time >= 0 else None
            for time, names in zip(times, crossed, strict=True)
        ]

    def _countries(self, paths: Paths) -> Iterator[tuple[int, str]]:
        """Yield the countries outside the transit set that each path crosses."""
        index = paths.network
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
            yield site, self._crossing.zone.get(label, label) or "unknown"

    def _links(self, paths: Paths) -> Iterator[tuple[int, str]]:
        """Yield the links of each path that do not carry the slice, by their ends."""
        pair, arcs = _arcs(paths)
        rows = (paths.network.out if paths.reverse else paths.network.back).link[arcs]
        links = self._problem.links
        carried = links.column("slices")
        carries = [one is None or self._workload.slice in one for one in carried.distinct()]
        closed = ~np.array(carries, bool)[carried.row_codes()[rows]]
        for site, row in set(zip(pair[closed].tolist(), rows[closed].tolist(), strict=True)):
            yield site, " – ".join(sorted((links[row].source, links[row].target)))


def replace_parts(problem: Problem, **parts: Any) -> Problem:
    """Return a problem with some of its parts exchanged."""
    names = ("network", "sites", "workloads", "operators", "agreements", "policies", "pairs")
    same = {name: getattr(problem, name) for name in (*names, "objective", "at", "law", "until")}
    return Problem(**(same | parts))


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
