"""Lists of uses for classes and for pairs, against their twin."""

import itertools
import random

import numpy as np

from placement._core import count_uses, join_sites, list_uses
from tests._core.networks import NEVER
from tests.reference.eligibility import list_uses as twin

N_SITES = 5


def random_lists(rng, n_lists, n_kinds):
    """Return lists of (kind, amount)."""
    return [
        [
            (kind, rng.randint(1, 2**62))
            for kind in rng.sample(range(n_kinds), rng.randint(0, n_kinds))
        ]
        for _ in range(n_lists)
    ]


def test_each_pair_uses_what_its_list_says():
    """That of its class, or one of its own; kinds without a row on the site are passed over."""
    for seed in range(300):
        rng = random.Random(seed)
        n, n_kinds = rng.randint(0, 6), rng.randint(1, 4)
        sites = [sorted(rng.sample(range(N_SITES), rng.randint(0, N_SITES))) for _ in range(n)]
        lists, own, pairs = random_lists(rng, n, n_kinds), [], []
        for c, mine in enumerate(sites):
            own.append(len(lists) if rng.random() < 0.4 else -1)
            if own[-1] >= 0:
                pairs += [(len(lists) + place, s) for place, s in enumerate(mine)]
                lists += random_lists(rng, len(mine), n_kinds)
            else:
                pairs += [(c, s) for s in mine]
        row_of = [[rng.randint(-1, 9) for _ in range(n_kinds)] for _ in range(N_SITES)]
        given = {
            "pair_ptr": np.cumsum([0, *map(len, sites)]).astype(np.int64),
            "pair_site": np.array([*itertools.chain(*sites)], np.int32),
            "own": np.array(own, np.int64),
            "list_ptr": np.cumsum([0, *map(len, lists)]).astype(np.int64),
            "list_kind": np.array([kind for one in lists for kind, _ in one], np.int32),
            "row_of": np.array(row_of, np.int32),
        }
        ranges = [{"begin": 0, "end": n // 2}, {"begin": n // 2, "end": n}]
        count = np.full(len(pairs), -7, np.int64)
        expected = twin(pairs, lists, row_of)
        for some in ranges:
            assert count_uses(**given, count=count, **some, stop=NEVER)
        assert count.tolist() == [len(one) for one in expected], seed
        ptr = np.cumsum([0, *count.tolist()]).astype(np.int64)
        row, amount = np.full(ptr[-1], -7, np.int32), np.full(ptr[-1], -7, np.int64)
        amounts = np.array([amount for one in lists for _, amount in one], np.int64)
        uses = {"use_ptr": ptr, "use_row": row, "use_amount": amount}
        for some in ranges:
            assert list_uses(**given, list_amount=amounts, **uses, **some, stop=NEVER)
        flat = [use for one in expected for use in one]
        assert list(zip(row.tolist(), amount.tolist(), strict=True)) == flat, seed


def test_the_sites_of_a_kind_are_those_of_all_who_use_it():
    """Sets are added to what is there."""
    joined = np.array([[0b1000], [0]], np.uint64)
    ptr, kind = np.array([0, 2, 3]), np.array([0, 1, 1], np.int32)
    bits = np.array([[0b01], [0b10]], np.uint64)
    assert join_sites(ptr, kind, bits, joined, 0, 1, NEVER)
    assert join_sites(ptr, kind, bits, joined, 1, 2, NEVER)
    assert joined.tolist() == [[0b1001], [0b11]]


def test_a_raised_token_stops_them():
    """Within some million steps each looks at the token."""
    n, raised = 600_000, np.array([2**63 - 1, 1])
    ptr, zero = np.arange(n + 1), np.zeros(n, np.int32)
    given = {
        "pair_ptr": ptr,
        "pair_site": zero,
        "own": np.full(n, -1),
        "list_ptr": ptr,
        "list_kind": zero,
        "row_of": np.zeros((1, 1), np.int32),
        "begin": 0,
        "end": n,
    }
    count, row, amount = np.zeros(n, np.int64), np.empty(n, np.int32), np.empty(n, np.int64)
    uses = {
        "list_amount": np.ones(n, np.int64),
        "use_ptr": ptr,
        "use_row": row,
        "use_amount": amount,
    }
    assert count_uses(**given, count=count, stop=NEVER)
    assert not count_uses(**given, count=count, stop=raised)
    assert list_uses(**given, **uses, stop=NEVER)
    assert not list_uses(**given, **uses, stop=raised)
    bits, joined = np.zeros((n, 2), np.uint64), np.zeros((1, 2), np.uint64)
    assert join_sites(ptr, zero, bits, joined, 0, n, NEVER)
    assert not join_sites(ptr, zero, bits, joined, 0, n, raised)
