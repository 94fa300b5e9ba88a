"""The paths that a plan relies on, each with the rule that allows it."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from placement.errors import NoValueError
from placement.explain.alone import alone
from placement.explain.legs import Legs, Roads
from placement.instance.classes import collapse
from placement.instance.paths import find_paths
from placement.model.path_proof import PathProof, ProofTrip
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.units import shown

__all__ = ["Prover", "path_proofs", "prove_path"]

# A routing class as a problem's tables name it: slice, transit, and whether jitter counts.
Route = tuple[str | None, tuple[str, ...] | None, bool]


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
            told = f"no legal path leads to {shown(chosen[place].site)}"
            raise NoValueError(f"workload {shown(name)}: {told}; `placement verify` says more")
        yield proof


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
        self._times = find_paths(problem, classes, named, threads=threads)
        self._roads = Roads(problem)
        self._node = [self._roads.index.rows[name] for name in named]
        self._origins = problem.workloads.column("origins")
        self._transit = {
            one.id: None if one.transit is None else tuple(one.transit) for one in problem.policies
        }
        wanted: dict[Route, dict[tuple[int, int], None]] = {}
        for row, site in zip(workloads, sites, strict=True):
            pairs = wanted.setdefault(self._route(row), {})
            for origin in self._origins[row] or ():
                pairs[self._roads.index.rows[origin.node], self._node[site]] = None
        self._legs = {
            route: Legs(self._roads, *route[:2], pairs, jitter=route[2], threads=threads)
            for route, pairs in wanted.items()
        }

    def _route(self, row: int) -> Route:
        workloads = self._problem.workloads
        policy = workloads.column("policy")[row]
        jitter = workloads.column("percentile")[row] is not None
        return workloads.column("slice")[row], self._transit.get(policy), jitter

    def proof(self, place: int) -> PathProof | None:
        """Return the proof of a pair; None where not all of its paths exist."""
        problem, row, site = self._problem, self._workloads[place], self._sites[place]
        trips = []
        for number, origin in enumerate(self._origins[row] or ()):
            trip = self._trip(row, site, number, origin.node)
            if trip is None:
                return None
            trips.append(trip)
        slice_id, transit, _ = self._route(row)
        return PathProof(
            workload=problem.workloads.ids[row],
            site=problem.sites.ids[site],
            node=problem.sites.column("node")[site],
            slice=slice_id,
            policy=problem.workloads.column("policy")[row],
            transit=transit,
            trips=tuple(trips),
            rtt_ns=max((trip.rtt_ns for trip in trips), default=0),
        )

    def _trip(self, row: int, site: int, number: int, origin: str) -> ProofTrip | None:
        """Return the round trip from one of a workload's origins."""
        legs, start = self._legs[self._route(row)], self._roads.index.rows[origin]
        out, back = (legs.way(start, self._node[site], way) for way in (False, True))
        if out is None or back is None:
            return None
        times, key = self._times, int(self._times.key[self._class[row]])
        place = int(times.ptr[key]) + number
        mean = int(times.rtt[times.legal[place], site])
        bounded = int(times.time[times.bound[place], site])
        return ProofTrip(
            origin=origin,
            out=out,
            back=back,
            access_ns=(mean - out.latency_ns - back.latency_ns) // 2,
            spread_ns=bounded - mean,
            rtt_ns=bounded,
        )
