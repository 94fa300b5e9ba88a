"""Plans that are annealed near prices, and what is taken out where rows overflow."""

import numpy as np

from placement import solve
from placement.instance import compile_problem
from placement.solve.annealed import AnnealOptions, anneal_plan
from placement.solve.clock import Clock, Limits
from placement.solve.greedy import greedy
from placement.solve.progress import Reporter
from placement.solve.relaxation import cost_prices
from placement.solve.shed import shed
from placement.solve.solution import evaluate, left_over, loads
from tests.solve.test_ascent import crowded


def annealed(instance, *, seconds=None, seed=0, start=None):
    """Return a plan by prices, and the clock."""
    clock = Clock(Limits())
    prices = cost_prices(instance, 0, clock, None)
    start = start or greedy(instance, clock)
    report = Reporter(None, clock)
    options = AnnealOptions(steps_each=200, rounds=3)
    how = {"seconds": seconds, "seed": seed, "options": options}
    return anneal_plan(instance, prices, start, clock, report, **how), prices


def test_it_comes_near_the_best_plan_and_holds_the_rows():
    """On crowded problems the plan is better than greedy's, feasible, and near the optimum."""
    for seed in range(4):
        instance = compile_problem(crowded(200, 12, seed))
        before = greedy(instance, Clock(Limits()))
        best, _ = annealed(instance)
        assert best.beats(before)
        assert best.value.unplaced == 0
        assert (loads(instance, best.placed) <= instance.rows.limit).all()
        assert (left_over(instance, best.placed) >= 0).all()
        assert evaluate(instance, best.placed).value == best.value
        optimum = solve(instance.problem).objective.cost
        assert optimum <= best.value.cost <= 1.06 * optimum


def test_it_is_never_worse_than_what_it_began_with():
    """A plan that cannot be beaten comes back as it was."""
    instance = compile_problem(crowded(40, 4))
    best, _ = annealed(instance)
    again, _ = annealed(instance, start=best, seed=5)
    assert again is best or again.beats(best)


def test_the_same_dice_make_the_same_plan():
    """Without a limit in time nothing but the seed decides."""
    instance = compile_problem(crowded(80, 8))
    first, second, other = (annealed(instance, seed=seed)[0] for seed in (3, 3, 4))
    assert np.array_equal(first.placed, second.placed)
    assert first.value.unplaced == other.value.unplaced == 0


def test_time_limits_hold():
    """It is over soon after its time, with a plan."""
    instance = compile_problem(crowded(200, 12))
    clock = Clock(Limits())
    best, _ = annealed(instance, seconds=0.3)
    assert clock.seconds() < 5
    assert best.value.unplaced <= greedy(instance, clock).value.unplaced


def test_what_overflows_is_taken_out_and_no_more():
    """Rows hold afterwards, and what was taken out of them would not fit any more."""
    rng = np.random.default_rng(0)
    for seed in range(10):
        instance = compile_problem(crowded(60, 6, seed))
        lengths = np.diff(instance.pair_ptr)
        pair = instance.pair_ptr[:-1] + rng.integers(0, lengths)
        placed = np.bincount(pair, instance.count, instance.n_pairs).astype(np.int64)
        rest = shed(instance, placed)
        assert (rest <= placed).all()
        room = instance.rows.limit - loads(instance, rest)
        assert (room >= 0).all()
        fine = loads(instance, placed) <= instance.rows.limit
        assert (loads(instance, rest)[fine] == loads(instance, placed)[fine]).all()


def test_a_plan_that_holds_is_left_alone():
    """Nothing is taken out where nothing overflows."""
    instance = compile_problem(crowded(60, 6))
    placed = greedy(instance, Clock(Limits())).placed
    assert shed(instance, placed) is placed
