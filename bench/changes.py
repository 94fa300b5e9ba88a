"""One link changes: a matrix that is kept true, against the matrix computed anew."""

import time
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.networks import Links, telecom
from bench.peers import PEERS
from bench.registry import Bench
from bench.turns import Turns, told_goals
from placement.latency import LinkChange, LiveMatrix, index_links, latency_matrix

__all__ = ["BENCH"]

N_COMPARED = 20


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A network, the sources of a matrix to all nodes, and which links change one after the other."""

    links: Links
    rows: np.ndarray
    chosen: np.ndarray
    goal: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """What it came to.

    Parameters
    ----------
    turns : Turns
        Seconds.
    links : Links
        As they are after all changes.
    matrix, told : ndarray, int32, ns
        The matrix as it is then, and as it was at first with all cells written in that were told.
    n_cells : list of int
        How many cells each change told.
    """

    turns: Turns
    links: Links
    matrix: np.ndarray
    told: np.ndarray
    n_cells: list[int]


def case_of(n_nodes, n_rows, n_changes, goal=None):
    """Return the case of a generated operator's network."""
    links, rng = telecom(n_nodes), np.random.default_rng(1)
    rows = rng.permutation(n_nodes)[:n_rows]
    return Case(links, rows, rng.permutation(len(links.tails))[:n_changes], goal)


def judged(case, followed):
    """Compare the matrix with what was told, and some of its rows with SciPy's, cell by cell."""
    assert np.array_equal(followed.matrix, followed.told)
    right = PEERS["scipy.sparse.csgraph"].prepare(followed.links)(case.rows[:N_COMPARED])
    assert np.array_equal(right, followed.matrix[:N_COMPARED])
    turns = followed.turns
    times = {"ready": turns.times(["anew"], ["change"])}
    seconds = np.array(turns.seconds["change"])
    return (
        {
            "seconds": turns.median("anew"),
            "change": turns.median("change"),
            "slowest": float(seconds.max()),
            "mean": float(seconds.mean()),
            "× ready": round(times["ready"], 3),
        }
        | told_goals({"ready": case.goal} if case.goal else {}, times)
        | {
            "changes": turns.n_turns,
            "cells changed, median": int(np.median(followed.n_cells)),
            "most": max(followed.n_cells),
            "cells": right.size,
            "unequal": 0,
        }
    )


BENCH = Bench(
    "changes",
    "The matrix computed anew, index and weights at hand, by turns with one link's change; one thread",
    {
        "tiny": partial(case_of, 400, 20, 12),
        "telecom 100k × 1,000": partial(case_of, 100_000, 1_000, 200, 30),
    },
    judged,
)


@BENCH.subject("placement, computed anew")
def anew(case):
    """Each link in turn takes twice or half as long, and the next change is another's."""
    links = case.links._replace(latency_ns=case.links.latency_ns.copy())
    index = index_links(*case.links[1:], n_nodes=links.n_nodes)
    live = LiveMatrix(index, case.rows, threads=1)
    told, out = live.latency.copy(), np.empty_like(live.latency)
    latency_matrix(index, case.rows, out=out, threads=1)

    def run():
        turns, n_cells = Turns({"change": [], "anew": []}), []
        for turn, link in enumerate(case.chosen.tolist()):
            was = int(links.latency_ns[link])
            links.latency_ns[link] = now = 2 * was if turn % 2 else was // 2
            change = LinkChange(link, latency_ns=now)
            times = [time.perf_counter()]
            changes = live.change(change)
            times.append(time.perf_counter())
            latency_matrix(index, case.rows, out=out, threads=1)
            times.append(time.perf_counter())
            for name, seconds in zip(turns.seconds, np.diff(times).tolist(), strict=True):
                turns.seconds[name].append(seconds)
            n_cells.append(len(changes))
            told[changes.rows, changes.columns] = changes.new
        return Followed(turns, links, live.latency, told, n_cells)

    return run
