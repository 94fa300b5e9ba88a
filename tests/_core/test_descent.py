"""The split into core and gates and the sweep, against Bellman-Ford."""

import random
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests._core.networks import UNREACHABLE, Case, random_case
from tests._core.steps import VARIANTS
from tests._core.test_dijkstra import cases
from tests.reference.shortest_paths import LONGEST, Arc

# Parts of the tree below the core: none, of few nodes, and of all that hang by at most eight arcs.
BELOW = (0, 1, 3, 30)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
@given(case=cases(), most_below=st.sampled_from(BELOW), across=st.booleans())
def test_drawn_networks_agree_with_the_reference(variant, case, most_below, across):
    """On any small network the sweep gives the reference's nanoseconds."""
    assert variant.matrix(case, most_below=most_below, across=across) == case.expected()[0]


@pytest.mark.parametrize("block", range(4))
def test_random_networks_agree_with_the_reference(variant, block):
    """Masks, one-way and parallel links, zeros, ties and huge values: 0 ns of difference."""
    for seed in range(300 * block, 300 * block + 300):
        case = random_case(seed)
        found = variant.matrix(case, most_below=BELOW[seed % 4], across=seed % 8 > 3)
        assert found == case.expected()[0], seed


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


def test_what_the_columns_need_of_the_core_is_enough(variant):
    """A sweep over the gates of the columns and all above them gives the same as one over all."""

    def needed(arrays, columns):
        down_ptr, down_end = arrays[15:17]
        n_core = len(arrays[-1])
        found, fresh = (
            set(),
            {int(gate) % n_core for gate in columns[0][:, 0].flat} if n_core else set(),
        )
        while fresh:
            found |= fresh
            ends = [down_end[down_ptr[k] : down_ptr[k + 1]].tolist() for k in fresh]
            fresh = set().union(*ends) - found
        return np.array(sorted(found), np.int32)

    for seed in range(80):
        case = random_case(seed)
        found = variant.matrix(case, wanted=needed, most_below=BELOW[seed % 4])
        assert found == case.expected()[0], seed


def test_bits_say_what_is_within_bounds(variant):
    """A bit is set where the latency is at most the lesser bound of its row and its column."""
    for seed in range(200):
        rng = random.Random(seed)
        case = larger_case(seed) if seed < 4 else random_case(seed)
        matrix = case.expected()[0]
        known = [label for row in matrix for label in row if label < UNREACHABLE] or [0]
        of_row = np.array([rng.choice(known) for _ in case.sources], np.uint32)
        of_column = np.array([rng.choice([*known, LONGEST]) for _ in case.targets], np.uint32)
        expected = [
            [int(label <= min(row, column)) for label, column in zip(line, of_column, strict=True)]
            for line, row in zip(matrix, of_row, strict=True)
        ]
        assert variant.within(case, of_row, of_column, most_below=BELOW[seed % 4]) == expected


def test_a_raised_token_stops_the_sweep(variant):
    """A token that is raised, or out of time, before or during the work ends it."""
    case = larger_case(1)
    _, arrays, gates = variant.split(case)
    numbers = np.arange(len(arrays[0]), dtype=np.int32)
    places = np.arange(len(arrays[-1]), dtype=np.int32)
    sources, rows = np.zeros(1_000_000, np.int32), np.arange(1_000_000, dtype=np.int32)
    out = np.empty((len(rows), 1), np.int32)
    columns = variant.columns(gates, numbers[:1])

    def run(stop):
        cells = (sources, rows, 1, out, None, None, None)
        return variant.down.sweep(*arrays, places, None, *columns, *cells, 0, len(rows), stop)

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
        for most_below in BELOW:
            for across in (False, True):
                found = variant.matrix(case, most_below=most_below, across=across)
                assert found == case.expected()[0]
