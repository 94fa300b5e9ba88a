"""Which pairs are near enough, as bits, against the matrix of how near they are."""

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from bench.networks import Links, telecom
from bench.registry import Bench
from bench.turns import take_turns, told_goals
from placement.latency import index_links, latency_matrix, pairs_within

__all__ = ["BENCH"]

WITHIN_NS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """From which nodes to all nodes of a network, and the memory for it."""

    links: Links
    rows: np.ndarray
    matrix: np.ndarray
    bits: np.ndarray


@lru_cache(maxsize=1)
def case_of(n_nodes, n_rows):
    """Return the case of a generated operator's network."""
    rows = np.random.default_rng(1).permutation(n_nodes)[:n_rows]
    shape = n_rows, -(-n_nodes // 8)
    matrix = np.zeros((n_rows, n_nodes), np.int32)
    return Case(telecom(n_nodes), rows, matrix, np.zeros(shape, np.uint8))


def judged(case, turns):
    """Compare every bit with the matrix."""
    right = np.packbits(case.matrix <= WITHIN_NS, axis=1, bitorder="little")
    assert (right == case.bits).all()
    times = {"ready": turns.times(["matrix"], ["bits"])}
    return (
        {
            "seconds": turns.median("matrix"),
            "bits": turns.median("bits"),
            "× ready": round(times["ready"], 3),
            "× memory": round(case.matrix.nbytes / case.bits.nbytes, 2),
        }
        | told_goals({"ready": 1}, times)
        | {
            "turns": turns.n_turns,
            "pairs": case.matrix.size,
            "within": int(np.unpackbits(right, axis=1).sum(dtype=np.int64)),
        }
    )


BENCH = Bench(
    "feasibility",
    "Pairs within 4 ms one way, as bits, by turns with the matrix; one thread",
    {
        "tiny": partial(case_of, 200, 20),
        "telecom 100k × 1,000": partial(case_of, 100_000, 1_000),
        "telecom 1M × 200": partial(case_of, 1_000_000, 200),
    },
    judged,
)


def against(make, case):
    """Measure what makes the matrix and the bits by turns."""
    index = index_links(*case.links[1:], n_nodes=case.links.n_nodes)
    thunks = {
        "matrix": lambda _: make(index, case),
        "bits": lambda _: pairs_within(
            index, case.rows, source_limit_ns=WITHIN_NS, out=case.bits, threads=1
        ),
    }
    for thunk in thunks.values():
        thunk(None)  # the index has all that it makes on the way
    return lambda: take_turns(thunks)


def matrix_of(index, case):
    """The library's matrix, into memory that is used again."""
    return latency_matrix(index, case.rows, out=case.matrix, threads=1)


def packed_of(index, case):
    """The matrix, and from it the bits, as one would make them without."""
    return np.packbits(matrix_of(index, case) <= WITHIN_NS, axis=1, bitorder="little")


BENCH.subject("placement, its own matrix")(partial(against, matrix_of))
BENCH.subject("placement, its own matrix, compared and packed")(partial(against, packed_of))
