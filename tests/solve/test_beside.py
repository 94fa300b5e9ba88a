"""A search for the bound beside the improvement of the plan, and what is made of the cheapest pairs alone."""

import threading
import time

import numpy as np
import pytest

from placement import Problem, solve
from placement.instance import compile_problem
from placement.solve.beside import improve_beside_search
from placement.solve.bounds import prove_unplaced, zero_prices
from placement.solve.clock import Clock, Limits
from placement.solve.exact import ExactOptions, Proved
from placement.solve.greedy import greedy, greedy_near
from placement.solve.polish import polish, polish_near
from placement.solve.progress import Reporter
from placement.solve.relaxation import cost_prices
from placement.solve.solution import evaluate, loads
from placement.solve.write import Proofs
from tests.reference.problems import problem_of
from tests.solve.test_ascent import crowded


def beside(instance, clock):
    """Return what comes of it, from a plan with all in that can be; None if there is no such plan."""
    zero = zero_prices(instance)
    start = polish(instance, greedy(instance, clock), clock, None)
    least = prove_unplaced(instance, zero)
    if start.value.unplaced > least:
        return None
    proofs = Proofs(cost=cost_prices(instance, least, clock, None), unplaced=zero)
    report = Reporter(None, clock)
    report.found("greedy", start)
    proved = Proved(best=start, unplaced=least)
    return improve_beside_search(instance, proved, proofs, clock, report, options=ExactOptions())


def test_plan_and_bound_meet_at_the_optimum():
    """On small problems of every kind it comes to the same value as the exact engine, and proves it."""
    met = 0
    for seed in range(60):
        instance = compile_problem(Problem.from_dict(problem_of(seed)))
        found = beside(instance, Clock(Limits(seconds=20)))
        if found is None:
            continue
        optimum = solve(instance.problem, engine="exact", verify=False).objective
        assert found.best.value == optimum
        assert found.cost is None or found.cost <= optimum.cost
        assert (loads(instance, found.best.placed) <= instance.rows.limit).all()
        met += 1
    assert met > 20


def test_it_is_over_with_its_time_and_when_cancelled():
    """A problem too large to be solved to its end has a plan and a bound when the clock is over."""
    instance = compile_problem(crowded(250, 14, 1))
    clock = Clock(Limits(seconds=1.5))
    found = beside(instance, clock)
    assert found is not None
    assert clock.seconds() < 4
    assert found.cost is None or found.cost <= found.best.value.cost
    clock = Clock(Limits(seconds=60))
    timer = threading.Timer(0.3, clock.cancel)
    begun = time.monotonic()
    timer.start()
    assert beside(instance, clock) is not None
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("seed", range(3))
def test_the_cheapest_pairs_alone_make_a_plan_too(seed):
    """It holds the rows, and leaves no less out than there is room for at those pairs."""
    instance, clock = compile_problem(crowded(200, 20, seed)), Clock(Limits())
    found = greedy_near(instance, clock)
    assert evaluate(instance, found.placed).value == found.value
    assert (loads(instance, found.placed) <= instance.rows.limit).all()
    assert found.value.unplaced < int((instance.priority * instance.count).sum())
    by_cost = np.lexsort((np.arange(instance.n_pairs), instance.pair_cost, instance.pair_class))
    rank = np.empty(instance.n_pairs, np.int64)
    rank[by_cost] = np.arange(instance.n_pairs) - instance.pair_ptr[instance.pair_class[by_cost]]
    assert (rank[found.placed > 0] < 8).all()


@pytest.mark.parametrize("seed", range(3))
def test_small_steps_between_some_pairs_make_the_plan_better(seed):
    """Who is placed stays among these pairs, and who is left out comes in wherever there is room."""
    instance, clock = compile_problem(crowded(200, 20, seed)), Clock(Limits())
    rng = np.random.default_rng(seed)
    begin = greedy(instance, clock, rng.integers(0, 10**8, instance.n_pairs))
    pairs = np.flatnonzero((begin.placed > 0) | (rng.random(instance.n_pairs) < 0.3))
    end = polish_near(instance, pairs, begin, clock, None)
    assert end.beats(begin)
    assert (loads(instance, end.placed) <= instance.rows.limit).all()
    outside = np.setdiff1d(np.flatnonzero(end.placed), pairs)
    out = instance.count - np.bincount(instance.pair_class, begin.placed, instance.n_classes)
    assert (out[instance.pair_class[outside]] > 0).all()
