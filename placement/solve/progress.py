"""Tell the caller how far the run has come."""

import threading
from collections.abc import Callable
from dataclasses import replace

from placement.model.plan import Plan
from placement.solve.clock import Clock
from placement.solve.result import Progress
from placement.solve.solution import Solution

__all__ = ["Reporter"]


class Reporter:
    """Hands events to a callback; each is at least as good as the one before.

    Parameters
    ----------
    callback : callable or None
        Takes a `Progress`. An interrupt from the keyboard that it lets through cancels the run;
        any other exception is raised by the run once it has stopped.
    clock : Clock
        Of the run.
    """

    def __init__(self, callback: Callable[[Progress], object] | None, clock: Clock) -> None:
        self._callback, self._clock = callback, clock
        self._lock = threading.Lock()
        self._last = Progress(seconds=0.0, phase="compile")
        self._failed: Exception | None = None
        self._best: Solution | None = None
        self._draft: Callable[[Solution], Callable[[], Plan]] | None = None

    @property
    def best(self) -> Solution | None:
        """The best solution that was told of."""
        return self._best

    def drafted_by(self, draft: Callable[[Solution], Callable[[], Plan]]) -> None:
        """Have the best solution, and those to come, told with something that writes their plan."""
        with self._lock:
            self._draft = draft
            if self._best is not None:
                self._last = replace(self._last, draft=self._drafted(self._best))

    def phase(self, name: str) -> None:
        """Begin another phase."""
        with self._lock:
            self._tell(replace(self._last, phase=name))

    def found(self, phase: str, solution: Solution) -> None:
        """Tell of a solution, if it is better than the last."""
        value = solution.value
        with self._lock:
            last = self._last
            if last.unplaced is None or last.cost is None:
                better = True
            else:
                better = (value.unplaced, value.cost) < (last.unplaced, last.cost)
            if better:
                fewer = last.unplaced is not None and value.unplaced < last.unplaced
                bound_cost = None if fewer else last.bound_cost
                self._best = solution
                self._tell(
                    replace(
                        last,
                        phase=phase,
                        unplaced=value.unplaced,
                        cost=value.cost,
                        bound_cost=bound_cost,
                        draft=self._drafted(solution),
                    )
                )

    def bounded(self, phase: str, bound: int) -> None:
        """Tell of a bound, of what is left out in phase `place` and else of the cost."""
        with self._lock:
            last = self._last
            if phase == "place":
                if bound > last.bound_unplaced:
                    self._tell(replace(last, phase=phase, bound_unplaced=bound))
            elif last.bound_cost is None or bound > last.bound_cost:
                self._tell(replace(last, phase=phase, bound_cost=bound))

    def raise_if_failed(self) -> None:
        """Raise what the callback has raised."""
        if self._failed is not None:
            raise self._failed

    def _drafted(self, solution: Solution) -> Callable[[], Plan] | None:
        """Return what writes the plan, if there is anybody to ask for it."""
        return None if self._callback is None or self._draft is None else self._draft(solution)

    def _tell(self, event: Progress) -> None:
        self._last = event = replace(event, seconds=self._clock.seconds())
        if self._callback is None or self._failed is not None:
            return
        try:
            self._callback(event)
        except KeyboardInterrupt:
            self._clock.cancel()
        except Exception as error:  # noqa: BLE001 (raised again in the caller's thread)
            self._failed = error
            self._clock.cancel()
