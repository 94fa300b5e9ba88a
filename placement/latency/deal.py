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
# Below this much work, in nodes and arcs that the rows look at, a thread costs more than it brings;
# it takes some 50 ms, short enough to let an interrupt wait.
LITTLE = 1_000_000


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
        done = _on_threads(fill, _bounds(n_rows, step, threads), threads, token)
    if not done:
        raise StoppedError("stopped before the latencies were known")


def _bounds(n_rows: int, step: int, threads: int) -> list[int]:
    """Return where the ranges begin, and where the last one ends."""
    n_steps = -(-n_rows // step)
    n_ranges = min(n_steps, threads * RANGES)
    return [min(n_rows, step * (n_steps * i // n_ranges)) for i in range(n_ranges + 1)]


def _on_threads(
    fill: Fill,
    bounds: list[int],
    threads: int,
    token: NDArray[np.int64],
) -> bool:
    pool = ThreadPoolExecutor(threads)
    try:
        # Even one thread is not this one, which stays free to take an interrupt.
        ranges = [pool.submit(fill, begin, end, token) for begin, end in itertools.pairwise(bounds)]
        done = [each.result() for each in ranges]
    except BaseException:
        token[1] = 1
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return all(done)
