"""What is made small first, and searched from both ends, gives what the kernel finds in the whole."""

import itertools
import random

import numpy as np
import pytest

from placement._core import disjoint_pair
from placement.latency.deal import never
from placement.latency.paths import pair_search
from placement.latency.paths.duplex import Duplex
from placement.latency.paths.pair_search import Question, search_pair


def chained_question(seed):
    """Return a mesh whose links are chains, with parallels and dead ends; and the same as arcs."""
    rng = random.Random(seed)
    n_inner = rng.randint(4, 9)
    ends = [(n, (n + 1) % n_inner) for n in range(n_inner)]
    ends += [tuple(rng.sample(range(n_inner), 2)) for _ in range(rng.randint(1, n_inner))]
    n_nodes, rows = n_inner, []
    for one, other in ends:
        for _ in range(rng.choice([1, 1, 2, 3])):
            chain = [one, *range(n_nodes, n_nodes + rng.choice([0, 1, 3])), other]
            n_nodes += len(chain) - 2
            rows += [(*pair, rng.randint(0, 50), rng.randint(0, 50)) for pair in steps(chain)]
        if rng.random() < 0.3:
            rows.append((one, n_nodes, 1, 1))
            n_nodes += 1
    one, other, out, back = np.array(rows, np.int32).T.copy()
    return Question(
        edges=Duplex(one, other, np.arange(len(one)), np.arange(len(one)), out, back),
        node_open=np.ones(n_nodes, np.uint8),
        processing=np.array([rng.choice([0, 0, 2]) for _ in range(n_nodes)], np.int32),
        source=0,
        target=rng.randrange(1, n_inner),
        by_nodes=rng.random() < 0.5,
    )


def steps(chain):
    """Return the pairs of neighbours in a chain, each in either order."""
    pairs = list(itertools.pairwise(chain))
    return [pair if i % 3 else pair[::-1] for i, pair in enumerate(pairs)]


def in_the_whole(question):
    """Return (longer, sum) by the kernel alone, or None."""
    edges = question.edges
    tails = np.concatenate([edges.one, edges.other])
    order = np.argsort(tails, kind="stable")
    heads = np.concatenate([edges.other, edges.one])[order]
    out = np.concatenate([edges.out, edges.back])[order]
    back = np.concatenate([edges.back, edges.out])[order]
    finished, paths, _, _ = disjoint_pair(
        indptr=np.searchsorted(tails[order], np.arange(len(question.node_open) + 1)),
        tails=tails[order],
        heads=heads,
        edge=np.tile(np.arange(len(edges.one), dtype=np.int32), 2)[order],
        out=out,
        back=back,
        node_open=question.node_open,
        processing=question.processing,
        source=question.source,
        target=question.target,
        by_nodes=question.by_nodes,
        work=10**8,
        stop=never(),
    )
    assert finished
    lengths = [
        int(out[arcs].sum() + back[arcs].sum())
        + 2 * int(question.processing[heads[arcs][heads[arcs] != question.target]].sum())
        for arcs in paths
    ]
    return (max(lengths), sum(lengths)) if lengths else None


def length(question, path):
    """Return how long a path of edges is, which has to join up from source to target."""
    edges, node, total = question.edges, question.source, 0
    for i, (edge, is_onward) in enumerate(path):
        ends = int(edges.one[edge]), int(edges.other[edge])
        assert node == ends[not is_onward]
        node = ends[is_onward]
        total += int(edges.out[edge]) + int(edges.back[edge])
        total += 2 * int(question.processing[node]) if i < len(path) - 1 else 0
    assert node == question.target
    return total


@pytest.mark.parametrize("first_turn", [1, 200_000], ids=["many turns", "one turn"])
def test_the_pair_is_that_of_the_whole_network(first_turn, monkeypatch):
    """On 600 networks of chains: as long, edge by edge, and sharing none."""
    monkeypatch.setattr(pair_search, "FIRST_TURN", first_turn)
    n_found = 0
    for seed in range(600):
        question = chained_question(seed)
        found = search_pair(question, 10**8, never())
        assert found is not None
        assert found.finished, seed
        lengths = [length(question, path) for path in found.paths]
        assert tuple(lengths) == found.lengths, seed
        told = (max(lengths), sum(lengths)) if lengths else None
        assert told == in_the_whole(question), seed
        assert found.bound_ns == (max(lengths) if lengths else None), seed
        used = [edge for path in found.paths for edge, _ in path]
        assert len(set(used)) == len(used), seed
        n_found += bool(lengths)
    assert n_found > 300


def test_turns_keep_the_better_of_two_pairs_and_bounds():
    """With little work in all, what both ends know stays known."""
    for seed in range(100):
        question = chained_question(seed)
        found = [search_pair(question, work, never()) for work in (0, 1_000, 10_000, 10**8)]
        bounds = [one.bound_ns for one in found if one.bound_ns is not None]
        longer = [max(one.lengths) for one in found if one.lengths]
        assert bounds == sorted(bounds), seed
        assert longer == sorted(longer, reverse=True), seed
