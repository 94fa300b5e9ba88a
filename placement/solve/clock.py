"""When to stop: limits that were asked for, and the clock of one run."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from types import FrameType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from placement.model.plan import Limit

__all__ = ["NEVER", "Cancel", "Clock", "Limits", "seconds_to"]

NEVER = 2**63 - 1
BILLION = 1_000_000_000
Token = NDArray[np.int64]


def seconds_to(token: Token) -> float | None:
    """Return the seconds that are left before a token's deadline; None if it has none."""
    return None if token[0] == NEVER else max(0.0, (int(token[0]) - time.monotonic_ns()) / BILLION)


class Cancel(Protocol):
    """What cancels a run once it is set, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Return whether the run is to stop."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What ends a run before it is done; None is no limit.

    Parameters
    ----------
    seconds : float, optional
        From the call to the plan.
    work : float, optional
        Deterministic time of the search, about a second each.
    gap : Fraction, optional
        Share of the cost that the plan may be above the bound.
    """

    seconds: float | None = None
    work: float | None = None
    gap: Fraction | None = None


class Clock:
    """One run's time: what has passed, what is left, and who has cancelled.

    Parameters
    ----------
    limits : Limits
        Of the run, which begins now.
    cancel : Cancel, optional
        From another thread.

    Attributes
    ----------
    token : ndarray of shape (2,), int64
        The kernels' stop token.
    """

    def __init__(self, limits: Limits, cancel: Cancel | None = None) -> None:
        self.limits = limits
        self.start = time.monotonic_ns()
        self._cancel = cancel
        self._cancelled = threading.Event()
        end = NEVER
        if limits.seconds is not None:
            end = self.start + min(int(limits.seconds * BILLION), NEVER // 2)
        self.token: Token = np.array([end, 0], np.int64)
        self._tokens = [self.token]

    def grace(self, seconds: float) -> Token:
        """Return a stop token for work that gets so long in any case, but for a cancelled run."""
        return self._until(max(int(self.token[0]), time.monotonic_ns() + int(seconds * BILLION)))

    def sooner(self, seconds: float | None) -> Token:
        """Return a stop token that is over after some seconds, or with the run if that is sooner."""
        if seconds is None:
            return self.token
        return self._until(min(int(self.token[0]), time.monotonic_ns() + int(seconds * BILLION)))

    def _until(self, end: int) -> Token:
        """Return a token that ends then, and is raised with the others."""
        token = np.array([end, int(self.cancelled())], np.int64)
        self._tokens.append(token)
        return token

    def seconds(self) -> float:
        """Return what has passed."""
        return (time.monotonic_ns() - self.start) / BILLION

    def seconds_left(self) -> float | None:
        """Return what is left, at least 0; None without a limit."""
        if self.limits.seconds is None:
            return None
        return max(0.0, self.limits.seconds - self.seconds())

    def cancel(self) -> None:
        """Stop the run as soon as possible."""
        self._cancelled.set()
        for token in self._tokens:
            token[1] = 1

    def cancelled(self) -> bool:
        """Return whether anyone has cancelled."""
        if self._cancel is not None and not self._cancelled.is_set() and self._cancel.is_set():
            self.cancel()
        return self._cancelled.is_set()

    def over(self) -> Limit | None:
        """Return which limit has been reached: cancelled, or out of time."""
        if self.cancelled():
            return Limit.CANCEL
        left = self.seconds_left()
        return Limit.TIME if left is not None and left <= 0 else None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Take Ctrl-C as a wish for the best plan so far; a second one interrupts as ever.

        Only in the main thread, and only if the program has no handler of its own.
        """
        ours = threading.current_thread() is threading.main_thread()
        if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            yield
            return

        def interrupted(_number: int, _frame: FrameType | None) -> None:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self.cancel()

        signal.signal(signal.SIGINT, interrupted)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
