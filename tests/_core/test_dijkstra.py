"""The shortest-path kernels, against Bellman-Ford."""

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests._core.conftest import variants
from tests._core.networks import NEVER, UNREACHABLE, Case, random_case, run, run_variance
from tests.reference.shortest_paths import CAP, LONGEST, Arc


@st.composite
def cases(draw):
    """Draw a network of a few nodes with few different numbers, so that there are many ties."""
    n_nodes = draw(st.integers(1, 6))
    node = st.integers(0, n_nodes - 1)
    latency = st.sampled_from([0, 0, 1, 2, 3, LONGEST // 2, LONGEST])
    variance = st.sampled_from([0, 1, 4, CAP // 2, CAP])
    arcs = draw(st.lists(st.builds(Arc, node, node, latency, variance), max_size=16))
    return Case(
        arcs=arcs,
        arc_open=draw(st.lists(st.booleans(), min_size=len(arcs), max_size=len(arcs))),
        closed=draw(st.sets(node)),
        processing=draw(
            st.lists(st.sampled_from([0, 1, 5, LONGEST]), min_size=n_nodes, max_size=n_nodes)
        ),
        sources=draw(st.lists(st.integers(-1, n_nodes - 1), max_size=4)),
        targets=draw(st.lists(st.integers(-1, n_nodes - 1), max_size=4)),
    )


def chain(*latencies, **changes):
    """Return a one-way chain of links and ask for its last node from its first."""
    arcs = [Arc(n, n + 1, latency) for n, latency in enumerate(latencies)]
    values = {
        "arcs": arcs,
        "arc_open": [True] * len(arcs),
        "closed": set(),
        "processing": [0] * (len(arcs) + 1),
        "sources": [0],
        "targets": [len(arcs)],
    }
    return Case(**(values | changes))


@pytest.mark.parametrize("kernel", variants().values(), ids=variants().keys())
@given(case=cases())
def test_drawn_networks_agree_with_the_reference(kernel, case):
    """On any small network both kernels give the reference's nanoseconds and variances."""
    latency, variance = case.expected()
    assert run(kernel, case) == latency
    assert run_variance(kernel, case) == (latency, variance)


@pytest.mark.parametrize("block", range(4))
def test_random_networks_agree_with_the_reference(kernel, block):
    """On 1,200 seeded networks both kernels differ from the reference by 0 ns and 0 ns²."""
    for seed in range(300 * block, 300 * (block + 1)):
        case = random_case(seed)
        latency, variance = case.expected()
        assert run(kernel, case) == latency, seed
        assert run_variance(kernel, case) == (latency, variance), seed


def test_any_split_of_the_rows_gives_the_same_matrix(kernel):
    """It does not matter how the rows are dealt into ranges, empty ones included."""
    for seed in range(200):
        case = random_case(seed)
        n_rows = len(case.sources)
        whole, both = run(kernel, case), run_variance(kernel, case)
        for splits in ([n_rows // 2], list(range(n_rows + 1)), [0, 0, n_rows]):
            assert run(kernel, case, splits=splits) == whole, seed
            assert run_variance(kernel, case, splits=splits) == both, seed


def test_rows_outside_the_range_are_left_alone(kernel):
    """A call writes the rows from `begin` to before `end` and no other."""
    arrays, _ = chain(5, sources=[0, 0, 0]).arrays()
    out = np.full((3, 1), -7, np.int32)
    assert kernel.shortest_paths(**arrays, out=out, begin=1, end=2, stop=NEVER)
    assert out.tolist() == [[-7], [5], [-7]]


def test_among_equal_means_the_smaller_variance_wins(kernel):
    """A parallel link and a detour of links of latency zero can both lower the variance alone."""
    arcs = [Arc(0, 1, 7, 9), Arc(0, 1, 7, 4), Arc(0, 2, 7, 1), Arc(2, 3, 0, 1), Arc(3, 1, 0, 1)]
    case = chain(arcs=arcs, arc_open=[True] * 5, processing=[0] * 4, targets=[1])
    assert run_variance(kernel, case) == ([[7]], [[3]])


def test_a_closed_node_is_reached_but_not_crossed(kernel):
    """A closed node has a latency of its own; what lies behind it has none."""
    assert run(kernel, chain(1, 2, closed={1}, targets=[1, 2])) == [[1, UNREACHABLE]]


def test_a_closed_source_may_be_left(kernel):
    """The row's own source is exempt, only in its own row."""
    case = chain(1, 2, closed={1}, sources=[0, 1], targets=[2])
    assert run(kernel, case) == [[UNREACHABLE], [2]]


def test_processing_counts_in_the_middle_only(kernel):
    """Neither end of a path adds its processing time."""
    assert run(kernel, chain(10, 10, processing=[5, 300, 7], targets=[1, 2])) == [[10, 320]]


def test_the_longest_path_exists_and_one_more_nanosecond_does_not(kernel):
    """A path of exactly 2.1 s is a path."""
    assert run(kernel, chain(LONGEST - 1, 1)) == [[LONGEST]]
    assert run(kernel, chain(LONGEST, 1)) == [[UNREACHABLE]]


def test_variances_saturate(kernel):
    """A sum of variances stops at 2**62 and the path remains."""
    arcs = [Arc(0, 1, 1, CAP - 1), Arc(1, 2, 1, CAP)]
    assert run_variance(kernel, chain(1, 1, arcs=arcs)) == ([[2]], [[CAP]])


@pytest.mark.parametrize("stop", [[0, 0], [2**63 - 1, 1]], ids=["deadline", "cancel"])
def test_a_raised_stop_token_ends_the_call_at_once(kernel, stop):
    """With the deadline past or the cancel word set both kernels return False and write nothing."""
    arrays, variance = chain(1).arrays()
    out, spread = np.full((1, 1), -7, np.int32), np.full((1, 1), -7, np.int64)
    common = arrays | {"out": out, "begin": 0, "end": 1, "stop": np.array(stop)}
    assert not kernel.shortest_paths(**common)
    assert not kernel.shortest_paths_variance(**common, variance=variance, out_variance=spread)
    assert out.item() == spread.item() == -7


def endless(kernel):
    """Return a call that would take many seconds: many rows over a ring of many nodes."""
    n_nodes = 20_000
    nodes = np.arange(n_nodes, dtype=np.int32)
    out = np.empty((n_nodes, 1), np.int32)
    return lambda stop: kernel.shortest_paths(
        indptr=np.arange(n_nodes + 1),
        heads=np.roll(nodes, -1),
        latency=np.ones(n_nodes, np.int32),
        arc_open=np.ones(n_nodes, np.uint8),
        node_open=np.ones(n_nodes, np.uint8),
        processing=np.zeros(n_nodes, np.int32),
        sources=nodes,
        targets=np.zeros(1, np.int32),
        out=out,
        begin=0,
        end=n_nodes,
        stop=stop,
    )


def test_a_deadline_stops_a_running_kernel(kernel):
    """A kernel looks at the clock while it works."""
    start = time.monotonic_ns()
    assert not endless(kernel)(np.array([start + 20_000_000, 0]))
    assert time.monotonic_ns() - start < 1_000_000_000


def test_another_thread_cancels_a_running_kernel(kernel):
    """The kernel lets other threads run and sees the word that one of them sets."""
    stop = NEVER.copy()
    timer = threading.Timer(0.02, stop.__setitem__, (1, 1))
    timer.start()
    start = time.monotonic_ns()
    assert not endless(kernel)(stop)
    assert time.monotonic_ns() - start < 1_000_000_000
    timer.join()
