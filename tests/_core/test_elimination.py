"""The elimination kernels, against sets and Floyd."""

import itertools

import numpy as np

from tests._core.networks import NEVER, Case, random_case
from tests.reference.elimination import NONE, least_degree, left_behind, quickest
from tests.reference.shortest_paths import Arc


def pairs(case):
    """Return the ends of all links, open or not."""
    return [(arc.tail, arc.head) for arc in case.arcs]


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


def test_it_gives_up_where_too_much_is_left(variant):
    """Beyond the arcs or the work that it may leave there is no tree."""
    arcs = [Arc(a, b, 1, 0) for a, b in itertools.combinations(range(20), 2)]
    case = Case(arcs, [True] * len(arcs), set(), [0] * 20, [], [])
    assert len(variant.eliminated(case)[2]) == 190
    assert variant.eliminated(case, most_arcs=189) == (None, None, None)
    assert variant.eliminated(case, most_work=100.0) == (None, None, None)
