"""Networks of certain shapes for the kernels of the elimination tree."""

import itertools
import random

from tests._core.networks import Case
from tests.reference.shortest_paths import LONGEST, Arc


def shapes(seed):
    """Yield a network of each shape, with latencies and masks of each kind in turn."""
    rng = random.Random(seed)
    yield case_of(rng, 0, [])
    yield case_of(rng, 12, [])
    for n_nodes in (9, 40, 90):
        yield case_of(rng, n_nodes, [(k // 2, k) for k in range(1, n_nodes)])
        yield case_of(rng, n_nodes, [(0, k) for k in range(1, n_nodes)])
        yield case_of(rng, n_nodes, itertools.combinations(range(min(n_nodes, 40)), 2))
        yield case_of(rng, n_nodes, [(k, k + 1) for k in range(n_nodes - 1) if k % 7 != 6])
        yield case_of(
            rng, n_nodes, [tuple(rng.sample(range(n_nodes), 2)) for _ in range(2 * n_nodes)]
        )
        yield case_of(rng, n_nodes, hubs(rng, n_nodes))
        yield ring(rng, n_nodes, chords=5)
        yield lattice(rng, n_nodes, holes=0.1)


def hubs(rng, n_nodes):
    """Return the ends of links of which each leads from a node to one that has many already."""
    ends, drawn = [], [0, 0]
    for node in range(1, n_nodes):
        chosen = {rng.choice(drawn) for _ in range(3)}
        ends += [(other, node) for other in sorted(chosen)]
        drawn += [node, *chosen]
    return ends


def ring(rng, n_nodes, *, chords):
    """Return a ring with some chords."""
    ends = [(k, (k + 1) % n_nodes) for k in range(n_nodes)]
    return case_of(
        rng, n_nodes, ends + [tuple(rng.sample(range(n_nodes), 2)) for _ in range(chords)]
    )


def lattice(rng, n_nodes, *, holes):
    """Return a square lattice with some links missing."""
    side = int(n_nodes**0.5)
    across = [(k, k + 1) for k in range(n_nodes - 1) if (k + 1) % side]
    ends = across + [(k, k + side) for k in range(n_nodes - side)]
    return case_of(rng, n_nodes, [pair for pair in ends if rng.random() >= holes])


def case_of(rng, n_nodes, ends):
    """Return a network with these links, both ways alike or not, the nodes in any order."""
    order = rng.sample(range(n_nodes), n_nodes)
    longest = rng.choice([0, 2, 50, 10**6, LONGEST])
    both_ways, slowest = rng.choice(["alike", "both", "one"]), rng.choice([0, 0, 3, LONGEST])
    arcs = []
    for one, other in ends:
        arc = Arc(order[one], order[other], rng.randint(0, longest), 0)
        arcs.append(arc)
        if both_ways != "one":
            latency = arc.latency if both_ways == "alike" else rng.randint(0, longest)
            arcs.append(Arc(arc.head, arc.tail, latency, 0))
    closed = rng.choice([0, 0, 0.2])
    return Case(
        arcs=arcs,
        arc_open=[both_ways == "alike" or rng.random() < 0.95 for _ in arcs],
        closed={n for n in range(n_nodes) if rng.random() < closed},
        processing=[rng.randint(0, slowest) for _ in range(n_nodes)],
        sources=list(range(0, n_nodes, 3)),
        targets=list(range(n_nodes)),
    )
