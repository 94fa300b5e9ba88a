"""What is left of a network for two disjoint paths, against every pair of all simple paths."""

import threading
import time

import numpy as np
import pytest

from placement._core import contract_network
from tests._core.networks import NEVER
from tests._core.pairs import by_what, meshed_case, random_case
from tests.reference.disjoint import LONGEST, Edge, best_pair, ways


def contracted(case, *, by_nodes):
    """Return the edges that are left, and how all edges are made, as lists."""
    edges, closed, processing, source, target = case
    columns = np.array(edges, np.int32).reshape(-1, 4).T.copy()
    *made, left, right, kept = contract_network(
        *columns,
        node_open=np.array([n not in closed - {source} for n in range(len(processing))], np.uint8),
        processing=np.array(processing, np.int32),
        source=source,
        target=target,
        by_nodes=by_nodes,
        stop=NEVER,
    )
    every = [Edge(*row) for row in zip(*(column.tolist() for column in made), strict=True)]
    return every, left.tolist(), right.tolist(), kept.tolist()


def left_over(edges, *, n_nodes=None, processing=None, by_nodes=False, closed=()):
    """Return the edges that are left between node 0 and node 1, sorted."""
    n_nodes = n_nodes or 1 + max(max(edge[:2]) for edge in edges)
    case = [Edge(*edge) for edge in edges], set(closed), processing or [0] * n_nodes, 0, 1
    every, _, _, kept = contracted(case, by_nodes=by_nodes)
    return sorted(every[edge] for edge in kept)


@by_what
@pytest.mark.parametrize("make", [random_case, meshed_case], ids=["sparse", "meshed"])
def test_the_best_pair_stays_as_it_is(make, by_nodes):
    """On 1,000 networks brute force finds the same longer path and sum in what is left."""
    for seed in range(500):
        case = edges, closed, processing, source, target = make(seed)
        every, _, _, kept = contracted(case, by_nodes=by_nodes)
        assert len(kept) <= len(edges), seed
        small = [every[edge] for edge in kept]
        expected = best_pair(ways(*case), by_nodes=by_nodes)
        found = ways(small, closed, processing, source, target)
        assert best_pair(found, by_nodes=by_nodes) == expected, seed


@by_what
def test_an_edge_is_as_long_as_what_it_is_made_of(by_nodes):
    """Both ways, with the time in the node between."""
    for seed in range(500):
        case = make_whole(random_case(seed))
        processing = case[2]
        every, left, right, _ = contracted(case, by_nodes=by_nodes)
        for edge, one, other in zip(every, left, right, strict=True):
            if one < 0:
                continue
            a, b = (turned(every[part], edge[i]) for i, part in enumerate((one, other)))
            middle = a.other
            assert middle == b.other, seed
            assert edge.out == a.out + processing[middle] + b.back, seed
            assert edge.back == b.out + processing[middle] + a.back, seed


def make_whole(case):
    """Return a case with no closed nodes."""
    return case[0], set(), *case[2:]


def turned(edge, one):
    """Return an edge with this node as its one end."""
    return edge if edge.one == one else Edge(edge.other, edge.one, edge.back, edge.out)


def test_dead_ends_go():
    """Trees that hang on a way are of no use."""
    assert left_over([(0, 1, 5, 5), (0, 2, 1, 1), (2, 3, 1, 1), (2, 4, 1, 1)]) == [(0, 1, 5, 5)]


def test_a_chain_becomes_one_edge():
    """Three links, the middle one turned round, and the time in two nodes."""
    edges = [(0, 2, 1, 10), (3, 2, 20, 2), (3, 1, 4, 40), (0, 1, 500, 500)]
    assert [set(edge) for edge in left_over(edges, processing=[0, 0, 100, 200])] == [
        {0, 1, 307, 370},
        {0, 1, 500},
    ]


def test_a_chain_of_more_than_the_longest_path_goes():
    """2.1 s is the most in either direction."""
    longest = [(0, 2, LONGEST - 5, 1), (2, 1, 5, 1)]
    assert [edge[2:] for edge in left_over(longest)] in ([(LONGEST, 2)], [(2, LONGEST)])
    assert left_over([(0, 2, LONGEST - 5, 1), (2, 1, 6, 1)]) == []


def test_of_parallel_edges_two_stay_or_one():
    """Between the ends always two; elsewhere paths that may not meet need one."""
    fan = [(0, 2, 7, 7), (0, 2, 5, 5), (0, 2, 6, 6), (2, 1, 1, 1), (2, 3, 1, 1), (3, 1, 1, 1)]
    assert [edge[2] for edge in left_over(fan) if edge[:2] == (0, 2)] == [5, 6]
    direct = [(0, 1, 7, 7), (0, 1, 5, 5), (0, 1, 6, 6)]
    assert left_over(direct, by_nodes=True) == [(0, 1, 5, 5), (0, 1, 6, 6)]
    wheel = [(0, 2), (0, 3), (2, 3), (2, 1), (3, 1)]
    edges = [(*ends, 9, 9) for ends in wheel] + [(3, 2, 4, 4)]
    assert [e for e in left_over(edges, by_nodes=True) if {2, 3} == set(e[:2])] == [(3, 2, 4, 4)]


def test_an_edge_that_is_quicker_in_one_direction_stays():
    """The limit of 2.1 s holds for each direction by itself."""
    edges = [(0, 1, 5, 5), (0, 1, 5, 5), (0, 1, 1, 100), (0, 1, 6, 6)]
    assert left_over(edges) == [(0, 1, 1, 100), (0, 1, 5, 5), (0, 1, 5, 5)]
    all_three = [(0, 1, 0, 5), (0, 1, 1, 1), (0, 1, 2, 4)]
    assert left_over(all_three) == all_three


def test_closed_nodes_go():
    """What leads to them leads nowhere."""
    square = [(0, 2, 1, 1), (2, 1, 1, 1), (0, 3, 1, 1), (3, 1, 1, 1)]
    assert [edge[2] for edge in left_over(square, closed=[2])] == [2]


def test_a_way_out_and_back_to_the_same_node_goes():
    """A node that is joined to one other alone is on no path, however often it is."""
    assert left_over([(0, 1, 5, 5), (0, 2, 1, 1), (2, 0, 2, 2)]) == [(0, 1, 5, 5)]


def ladder(stop):
    """Contract a ladder of many rungs, whose nodes all stay."""
    n_rungs = 400_000
    n = np.arange(2 * n_rungs - 2, dtype=np.int32)
    rungs = np.arange(0, 2 * n_rungs, 2, dtype=np.int32)
    one, other = np.concatenate([n, rungs]), np.concatenate([n + 2, rungs + 1]).astype(np.int32)
    times = np.ones(len(one), np.int32)
    return contract_network(
        one,
        other,
        times,
        times,
        node_open=np.ones(2 * n_rungs, np.uint8),
        processing=np.zeros(2 * n_rungs, np.int32),
        source=0,
        target=2 * n_rungs - 1,
        by_nodes=False,
        stop=stop,
    )


@pytest.mark.parametrize("stop", [[0, 0], [2**63 - 1, 1]], ids=["deadline", "cancel"])
def test_a_raised_stop_token_ends_the_call_at_once(stop):
    """With the deadline past or the cancel word set there is no answer."""
    assert ladder(np.array(stop)) is None


def test_another_thread_cancels_a_running_kernel():
    """The kernel lets other threads run and sees the word that one of them sets."""
    stop = NEVER.copy()
    timer = threading.Timer(0.005, stop.__setitem__, (1, 1))
    timer.start()
    start = time.monotonic_ns()
    ladder(stop)
    assert time.monotonic_ns() - start < 1_000_000_000
    timer.join()
