"""The arcs of a tree while links change, against all of them made anew."""

import random

import numpy as np

from placement._core import (
    affected,
    alter,
    attach,
    complete,
    correct,
    lay,
    mark_above,
    relay,
    subtree_ends,
)
from tests._core.networks import NEVER, random_case
from tests._core.steps import VARIANTS, grouped
from tests.reference.change import arcs, laid, to_nodes_above
from tests.reference.elimination import NONE

PLENTY = 10**9


class Tree:
    """The tree of a small network, and its arcs as the kernels keep them."""

    def __init__(self, case):
        variant = VARIANTS["baseline"]
        place, self.parent, self.depth, self.ptr, self.ancestors = variant.arranged(case)
        n_nodes, n_arcs = len(place), len(self.ancestors)
        self.lower = np.repeat(np.arange(n_nodes, dtype=np.int32), np.diff(self.ptr))
        inner = np.flatnonzero(np.arange(n_arcs) > self.ptr[self.lower])
        self.under = inner[np.argsort(self.ancestors[inner], kind="stable")]
        counts = np.bincount(self.ancestors[inner], minlength=n_nodes)
        self.under_ptr = np.concatenate([[0], np.cumsum(counts)])
        self.end = np.empty(n_nodes, np.int32)
        subtree_ends(self.parent, self.end)
        self.place = place
        self.tails, self.heads, self.latency = (
            np.array([getattr(arc, field) for arc in case.arcs], np.int32)
            for field in ("tail", "head", "latency")
        )
        self.is_open = np.array(case.arc_open, np.uint8)
        node_open = np.array([n not in case.closed for n in range(n_nodes)], np.uint8)
        self.nodes = np.array(case.processing, np.int32), node_open
        self.own, self.through = self.laid(), np.empty(n_nodes, np.uint32)
        self.through[place] = np.where(node_open, case.processing, NONE)
        self.made = [each.copy() for each in self.own]
        tree = self.ptr, self.ancestors
        assert variant.weights.customise(*tree, self.depth, self.through, *self.made, NEVER)
        self.true = [np.empty_like(each) for each in self.made]
        assert complete(*tree, self.through, *self.made, *self.true, NEVER)
        self.slot, self.following = (
            np.empty(len(case.arcs), kind) for kind in (np.int64, np.int32)
        )
        self.first = np.empty(2 * n_arcs, np.int32)
        ends = place[self.tails], place[self.heads]
        attach(*tree, *ends, self.slot, self.first, self.following)
        self.mark, self.queued = np.full(n_arcs, -1, np.int32), np.zeros(n_nodes, np.uint8)
        self.heap = np.empty(n_nodes, np.uint64)

    def laid(self):
        """Return the links on their arcs."""
        order = np.argsort(self.tails, kind="stable")
        ends = grouped(len(self.parent), self.tails, self.heads)
        links = self.place, *ends, self.latency[order], self.is_open[order], False
        made = [np.empty(len(self.ancestors), np.uint32) for _ in range(2)]
        lay(
            self.ptr,
            self.ancestors,
            *links,
            *self.nodes,
            *made,
            np.empty_like(self.parent, np.uint32),
        )
        return made

    def change(self, rng):
        """Let some links change, and lay them again; return the arcs that are different."""
        links = rng.sample(
            range(len(self.latency)), min(len(self.latency), rng.choice([1, 1, 2, 5]))
        )
        for link in links:
            if rng.random() < 0.4:
                self.is_open[link] ^= 1
            else:
                self.latency[link] = rng.choice([0, 1, 5, self.latency.max(), 2_100_000_000])
        slots = self.slot[links]
        slots = slots[slots >= 0]
        found = np.empty(len(slots), np.int64)
        listed = self.first, self.following, self.latency, self.is_open
        return found[: relay(slots, *listed, *self.own, found)]

    def alter(self, changed, *, most_steps=PLENTY):
        """Bring the customised arcs up to date."""
        tree = self.ptr, self.ancestors, self.lower, self.under_ptr, self.under, self.through
        scratch = self.mark, self.queued, self.heap
        found = alter(*tree, *self.own, changed, *self.made, *scratch, most_steps)
        assert (self.mark == -1).all()
        assert not self.queued.any()
        return found

    def correct(self, changed, *, most_steps=PLENTY):
        """Bring the true latencies up to date."""
        tree = self.ptr, self.ancestors, self.lower, self.under_ptr, self.under, self.through
        scratch = self.queued, self.heap
        found = correct(*tree, *self.made, changed, *self.true, *scratch, most_steps)
        assert not self.queued.any()
        return found

    def expected(self):
        """Return what all arcs are, made anew."""
        ways = zip(
            self.place[self.tails].tolist(),
            self.place[self.heads].tolist(),
            self.latency.tolist(),
            self.is_open.tolist(),
            strict=True,
        )
        ends = list(zip(self.lower.tolist(), self.ancestors.tolist(), strict=True))
        return arcs(laid(ways), self.through.tolist(), ends)

    def affected(self, before, way, *, most_steps=PLENTY):
        """Return the numbers whose latencies up (0) or down (1) have changed, by the kernel."""
        n_nodes = len(self.parent)
        seats = np.arange(n_nodes + 1), np.arange(n_nodes, dtype=np.int32)
        tree = self.ptr, self.ancestors, self.lower, self.depth, self.end, self.through
        found = affected(*tree, self.true[way], before[0], before[1 + way], *seats, most_steps)
        return set(found.tolist())

    def labels(self, way):
        """Return the latencies of all nodes to those above, or from them."""
        ends = zip(self.lower.tolist(), self.ancestors.tolist(), strict=True)
        known = dict(zip(ends, self.true[way].tolist(), strict=True))
        return to_nodes_above(known, self.through.tolist(), self.parent.tolist())


def trees(seeds):
    """Return trees that have links, with a source of chance for each."""
    for seed in seeds:
        case = random_case(seed)
        if case.arcs:
            yield Tree(case), random.Random(seed)


def lists(*arrays):
    """Return arrays as lists."""
    return [each.tolist() for each in arrays]


def test_arcs_follow_their_links():
    """After each of many changes all arcs are what they are when they are made anew."""
    for tree, rng in trees(range(150)):
        for _ in range(6):
            tree.correct(tree.alter(tree.change(rng))[0])
            assert lists(*tree.made, *tree.true) == tree.expected()


def test_links_are_laid_again_as_they_were_at_first():
    """The best link of each arc is the one that `lay` finds; the arcs that differ are told."""
    for tree, rng in trees(range(150)):
        before = [each.copy() for each in tree.own]
        changed = tree.change(rng)
        wanted = tree.laid()
        assert lists(*tree.own) == lists(*wanted)
        differs = (before[0] != wanted[0]) | (before[1] != wanted[1])
        assert sorted(set(changed.tolist())) == np.flatnonzero(differs).tolist()


def test_what_was_before_is_told():
    """The arcs that are returned are just those that differ, with what they were."""
    for tree, rng in trees(range(100)):
        kinds = [each.copy() for each in tree.made], [each.copy() for each in tree.true]
        made = tree.alter(tree.change(rng))
        true = tree.correct(made[0])
        for was, now, told in zip(kinds, (tree.made, tree.true), (made, true), strict=True):
            differs = (was[0] != now[0]) | (was[1] != now[1])
            assert sorted(told[0].tolist()) == np.flatnonzero(differs).tolist()
            assert lists(*told[1:]) == lists(*(each[told[0]] for each in was))
        assert (np.diff(true[0]) > 0).all()


def test_it_gives_up_and_leaves_everything_as_it_was():
    """Where it takes more steps than it may there is no result, and no trace."""
    gave_up = 0
    for tree, rng in trees(range(100)):
        made, true = lists(*tree.made), lists(*tree.true)
        changed, few = tree.change(rng), rng.choice([0, 3, 10])
        if tree.alter(changed, most_steps=few)[0] is None:
            gave_up += 1
            assert lists(*tree.made) == made
            changed = tree.alter(changed)[0]
            if tree.correct(changed, most_steps=few)[0] is None:
                gave_up += 1
                assert lists(*tree.true) == true
                tree.correct(changed)
            assert lists(*tree.made, *tree.true) == tree.expected()
    assert gave_up > 40


def test_subtrees_end_where_the_next_begins():
    """All below a number, and no others, are from it to before the end."""
    for tree, _ in trees(range(40)):
        for number, end in enumerate(tree.end.tolist()):
            below = {number}
            for other in range(number + 1, len(tree.end)):
                if int(tree.parent[other]) in below:
                    below.add(other)
            assert below == set(range(number, end))


def test_all_above_are_marked():
    """The marks are those that were there, and those of their ancestors."""
    for tree, rng in trees(range(40)):
        n_nodes = len(tree.parent)
        mark = np.array([rng.random() < 0.2 for _ in range(n_nodes)], np.uint8)
        wanted = set()
        for number in np.flatnonzero(mark).tolist():
            up = number
            while up >= 0:
                wanted.add(up)
                up = int(tree.parent[up])
        mark_above(tree.parent, mark)
        assert set(np.flatnonzero(mark).tolist()) == wanted


def test_nodes_that_are_affected_are_found():
    """They are those with another latency to or from a node above; in haste, all below changed arcs."""
    for tree, rng in trees(range(150)):
        for _ in range(4):
            labels = [tree.labels(way) for way in (0, 1)]
            before = tree.correct(tree.alter(tree.change(rng))[0])
            for way in (0, 1):
                now = tree.labels(way)
                differ = {n for n, label in enumerate(labels[way]) if label != now[n]}
                assert tree.affected(before, way) == differ
                changed = before[0][before[1 + way] != tree.true[way][before[0]]]
                ends = [(tree.lower[arc], tree.end[tree.lower[arc]]) for arc in changed]
                below = {n for begin, end in ends for n in range(begin, end)}
                assert tree.affected(before, way, most_steps=-1) == below
