"""Sets of sites that rules take sites away from, against their twins."""

import importlib
import itertools
import random

import numpy as np
import pytest

from placement._core import COPIES
from tests._core.networks import NEVER
from tests.reference.eligibility import keep_near, keep_roomy, keep_wished

RAISED = np.array([2**63 - 1, 1])


@pytest.fixture(params=COPIES.values(), ids=COPIES.keys())
def sieve(request):
    """Return one variant of the module `placement._core.eligibility`."""
    return importlib.import_module(f"{request.param}.eligibility")


def words(sets, n_sites):
    """Return rows of bits."""
    made = np.zeros((len(sets), -(-n_sites // 64)), np.uint64)
    for row, sites in enumerate(sets):
        for s in sites:
            made[row, s // 64] |= np.uint64(1 << s % 64)
    return made


def sets(bits):
    """Return the sets that rows of bits stand for."""
    return [
        {64 * w + b for w, word in enumerate(row) for b in range(64) if word >> b & 1}
        for row in bits.tolist()
    ]


def some_of(rng, n_sites):
    """Return a random set of sites: few, most or none."""
    share = rng.choice([0, 0.1, 0.9])
    return {s for s in range(n_sites) if rng.random() < share}


def in_two(n, call):
    """Call with two ranges that cover n, and assert that both got to the end."""
    middle = n // 3
    assert call(0, middle, NEVER)
    assert call(middle, n, NEVER)


@pytest.mark.parametrize("seed", range(200))
def test_what_is_kept_is_what_the_twins_keep(sieve, seed):
    """Wishes, times and room, one after the other; sites that fill a word and sites that do not."""
    rng = random.Random(seed)
    n_sites, n = rng.choice([0, 1, 5, 63, 64, 65, 150]), rng.randint(0, 9)
    allowed = [some_of(rng, n_sites) | some_of(rng, n_sites) for _ in range(4)]
    wish = [[rng.randrange(4) for _ in range(n)] for _ in range(rng.randint(1, 3))]
    bits = np.full((n, -(-n_sites // 64)), 2**64 - 1, np.uint64)
    wishes = np.array(wish, np.int64).reshape(len(wish), n)
    in_two(n, lambda *some: sieve.keep_wished(wishes, words(allowed, n_sites), bits, *some))
    expected = [keep_wished([one[c] for one in wish], allowed) for c in range(n)]
    assert sets(bits) == expected

    time = [
        [rng.choice([-1, 3, rng.randint(0, 9), 2**62]) for _ in range(n_sites)] for _ in range(3)
    ]
    routes = [[rng.randrange(3) for _ in range(rng.randint(0, 3))] for _ in range(3)]
    key = [rng.randrange(3) for _ in range(n)]
    bound = [rng.choice([2**62, rng.randint(0, 9)]) for _ in range(n)]
    near = {
        "order": np.argsort(np.array(key, np.int64), kind="stable"),
        "key": np.array(key, np.int64),
        "ptr": np.cumsum([0, *map(len, routes)]).astype(np.int64),
        "route": np.array([*itertools.chain(*routes)], np.int64),
        "time": np.array(time, np.int64).reshape(3, n_sites),
        "bound": np.array(bound, np.int64),
        "bits": bits,
        "worst": np.zeros(64 * bits.shape[1], np.int64),
    }
    in_two(n, lambda begin, end, stop: sieve.keep_near(**near, begin=begin, end=end, stop=stop))
    expected = [
        keep_near(expected[c], [time[one] for one in routes[key[c]]], bound[c]) for c in range(n)
    ]
    assert sets(bits) == expected

    n_resources = rng.randint(0, 3)
    room = [
        [[rng.choice([0, 5, 2**63 - 1]) for _ in range(n_resources)] for _ in range(n_sites)]
        for _ in range(2)
    ]
    amount = [[rng.randint(0, 6) for _ in range(n_resources)] for _ in range(n)]
    group = [rng.choice([-1, 0, 1]) for _ in range(n)]
    arrays = (
        np.array(group, np.int64),
        np.array(amount, np.int64).reshape(n, n_resources),
        np.array(room, np.int64).reshape(2, n_sites, n_resources),
    )
    in_two(n, lambda *some: sieve.keep_roomy(*arrays, bits, *some))
    expected = [
        sites if g < 0 else keep_roomy(sites, needs, room[g])
        for sites, needs, g in zip(expected, amount, group, strict=True)
    ]
    assert sets(bits) == expected

    count = np.full(n, -7, np.int64)
    in_two(n, lambda *some: sieve.count_sites(bits, count, *some))
    assert count.tolist() == [len(one) for one in expected]
    ptr = np.cumsum([0, *count.tolist()]).astype(np.int64)
    site = np.full(ptr[-1], -7, np.int32)
    in_two(n, lambda *some: sieve.list_sites(bits, ptr, site, *some))
    assert site.tolist() == [s for one in expected for s in sorted(one)]


def test_a_raised_token_stops_them(sieve):
    """Within some million steps each looks at the token."""
    n = 20_000
    bits = np.full((n, 1), 2**64 - 1, np.uint64)
    zero = np.zeros(n, np.int64)
    wish, allowed = np.zeros((60, n), np.int64), np.full((1, 1), 2**64 - 1, np.uint64)
    assert sieve.keep_wished(wish, allowed, bits, 0, n, NEVER)
    assert not sieve.keep_wished(wish, allowed, bits, 0, n, RAISED)
    order, room = np.arange(n), np.empty(64, np.int64)
    near = (order, order, np.arange(n + 1), zero, np.zeros((1, 64), np.int64), zero, bits, room)
    assert sieve.keep_near(*near, 0, n, NEVER)
    assert not sieve.keep_near(*near, 0, n, RAISED)
    roomy = (zero, np.zeros((n, 1), np.int64), np.zeros((1, 64, 1), np.int64), bits)
    assert sieve.keep_roomy(*roomy, 0, n, NEVER)
    assert not sieve.keep_roomy(*roomy, 0, n, RAISED)
    ptr, site = 64 * np.arange(n + 1), np.empty(64 * n, np.int32)
    assert sieve.list_sites(bits, ptr, site, 0, n, NEVER)
    assert not sieve.list_sites(bits, ptr, site, 0, n, RAISED)
    wide = np.zeros((n, 60), np.uint64)
    assert sieve.count_sites(wide, zero, 0, n, NEVER)
    assert not sieve.count_sites(wide, zero, 0, n, RAISED)
