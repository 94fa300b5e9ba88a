"""The kernels of single failures, in every variant, against a search in what is left."""

import importlib
import random

import numpy as np
import pytest

from placement._core import COPIES, UNREACHABLE_NS, customise, label_ends
from placement.latency import fill, index_links
from placement.latency.failures import round_trips as failures
from placement.latency.routing import RoutingClass
from tests._core.networks import NEVER, random_case
from tests._core.steps import VARIANTS
from tests.reference.elimination import quickest
from tests.reference.shortest_paths import LONGEST, Arc, labels


@pytest.fixture(params=COPIES.values(), ids=COPIES.keys(), autouse=True)
def variant(request, monkeypatch):
    """Let the tables come from one variant of the kernel, and from a tree for the smallest of them."""
    kernel = importlib.import_module(f"{request.param}.failures")
    monkeypatch.setattr(failures, "reroute", kernel.reroute)
    monkeypatch.setattr(fill, "LEAST_ROWS", 1)
    monkeypatch.setattr(fill, "LEAST_SIZE", 0)
    monkeypatch.setattr(fill, "WORK_EACH", 1e9)


class Net:
    """Links as (tail, head, latency), all of them one way or all both ways; and the processing."""

    def __init__(self, links, processing, *, both_ways):
        self.links, self.processing, self.both_ways = links, processing, both_ways

    def table(self, pairs, links, nodes, threads=1):
        """Return the round trips under the failures, and without one."""
        tails, heads, latency = np.array(self.links, np.int64).reshape(-1, 3).T
        index = index_links(
            tails,
            heads,
            latency,
            n_nodes=len(self.processing),
            processing_ns=self.processing,
            two_way=self.both_ways,
        )
        parts = failures.Parts(np.array(links, np.int32), np.array(nodes, np.int32))
        out = np.full((len(parts), len(pairs)), -7, np.int64)
        healthy = failures.fill_failures(
            index,
            np.array(pairs, np.int32).reshape(-1, 2),
            parts,
            RoutingClass(),
            out=out,
            threads=threads,
        )
        return out.tolist(), healthy.tolist()

    def expected(self, pairs, lost_link=None, lost_node=None):
        """Return the round trips without one link or node, by Bellman-Ford."""
        arcs = []
        for row, (tail, head, latency) in enumerate(self.links):
            if row == lost_link or lost_node in (tail, head):
                continue
            arcs.append(Arc(tail, head, latency))
            if self.both_ways:
                arcs.append(Arc(head, tail, latency))
        found = {
            end: labels(arcs, end, set(), self.processing)
            for end in {end for pair in pairs for end in pair}
        }
        return [
            found[a][b][0] + found[b][a][0]
            if lost_node not in (a, b) and b in found[a] and a in found[b]
            else -1
            for a, b in pairs
        ]


def random_net(seed):
    """Return a small network with ties, zeros, parallel links and values at the ceiling."""
    rng, case = random.Random(seed), random_case(seed)
    links = [(arc.tail, arc.head, arc.latency) for arc in case.arcs]
    return Net(links, case.processing, both_ways=rng.random() < 0.5), rng


@pytest.mark.parametrize("block", range(3))
def test_random_failures_agree_with_a_search_in_what_is_left(block):
    """Some links and nodes of random networks, more than fit side by side: no ns of difference."""
    for seed in range(100 * block, 100 * block + 100):
        net, rng = random_net(seed)
        n_nodes = len(net.processing)
        pairs = [(rng.randrange(n_nodes), rng.randrange(n_nodes)) for _ in range(rng.randint(0, 6))]
        links = rng.sample(range(len(net.links)), min(len(net.links), 20))
        nodes = rng.sample(range(n_nodes), min(n_nodes, 6))
        found, healthy = net.table(pairs, links, nodes)
        assert healthy == net.expected(pairs), seed
        assert found == [
            *(net.expected(pairs, lost_link=link) for link in links),
            *(net.expected(pairs, lost_node=node) for node in nodes),
        ], seed


def test_sums_do_not_overflow_at_the_ceiling():
    """Links and nodes at the ceiling are no path together, and one link is, whatever fails."""
    net = Net(
        [(0, 1, LONGEST), (1, 2, LONGEST), (2, 3, LONGEST), (0, 3, LONGEST)],
        [LONGEST] * 4,
        both_ways=True,
    )
    pairs = [(0, 1), (0, 2), (0, 3), (3, 0), (1, 1)]
    found, healthy = net.table(pairs, range(4), range(4))
    twice = 2 * LONGEST
    assert healthy == [twice, -1, twice, twice, 0]
    assert found[:4] == [
        [-1, -1, twice, twice, 0],
        [twice, -1, twice, twice, 0],
        [twice, -1, twice, twice, 0],
        [twice, -1, -1, -1, 0],
    ]
    assert found[4:] == [net.expected(pairs, lost_node=node) for node in range(4)]


@pytest.mark.parametrize("both_ways", [False, True], ids=["one way", "both ways"])
def test_more_arcs_change_than_there_is_room_for_at_first(both_ways, monkeypatch):
    """In a dense network a node changes hundreds of arcs when it fails; all is as searches have it."""
    rng = random.Random(5)
    n = 60
    ends = [(a, b) for a in range(n) for b in range(n) if (a < b if both_ways else a != b)]
    # Ways over the first nodes are quick; every other arc is slow.
    links = [(a, b, rng.randint(1, 9) if min(a, b) < 5 else 1000) for a, b in ends]
    net = Net(links, [0] * n, both_ways=both_ways)
    pairs = [(rng.randrange(n), rng.randrange(n)) for _ in range(40)]
    found = net.table(pairs, [], range(n))
    monkeypatch.setattr(fill, "LEAST_ROWS", 10**9)
    assert found == net.table(pairs, [], range(n))


def test_labels_are_forgotten_where_they_do_not_fit(monkeypatch):
    """A long tail of a ring has more labels than are kept, and the round trips stay those of searches."""
    ring, n = 12, 500
    links = [(k, (k + 1) % ring, k + 1) for k in range(ring)]
    links += [(k - 1, k, k % 7) for k in range(ring, n)]
    net = Net(links, [1] * n, both_ways=True)
    pairs = [(k, (k * 5) % ring) for k in range(ring, n)]
    found = net.table(pairs, range(0, ring, 2), [3])
    monkeypatch.setattr(fill, "LEAST_ROWS", 10**9)
    assert found == net.table(pairs, range(0, ring, 2), [3])


def test_labels_of_ends_are_the_best_ways_up_and_down():
    """Each is the best way over nodes below its upper end on the end's own way up, with its last arc."""
    for seed in range(60):
        case = random_case(seed)
        arranged = VARIANTS["baseline"].arranged(case)
        _, parent, depth, ptr, ancestors = arranged
        up, down, through = VARIANTS["baseline"].laid(case, arranged)
        assert customise(ptr, ancestors, depth, through, up, down, NEVER)
        ends = np.arange(len(parent), dtype=np.int32)
        label_ptr = np.concatenate([[0], np.cumsum(depth + 1)])
        for arcs in (up, down):
            label, by = np.empty(label_ptr[-1], np.uint32), np.empty(label_ptr[-1], np.int64)
            above = depth[ancestors]
            fixed = (parent, depth, ptr, above, arcs, through, ends, label_ptr)
            assert label_ends(*fixed, label, by, NEVER)
            for end in ends.tolist():
                way = [end]
                while parent[way[-1]] >= 0:
                    way.append(int(parent[way[-1]]))
                links = {
                    (node, int(ancestors[arc])): int(arcs[arc])
                    for node in way
                    for arc in range(ptr[node], ptr[node + 1])
                    if arcs[arc] < UNREACHABLE_NS
                }
                best = quickest(links, through.tolist(), way[1:])
                for node in way[1:]:
                    at = label_ptr[end] + depth[node]
                    assert label[at] == best.get((end, node), UNREACHABLE_NS), seed
                    assert (by[at] < 0) == (label[at] == UNREACHABLE_NS)
                    if by[at] >= 0:
                        assert ancestors[by[at]] == node
                assert label[label_ptr[end] + depth[end]] == 0
