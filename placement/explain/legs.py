"""The ways of traffic between origins and sites, told node by node with the rule that allows each."""

import functools
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import numpy as np

from placement.instance.policies import read_crossing
from placement.latency import Path, build_index
from placement.latency.index import NetworkIndex
from placement.latency.paths.trace import Paths, trace
from placement.latency.routing import RoutingClass
from placement.model.document import row_fragments
from placement.model.network import Link, Network
from placement.model.path_proof import ProofLink, ProofNode, ProofPath
from placement.model.problem import Problem
from placement.model.table import Table

__all__ = ["Legs", "Roads", "in_canonical_order"]

KEPT = 4096  # paths that are told more than once


def in_canonical_order(network: Network) -> Network:
    """Return a network whose links are in the order of their content.

    Of parallel links that are alike in all that decides, the first in the table is taken: this makes it
    the same one in any order of the input.
    """
    texts = list(row_fragments(network.links))
    order = sorted(range(len(texts)), key=texts.__getitem__)
    return Network.of_tables(network.nodes, network.links.take(order), network.slices)


class Roads:
    """A problem's network, ready to be travelled.

    Parameters
    ----------
    problem : Problem
        Whose network it is.
    """

    def __init__(self, problem: Problem) -> None:
        self.crossing = read_crossing(problem)
        network = in_canonical_order(self.crossing.network)
        self.problem = problem
        self.index: NetworkIndex = build_index(network)
        self.links: Table[Link] = network.links

    def expand(self, names: Iterable[str]) -> frozenset[str]:
        """Return the countries that names of countries and groups mean on the day of the problem."""
        return self.problem.law.expand(names, self.problem.at)

    def country(self, label: str | None) -> str | None:
        """Return the country of a node from its label in the network."""
        zones = self.crossing.zone
        return zones[label] or None if zones and label is not None else label

    @functools.cached_property
    def carried(self) -> list[tuple[str, ...] | None]:
        """What each link carries, row by row."""
        return self._by_row("slices")

    @functools.cached_property
    def jitter_group(self) -> list[str | None]:
        """What each link varies together with."""
        return self._by_row("jitter_group")

    def _by_row(self, field: str) -> list[Any]:
        column = self.links.column(field)
        values = column.distinct()
        return [values[code] for code in column.row_codes().tolist()]


class Legs:
    """The ways out and back of many pairs in one routing class.

    Parameters
    ----------
    roads : Roads
        The network.
    slice_id : str or None
        What the traffic needs.
    transit : tuple of str, or None
        What it may cross: countries and groups.
    in_transit : str or None
        What must be true of the nodes that it crosses.
    pairs : iterable of (origin, node)
        Rows of the network, each pair once.
    allowed : set of str, or None
        The countries or zones of the network that it may cross.
    jitter : bool
        Among paths of equal latency the one with the smallest variance is taken.
    threads : int, optional
        At most so many.
    """

    def __init__(
        self,
        roads: Roads,
        slice_id: str | None,
        transit: tuple[str, ...] | None,
        in_transit: str | None,
        pairs: Iterable[tuple[int, int]],
        *,
        jitter: bool,
        allowed: frozenset[str] | None,
        threads: int | None = None,
    ) -> None:
        self._roads, self._slice = roads, slice_id
        self._transit, self._in_transit = transit, in_transit
        self._place = {pair: place for place, pair in enumerate(pairs)}
        ends = np.array(list(self._place), np.int32).reshape(-1, 2)
        sources, targets = (np.ascontiguousarray(ends[:, end]) for end in (0, 1))
        routing = RoutingClass(slice_id, allowed)
        self._ways: tuple[Paths, Paths] = tuple(  # type: ignore[assignment]
            trace(
                roads.index,
                sources,
                targets,
                routing,
                jitter=jitter,
                reverse=reverse,
                threads=threads,
            )
            for reverse in (False, True)
        )
        self._via: dict[str | None, str | None] = {}
        self.way = functools.lru_cache(KEPT)(self._way)

    def __iter__(self) -> Iterator[ProofPath | None]:
        """Yield the paths out and back of each pair, in their order."""
        for pair in self._place:
            yield from (self._way(*pair, back) for back in (False, True))

    def place(self, origin: int, node: int) -> int:
        """Return which pair it is."""
        return self._place[origin, node]

    def latency_ns(self, place: int) -> tuple[int, int]:
        """Return how long the ways out and back of a pair take; `UNREACHABLE_NS` where there is none."""
        out, back = self._ways
        return int(out.latency_ns[place]), int(back.latency_ns[place])

    def _way(self, origin: int, node: int, back: bool) -> ProofPath | None:
        """Return the path from an origin to a node, or back; None where none is legal."""
        path = self._ways[back][self._place[origin, node]]
        if path is None:
            return None
        start = len(path.nodes) - 1 if back else 0
        return ProofPath(
            nodes=tuple(self._node(path, i, i == start) for i in range(len(path.nodes))),
            links=tuple(self._link(path, i) for i in range(len(path.links))),
            latency_ns=path.latency_ns,
        )

    def _node(self, path: Path, i: int, is_origin: bool) -> ProofNode:
        country = self._roads.country(path.node_countries[i])
        rule: Literal["origin", "transit", "asked", "any"] = "any"
        via = None
        if self._transit is not None or self._in_transit is not None:
            rule = "origin" if is_origin else "asked"
        if self._transit is not None and not is_origin:
            rule, via = "transit", self._group_of(country)
        inner = 0 < i < len(path.links)
        return ProofNode(
            node=path.nodes[i],
            country=country,
            operator=path.node_operators[i],
            processing_ns=path.processing_ns[i - 1] if inner else 0,
            rule=rule,
            via=via,
        )

    def _link(self, path: Path, i: int) -> ProofLink:
        slices = self._roads.carried[path.links[i]]
        return ProofLink(
            source=path.nodes[i],
            target=path.nodes[i + 1],
            operator=path.link_operators[i],
            latency_ns=path.link_latency_ns[i],
            variance=path.link_variance[i],
            jitter_group=self._roads.jitter_group[path.links[i]],
            slices=slices,
            rule="open" if slices is None else "slice",
        )

    def _group_of(self, country: str | None) -> str | None:
        """Return what of the transit set holds a country: itself, or the first group."""
        if country not in self._via:
            names = sorted(self._transit or (), key=lambda name: (name != country, name))
            held = (name for name in names if country in self._roads.expand([name]))
            self._via[country] = next(held, None)
        return self._via[country]
