"""Latency matrices by the library and by others, on the same networks; every cell must be equal."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from bench.networks import Links, internet_like, random_regular, road_like, telecom
from bench.peers import PEERS
from bench.registry import Bench
from bench.turns import Turns, take_turns, told_goals
from bench.zoo import ZOO, zoo
from placement._core import stream
from placement.latency import UNREACHABLE_NS, index_links, latency_matrix

__all__ = ["BENCH"]

SCIPY, CCH = "scipy.sparse.csgraph", "pyroutingkit"
BASELINE = f"{SCIPY}, against the baseline build"
FILL, ONE = "non-temporal fill", "placement, against itself with 2 threads"
# Ways of measuring: with the index (their graph) at hand and memory that is used again; into fresh
# memory; with the index made on the way.
READY, FRESH, ANEW = "ready", "fresh memory", "with preparation"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """From which nodes to all nodes of a network.

    Parameters
    ----------
    name : str
        Of the instance.
    links : Links
        The network.
    rows : ndarray of shape (n_rows,), int64
        The sources.
    out : ndarray of shape (n_rows, n_nodes), int32, ns
        Where the library writes, again and again.
    goals : dict of str to dict
        How many times as long whom is to take at least, by the way of measuring.
    """

    name: str
    links: Links
    rows: np.ndarray
    out: np.ndarray
    goals: dict


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Who was measured in turn with the library, on the first `n_rows` rows; no turns: it is missing.

    The seconds of "query" are those for all rows.
    """

    subject: str
    turns: Turns | None = None
    n_rows: int = 0


@lru_cache(maxsize=1)
def case_of(name, make, most):
    """Return the case of a network, from as many of its nodes as that, chosen at random."""
    links = make()
    rows = np.random.default_rng(1).permutation(links.n_nodes)[:most]
    if len(rows) == links.n_nodes:
        rows.sort()
    out = np.zeros((len(rows), links.n_nodes), np.int32)
    return Case(name, links, rows, out, GOALS.get(name, {}))


def index_of(links):
    """Return the index of a network."""
    return index_links(*links[1:], n_nodes=links.n_nodes)


def measure(index, rows, out=None, threads=1):
    """Return the matrix from some rows to all nodes."""
    return latency_matrix(index, rows, threads=threads, out=out)


NETWORKS = {
    "tiny": (partial(telecom, 200), 20),
    "Topology Zoo Kdl, all pairs": (partial(zoo, "Kdl"), 1_000),
    "telecom 5k, all pairs": (partial(telecom, 5_000), 5_000),
    "telecom 100k × 1,000": (partial(telecom, 100_000), 1_000),
    "telecom 1M × 200": (partial(telecom, 1_000_000), 200),
    "road 75k × 1,000": (road_like, 1_000),
    "internet 8k, all pairs": (internet_like, 8_000),
    "random regular 5k × 1,000": (partial(random_regular, 5_000), 1_000),
}
if not ZOO.exists():
    del NETWORKS["Topology Zoo Kdl, all pairs"]
# Two threads are worth it where it computes more than it writes, and never a loss.
GOALS = {
    "Topology Zoo Kdl, all pairs": {SCIPY: {ANEW: 150}, ONE: {READY: 1}},
    "telecom 5k, all pairs": {SCIPY: {READY: 200}, FILL: {READY: 1 / 3}, ONE: {READY: 1}}
    | {name: {READY: 100} for name in PEERS if name not in {SCIPY, CCH}},
    "telecom 100k × 1,000": {
        SCIPY: {FRESH: 100, ANEW: 300},
        CCH: {ANEW: 70},
        BASELINE: {READY: 60},
        FILL: {READY: 1 / 3},
        ONE: {READY: 1},
    },
    "telecom 1M × 200": {
        SCIPY: {READY: 300, ANEW: 150},
        FILL: {READY: 1 / 4},
        ONE: {READY: 1},
    },
    "road 75k × 1,000": {SCIPY: {READY: 200, ANEW: 100}, ONE: {READY: 1.5}},
    "internet 8k, all pairs": {SCIPY: {ANEW: 250}, ONE: {READY: 1.5}},
    "random regular 5k × 1,000": {SCIPY: {READY: 1 / 1.5}, ONE: {READY: 1.5}},
}


def judged(case, measured):
    """Compare every cell, to the nanosecond, and say how many times as long the other takes."""
    if isinstance(measured, dict):  # judged where it was measured
        return measured
    turns, n_rows, n_nodes = measured.turns, measured.n_rows, case.links.n_nodes
    if turns is None:
        return {"seconds": None, "rows": "not measured: not installed"}
    found = turns.answers["query"]
    if found is not None:
        found = np.where(np.isfinite(found), found, UNREACHABLE_NS)
        assert found.shape == (n_rows, n_nodes)
        assert (found == case.out[:n_rows]).all()
    if "ours fresh" in turns.answers:
        assert np.array_equal(turns.answers["ours fresh"], case.out)
    ways = {READY: "ours", FRESH: "ours fresh", ANEW: "ours anew"}
    ways = {way: ours for way, ours in ways.items() if ours in turns.seconds}
    theirs = {way: ["preparation", "query"] if way == ANEW else ["query"] for way in ways}
    times = {way: turns.times(theirs[way], [ours]) for way, ours in ways.items()}
    scale = len(case.rows) / n_rows
    return (
        {
            "seconds": turns.median("query"),
            "rows": "all" if scale == 1 else f"× {scale:.4g}, from {n_rows}",
            "preparation": turns.median("preparation") if ANEW in ways else None,
        }
        | {ours: turns.median(ours) for ours in ways.values()}
        | {f"× {way}": round(one, 3) for way, one in times.items()}
        | told_goals(case.goals.get(measured.subject, {}), times)
        | {"turns": turns.n_turns, "cells": 0 if found is None else found.size, "unequal": 0}
    )


BENCH = Bench(
    "latency",
    "One-way latencies from some nodes of a network to all of them, by turns with the library",
    {name: partial(case_of, name, *network) for name, network in NETWORKS.items()},
    judged,
)


def made_ready(case):
    """Return the index with all that it makes on the way."""
    index = index_of(case.links)
    measure(index, case.rows, case.out)
    return index


def against(peer, case):
    """Measure a peer and the library on one thread by turns."""
    if not peer.installed:
        return lambda: Measured(peer.name)
    peer.load()
    n_rows = peer.n_rows(len(case.rows), case.links.n_nodes)
    some, index = case.rows[:n_rows], made_ready(case)
    thunks = {
        "ours anew": lambda _: measure(index_of(case.links), case.rows, case.out),
        "ours fresh": lambda _: measure(index, case.rows),
        "ours": lambda _: measure(index, case.rows, case.out),
        "preparation": lambda _: peer.prepare(case.links),
        "query": lambda answers: answers["preparation"](some),
    }

    def run():
        turns = take_turns(thunks)
        scale = len(case.rows) / n_rows
        turns.seconds["query"] = [scale * one for one in turns.seconds["query"]]
        return Measured(peer.name, turns, n_rows)

    return run


for _peer in PEERS.values():
    BENCH.subject(_peer.name)(partial(against, _peer))


@BENCH.subject(FILL)
def floor(case):
    """The same memory filled with one number, past the cache: no matrix can be written faster."""
    index = made_ready(case)
    thunks = {
        "query": lambda _: stream(case.out, 7),
        "ours": lambda _: measure(index, case.rows, case.out),
    }
    return lambda: Measured(FILL, take_turns(thunks), len(case.rows))


@BENCH.subject(ONE)
def one_thread(case):
    """The library on one thread; two are worth it where there are two processors."""
    index, other = made_ready(case), np.ones_like(case.out)
    thunks = {
        "ours": lambda _: measure(index, case.rows, case.out, threads=2),
        "query": lambda _: measure(index, case.rows, other),
    }
    return lambda: Measured(ONE, take_turns(thunks), len(case.rows))


@BENCH.subject(BASELINE)
def baseline(case):
    """The library's build for any processor of the kind, in a process of its own; SciPy beside it."""

    def run():
        told = subprocess.run(
            [sys.executable, "-m", "bench", "--alone", "latency", case.name, SCIPY],
            cwd=Path(__file__).parents[1],
            env=os.environ | {"PLACEMENT_CPU": "baseline"},
            capture_output=True,
            text=True,
            check=True,
        )
        row = json.loads(told.stdout)
        return row | told_goals(
            case.goals.get(BASELINE, {}), {way: row[f"× {way}"] for way in (READY, FRESH, ANEW)}
        )

    return run
