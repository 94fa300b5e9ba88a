"""What the index of a network costs, and what it says of the network."""

import time
from dataclasses import dataclass
from functools import partial

from bench.latency import NETWORKS
from bench.machine import peak_bytes, reset_peak
from bench.networks import Links
from bench.registry import Bench
from placement.latency import NetworkShape, index_links

__all__ = ["BENCH"]

MOST = {"telecom 1M": (1.0, 1_000)}


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A network, and the most seconds and megabytes that its index may take."""

    links: Links
    most: tuple[float, int] | None


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """The shape of the network, and in what time and memory its index was ready."""

    shape: NetworkShape
    seconds: float
    peak_bytes: int


def case_of(make, most):
    """Return the case of a network."""
    return Case(make(), most)


def judged(case, made):
    """Tell it; there is nothing to compare that `latency` does not."""
    shape, megabytes = made.shape, round(made.peak_bytes / 1e6)
    assert shape.n_nodes == case.links.n_nodes
    within = (
        None if case.most is None else made.seconds <= case.most[0] and megabytes <= case.most[1]
    )
    return {
        "seconds": made.seconds,
        "peak MB": megabytes,
        "goal": None if case.most is None else "{:g} s, {:,} MB".format(*case.most),
        "measured": None if within is None else f"{made.seconds:.3g} s, {megabytes:,} MB",
        "reached": within,
        "nodes": shape.n_nodes,
        "links": len(case.links.tails),
        "regime": shape.regime,
        "height": shape.height,
        "width": shape.width,
        "arcs a node": shape.arcs_per_node,
        "core": shape.core_nodes,
        "why": shape.reason,
    }


INSTANCES = {name.split(",")[0].split(" ×")[0]: make for name, (make, _) in NETWORKS.items()}
BENCH = Bench(
    "preparation",
    "From arrays of links to an index that is ready for matrices, in a process of its own; one thread",
    {name: partial(case_of, make, MOST.get(name)) for name, make in INSTANCES.items()},
    judged,
    alone=True,
)


@BENCH.subject("placement")
def index(case):
    """The library; the first index of a process is of another network."""
    small = index_links([0, 1], [1, 2], [1, 1]).shape
    assert small.n_nodes == 3

    def run():
        before = reset_peak()
        begun = time.perf_counter()
        shape = index_links(*case.links[1:], n_nodes=case.links.n_nodes).shape
        seconds = time.perf_counter() - begun
        return Made(shape, seconds, max(0, peak_bytes() - before))

    return run
