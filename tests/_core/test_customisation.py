"""Latencies on the arcs of the tree, against Floyd and triangles one by one."""

import itertools
import random

import numpy as np

from tests._core.networks import NEVER, random_case
from tests._core.shapes import case_of, shapes
from tests.reference.elimination import NONE, completed, judged, quickest


class Arcs:
    """The arcs of a network's tree at each step, by their two numbers."""

    def __init__(self, variant, case):
        self.variant, self.arranged = variant, variant.arranged(case)
        self.place, _, self.depth, self.ptr, self.ancestors = self.arranged
        self.up, self.down, self.through = variant.laid(case, self.arranged)
        self.n_nodes = len(self.place)
        self.above = [
            self.ancestors[a:b].tolist() for a, b in itertools.pairwise(self.ptr.tolist())
        ]
        self.tree = (self.ptr, self.ancestors, self.depth, self.through)

    def by_ends(self, labels):
        """Return {(number, ancestor): label}."""
        pairs = [(n, other) for n, others in enumerate(self.above) for other in others]
        return dict(zip(pairs, labels.tolist(), strict=True))

    def customise(self, *, stop=NEVER):
        """Give the arcs the best ways over what is below."""
        return self.variant.weights.customise(*self.tree, self.up, self.down, stop)

    def prune(self, *, stop=NEVER):
        """Return the arcs that stay, up and down, {(number, ancestor): label}."""
        n_arcs = len(self.ancestors)
        kept = [
            (
                np.empty(self.n_nodes + 1, np.int64),
                np.empty(n_arcs, np.int32),
                np.empty(n_arcs, np.uint32),
            )
            for _ in range(2)
        ]
        if not self.variant.thinned.prune(*self.tree, self.up, self.down, *kept[0], *kept[1], stop):
            return None
        found = {}, {}
        for n, others in enumerate(self.above):
            at_depth = {int(self.depth[other]): other for other in others}
            for one, (ptr, ends, labels), name in zip(
                found, kept, (int, at_depth.get), strict=True
            ):
                for k in range(ptr[n], ptr[n + 1]):
                    one[n, name(int(ends[k]))] = int(labels[k])
        return found


def links_of(case, place):
    """Return the open links between numbers, of parallel ones the quickest."""
    links = {}
    for arc, is_open in zip(case.arcs, case.arc_open, strict=True):
        ends = int(place[arc.tail]), int(place[arc.head])
        if is_open and ends[0] != ends[1]:
            links[ends] = min(arc.latency, links.get(ends, NONE))
    return links


def leads_back(case):
    """Return whether each open link has one back that takes as long."""
    links = links_of(case, range(len(case.processing)))
    return links == {(b, a): ns for (a, b), ns in links.items()}


def test_links_lie_on_their_arcs(variant):
    """Each arc has the quickest of its open links each way, and each number its processing."""
    for case in [*map(random_case, range(120)), *shapes(seed=1)]:
        arcs = Arcs(variant, case)
        links = links_of(case, arcs.place)
        assert arcs.by_ends(arcs.up) == {
            (a, b): links.get((a, b), NONE) for a, b in arcs.by_ends(arcs.up)
        }
        assert arcs.by_ends(arcs.down) == {
            (a, b): links.get((b, a), NONE) for a, b in arcs.by_ends(arcs.down)
        }
        for node, number in enumerate(arcs.place.tolist()):
            expected = NONE if node in case.closed else case.processing[node]
            assert arcs.through[number] == expected


def test_arcs_have_the_best_ways_over_what_is_below(variant):
    """Customising and pruning give each arc what Floyd gives over the nodes below and over all."""
    for seed in range(120):
        case = random_case(seed)
        arcs = Arcs(variant, case)
        links, through = links_of(case, arcs.place), arcs.through.tolist()
        assert arcs.customise()
        for (a, b), label in arcs.by_ends(arcs.up).items():
            below = quickest(links, through, range(a + 1, arcs.n_nodes))
            assert label == below.get((a, b), NONE)
            assert arcs.by_ends(arcs.down)[a, b] == below.get((b, a), NONE)
        assert arcs.prune() is not None
        true = quickest(links, through, range(arcs.n_nodes))
        for (a, b), label in arcs.by_ends(arcs.up).items():
            assert label == true.get((a, b), NONE)
            assert arcs.by_ends(arcs.down)[a, b] == true.get((b, a), NONE)


def test_arcs_agree_with_triangles_one_by_one(variant):
    """On networks of every shape each step gives what the reference gives, and keeps what it keeps."""
    for case in [*map(random_case, range(200)), *shapes(seed=2), *shapes(seed=3), *shapes(seed=4)]:
        arcs = Arcs(variant, case)
        through = arcs.through.tolist()
        up, down = completed(arcs.above, through, arcs.by_ends(arcs.up), arcs.by_ends(arcs.down))
        assert arcs.customise()
        assert arcs.by_ends(arcs.up) == up
        assert arcs.by_ends(arcs.down) == down
        true, (stay_up, stay_down) = judged(arcs.above, through, up, down)
        kept_up, kept_down = arcs.prune()
        assert arcs.by_ends(arcs.up) == {(a, b): true[a, b] for a, b in up}
        assert arcs.by_ends(arcs.down) == {(a, b): true[b, a] for a, b in down}
        assert kept_up == {pair: up[pair] for pair in stay_up}
        assert kept_down == {pair: down[pair] for pair in stay_down}


def test_what_goes_is_covered_by_what_stays(variant):
    """For every arc that is left out there is a way, no longer, over an arc that is not."""
    for case in [*map(random_case, range(200)), *shapes(seed=5), *shapes(seed=6)]:
        arcs = Arcs(variant, case)
        assert arcs.customise()
        kept = arcs.prune()
        true = arcs.by_ends(arcs.up), arcs.by_ends(arcs.down)
        both = true[0] | {(b, a): ns for (a, b), ns in true[1].items()}
        for (node, end), up in true[0].items():
            for direction, expected in enumerate((up, true[1][node, end])):
                ways = [kept[direction].get((node, end), NONE)]
                for n in set(arcs.above[node]) - {end}:
                    own = kept[direction].get((node, n), NONE)
                    ways.append(own + int(arcs.through[n]) + both[(n, end)[:: 1 - 2 * direction]])
                assert min(*ways, NONE) == expected


def test_one_array_stands_for_both_ways(variant):
    """Where both directions are the same, one array gives what two give."""
    alike = [case for case in shapes(seed=7) if leads_back(case)]
    assert len(alike) > 3
    for case in alike:
        two, one = Arcs(variant, case), Arcs(variant, case)
        one.down = one.up
        for arcs in (two, one):
            assert arcs.customise()
        assert one.up.tolist() == two.up.tolist() == two.down.tolist()
        assert one.prune() == two.prune()
        assert one.up.tolist() == two.up.tolist() == two.down.tolist()


def test_a_raised_token_stops_it(variant):
    """Customising and pruning look at the token."""
    arcs = Arcs(variant, case_of(random.Random(1), 260, itertools.combinations(range(260), 2)))
    assert not arcs.customise(stop=np.array([2**63 - 1, 1]))
    assert arcs.prune(stop=np.array([2**63 - 1, 1])) is None
