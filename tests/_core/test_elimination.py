"""The elimination kernels and the sweep, against sets, Floyd and Bellman-Ford."""

import importlib
import itertools
import random
import threading
import time

import numpy as np
import pytest
from hypothesis import given

from placement._core import COPIES
from tests._core.networks import NEVER, UNREACHABLE, Case, random_case, ranges
from tests._core.test_dijkstra import cases
from tests.reference.elimination import NONE, least_degree, left_behind, quickest
from tests.reference.shortest_paths import LONGEST, Arc


class Variant:
    """One variant of the kernels, and the steps from a network to a matrix."""

    def __init__(self, tree, weights, down):
        self.tree, self.weights, self.down = tree, weights, down

    def eliminated(self, case, *, most_arcs=10**9, most_work=1e18):
        """Return order, pointers and neighbours as `eliminate` gives them."""
        n_nodes = len(case.processing)
        tails = np.array([arc.tail for arc in case.arcs], np.int32)
        heads = np.array([arc.head for arc in case.arcs], np.int32)
        out, back = (grouped(n_nodes, *ends) for ends in ((tails, heads), (heads, tails)))
        return self.tree.eliminate(*out, *back, most_arcs, most_work, NEVER)

    def arranged(self, case):
        """Return place, parent, depth, pointers and ancestors."""
        order, above_ptr, above = self.eliminated(case)
        n_nodes = len(order)
        place, parent, depth = (np.empty(n_nodes, np.int32) for _ in range(3))
        ptr, ancestors = np.empty(n_nodes + 1, np.int64), np.empty(len(above), np.int32)
        self.tree.arrange(order, above_ptr, above, place, parent, depth, ptr, ancestors)
        return place, parent, depth, ptr, ancestors

    def laid(self, case, arranged):
        """Return the links' latencies on the arcs of the tree, and the processing by number."""
        place, _, _, ptr, ancestors = arranged
        up, down = (np.full(len(ancestors), 77, np.uint32) for _ in range(2))
        ends = [
            place[np.array([getattr(arc, end) for arc in case.arcs], np.intp)].astype(np.int32)
            for end in ("tail", "head")
        ]
        latency = np.array([arc.latency for arc in case.arcs], np.int32)
        self.weights.lay(
            ptr, ancestors, *ends, latency, np.array(case.arc_open, np.uint8), up, down
        )
        through = np.empty(len(place), np.uint32)
        for node, number in enumerate(place.tolist()):
            through[number] = NONE if node in case.closed else case.processing[node]
        return up, down, through

    def weighed(self, case, arranged):
        """Return what `prune` leaves: pointers, ends and latencies up and down; and the processing."""
        _, _, depth, ptr, ancestors = arranged
        up, down, through = self.laid(case, arranged)
        assert self.weights.customise(ptr, ancestors, through, up, down, NEVER)
        kept = [(np.empty_like(ptr), np.empty_like(ancestors), np.empty_like(up)) for _ in range(2)]
        assert self.weights.prune(
            ptr, ancestors, depth, through, up, down, *kept[0], *kept[1], NEVER
        )
        return *kept[0], *kept[1], through

    def matrix(self, case, *, splits=(), stop=NEVER, wanted=None):
        """Return the latencies as lists, the rows dealt at `splits`."""
        arranged = self.arranged(case)
        place, parent, depth, *_ = arranged
        nowhere = np.append(place, np.int32(-1))
        sources = nowhere[np.array(case.sources, np.intp)].astype(np.int32)
        columns = nowhere[np.array(case.targets, np.intp)].astype(np.int32)
        columns[columns < 0] = len(place)
        out = np.full((len(sources), len(columns)), -7, np.int32)
        wanted = np.arange(len(place), dtype=np.int32) if wanted is None else wanted(arranged)
        arrays = (parent, depth, *self.weighed(case, arranged), wanted, sources, columns, out)
        for begin, end in ranges(len(sources), splits):
            assert self.down.sweep(*arrays, begin, end, stop)
        return out.tolist()


def grouped(n_nodes, tails, heads):
    """Return links by the node that they leave."""
    order = np.argsort(tails, kind="stable")
    counts = np.bincount(tails, minlength=n_nodes)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), heads[order]


def variants():
    """Return the variants that this machine can run, by name."""
    return {
        name: Variant(
            *(
                importlib.import_module(f"{home}.{one}")
                for one in ("elimination", "customisation", "descent")
            )
        )
        for name, home in COPIES.items()
    }


VARIANTS = variants()


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS.keys())
def variant(request):
    """Return one variant of the kernels."""
    return request.param


def pairs(case):
    """Return the ends of all links, open or not."""
    return [(arc.tail, arc.head) for arc in case.arcs]


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
@given(case=cases())
def test_drawn_networks_agree_with_the_reference(variant, case):
    """On any small network the sweep gives the reference's nanoseconds."""
    assert variant.matrix(case) == case.expected()[0]


@pytest.mark.parametrize("block", range(4))
def test_random_networks_agree_with_the_reference(variant, block):
    """Masks, one-way and parallel links, zeros, ties and huge values: 0 ns of difference."""
    for seed in range(300 * block, 300 * block + 300):
        case = random_case(seed)
        assert variant.matrix(case) == case.expected()[0], seed


def test_each_node_leaves_its_neighbours_joined(variant):
    """What a node leaves is what sets leave, and no other node had fewer neighbours."""
    for seed in range(60):
        case = random_case(seed)
        order, ptr, above = (one.tolist() for one in variant.eliminated(case))
        assert sorted(order) == list(range(len(case.processing)))
        found = [set(above[a:b]) for a, b in itertools.pairwise(ptr)]
        assert found == left_behind(len(order), pairs(case), order), seed
        if len(order) <= 8:
            assert all(least_degree(len(order), pairs(case), order)), seed


def test_numbers_lead_from_the_top_down(variant):
    """A parent comes before its children, is the lowest ancestor, and every ancestor lies on the way up."""
    for seed in range(60):
        place, parent, depth, ptr, ancestors = (
            one.tolist() for one in variant.arranged(random_case(seed))
        )
        assert sorted(place) == list(range(len(place)))
        for number, up in enumerate(parent):
            mine = ancestors[ptr[number] : ptr[number + 1]]
            assert mine == sorted(set(mine))
            assert up == max(mine, default=-1) < number
            assert depth[number] == (depth[up] + 1 if up >= 0 else 0)
            way, step = set(), up
            while step >= 0:
                way.add(step)
                step = parent[step]
            assert set(mine) <= way


def test_arcs_have_the_best_ways_over_what_is_below(variant):
    """Laying, customising and pruning give each arc what Floyd gives over fewer and over all nodes."""
    for seed in range(120):
        case = random_case(seed)
        arranged = variant.arranged(case)
        place, _, depth, ptr, ancestors = arranged
        up, down, through = variant.laid(case, arranged)
        links = {}
        for arc, is_open in zip(case.arcs, case.arc_open, strict=True):
            ends = int(place[arc.tail]), int(place[arc.head])
            if is_open and ends[0] != ends[1]:
                links[ends] = min(arc.latency, links.get(ends, NONE))
        ends = [
            (number, int(ancestors[k]), k)
            for number in range(len(place))
            for k in range(ptr[number], ptr[number + 1])
        ]
        assert [int(up[k]) for _, _, k in ends] == [links.get((a, b), NONE) for a, b, _ in ends]
        assert [int(down[k]) for _, _, k in ends] == [links.get((b, a), NONE) for a, b, _ in ends]
        assert variant.weights.customise(ptr, ancestors, through, up, down, NEVER)
        for a, b, k in ends:
            below = quickest(links, through.tolist(), range(a + 1, len(place)))
            assert int(up[k]) == below.get((a, b), NONE)
            assert int(down[k]) == below.get((b, a), NONE)
        kept = [(np.empty_like(ptr), np.empty_like(ancestors), np.empty_like(up)) for _ in range(2)]
        assert variant.weights.prune(
            ptr, ancestors, depth, through, up, down, *kept[0], *kept[1], NEVER
        )
        true = quickest(links, through.tolist(), range(len(place)))
        assert [int(up[k]) for _, _, k in ends] == [true.get((a, b), NONE) for a, b, _ in ends]
        assert [int(down[k]) for _, _, k in ends] == [true.get((b, a), NONE) for a, b, _ in ends]
        assert kept[0][0][-1] <= len(up)
        assert kept[1][0][-1] <= len(down)


def test_sums_do_not_overflow_at_the_ceiling(variant):
    """Three links and processing at the ceiling are no path, and one link at it is."""
    arcs = [Arc(0, 1, LONGEST, 0), Arc(1, 2, LONGEST, 0), Arc(2, 3, LONGEST, 0)]
    case = Case(arcs, [True] * 3, set(), [LONGEST] * 4, [0], [0, 1, 2, 3])
    assert variant.matrix(case) == [[0, LONGEST, UNREACHABLE, UNREACHABLE]]


def test_any_split_of_rows_gives_the_same_matrix(variant):
    """Rows dealt in ranges of any size are the rows of the whole."""
    case = larger_case(7)
    whole = variant.matrix(case)
    assert variant.matrix(case, splits=(3, 16, 17, 40)) == whole


def test_the_nodes_above_the_columns_are_enough(variant):
    """A sweep over the columns and all above them gives the same as one over all nodes."""
    for seed in range(40):
        case = random_case(seed)

        def above(arranged, case=case):
            place, parent, *_ = arranged
            needed = set()
            for target in case.targets:
                number = int(place[target]) if target >= 0 else -1
                while number >= 0:
                    needed.add(number)
                    number = int(parent[number])
            return np.array(sorted(needed), np.int32)

        assert variant.matrix(case, wanted=above) == case.expected()[0], seed


def test_it_gives_up_where_too_much_is_left(variant):
    """Beyond the arcs or the work that it may leave there is no tree."""
    arcs = [Arc(a, b, 1, 0) for a, b in itertools.combinations(range(20), 2)]
    case = Case(arcs, [True] * len(arcs), set(), [0] * 20, [], [])
    assert len(variant.eliminated(case)[2]) == 190
    assert variant.eliminated(case, most_arcs=189) == (None, None, None)
    assert variant.eliminated(case, most_work=100.0) == (None, None, None)


def test_a_raised_token_stops_the_sweep(variant):
    """A token that is raised, or out of time, before or during the work ends it."""
    case = larger_case(1)
    arranged = variant.arranged(case)
    place, parent, depth, *_ = arranged
    weights = variant.weighed(case, arranged)
    numbers = np.arange(len(place), dtype=np.int32)
    rows = np.zeros(1_000_000, np.int32)
    out = np.empty((len(rows), 1), np.int32)

    def run(stop):
        arrays = (parent, depth, *weights, numbers, rows, numbers[:1], out)
        return variant.down.sweep(*arrays, 0, len(rows), stop)

    assert not run(np.array([2**63 - 1, 1]))
    assert not run(np.array([time.monotonic_ns(), 0]))
    token = np.array([2**63 - 1, 0])
    threading.Timer(0.02, token.__setitem__, (1, 1)).start()
    assert not run(token)


def larger_case(seed):
    """Return a network of 300 nodes: a ring of rings with some trees, 45 rows, 70 columns."""
    rng = random.Random(seed)
    arcs = []
    for node in range(1, 300):
        for other in {rng.randrange(max(0, node - 6), node), rng.randrange(node)}:
            latency = rng.randrange(1, 10**6)
            arcs += [Arc(node, other, latency, 0), Arc(other, node, latency + 3, 0)]
    return Case(
        arcs,
        [rng.random() < 0.9 for _ in arcs],
        {node for node in range(300) if rng.random() < 0.1},
        [rng.choice([0, 5]) for _ in range(300)],
        [rng.randrange(-1, 300) for _ in range(45)],
        [rng.randrange(-1, 300) for _ in range(70)],
    )


def test_a_larger_network_agrees_with_the_reference(variant):
    """Whole blocks of sixteen rows and columns, and the rest of them."""
    for seed in range(3):
        case = larger_case(seed)
        assert variant.matrix(case) == case.expected()[0]
