"""Federations of any size: what they promise, and that a plan is hidden in each."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bench.dice import Dice
from bench.federation import FULL, make_federation
from bench.federation.__main__ import main
from bench.federation.cities import Cities
from bench.federation.demand import KINDS
from bench.federation.reach import FEWEST, MOST
from bench.federation.supply import OPERATORS
from placement import read_plan, read_problem, verify
from placement.instance import compile_problem

ROOT = Path(__file__).parents[2]
GEONAMES = ROOT / "../shared/data/places/european_cities_15000.csv"


@pytest.fixture(scope="module")
def made():
    """A federation of 400 workloads and 60 sites."""
    return make_federation(400, 60, seed=5)


@pytest.mark.parametrize(
    ("n_workloads", "n_sites", "seed"), [(400, 60, 5), (300, 150, 6), (20, 8, 7)]
)
def test_the_hidden_plan_places_everything(n_workloads, n_sites, seed):
    """It passes the judge, who knows nothing of the generator."""
    made = make_federation(n_workloads, n_sites, seed=seed)
    plan = made.hidden_plan()
    report = verify(made.problem, plan)
    assert report.ok, report.faults[:3]
    assert plan.objective.unplaced == 0
    assert len(plan.assignments) == n_workloads


def test_the_hidden_plan_fills_all_rows_to_nine_tenths(made):
    """Each capacity and each bandwidth that there is, from 85 to 92 %."""
    load = Counter()
    for workload, s in zip(made.problem.workloads, made.hidden.tolist(), strict=True):
        load[s, workload.slice] += workload.bandwidth
        for resource, amount in workload.demand.items():
            load[s, resource] += amount
    full = [
        load[s, name] / limit
        for s, site in enumerate(made.problem.sites)
        for name, limit in (site.capacity | site.slices).items()
    ]
    assert len(full) == len(load)
    assert FULL[0] <= min(full)
    assert max(full) < FULL[1] + 0.005  # limits are whole numbers


def test_each_workload_may_use_neither_few_nor_many_sites():
    """From 5 to 64, as the library's own compiler counts them; the generator knows how many."""
    for n_workloads, n_sites in ((1000, 50), (4000, 200)):
        made = make_federation(n_workloads, n_sites, seed=1)
        instance = compile_problem(made.problem)
        n_allowed = np.diff(instance.pair_ptr)[instance.class_of]
        assert n_allowed.min() >= FEWEST
        assert n_allowed.max() <= MOST
        assert instance.n_pairs == made.n_pairs


def test_hardly_two_workloads_are_alike(made):
    """Each is a class of its own; all kinds and all operators have some."""
    assert compile_problem(made.problem).n_classes == 400
    kinds = Counter(name.split("-")[1] for name in made.problem.workloads.ids)
    assert set(kinds) == set(KINDS)
    assert set(made.problem.workloads.column("operator").values) == set(OPERATORS)


def test_sites_are_of_very_different_size():
    """The largest has some hundred times the cores of the smallest; none is empty."""
    sites = make_federation(4000, 100, seed=2).problem.sites
    cores = np.sort([site.capacity["cpu"] for site in sites])
    assert cores[-5:].mean() > 30 * cores[:5].mean()
    assert cores[0] > 0


def test_the_same_seed_makes_the_same_problem(made):
    """Another seed or size makes another."""
    assert make_federation(400, 60, seed=5).problem.digest == made.problem.digest
    assert make_federation(400, 60, seed=6).problem.digest != made.problem.digest


def test_a_federation_grows_as_told():
    """Sites that a workload may use, on average: about 11 of 50 and 34 of 200."""
    for n_workloads, n_sites, least, most in ((1000, 50, 9, 13), (4000, 200, 30, 38)):
        made = make_federation(n_workloads, n_sites, seed=3)
        assert least < made.n_pairs / n_workloads < most


def test_it_is_written_for_others(tmp_path, capsys):
    """The problem, and the hidden plan where that is asked for."""
    paths = [str(tmp_path / "problem.json"), str(tmp_path / "plan.json")]
    assert main(["60", "12", "--seed", "3", "-o", paths[0], "--plan", paths[1]]) == 0
    assert "60 x 12, seed 3" in capsys.readouterr().out
    assert verify(read_problem(paths[0]), read_plan(paths[1])).ok
    with pytest.raises(SystemExit):
        main(["0", "12", "-o", paths[0]])


def test_random_numbers_are_those_of_the_paper():
    """The first outputs of SplitMix64 from state 0, and a stream that no other moves."""
    dice = Dice(0, "")
    assert [hex(one) for one in dice.bits(2).tolist()] == [
        "0xe220a8397b1dcdaf",
        "0x6e789e6aa1b965f4",
    ]
    whole, parts = Dice(1, "a"), Dice(1, "a")
    assert whole.bits(5).tolist() == parts.bits(2).tolist() + parts.bits(3).tolist()
    assert Dice(1, "b").bits(1).tolist() != Dice(1, "a").bits(1).tolist()


def test_random_numbers_are_spread_as_told():
    """Within their ranges, ends included, and as often as their weights say."""
    dice = Dice(1, "test")
    assert set(dice.between(3, 6, 500).tolist()) == {3, 4, 5, 6}
    share = np.bincount(dice.weighted(np.array([1, 0, 3]), 10_000), minlength=3) / 10_000
    assert share[1] == 0
    assert abs(share[2] - 0.75) < 0.02
    some = dice.sample(np.array([1.0, 1000, 1000, 1]), 2)
    assert some.tolist() == [1, 2]


@pytest.mark.skipif(not GEONAMES.exists(), reason="the table of GeoNames is not here")
def test_the_cities_are_what_their_script_makes():
    """A rebuild from the source gives the committed bytes."""
    script = ROOT / "bench/federation/facts/cities.py"
    run = subprocess.run(
        [sys.executable, script, GEONAMES, "--check"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_cities_are_as_many_as_the_readme_tells():
    """With their people and places."""
    cities = Cities()
    readme = (ROOT / "bench/federation/facts/README.md").read_text(encoding="utf-8")
    assert f"{len(cities):,} European cities" in readme
    assert cities.people.min() >= 50_000
    berlin, hamburg = cities.ids.index("de-berlin"), cities.ids.index("de-hamburg")
    assert 250 < cities.km()[berlin, hamburg] < 260
