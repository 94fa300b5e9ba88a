"""Why a workload runs where it does, or nowhere."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from placement import units
from placement.explain.alone import alone
from placement.explain.detours import Detours, OwnDetours
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

__all__ = ["explain", "explain_unplaced", "unplaced_sentences"]

MOST_DETOURS = 256


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
    loads = None if plan is None else read_loads(problem, plan, workload_id)
    now = plan[workload_id].site if plan is not None and workload_id in plan else None
    return _Teller(alone(problem, row), plan, loads).tell(0, now)


def explain_unplaced(problem: Problem, plan: Plan) -> Iterator[Explanation]:
    """Say of everyone whom a plan leaves out why each site is ruled out.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        A plan for the problem.

    Yields
    ------
    Explanation
        As `explain` returns it, by workload.

    Raises
    ------
    NoValueError
        If the plan names a workload that the problem does not have.

    Notes
    -----
    The problem is compiled once, and the plan added up once, for all of them.

    Examples
    --------
    >>> from placement import Problem, solve
    >>> from placement.explain import explain_unplaced
    >>> problem = Problem(
    ...     nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a", "state": "down"}],
    ...     workloads=[{"id": "v"}, {"id": "w"}])
    >>> [told.sentence for told in explain_unplaced(problem, solve(problem).plan)]
    ['v is left out: of 1 site, 1 takes nothing new (down)', 'w is left out: of 1 site, 1 takes nothing new (down)']
    """
    rows = [problem.workloads.index(name) for name in plan.unplaced.ids]
    if rows:
        teller = _Teller(problem, plan, read_loads(problem, plan, None))
        yield from (teller.tell(row, None) for row in rows)


def unplaced_sentences(problem: Problem, plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield everyone whom a plan leaves out, by workload, with the sentence of `explain_unplaced`.

    Only what the sentence needs is looked up, which is a fraction of all reasons with their facts.
    """
    rows = [problem.workloads.index(name) for name in plan.unplaced.ids]
    if rows:
        teller = _Teller(problem, plan, read_loads(problem, plan, None))
        for name, row in zip(plan.unplaced.ids, rows, strict=True):
            yield name, teller.tell(row, None, briefly=True).sentence


class _Teller:
    """Explains workloads of a problem that is compiled once.

    Parameters
    ----------
    problem : Problem
        Whose workloads are explained.
    plan : Plan, optional
        In which they are placed or left out.
    loads : Loads, optional
        Of the plan, without the workload that is explained.
    """

    def __init__(self, problem: Problem, plan: Plan | None, loads: Loads | None) -> None:
        self.problem, self.loads = problem, loads
        budget = None if plan is None else plan.budget
        self._budget = {} if budget is None else asdict(budget)
        left_out = () if plan is None or budget is None else plan.unplaced
        self._barred = {one.workload: one.reasons.get("budget", 0) for one in left_out}
        self.instance = compile_problem(problem)
        self.agreements = tuple(problem.agreements or ())
        self.operators = {one.id: one for one in problem.operators or ()}
        self.own: dict[str, dict[str, Mapping[str, Amount] | None]] = {}
        for pair in problem.pairs:
            self.own.setdefault(pair.workload, {})[pair.site] = pair.demand
        nodes = [site.node for site in self.instance.federation.sites]
        self._detours = Detours(problem, self.instance.classes, nodes)
        self._own_detours: dict[int, OwnDetours] = {}

    def tell(self, row: int, now: str | None, *, briefly: bool = False) -> Explanation:
        """Return what is said of a workload that the plan has on a site, or nowhere.

        `briefly` leaves the facts out of all reasons of a site but the first.
        """
        instance, workload = self.instance, self.problem.workloads[row]
        c = int(instance.class_of[row])
        masks, legal = instance.reasons(c)[0].tolist(), instance.rtt_ns(c).tolist()
        pairs = slice(int(instance.pair_ptr[c]), int(instance.pair_ptr[c + 1]))
        costs = dict(
            zip(instance.pair_site[pairs].tolist(), instance.pair_cost[pairs].tolist(), strict=True)
        )
        extra = {} if self.loads is None else _extra(instance, costs, self.loads, now)
        bound = None if workload.max_rtt_ms is None else units.ns_down(workload.max_rtt_ms)
        reader = _Reader(self, workload, bound, self.detours(row, c))
        verdicts = []
        for s, site in enumerate(instance.federation.sites):
            far = legal[s] if legal[s] >= 0 and workload.origins else None
            case = reader.case(site, far, s)
            names = named(masks[s])
            reasons = {
                name: {} if briefly and name != names[0] else FACTS[name](case) for name in names
            }
            if not reasons and self.loads is not None:
                reasons = self.loads.full(case)
            verdicts.append(Verdict(site.id, reasons, far, costs.get(s), extra.get(s)))
        verdicts = self._within_budget(workload, now, verdicts)
        return Explanation(workload.id, bound, now, self.loads is not None, tuple(verdicts))

    def _within_budget(
        self, workload: Workload, now: str | None, verdicts: list[Verdict]
    ) -> list[Verdict]:
        """Return the verdicts, with the budget of moves where only that keeps a site from one left out."""
        if now is not None or workload.id not in self._barred:
            return verdicts
        free = [one for one in verdicts if not one.reasons and one.site != workload.site]
        if not 0 < len(free) <= self._barred[workload.id]:
            return verdicts
        facts = {"budget": {**self._budget, "running_on": workload.site}}
        return [replace(one, reasons=facts) if one in free else one for one in verdicts]

    def detours(self, row: int, c: int) -> OwnDetours:
        """Return the ways that rules close to a workload; one for all that travel alike."""
        key = int(self.instance.compiler.paths.key[c])
        if key not in self._own_detours:
            if len(self._own_detours) == MOST_DETOURS:
                self._own_detours.clear()
            self._own_detours[key] = OwnDetours(self._detours, row, c)
        return self._own_detours[key]


class _Reader:
    """Looks up what the rules about one workload read."""

    def __init__(
        self, teller: _Teller, workload: Workload, bound_ns: int | None, detours: OwnDetours
    ) -> None:
        self.teller, self.workload, self.bound, self.detours = teller, workload, bound_ns, detours
        named_policy, policies = workload.policy, teller.problem.policies
        self.policy = Policy() if named_policy is None else policies[str(named_policy)]
        self.own = teller.own.get(workload.id, {})

    def case(self, site: Site, rtt_ns: int | None, place: int) -> Case:
        """Return the workload on a site, the one of this place among the sorted ids."""
        own, federation = self.own.get(site.id), self.teller.instance.federation
        demand: Any = self.workload.demand if own is None else own
        return Case(
            problem=self.teller.problem,
            workload=self.workload,
            site=site,
            policy=self.policy,
            host=self.teller.operators.get(site.operator or ""),
            demand=demand or {},
            agreements=self.teller.agreements,
            agreement=federation.agreement(self.workload.operator, site.operator),
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
