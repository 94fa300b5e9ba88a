"""Why a workload runs where it does, or nowhere."""

from collections.abc import Mapping
from typing import Any

from placement import units
from placement.explain.alone import alone
from placement.explain.detours import Detours
from placement.explain.explanation import Explanation, Verdict
from placement.explain.facts import FACTS, Case
from placement.explain.loads import Loads, read_loads
from placement.instance import Instance, compile_problem
from placement.model.plan import Plan
from placement.model.policy import Policy
from placement.model.problem import Problem
from placement.model.reasons import named
from placement.model.site import Site
from placement.model.workload import Workload
from placement.units import Amount

__all__ = ["explain"]


def explain(problem: Problem, workload_id: str, *, plan: Plan | None = None) -> Explanation:
    """Say of every site why a workload runs there, could run there, or may not.

    Parameters
    ----------
    problem : Problem
        What was asked.
    workload_id : str
        Which workload.
    plan : Plan, optional
        A plan for the problem; without one only the rules that need no other workload are asked.

    Returns
    -------
    Explanation
        `str()` of it is one line, `.to_dict()` has every reason of every site with the numbers.

    Raises
    ------
    NoValueError
        If the problem has no such workload.

    Notes
    -----
    One workload is compiled, not the problem: O(n_sites + n_links log n_links) for each origin, and
    O(n_workloads) where a plan is to be added up.

    Examples
    --------
    >>> from placement import Network, Problem, Site, Workload, explain
    >>> problem = Problem(
    ...     network=Network.from_links([("paris", "frankfurt", 4.6)]),
    ...     sites=[Site("fra-1", node="frankfurt", capacity={"cpu": 4}), Site("par-1", node="paris")],
    ...     workloads=[Workload("robot", origins="paris", demand={"cpu": 2}, max_rtt_ms=5)])
    >>> print(explain(problem, "robot"))
    0 of 2 sites: 1 latency (best 9.2 ms > 5 ms at fra-1), 1 size (cpu short by 2)
    """
    row = problem.workloads.index(workload_id)
    instance = compile_problem(alone(problem, row))
    workload = problem.workloads[row]
    masks = instance.reasons(0)[0].tolist()
    legal = instance.rtt_ns(0).tolist()
    costs = dict(zip(instance.pair_site.tolist(), instance.pair_cost.tolist(), strict=True))
    loads = None if plan is None else read_loads(problem, plan, workload_id)
    now = plan[workload_id].site if plan is not None and workload_id in plan else None
    reader = _Reader(problem, workload, instance)
    extra = {} if loads is None else _extra(instance, costs, loads, now)
    verdicts = []
    for s, site in enumerate(instance.federation.sites):
        far = legal[s] if legal[s] >= 0 and workload.origins else None
        case = reader.case(site, far, s)
        reasons = {name: FACTS[name](case) for name in named(masks[s])}
        if not reasons and loads is not None:
            reasons = loads.full(case)
        verdicts.append(Verdict(site.id, reasons, far, costs.get(s), extra.get(s)))
    bound = None if workload.max_rtt_ms is None else units.ns_down(workload.max_rtt_ms)
    return Explanation(workload_id, bound, now, plan is not None, tuple(verdicts))


class _Reader:
    """Looks up what the rules about one workload read."""

    def __init__(self, problem: Problem, workload: Workload, instance: Instance) -> None:
        self.problem, self.workload, self.instance = problem, workload, instance
        named_policy = workload.policy
        self.policy = Policy() if named_policy is None else problem.policies[str(named_policy)]
        self.operators = {one.id: one for one in problem.operators or ()}
        self.bound = None if workload.max_rtt_ms is None else units.ns_down(workload.max_rtt_ms)
        self.detours = Detours(instance.problem, self.policy)
        self.own: dict[str, Mapping[str, Amount] | None] = {
            pair.site: pair.demand for pair in instance.problem.pairs
        }

    def case(self, site: Site, rtt_ns: int | None, place: int) -> Case:
        """Return the workload on a site, the one of this place among the sorted ids."""
        own = self.own.get(site.id)
        demand: Any = self.workload.demand if own is None else own
        return Case(
            problem=self.problem,
            workload=self.workload,
            site=site,
            policy=self.policy,
            host=self.operators.get(site.operator or ""),
            demand=demand or {},
            agreement=self.instance.federation.agreement(self.workload.operator, site.operator),
            rtt_ns=rtt_ns,
            max_rtt_ns=self.bound,
            detours=self.detours,
            place=place,
        )


def _extra(
    instance: Instance, costs: Mapping[int, int], loads: Loads, now: str | None
) -> dict[int, int]:
    """Return how much dearer a plan is with the workload on each site than as it is."""
    opened = instance.open_cost.tolist()
    ids = instance.site_ids
    total = {s: cost + (0 if loads.hosted.get(ids[s]) else opened[s]) for s, cost in costs.items()}
    here = total.get(ids.index(now), 0) if now in ids else 0
    return {s: much - here for s, much in total.items()}
