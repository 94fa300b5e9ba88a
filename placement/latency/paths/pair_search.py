"""Search a network for the best pair of disjoint paths: make it small, then search from both ends."""

import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement._core import contract_network, disjoint_pair
from placement.latency.paths.duplex import Duplex

__all__ = ["Found", "Question", "Steps", "search_pair"]

# What each end gets first, and how many times more in each further turn.
FIRST_TURN = 200_000
MORE_EACH_TURN = 8

Steps = list[tuple[int, bool]]
Token = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Question:
    """What is asked of a network; nodes have the numbers of the `Duplex`.

    Parameters
    ----------
    edges : Duplex
        The network.
    node_open : ndarray of shape (n_nodes,), uint8
        0: no path may touch the node; the source is open.
    processing : ndarray of shape (n_nodes,), int32, ns
        Added, in each direction, where a path passes through the node.
    source, target : int
        Two different nodes.
    by_nodes : bool
        Whether the paths may share no node but their ends, rather than no edge.
    """

    edges: Duplex
    node_open: NDArray[np.uint8]
    processing: NDArray[np.int32]
    source: int
    target: int
    by_nodes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known of the best pair.

    Parameters
    ----------
    finished : bool
        Whether there is no better one.
    paths : tuple of list of (int, bool)
        Two or none: the edges from the source on, and whether each leads from its `one` to its `other`.
    lengths : tuple of int, ns
        How long they are, there and back.
    bound_ns : int or None
        What the longer path of any pair takes at least; None: there is no pair.
    work : int
        How many arcs were looked at.
    """

    finished: bool
    paths: tuple[Steps, ...]
    lengths: tuple[int, ...]
    bound_ns: int | None
    work: int


def search_pair(question: Question, work_limit: int, stop: Token) -> Found | None:
    """Find the pair of disjoint paths whose longer one is shortest, there and back.

    Parameters
    ----------
    question : Question
        What is asked.
    work_limit : int
        How many arcs to look at, more or less.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    Found or None
        None if the token stopped it.

    Notes
    -----
    From which end the search is easy cannot be told before, so both get their turns.
    """
    core = _contracted(question, stop)
    if core is None:
        return None
    best = Found(finished=False, paths=(), lengths=(), bound_ns=0, work=0)
    turns = itertools.count()
    while not best.finished and (best.work < work_limit or best.work == 0):
        turn = next(turns)
        allowance = FIRST_TURN * MORE_EACH_TURN ** (turn // 2)
        found = core.search(turn % 2, min(allowance, work_limit - best.work), stop)
        if found is None:
            return None
        best = _better(best, found)
    return best


def _better(old: Found, new: Found) -> Found:
    """Return what both know together."""
    lengths = [(max(found.lengths), sum(found.lengths)) for found in (old, new) if found.paths]
    best = old if lengths and old.paths and lengths[0] <= lengths[-1] else new
    bound = new.bound_ns
    if not new.finished and old.bound_ns is not None and bound is not None:
        bound = max(old.bound_ns, bound)
    return replace(best, finished=new.finished, bound_ns=bound, work=old.work + new.work)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Core:
    """What is left of a network, as the kernel takes it, and how its edges were made."""

    arrays: dict[str, Any]
    ends: tuple[int, int]
    nodes: NDArray[np.int32]
    kept: NDArray[np.int64]
    one: NDArray[np.int32]
    other: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]

    def search(self, turned: int, work: int, stop: Token) -> Found | None:
        """Return the best pair that is found from one end or the other; None if it was stopped."""
        source, target = self.ends[::-1] if turned else self.ends
        answer = disjoint_pair(**self.arrays, source=source, target=target, work=work, stop=stop)
        if answer is None:
            return None
        finished, paths, bound, done = answer
        return Found(
            finished=finished,
            paths=tuple(self._given(arcs, turned) for arcs in paths),
            lengths=tuple(self._length(arcs, target) for arcs in paths),
            bound_ns=bound,
            work=done,
        )

    def _length(self, arcs: list[int], target: int) -> int:
        out, back, heads = (self.arrays[name][arcs] for name in ("out", "back", "heads"))
        inner = self.arrays["processing"][heads[heads != target]]
        return int(
            out.sum(dtype=np.int64) + back.sum(dtype=np.int64) + 2 * inner.sum(dtype=np.int64)
        )

    def _given(self, arcs: list[int], turned: int) -> Steps:
        """Return the edges that were given under a path's arcs, from the source on."""
        begin = self.arrays["heads" if turned else "tails"][arcs]
        edges = self.kept[self.arrays["edge"][arcs]].tolist()
        stack = list(zip(edges, self.nodes[begin].tolist(), strict=True))
        steps: Steps = []
        if not turned:
            stack.reverse()
        while stack:
            edge, start = stack.pop()
            if self.left[edge] < 0:
                steps.append((edge, start == int(self.one[edge])))
                continue
            parts = [int(self.left[edge]), int(self.right[edge])]
            if start != self.one[edge]:
                parts.reverse()
            middle = int(self.one[parts[0]]) + int(self.other[parts[0]]) - start
            stack += [(parts[1], middle), (parts[0], start)]
        return steps


def _contracted(question: Question, stop: Token) -> _Core | None:
    """Return what is left of the network; None if the token stopped it."""
    edges = question.edges
    made = contract_network(
        one=edges.one,
        other=edges.other,
        out=edges.out,
        back=edges.back,
        node_open=question.node_open,
        processing=question.processing,
        source=question.source,
        target=question.target,
        by_nodes=question.by_nodes,
        stop=stop,
    )
    if made is None:
        return None
    one, other, out, back, left, right, kept = made
    ends = np.array([question.source, question.target], np.int32)
    nodes = np.unique(np.concatenate([one[kept], other[kept], ends]))
    tails = np.searchsorted(nodes, np.concatenate([one[kept], other[kept]])).astype(np.int32)
    heads = np.roll(tails, len(kept))
    out, back = np.concatenate([out[kept], back[kept]]), np.concatenate([back[kept], out[kept]])
    edge = np.tile(np.arange(len(kept), dtype=np.int32), 2)
    order = np.lexsort((edge, heads, tails))
    arrays = {
        "indptr": np.searchsorted(tails[order], np.arange(len(nodes) + 1)),
        "tails": tails[order],
        "heads": heads[order],
        "edge": edge[order],
        "out": out[order],
        "back": back[order],
        "node_open": np.ones(len(nodes), np.uint8),
        "processing": question.processing[nodes],
        "by_nodes": question.by_nodes,
    }
    source, target = np.searchsorted(nodes, ends).tolist()
    return _Core(
        arrays=arrays,
        ends=(source, target),
        nodes=nodes,
        kept=kept,
        one=one,
        other=other,
        left=left,
        right=right,
    )
