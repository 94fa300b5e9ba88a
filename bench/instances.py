"""What is measured: the reference federation, and networks and problems made from a seed."""

import random
from functools import cache
from importlib.resources import as_file, files

from placement.io import read_problem
from placement.model.network import Network
from placement.model.problem import Problem

__all__ = ["federation", "generated", "telecom"]

AT = "2026-11-24"


@cache
def federation() -> Problem:
    """Return the reference federation."""
    with as_file(files("placement.data") / "europe/europe.json") as path:
        return read_problem(path)


@cache
def telecom(n_core: int, n_metro: int, n_access: int, seed: int = 0) -> Network:
    """Return a network as operators build them.

    A ring of core nodes with chords; at each of them a ring of metro nodes that closes at the next
    core node; at each of these access nodes, three in ten of them with a second way home.
    """
    rng = random.Random(seed)
    links = []

    def link(a: str, b: str, most: float) -> None:
        links.append((a, b, round(rng.uniform(most / 10, most), 6)))

    for c in range(n_core):
        link(f"c{c}", f"c{(c + 1) % n_core}", 4)
        if rng.random() < 0.5:
            link(f"c{c}", f"c{(c + rng.randrange(2, n_core - 1)) % n_core}", 9)
        last = f"c{c}"
        for m in range(n_metro):
            metro = f"c{c}m{m}"
            link(last, metro, 0.5)
            last = metro
            for a in range(n_access):
                link(metro, f"{metro}a{a}", 0.1)
                if rng.random() < 0.3:
                    link(f"c{c}m{(m + 1) % n_metro}", f"{metro}a{a}", 0.2)
        link(last, f"c{(c + 1) % n_core}", 2)
    return Network.from_links(links)


@cache
def generated(n_workloads: int, n_sites: int, *, bounded: bool = True, seed: int = 0) -> Problem:
    """Return a problem in which no two workloads are alike.

    Sites are as large as their tier, core or metro, and are 95 % full if everything is placed;
    `bounded` workloads have a latency bound and reach about a third of them.
    """
    rng = random.Random(seed)
    network = telecom(12, 6, 5)
    core = [node for node in network.nodes.ids if "m" not in node]
    metro = [node for node in network.nodes.ids if "m" in node and "a" not in node]
    access = [node for node in network.nodes.ids if "a" in node]
    workloads = [
        {
            "id": f"w{w}",
            "origins": rng.sample(access, rng.choice([1, 1, 2])),
            "demand": {"cpu": rng.choice([1, 2, 2, 4, 8]), "memory": 1000 + rng.randrange(30_000)},
            "max_rtt_ms": rng.choice([4, 8, 12, 20]) if bounded else None,
            "priority": rng.choice([1, 1, 1, 2, 5]),
        }
        for w in range(n_workloads)
    ]
    homes = [
        core[s % len(core)] if s % 3 == 0 else metro[7 * s % len(metro)] for s in range(n_sites)
    ]
    share = [4.0 if home in core else 1.0 for home in homes]
    total = {name: sum(w["demand"][name] for w in workloads) / 0.95 for name in ("cpu", "memory")}
    sites = [
        {
            "id": f"s{s}",
            "node": home,
            "capacity": {name: int(all_of * part / sum(share)) for name, all_of in total.items()},
            "price": {"cpu": round(rng.uniform(0.2, 1), 2)},
            "open_cost": 0 if not bounded else 5,
        }
        for s, (home, part) in enumerate(zip(homes, share, strict=True))
    ]
    return Problem(
        network=network,
        sites=sites,
        workloads=workloads,
        objective={"latency": 1, "price": 1},
        at=AT,
        name=f"generated {n_workloads} x {n_sites}",
    )
