"""Polishing a solution with the kernel's small steps."""

import numpy as np

from placement.instance import compile_problem
from placement.solve.clock import Clock, Limits
from placement.solve.greedy import greedy
from placement.solve.polish import polish
from placement.solve.solution import evaluate, loads
from tests.solve.test_ascent import crowded


def test_it_is_feasible_and_better():
    """On a crowded problem a plan made by wrong prices gets better, and no row overflows."""
    instance, clock = compile_problem(crowded(300, 20)), Clock(Limits())
    rng = np.random.default_rng(0)
    begin = greedy(instance, clock, rng.integers(0, 10**8, instance.n_pairs))
    end = polish(instance, begin, clock, None)
    assert end.beats(begin)
    assert (loads(instance, end.placed) <= instance.rows.limit).all()
    assert evaluate(instance, end.placed).value == end.value


def test_it_makes_a_plan_of_nothing():
    """From an empty solution it places what it can."""
    instance, clock = compile_problem(crowded(60, 6)), Clock(Limits())
    empty = evaluate(instance, np.zeros(instance.n_pairs, np.int64))
    assert polish(instance, empty, clock, None).value.unplaced < empty.value.unplaced
