"""Latencies between a few nodes and many, against Bellman-Ford."""

import importlib
import threading
import time

import numpy as np
import pytest
from hypothesis import given

from placement._core import COPIES
from tests._core.networks import NEVER, UNREACHABLE, Case, random_case, ranges
from tests._core.steps import VARIANTS
from tests._core.test_descent import larger_case
from tests._core.test_dijkstra import cases
from tests.reference.shortest_paths import LONGEST, Arc

KERNELS = {name: importlib.import_module(f"{home}.meeting").meet for name, home in COPIES.items()}


@pytest.fixture(params=KERNELS.values(), ids=KERNELS.keys())
def meet(request):
    """Return one variant of the kernel."""
    return request.param


def arrays(case, *, few_are_sources):
    """Return what the kernel takes before the output, and which rows of the case have a node."""
    variant = VARIANTS["baseline"]
    arranged = variant.arranged(case)
    place, parent, depth, ptr, ancestors = arranged
    up, down, through = variant.laid(case, arranged)
    assert variant.weights.customise(ptr, ancestors, depth, through, up, down, NEVER)
    sides = [np.array(side, np.int32) for side in (case.sources, case.targets)]
    few, many = (place[side[side >= 0]] for side in (sides if few_are_sources else sides[::-1]))
    above = set()
    for number in many.tolist():
        step = number
        while step >= 0 and step not in above:
            above.add(step)
            step = int(parent[step])
    counts = np.bincount(many, minlength=len(place))
    seats = (
        np.concatenate([[0], np.cumsum(counts)]),
        np.argsort(many, kind="stable").astype(np.int32),
    )
    ends, ways = depth[ancestors], (up, down) if few_are_sources else (down, up)
    wanted = np.array(sorted(above), np.int32)
    scratch = np.full(len(place), -1, np.int32)
    return parent, depth, ptr, ancestors, ends, *ways, through, few, wanted, *seats, scratch


def matrix(meet, case, *, few_are_sources, splits=()):
    """Return the latencies as `Case.expected` gives them."""
    given_ = arrays(case, few_are_sources=few_are_sources)
    few, seats, scratch = given_[8], given_[11], given_[12]
    shape = len(few), len(seats)
    out = np.full(shape if few_are_sources else shape[::-1], -7, np.int32)
    for begin, end in ranges(len(few), splits):
        assert meet(*given_, out.T if few_are_sources else out, begin, end, NEVER)
    assert (scratch == -1).all()
    whole = np.full((len(case.sources), len(case.targets)), UNREACHABLE, np.int32)
    rows, columns = (np.flatnonzero(np.array(s) >= 0) for s in (case.sources, case.targets))
    whole[np.ix_(rows, columns)] = out
    return whole.tolist()


@pytest.mark.parametrize("meet", KERNELS.values(), ids=KERNELS.keys())
@given(case=cases())
def test_drawn_networks_agree_with_the_reference(meet, case):
    """On any small network the few meet the many at the reference's nanoseconds, either way round."""
    for few_are_sources in (False, True):
        assert matrix(meet, case, few_are_sources=few_are_sources) == case.expected()[0]


@pytest.mark.parametrize("few_are_sources", [False, True], ids=["columns", "rows"])
def test_random_networks_agree_with_the_reference(meet, few_are_sources):
    """Masks, one-way and parallel links, zeros, ties and huge values: 0 ns of difference."""
    for seed in range(500):
        case = random_case(seed)
        found = matrix(meet, case, few_are_sources=few_are_sources)
        assert found == case.expected()[0], seed


@pytest.mark.parametrize("few_are_sources", [False, True], ids=["columns", "rows"])
def test_a_larger_network_agrees_with_the_reference(meet, few_are_sources):
    """Whole blocks of sixteen, the rest of them, and one alone; however they are dealt."""
    for seed, splits in enumerate([(), (16, 32), (1, 5), (3, 35)]):
        case = larger_case(seed)
        found = matrix(meet, case, few_are_sources=few_are_sources, splits=splits)
        assert found == case.expected()[0]


def test_sums_do_not_overflow_at_the_ceiling(meet):
    """Three links and processing at the ceiling are no path, and one link at it is."""
    arcs = [Arc(0, 1, LONGEST, 0), Arc(1, 2, LONGEST, 0), Arc(2, 3, LONGEST, 0)]
    case = Case(arcs, [True] * 3, set(), [LONGEST] * 4, [0], [0, 1, 2, 3])
    for few_are_sources in (False, True):
        found = matrix(meet, case, few_are_sources=few_are_sources)
        assert found == [[0, LONGEST, UNREACHABLE, UNREACHABLE]]


def test_a_raised_token_stops_it(meet):
    """A token that is raised, or out of time, before or during the work ends it."""
    given_ = list(arrays(larger_case(1), few_are_sources=True))
    given_[8] = np.zeros(1_000_000, np.int32)
    out = np.empty((1_000_000, len(given_[11])), np.int32)

    def run(stop):
        return meet(*given_, out.T, 0, len(out), stop)

    assert not run(np.array([2**63 - 1, 1]))
    assert not run(np.array([time.monotonic_ns(), 0]))
    token = np.array([2**63 - 1, 0])
    threading.Timer(0.02, token.__setitem__, (1, 1)).start()
    assert not run(token)
    assert (given_[12] == -1).all()
