"""The rows of some pairs alone."""

import numpy as np
import pytest

from bench.gap import make_gap
from placement.instance import compile_problem
from placement.solve.piece import among
from placement.solve.solution import evaluate, loads
from tests.solve.test_ascent import crowded


def instances():
    """Return instances whose pairs use what their class says, and whose pairs say it themselves."""
    classes = compile_problem(crowded(60, 8))
    pairs = compile_problem(make_gap("D", 5, 40, seed=1).to_problem())
    assert (classes.rows.own < 0).all()
    assert (pairs.rows.own >= 0).any()
    return {"of classes": classes, "of pairs": pairs}


@pytest.mark.parametrize("name", ["of classes", "of pairs"])
def test_some_pairs_use_of_the_rows_what_they_used(name):
    """Each pair uses as much, of rows with the same limits and sites; pairs of the same row still share one."""
    instance = instances()[name]
    rows, rng = instance.rows, np.random.default_rng(2)
    for share in (0.0, 0.1, 0.5, 1.0):
        pairs = np.flatnonzero(rng.random(instance.n_pairs) < share)
        some = rows.among(pairs)
        ptr, row, amount = rows.uses_of(pairs)
        assert np.array_equal(some.use_ptr, ptr)
        assert np.array_equal(some.use_amount, amount)
        assert np.array_equal(some.limit[some.use_row], rows.limit[row])
        assert np.array_equal(some.site[some.use_row], rows.site[row])
        assert (
            len(set(zip(some.use_row, row, strict=True))) == len(set(row)) == len(set(some.use_row))
        )


@pytest.mark.parametrize("name", ["of classes", "of pairs"])
def test_a_solution_of_some_pairs_is_one_of_the_whole(name):
    """It is worth as much, and loads the rows as much."""
    instance = instances()[name]
    rng = np.random.default_rng(3)
    piece = among(instance, np.flatnonzero(rng.random(instance.n_pairs) < 0.5))
    first = np.unique(piece.pair_class, return_index=True)[1]
    placed = np.bincount(first, minlength=piece.n_pairs).astype(np.int64)
    whole = piece.spread(instance, placed)
    assert whole.value == evaluate(piece, placed).value
    assert sorted(loads(piece, placed)[loads(piece, placed) > 0]) == sorted(
        one for one in loads(instance, whole.placed) if one
    )
