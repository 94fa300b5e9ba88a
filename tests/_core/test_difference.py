"""Cells that are written over others, against two loops."""

import importlib
import random

import numpy as np
import pytest

from placement._core import COPIES
from tests.reference.change import differences


@pytest.fixture(params=COPIES.values(), ids=COPIES.keys())
def kernel(request):
    """Return one variant of the module `placement._core.difference`."""
    return importlib.import_module(f"{request.param}.difference")


def random_cells(seed):
    """Return a matrix, some of its rows and columns, and what belongs there."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, [20, 300])
    live = rng.integers(0, 4, shape).astype(np.int32)
    rows, columns = (
        np.flatnonzero(rng.random(n) < rng.choice([0, 0.1, 0.5, 1])).astype(np.int32) for n in shape
    )
    if rng.random() < 0.3:
        columns = np.arange(shape[1] // 3, shape[1], dtype=np.int32)
    fresh = live[np.ix_(rows, columns)]
    noise = rng.random(fresh.shape) < rng.choice([0, 0.02, 0.5])
    fresh = np.where(noise, rng.integers(0, 4, fresh.shape), fresh).astype(np.int32)
    return live, rows, columns, fresh


def test_what_differs_is_written_and_told(kernel):
    """The matrix holds the new cells, and those that differ are told row by row with both values."""
    for seed in range(400):
        live, rows, columns, fresh = random_cells(seed)
        before, count = live.tolist(), np.full(len(rows), -1, np.int64)
        told = np.full((3, fresh.size), -1, np.int32)
        wanted = live.copy()
        wanted[np.ix_(rows, columns)] = fresh
        n = kernel.overwrite(live, rows, columns, fresh, count, *told)
        assert (live == wanted).all()
        found = zip(np.repeat(rows, count).tolist(), *told[:, :n].tolist(), strict=True)
        assert list(found) == differences(before, wanted.tolist()), seed
        assert (told[:, n:] == -1).all()


def test_rows_may_come_in_any_order(kernel):
    """Cells are told in the order of the rows that are handed in."""
    live, count = np.zeros((3, 1), np.int32), np.empty(2, np.int64)
    rows, fresh = np.array([2, 0], np.int32), np.array([[7], [5]], np.int32)
    column, old, new = np.empty((3, 2), np.int32)
    assert kernel.overwrite(live, rows, np.zeros(1, np.int32), fresh, count, column, old, new) == 2
    assert live.tolist() == [[5], [0], [7]]
    assert new.tolist() == [7, 5]


def test_cells_that_stay_are_not_written(kernel):
    """Where nothing differs the memory is left alone: others may read it meanwhile."""
    rng = random.Random(1)
    live = np.array([[rng.randrange(9) for _ in range(200)] for _ in range(3)], np.int32)
    before = live.copy()
    rows, columns = np.arange(3, dtype=np.int32), np.arange(200, dtype=np.int32)
    count, told = np.empty(3, np.int64), np.empty((3, 600), np.int32)
    assert kernel.overwrite(live, rows, columns, before, count, *told) == 0
    assert count.tolist() == [0, 0, 0]
