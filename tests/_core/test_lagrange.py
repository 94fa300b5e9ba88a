"""The pass over the pairs at given prices, against its twin."""

import random

import numpy as np

from placement._core import take_cheapest
from tests._core.networks import NEVER
from tests.reference.lagrange import take_cheapest as twin


def random_classes(rng):
    """Return a few classes, with whole numbers so that sums are exact, and prices of the rows."""
    n_rows, number, classes = rng.randint(1, 6), 0, []
    for _ in range(rng.randint(0, 8)):
        pairs = []
        for _ in range(rng.randint(0, 4)):
            rows = rng.sample(range(n_rows), rng.randint(0, n_rows))
            pairs.append(
                (number, float(rng.randint(0, 9)), {r: rng.randint(1, 8) / 8 for r in rows})
            )
            number += 1
        classes.append((rng.randint(1, 3), float(rng.randint(0, 20)), pairs))
    return classes, [float(rng.choice([0, rng.randint(0, 16)])) for _ in range(n_rows)]


def arrays(classes, price):
    """Return what the kernel takes."""
    pairs = [pair for _, _, listed in classes for pair in listed]
    uses = [use for _, _, used in pairs for use in used.items()]
    ptr = np.cumsum([0, *(len(listed) for _, _, listed in classes)])
    return {
        "pair_ptr": ptr.astype(np.int64),
        "pair_cost": np.array([cost for _, cost, _ in pairs], np.float64),
        "out_cost": np.array([out for _, out, _ in classes], np.float64),
        "count": np.array([count for count, _, _ in classes], np.int64),
        "use_ptr": np.cumsum([0, *(len(used) for _, _, used in pairs)]).astype(np.int64),
        "use_row": np.array([row for row, _ in uses], np.int32),
        "use_share": np.array([share for _, share in uses], np.float64),
        "price": np.array(price, np.float64),
        "load": np.full(len(price), -7.0),
        "choice": np.full(len(classes), -7, np.int64),
    }


def test_the_kernel_does_what_its_twin_does():
    """Totals, loads and choices are the same on random classes, ties and empty ones included."""
    for seed in range(600):
        classes, price = random_classes(random.Random(seed))
        given = arrays(classes, price)
        total = take_cheapest(**given, stop=NEVER)
        assert (total, given["load"].tolist(), given["choice"].tolist()) == twin(classes, price), (
            seed
        )


def test_a_raised_token_stops_it():
    """Within some million uses it looks at the token, and then has no total."""
    count = 1_200_000
    classes = [(1, 9.0, [(0, 1.0, {0: 0.5})])]
    given = arrays(classes, [1.0])
    given["pair_ptr"] = np.arange(count + 1)
    given["use_ptr"] = np.arange(count + 1)
    given["pair_cost"], given["out_cost"] = np.ones(count), np.ones(count)
    given["count"], given["choice"] = np.ones(count, np.int64), np.zeros(count, np.int64)
    given["use_row"], given["use_share"] = np.zeros(count, np.int32), np.ones(count)
    assert take_cheapest(**given, stop=NEVER) == count
    assert take_cheapest(**given, stop=np.array([2**63 - 1, 1])) is None
