"""Several routing classes at once, against each of them alone."""

import dataclasses
import itertools

import numpy as np
import pytest

from placement.errors import InputError, StoppedError
from placement.latency import UNREACHABLE_NS, build_index, fill, latency_matrices, latency_matrix
from placement.latency.classes import weigh_together
from placement.latency.routing import RoutingClass
from placement.model.network import Network, Slice
from tests.latency.networks import SLICES, random_network

TRANSITS = [None, "EU", ("CH", "FR"), (), ("DE",), ("IT", "DE")]
CLASSES = list(itertools.product([None, *SLICES], TRANSITS))  # eighteen: more than side by side
TRIANGLE = Network.from_links(
    [("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)],
    countries={"paris": "FR", "bern": "CH", "milan": "IT"},
    slices=[Slice("1-00A1B2")],
)


@pytest.fixture
def on_tree(monkeypatch):
    """Let the smallest matrix be worth a tree."""
    monkeypatch.setattr(fill, "LEAST_ROWS", 1)
    monkeypatch.setattr(fill, "LEAST_SIZE", 0)
    monkeypatch.setattr(fill, "WORK_EACH", 1e9)


def one_by_one(index, names, reverse):
    """Return the matrix of each class as it is alone."""
    return [
        latency_matrix(index, names, slice=name, transit=transit, at="2026-01-01", reverse=reverse)
        for name, transit in CLASSES
    ]


@pytest.mark.parametrize("reverse", [False, True], ids=["out", "back"])
@pytest.mark.parametrize("block", range(4))
@pytest.mark.usefixtures("on_tree")
def test_classes_together_are_the_classes_alone(block, reverse):
    """Eighteen classes on random networks: no nanosecond of difference, in either direction."""
    for seed in range(150 * block, 150 * (block + 1)):
        network = random_network(seed)
        alone = one_by_one(build_index(network), None, reverse)
        found = latency_matrices(network, classes=CLASSES, at="2026-01-01", reverse=reverse)
        assert (found == alone).all(), seed


@pytest.mark.usefixtures("on_tree")
def test_networks_of_two_way_links_need_one_direction():
    """Where every link leads both ways the latencies up and down are one array, and right."""
    shared = 0
    for seed in range(100):
        plain = random_network(seed)
        network = Network(
            plain.nodes,
            [dataclasses.replace(link, bidirectional=True) for link in plain.links],
            plain.slices,
        )
        index = build_index(network)
        for reverse in (False, True):
            found = latency_matrices(index, classes=CLASSES, at="2026-01-01", reverse=reverse)
            assert (found == one_by_one(build_index(network), None, reverse)).all(), seed
        links = index.prepared.once("links on tree", lambda: None)
        shared += links is not None and links.up is links.down
    assert shared == 100


def test_small_matrices_are_searched_without_a_tree():
    """Where no tree pays the classes are searched one after the other."""
    index = build_index(random_network(3))
    found = latency_matrices(index, list(index.rows)[:1], classes=CLASSES, at="2026-01-01")
    assert (found == one_by_one(index, list(index.rows)[:1], False)).all()
    assert index.prepared.once("links on tree", lambda: None) is None


@pytest.mark.usefixtures("on_tree")
def test_threads_change_nothing():
    """One thread and two give the same."""
    for seed in range(20):
        index = build_index(random_network(seed))
        one, two = (latency_matrices(index, classes=CLASSES, threads=k) for k in (1, 2))
        assert (one == two).all()


def test_it_writes_where_the_caller_wants():
    """The array that was handed in comes back filled."""
    out = np.empty((2, 1, 2), np.int32)
    found = latency_matrices(
        TRIANGLE,
        ["paris"],
        ["milan", "bern"],
        classes=[(None, None), ("1-00a1b2", ["FR", "IT"])],
        out=out,
    )
    assert found is out
    assert out.tolist() == [[[7_000_000, 3_000_000]], [[9_500_000, UNREACHABLE_NS]]]


@pytest.mark.usefixtures("on_tree")
def test_classes_made_again_leave_alone_what_others_hold():
    """Memory of classes is used again for the next ones, but not while somebody holds what is in it."""
    index = build_index(random_network(3))

    def ready(transit):
        routing = RoutingClass(None, transit)
        assert next(weigh_together(index, [routing, RoutingClass()], 10**6)) is routing
        return index.prepared.ready((routing, False), lambda: pytest.fail("it is at hand"))

    first = ready(frozenset({"DE"}))
    where, before = first.room.ctypes.data, first.weights.processing.copy()
    second = ready(frozenset({"FR"}))
    assert second.room.ctypes.data != where
    assert (first.weights.processing == before).all()
    where = second.room.ctypes.data
    del second
    again = ready(frozenset({"DE"}))
    assert again.room.ctypes.data == where
    assert (again.weights.processing == before).all()


def test_no_classes_are_no_matrices():
    """An empty list of classes gives an empty stack."""
    assert latency_matrices(TRIANGLE, classes=[]).shape == (0, 3, 3)


def test_all_faults_are_told_at_once():
    """One error has the place of each, and a bad date once."""
    with pytest.raises(InputError) as caught:
        latency_matrices(
            TRIANGLE,
            ["x"],
            classes=[("2", None), "EU", (None, ["de"])],
            at="today",
            threads=0,
            out=np.empty((1, 3), np.int32),
        )
    places = [fault.place for fault in caught.value.faults]
    wanted = [
        "sources[0]",
        "at",
        "classes[0].slice",
        "classes[1]",
        "classes[2].transit[0]",
        "out",
        "threads",
    ]
    assert places == wanted


def test_a_raised_token_stops_it():
    """A token that another thread has raised is an error of its own."""
    with pytest.raises(StoppedError):
        latency_matrices(TRIANGLE, classes=CLASSES[:1], stop=np.array([2**63 - 1, 1]))
