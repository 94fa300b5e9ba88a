"""Pieces of plans: what comes out is a plan."""

import numpy as np
import pytest

from placement.instance import compile_problem
from placement.solve.bounds import zero_prices
from placement.solve.clock import Clock, Limits
from placement.solve.greedy import greedy
from placement.solve.neighbourhoods import PiecesOptions, solve_pieces
from placement.solve.progress import Reporter
from placement.solve.solution import evaluate, left_over, loads
from tests.solve.contract import crowded


@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_placed_twice(seed):
    """Whoever is left out is offered to several pieces at a time, and placed by one of them."""
    instance = compile_problem(crowded(60, 8, seed))
    clock = Clock(Limits(seconds=None, work=None, gap=None))
    placed = np.where(instance.pair_site % 2, greedy(instance, clock).placed, 0)
    begin = evaluate(instance, placed)
    best = solve_pieces(
        instance,
        zero_prices(instance),
        begin,
        clock,
        Reporter(None, clock),
        seconds=None,
        work=1.0,
        options=PiecesOptions(members=12),
    ).best
    assert (left_over(instance, best.placed) >= 0).all()
    assert (loads(instance, best.placed) <= instance.rows.limit).all()
    assert best.beats(begin)
