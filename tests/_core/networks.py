"""Small networks for the kernels, and what the reference says of them."""

import itertools
import random
from dataclasses import dataclass

import numpy as np

from tests.reference.shortest_paths import CAP, LONGEST, Arc, labels

UNREACHABLE = 2**31 - 1
NEVER = np.array([2**63 - 1, 0])


@dataclass(frozen=True)
class Case:
    """A network with its masks, and the rows and columns that are asked for (-1: nowhere)."""

    arcs: list[Arc]
    arc_open: list[bool]
    closed: set[int]
    processing: list[int]
    sources: list[int]
    targets: list[int]

    def arrays(self):
        """Return what both kernels take, by parameter, but for the variance and the matrices."""
        n_nodes = len(self.processing)
        order = sorted(range(len(self.arcs)), key=lambda i: self.arcs[i].tail)
        arcs = [self.arcs[i] for i in order]
        starts = [sum(arc.tail < n for arc in arcs) for n in range(n_nodes + 1)]
        arrays = {
            "indptr": np.array(starts, np.int64),
            "heads": np.array([arc.head for arc in arcs], np.int32),
            "latency": np.array([arc.latency for arc in arcs], np.int32),
            "arc_open": np.array([self.arc_open[i] for i in order], np.uint8),
            "node_open": np.array([n not in self.closed for n in range(n_nodes)], np.uint8),
            "processing": np.array(self.processing, np.int32),
            "sources": np.array(self.sources, np.int32),
            "targets": np.array(self.targets, np.int32),
        }
        return arrays, np.array([arc.variance for arc in arcs], np.int64)

    def expected(self):
        """Return the reference's two matrices as lists."""
        arcs = [arc for arc, is_open in zip(self.arcs, self.arc_open, strict=True) if is_open]
        none = UNREACHABLE, CAP
        latency, variance = [], []
        for source in self.sources:
            found = labels(arcs, source, self.closed, self.processing) if source >= 0 else {}
            row = [found.get(target, none) for target in self.targets]
            latency.append([label[0] for label in row])
            variance.append([label[1] for label in row])
        return latency, variance


def run(kernel, case, *, splits=(), stop=NEVER):
    """Fill the latencies, the rows dealt at `splits`; return them as lists."""
    arrays, _ = case.arrays()
    out = np.full((len(case.sources), len(case.targets)), -7, np.int32)
    for begin, end in ranges(len(case.sources), splits):
        assert kernel.shortest_paths(**arrays, out=out, begin=begin, end=end, stop=stop)
    return out.tolist()


def run_variance(kernel, case, *, splits=(), stop=NEVER):
    """Fill both matrices, the rows dealt at `splits`; return them as lists."""
    arrays, variance = case.arrays()
    out = np.full((len(case.sources), len(case.targets)), -7, np.int32)
    spread = np.full(out.shape, -7, np.int64)
    for begin, end in ranges(len(case.sources), splits):
        assert kernel.shortest_paths_variance(
            **arrays,
            variance=variance,
            out=out,
            out_variance=spread,
            begin=begin,
            end=end,
            stop=stop,
        )
    return out.tolist(), spread.tolist()


def ranges(n_rows, splits):
    """Return the ranges of rows between the splits."""
    bounds = [0, *sorted(splits), n_rows]
    return list(itertools.pairwise(bounds))


def random_case(seed: int) -> Case:
    """Return a network of up to 30 nodes: sparse or dense, often with ties, zeros and huge values."""
    rng = random.Random(seed)
    n_nodes = rng.randint(1, rng.choice([3, 8, 30]))
    n_arcs = rng.randint(0, rng.choice([1, 2, 5]) * n_nodes)
    longest = rng.choice([1, 3, 50, 10**6, LONGEST])
    widest = rng.choice([1, 3, 10**9, CAP // 2, CAP])

    def arc() -> Arc:
        tail, head = rng.randrange(n_nodes), rng.randrange(n_nodes)
        latency = rng.choice([0, rng.randint(0, longest), rng.randint(0, longest)])
        return Arc(tail, head, latency, rng.choice([0, rng.randint(0, widest)]))

    arcs = [arc() for _ in range(n_arcs)]
    for i in range(n_arcs):  # parallel links, and links that have a way back
        if rng.random() < 0.2:
            arcs.append(arcs[i]._replace(variance=rng.randint(0, widest)))
        if rng.random() < 0.5:
            arcs.append(arcs[i]._replace(tail=arcs[i].head, head=arcs[i].tail))
    closed_share, missing = rng.choice([0, 0.3]), rng.choice([0, 0.2])
    slowest = rng.choice([0, 2, 10**6, LONGEST])
    return Case(
        arcs=arcs,
        arc_open=[rng.random() >= missing for _ in arcs],
        closed={n for n in range(n_nodes) if rng.random() < closed_share},
        processing=[rng.choice([0, rng.randint(0, slowest)]) for _ in range(n_nodes)],
        sources=[rng.randrange(-1, n_nodes) for _ in range(rng.randint(0, 5))],
        targets=[rng.randrange(-1, n_nodes) for _ in range(rng.randint(0, 8))],
    )
