"""The search for disjoint paths, against every pair of all simple paths."""

import threading
import time

import numpy as np
import pytest

from placement._core import disjoint_pair
from tests._core.networks import NEVER
from tests._core.pairs import by_what, meshed_case, random_case, rings, trapped_case
from tests.reference.disjoint import LONGEST, Edge, Way, best_pair, disjoint, ways

ENOUGH = 10**7


def arguments(case):
    """Return a case as the kernel takes it."""
    edges, closed, processing, source, target = case
    arcs = [(e.one, e.other, i, e.out, e.back) for i, e in enumerate(edges)]
    arcs = sorted(arcs + [(e.other, e.one, i, e.back, e.out) for i, e in enumerate(edges)])
    tails, heads, edge, out, back = np.array(arcs, np.int32).reshape(-1, 5).T.copy()
    n_nodes = len(processing)
    return {
        "indptr": np.searchsorted(tails, np.arange(n_nodes + 1)).astype(np.int64),
        "tails": tails,
        "heads": heads,
        "edge": edge,
        "out": out,
        "back": back,
        "node_open": np.array([n not in closed for n in range(n_nodes)], np.uint8),
        "processing": np.array(processing, np.int32),
        "source": source,
        "target": target,
    }


def way(given, arcs):
    """Return the path over some arcs, which have to join up."""
    nodes = [given["source"], *given["heads"][arcs].tolist()]
    assert nodes[:-1] == given["tails"][arcs].tolist()
    length = int(given["out"][arcs].astype(int).sum() + given["back"][arcs].astype(int).sum())
    length += 2 * sum(int(given["processing"][n]) for n in nodes[1:-1])
    return Way(tuple(nodes), tuple(given["edge"][arcs].tolist()), length)


def check(case, *, by_nodes, work=ENOUGH):
    """Compare the answer with brute force; return whether the search was finished."""
    given, found = arguments(case), ways(*case)
    expected = best_pair(found, by_nodes=by_nodes)
    finished, paths, bound, _ = disjoint_pair(**given, by_nodes=by_nodes, work=work, stop=NEVER)
    told = None
    if paths:
        pair = way(given, paths[0]), way(given, paths[1])
        assert set(pair) <= set(found)
        assert disjoint(*pair, by_nodes=by_nodes)
        told = max(one.length for one in pair), sum(one.length for one in pair)
    if finished:
        assert told == expected
        assert bound == (None if expected is None else expected[0])
    elif expected is not None:
        assert bound <= expected[0]
        assert told is None or told >= expected
    return finished


@by_what
@pytest.mark.parametrize("block", range(6))
def test_random_networks_have_the_pair_of_brute_force(block, by_nodes):
    """On 6,000 networks the longer path and the sum are those of the best of all pairs; or there is none."""
    for seed in range(1000 * block, 1000 * (block + 1)):
        assert check(random_case(seed), by_nodes=by_nodes), seed


@by_what
@pytest.mark.parametrize("block", range(2))
def test_meshed_networks_have_the_pair_of_brute_force(block, by_nodes):
    """On 500 networks with many paths likewise."""
    for seed in range(250 * block, 250 * (block + 1)):
        assert check(meshed_case(seed), by_nodes=by_nodes), seed


@by_what
@pytest.mark.parametrize("block", range(3))
def test_a_first_path_in_the_way_is_taken_back(block, by_nodes):
    """On 3,000 networks with one tempting way, and limits of 2.1 s each way, likewise."""
    for seed in range(1000 * block, 1000 * (block + 1)):
        assert check(trapped_case(seed), by_nodes=by_nodes), seed


@by_what
@pytest.mark.parametrize("work", [0, 100, 400])
def test_a_search_that_is_cut_short_bounds_what_it_did_not_see(work, by_nodes):
    """With little work the pair is one, and the bound is below the best pair; some stay open."""
    told = [check(meshed_case(seed), by_nodes=by_nodes, work=work) for seed in range(150)]
    assert not all(told)


def test_more_work_means_a_better_pair_and_a_better_bound():
    """On a chain of rings, where a pair has thousands of ways, both close in on each other."""
    given, answers = arguments(rings(12)), []
    for work in (0, 3_000, 30_000, ENOUGH):
        finished, paths, bound, done = disjoint_pair(**given, by_nodes=False, work=work, stop=NEVER)
        answers.append((max(way(given, arcs).length for arcs in paths), -bound))
        assert done <= work + 20_000
    assert finished
    assert answers == sorted(answers, reverse=True)
    assert answers[0][0] > answers[-1][0] == -answers[-1][1]


def test_two_parallel_edges_are_two_paths():
    """Paths that share no node but their ends may both be one edge long, over different edges."""
    case = [Edge(0, 1, 5, 5), Edge(0, 1, 7, 7)], set(), [0, 0], 0, 1
    assert check(case, by_nodes=True)
    assert check(case, by_nodes=False)
    assert check((case[0][:1], *case[1:]), by_nodes=True)


@by_what
def test_two_links_in_a_row_are_taken_back(by_nodes):
    """The shortest path is 0-1-2-3-4; the only pair leaves out its middle."""
    ends = [(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1), (0, 5, 9), (5, 3, 9), (1, 6, 9), (6, 4, 9)]
    case = [Edge(a, b, ns, ns) for a, b, ns in ends], set(), [0] * 7, 0, 4
    given = arguments(case)
    _, paths, bound, _ = disjoint_pair(**given, by_nodes=by_nodes, work=ENOUGH, stop=NEVER)
    assert [way(given, arcs).nodes for arcs in paths] == [(0, 1, 6, 4), (0, 5, 3, 4)]
    assert bound == 38


@by_what
def test_a_second_path_that_takes_too_long_one_way_is_not_the_last(by_nodes):
    """By node 2 it is shortest there and back, but 2.4 s out: the way by node 3 counts."""
    tenth = LONGEST // 21
    ways_round = [(1, 9, 9), (2, 12, 0), (3, 9, 10)]
    edges = [Edge(0, n, out * tenth, back * tenth) for n, out, back in ways_round]
    edges += [Edge(n, 4, out * tenth, back * tenth) for n, out, back in ways_round]
    case = edges, set(), [0] * 5, 0, 4
    _, paths, _, _ = disjoint_pair(**arguments(case), by_nodes=by_nodes, work=ENOUGH, stop=NEVER)
    assert [way(arguments(case), arcs).nodes for arcs in paths] == [(0, 1, 4), (0, 3, 4)]
    assert check(case, by_nodes=by_nodes)


def test_the_least_sum_may_have_the_longer_path():
    """Of the pairs (1, 9) and (6, 6) the second counts, though its sum is larger."""
    ends = [(0, 1, 0), (0, 2, 4), (1, 3, 0), (1, 4, 1), (2, 3, 1), (2, 4, 0), (3, 5, 1), (4, 5, 5)]
    case = [Edge(a, b, ns, ns) for a, b, ns in ends], set(), [0] * 6, 0, 5
    given = arguments(case)
    finished, paths, bound, _ = disjoint_pair(**given, by_nodes=True, work=ENOUGH, stop=NEVER)
    assert [way(given, arcs).length for arcs in paths] == [12, 12]
    assert (finished, bound) == (True, 12)


@pytest.mark.parametrize("stop", [[0, 0], [2**63 - 1, 1]], ids=["deadline", "cancel"])
def test_a_raised_stop_token_ends_the_call_at_once(stop):
    """With the deadline past or the cancel word set there is no answer."""
    given = arguments(rings(3))
    assert disjoint_pair(**given, by_nodes=False, work=ENOUGH, stop=np.array(stop)) is None


def endless(stop):
    """Search where there are 2**40 pairs."""
    return disjoint_pair(**arguments(rings(40)), by_nodes=False, work=2**60, stop=stop)


def test_a_deadline_stops_a_running_kernel():
    """A kernel looks at the clock while it works."""
    start = time.monotonic_ns()
    assert endless(np.array([start + 20_000_000, 0])) is None
    assert time.monotonic_ns() - start < 1_000_000_000


def test_another_thread_cancels_a_running_kernel():
    """The kernel lets other threads run and sees the word that one of them sets."""
    stop = NEVER.copy()
    timer = threading.Timer(0.02, stop.__setitem__, (1, 1))
    timer.start()
    start = time.monotonic_ns()
    assert endless(stop) is None
    assert time.monotonic_ns() - start < 1_000_000_000
    timer.join()
