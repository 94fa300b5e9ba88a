"""Annealing, against its twin and for what it must never do."""

import random

import numpy as np

from placement._core import anneal
from tests._core.networks import NEVER
from tests.reference.annealing import Annealing


def random_problem(rng):
    """Return classes, costs of being left out, members' classes, prices, opening costs, and places.

    All numbers are small multiples of an eighth, so that sums are exact.
    """
    n_sites, n_rows = rng.randint(1, 4), rng.randint(1, 5)
    classes = []
    for _ in range(rng.randint(1, 5)):
        sites = rng.sample(range(n_sites), rng.randint(0, n_sites))
        classes.append(
            [
                (
                    float(rng.randint(0, 12)),
                    site,
                    {
                        row: rng.randint(1, 8) / 8
                        for row in rng.sample(range(n_rows), rng.randint(0, n_rows))
                    },
                )
                for site in sites
            ]
        )
    owner = [rng.randrange(len(classes)) for _ in range(rng.randint(1, 9))]
    at = [rng.randrange(len(classes[c])) if classes[c] else None for c in owner]
    at = [place if rng.random() < 0.8 else None for place in at]
    price = [float(rng.randint(0, 16)) for _ in range(n_rows)]
    opening = [float(rng.choice([0, 0, 5])) for _ in range(n_sites)]
    return classes, [float(rng.randint(5, 30)) for _ in classes], owner, price, opening, at


def arrays(classes, out_cost, owner, price, opening, at):
    """Return what the kernel takes, with what it changes."""
    pairs = [pair for listed in classes for pair in listed]
    uses = [use for _, _, used in pairs for use in used.items()]
    ptr = np.cumsum([0, *map(len, classes)]).astype(np.int64)
    load = np.zeros(len(price))
    for c, place in zip(owner, at, strict=True):
        for row, share in classes[c][place][2].items() if place is not None else ():
            load[row] += share
    places = [-1 if place is None else ptr[c] + place for c, place in zip(owner, at, strict=True)]
    return {
        "pair_ptr": ptr,
        "pair_cost": np.array([cost for cost, _, _ in pairs], np.float64),
        "pair_site": np.array([site for _, site, _ in pairs], np.int32),
        "use_ptr": np.cumsum([0, *(len(used) for _, _, used in pairs)]).astype(np.int64),
        "use_row": np.array([row for row, _ in uses], np.int32),
        "use_share": np.array([share for _, share in uses], np.float64),
        "out_cost": np.array(out_cost),
        "owner": np.array(owner, np.int32),
        "price": np.array(price),
        "opening": np.array(opening),
        "pair": np.array(places, np.int64),
        "load": load,
    }


def test_the_kernel_does_what_its_twin_does():
    """The same dice lead to the same places, whatever may leave, open or overflow."""
    for seed in range(400):
        rng = random.Random(seed)
        problem = random_problem(rng)
        given = arrays(*problem)
        leaves, warmth, factor = rng.random() < 0.5, rng.choice([0.125, 1.0, 8.0]), 2.0
        twin = Annealing(*problem[:-1], list(problem[-1]), seed + 1)
        twin.run(warmth, factor, 120, leaves=leaves)
        ends = {"warm": warmth, "cold": warmth, "cheap": factor, "dear": factor}
        assert anneal(**given, **ends, leaves=leaves, n_steps=120, seed=seed + 1, stop=NEVER)
        found = [
            None if p < 0 else p - given["pair_ptr"][c]
            for p, c in zip(given["pair"], problem[2], strict=True)
        ]
        assert found == twin.at, seed


def test_loads_are_those_of_the_places():
    """After thousands of steps each row holds what its members use, and nobody has left for good."""
    for seed in range(60):
        problem = random_problem(random.Random(seed))
        given = arrays(*problem)
        ends = {"warm": 4.0, "cold": 0.01, "cheap": 1.0, "dear": 50.0}
        placed = given["pair"] >= 0
        assert anneal(**given, **ends, leaves=False, n_steps=9_000, seed=7, stop=NEVER)
        assert (given["pair"] >= 0)[placed].all()
        load = np.zeros(len(given["load"]))
        for pair in given["pair"][given["pair"] >= 0]:
            uses = slice(given["use_ptr"][pair], given["use_ptr"][pair + 1])
            np.add.at(load, given["use_row"][uses], given["use_share"][uses])
        assert load.tolist() == given["load"].tolist()


def test_it_finds_what_fits_together():
    """Two that stand in each other's way change places, though either move alone overflows."""
    classes = [[(9.0, 0, {0: 1.0}), (1.0, 1, {1: 1.0})], [(1.0, 0, {0: 1.0}), (9.0, 1, {1: 1.0})]]
    given = arrays(classes, [99.0] * 2, [0, 1], [1000.0] * 2, [0.0] * 2, [0, 1])
    ends = {"warm": 0.1, "cold": 0.1, "cheap": 1.0, "dear": 1.0}
    assert anneal(**given, **ends, leaves=False, n_steps=200, seed=3, stop=NEVER)
    assert given["pair"].tolist() == [1, 2]


def test_a_raised_token_stops_it():
    """It looks at the token before it begins, and changes nothing."""
    given = arrays([[(9.0, 0, {0: 1.0}), (1.0, 1, {0: 1.0})]], [99.0], [0], [1.0], [0.0] * 2, [0])
    ends = {"warm": 0.1, "cold": 0.1, "cheap": 1.0, "dear": 1.0}
    stop = np.array([2**63 - 1, 1])
    assert not anneal(**given, **ends, leaves=False, n_steps=200, seed=3, stop=stop)
    assert given["pair"].tolist() == [0]
