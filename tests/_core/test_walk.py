"""The walk over tight arcs, against sets of them."""

import random
import threading
import time

import numpy as np
import pytest

from placement._core import trace_paths
from tests._core.networks import NEVER, UNREACHABLE, random_case
from tests.reference.shortest_paths import CAP, labels
from tests.reference.walk import walked


def arrays(arcs, n_nodes, processing, rank):
    """Return a network as the kernel takes it: arcs grouped by their heads, each its own link."""
    order = sorted(range(len(arcs)), key=lambda i: arcs[i].head)
    grouped = [arcs[i] for i in order]
    indptr = [sum(arc.head < n for arc in grouped) for n in range(n_nodes + 1)]
    return {
        "indptr": np.array(indptr, np.int64),
        "tails": np.array([arc.tail for arc in grouped], np.int32),
        "latency": np.array([arc.latency for arc in grouped], np.int32),
        "variance": np.array([arc.variance for arc in grouped], np.int64),
        "link": np.array(order, np.int32),
        "processing": np.array(processing, np.int32),
        "rank": np.array(rank, np.int32),
    }


def matrices(found, n_nodes, *, jitter):
    """Return labels as the matrices that the kernel takes."""
    label = np.full((len(found), n_nodes), UNREACHABLE, np.int32)
    spread = np.full((len(found), n_nodes if jitter else 0), CAP, np.int64)
    for row, best in enumerate(found):
        for node, (latency, variance) in best.items():
            label[row, node] = latency
            if jitter:
                spread[row, node] = variance
    return {"label": label, "spread": spread}


def run(network, pairs, room):
    """Trace all pairs into buffers of that size; return the links of each."""
    ends, out, done, paths = np.empty(len(pairs), np.int64), np.empty(room, np.int64), 0, []
    rows, targets = np.array(pairs, np.int32).reshape(-1, 2).T.copy()
    while done < len(pairs):
        begin = done
        done = trace_paths(
            **network,
            rows=rows,
            targets=targets,
            ends=ends,
            out=out,
            begin=begin,
            end=len(pairs),
            stop=NEVER,
        )
        assert done > begin
        starts = [0, *ends[begin : done - 1].tolist()]
        for start, end in zip(starts, ends[begin:done].tolist(), strict=True):
            paths.append(network["link"][out[start:end]].tolist())
    return paths


@pytest.mark.parametrize("jitter", [False, True], ids=["mean", "variance"])
@pytest.mark.parametrize("block", range(2))
def test_random_networks_agree_with_the_reference(block, jitter):
    """On 600 seeded networks with ties and zeros every path is the reference's, however small the buffer."""
    for seed in range(300 * block, 300 * (block + 1)):
        case = random_case(seed)
        n_nodes = len(case.processing)
        arcs = [arc for arc, is_open in zip(case.arcs, case.arc_open, strict=True) if is_open]
        sources = [source for source in case.sources if source >= 0]
        found = [
            {
                node: label
                for node, label in labels(arcs, source, case.closed, case.processing).items()
                if node == source or node not in case.closed
            }
            for source in sources
        ]
        rank = random.Random(seed).sample(range(n_nodes), n_nodes)
        pairs = [(row, node) for row in range(len(sources)) for node in range(n_nodes)]
        network = arrays(arcs, n_nodes, case.processing, rank)
        network |= matrices(found, n_nodes, jitter=jitter)
        network |= {
            "sources": np.array(sources, np.int32),
            "arc_open": np.ones(len(arcs), np.uint8),
        }
        expected = [
            walked(arcs, found[row], case.processing, rank, sources[row], target, jitter=jitter)
            for row, target in pairs
        ]
        for room in (n_nodes, 1000):
            assert run(network, pairs, room) == expected, seed


def fan(n_ways):
    """Return a network in which so many paths of two links lead from the first node to the last."""
    n_nodes = n_ways + 2
    label = np.ones((1, n_nodes), np.int32)
    label[0, 0], label[0, -1] = 0, 2
    return {
        "indptr": np.array([0, *range(n_ways + 1), 2 * n_ways], np.int64),
        "tails": np.array([0] * n_ways + list(range(1, n_ways + 1)), np.int32),
        "latency": np.ones(2 * n_ways, np.int32),
        "variance": np.zeros(2 * n_ways, np.int64),
        "link": np.arange(2 * n_ways, dtype=np.int32),
        "arc_open": np.ones(2 * n_ways, np.uint8),
        "processing": np.zeros(n_nodes, np.int32),
        "rank": np.arange(n_nodes, dtype=np.int32)[::-1].copy(),
        "sources": np.zeros(1, np.int32),
        "label": label,
        "spread": np.empty((1, 0), np.int64),
    }


def endless(stop):
    """Trace the same pair again and again, for many seconds."""
    n_ways, n_pairs = 10_000, 1_000_000
    return trace_paths(
        **fan(n_ways),
        rows=np.zeros(n_pairs, np.int32),
        targets=np.full(n_pairs, n_ways + 1, np.int32),
        ends=np.empty(n_pairs, np.int64),
        out=np.empty(2 * n_pairs, np.int64),
        begin=0,
        end=n_pairs,
        stop=stop,
    )


def test_a_closed_arc_is_not_walked():
    """Of two ways that are alike the one that ranks first counts, unless it is closed."""
    network = fan(2)
    assert run(network, [(0, 3)], 4) == [[1, 3]]
    network["arc_open"][3] = 0
    assert run(network, [(0, 3)], 4) == [[0, 2]]


@pytest.mark.parametrize("stop", [[0, 0], [2**63 - 1, 1]], ids=["deadline", "cancel"])
def test_a_raised_stop_token_ends_the_call_at_once(stop):
    """With the deadline past or the cancel word set nothing is written."""
    assert endless(np.array(stop)) == -1


def test_a_deadline_stops_a_running_kernel():
    """A kernel looks at the clock while it works."""
    start = time.monotonic_ns()
    assert endless(np.array([start + 20_000_000, 0])) == -1
    assert time.monotonic_ns() - start < 1_000_000_000


def test_another_thread_cancels_a_running_kernel():
    """The kernel lets other threads run and sees the word that one of them sets."""
    stop = NEVER.copy()
    timer = threading.Timer(0.02, stop.__setitem__, (1, 1))
    timer.start()
    start = time.monotonic_ns()
    assert endless(stop) == -1
    assert time.monotonic_ns() - start < 1_000_000_000
    timer.join()
