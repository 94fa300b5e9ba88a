"""What is measured by turns is paired turn by turn."""

import pytest

from bench.turns import Turns, take_turns, told_goals


def test_ratios_are_of_the_turn_and_not_of_the_run():
    """A turn in which all were slow counts like any other."""
    turns = Turns({"a": [1.0, 10.0, 1.0], "b": [2.0, 20.0, 2.0], "c": [1.0, 10.0, 1.0]})
    assert turns.times(["b"], ["a"]) == 2
    assert turns.times(["b", "c"], ["a"]) == 3
    assert turns.median("b") == 2


def test_the_first_turn_warms_up_and_does_not_count():
    """Six turns are taken for five rounds, each thunk once a turn and in order."""
    calls = []
    thunks = {name: lambda _, name=name: calls.append(name) for name in "ab"}
    turns = take_turns(thunks)
    assert calls == ["a", "b"] * 6
    assert turns.n_turns == 5


def test_who_is_slow_has_one_turn():
    """No turn begins after the time is up, and the one that was is told."""
    assert take_turns({"a": lambda _: "answer"}, most_seconds=0).n_turns == 1


def test_a_thunk_is_handed_what_came_before_in_its_turn():
    """So that what one prepares another can use."""
    turns = take_turns({"a": lambda _: 2, "b": lambda answers: answers["a"] + 1})
    assert turns.answers == {"a": 2, "b": 3}


@pytest.mark.parametrize(("found", "reached"), [(99.0, False), (100.0, True)])
def test_a_goal_is_reached_or_not(found, reached):
    """The table says which."""
    assert told_goals({"ready": 100}, {"ready": found}) == {
        "goal": "× 100 ready",
        "measured": f"× {found:g} ready",
        "reached": reached,
    }


@pytest.mark.parametrize(("found", "reached"), [(0.25, False), (0.5, True)])
def test_who_cannot_be_beaten_is_told_the_other_way_round(found, reached):
    """The library may take three times as long as the memory, not a third."""
    assert told_goals({"ready": 1 / 3}, {"ready": found}) == {
        "goal": "ours × 3 ready",
        "measured": f"ours × {1 / found:g} ready",
        "reached": reached,
    }


def test_without_a_goal_nothing_is_said():
    """A subject that nothing is expected of has empty cells."""
    assert set(told_goals({}, {"ready": 1.0}).values()) == {None}
