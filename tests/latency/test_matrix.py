"""Latency matrices against the slow reference, class by class."""

import datetime
import signal
import threading
import time

import numpy as np
import pytest

from placement.errors import InputError, StoppedError
from placement.latency import MAX_VARIANCE, UNREACHABLE_NS, build_index, latency_matrix
from placement.latency import deal as dealing
from placement.latency.fill import fill_matrix
from placement.latency.routing import RoutingClass
from placement.model.countries import expand
from placement.model.network import Network, Slice
from tests.latency.networks import SLICES, random_network
from tests.reference.routes import arcs, paths_from, turned_round

TRIANGLE = Network.from_links(
    [("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)],
    countries={"paris": "FR", "bern": "CH", "milan": "IT"},
    slices=[Slice("1-00A1B2")],
)
BREXIT = datetime.date(2020, 1, 31)


def expected(network, slice_id, transit, *, reverse):
    """Return the reference's (latency, variance) of every pair of nodes, row by row."""
    nodes = {node.id: node for node in network.nodes}
    links = arcs(network.links, nodes, slice_id)
    links = turned_round(links) if reverse else links
    legal = None if transit is None else {n.id for n in nodes.values() if n.country in transit}
    none = UNREACHABLE_NS, MAX_VARIANCE
    rows = [paths_from(source, links, nodes, legal) for source in nodes]
    return [[found.get(target, none) for target in nodes] for found in rows]


@pytest.mark.parametrize("block", range(4))
def test_every_class_of_random_networks_agrees_with_the_reference(block):
    """Slices, transit sets and directions: 0 ns and 0 ns² of difference on 200 networks."""
    for seed in range(50 * block, 50 * (block + 1)):
        network = random_network(seed)
        index = build_index(network)
        for slice_id in (None, *SLICES):
            for transit in (None, ["EU"], ["CH", "FR"], []):
                allowed = None if transit is None else expand(transit, datetime.date(2026, 1, 1))
                for reverse in (False, True):
                    wanted = expected(network, slice_id, allowed, reverse=reverse)
                    latency, variance = latency_matrix(
                        index, slice=slice_id, transit=transit, reverse=reverse, jitter=True
                    )
                    plain = latency_matrix(index, slice=slice_id, transit=transit, reverse=reverse)
                    assert latency.tolist() == [[label[0] for label in row] for row in wanted], seed
                    assert variance.tolist() == [[label[1] for label in row] for row in wanted], (
                        seed
                    )
                    assert (plain == latency).all(), seed


@pytest.mark.parametrize("reverse", [False, True], ids=["out", "back"])
def test_rows_may_be_the_other_end(reverse):
    """With the columns exempt instead, the matrix is that of the way back, turned on its side."""
    routing = RoutingClass(None, frozenset({"DE", "FR"}))
    for seed in range(100):
        index = build_index(random_network(seed))
        n_nodes = len(index.rows)
        rows = np.arange(n_nodes, dtype=np.int32)
        columns = rows[::2].copy()
        plain = np.empty((n_nodes, len(columns)), np.int32)
        turned = np.empty((len(columns), n_nodes), np.int32)
        fill_matrix(index, rows, columns, routing, out=plain, reverse=reverse)
        fill_matrix(
            index, columns, rows, routing, out=turned, reverse=not reverse, exempt="columns"
        )
        assert (plain == turned.T).all(), seed


def test_rows_and_columns_are_as_asked_for():
    """Ids may come in any order, from any iterable, and more than once."""
    found = latency_matrix(TRIANGLE, iter(["milan", "paris", "milan"]), ["bern", "milan"])
    assert found.tolist() == [[4_000_000, 0], [3_000_000, 7_000_000], [4_000_000, 0]]


def test_the_source_alone_is_exempt_from_transit():
    """From outside the set one may leave for it; what lies outside is not reached; home is."""
    found = latency_matrix(TRIANGLE, ["bern", "paris"], ["bern", "milan"], transit="EU")
    assert found.tolist() == [[0, 4_000_000], [UNREACHABLE_NS, 9_500_000]]


def test_groups_are_read_on_the_day_asked_for():
    """The same group holds other countries on another day."""
    network = Network.from_links(
        [("dublin", "london", 5), ("london", "paris", 4)],
        countries={"dublin": "IE", "london": "GB", "paris": "FR"},
    )
    ask = {"sources": ["dublin"], "targets": ["paris"], "transit": ["EU"]}
    assert latency_matrix(network, **ask, at=BREXIT).tolist() == [[9_000_000]]
    after = latency_matrix(network, **ask, at="2020-02-01")
    assert after.tolist() == [[UNREACHABLE_NS]]


def test_a_slice_is_found_in_either_case():
    """The differentiator of a slice is hexadecimal: case does not count."""
    found = latency_matrix(TRIANGLE, ["paris"], ["bern"], slice="1-00a1b2")
    assert found.tolist() == [[3_000_000]]


@pytest.mark.parametrize("threads", [1, 2, 3, 50])
def test_threads_change_nothing(threads, monkeypatch):
    """Any number of threads gives the same matrices, also where there are fewer rows."""
    monkeypatch.setattr(dealing, "LITTLE", 0)
    for seed in range(20):
        index = build_index(random_network(seed))
        alone = latency_matrix(index, slice="1", jitter=True, threads=1)
        found = latency_matrix(index, slice="1", jitter=True, threads=threads)
        assert [matrix.tolist() for matrix in found] == [matrix.tolist() for matrix in alone]


def test_matrices_are_written_where_the_caller_wants():
    """The arrays that were handed in come back filled."""
    out, spread = np.empty((1, 3), np.int32), np.empty((1, 3), np.int64)
    found = latency_matrix(TRIANGLE, ["paris"], out=out, out_variance=spread, jitter=True)
    assert found[0] is out
    assert found[1] is spread
    assert out.tolist() == [[0, 3_000_000, 7_000_000]]
    assert spread.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ({"sources": ["pariss"]}, r'sources\[0\]: "pariss" is not a node; did you mean "paris"\?'),
        ({"targets": ["bern", 7]}, r'targets\[1\]: "7" is not a node'),
        ({"targets": "bern"}, 'targets: "bern" is one id'),
        ({"slice": "1-00A1B3"}, 'slice: "1-00A1B3" is not a slice.*did you mean "1-00A1B2"'),
        ({"transit": ["FR", "de"]}, r'transit\[1\]: "de" is no country.*did you mean "DE"'),
        ({"out": np.empty((3, 3))}, r"out: float64 array of shape \(3, 3\); expected .*int32"),
        ({"out": np.empty((2, 3), np.int32)}, r"out: int32 array of shape \(2, 3\)"),
        ({"out": np.empty((3, 3), np.int32, "F")}, "out: not contiguous"),
        ({"out": [0]}, "out: list; expected"),
        ({"out_variance": np.empty((3, 3), np.int64)}, "out_variance: given without jitter"),
        ({"threads": 0}, "threads: 0 is below 1"),
        ({"transit": ["EU"], "at": "today"}, 'at: "today" is no date; expected such as 2026-11-24'),
    ],
    ids=[
        "unknown source",
        "number as target",
        "text as targets",
        "unknown slice",
        "unknown country",
        "wrong dtype",
        "wrong shape",
        "wrong order",
        "no array",
        "variance without jitter",
        "no threads",
        "no date",
    ],
)
def test_a_bad_request_is_explained(ask, message):
    """The message has the place, what was found there and what was expected."""
    with pytest.raises(InputError, match=message):
        latency_matrix(TRIANGLE, **ask)


def test_all_faults_of_a_request_are_told_at_once():
    """One error has them all."""
    with pytest.raises(InputError) as caught:
        latency_matrix(TRIANGLE, ["x", "paris", "y"], slice="2", threads=0)
    places = [fault.place for fault in caught.value.faults]
    assert places == ["sources[0]", "sources[2]", "slice", "threads"]


@pytest.mark.parametrize("little", [0, 10**6], ids=["on threads", "in place"])
def test_a_raised_stop_token_stops(little, monkeypatch):
    """A deadline that has passed is an error of its own, for small matrices too."""
    monkeypatch.setattr(dealing, "LITTLE", little)
    with pytest.raises(StoppedError):
        latency_matrix(TRIANGLE, stop=np.array([0, 0]))


def ring(n_nodes):
    """Return the index of a ring, whose full matrix with variances takes long."""
    names = [f"n{i}" for i in range(n_nodes)]
    return build_index(
        Network.from_links(list(zip(names, names[1:] + names[:1], [1] * n_nodes, strict=True)))
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_another_thread_can_cancel(threads):
    """The word in the token ends all threads within moments."""
    index, stop = ring(6000), dealing.never()
    timer = threading.Timer(0.05, stop.__setitem__, (1, 1))
    timer.start()
    start = time.monotonic()
    with pytest.raises(StoppedError):
        latency_matrix(index, stop=stop, threads=threads, jitter=True)
    assert time.monotonic() - start < 1
    timer.join()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupt_from_the_keyboard_ends_the_call(threads):
    """Control-C is not held up by the kernels: the call ends with `KeyboardInterrupt`."""
    index, main = ring(6000), threading.main_thread().ident
    timer = threading.Timer(0.05, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        latency_matrix(index, threads=threads, jitter=True)
    assert time.monotonic() - start < 1
    timer.join()
