"""The steps from a network to its matrix, for each variant of the kernels."""

import importlib

import numpy as np

from placement._core import COPIES, arrange
from tests._core.networks import NEVER, ranges
from tests.reference.elimination import NONE


class Variant:
    """One variant of the kernels, and the steps from a network to a matrix."""

    def __init__(self, tree, weights, thinned, gates, down):
        self.tree, self.weights, self.thinned = tree, weights, thinned
        self.gates, self.down = gates, down

    def eliminated(self, case, *, most_arcs=10**9, most_work=1e18, left=None):
        """Return order, pointers and neighbours as `eliminate` gives them."""
        n_nodes = len(case.processing)
        tails = np.array([arc.tail for arc in case.arcs], np.int32)
        heads = np.array([arc.head for arc in case.arcs], np.int32)
        out, back = (grouped(n_nodes, *ends) for ends in ((tails, heads), (heads, tails)))
        left = np.full(4, 7) if left is None else left
        return self.tree.eliminate(*out, *back, most_arcs, most_work, left, NEVER)

    def arranged(self, case):
        """Return place, parent, depth, pointers and ancestors."""
        order, above_ptr, above = self.eliminated(case)
        n_nodes = len(order)
        place, parent, depth = (np.empty(n_nodes, np.int32) for _ in range(3))
        ptr, ancestors = np.empty(n_nodes + 1, np.int64), np.empty(len(above), np.int32)
        arrange(order, above_ptr, above, place, parent, depth, ptr, ancestors)
        return place, parent, depth, ptr, ancestors

    def laid(self, case, arranged):
        """Return the links' latencies on the arcs of the tree, and the processing by number."""
        place, _, _, ptr, ancestors = arranged
        up, down = (np.full(len(ancestors), 77, np.uint32) for _ in range(2))
        through = np.full(len(place), 77, np.uint32)
        node_open = np.array([n not in case.closed for n in range(len(place))], np.uint8)
        nodes = (np.array(case.processing, np.int32), node_open)
        tree, made = (ptr, ancestors, place), (up, down, through)
        alike = self.weights.lay(*tree, *links_of(case, back=False), False, *nodes, *made)
        assert alike == (up.tolist() == down.tolist())
        turned = [each.copy() for each in made]
        assert alike == self.weights.lay(*tree, *links_of(case, back=True), True, *nodes, *turned)
        assert [each.tolist() for each in turned] == [each.tolist() for each in made]
        if mirrored(case):
            self.weights.lay(
                *tree, *links_of(case, back=False), False, *nodes, turned[0], turned[0], turned[2]
            )
            assert turned[0].tolist() == up.tolist()
        return up, down, through

    def weighed(self, case, arranged):
        """Return what `prune` leaves: pointers, ends and latencies up and down; and the processing."""
        _, _, depth, ptr, ancestors = arranged
        up, down, through = self.laid(case, arranged)
        assert self.weights.customise(ptr, ancestors, depth, through, up, down, NEVER)
        kept = [(np.empty_like(ptr), np.empty_like(ancestors), np.empty_like(up)) for _ in range(2)]
        assert self.thinned.prune(
            ptr, ancestors, depth, through, up, down, *kept[0], *kept[1], NEVER
        )
        return *kept[0], *kept[1], through

    def split(self, case, *, most_below=3):
        """Return all that `sweep` takes before the columns, by parameter, and what lists their gates."""
        arranged = self.arranged(case)
        _, parent, depth, ptr, ancestors = arranged
        up_ptr, up_end, up, down_ptr, down_depth, down, through = self.weighed(case, arranged)
        top, core = np.empty_like(parent), np.empty_like(parent)
        n_gates, n_core, n_up, n_down = self.gates.split_core(
            parent, ptr, up_ptr, down_ptr, most_below, top, core
        )
        ups, downs = (
            (np.empty(n_core + 1, np.int64), np.empty(n, np.int32), np.empty(n, np.uint32))
            for n in (n_up, n_down)
        )
        arcs = (up_ptr, up_end, up[: up_ptr[-1]], down_ptr, down_depth, down[: down_ptr[-1]])
        self.gates.take_core(depth, core, *arcs, *ups, *downs)
        listed = np.full((len(core) + 1, 2, n_gates), 7, np.uint32)
        self.gates.find_gates(depth, ptr, ancestors, top, core, *arcs[3:], through, listed)
        below = (parent, depth, top, core, max(most_below, 1), *arcs, through)
        return arranged[0], (*below, *ups, *downs, through[core >= 0]), (top, listed)

    def columns(self, gates, numbers):
        """Return the gates of some columns, and which are below the core."""
        top, listed = gates
        rows = np.full((-(-max(len(numbers), 1) // 16) * 16, *listed.shape[1:]), 3, np.uint32)
        farthest = self.gates.list_gates(listed, numbers, rows)
        assert (rows[: len(numbers)] == listed[numbers]).all()
        assert (rows[len(numbers) :] == listed[-1]).all()
        assert farthest == rows[: len(numbers), 1].min(axis=1).max(initial=0)
        member, column = (np.empty(len(numbers), np.int32) for _ in range(2))
        n_members = self.gates.list_members(top, numbers, member, column)
        return rows, farthest, member[:n_members], column[:n_members]

    def between(self, arrays):
        """Return the latencies between all nodes of the core, as a sweep gives them."""
        numbers = np.flatnonzero(arrays[3] >= 0).astype(np.int32)
        n_core = len(numbers)
        out, rows = np.empty((n_core, n_core), np.int32), np.arange(n_core, dtype=np.int32)
        gates = np.full((-(-max(n_core, 1) // 16) * 16, 2, 1), NONE, np.uint32)
        own = np.where(arrays[-1] == 0, rows, rows + n_core)
        gates[:n_core, 0, 0], gates[:n_core, 1, 0], gates[n_core:, 0] = own, 0, 0
        cells = (numbers, rows, n_core, out, None, None, None, 0, n_core, NEVER)
        assert self.down.sweep(*arrays, rows, None, gates, 0, rows[:0], rows[:0], *cells)
        return out

    def matrix(self, case, *, splits=(), stop=NEVER, most_below=3, wanted=None, across=False):
        """Return the latencies as lists, the rows dealt at `splits`."""
        place, arrays, gates = self.split(case, most_below=most_below)
        nowhere = np.append(place, np.int32(-1))
        sources = nowhere[np.array(case.sources, np.intp)].astype(np.int32)
        numbers = nowhere[np.array(case.targets, np.intp)].astype(np.int32)
        out = np.full((len(sources), len(numbers)), -7, np.int32)
        order = np.argsort(sources, kind="stable").astype(np.int32)
        columns = self.columns(gates, numbers)
        places = np.arange(len(arrays[-1]), dtype=np.int32)
        places = places if wanted is None else wanted(arrays, columns)
        cells = (sources[order], order, len(numbers), out, None, None, None)
        between = self.between(arrays) if across else None
        for begin, end in ranges(len(sources), splits):
            assert self.down.sweep(*arrays, places, between, *columns, *cells, begin, end, stop)
        return out.tolist()

    def within(self, case, of_row, of_column, *, most_below=3):
        """Return which latencies are within bounds, as lists."""
        place, arrays, gates = self.split(case, most_below=most_below)
        nowhere = np.append(place, np.int32(-1))
        sources = nowhere[np.array(case.sources, np.intp)].astype(np.int32)
        numbers = nowhere[np.array(case.targets, np.intp)].astype(np.int32)
        bits = np.full((len(sources), -(-len(numbers) // 8)), 255, np.uint8)
        rows = np.arange(len(sources), dtype=np.int32)
        places = np.arange(len(arrays[-1]), dtype=np.int32)
        cells = (sources, rows, len(numbers), None, of_row, of_column, bits)
        columns = self.columns(gates, numbers)
        assert self.down.sweep(*arrays, places, None, *columns, *cells, 0, len(sources), NEVER)
        return np.unpackbits(bits, axis=1, count=len(numbers), bitorder="little").tolist()


def grouped(n_nodes, tails, heads):
    """Return links by the node that they leave."""
    order = np.argsort(tails, kind="stable")
    counts = np.bincount(tails, minlength=n_nodes)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), heads[order]


def links_of(case, *, back):
    """Return links by the node that they leave, or by that which they lead to; which are open."""
    columns = (
        np.array([getattr(arc, field) for arc in case.arcs], np.int32)
        for field in ("tail", "head", "latency")
    )
    tails, heads, latency = columns
    if back:
        tails, heads = heads, tails
    order = np.argsort(tails, kind="stable")
    indptr, heads = grouped(len(case.processing), tails, heads)
    return indptr, heads, latency[order], np.array(case.arc_open, np.uint8)[order]


def mirrored(case):
    """Return whether each link has one back that is alike."""
    links = [
        (arc.tail, arc.head, arc.latency, is_open)
        for arc, is_open in zip(case.arcs, case.arc_open, strict=True)
    ]
    back = [(head, tail, *rest) for tail, head, *rest in links]
    return sorted(links) == sorted(back)


def variants():
    """Return the variants that this machine can run, by name."""
    return {
        name: Variant(
            *(
                importlib.import_module(f"{home}.{one}")
                for one in ("elimination", "customisation", "pruning", "gates", "descent")
            )
        )
        for name, home in COPIES.items()
    }


VARIANTS = variants()
