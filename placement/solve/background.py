"""Run a solver that cannot be trusted to stop in time beside the thread that has to answer."""

import atexit
import threading
from collections.abc import Callable
from typing import Any

from placement.solve.clock import Clock

__all__ = ["run_in_background"]

POLL = 0.01  # seconds between two looks at the clock
GRACE = 0.05  # seconds that a solver gets to stop once it is told
LAST = 30.0  # seconds that the end of the program waits for solvers that were left behind

_left_behind: list[threading.Thread] = []


def run_in_background(
    work: Callable[[], Any], stop: Callable[[], Any], clock: Clock, seconds: float | None = None
) -> bool:
    """Run `work` in a thread until it is done, the clock is over or the seconds have passed.

    Parameters
    ----------
    work : callable
        Lets go of the interpreter's lock for most of its time.
    stop : callable
        Asks the work to stop.
    clock : Clock
        Of the run.
    seconds : float, optional
        A limit for this work alone.

    Returns
    -------
    bool
        Whether it was done. If not, it was told to stop, and its results must not be read: it may
        still be running.
    """
    failed: list[BaseException] = []
    done = threading.Event()

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (handed to the caller's thread below)
            failed.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=guarded, name="placement-solver", daemon=True)
    begun = clock.seconds()
    thread.start()
    try:
        while not done.wait(POLL):
            if clock.over() or (seconds is not None and clock.seconds() - begun >= seconds):
                stop()
                done.wait(GRACE)
                break
    except BaseException:
        stop()
        raise
    if not done.is_set():
        _leave_behind(thread)
        return False
    if failed:
        raise failed[0]
    return True


def _leave_behind(thread: threading.Thread) -> None:
    """Let a thread end by itself; the program waits for it at its end, since it cannot be killed."""
    if not _left_behind:
        atexit.register(_wait_for_all)
    _left_behind[:] = [one for one in _left_behind if one.is_alive()] + [thread]


def _wait_for_all() -> None:
    for thread in _left_behind:
        thread.join(LAST)
