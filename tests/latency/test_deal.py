"""Rows that are dealt to threads, by ranges."""

import threading

import numpy as np
import pytest

from placement.errors import StoppedError
from placement.latency.deal import SHORT, deal_rows, never


def filled(n_rows, **how):
    """Return how often each row was filled, and by which threads."""
    times, by = np.zeros(n_rows, int), set()

    def fill(begin, end, _token):
        times[begin:end] += 1
        by.add(threading.get_ident())
        return True

    deal_rows(fill, n_rows, **how)
    return times.tolist(), by


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("work", [1, 1_000, 100_000, SHORT])
@pytest.mark.parametrize("step", [1, 16])
def test_each_row_is_filled_once(threads, work, step):
    """However many threads there are, and whatever a row takes."""
    for n_rows in (0, 1, 15, 16, 100):
        times, _ = filled(n_rows, work_per_row=work, step=step, threads=threads)
        assert times == [1] * n_rows


def test_whoever_asks_works_where_that_is_short():
    """A single thread is this one, unless an interrupt would have to wait for a range to end."""
    mine = {threading.get_ident()}
    assert filled(100, work_per_row=SHORT // 100, threads=1)[1] == mine
    assert filled(100, work_per_row=SHORT // 25, threads=1)[1] == mine
    assert mine.isdisjoint(filled(100, work_per_row=SHORT, threads=1)[1])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("work", [1, SHORT // 25, SHORT])
def test_an_error_ends_it(threads, work):
    """An error in any range is the caller's, and the others are told to stop."""
    token = never()

    def fill(begin, _end, _token):
        if begin == 0:
            raise RuntimeError("not this row")
        return True

    with pytest.raises(RuntimeError, match="not this row"):
        deal_rows(fill, 100, work_per_row=work, threads=threads, stop=token)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("work", [1, SHORT // 25, SHORT])
def test_a_range_that_was_stopped_ends_it(threads, work):
    """Rows that were not filled are an error."""
    with pytest.raises(StoppedError):
        deal_rows(lambda begin, *_: begin != 0, 100, work_per_row=work, threads=threads)
