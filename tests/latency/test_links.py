"""Indices from arrays of links, and nodes given by their rows."""

import pickle

import numpy as np
import pytest

from placement import (
    InputError,
    Network,
    build_index,
    index_links,
    latency_matrix,
    pairs_within,
)

MS = 1_000_000


def test_arrays_give_what_the_network_gives():
    """The same links by name and by number have the same latencies, one way or both."""
    links = [("0", "1", 3), ("1", "2", 4), ("0", "2", 9.5), ("2", "3", 1)]
    expected = latency_matrix(Network.from_links(links))
    tails, heads, ms = zip(*links, strict=True)
    arrays = [list(map(int, tails)), list(map(int, heads)), [int(one * MS) for one in ms]]
    assert (latency_matrix(index_links(*arrays)) == expected).all()
    one_way = latency_matrix(index_links(*arrays, two_way=False), ["0"], ["2", "3"])
    assert one_way.tolist() == [[7 * MS, 8 * MS]]
    assert latency_matrix(index_links(*arrays, two_way=False), ["3"], ["0"])[0, 0] == 2**31 - 1


def test_processing_counts_on_the_way_only():
    """A node's own time is added where a path passes through it."""
    index = index_links([0, 1], [1, 2], [5, 7], processing_ns=[100, 30, 100])
    assert latency_matrix(index).tolist() == [[0, 5, 42], [5, 0, 7], [42, 7, 0]]


def test_rows_are_taken_as_names_are():
    """Integers in an array are rows of nodes, in any order and several times."""
    index = build_index(Network.from_links([("a", "b", 3), ("b", "c", 4)]))
    rows = np.array([2, 0, 2])
    by_row = latency_matrix(index, rows, np.array([1], np.uint8))
    assert (by_row == latency_matrix(index, ["c", "a", "c"], ["b"])).all()
    bits = pairs_within(index, rows, target_limit_ns=[0, 4 * MS, 0])
    assert bits.tolist() == [[0b110], [0b011], [0b110]]


def test_targets_may_come_first():
    """A matrix with a row a target is the other one turned round, also where links lead one way."""
    index = index_links([0, 1, 2, 0], [1, 2, 0, 3], [5, 6, 7, 1], two_way=False)
    nodes = np.array([0, 2, 3])
    straight = latency_matrix(index, nodes, np.arange(4))
    out = np.empty((4, 3), np.int32)
    turned = latency_matrix(index, nodes, np.arange(4), major="targets", out=out)
    assert turned is out
    assert (turned == straight.T).all()


def test_an_index_of_arrays_can_be_pickled():
    """It comes back with its nodes and its links."""
    index = pickle.loads(pickle.dumps(index_links([0], [1], [5])))
    assert list(index.rows) == ["0", "1"]
    assert "2" not in index.rows
    assert "01" not in index.rows
    assert latency_matrix(index, ["1"], ["0"]).tolist() == [[5]]


@pytest.mark.parametrize(
    ("arrays", "how", "message"),
    [
        (([0], [1], [-1]), {}, "latency_ns[0]: -1 is out of range; expected 0 to 2100000000"),
        (([0], [1, 2], [1]), {}, "heads: 2 values; expected 1"),
        (([0], [1], [0.5]), {}, "latency_ns: float64 array of shape (1,); expected integers"),
        (([0], [5], [1]), {"n_nodes": 3}, "heads[0]: 5 is out of range; expected 0 to 2"),
        (([0], [1], [1]), {"processing_ns": [1]}, "processing_ns: 1 values; expected 2"),
    ],
)
def test_arrays_that_do_not_fit_are_told(arrays, how, message):
    """The array, the place, the value and what was expected."""
    with pytest.raises(InputError) as caught:
        index_links(*arrays, **how)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda index: latency_matrix(index, np.array([2])), "sources[0]: 2 is no row of a node"),
        (lambda index: latency_matrix(index, np.zeros((1, 1), int)), "array of 2 dimensions"),
        (lambda index: latency_matrix(index, major="rows"), 'major: "rows"; expected "sources"'),
        (lambda index: pairs_within(index, source_limit_ns=[-1, 5]), "source_limit_ns[0]: -1"),
        (lambda index: pairs_within(index, target_limit_ns=0.5), "expected whole ns"),
        (lambda index: pairs_within(index, threads=0), "threads: 0 is below 1"),
    ],
)
def test_what_cannot_be_asked_is_told(ask, message):
    """The argument, its place, its value and what was expected."""
    with pytest.raises(InputError) as caught:
        ask(index_links([0], [1], [5]))
    assert message in str(caught.value)


def test_the_shape_says_which_way_pays_and_why():
    """A tree is swept; a network that leaves too much behind is searched; so is a tiny one."""
    rng = np.random.default_rng(0)
    numbers = np.arange(1, 5000)
    tree = index_links(numbers, numbers // 2, rng.integers(1, 10**6, len(numbers)))
    shape = tree.shape
    assert (shape.regime, shape.n_nodes, shape.n_arcs, shape.width) == ("sweep", 5000, 9998, 1)
    assert (shape.height < 30, shape.core_width) == (True, 2)
    assert shape.core_nodes < 500
    assert "5,000 nodes, 9,998 arcs: sweep, a core of" in str(tree)
    ends = np.concatenate([rng.permutation(2000) for _ in range(16)])
    dense = index_links(ends[:16000], ends[16000:], rng.integers(1, 10**6, 16000))
    assert dense.shape.regime == "search"
    assert "leaves too much behind" in str(dense)
    assert index_links([0], [1], [5]).shape.regime == "search"
