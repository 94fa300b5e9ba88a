"""Sixteen routing classes side by side on one tree, against each of them alone in the slow reference."""

import importlib
import random
import time

import numpy as np
import pytest

from placement._core import COPIES, find_gates, split_core
from tests._core.networks import NEVER, UNREACHABLE, random_case
from tests._core.steps import VARIANTS
from tests.reference.elimination import NONE, quickest
from tests.reference.shortest_paths import LONGEST

LANES = 16


@pytest.fixture(params=COPIES.values(), ids=COPIES.keys())
def copy(request):
    """Return where one variant of the kernels is."""
    return request.param


@pytest.fixture
def classes(copy):
    """Return one variant of the module `placement._core.classes`."""
    return importlib.import_module(f"{copy}.classes")


@pytest.fixture
def class_rows(copy):
    """Return one variant of the module `placement._core.class_rows`."""
    return importlib.import_module(f"{copy}.class_rows")


def room(n_arcs):
    """Return lines that lie in cache lines of their own, filled with nonsense."""
    made = np.full((n_arcs + 1) * LANES, 77, np.uint32)
    start = -made.ctypes.data % 64 // 4
    return made[start : start + n_arcs * LANES].reshape(n_arcs, LANES)


class Masked:
    """A random network on its tree, whose links and nodes are open to some of sixteen classes."""

    def __init__(self, seed, *, both_ways=False):
        rng, case = random.Random(seed), random_case(seed)
        arcs = [arc for arc in case.arcs if arc.tail != arc.head]
        masks = [rng.choice([0xFFFF, rng.getrandbits(16)]) for _ in arcs]
        if both_ways:
            arcs += [arc._replace(tail=arc.head, head=arc.tail) for arc in arcs]
            masks += masks
        place, self.parent, self.depth, self.ptr, self.ancestors = VARIANTS["baseline"].arranged(
            case
        )
        self.links = [
            (int(place[arc.tail]), int(place[arc.head]), arc.latency, mask)
            for arc, mask in zip(arcs, masks, strict=True)
        ]
        self.processing, self.crossing = np.empty(len(place), np.uint32), []
        self.processing[place] = case.processing
        self.crossing = np.array(
            [rng.choice([0xFFFF, rng.getrandbits(16)]) for _ in place], np.uint16
        )
        self.ends = [
            (lower, int(self.ancestors[arc]))
            for lower in range(len(place))
            for arc in range(self.ptr[lower], self.ptr[lower + 1])
        ]

    def laid(self, kernel, *, up):
        """Return the lines of the links that lead up, or down."""
        arc = {ends: k for k, ends in enumerate(self.ends)}
        links = sorted(
            (arc[max(tail, head), min(tail, head)], latency, mask)
            for tail, head, latency, mask in self.links
            if (tail > head) == up
        )
        lines = room(len(self.ends))
        arrays = zip(*links, strict=True) if links else ((), (), ())
        types = (np.int32, np.uint32, np.uint16)
        kernel.lay_classes(*map(np.array, arrays, types), lines)
        return lines

    def customised(self, kernel, up, down):
        """Complete the lines."""
        arrays = (self.ptr, self.ancestors, self.processing, self.crossing)
        assert kernel.customise_classes(*arrays, up, down, NEVER)

    def alone(self, lane):
        """Return the links and the processing of one class, as the reference has them."""
        links = {}
        for tail, head, latency, mask in self.links:
            if mask >> lane & 1:
                links[tail, head] = min(latency, links.get((tail, head), NONE))
        through = np.where(self.crossing >> lane & 1, self.processing, NONE).tolist()
        return links, through

    def expected(self, lane):
        """Return the latencies of all arcs up and down, over the nodes below them."""
        links, through = self.alone(lane)
        below = [quickest(links, through, range(a + 1, len(through))) for a, _ in self.ends]
        up = [one.get(ends, NONE) for one, ends in zip(below, self.ends, strict=True)]
        down = [one.get(ends[::-1], NONE) for one, ends in zip(below, self.ends, strict=True)]
        return up, down


def test_each_class_has_its_links(classes):
    """On each arc the quickest of the links that a class may use, and none where there is none."""
    for seed in range(100):
        network = Masked(seed)
        up, down = network.laid(classes, up=True), network.laid(classes, up=False)
        for lane in range(LANES):
            links, _ = network.alone(lane)
            assert up[:, lane].tolist() == [links.get(ends, NONE) for ends in network.ends], seed
            back = [links.get(ends[::-1], NONE) for ends in network.ends]
            assert down[:, lane].tolist() == back, seed


def test_each_class_has_the_best_ways_over_what_is_below(classes):
    """Every lane of every line is what Floyd gives that class alone."""
    for seed in range(100):
        network = Masked(seed)
        up, down = network.laid(classes, up=True), network.laid(classes, up=False)
        network.customised(classes, up, down)
        for lane in random.Random(seed).sample(range(LANES), 4):
            assert (up[:, lane].tolist(), down[:, lane].tolist()) == network.expected(lane), seed


def test_one_array_serves_both_ways_where_they_are_alike(classes):
    """Where every link leads both ways, the lines of one direction are enough."""
    for seed in range(100):
        network = Masked(seed, both_ways=True)
        up, down = network.laid(classes, up=True), network.laid(classes, up=False)
        shared = up.base.copy()
        start = -shared.ctypes.data % 64 // 4
        shared = shared[start : start + up.size].reshape(up.shape)
        shared[:] = up
        network.customised(classes, up, down)
        network.customised(classes, shared, shared)
        assert (up == down).all(), seed
        assert (shared == up).all(), seed


def test_sums_are_cut_at_the_ceiling(classes):
    """Two links and a node at the ceiling are no way, in any lane, and one link at it is."""
    lines = room(3)
    lines[:] = LONGEST
    lines[2] = NONE
    lines[0] = NONE
    ptr, ancestors = np.array([0, 0, 1, 3]), np.array([0, 0, 1], np.int32)
    through, crossing = np.full(3, LONGEST, np.uint32), np.full(3, 0xFFFF, np.uint16)
    for second in (NONE, LONGEST, 0):
        lines[0], lines[2] = NONE, second
        assert classes.customise_classes(ptr, ancestors, through, crossing, lines, lines, NEVER)
        assert (lines[0] == UNREACHABLE).all()
        assert (lines[1] == LONGEST).all()
    through[2] = 0
    assert classes.customise_classes(ptr, ancestors, through, crossing, lines, lines, NEVER)
    assert (lines[0] == LONGEST).all()


def rows(n_classes, n_labels):
    """Return a row of whole cache lines for each class, and one more, filled with nonsense."""
    width = -(-n_labels // LANES)
    return room((n_classes + 1) * width).reshape(n_classes + 1, width * LANES)


@pytest.mark.parametrize("n_classes", [1, 3, 16])
def test_each_class_gets_a_row_of_its_own(class_rows, n_classes):
    """Rows are the lanes of all lines, whole blocks of sixteen and the rest, and nothing else."""
    for n_arcs in (0, 1, 15, 16, 17, 50):
        lines, out = room(n_arcs), rows(n_classes, n_arcs)
        lines[:] = np.random.default_rng(n_arcs).integers(0, 2**32, lines.shape)
        class_rows.split_classes(lines, out[:n_classes])
        assert (out[:n_classes, :n_arcs] == lines.T[:n_classes]).all()
        assert (out[n_classes] == 77).all()


def test_each_class_has_the_nodes_that_it_may_cross(class_rows):
    """The processing where a class may cross, and a latency that nothing is added to elsewhere."""
    for seed in range(20):
        network = Masked(seed)
        n_nodes = len(network.processing)
        out = rows(5, n_nodes)
        class_rows.cross_classes(network.processing, network.crossing, out[:5])
        assert out[:5, :n_nodes].tolist() == [network.alone(lane)[1] for lane in range(5)]
        assert (out[5] == 77).all()


@pytest.mark.parametrize("most_below", [1, 3, 30])
def test_each_class_has_the_gates_that_it_has_alone(classes, class_rows, most_below):
    """The gates of all nodes, lane by lane, are those of the kernel for one class."""
    for seed in range(60):
        network = Masked(seed)
        up, down = network.laid(classes, up=True), network.laid(classes, up=False)
        network.customised(classes, up, down)
        top, core = np.empty_like(network.parent), np.empty_like(network.parent)
        tree = (network.depth, network.ptr, network.ancestors)
        n_gates, *_ = split_core(
            network.parent, network.ptr, network.ptr, network.ptr, most_below, top, core
        )
        wanted = np.empty((len(core) + 1, 2, n_gates), np.uint32)
        out = rows(LANES, wanted.size)
        nodes = (top, core, network.processing, network.crossing)
        class_rows.gate_classes(*tree, *nodes, down, n_gates, out[:LANES])
        above = network.depth[network.ancestors]
        for lane in range(LANES):
            through = np.array(network.alone(lane)[1], np.uint32)
            arcs = (network.ptr, above, np.ascontiguousarray(down[:, lane]))
            find_gates(*tree, top, core, *arcs, through, wanted)
            assert (out[lane, : wanted.size].reshape(wanted.shape) == wanted).all(), seed
        assert (out[LANES] == 77).all()


def test_lines_and_rows_that_do_not_lie_in_cache_lines_are_refused(class_rows):
    """Neither another width nor another start gets as far as the registers."""
    with pytest.raises(ValueError, match="expected lines of sixteen labels"):
        class_rows.split_classes(np.empty((2, 8), np.uint32), rows(1, 2))
    lines = room(3).reshape(-1)[1:33].reshape(2, 16)
    with pytest.raises(ValueError, match="expected lines of sixteen labels"):
        class_rows.split_classes(lines, rows(1, 2))
    message = "expected rows of whole cache lines, with room for 17 labels"
    for out in (rows(1, 16), lines, room(2).reshape(1, 32)[:, :20]):
        with pytest.raises(ValueError, match=message):
            class_rows.split_classes(room(17), np.ascontiguousarray(out))
    with pytest.raises(ValueError, match="17 classes; expected at most 16"):
        class_rows.split_classes(room(1), rows(16, 1))


def test_a_raised_token_stops_it(classes):
    """A token that is raised, or out of time, ends it after some milliseconds at most."""
    n = 300  # a clique: four million pairs of arcs
    ptr = np.concatenate([[0], np.cumsum(np.arange(n))]).astype(np.int64)
    ancestors = np.concatenate([np.arange(k) for k in range(n)]).astype(np.int32)
    lines = room(len(ancestors))
    lines[:] = 1
    arrays = (ptr, ancestors, np.zeros(n, np.uint32), np.full(n, 1, np.uint16), lines, lines)
    assert classes.customise_classes(*arrays, NEVER)
    assert not classes.customise_classes(*arrays, np.array([2**63 - 1, 1]))
    assert not classes.customise_classes(*arrays, np.array([time.monotonic_ns(), 0]))
