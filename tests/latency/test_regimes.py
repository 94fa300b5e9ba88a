"""Every way to the latencies of 20,000 random networks, against Bellman and Ford, to the nanosecond."""

import random

import numpy as np
import pytest

from placement.latency import UNREACHABLE_NS, fill, gates, sweep
from placement.latency.task import Bounds
from tests.latency.families import draw

BLOCKS, EACH = 20, 1000


@pytest.fixture
def always_sweep(monkeypatch):
    """Have the tree made for any number of rows."""
    monkeypatch.setattr(fill, "LEAST_ROWS", 0)
    monkeypatch.setattr(fill, "LEAST_SIZE", 0)


def everything(drawn, **how):
    """Return the matrix of all nodes; `LEAST_ROWS` decides in which way."""
    nodes = np.arange(drawn.n_nodes, dtype=np.int32)
    out = np.full((len(nodes), len(nodes)), -7, np.int32)
    fill.fill_matrix(drawn.index, nodes, nodes, drawn.routing, out=out, **how)
    return out


@pytest.mark.usefixtures("always_sweep")
@pytest.mark.parametrize("block", range(BLOCKS))
def test_sweeps_agree_with_the_reference(block, monkeypatch):
    """Trees, rings, cliques and the rest, with large and small cores, swept or with their own matrix."""
    monkeypatch.setattr(gates, "LEAST_BELOW", (0, 1, 4, 16)[block % 4])
    if block % 8 > 3:
        monkeypatch.setattr(sweep, "ROWS_EACH", 0)
        monkeypatch.setattr(sweep, "ACROSS", 0)
    for seed in range(EACH * block, EACH * (block + 1)):
        drawn, reverse = draw(seed), seed % 3 == 0
        assert everything(drawn, reverse=reverse).tolist() == drawn.expected(reverse=reverse), seed


def test_searches_agree_with_sweeps(monkeypatch):
    """What is searched for source by source is what sweeps give, and threads change nothing."""
    for seed in range(2000):
        drawn = draw(seed)
        searched = everything(drawn)
        monkeypatch.setattr(fill, "LEAST_ROWS", 0)
        monkeypatch.setattr(fill, "LEAST_SIZE", 0)
        assert (everything(drawn, threads=1 + seed % 2) == searched).all(), seed
        monkeypatch.undo()


@pytest.mark.usefixtures("always_sweep")
def test_some_rows_and_columns_are_those_of_the_whole():
    """Any sources and targets, in any order and several times, whichever end is exempt."""
    for seed in range(2000):
        drawn, rng = draw(seed), random.Random(seed)
        rows, columns = (
            np.array([rng.randrange(drawn.n_nodes) for _ in range(rng.randint(0, 40))], np.int32)
            for _ in range(2)
        )
        out = np.full((len(rows), len(columns)), -7, np.int32)
        fill.fill_matrix(drawn.index, rows, columns, drawn.routing, out=out)
        assert (out == np.array(drawn.expected())[rows][:, columns]).all(), seed
        turned = np.full((len(columns), len(rows)), -7, np.int32)
        way = {"reverse": True, "exempt": "columns"}
        fill.fill_matrix(drawn.index, columns, rows, drawn.routing, out=turned, **way)
        assert (out == turned.T).all(), seed


@pytest.mark.parametrize("sweeps", [True, False])
def test_bits_are_those_of_the_matrix(sweeps, request):
    """A bit is set where the latency is at most both limits; the bits after the last target are 0."""
    if sweeps:
        request.getfixturevalue("always_sweep")
    for seed in range(1000):
        drawn, rng = draw(seed), random.Random(seed)
        matrix = everything(drawn)
        some = [0, *matrix[matrix < UNREACHABLE_NS].tolist()]
        of_row, of_column = (
            np.array([rng.choice(some) for _ in range(drawn.n_nodes)], np.uint32) for _ in range(2)
        )
        nodes = np.arange(drawn.n_nodes, dtype=np.int32)
        within = np.full((len(nodes), -(-len(nodes) // 8)), 255, np.uint8)
        bounds = Bounds(of_row, of_column)
        fill.fill_within(drawn.index, nodes, nodes, drawn.routing, bounds=bounds, within=within)
        expected = matrix <= np.minimum(of_row[:, None], of_column)
        assert (within == np.packbits(expected, axis=1, bitorder="little")).all(), seed
