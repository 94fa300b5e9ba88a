"""Which sites to open, where that costs something."""

import itertools
import random

import numpy as np
import pytest

from placement import Problem, solve
from placement.adapters import FacilityLocation
from placement.instance import compile_problem
from placement.solve.clock import Clock, Limits
from placement.solve.greedy import greedy
from placement.solve.openings import OpeningsOptions, choose_openings, is_about_openings
from placement.solve.piece import restrict
from placement.solve.progress import Reporter
from placement.solve.solution import evaluate, left_over, loads, sites_in_use
from tests.reference.problems import problem_of


def facilities(n_sites, n_customers, seed, opening=400.0):
    """Return facility location on a square, with room for all in a third of the sites."""
    rng = np.random.default_rng(seed)
    sites, customers = rng.random((n_sites, 2)), rng.random((n_customers, 2))
    demand = rng.integers(5, 30, n_customers).astype(float)
    distance = np.hypot(*(sites[:, None] - customers[None]).transpose(2, 0, 1))
    return FacilityLocation(
        cost=np.round(distance * demand[None] * 10, 3),
        demand=demand,
        capacity=np.full(n_sites, float(np.ceil(demand.sum() * 3 / n_sites))),
        open_cost=np.round(opening * rng.uniform(0.8, 1.2, n_sites), 2),
    ).to_problem()


def chosen(instance, *, seconds=None, seed=0):
    """Return what it finds from a greedy plan, and that plan."""
    clock = Clock(Limits())
    start = greedy(instance, clock)
    options = OpeningsOptions(shakes=2, plans=3)
    how = {"seconds": seconds, "seed": seed, "options": options}
    return choose_openings(instance, start, clock, Reporter(None, clock), **how), start


def holds(instance, solution):
    """Return whether a solution is feasible and its value true."""
    fits = (loads(instance, solution.placed) <= instance.rows.limit).all()
    fits = fits and (left_over(instance, solution.placed) >= 0).all()
    return fits and evaluate(instance, solution.placed).value == solution.value


@pytest.mark.parametrize("seed", range(4))
def test_it_finds_the_best_sites_among_all_sets(seed):
    """With nine sites, every set can be tried: the one that is found is within a percent of the best."""
    instance = compile_problem(facilities(9, 40, seed))
    best, start = chosen(instance)
    assert holds(instance, best)
    assert best.beats(start)
    assert best.value.unplaced == 0
    optimum = solve(instance.problem, gap=0.003, time_limit=5).plan
    assert best.value.cost <= 1.012 * optimum.objective.cost


@pytest.mark.parametrize("seed", range(60))
def test_problems_of_every_kind_get_feasible_plans(seed):
    """Whatever the rules, what comes back holds and is never worse."""
    instance = compile_problem(Problem.from_dict(problem_of(seed)))
    best, start = chosen(instance)
    assert holds(instance, best)
    assert best is start or best.beats(start)


def test_it_is_for_open_sites_with_many_members():
    """Not where opening is free, and not where a site holds a handful."""
    clock = Clock(Limits())
    for n_sites, n_customers, opening, wanted in (
        (9, 200, 400, True),
        (9, 200, 0, False),
        (40, 80, 90, False),
    ):
        instance = compile_problem(facilities(n_sites, n_customers, 0, float(opening)))
        assert is_about_openings(instance, greedy(instance, clock)) == wanted


def test_the_same_dice_choose_the_same_sites():
    """Without a limit in time nothing but the seed decides."""
    instance = compile_problem(facilities(12, 90, 1))
    first, second = (chosen(instance, seed=3)[0] for _ in range(2))
    assert np.array_equal(first.placed, second.placed)


def test_a_time_limit_holds():
    """It is over soon after its time."""
    instance = compile_problem(facilities(30, 300, 2))
    clock = Clock(Limits())
    best, start = chosen(instance, seconds=0.5)
    assert clock.seconds() < 5
    assert best is start or best.beats(start)


def test_a_problem_on_some_sites_is_the_problem_without_the_others():
    """The optimum on three sites is that of the problem in which the others are down."""
    problem = facilities(6, 12, 3)
    instance = compile_problem(problem)
    rng = random.Random(0)
    for sites in rng.sample(list(itertools.combinations(range(6), 3)), 4):
        document = problem.to_dict()
        for number, site in enumerate(document["sites"]):
            site["state"] = "open" if number in sites else "down"
        alone = compile_problem(Problem.from_dict(document))
        piece = restrict(instance, np.array(sites))
        assert piece.n_pairs == alone.n_pairs
        assert sorted(piece.pair_cost.tolist()) == sorted(alone.pair_cost.tolist())
        plan = greedy(piece, Clock(Limits()))
        assert set(np.flatnonzero(sites_in_use(piece, plan.placed)).tolist()) <= set(sites)
        assert plan.value == greedy(alone, Clock(Limits())).value
