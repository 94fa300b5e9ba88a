"""The costs of pairs, against exact fractions."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest

from placement._core import price_pairs
from tests._core.networks import NEVER
from tests.reference.eligibility import price_pair

SMALL, WIDE, EXACT = 0, 1, 2
UNTOUCHED = -7


class Case:
    """Random classes on four sites, with numbers of some magnitude."""

    def __init__(self, rng, way):
        self.way, self.n_sites = way, 4
        most = {SMALL: 10**3, WIDE: 10**9, EXACT: 9}[way]
        self.n, self.n_resources = rng.randint(0, 6), rng.randint(0, 3)

        def numbers(*shape):
            some = [rng.choice([0, 1, rng.randint(0, most), most]) for _ in range(np.prod(shape))]
            return np.array(some, np.int64).reshape(shape)

        self.routes = [[rng.randrange(3) for _ in range(rng.randint(0, 3))] for _ in range(3)]
        n_origins = sum(map(len, self.routes))
        self.arrays = {
            "key": np.array([rng.randrange(3) for _ in range(self.n)], np.int64),
            "ptr": np.cumsum([0, *map(len, self.routes)]).astype(np.int64),
            "route": np.array([*itertools.chain(*self.routes)], np.int64),
            "weight": numbers(n_origins),
            "rtt": numbers(3, self.n_sites),
            "factor": np.maximum(1, numbers(3, 3)),
            "way": np.array([way, way, EXACT], np.uint8),
            "home": np.array([rng.randrange(2) for _ in range(self.n)], np.int64),
            "amount": numbers(self.n, self.n_resources),
            "rate": numbers(2, self.n_sites, self.n_resources),
            "now": np.array([rng.randint(-1, 3) for _ in range(self.n)], np.int64),
            "move": numbers(self.n),
        }
        if way == WIDE:  # sums pass 64 bits, the cost does not
            self.arrays["factor"][:, 1:] += 2 * most**2
        self.sites = [sorted(rng.sample(range(4), rng.randint(0, 4))) for _ in range(self.n)]
        self.ptr = np.cumsum([0, *map(len, self.sites)]).astype(np.int64)

    def priced(self, *ranges):
        """Return what the kernel says."""
        cost = np.full(self.ptr[-1], UNTOUCHED, np.int64)
        pairs = {
            "order": np.argsort(self.arrays["key"], kind="stable"),
            "pair_ptr": self.ptr,
            "pair_site": np.array([*itertools.chain(*self.sites)], np.int32),
            "pair_cost": cost,
        }
        for begin, end in ranges:
            assert price_pairs(**self.arrays, **pairs, begin=begin, end=end, stop=NEVER)
        return cost.tolist()

    def expected(self):
        """Return what fractions say."""
        some = self.arrays
        made = []
        for c, sites in enumerate(self.sites):
            k, home = some["key"][c], some["home"][c]
            for s in sites:
                if some["way"][k] == EXACT:
                    made.append(UNTOUCHED)
                    continue
                places = range(some["ptr"][k], some["ptr"][k + 1])
                trips = [
                    (int(some["weight"][o]), int(some["rtt"][some["route"][o], s])) for o in places
                ]
                moving = int(some["move"][c]) if some["now"][c] not in {-1, s} else 0
                amounts, rates = some["amount"][c].tolist(), some["rate"][home, s].tolist()
                a, b, scale = some["factor"][k].tolist()
                factors = Fraction(a, scale), Fraction(b, scale)
                if some["way"][k] == WIDE:
                    factors = Fraction(a, b), Fraction(1, scale)
                made.append(price_pair(trips, factors[0], amounts, rates, moving, factors[1]))
        return made


@pytest.mark.parametrize("way", [SMALL, WIDE])
def test_costs_are_the_nearest_whole_numbers_of_the_fractions(way):
    """Also where sums pass 64 bits; keys that are left to others are not touched."""
    for seed in range(300):
        case = Case(random.Random(seed), way)
        middle = case.n // 2
        assert case.priced((0, middle), (middle, case.n)) == case.expected(), seed


def test_a_raised_token_stops_it():
    """Within some million steps it looks at the token."""
    n = 300_000
    zero, one = np.zeros(n, np.int64), np.ones(1, np.int64)
    given = {
        "order": np.arange(n),
        "key": zero,
        "ptr": np.array([0, 1]),
        "route": np.zeros(1, np.int64),
        "weight": one,
        "rtt": np.ones((1, 1), np.int64),
        "factor": np.ones((1, 3), np.int64),
        "way": np.zeros(1, np.uint8),
        "home": zero,
        "amount": np.empty((n, 0), np.int64),
        "rate": np.empty((1, 1, 0), np.int64),
        "now": zero,
        "move": zero,
        "pair_ptr": np.arange(n + 1),
        "pair_site": np.zeros(n, np.int32),
        "pair_cost": np.empty(n, np.int64),
        "begin": 0,
        "end": n,
    }
    assert price_pairs(**given, stop=NEVER)
    assert not price_pairs(**given, stop=np.array([2**63 - 1, 1]))
