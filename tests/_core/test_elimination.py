"""The order in which nodes are eliminated, and their numbers, against sets."""

import itertools
import random

import numpy as np

from tests._core.networks import Case, random_case
from tests._core.shapes import lattice, ring, shapes
from tests.reference.elimination import elimination_order, left_behind
from tests.reference.shortest_paths import Arc


def pairs(case):
    """Return the ends of all links, open or not."""
    return [(arc.tail, arc.head) for arc in case.arcs]


def test_each_node_leaves_its_neighbours_joined(variant):
    """What a node leaves is what sets leave, without a repetition."""
    for case in [*map(random_case, range(60)), *shapes(seed=1)]:
        order, ptr, above = (one.tolist() for one in variant.eliminated(case))
        found = [above[a:b] for a, b in itertools.pairwise(ptr)]
        assert [sorted(one) for one in found] == [
            sorted(one) for one in left_behind(len(order), pairs(case), order)
        ]


def test_nodes_go_in_the_order_of_the_rule(variant):
    """Trees fall first, then goes who has fewest neighbours, and who had fewest links of a core."""
    for case in [*map(random_case, range(200)), *shapes(seed=2), *shapes(seed=3)]:
        order, *_ = variant.eliminated(case)
        assert order.tolist() == elimination_order(len(order), pairs(case))


def test_a_large_network_goes_in_the_order_of_the_rule(variant):
    """So it is where lists come before bits: in a lattice with holes, and in a ring with chords."""
    for case in (lattice(random.Random(4), 900, holes=0.3), ring(random.Random(5), 500, chords=60)):
        order, *_ = variant.eliminated(case)
        assert order.tolist() == elimination_order(len(order), pairs(case))


def test_numbers_lead_from_the_top_down(variant):
    """A parent comes before its children, is the lowest ancestor, and every ancestor lies on the way up."""
    for case in [*map(random_case, range(60)), *shapes(seed=6)]:
        place, parent, depth, ptr, ancestors = (one.tolist() for one in variant.arranged(case))
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


def test_a_core_has_the_first_numbers(variant):
    """Nodes that are left joined to all others are numbered from the top, the most linked first."""
    hubs = [Arc(a, b, 1, 0) for a, b in itertools.combinations(range(3, 9), 2)]
    leaves = [Arc(hub, 9 + k, 1, 0) for k, hub in enumerate([5, 5, 5, 8, 8, 4])]
    case = Case(hubs + leaves, [True] * 21, set(), [0] * 15, [], [])
    place, *_ = variant.arranged(case)
    assert [place.tolist().index(number) for number in range(6)] == [5, 8, 4, 7, 6, 3]


def test_it_gives_up_where_too_much_is_left(variant):
    """Beyond the arcs or the work that it may leave there is no tree."""
    arcs = [Arc(a, b, 1, 0) for a, b in itertools.combinations(range(20), 2)]
    case = Case(arcs, [True] * len(arcs), set(), [0] * 20, [], [])
    left = np.empty(4, np.int64)
    assert len(variant.eliminated(case, left=left)[2]) == 190
    assert left.tolist() == [0, 0, 190, 0]
    assert variant.eliminated(case, most_arcs=189, left=left) == (None, None, None)
    assert left.tolist() == [20, 190, 0, 1]
    assert variant.eliminated(case, most_work=100.0, left=left) == (None, None, None)
    assert left.tolist() == [20, 190, 0, 2]


def test_a_tree_that_is_too_large_is_none(variant):
    """What trees leave counts as well."""
    case = Case([Arc(0, n, 1, 0) for n in range(1, 5)], [True] * 4, set(), [0] * 5, [], [])
    assert len(variant.eliminated(case, most_arcs=4)[2]) == 4
    assert variant.eliminated(case, most_arcs=3) == (None, None, None)
