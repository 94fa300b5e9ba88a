"""The independent check of path proofs: every node, link and number, from the problem alone."""

import functools
import itertools
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from placement.errors import NoValueError
from placement.model.network import Link
from placement.model.parse import Origin
from placement.model.path_proof import PathProof, ProofLink, ProofNode, ProofPath, ProofTrip
from placement.model.plan import Plan, ms_of_ns
from placement.model.problem import Problem
from placement.units import LIMIT, ns_up, shown
from placement.verify.classes import route_of
from placement.verify.latency import Clock, Route, Transit
from placement.verify.network import LONGEST_NS, link_ns
from placement.verify.report import Faults, PlanFault

__all__ = ["check_proofs"]

KEPT = 4096  # origins whose round trips to all sites are remembered
MOST_TIMES = 2**20

Say = Callable[[str, str], None]  # a rule, and what is wrong


def check_proofs(
    problem: Problem, proofs: Iterable[PathProof], plan: Plan | None = None
) -> tuple[PlanFault, ...]:
    """Check path proofs by a road of their own.

    Parameters
    ----------
    problem : Problem
        What was asked.
    proofs : iterable of PathProof
        As `path_proofs` yields them, or as anyone claims them.
    plan : Plan, optional
        There must be a proof of each of its assignments, in that order, with its site and its
        round-trip time to the nanosecond.

    Returns
    -------
    tuple of PlanFault
        What is wrong, at most the first thousand; nothing where all proofs hold.

    Notes
    -----
    Neither the kernels nor anything of what made the proofs is used. Each path must exist link by link,
    carry the slice, touch no country outside the transit set, add up, and be as short as the shortest.
    In memory is the network, and the round trips of some origins; never the proofs.

    Examples
    --------
    >>> import dataclasses
    >>> from placement import Network, Problem, Site, Workload, check_proofs, prove_path
    >>> problem = Problem(
    ...     network=Network.from_links([("paris", "frankfurt", 4.6)]),
    ...     sites=[Site("fra-1", node="frankfurt")], workloads=[Workload("robot", origins="paris")])
    >>> proof = prove_path(problem, "robot", "fra-1")
    >>> check_proofs(problem, [proof])
    ()
    >>> [fault.rule for fault in check_proofs(problem, [dataclasses.replace(proof, rtt_ns=1)])]
    ['rtt_ms']
    """
    judge = _Judge(problem)
    awaited = None if plan is None else iter(plan.assignments)
    for proof in proofs:
        judge.check(proof)
        if awaited is not None:
            judge.compare(proof, next(awaited, None))
    for missing in awaited or ():
        place = f"proofs[{shown(missing.workload)}]"
        judge.faults.add("assignments", place, "is missing, and the plan has its assignment")
    return judge.faults.report().faults


class _Judge:
    """Knows the problem, and collects what is wrong."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.faults = problem, Faults()
        self._clock = Clock(problem)
        self._times = functools.lru_cache(KEPT)(self._times_of)
        self._outsiders = functools.lru_cache(KEPT)(self._closed)
        ends = zip(*(self._strings(field) for field in ("source", "target")), strict=True)
        self._between: dict[tuple[str, str], list[int]] = {}
        for row, pair in enumerate(ends):
            self._between.setdefault(pair, []).append(row)

    def check(self, proof: PathProof) -> None:
        """Note what is wrong with a proof."""
        place = f"proofs[{shown(proof.workload)}]"

        def say(rule: str, message: str) -> None:
            self.faults.add(rule, place, message)

        try:
            row = self.problem.workloads.index(proof.workload)
            site = self.problem.sites.index(proof.site)
        except NoValueError as error:
            say("assignments", str(error))
            return
        route, policy = route_of(self.problem, row), self.problem.workloads.column("policy")[row]
        node = self.problem.sites.column("node")[site]
        stated = (proof.slice, proof.policy, Transit(proof.transit, proof.in_transit), proof.node)
        if stated != (route.slice, policy, route.transit or Transit(None, None), node):
            say("assignments", "slice, policy, transit set or node is not that of the problem")
            return
        origins = route.origins or ()
        if [trip.origin for trip in proof.trips] != [origin.node for origin in origins]:
            say("assignments", "the origins are not those of the workload, in order of their nodes")
            return
        for trip, origin in zip(proof.trips, origins, strict=True):
            self._check_trip(proof, trip, self._clock.access_of(route)[0], say)
            true = self._times(route._replace(origins=(Origin(origin.node, 1),)))[site]
            if trip.rtt_ns != true:
                told = "has no legal path" if true is None else f"takes {true} ns by the shortest"
                say("rtt_ms", f"{trip.rtt_ns} ns from {shown(trip.origin)}; it {told}")
        largest = max((trip.rtt_ns for trip in proof.trips), default=0)
        if proof.rtt_ns != largest:
            say("rtt_ms", f"states {proof.rtt_ns} ns, the largest trip takes {largest} ns")

    def compare(self, proof: PathProof, assignment: object) -> None:
        """Note where a proof is not that of the plan's next assignment."""
        stated = (proof.workload, proof.site, ms_of_ns(proof.rtt_ns))
        if assignment is None:
            true = None
        else:
            true = tuple(getattr(assignment, name) for name in ("workload", "site", "rtt_ms"))
        if stated != true:
            told = "nothing" if true is None else "{} on {} in {} ms".format(*true)
            said = "{} on {} in {} ms".format(*stated)
            place = f"proofs[{shown(proof.workload)}]"
            self.faults.add("assignments", place, f"is of {said}, the plan has {told}")

    def _check_trip(self, proof: PathProof, trip: ProofTrip, access: int, say: Say) -> None:
        for path, ends in (
            (trip.out, (trip.origin, proof.node)),
            (trip.back, (proof.node, trip.origin)),
        ):
            self._check_path(proof, path, ends, trip.origin, say)
        if trip.access_ns != access:
            say(
                "rtt_ms",
                f"access of {trip.access_ns} ns; that of the slice or the 5QI is {access} ns",
            )
        total = trip.out.latency_ns + trip.back.latency_ns + 2 * trip.access_ns + trip.spread_ns
        if trip.rtt_ns != total or trip.spread_ns < 0:
            say(
                "rtt_ms",
                f"states {trip.rtt_ns} ns from {shown(trip.origin)}, the sum is {total} ns",
            )

    def _check_path(
        self, proof: PathProof, path: ProofPath, ends: tuple[str, str], origin: str, say: Say
    ) -> None:
        names = [node.node for node in path.nodes]
        steps = list(itertools.pairwise(names))
        if not names or (names[0], names[-1]) != ends:
            say("unreachable", f"a path does not lead from {shown(ends[0])} to {shown(ends[1])}")
        elif [(link.source, link.target) for link in path.links] != steps:
            say("unreachable", f"the links of the path from {shown(ends[0])} do not join its nodes")
        elif len(set(names)) != len(names):
            say("unreachable", f"the path from {shown(ends[0])} meets a node twice")
        else:
            for place, node in enumerate(path.nodes):
                inner = 0 < place < len(path.links)
                self._check_node(proof, node, inner, node.node == origin, say)
            for link in path.links:
                self._check_link(proof, link, say)
        times = [link.latency_ns for link in path.links]
        total = sum(times) + sum(node.processing_ns for node in path.nodes)
        if path.latency_ns != total or total > LONGEST_NS:
            say("rtt_ms", f"a path states {path.latency_ns} ns, its sum is {total} ns")

    def _check_node(
        self, proof: PathProof, stated: ProofNode, inner: bool, is_origin: bool, say: Say
    ) -> None:
        if stated.node not in self._clock.node:
            say("unreachable", f"no node {shown(stated.node)}")
            return
        true = self.problem.nodes[stated.node]
        processing = ns_up(true.processing_ms) if inner else 0
        facts = (stated.country, stated.operator, stated.processing_ns)
        if facts != (true.country, true.operator, processing):
            say("transit", f"node {shown(true.id)} is not as stated: {facts}")
        lawful = Transit(proof.transit, proof.in_transit)
        if lawful == Transit(None, None) or is_origin:
            rule = "any" if lawful == Transit(None, None) else "origin"
            if (stated.rule, stated.via) != (rule, None):
                say("transit", f"node {shown(true.id)} is allowed by {rule!r}, not as stated")
            return
        where = f"node {shown(true.id)} in {true.country or 'no known country'}"
        if self._outside(lawful, true.id):
            say("transit", f"{where} may not be crossed")
        elif proof.transit is None:
            if (stated.rule, stated.via) != ("asked", None):
                say("transit", f"{where} is allowed by what is asked of nodes, not as stated")
        elif (
            stated.rule != "transit"
            or stated.via not in proof.transit
            or self._outside(Transit((stated.via,), None), true.id)
        ):
            say("transit", f"{where} is not allowed via {stated.via}")

    def _check_link(self, proof: PathProof, stated: ProofLink, say: Say) -> None:
        ends = f"{shown(stated.source)} to {shown(stated.target)}"
        facts = (
            stated.operator,
            stated.latency_ns,
            (stated.variance, stated.jitter_group),
            stated.slices,
        )
        if not any(facts == self._facts(link) for link in self._leading(stated)):
            say("unreachable", f"no link from {ends} is as stated: {facts}")
        shares = proof.slice is None or not self.problem.slices[proof.slice].isolated
        carried = shares if stated.slices is None else proof.slice in stated.slices
        if not carried or stated.rule != ("open" if stated.slices is None else "slice"):
            say("unreachable", f"the link from {ends} does not carry the traffic as stated")

    def _leading(self, stated: ProofLink) -> Iterable[Link]:
        """Yield the links that lead the way that one is said to lead."""
        links = self.problem.links
        yield from (links[row] for row in self._between.get((stated.source, stated.target), ()))
        turned = self._between.get((stated.target, stated.source), ())
        yield from (link for row in turned if (link := links[row]).bidirectional)

    def _facts(self, link: Link) -> tuple[object, ...]:
        nodes = self.problem.nodes
        ends: tuple[float, ...] = ()
        if link.latency_ms is None and link.length_km is None:
            two = nodes[link.source], nodes[link.target]
            ends = tuple(float(at or 0) for node in two for at in (node.lat, node.lon))
        variance = min(ns_up(link.jitter_ms) ** 2, LIMIT)
        carried = None if link.slices is None else tuple(link.slices)
        ns = link_ns(link.latency_ms, link.length_km, ends)
        return link.operator, ns, (variance, link.jitter_group), carried

    def _times_of(self, route: Route) -> list[int | None]:
        """Return what the bound binds of a route to each site, None without a legal path."""
        [(_, times)] = self._clock.times([route], MOST_TIMES)
        found = zip(times.bounded[0].tolist(), times.legal[0].tolist(), strict=True)
        return [bounded if legal else None for bounded, legal in found]

    def _closed(self, transit: Transit) -> NDArray[np.bool_]:
        """Return which nodes lie outside a transit set."""
        closed = self._clock.closed(transit)
        assert closed is not None
        return closed

    def _outside(self, transit: Transit, node: str) -> bool:
        return bool(self._outsiders(transit)[self._clock.node[node]])

    def _strings(self, field: str) -> list[str]:
        column = self.problem.links.column(field)
        values = column.distinct()
        return [values[code] for code in column.row_codes().tolist()]
