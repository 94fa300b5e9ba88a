"""The paths that a plan relies on, each with the rule that allows it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from placement.errors import NoValueError
from placement.explain.alone import alone
from placement.explain.legs import Legs, Roads
from placement.instance.classes import collapse
from placement.instance.paths import find_paths
from placement.latency import UNREACHABLE_NS
from placement.model.path_proof import PathProof, ProofPath, ProofTrip
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.units import shown

__all__ = ["Prover", "no_legal_path", "path_proofs", "prove_path"]


class Route(NamedTuple):
    """A routing class as a problem's tables name it."""

    slice: str | None
    transit: tuple[str, ...] | None
    in_transit: str | None
    jitter: bool
    crossing: int  # which set of what policies let data cross


def prove_path(problem: Problem, workload: str, site: str) -> PathProof | None:
    """Prove how fast, and by which ways, the data of a workload may go to a site and back.

    Parameters
    ----------
    problem : Problem
        What was asked.
    workload, site : str
        Ids of the two.

    Returns
    -------
    PathProof or None
        None where no legal path leads there and back from every origin: `explain` says why.

    Raises
    ------
    NoValueError
        If the problem has no such workload, or no such site.

    Notes
    -----
    Other rules than those of the way are not looked at: the site may be full, or of another country.

    Examples
    --------
    >>> from placement import Network, Policy, Problem, Site, Workload, prove_path
    >>> network = Network.from_links(
    ...     [("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)],
    ...     countries={"paris": "FR", "bern": "CH", "milan": "IT"})
    >>> problem = Problem(
    ...     network=network, sites=[Site("mil-1", node="milan")],
    ...     workloads=[Workload("robot", origins="paris", policy=Policy(transit="EU"))])
    >>> proof = prove_path(problem, "robot", "mil-1")
    >>> proof.rtt_ns, proof.trips[0].out.countries
    (19000000, ('FR', 'IT'))
    >>> [(node.node, node.rule, node.via) for node in proof.trips[0].out.nodes]
    [('paris', 'origin', None), ('milan', 'transit', 'EU')]
    """
    row, place = problem.workloads.index(workload), problem.sites.index(site)
    return Prover(alone(problem, row), [0], [place]).proof(0)


def path_proofs(
    problem: Problem,
    plan: Plan,
    *,
    workloads: Iterable[str] | None = None,
    threads: int | None = None,
) -> Iterator[PathProof]:
    """Prove the round-trip times of a plan, one workload after the other.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        Whose assignments are looked at.
    workloads : iterable of str, optional
        Only these, in this order; all, by workload, if left out.
    threads : int, optional
        At most so many; the result is the same.

    Yields
    ------
    PathProof
        Of each assignment.

    Raises
    ------
    NoValueError
        If the plan names a workload or a site that the problem does not have, or puts a workload
        where no legal path leads: it is not a plan for this problem. Or if it leaves out one that is
        asked for.

    Notes
    -----
    Distinct pairs of origin and site are measured once. In memory are a few bytes for each of their links,
    never the proofs. The same for any order of the problem's tables.

    Examples
    --------
    >>> from placement import Network, Problem, Site, Workload, path_proofs, solve
    >>> problem = Problem(
    ...     network=Network.from_links([("paris", "frankfurt", 4.6)]),
    ...     sites=[Site("fra-1", node="frankfurt")], workloads=[Workload("robot", origins="paris")])
    >>> [(proof.workload, proof.rtt_ns) for proof in path_proofs(problem, solve(problem).plan)]
    [('robot', 9200000)]
    """
    chosen = plan.assignments
    if workloads is not None:
        chosen = chosen.take([chosen.index(plan[name].workload) for name in workloads])
    rows = [problem.workloads.index(name) for name in chosen.ids]
    sites = [problem.sites.index(one.site) for one in chosen]
    prover = Prover(problem, rows, sites, threads)
    for place, name in enumerate(chosen.ids):
        proof = prover.proof(place)
        if proof is None:
            raise no_legal_path(name, chosen[place].site)
        yield proof


def no_legal_path(workload: str, site: str) -> NoValueError:
    """Return the error about an assignment that cannot be proved."""
    told = f"no legal path leads to {shown(site)}; `placement verify` says more"
    return NoValueError(f"workload {shown(workload)}: {told}")


class TripSum(NamedTuple):
    """What a round trip adds up to, and the numbers of its paths."""

    origin: str
    out: int
    back: int
    access_ns: int
    spread_ns: int
    rtt_ns: int


class Prover:
    """Proofs for some pairs of a workload and a site.

    Parameters
    ----------
    problem : Problem
        What was asked.
    workloads, sites : sequence of int
        Rows in the problem's tables, pair by pair.
    threads : int, optional
        At most so many.
    """

    def __init__(
        self,
        problem: Problem,
        workloads: Sequence[int],
        sites: Sequence[int],
        threads: int | None = None,
    ) -> None:
        self._problem, self._workloads, self._sites = problem, workloads, sites
        classes = collapse(problem)
        self._class = np.empty(len(classes.members), np.int64)
        self._class[classes.members] = np.repeat(np.arange(len(classes.count)), classes.count)
        nodes = problem.sites.column("node")
        named = [nodes[row] for row in range(len(problem.sites))]
        self._roads = Roads(problem)
        crossing = self._roads.crossing
        self._times = find_paths(problem, classes, named, crossing=crossing, threads=threads)
        self._node = [self._roads.index.rows[name] for name in named]
        self._origins = problem.workloads.column("origins")
        self._transit: dict[str | None, tuple[tuple[str, ...] | None, str | None]] = {
            one.id: (None if one.transit is None else tuple(one.transit), one.in_transit)
            for one in problem.policies
        }
        wanted: dict[Route, set[tuple[int, int]]] = {}
        for row, site in zip(workloads, sites, strict=True):
            met = wanted.setdefault(self._route(row), set())
            for origin in self._origins[row] or ():
                met.add((self._roads.index.rows[origin.node], self._node[site]))
        names = list(self._roads.index.rows)
        self._legs: dict[Route, Legs] = {}
        self._first: dict[Route, int] = {}  # the number of the first path of each
        n_paths = 0
        for route in sorted(wanted, key=str):
            pairs = sorted(wanted[route], key=lambda pair: (names[pair[0]], names[pair[1]]))
            self._legs[route] = Legs(
                self._roads,
                *route[:3],
                pairs,
                jitter=route.jitter,
                allowed=crossing.sets[route.crossing],
                threads=threads,
            )
            self._first[route] = n_paths
            n_paths += 2 * len(pairs)

    def _route(self, row: int) -> Route:
        workloads = self._problem.workloads
        policy = workloads.column("policy")[row]
        jitter = workloads.column("percentile")[row] is not None
        crosses = self._roads.crossing.row[policy]
        asked = self._transit.get(policy, (None, None))
        return Route(workloads.column("slice")[row], *asked, jitter, crosses)

    def paths(self) -> Iterator[tuple[Route, ProofPath | None]]:
        """Yield the distinct paths, each with its routing class; None where there is none."""
        for route, legs in self._legs.items():
            yield from ((route, path) for path in legs)

    def sums(self, place: int) -> list[TripSum] | None:
        """Return what the round trips of a pair add up to; None where not all of the paths exist."""
        row, node = self._workloads[place], self._node[self._sites[place]]
        route, times = self._route(row), self._times
        legs = self._legs[route]
        first = int(times.ptr[times.key[self._class[row]]])
        sums = []
        for number, origin in enumerate(self._origins[row] or (), first):
            pair = legs.place(self._roads.index.rows[origin.node], node)
            out, back = legs.latency_ns(pair)
            if UNREACHABLE_NS in {out, back}:
                return None
            mean = int(times.rtt[times.legal[number], self._sites[place]])
            bounded = int(times.time[times.bound[number], self._sites[place]])
            path = self._first[route] + 2 * pair
            sums.append(
                TripSum(
                    origin.node, path, path + 1, (mean - out - back) // 2, bounded - mean, bounded
                )
            )
        return sums

    def proof(self, place: int) -> PathProof | None:
        """Return the proof of a pair; None where not all of its paths exist."""
        sums = self.sums(place)
        if sums is None:
            return None
        problem, row, site = self._problem, self._workloads[place], self._sites[place]
        route = self._route(row)
        trips = [self._trip(row, site, one) for one in sums]
        return PathProof(
            workload=problem.workloads.ids[row],
            site=problem.sites.ids[site],
            node=problem.sites.column("node")[site],
            slice=route.slice,
            policy=problem.workloads.column("policy")[row],
            transit=route.transit,
            in_transit=route.in_transit,
            trips=tuple(trips),
            rtt_ns=max((trip.rtt_ns for trip in trips), default=0),
        )

    def _trip(self, row: int, site: int, one: TripSum) -> ProofTrip:
        legs, start = self._legs[self._route(row)], self._roads.index.rows[one.origin]
        out, back = (legs.way(start, self._node[site], back) for back in (False, True))
        assert out is not None
        assert back is not None
        return ProofTrip(
            origin=one.origin,
            out=out,
            back=back,
            access_ns=one.access_ns,
            spread_ns=one.spread_ns,
            rtt_ns=one.rtt_ns,
        )
