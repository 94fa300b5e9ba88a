"""The greedy kernel, against its slow twin."""

import random
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement._core import place_greedily
from tests.reference.greedy import Choice, Kind, moves

NEVER = 2**63 - 1


class Instance:
    """Classes, rows and sites, as lists for the twin and as arrays for the kernel."""

    def __init__(self, kinds, room, open_cost, opened):
        self.kinds, self.room, self.open_cost, self.opened = kinds, room, open_cost, opened

    def by_twin(self, n_moves=None):
        """Return placed, left, room and opened after so many moves, or all of them."""
        room, opened = list(self.room), list(self.opened)
        left = [kind.count for kind in self.kinds]
        placed = [[0] * len(kind.choices) for kind in self.kinds]
        for i, move in enumerate(moves(self.kinds, room, self.open_cost, opened)):
            left[move.kind] -= move.many
            placed[move.kind][move.choice] += move.many
            if i + 1 == n_moves:
                break
        return [one for kind in placed for one in kind], left, room, [int(one) for one in opened]

    def by_kernel(self, stop=(NEVER, 0)):
        """Return whether the kernel came to the end, and the same four lists."""
        choices = [choice for kind in self.kinds for choice in kind.choices]
        uses = [use for choice in choices for use in choice.uses.items()]
        left = np.array([kind.count for kind in self.kinds], np.int64)
        room = np.array(self.room, np.int64)
        opened = np.array(self.opened, np.uint8)
        placed = np.zeros(len(choices), np.int64)
        done = place_greedily(
            pair_ptr=pointers(len(kind.choices) for kind in self.kinds),
            pair_site=np.array([choice.site for choice in choices], np.int32),
            pair_cost=np.array([choice.cost for choice in choices], np.int64),
            priority=np.array([kind.priority for kind in self.kinds], np.int64),
            use_ptr=pointers(len(choice.uses) for choice in choices),
            use_row=np.array([row for row, _ in uses], np.int32),
            use_amount=np.array([amount for _, amount in uses], np.int64),
            open_cost=np.array(self.open_cost, np.int64),
            left=left,
            room=room,
            opened=opened,
            placed=placed,
            stop=np.array(stop, np.int64),
        )
        return done, (placed.tolist(), left.tolist(), room.tolist(), opened.tolist())


def pointers(lengths):
    """Return where each part begins, and where the last one ends."""
    return np.cumsum([0, *lengths], dtype=np.int64)


def random_instance(rng, n_kinds=8):
    """Return an instance with ties, full rows, rows in common, free and costly sites."""
    n_sites, n_rows = rng.randint(1, 5), rng.randint(1, 6)
    most = rng.choice([2, 2, 20, 2**62 - 1])
    largest = rng.choice([3, 3, 10, 2**62])

    def choice(site):
        rows = rng.sample(range(n_rows), rng.randint(0, min(3, n_rows)))
        return Choice(site, rng.randint(0, most), {row: rng.randint(1, largest) for row in rows})

    kinds = [
        Kind(
            count=rng.choice([0, 1, 1, 1, 2, 5]),
            priority=rng.choice([1, 1, 1, 2, 100]),
            choices=[choice(site) for site in range(n_sites) if rng.random() < 0.7],
        )
        for _ in range(rng.randint(0, n_kinds))
    ]
    return Instance(
        kinds,
        room=[rng.choice([0, rng.randint(0, min(4 * largest, 2**62))]) for _ in range(n_rows)],
        open_cost=[rng.choice([0, 0, rng.randint(0, most)]) for _ in range(n_sites)],
        opened=[rng.random() < 0.2 for _ in range(n_sites)],
    )


@given(st.randoms(use_true_random=False))
def test_the_kernel_does_what_its_twin_does(rng):
    """The same members at the same pairs, the same room left, the same sites opened."""
    instance = random_instance(rng)
    assert instance.by_kernel() == (True, instance.by_twin())


def test_a_thousand_random_instances_agree():
    """So do a thousand seeded ones, of which most place something and leave something out."""
    both = 0
    for seed in range(1000):
        instance = random_instance(random.Random(seed))
        expected = instance.by_twin()
        assert instance.by_kernel() == (True, expected), seed
        both += any(expected[0]) and any(expected[1])
    assert both > 500


def test_no_row_is_ever_overfilled():
    """What is left of a row is its limit less what is placed, and never negative."""
    for seed in range(300):
        instance = random_instance(random.Random(seed))
        _, (placed, left, room, _) = instance.by_kernel()
        used, at = [0] * len(room), iter(placed)
        for c, kind in enumerate(instance.kinds):
            members = [next(at) for _ in kind.choices]
            assert sum(members) + left[c] == kind.count
            for choice, many in zip(kind.choices, members, strict=True):
                for row, amount in choice.uses.items():
                    used[row] += many * amount
        assert [a + b for a, b in zip(used, room, strict=True)] == instance.room
        assert min(room) >= 0


def test_the_same_arrays_give_the_same_plan():
    """Nothing but its arguments decides."""
    instance = random_instance(random.Random(3), n_kinds=50)
    assert instance.by_kernel() == instance.by_kernel()


def test_the_greatest_regret_comes_first():
    """The class with a bad second choice gets the place that both want."""
    both = (
        [Choice(0, 1, {0: 1}), Choice(1, 2, {1: 1})],
        [Choice(0, 1, {0: 1}), Choice(1, 9, {1: 1})],
    )
    instance = Instance([Kind(1, 1, choices) for choices in both], [1, 1], [0, 0], [False, False])
    assert instance.by_kernel()[1][0] == [0, 1, 1, 0]


def test_priority_comes_before_regret():
    """A class of higher priority takes its place, whatever others lose by it."""
    both = (
        [Choice(0, 1, {0: 1}), Choice(1, 2, {1: 1})],
        [Choice(0, 1, {0: 1}), Choice(1, 9, {1: 1})],
    )
    kinds = [Kind(1, priority, choices) for priority, choices in zip([2, 1], both, strict=True)]
    assert Instance(kinds, [1, 1], [0, 0], [False, False]).by_kernel()[1][0] == [1, 0, 0, 1]


def test_a_site_in_use_is_cheaper_than_one_to_be_opened():
    """The cost of opening counts once: the second class follows the first."""
    kinds = [Kind(1, 2, [Choice(0, 5, {})]), Kind(1, 1, [Choice(0, 5, {}), Choice(1, 1, {})])]
    assert Instance(kinds, [0], [100, 5], [False, False]).by_kernel()[1][0] == [1, 1, 0]


@pytest.mark.parametrize("stop", [(NEVER, 1), (0, 0)], ids=["cancelled", "past the deadline"])
def test_a_stopped_run_leaves_a_beginning_of_the_whole(stop):
    """It says that it was stopped, and what it has placed is the first moves of its twin."""
    rng = random.Random(5)
    kinds = [
        Kind(1, 1, [Choice(site, rng.randint(0, 999), {site: 1}) for site in range(400)])
        for _ in range(60)
    ]
    instance = Instance(kinds, [1] * 400, [0] * 400, [False] * 400)
    done, (placed, left, room, opened) = instance.by_kernel(stop)
    n_moves = sum(placed)
    assert not done
    assert 0 < n_moves < 60
    assert (placed, left, room, opened) == instance.by_twin(n_moves)


def test_a_deadline_ahead_stops_nothing():
    """A run that ends in time comes to its end."""
    instance = random_instance(random.Random(1))
    stop = (time.monotonic_ns() + 60 * 10**9, 0)
    assert instance.by_kernel(stop) == (True, instance.by_twin())
