"""Who does the same is measured by turns, so that what else the machine does falls on all alike."""

import ctypes
import platform
import time
from dataclasses import dataclass, field

import numpy as np

__all__ = ["Turns", "take_turns", "told_goals"]


@dataclass(frozen=True, slots=True)
class Turns:
    """What some did by turns, and in what time.

    Parameters
    ----------
    seconds : dict of str to list of float
        Of each by its name, a number a turn.
    answers : dict of str to object
        What each returned in its last turn.
    """

    seconds: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)

    @property
    def n_turns(self):
        """How many turns each had."""
        return min(map(len, self.seconds.values()), default=0)

    def median(self, *names):
        """Return the median over the turns of the seconds that these took together."""
        return float(np.median(self._each(names)))

    def times(self, theirs, ours):
        """Return the median over the turns of how many times as long some took as others."""
        return float(np.median(self._each(theirs) / self._each(ours)))

    def _each(self, names):
        return np.sum([self.seconds[name][: self.n_turns] for name in names], axis=0)


# Of glibc's `mallopt`.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
LARGEST = 32 << 20


def keep_freed():
    """Let the process keep what is freed, but for blocks of more than 32 MB; glibc.

    Otherwise the system takes memory back and hands it out again with every turn, soon or late.
    """
    if platform.libc_ver()[0] == "glibc":
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, LARGEST)
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def take_turns(thunks, *, rounds=5, most_seconds=6.0):
    """Call all in turn, `rounds` times after one to warm up, and measure each call.

    Parameters
    ----------
    thunks : dict of str to callable
        In their order. A thunk can ask `answers` for what came before: it is handed that dict.
    rounds : int, default 5
        How often.
    most_seconds : float, default 6.0
        No round begins after that; if the first took longer already, it counts.

    Returns
    -------
    Turns
        Seconds and answers.
    """
    keep_freed()
    turns = Turns({name: [] for name in thunks})
    begun = time.perf_counter()
    while turns.n_turns <= rounds:
        for name, thunk in thunks.items():
            turns.answers.pop(name, None)  # its memory is free before the next is made
            before = time.perf_counter()
            answer = thunk(turns.answers)
            turns.seconds[name].append(time.perf_counter() - before)
            turns.answers[name] = answer
        if time.perf_counter() - begun > most_seconds:
            break
    if turns.n_turns > 1:
        for seconds in turns.seconds.values():
            del seconds[0]
    return turns


def told_goals(goals, times):
    """Return what a table tells of goals.

    Parameters
    ----------
    goals : dict of str to float
        How many times as long somebody is to take at least, by the way of measuring; may be empty.
    times : dict of str to float
        How many times as long they take.

    Returns
    -------
    dict
        Three columns: the goals, what was measured, and whether all are reached.
    """
    if not goals:
        return {"goal": None, "measured": None, "reached": None}
    return {
        "goal": ", ".join(_of_ours(way, one) for way, one in goals.items()),
        "measured": ", ".join(_of_ours(way, times[way], goals[way]) for way in goals),
        "reached": all(times[way] >= one for way, one in goals.items()),
    }


def _of_ours(way, times, goal=None):
    # Whoever cannot be beaten, such as the memory, is told the other way round.
    if (times if goal is None else goal) >= 1:
        return f"× {times:.4g} {way}"
    return f"ours × {1 / times:.4g} {way}"
