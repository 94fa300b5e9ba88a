"""Live matrices, compared with a rebuild after each change."""

import pickle
import threading
import time

import numpy as np
import pytest

from placement.errors import InputError, PlacementError, StoppedError
from placement.latency import (
    UNREACHABLE_NS,
    LinkChange,
    LiveMatrix,
    NodeChange,
    build_index,
    latency_matrix,
)
from placement.latency import deal as dealing
from placement.latency.live import cells, upkeep
from placement.model.network import Link, Network
from tests.latency.changing import SHAPES, Changing
from tests.latency.networks import SLICES

FREE = dict.fromkeys(
    ("PER_ARC", "PER_CELL_IN_ROW", "PER_CELL_IN_COLUMN", "PER_CELL_IN_RECTANGLE"), 0.0
)
DEAR = dict.fromkeys(FREE, 1e12)
# What it thinks of the costs, and so how it goes about it.
COSTS = {
    "as it thinks best": {},
    "rows and columns": FREE,
    "rectangles": DEAR | {"PER_CELL_IN_RECTANGLE": 0, "PER_ARC": 0},
    "rectangles, tree anew": FREE | {"STEPS_PER_ARC": 1},
    "all anew": DEAR,
    "searches": {"WORK_EACH": 0.0, "MOST_ARCS": 100},
    "all anew by searches": {"WORK_EACH": 0.0, "MOST_ARCS": 0},
}
TRIANGLE = Network.from_links([("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)])


def think(monkeypatch, how):
    """Let it think that one way of doing it is the cheapest."""
    for name, value in COSTS[how].items():
        monkeypatch.setattr(upkeep, name, value)


def random_request(rng, names):
    """Return sources, targets and a routing class."""
    return {
        "sources": rng.choice([None, rng.choices(names, k=rng.randint(1, 5))]),
        "targets": rng.choice([None, rng.choices(names, k=rng.randint(1, 9))]),
        "slice": rng.choice([None, None, *SLICES]),
        "transit": rng.choice([None, None, ["EU"], ["CH", "FR"], []]),
        "at": "2026-01-01",
    }


def check(live, changes, before, changing, ask):
    """Hold a live matrix and a report against a rebuild, and against what the matrix was before."""
    wanted = latency_matrix(changing.network(), **ask)
    assert (live.latency == wanted).all()
    rows, columns = np.nonzero(wanted != before)
    assert changes.rows.tolist() == rows.tolist()
    assert changes.columns.tolist() == columns.tolist()
    assert (changes.old == before[rows, columns]).all()
    assert (changes.new == wanted[rows, columns]).all()


def follow(changing, ask, n_steps, **options):
    """Let a live matrix follow a network for some steps; return it."""
    live = LiveMatrix(changing.network(at_first=True), **ask, **options)
    for _ in range(n_steps):
        before = live.latency.copy()
        changes = live.change(*changing.step())
        check(live, changes, before, changing, ask)
    return live


@pytest.mark.parametrize("how", COSTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_short_sequences_agree_with_a_rebuild_after_each_change(shape, how, monkeypatch):
    """On networks of every shape the matrix is the rebuilt one, and the report is exact."""
    think(monkeypatch, how)
    for seed in range(12):
        changing = Changing(f"{shape}{seed}", shape=shape)
        follow(changing, random_request(changing.rng, changing.names), 6)


@pytest.mark.parametrize("how", ["as it thinks best", "rows and columns"])
def test_a_long_sequence_agrees_with_a_rebuild_after_each_change(how, monkeypatch):
    """A thousand steps of up to three changes each leave no error behind."""
    think(monkeypatch, how)
    changing = Changing(how, shape="rings and trees", n_nodes=30)
    follow(changing, {"sources": changing.names[:12]}, 1000)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("how", ["rows and columns", "all anew"])
def test_threads_change_nothing(threads, how, monkeypatch):
    """Any number of threads gives the same matrix and the same report, also for many rows at once."""
    think(monkeypatch, how)
    monkeypatch.setattr(dealing, "LITTLE", 0)
    monkeypatch.setattr(upkeep, "BLOCK", 20_000)
    monkeypatch.setattr(cells, "SLAB", 5_000)
    changing = Changing(5, shape="rings and trees", n_nodes=150)
    follow(changing, {}, 12, threads=threads)


def test_the_index_is_that_of_the_network_as_it_is_now():
    """It gives the matrices of every class that a rebuild gives; the first one is as it was."""
    for seed in range(25):
        changing = Changing(seed)
        first = build_index(changing.network(at_first=True))
        untouched = latency_matrix(first)
        live = LiveMatrix(first)
        for _ in range(4):
            live.change(*changing.step())
            rebuilt = build_index(changing.network())
            for found in (live.index, pickle.loads(pickle.dumps(live.index))):
                for reverse in (False, True):
                    ask = {"slice": changing.rng.choice([None, *SLICES]), "reverse": reverse}
                    found_, wanted = (latency_matrix(one, **ask) for one in (found, rebuilt))
                    assert (found_ == wanted).all()
        assert (latency_matrix(first) == untouched).all()


def test_a_larger_network_takes_the_tree():
    """With a tree at hand, and rows enough for it, the index of now gives the same as the matrix."""
    changing = Changing(8, shape="rings and trees", n_nodes=400)
    live = LiveMatrix(changing.network(at_first=True))
    for _ in range(5):
        live.change(*changing.step())
        assert (latency_matrix(live.index) == live.latency).all()
    assert (latency_matrix(changing.network()) == live.latency).all()


def test_a_slower_link_beside_a_quicker_one_changes_nothing():
    """Of parallel links each is itself: what only the slower one does is not seen."""
    network = Network.from_links([("paris", "bern", 3), ("paris", "bern", 5)])
    live = LiveMatrix(network)
    assert len(live.change(LinkChange(1, latency_ms=7))) == 0
    assert live.change(LinkChange(0, up=False)).new.tolist() == [7_000_000] * 2
    assert live.change(LinkChange(0, up=True, latency_ms=8)).fallback is None
    assert live.latency[0, 1] == 7_000_000


def test_one_direction_may_change_alone():
    """Towards one end, the way back stays as it was."""
    live = LiveMatrix(Network.from_links([("paris", "bern", 3)]))
    live.change(LinkChange(("paris", "bern"), latency_ns=5, towards="paris"))
    assert live.latency.tolist() == [[0, 3_000_000], [5, 0]]
    assert latency_matrix(live.index).tolist() == [[0, 3_000_000], [5, 0]]
    live.change(LinkChange(("bern", "paris"), up=False, towards="bern"))
    assert live.latency.tolist() == [[0, UNREACHABLE_NS], [5, 0]]


def test_a_node_that_comes_back_brings_its_links():
    """But for those that have failed themselves, or whose other end is down."""
    live = LiveMatrix(TRIANGLE, ["paris"])
    live.change(NodeChange("bern", up=False))
    assert live.latency.tolist() == [[0, UNREACHABLE_NS, 9_500_000]]
    live.change(LinkChange(("paris", "bern"), up=False), NodeChange("milan", up=False))
    live.change(NodeChange("bern", up=True))
    assert live.latency.tolist() == [[0, UNREACHABLE_NS, UNREACHABLE_NS]]
    live.change(NodeChange("milan", up=True))
    assert live.latency.tolist() == [[0, 13_500_000, 9_500_000]]


def test_the_last_of_several_changes_counts():
    """Changes of one call happen one upon the other, and are reported as one."""
    live = LiveMatrix(TRIANGLE, ["paris"])
    changes = live.change(
        LinkChange(0, up=False), LinkChange(0, latency_ms=1), LinkChange(0, up=True)
    )
    assert changes.new.tolist() == [1_000_000, 5_000_000]
    assert len(live.change(LinkChange(0, up=False), LinkChange(0, up=True))) == 0


def test_a_change_that_nobody_sees_is_empty():
    """Without a difference there are no cells, and the report says so."""
    live = LiveMatrix(TRIANGLE)
    changes = live.change(LinkChange(2, latency_ms=8))
    assert (len(changes), len(changes.changed_rows), changes.ptr.tolist()) == (0, 0, [0])
    assert str(changes) == "no cell"
    assert len(live.change()) == 0


def test_a_report_says_what_it_is(monkeypatch):
    """In a line: how many cells, where, and why all was computed anew."""
    think(monkeypatch, "rows and columns")
    live = LiveMatrix(TRIANGLE, ["paris"])
    changes = live.change(LinkChange(0, latency_ms=2))
    assert str(changes) == "2 cells in 1 row and 2 columns"
    think(monkeypatch, "all anew")
    changes = live.change(LinkChange(0, latency_ms=3))
    assert str(changes).startswith("2 cells in 1 row and 2 columns; computed anew, since ")
    assert changes.changed_columns.tolist() == [1, 2]
    assert repr(live) == "<live matrix of 1 × 3 latencies>"


def test_latencies_are_kept_where_the_caller_wants():
    """The array that was handed in follows; the property is not to be written."""
    out = np.empty((1, 3), np.int32)
    live = LiveMatrix(TRIANGLE, ["paris"], out=out)
    live.change(LinkChange(0, latency_ms=1))
    assert out.tolist() == [[0, 1_000_000, 5_000_000]]
    with pytest.raises(ValueError, match="read-only"):
        live.latency[0, 0] = 1


PARALLEL = Network(
    [{"id": "a"}, {"id": "b"}],
    [
        Link(source="a", target="b", latency_ms=1),
        Link(source="b", target="a", latency_ms=1, bidirectional=False),
        Link(source="a", target="b", latency_ms=2),
    ],
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (LinkChange(3, up=False), r"changes\[1\].link: there is no row 3; the network has 3 links"),
        (LinkChange(-1, up=False), "there is no row -1"),
        (LinkChange(("a", "c"), up=False), r'changes\[1\].link\[1\]: "c" is not a node'),
        (LinkChange(("a", "b"), up=False), '2 links lead from "a" to "b"; expected one .*: 0, 2'),
        (LinkChange(("a", "a"), up=False), 'no link leads from "a" to "a"'),
        (LinkChange("ab", up=False), r'changes\[1\].link: "ab"; expected the row of a link, or'),
        (LinkChange(1, up=False, towards="b"), r'\[1\].towards: the link does not lead to "b"'),
        (LinkChange(1, up=False, towards="x"), r'\[1\].towards: "x" is not a node'),
        (LinkChange(0), r"changes\[1\]: says nothing; expected latency_ms, latency_ns or up"),
        (LinkChange(0, latency_ms=-1), r"changes\[1\].latency_ms: -1 is negative"),
        (LinkChange(0, latency_ms=2100.1), "2100.1 ms is longer than 2.1 s"),
        (LinkChange(0, latency_ms="1"), 'latency_ms: "1" is not a number'),
        (LinkChange(0, latency_ns=2_100_000_001), "latency_ns: 2100000001 is out of range"),
        (LinkChange(0, latency_ns=1.5), "latency_ns: 1.5; expected a whole number"),
        (LinkChange(0, latency_ns=1, latency_ms=1), "latency_ns: given beside latency_ms"),
        (LinkChange(0, up="no"), r"changes\[1\].up: expected true or false"),
        (NodeChange("c", up=False), r'changes\[1\].node: "c" is not a node'),
        (NodeChange("a", up=None), r"changes\[1\].up: expected true or false"),
        ("a", r'changes\[1\]: "a"; expected a LinkChange or a NodeChange'),
    ],
)
def test_a_bad_change_is_explained_and_nothing_has_happened(change, message):
    """The message has the place, the value and what was expected; the changes beside it are not made."""
    live = LiveMatrix(PARALLEL)
    before = live.latency.copy()
    with pytest.raises(InputError, match=message):
        live.change(LinkChange(2, latency_ms=0), change)
    assert (live.latency == before).all()
    assert (latency_matrix(live.index) == before).all()


def test_all_that_is_wrong_with_changes_is_told_at_once():
    """One error has them all."""
    live = LiveMatrix(PARALLEL)
    with pytest.raises(InputError) as caught:
        live.change(LinkChange(9, latency_ms=-1), NodeChange("x", up=True))
    places = [fault.place for fault in caught.value.faults]
    assert places == ["changes[0].latency_ms", "changes[0].link", "changes[1].node"]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ({"sources": ["x"]}, r'sources\[0\]: "x" is not a node'),
        ({"out": np.empty((1, 2), np.int32)}, "out: int32 array of shape"),
        ({"threads": 0}, "threads: 0 is below 1"),
        ({"slice": "9"}, 'slice: "9" is not a slice'),
    ],
)
def test_a_bad_request_is_explained(ask, message):
    """As for a matrix that stays as it is."""
    with pytest.raises(InputError, match=message):
        LiveMatrix(TRIANGLE, **ask)


@pytest.mark.parametrize("how", COSTS)
def test_a_stopped_change_has_not_happened(how, monkeypatch):
    """The matrix, the index and all that follows are as if nobody had tried."""
    think(monkeypatch, how)
    for seed in range(30):
        changing = Changing(seed, n_nodes=12)
        live = LiveMatrix(changing.network(at_first=True))
        before = live.latency.copy()
        steps = changing.step()
        try:
            live.change(*steps, stop=np.array([0, 0]))
        except StoppedError:
            assert (live.latency == before).all()
            assert (latency_matrix(live.index) == before).all()
            live.change(*steps)
        check(live, live.change(), live.latency, changing, {})


def test_a_change_that_is_broken_off_half_way_is_undone(monkeypatch):
    """Cells that were already written come back, whatever it was that broke it off."""
    think(monkeypatch, "rows and columns")
    write = cells.LiveCells.write
    broken = 0
    for seed in range(30):
        changing = Changing(seed, n_nodes=12)
        live = LiveMatrix(changing.network(at_first=True))
        before = live.latency.copy()

        def broken_off(self, *given, before=before, live=live):
            write(self, *given)
            if (live.latency != before).any():
                raise KeyboardInterrupt

        steps = changing.step()
        monkeypatch.setattr(cells.LiveCells, "write", broken_off)
        try:
            live.change(*steps)
        except KeyboardInterrupt:
            broken += 1
            assert (live.latency == before).all()
        monkeypatch.setattr(cells.LiveCells, "write", write)
        live.change(*steps)
        check(live, live.change(), live.latency, changing, {})
    assert broken > 10


def test_a_matrix_that_could_not_be_brought_back_says_so(monkeypatch):
    """If undoing fails as well, no further change is made upon it."""
    live = LiveMatrix(TRIANGLE)

    def broken_off(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cells.LiveCells, "write", broken_off)
    monkeypatch.setattr(cells.LiveCells, "undo", broken_off)
    with pytest.raises(KeyboardInterrupt):
        live.change(LinkChange(0, up=False))
    with pytest.raises(PlacementError, match="make the live matrix anew"):
        live.change(LinkChange(0, up=True))


def test_several_threads_may_change_it():
    """They wait for each other; all of their changes are there in the end."""
    changing = Changing(2, shape="ring", n_nodes=25)
    live = LiveMatrix(changing.network(at_first=True))

    def slow_down(link):
        for latency in range(1, 30):
            live.change(LinkChange(link, latency_ns=latency))
            time.sleep(0)

    threads = [threading.Thread(target=slow_down, args=(link,)) for link in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for link in range(4):
        changing.ways[link] = [None if way is None else 29e-6 for way in changing.ways[link]]
    assert (live.latency == latency_matrix(changing.network())).all()
