"""Random networks with everything that the rules know."""

import random

from placement.model.network import Link, Network, Node, Slice

COUNTRIES = ["DE", "FR", "CH", "IT", None]
SLICES = ["1", "1-00A1B2"]


def random_network(seed):
    """Return a network of up to nine nodes: ties, masks, one-way and parallel links, fractions."""
    rng = random.Random(seed)
    names = [f"n{i}" for i in range(rng.randint(1, 9))]
    rng.shuffle(names)
    nodes = [
        Node(
            name,
            country=rng.choice(COUNTRIES),
            lat=rng.choice([48.86, 50.11, 45.46, round(rng.uniform(-90, 90), 4)]),
            lon=rng.choice([2.35, 8.68, 9.19, round(rng.uniform(-180, 180), 4)]),
            processing_ms=rng.choice([0, 0, 1, 0.0000001, 2100]),
        )
        for name in names
    ]
    links = [
        random_link(rng, names)
        for _ in range(rng.randint(0, 3 * len(names)) if len(names) > 1 else 0)
    ]
    return Network(nodes, links, [Slice(name) for name in SLICES])


def random_link(rng, names):
    """Return a link between two of the nodes, measured in one of the three ways."""
    source, target = rng.sample(names, 2)
    way = rng.choice(["latency", "latency", "length", "map"])
    return Link(
        source=source,
        target=target,
        latency_ms=rng.choice([0, 1, 2, 0.1, 0.0000001, 1000]) if way == "latency" else None,
        length_km=rng.choice([0, 1, 7.0000001, 1234.5678]) if way == "length" else None,
        jitter_ms=rng.choice([0, 0, 1, 0.3, 2100]),
        bidirectional=rng.random() < 0.7,
        slices=rng.choice([None, None, [], SLICES[:1], SLICES]),
    )


def tangled_network(seed):
    """Return a network of up to six nodes: ties, zeros, parallel and one-way links, near 2.1 s."""
    rng = random.Random(seed)
    names = [f"n{i}" for i in range(rng.randint(2, 6))]
    rng.shuffle(names)
    times = rng.choice(
        [
            [0],
            [0, 1],
            [0, 1, 2, 3],
            [1, 10, 11, 100],
            [1000, 1050, 1100],
            [0, 699.999999, 700, 2100],
        ]
    )
    slowest = rng.choice([[0], [0], [0, 1], [0, 0.000001, 2100]])
    one_way = rng.choice([0, 0.3, 0.9])
    nodes = [
        Node(name, country=rng.choice(COUNTRIES), processing_ms=rng.choice(slowest))
        for name in names
    ]
    links = []
    for _ in range(rng.randint(0, rng.choice([len(names), 10]))):
        source, target = rng.sample(names, 2)
        link = Link(
            source=source,
            target=target,
            latency_ms=rng.choice(times),
            jitter_ms=rng.choice([0, 1, 2, 2100]),
            bidirectional=rng.random() >= one_way,
            slices=rng.choice([None, None, None, [], SLICES[:1]]),
        )
        links.append(link)
    return Network(nodes, links, [Slice(name) for name in SLICES])


def ringed_network(seed):
    """Return a ring of up to seven nodes with chords, some links one-way, some in parallel."""
    rng = random.Random(seed)
    n_nodes = rng.randint(3, 7)
    names = [f"n{i}" for i in range(n_nodes)]
    rng.shuffle(names)
    times = rng.choice([[0, 1], [1, 2, 3, 4], [0.000001, 1, 10, 10.000001], [500, 600, 700]])
    one_way = rng.choice([0, 0.2, 0.6])
    nodes = [
        Node(name, country=rng.choice(["DE", "FR", "CH"]), processing_ms=rng.choice([0, 0, 1]))
        for name in names
    ]
    ends = [(names[i], names[(i + 1) % n_nodes]) for i in range(n_nodes)]
    ends += [tuple(rng.sample(names, 2)) for _ in range(rng.randint(0, 5))]
    links = []
    for source, target in ends:
        for end in [(source, target), (target, source)][: rng.choice([1, 1, 2])]:
            link = Link(
                source=end[0],
                target=end[1],
                latency_ms=rng.choice(times),
                jitter_ms=rng.choice([0, 1]),
                bidirectional=rng.random() >= one_way,
                slices=rng.choice([None, None, None, SLICES[:1]]),
            )
            links.append(link)
    return Network(nodes, links, [Slice(name) for name in SLICES])
