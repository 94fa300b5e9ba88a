"""Deal the rows of a matrix to threads; the kernels let go of the interpreter while they work."""

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from placement.errors import StoppedError

__all__ = ["Fill", "deal_rows", "never", "usable_cpus"]

# Takes the first row, the row to end before, and the stop token; returns whether it got to the end.
Fill = Callable[[int, int, NDArray[np.int64]], bool]
# Ranges a thread: enough that the slowest of them does not keep the others waiting for long.
RANGES = 4
# Below this much work, in nodes and arcs that the rows look at, a thread costs more than it brings.
LITTLE = 300_000
# A range of no more work takes some 50 ms where a search does it, short enough to let an interrupt wait.
SHORT = 1_000_000


def never() -> NDArray[np.int64]:
    """Return a stop token without a deadline, which nobody has raised."""
    return np.array([2**63 - 1, 0])


def usable_cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def deal_rows(
    fill: Fill,
    n_rows: int,
    *,
    work_per_row: int,
    step: int = 1,
    short: int = SHORT,
    threads: int | None = None,
    stop: NDArray[np.int64] | None = None,
) -> None:
    """Fill all rows, by ranges, on several threads.

    Parameters
    ----------
    fill : callable
        Fills a range of rows.
    n_rows : int
        How many rows.
    work_per_row : int
        Nodes and arcs that a row looks at.
    step : int, default 1
        Ranges begin at its multiples.
    short : int, optional
        So much work may keep this thread from taking an interrupt; where ranges have more, it only waits
        for others.
    threads : int, optional
        At most so many; as many as there are processors if left out.
    stop : ndarray of shape (2,), int64, optional
        The kernels' stop token. An interrupt from the keyboard raises it as well.

    Raises
    ------
    StoppedError
        If the token was raised, or its deadline passed, before the last row.
    """
    token = never() if stop is None else stop
    threads = min(threads or usable_cpus(), max(n_rows, 1))
    if n_rows * work_per_row <= LITTLE:
        done = fill(0, n_rows, token)
    else:
        most = max(threads, n_rows * work_per_row // max(1, LITTLE // 2))
        bounds = _bounds(n_rows, step, min(most, threads * RANGES))
        helps = n_rows * work_per_row <= short * (len(bounds) - 1)
        done = _on_threads(fill, list(itertools.pairwise(bounds)), threads, token, helps=helps)
    if not done:
        raise StoppedError("stopped before the latencies were known")


def _bounds(n_rows: int, step: int, most: int) -> list[int]:
    """Return where the ranges begin, and where the last one ends; there are `most` at most."""
    n_steps = -(-n_rows // step)
    n_ranges = min(n_steps, most)
    return [min(n_rows, step * (n_steps * i // n_ranges)) for i in range(n_ranges + 1)]


def _on_threads(
    fill: Fill,
    ranges: list[tuple[int, int]],
    threads: int,
    token: NDArray[np.int64],
    *,
    helps: bool,
) -> bool:
    """Fill all ranges on several threads; this one is among them if it `helps`."""
    if helps and threads == 1:
        return all(fill(*each, token) for each in ranges)
    # If it does not, this thread stays free to take an interrupt, even from a single other one.
    pool = ThreadPoolExecutor(threads - helps)
    try:
        dealt = [pool.submit(fill, *each, token) for each in ranges]
        done = True
        if helps:
            # From the last one on, while the others come from the first.
            for each, taken in zip(reversed(ranges), reversed(dealt), strict=True):
                if taken.cancel():
                    done &= fill(*each, token)
        done &= all(taken.result() for taken in dealt if not taken.cancelled())
    except BaseException:
        token[1] = 1
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return done
