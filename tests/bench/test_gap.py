"""Generalised assignment by the published recipe: within its ranges, and like the published files."""

from pathlib import Path

import numpy as np
import pytest

from bench.gap import TYPES, main, make_gap
from placement.adapters import read_gap
from placement.instance import compile_problem

SETS = Path(__file__).parents[2] / "../shared/data/assignment/gap"
RANGES = {
    "A": (10, 50, 5, 25),
    "B": (10, 50, 5, 25),
    "C": (10, 50, 5, 25),
    "D": (1, 120, 1, 100),
    "E": (0, 1000, 1, 200),
}
PUBLISHED = [
    "chu1997/a20200",
    "chu1997/b20200",
    "yagiura2004/c801600.gz",
    "yagiura2004/d401600.gz",
    "yagiura2004/e401600.gz",
]


@pytest.mark.parametrize("kind", TYPES)
def test_numbers_keep_to_the_ranges_of_their_type(kind):
    """Costs and weights; the ends of the ranges occur, but for type E whose weights have none."""
    made = make_gap(kind, 20, 1500, seed=1)
    least, most, light, heavy = RANGES[kind]
    assert (least <= made.cost.min(), made.cost.max()) == (True, most)
    assert made.weight.min() == light
    assert made.weight.max() == heavy if kind != "E" else 60 < made.weight.max() < heavy
    assert (made.capacity >= made.weight.max(axis=1)).all()


def test_the_same_seed_makes_the_same_instance():
    """Another seed or type makes another."""
    first = make_gap("E", 5, 100, seed=1)
    assert (make_gap("E", 5, 100, seed=1).cost == first.cost).all()
    assert (make_gap("E", 5, 100, seed=2).cost != first.cost).any()
    assert (make_gap("D", 5, 100, seed=1).cost != first.cost).any()


def test_capacities_are_those_of_the_recipe():
    """By hand: the load of the fullest agent for A and B, the mean of all loads for the others."""
    a, b, c = (make_gap(kind, 4, 40, seed=3) for kind in "ABC")
    for made, scale in ((a, 1), (b, 0.7)):
        agent = made.cost.argmin(axis=0)
        load = np.bincount(agent, made.weight[agent, np.arange(40)], minlength=4).max()
        assert set(made.capacity.tolist()) == {int(scale * (0.6 * 10 * 15 + 0.4 * load) + 1e-9)}
    assert c.capacity.tolist() == [int(0.8 * one / 4 + 1e-9) for one in c.weight.sum(axis=1)]


def statistics(instance):
    """Return what the recipe decides: means, spreads, correlation, and how tight it is."""
    cost, weight = instance.cost.ravel(), instance.weight.ravel()
    tight = len(instance.capacity) * instance.capacity.sum() / weight.sum()
    moments = [np.mean(cost), np.std(cost), np.mean(weight), np.std(weight)]
    return np.array([*moments, 100 * np.corrcoef(cost, weight)[0, 1], 100 * tight])


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
@pytest.mark.parametrize("path", PUBLISHED)
def test_it_is_like_the_published_instances(path):
    """Of the same type and size: six statistics differ by a few hundredths of a spread at most."""
    read = read_gap(SETS / path)
    kind = Path(path).name[0].upper()
    made = np.array([statistics(make_gap(kind, *read.cost.shape, seed=s)) for s in range(5)])
    told = statistics(read)
    few = read.cost.size < 10_000
    assert np.abs(made.mean(axis=0) - told)[:5] == pytest.approx(np.zeros(5), abs=3 if few else 1)
    assert made.mean(axis=0)[5] == pytest.approx(told[5], rel=0.08 if kind in "AB" else 0.005)


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
def test_costs_of_type_e_are_rounded_as_in_the_published_file():
    """Eleven costs for each weight, the largest of them ten times as rare as the others."""
    published = read_gap(SETS / "yagiura2004/e401600.gz")
    for instance in (published, make_gap("E", 40, 1600, seed=1)):
        for weight in (1, 2, 3, 7):
            costs = instance.cost[instance.weight == weight] - 1000 // weight + 10
            share = np.bincount(costs, minlength=11) / len(costs)
            assert len(share) == 11
            assert share[:10] == pytest.approx(np.full(10, 10 / 101), abs=0.02)
            assert share[10] == pytest.approx(1 / 101, abs=0.006)


def test_a_million_pairs_are_compiled_from_columns():
    """Each different amount is worked out once, not one for each pair."""
    instance = compile_problem(make_gap("E", 20, 5000, seed=1).to_problem())
    assert instance.n_pairs == 100_000
    assert len(instance.compiler.demand.pair_cost) <= 1001


def test_it_is_written_for_others(tmp_path, capsys):
    """In the format of the OR-Library."""
    assert main(["D", "3", "12", "--seed", "4", "-o", str(tmp_path / "d0312")]) == 0
    assert "d0312" in capsys.readouterr().out
    assert (read_gap(tmp_path / "d0312").cost == make_gap("D", 3, 12, seed=4).cost).all()
    with pytest.raises(SystemExit):
        main(["D", "0", "12", "-o", "x"])
