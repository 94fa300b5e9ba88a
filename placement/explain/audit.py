"""What an auditor asks of a plan: for each workload the facts, where they are from, and the proof."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from placement.errors import NoValueError
from placement.explain.expiry import expiring
from placement.explain.explain import unplaced_sentences
from placement.explain.law_used import law_used
from placement.explain.passed import Placed, law_facts, own_facts
from placement.explain.proofs import Prover, no_legal_path
from placement.instance.federation import read_federation
from placement.model.document import rows_to_json
from placement.model.plan import Plan
from placement.model.plan_document import plan_parts
from placement.model.policy import QUESTIONS, Policy
from placement.model.problem import Problem
from placement.model.reasons import REASONS
from placement.model.table import Table

__all__ = ["FORMAT", "RULES", "Audit"]

FORMAT = "placement-audit/1"
RULES = {
    "state": "the site is open, or cordoned and the workload's current site",
    "pinned": "the workload is not pinned, or this is its current site",
    "allow_deny": "the site is in `allow`, if given, and not in `deny`",
    "features": "the site has all features asked for",
    "slice": "the slice is there on the day and serves every origin, the site offers it, and its operator is "
    "one of the slice's",
    "agreement": "home hosts itself, or an agreement with the host is valid on the day and covers the workload",
    "country": "the site's country is in the policy's `countries`",
    "seat": "the host operator's seat and all its parents are in the policy's `seats`",
    "law": "the laws that the host operator is exposed to are known and none is excluded",
    "certification": "the site has every certification asked for, or a higher level of it",
    **{
        question: f"the policy's `{question}` is known to be true of the site"
        for question in QUESTIONS
    },
    "unreachable": "a path exists in the slice's network, each way, from every origin",
    "transit": "a path exists that touches no country outside the policy's `transit`, and no node of which "
    "its `in_transit` is not known to be true, the origin exempt",
    "latency": "the round trip from every origin is within `max_rtt_ms`",
    "size": "the workload fits the empty site, its slice and the whole quota",
    "capacity": "all workloads on a site fit its resources",
    "bandwidth": "all workloads on a site fit its bandwidth on their slice, and all on a slice fit the slice's",
    "quota": "all workloads of a home on a host's sites fit the agreement's quotas, in all and by country, and "
    "the devices on a slice are no more than its most",
    "budget": "moves from where workloads could stay are within the plan's budget",
}


class Audit:
    """The content of an audit record, piece by piece.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        What was decided; it is taken to be true, for `verify` to say.
    plan_digest : str
        SHA-256 of the plan as it is written.

    Notes
    -----
    In memory are the sites, and a few bytes for each link of each distinct path; workloads and paths are
    made when they are asked for.
    """

    def __init__(self, problem: Problem, plan: Plan, plan_digest: str) -> None:
        self.problem, self.plan, self.plan_digest = problem, plan, plan_digest
        rows = [problem.workloads.index(name) for name in plan.assignments.ids]
        self._site = [problem.sites.index(one.site) for one in plan.assignments]
        self._prover = Prover(problem, rows, self._site)
        self._rows = rows
        self._own = {(pair.workload, pair.site): pair.demand for pair in problem.pairs}
        self._law_facts: dict[tuple[str | None, str], dict[str, Any]] = {}
        self._federation = read_federation(problem)
        self._operators = {one.id: one for one in problem.operators or ()}

    def head(self) -> dict[str, Any]:
        """Return everything but paths and workloads."""
        from placement import __version__

        problem, plan = self.problem, plan_parts(self.plan)
        kept = ("status", "limit", "objective", "bound", "certified", "budget", "solver", "law")
        return {
            "format": FORMAT,
            "placement": __version__,
            "problem": {
                "digest": problem.digest,
                "name": problem.name,
                "at": str(problem.at),
                "until": None if problem.until is None else str(problem.until),
            },
            "plan": {
                "digest": self.plan_digest,
                "problem": self.plan.problem,
                **{name: plan[name] for name in kept if name in plan},
            },
            "rules": {name: RULES[name] for name in REASONS if name in RULES},
            "law": law_used(problem),
            "expires": self._expires(),
            "policies": [self._policy(one) for one in _sorted(problem.policies)],
            "operators": _rows(problem.operators),
            "agreements": self._agreements(),
            "slices": _rows(problem.slices),
            "sites": _rows(problem.sites),
        }

    def _agreements(self) -> list[dict[str, Any]] | None:
        """Return the agreements in force on the day, by home and host."""
        agreements = self.problem.agreements
        if agreements is None:
            return None
        in_force = self._federation.agreements
        rows = {
            (one.home, one.host): row
            for row, one in enumerate(agreements)
            if in_force.get((one.home, one.host)) == one
        }
        return rows_to_json(agreements.take([rows[pair] for pair in sorted(rows)]))

    def _expires(self) -> list[dict[str, Any]] | None:
        """Return what the plan relies on that ends before the problem's last day, if it has one."""
        if self.problem.until is None:
            return None
        found = (asdict(one) for one in expiring(self.problem, self.plan))
        return [{**one, "day": str(one["day"])} for one in found]

    def _policy(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a policy with what its names of groups mean on the day."""
        problem = self.problem
        meant = {
            f"{field}_at": sorted(problem.law.expand(row[field], problem.at))
            for field in ("countries", "seats", "transit")
            if field in row
        }
        return {**row, **meant}

    def paths(self) -> Iterator[dict[str, Any]]:
        """Yield the distinct paths that workloads name by number, those of a routing class together."""
        for number, (route, path) in enumerate(self._prover.paths()):
            if path is None:
                raise NoValueError(
                    "the plan takes ways that are not there; `placement verify` says more"
                )
            yield {
                "path": number,
                "slice": route.slice,
                "transit": None if route.transit is None else list(route.transit),
                "in_transit": route.in_transit,
                **path.to_dict(),
            }

    def workloads(self) -> Iterator[dict[str, Any]]:
        """Yield what is said of each workload, those that are placed first, by id."""
        for place, row in enumerate(self._rows):
            yield self._placed(place, row)
        for name, sentence in unplaced_sentences(self.problem, self.plan):
            reasons = self.plan.unplaced[name].reasons
            yield {"workload": name, "reasons": dict(reasons), "why": sentence}

    def _placed(self, place: int, row: int) -> dict[str, Any]:
        sums = self._prover.sums(place)
        if sums is None:
            one = self.plan.assignments[place]
            raise no_legal_path(one.workload, one.site)
        problem, workload = self.problem, self.problem.workloads[row]
        site = problem.sites[self._site[place]]
        policy = Policy() if workload.policy is None else problem.policies[str(workload.policy)]
        own = self._own.get((workload.id, site.id))
        demand: Any = workload.demand if own is None else own
        placed = Placed(
            problem=problem,
            workload=workload,
            site=site,
            policy=policy,
            host=self._operators.get(site.operator or ""),
            demand=demand or {},
            agreement=self._federation.agreement(workload.operator, site.operator),
        )
        key = policy.id, site.id
        if key not in self._law_facts:
            self._law_facts[key] = law_facts(placed)
        return {
            "workload": workload.id,
            "site": site.id,
            "policy": policy.id,
            "rtt_ns": max((one.rtt_ns for one in sums), default=0),
            "rules": {**own_facts(placed), **self._law_facts[key]},
            "trips": [one._asdict() for one in sums],
        }


def _sorted(table: "Table[Any] | None") -> list[dict[str, Any]]:
    return sorted(rows_to_json(table), key=lambda row: str(row["id"])) if table is not None else []


def _rows(table: "Table[Any] | None") -> list[dict[str, Any]] | None:
    return None if table is None else _sorted(table)
