"""What must happen to bounds and plans when a problem changes in a way whose effect is known."""

import copy
import random

from placement import Problem, solve
from tests.reference.certificate import certified
from tests.reference.problems import problem_of
from tests.reference.rules import Rules
from tests.solve.contract import crowded

N_PROBLEMS = 120


def solved(document):
    """Return the plan of the exact engine."""
    return solve(Problem.from_dict(document), engine="exact", verify=False).plan


def value(plan):
    """Return what a plan is worth: first what it leaves out."""
    return plan.objective.unplaced, plan.objective.cost


def roomier(document, rng):
    """Return a copy in which a site has more of what it has."""
    made = copy.deepcopy(document)
    site = rng.choice(made["sites"])
    for name, amount in site.get("capacity", {}).items():
        if isinstance(amount, int) and amount < 2**60:
            site["capacity"][name] = amount + rng.randint(1, 1 + amount)
    return made


def without_a_site(document, rng):
    """Return a copy without a site at which nothing runs; None if there is none."""
    running = {one.get("site") for one in document.get("workloads", [])}
    free = [site["id"] for site in document["sites"] if site["id"] not in running]
    if not free:
        return None
    made, gone = copy.deepcopy(document), rng.choice(free)
    made["sites"] = [site for site in made["sites"] if site["id"] != gone]
    for one in made.get("workloads", []):
        for field in ("allow", "deny"):
            if one.get(field) is not None:
                one[field] = [name for name in one[field] if name != gone]
    made["pairs"] = [pair for pair in made.get("pairs", []) if pair["site"] != gone]
    return made


def renamed(document, rng):
    """Return a copy in which workloads and sites have other names, in another order."""
    made = copy.deepcopy(document)
    names = {}
    for table in ("sites", "workloads"):
        ids = [one["id"] for one in made.get(table, [])]
        fresh = [f"{table[0]}-{k:03}" for k in rng.sample(range(1000), len(ids))]
        names[table] = dict(zip(ids, fresh, strict=True))
        for one in made.get(table, []):
            one["id"] = names[table][one["id"]]
    for one in made.get("workloads", []):
        if one.get("site") is not None:
            one["site"] = names["sites"][one["site"]]
        for field in ("allow", "deny"):
            if one.get(field) is not None:
                one[field] = [names["sites"][name] for name in one[field]]
    for pair in made.get("pairs", []):
        pair["site"] = names["sites"][pair["site"]]
        pair["workload"] = names["workloads"][pair["workload"]]
    return made


def documents():
    """Return small problems that have sites and workloads, each with dice of its own."""
    for seed in range(N_PROBLEMS):
        document = problem_of(seed)
        if document["sites"] and document.get("workloads"):
            yield seed, document, random.Random(seed)


def test_at_fixed_prices_more_room_never_raises_what_they_prove():
    """Rows that give back more, and pairs that may be used as well, can only lower a bound."""
    for seed, document, rng in documents():
        plan = solved(document)
        before = certified(Rules(Problem.from_dict(document)), plan)
        after = certified(Rules(Problem.from_dict(roomier(document, rng))), plan)
        assert after[0] <= before[0], seed
        assert after[1] <= before[1], seed


def test_at_fixed_prices_a_site_less_never_lowers_what_they_prove():
    """Fewer choices, and rows that give nothing back any more, can only raise a bound."""
    tried = 0
    for seed, document, rng in documents():
        less = without_a_site(document, rng)
        if less is None:
            continue
        tried += 1
        plan = solved(document)
        before = certified(Rules(Problem.from_dict(document)), plan)
        after = certified(Rules(Problem.from_dict(less)), plan)
        assert after[0] >= before[0], seed
        assert after[1] >= before[1], seed
    assert tried > N_PROBLEMS // 2


def test_the_optimum_never_gets_worse_with_more_room_nor_better_with_a_site_less():
    """The exact engine agrees: every plan of the narrower problem is one of the wider."""
    for seed, document, rng in documents():
        best = value(solved(document))
        assert value(solved(roomier(document, rng))) <= best, seed
        less = without_a_site(document, rng)
        assert less is None or value(solved(less)) >= best, seed


def test_other_names_change_nothing_but_names():
    """Value, bounds and status do not depend on what workloads and sites are called."""
    for seed, document, rng in documents():
        one, other = solved(document), solved(renamed(document, rng))
        assert value(other) == value(one), seed
        assert other.status == one.status, seed
        assert other.bound.unplaced == one.bound.unplaced, seed


def test_costs_that_are_multiplied_multiply_the_cost():
    """With each weight, opening cost and cost of a pair times three the optimum is three times as dear."""
    for seed in range(12):
        document = crowded(n_workloads=8, n_sites=4, seed=seed).to_dict()
        document["objective"] = {"latency": 1}
        rng = random.Random(seed)
        for site in document["sites"]:
            site["open_cost"] = rng.choice([0, 5, 40])
        dearer = copy.deepcopy(document)
        dearer["objective"] = {"latency": 3}
        for site in dearer["sites"]:
            site["open_cost"] *= 3
        one, other = solved(document), solved(dearer)
        assert other.objective.unplaced == one.objective.unplaced, seed
        assert other.objective.cost == 3 * one.objective.cost, seed
