"""Networks that change at random, and what they are after each change."""

import random

from placement.latency import LinkChange, NodeChange
from placement.model.network import Link, Network, Node, Slice
from tests.latency.networks import COUNTRIES, SLICES

SHAPES = ["tree", "ring", "clique", "apart", "ladder", "rings and trees", "any"]
LATENCIES = [0, 0, 1, 2, 3, 0.1, 0.0000001, 700, 2100]


def pairs_of(shape, n_nodes, rng):
    """Return the pairs of nodes that are joined in a network of some shape."""
    tree = [(rng.randrange(max(0, n - 4), n), n) for n in range(1, n_nodes)]
    if shape == "tree":
        return tree
    if shape == "ring":
        return [(n, (n + 1) % n_nodes) for n in range(n_nodes) if n_nodes > 1]
    if shape == "clique":
        return [(a, b) for b in range(min(n_nodes, 8)) for a in range(b)]
    if shape == "apart":
        return [(a, b) for a, b in tree if rng.random() < 0.6]
    if shape == "ladder":
        return [(n, n + k) for n in range(n_nodes) for k in (1, 3) if n + k < n_nodes]
    if shape == "rings and trees":
        return tree + [(rng.randrange(b), b) for b in range(1, n_nodes) if rng.random() < 0.3]
    return [
        tuple(rng.sample(range(n_nodes), 2))
        for _ in range(rng.randint(0, 2 * n_nodes) if n_nodes > 1 else 0)
    ]


class Changing:
    """A network, with the links and nodes that are not up."""

    def __init__(self, seed, *, shape=None, n_nodes=None):
        self.rng = rng = random.Random(seed)
        shape = shape or rng.choice(SHAPES)
        n_nodes = n_nodes or rng.choice([1, 2, 4, 7, 12, 25])
        self.names = [f"n{i}" for i in range(n_nodes)]
        rng.shuffle(self.names)
        slowest = rng.choice([0, 0, 1, 2100])
        self.nodes = [
            Node(
                name,
                country=rng.choice(COUNTRIES),
                processing_ms=rng.choice([0, 0, 0.0000001, slowest]),
            )
            for name in self.names
        ]
        latencies = rng.choice([[1, 2, 3], [1000, 1100], LATENCIES])
        pairs = [pair for pair in pairs_of(shape, n_nodes, rng) if pair[0] != pair[1]]
        pairs += [pair for pair in pairs if rng.random() < 0.15]  # parallel ones
        self.latencies = latencies
        self.ends = [(self.names[a], self.names[b]) for a, b in pairs]
        # What each direction takes; None where there is no such direction.
        self.ways = [
            [rng.choice(latencies), rng.choice([None, *latencies[:1], *3 * latencies])]
            for _ in pairs
        ]
        for ways in self.ways:
            if ways[1] is not None:
                ways[1] = ways[0]
        self.carried = [rng.choice([None, None, None, [], SLICES[:1], SLICES]) for _ in pairs]
        self.failed = [[False, False] for _ in pairs]
        self.down = set()

    def network(self, *, at_first=False):
        """Return the network as it is now, or as it was made, with all links up."""
        links = []
        for ends, ways, carried, failed in zip(
            self.ends, self.ways, self.carried, self.failed, strict=True
        ):
            if at_first:
                links.append(
                    Link(
                        source=ends[0],
                        target=ends[1],
                        latency_ms=ways[0],
                        bidirectional=ways[1] is not None,
                        slices=carried,
                    )
                )
                continue
            if self.down & set(ends):
                continue
            links += [
                Link(
                    source=ends[way],
                    target=ends[1 - way],
                    latency_ms=ways[way],
                    bidirectional=False,
                    slices=carried,
                )
                for way in (0, 1)
                if ways[way] is not None and not failed[way]
            ]
        return Network(self.nodes, links, [Slice(name) for name in SLICES])

    def step(self):
        """Let one to three things happen; return the changes that say so."""
        return [self._one() for _ in range(self.rng.choice([1, 1, 1, 2, 3]))]

    def _one(self):
        rng = self.rng
        if not self.ends or rng.random() < 0.15:
            name = rng.choice(self.names)
            up = name in self.down or rng.random() < 0.3
            (self.down.discard if up else self.down.add)(name)
            return NodeChange(name, up=up)
        link = rng.randrange(len(self.ends))
        ways = [way for way in (0, 1) if self.ways[link][way] is not None]
        towards = None
        if rng.random() < 0.3:
            ways = [rng.choice(ways)]
            towards = self.ends[link][1 - ways[0]]
        latency = rng.choice([None, *self.latencies, *LATENCIES[-2:]])
        up = rng.choice([None, None, True]) if any(self.failed[link]) else rng.choice([None, False])
        if up is None and latency is None:
            latency = 1
        for way in ways:
            if latency is not None:
                self.ways[link][way] = latency
            if up is not None:
                self.failed[link][way] = not up
        return LinkChange(self._named(link), latency_ms=latency, up=up, towards=towards)

    def _named(self, link):
        ends = self.ends[link]
        alike = [other for other in self.ends if set(other) == set(ends)]
        return ends if len(alike) == 1 and self.rng.random() < 0.5 else link
