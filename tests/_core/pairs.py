"""Small networks to find pairs of disjoint paths in: edges, closed nodes, processing times, two ends."""

import random

import pytest

from tests.reference.disjoint import LONGEST, Edge

by_what = pytest.mark.parametrize("by_nodes", [False, True], ids=["links", "nodes"])


def random_case(seed):
    """Return edges, closed nodes, processing times and two ends: sparse, with ties and all limits."""
    rng = random.Random(seed)
    n_nodes = rng.randint(2, rng.choice([4, 7, 8]))
    n_edges = rng.randint(1, rng.choice([n_nodes, 2 * n_nodes, 12]))
    some = [0, LONGEST // 3, LONGEST // 3 + 1, LONGEST // 2, LONGEST]
    pool = rng.choice([[0], [0, 1], [1, 2, 3, 4, 5], range(1, 1000), some])
    edges = random_edges(rng, [rng.sample(range(n_nodes), 2) for _ in range(n_edges)], pool)
    closed_share, slowest = rng.choice([0, 0, 0.2]), rng.choice([0, 0, 5, LONGEST // 4])
    source, target = rng.sample(range(n_nodes), 2)
    closed = {n for n in range(n_nodes) if rng.random() < closed_share} - {target}
    processing = [rng.choice([0, slowest]) for _ in range(n_nodes)]
    return edges, closed, processing, source, target


def meshed_case(seed):
    """Return a ring with chords, where there are many pairs to choose from."""
    rng = random.Random(seed)
    n_nodes = rng.randint(5, 9)
    ring = [(n, (n + 1) % n_nodes) for n in range(n_nodes)]
    chords = [rng.sample(range(n_nodes), 2) for _ in range(rng.randint(2, n_nodes - 1))]
    some = [0, LONGEST // 5, LONGEST // 5 + 1, LONGEST // 4, LONGEST // 3]
    pool = rng.choice([[0, 1], [1, 2, 3, 4, 5], range(1, 1000), range(1, 1000), some])
    edges = random_edges(rng, ring + chords, pool)
    return edges, set(), [rng.choice([0, 0, 3]) for _ in range(n_nodes)], 0, n_nodes // 2


def trapped_case(seed):
    """Return a quick way with slow ways round parts of it: a second path has to take back the first."""
    rng = random.Random(seed)
    n_nodes = length = rng.randint(3, 6)
    ends = [(n, n + 1) for n in range(length)]
    n_nodes += 1
    for _ in range(rng.randint(2, 6)):
        one, other = sorted(rng.sample(range(length + 1), 2), key=lambda _: rng.random())
        if rng.random() < 0.5:
            ends.append((one, other))
        else:
            ends += [(one, n_nodes), (n_nodes, other)]
            n_nodes += 1
    share = LONGEST // length
    pools = [([0, 1], [10, 11, 20]), (range(1, 9), range(10, 99))]
    pools += [([0, share // 2, share], [share, 2 * share - 1, LONGEST // 2, LONGEST])] * 2
    quick, slow = rng.choice(pools)
    edges = random_edges(rng, ends[:length], quick) + random_edges(rng, ends[length:], slow)
    return edges, set(), [rng.choice([0, 0, 1]) for _ in range(n_nodes)], 0, length


def random_edges(rng, ends, pool):
    """Return edges between these ends, alike in both directions or not."""
    is_symmetric = rng.random() < 0.6
    outs = [rng.choice(pool) for _ in ends]
    backs = outs if is_symmetric else [rng.choice(pool) for _ in ends]
    return [Edge(*pair, out, back) for pair, out, back in zip(ends, outs, backs, strict=True)]


def rings(n_rings, seed=0):
    """Return a chain of rings: one path goes round each of them on either side."""
    rng = random.Random(seed)
    ends = []
    for n in range(0, 3 * n_rings, 3):
        ends += [(n, n + 1), (n, n + 2), (n + 1, n + 3), (n + 2, n + 3)]
    edges = [Edge(*pair, *[rng.randrange(10**5, 10**6)] * 2) for pair in ends]
    return edges, set(), [0] * (3 * n_rings + 1), 0, 3 * n_rings
