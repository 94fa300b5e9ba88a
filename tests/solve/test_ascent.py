"""Prices that were climbed to: what they prove, and what greedy makes of them."""

import importlib
import random

import numpy as np

from placement import Problem, solve
from placement.instance import compile_problem
from placement.solve.ascent import AscentOptions, ascend
from placement.solve.bounds import best_mu, prove_cost, rents
from placement.solve.clock import Clock, Limits
from placement.solve.greedy import greedy
from placement.solve.relaxation import cost_prices


def crowded(n_workloads, n_sites, seed=0):
    """Return a problem whose near sites are too small for everyone."""
    rng = random.Random(seed)
    nodes = [{"id": f"n{i:03}"} for i in range(n_sites)]
    links = [
        {"source": f"n{i:03}", "target": f"n{j:03}", "latency_ms": rng.randint(1, 40)}
        for i in range(n_sites)
        for j in range(i)
    ]
    sites = [
        {"id": f"s{i:03}", "node": f"n{i:03}", "capacity": {"cpu": rng.randint(20, 60)}}
        for i in range(n_sites)
    ]
    total = sum(site["capacity"]["cpu"] for site in sites)
    workloads = []
    for i in range(n_workloads):
        cpu = rng.randint(1, max(2, int(1.5 * total / n_workloads)))
        near = f"n{min(rng.randrange(n_sites), rng.randrange(n_sites)):03}"
        workloads.append({"id": f"w{i:04}", "origins": near, "demand": {"cpu": cpu}})
    document = {"format": "placement-problem/1", "at": "2026-11-24"}
    tables = {"nodes": nodes, "links": links, "sites": sites, "workloads": workloads}
    return Problem.from_dict(document | tables)


def test_they_prove_nearly_what_the_simplex_method_proves(monkeypatch):
    """On a crowded problem the climbed bound is within 0.2 % of the linear relaxation's."""
    instance, clock = compile_problem(crowded(300, 20)), Clock(Limits())
    simplex = cost_prices(instance, 0, clock, None)
    monkeypatch.setattr(importlib.import_module("placement.solve.relaxation"), "MOST_USES", 10)
    climbed = cost_prices(instance, 0, clock, None)
    proved = [
        prove_cost(
            instance,
            type(one)(one.shift, best_mu(instance, one, 0), one.row, one.unit),
            0,
        )
        for one in (simplex, climbed)
    ]
    assert 0.998 * proved[0] <= proved[1]


def test_greedy_by_prices_leaves_less_out():
    """Where scarce sites have a price, greedy leaves them to those who need them."""
    instance, clock = compile_problem(crowded(300, 20)), Clock(Limits())
    prices = cost_prices(instance, 0, clock, None)
    assert greedy(instance, clock, rents(instance, prices)).beats(greedy(instance, clock))


def test_no_time_is_no_prices():
    """Without time for a single pass there is nothing; with little there is something."""
    instance = compile_problem(crowded(60, 6))
    over = Clock(Limits())
    over.cancel()
    assert ascend(instance, over, None) is None
    little = ascend(instance, Clock(Limits()), None, AscentOptions(stages=()))
    assert little is not None
    assert (little.price == 0).all()


def test_the_same_prices_every_time():
    """Nothing in the ascent is left to chance."""
    instance = compile_problem(crowded(80, 8))
    first, second = (ascend(instance, Clock(Limits()), None) for _ in range(2))
    assert np.array_equal(first.price, second.price)
    assert first.bound == second.bound


def test_a_problem_too_large_for_the_simplex_method_gets_a_certified_bound(monkeypatch):
    """Beyond the limit prices are climbed to, and the plan that they certify passes verification."""
    relaxation, decide = (
        importlib.import_module(f"placement.solve.{one}") for one in ("relaxation", "decide")
    )
    monkeypatch.setattr(relaxation, "MOST_USES", 10)
    monkeypatch.setattr(decide, "SECONDS_PER_PAIR_EXACT", 1e9)
    plan = solve(crowded(200, 12), time_limit=20).plan
    assert plan.bound.proof == "prices"
    assert 0 < plan.certified.cost < plan.objective.cost


def test_samples_lead_to_the_same_bound():
    """With more classes than a sample has, the first stages look at some, and the last at all."""
    instance = compile_problem(crowded(300, 20))
    assert instance.n_classes > 60
    whole = ascend(instance, Clock(Limits()), None)
    sampled = ascend(instance, Clock(Limits()), None, AscentOptions(samples=((12, 2), (25, 3))))
    assert sampled.bound >= 0.999 * whole.bound


def test_sites_that_cost_to_open_are_bounded_as_well(monkeypatch):
    """With opening costs, too, prices that were climbed to prove nearly what the simplex method's do."""
    document = crowded(120, 8).to_dict()
    for site in document["sites"]:
        site["open_cost"] = 300
    instance, clock = compile_problem(Problem.from_dict(document)), Clock(Limits())
    simplex = prove_cost(instance, cost_prices(instance, 0, clock, None), 0)
    monkeypatch.setattr(importlib.import_module("placement.solve.relaxation"), "MOST_USES", 10)
    climbed = prove_cost(instance, cost_prices(instance, 0, clock, None), 0)
    assert 0.99 * simplex <= climbed <= 1.001 * simplex
