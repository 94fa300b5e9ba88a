"""The passes over the pairs at given prices, against their twins."""

import random

import numpy as np
import pytest

from placement._core import charge_pairs, list_near, share_out, take_cheapest
from tests._core.networks import NEVER
from tests.reference import lagrange as twin

N_KINDS = 3


def random_classes(rng):
    """Return a few classes, with whole numbers so that sums are exact, and prices of the rows."""
    n_sites, number, classes = rng.randint(1, 4), 0, []
    for _ in range(rng.randint(0, 8)):
        pairs, each, alike = [], amounts(rng), rng.random() < 0.7
        for site in sorted(rng.sample(range(n_sites), rng.randint(0, n_sites))):
            listed = each if alike else amounts(rng)
            uses = {site * N_KINDS + kind: amount for kind, amount in listed.items()}
            pairs.append((number, float(rng.randint(0, 9)), uses))
            number += 1
        classes.append((rng.randint(1, 3), float(rng.randint(0, 20)), pairs))
    return classes, [float(rng.choice([0, rng.randint(0, 16)])) for _ in range(n_sites * N_KINDS)]


def amounts(rng):
    """Return how much a member uses of some kinds, in eighths."""
    return {kind: rng.randint(1, 8) / 8 for kind in range(N_KINDS) if rng.random() < 0.6}


def site_of(uses):
    """Return the site of a pair, which is that of its rows; any for one without."""
    return min(uses, default=0) // N_KINDS


def arrays(classes, price):
    """Return what the kernels take: row (site, kind) is number site * N_KINDS + kind."""
    pairs = [pair for _, _, listed in classes for pair in listed]
    lists, own = [[] for _ in classes], []
    for c, (_, _, listed) in enumerate(classes):
        told = [[(row % N_KINDS, much) for row, much in uses.items()] for _, _, uses in listed]
        alike = all(one == told[0] for one in told)
        own.append(-1 if alike else len(lists))
        if alike:
            lists[c] = told[0] if told else []
        else:
            lists += told
    flat = [use for one in lists for use in one]
    return {
        "pair_ptr": np.cumsum([0, *(len(listed) for _, _, listed in classes)]).astype(np.int64),
        "pair_site": np.array([site_of(uses) for _, _, uses in pairs], np.int32),
        "pair_cost": np.array([cost for _, cost, _ in pairs], np.float64),
        "own": np.array(own, np.int64),
        "list_ptr": np.cumsum([0, *(len(one) for one in lists)]).astype(np.int64),
        "list_kind": np.array([kind for kind, _ in flat], np.int32),
        "list_amount": np.array([much for _, much in flat], np.float64),
        "price": np.array(price, np.float64).reshape(-1, N_KINDS),
    }


def all_of(classes, price):
    """Return what sharing out takes beside that."""
    return arrays(classes, price) | {
        "classes": np.arange(len(classes), dtype=np.int32),
        "out_cost": np.array([out for _, out, _ in classes], np.float64),
        "count": np.array([count for count, _, _ in classes], np.int64),
        "load": np.full((len(price) // N_KINDS, N_KINDS), -7.0),
    }


def test_sharing_out_does_what_its_twin_does():
    """Totals and loads are the same on random classes, at any warmth."""
    for seed in range(400):
        rng = random.Random(seed)
        classes, price = random_classes(rng)
        given, warmth = all_of(classes, price), rng.choice([0.5, 2.0, 20.0])
        soft, hard = share_out(**given, warmth=warmth, stop=NEVER)
        expected = twin.share_out(classes, price, warmth)
        assert hard == expected[1], seed
        assert soft == pytest.approx(expected[0], abs=1e-5), seed
        assert given["load"].ravel() == pytest.approx(expected[2], abs=1e-5), seed


def test_some_classes_are_those_alone():
    """What is left out of the list has no part in the totals and loads."""
    classes, price = random_classes(random.Random(5))
    given = all_of(classes, price) | {"classes": np.array([3, 1], np.int32)}
    soft, hard = share_out(**given, warmth=1.0, stop=NEVER)
    expected = twin.share_out([classes[3], classes[1]], price, 1.0)
    assert (soft, hard) == pytest.approx(expected[:2])
    assert given["load"].ravel() == pytest.approx(expected[2])


def test_the_load_is_the_slope_of_the_soft_total():
    """A price that rises a little raises the total by its row's load."""
    for seed in range(40):
        classes, price = random_classes(random.Random(seed))
        given = all_of(classes, price)
        soft, _ = share_out(**given, warmth=2.0, stop=NEVER)
        for row in range(len(price)):
            higher = [one + 1e-5 * (k == row) for k, one in enumerate(price)]
            more, _ = share_out(**all_of(classes, higher), warmth=2.0, stop=NEVER)
            assert (more - soft) / 1e-5 == pytest.approx(given["load"].flat[row], abs=1e-3)


def test_near_pairs_are_those_of_the_twin():
    """The cheapest few, those within the window, and no more than asked for."""
    for seed in range(400):
        rng = random.Random(seed)
        classes, price = random_classes(rng)
        given = arrays(classes, price)
        near = np.full(len(given["pair_cost"]), 9, np.uint8)
        asked = {
            "window": rng.choice([0.0, 2.0, 9.0]),
            "least": rng.randint(0, 2),
            "most": rng.randint(1, 4),
        }
        assert list_near(**given, **asked, near=near, stop=NEVER)
        found = {k: int(flag) for k, flag in enumerate(near) if flag}
        assert found == twin.list_near(classes, price, **asked), seed


def test_what_pairs_pay_is_what_the_twin_adds_to_their_costs():
    """For each pair, whether it has the list of its class or one of its own."""
    for seed in range(400):
        classes, price = random_classes(random.Random(seed))
        given = arrays(classes, price)
        costs = given.pop("pair_cost")
        paid = np.full(len(costs), -7.0)
        charge_pairs(**given, paid=paid)
        priced = [one[0] for _, _, pairs in classes for one in twin.priced(pairs, price)]
        assert (costs + paid).tolist() == priced, seed


def test_the_cheapest_pair_is_that_of_the_twin():
    """In whole numbers over a power of two, by ranges of classes; 0 for a class without a pair."""
    for seed in range(400):
        classes, price = random_classes(random.Random(seed))
        given, shift = arrays(classes, price), seed % 5
        given["pair_cost"] = given["pair_cost"].astype(np.int64)
        given["list_amount"] = (8 * given["list_amount"]).astype(np.int64)
        given["price"] = given["price"].astype(np.int64)
        found = np.full(len(classes), -7, np.int64)
        for begin, end in ((0, len(classes) // 2), (len(classes) // 2, len(classes))):
            assert take_cheapest(
                **given, shift=shift, cheapest=found, begin=begin, end=end, stop=NEVER
            )
        expected = [
            min(
                (
                    int(cost) * 2**shift
                    + sum(int(8 * much * price[row]) for row, much in uses.items())
                    for _, cost, uses in listed
                ),
                default=0,
            )
            for _, _, listed in classes
        ]
        assert found.tolist() == expected, seed


def test_a_raised_token_stops_them():
    """Within some million uses they look at the token, and then have nothing to say."""
    count = 1_200_000
    given = all_of([(1, 9.0, [(0, 1.0, {0: 0.5})])], [1.0, 0.0, 0.0])
    given["pair_ptr"] = np.arange(count + 1)
    given["pair_cost"], given["out_cost"] = np.ones(count), np.full(count, 9.0)
    given["pair_site"], given["own"] = np.zeros(count, np.int32), np.full(count, -1)
    given["count"], given["classes"] = np.ones(count, np.int64), np.arange(count, dtype=np.int32)
    given["list_ptr"] = np.arange(count + 1)
    given["list_kind"], given["list_amount"] = np.zeros(count, np.int32), np.ones(count)
    raised = np.array([2**63 - 1, 1])
    assert share_out(**given, warmth=0.1, stop=NEVER)[1] == 2 * count
    assert share_out(**given, warmth=0.1, stop=raised) is None
    for name in ("classes", "out_cost", "count", "load"):
        del given[name]
    near = np.empty(count, np.uint8)
    assert not list_near(**given, window=1.0, least=1, most=1, near=near, stop=raised)
    whole = {name: given[name].astype(np.int64) for name in ("pair_cost", "list_amount", "price")}
    found = np.empty(count, np.int64)
    assert not take_cheapest(
        **given | whole, shift=0, cheapest=found, begin=0, end=count, stop=raised
    )
