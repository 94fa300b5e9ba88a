"""Sixteen routing classes of one network, against one class made ready anew by another package."""

from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np

from bench.networks import Links, telecom
from bench.peers import PEERS
from bench.registry import Bench
from bench.turns import take_turns, told_goals
from placement.latency import UNREACHABLE_NS, NetworkIndex, index_links, latency_matrices
from placement.latency.classes import weigh_together
from placement.latency.routing import RoutingClass

__all__ = ["BENCH"]

SLICES = [f"S{i}" for i in range(8)]
TRANSIT = [None, frozenset({"DE"})]
CLASSES = [(one, transit) for one in SLICES for transit in TRANSIT]
WAY = "ready anew"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A network some of whose links carry some slices only, and some of whose nodes are abroad."""

    links: Links
    index: NetworkIndex
    rows: np.ndarray
    goal: float | None

    def of_class(self, name, transit):
        """Return the links that a class may use."""
        links, arcs, carried = self.links, self.index.out, self.index.carried
        carries = np.array([one is None or name in one for one in carried])
        is_open = np.zeros(len(links.tails), bool)
        is_open[arcs.link] = carries[arcs.carries]
        if transit is not None:
            home = self.index.country == 0
            is_open &= home[links.tails] & home[links.heads]
        return Links(links.n_nodes, *(one[is_open] for one in links[1:]))


@lru_cache(maxsize=1)
def case_of(n_nodes, goal=None):
    """Return an operator's network: a tenth of its links carry some slices, 2 % of its nodes are abroad."""
    links, rng = telecom(n_nodes), np.random.default_rng(2)
    index = index_links(*links[1:], n_nodes=n_nodes)
    sets = tuple(tuple(one for one in SLICES if rng.random() < 0.5) for _ in range(16))
    carries = np.where(rng.random(len(links.tails)) < 0.1, rng.integers(1, 17, len(links.tails)), 0)
    out, back = (
        replace(arcs, carries=carries[arcs.link].astype(np.int32))
        for arcs in (index.out, index.back)
    )
    country = (rng.random(n_nodes) < 0.02).astype(np.int32)
    index = replace(
        index,
        out=out,
        back=back,
        carried=(None, *sets),
        slices=frozenset(SLICES),
        countries=("DE", "CH"),
        country=country,
    )
    return Case(links, index, np.flatnonzero(country == 0)[:16], goal)


def judged(case, turns):
    """Compare every cell of sixteen rows of each class with SciPy's."""
    if turns is None:
        return {"seconds": None, "rows": "not measured: not installed"}
    matrices = latency_matrices(case.index, case.rows, classes=CLASSES, threads=1)
    for one, matrix in zip(CLASSES, matrices, strict=True):
        right = PEERS["scipy.sparse.csgraph"].prepare(case.of_class(*one))(case.rows)
        assert (np.where(np.isfinite(right), right, UNREACHABLE_NS) == matrix).all()
    times = {WAY: turns.times(["theirs"], ["ours"])}
    return (
        {
            "seconds": turns.median("theirs"),
            "sixteen": turns.median("ours"),
            f"× {WAY}": round(times[WAY], 3),
        }
        | told_goals({WAY: case.goal} if case.goal else {}, times)
        | {"turns": turns.n_turns, "cells": matrices.size, "unequal": 0}
    )


BENCH = Bench(
    "classes",
    "One routing class made ready anew, by turns with sixteen on the index at hand; one thread",
    {"tiny": partial(case_of, 400), "telecom 100k": partial(case_of, 100_000, 100)},
    judged,
)


@BENCH.subject("pyroutingkit")
def by_contraction_hierarchy(case):
    """The best package with contraction hierarchies, from the links of one class."""
    peer = PEERS["pyroutingkit"]
    if not peer.installed:
        return lambda: None
    peer.load()
    links = case.of_class(*CLASSES[0])
    classes = [RoutingClass(*one) for one in CLASSES]

    def together(_=None):
        return sum(1 for _ in weigh_together(case.index, classes, 1_000))

    together()  # the index has its tree
    thunks = {
        "ours": together,
        "theirs": lambda _: peer.prepare(links),
    }
    return lambda: take_turns(thunks)
