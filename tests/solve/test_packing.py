"""Plans whose rows become ever stiffer, and pieces of plans that are solved exactly."""

import threading

import numpy as np
import pytest

from placement import Problem, solve
from placement.instance import compile_problem
from placement.solve.clock import Clock, Limits
from placement.solve.greedy import greedy
from placement.solve.neighbourhoods import PiecesOptions, solve_pieces
from placement.solve.packing import PackOptions, pack
from placement.solve.piece import PieceSearch, restrict
from placement.solve.progress import Reporter
from placement.solve.relaxation import cost_prices
from placement.solve.solution import evaluate, left_over, loads
from tests.reference.problems import problem_of
from tests.solve.test_ascent import crowded

QUICK = PackOptions(steps_each=400, rounds=2)


def packed(instance, clock=None, **how):
    """Return an annealed plan, and the prices."""
    clock = clock or Clock(Limits())
    prices = cost_prices(instance, 0, clock, None)
    start, report = greedy(instance, clock), Reporter(None, clock)
    how = {"seconds": None, "options": QUICK} | how
    return pack(instance, prices, start, clock, report, **how), prices


def pieced(instance, best, prices, clock=None, **how):
    """Return what comes of solving pieces."""
    clock = clock or Clock(Limits())
    how = {"seconds": None, "options": PiecesOptions(members=12, idle=1)} | how
    return solve_pieces(instance, prices, best, clock, Reporter(None, clock), **how)


def holds(instance, solution):
    """Return whether a solution is feasible and its value true."""
    fits = (loads(instance, solution.placed) <= instance.rows.limit).all()
    fits = fits and (left_over(instance, solution.placed) >= 0).all()
    return (
        fits
        and (solution.placed >= 0).all()
        and evaluate(instance, solution.placed).value == solution.value
    )


@pytest.mark.parametrize("seed", range(4))
def test_both_come_near_the_best_plan_and_hold_the_rows(seed):
    """On crowded problems annealing beats greedy, pieces never make it worse, and it ends near the optimum."""
    instance = compile_problem(crowded(200, 12, seed))
    before = greedy(instance, Clock(Limits()))
    best, prices = packed(instance)
    assert best.beats(before)
    solved = pieced(instance, best, prices, work=0.5)
    assert solved.best is best or solved.best.beats(best)
    assert holds(instance, best)
    assert holds(instance, solved.best)
    assert 0 < solved.n_proved <= solved.n_pieces
    optimum = solve(instance.problem, gap=0.001).objective.cost
    assert solved.best.value.unplaced == 0
    assert 0.999 * optimum <= solved.best.value.cost <= 1.02 * optimum


@pytest.mark.parametrize("seed", range(300))
def test_small_problems_of_every_kind_are_never_better_than_the_optimum(seed):
    """With quotas, slices, opening costs and all else, both give feasible plans, and no miracle."""
    instance = compile_problem(Problem.from_dict(problem_of(seed)))
    best, prices = packed(instance, seed=seed)
    solved = pieced(instance, best, prices, seed=seed)
    assert holds(instance, best)
    assert holds(instance, solved.best)
    value = solve(instance.problem, engine="exact", verify=False).objective
    mine = solved.best.value
    assert (mine.unplaced, mine.cost) >= (value.unplaced, value.cost)


def test_a_piece_of_everything_is_the_optimum():
    """Where a piece may hold all members, what is found is the best there is, and proved."""
    for seed in range(10):
        instance = compile_problem(crowded(14, 3, seed))
        start = greedy(instance, Clock(Limits()))
        clock = Clock(Limits())
        prices = cost_prices(instance, 0, clock, None)
        options = PiecesOptions(members=100, least_sites=2, work=10.0)
        solved = pieced(instance, start, prices, options=options)
        optimum = solve(instance.problem).objective
        assert (solved.best.value.unplaced, solved.best.value.cost) == (
            optimum.unplaced,
            optimum.cost,
        )
        assert solved.n_proved == solved.n_pieces


def test_the_number_of_threads_does_not_matter():
    """Without a limit in time nothing but the seed decides."""
    instance = compile_problem(crowded(80, 8))
    plans = []
    for threads, seed in ((1, 3), (2, 3), (3, 3), (2, 4)):
        best, prices = packed(instance, threads=threads, seed=seed)
        solved = pieced(instance, best, prices, threads=threads, seed=seed)
        plans.append((best.placed, solved.best.placed, solved.work, solved.n_pieces))
    for other in plans[1:3]:
        assert np.array_equal(plans[0][0], other[0])
        assert np.array_equal(plans[0][1], other[1])
        assert plans[0][2:] == other[2:]


def test_neither_is_worse_than_what_it_began_with():
    """A plan that cannot be beaten comes back as it was."""
    instance = compile_problem(crowded(40, 4))
    clock, report = Clock(Limits()), Reporter(None, Clock(Limits()))
    prices = cost_prices(instance, 0, clock, None)
    best, prices = packed(instance)
    for _ in range(3):
        again = pack(instance, prices, best, clock, report, seconds=None, seed=5, options=QUICK)
        assert again is best or again.beats(best)
        solved = pieced(instance, again, prices)
        assert solved.best is again or solved.best.beats(again)
        best = solved.best


def test_time_limits_hold():
    """Both are over soon after their time, with a plan."""
    instance = compile_problem(crowded(300, 20))
    clock = Clock(Limits())
    begun = clock.seconds()
    best, prices = packed(instance, seconds=0.4)
    solved = pieced(instance, best, prices, seconds=0.4)
    assert clock.seconds() - begun < 5
    assert holds(instance, solved.best)


def test_cancelling_ends_both():
    """Once the flag is up they come back with what they had."""
    instance = compile_problem(crowded(300, 20))
    flag = threading.Event()
    clock = Clock(Limits(), flag)
    prices = cost_prices(instance, 0, clock, None)
    start, report = greedy(instance, clock), Reporter(None, clock)
    timer = threading.Timer(0.3, flag.set)
    timer.start()
    best = start
    while not clock.cancelled():
        best = solve_pieces(instance, prices, best, clock, report, seconds=None).best
    seconds = clock.seconds()
    best = pack(instance, prices, best, clock, report, seconds=None)
    best = solve_pieces(instance, prices, best, clock, report, seconds=None).best
    assert clock.seconds() - seconds < 2
    assert holds(instance, best)


def test_where_nothing_can_be_improved_the_time_is_not_used_up():
    """Thousands of workloads on one site: there is nothing to choose, and no reason to wait."""
    rng = np.random.default_rng(0)
    workloads = [
        {"id": f"w{i:04}", "origins": "a", "demand": {"cpu": int(cpu)}, "priority": int(one)}
        for i, (cpu, one) in enumerate(
            zip(rng.integers(1, 10**6, 5_000), rng.integers(1, 9, 5_000), strict=True)
        )
    ]
    problem = Problem.from_dict(
        {
            "format": "placement-problem/1",
            "at": "2026-11-24",
            "nodes": [{"id": "a"}],
            "objective": {"price": 1},
            "sites": [
                {
                    "id": "s",
                    "node": "a",
                    "capacity": {"cpu": 10**12},
                    "price": {"cpu": 0.001},
                    "open_cost": 1,
                }
            ],
            "workloads": workloads,
        }
    )
    result = solve(problem, time_limit=30)
    assert result.seconds < 20
    assert 0 < result.gap < 1e-4
    assert result.plan.objective.unplaced == 0


def test_a_piece_that_is_told_to_stop_does_not_begin():
    """Of pieces that wait for their turn none is searched once the time is over."""
    instance = compile_problem(crowded(30, 4))
    for told in (True, False):
        search = PieceSearch(restrict(instance, np.arange(4)), 1.0, 0)
        if told:
            search.stop()
        search.run(np.inf if told else 0.0)
        assert search.placed is None
        assert search.spent == 0.0
