"""The exact engine: CP-SAT on classes and allowed pairs; first what is left out, then the cost."""

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from placement.errors import PlacementError
from placement.solve.background import run_in_background
from placement.solve.clock import Clock
from placement.solve.model import Model
from placement.solve.progress import Reporter
from placement.solve.solution import Solution, evaluate

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

__all__ = ["ExactOptions", "Proved", "pay_less", "place_more"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactOptions:
    """How CP-SAT searches.

    Parameters
    ----------
    seed : int, default 0
        Of its random choices.
    first_share : float, default 0.5
        Share of the time and the work for what is left out.
    linearization : int, 0 to 2, default 2
        How much of the model the linear relaxation sees. With all of it, one worker proves the first
        stage of the reference federation optimal in 5 s, which neither less of it nor two or eight
        workers do in 20 s; and it comes out the same on any number of processors. Not so on 1,000
        different workloads: there eight workers prove in 7 s what one does not in 20 s
        (`bench/exact_workers.py`).
    threads : int, default 2
        How many pieces or annealed plans are worked on at a time; the search has one.
    """

    seed: int = 0
    threads: int = 2
    first_share: float = 0.5
    linearization: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What the engine found, and what its search proved.

    Parameters
    ----------
    best : Solution
        At least as good as the one to begin with.
    unplaced : int
        No plan leaves less priority unplaced.
    cost : int or None
        No plan that leaves at most as much unplaced as `best` costs less; None if unknown.
    work : float
        Deterministic time used.
    gap_reached : bool
        The search ended by itself: optimal, or as near as was asked for.
    """

    best: Solution
    unplaced: int
    cost: int | None = None
    work: float = 0.0
    gap_reached: bool = False


def place_more(
    model: Model, proved: Proved, clock: Clock, report: Reporter, options: ExactOptions
) -> Proved:
    """Search for a plan that leaves less priority out, and for a proof that none does.

    Parameters
    ----------
    model : Model
        The problem.
    proved : Proved
        What is known: a solution to begin with, and bounds.
    clock : Clock
        When to stop.
    report : Reporter
        Is told of better solutions and bounds.
    options : ExactOptions
        How to search.

    Returns
    -------
    Proved
        What is known now.
    """
    model.minimise_unplaced()
    search = Search(model, clock, report, options, "place", share=options.first_share)
    search.run(proved.best, proved.work)
    bound = proved.unplaced if search.bound is None else max(proved.unplaced, search.bound)
    return replace(proved, best=search.best, unplaced=bound, work=search.work)


def pay_less(
    model: Model, proved: Proved, clock: Clock, report: Reporter, options: ExactOptions
) -> Proved:
    """Search for a cheaper plan that leaves no more out, and for a proof that none is cheaper.

    Parameters and return value are as for `place_more`.
    """
    model.minimise_cost(proved.best.value.unplaced)
    search = Search(model, clock, report, options, "cost", share=1.0)
    search.run(proved.best, proved.work)
    return replace(
        proved, best=search.best, cost=search.bound, work=search.work, gap_reached=search.finished
    )


class Search:
    """One run of CP-SAT, whose best solution and bound stand whatever becomes of the solver."""

    def __init__(
        self,
        model: Model,
        clock: Clock,
        report: Reporter,
        options: ExactOptions,
        phase: str,
        *,
        share: float,
    ) -> None:
        self.model, self.clock, self.report, self.options = model, clock, report, options
        self.phase, self.share = phase, share
        self.bound: int | None = None
        self.finished = False
        self.stopped = False
        self._lock = threading.Lock()
        self._solver: cp_model.CpSolver | None = None

    def run(self, begin: Solution, work: float) -> None:
        """Search from a solution; `work` has been done before."""
        from ortools.sat.python import cp_model

        self.best, self.work = begin, work
        self.model.hint(begin.placed)
        self._solver = solver = cp_model.CpSolver()
        seconds = self._configure(solver, work)
        if self.stopped or (seconds is not None and seconds <= 0):
            return
        search = self

        class Listener(cp_model.CpSolverSolutionCallback):
            def on_solution_callback(self) -> None:
                search.found(list(self.response_proto.solution))

        solver.best_bound_callback = self.bounded
        listener = Listener()
        done = run_in_background(
            lambda: solver.solve(self.model.model, listener),
            solver.stop_search,
            self.clock,
            seconds,
        )
        if done:
            self._conclude(solver.response_proto)

    def stop(self) -> None:
        """Stop as soon as possible, or do not begin; what is proved by then stands."""
        self.stopped = True
        if self._solver is not None:
            self._solver.stop_search()

    def _configure(self, solver: "cp_model.CpSolver", work: float) -> float | None:
        """Set the solver's parameters and return its seconds."""
        limits, options, parameters = self.clock.limits, self.options, solver.parameters
        parameters.random_seed = options.seed
        seconds = self.clock.seconds_left()
        if limits.work is not None:
            parameters.max_deterministic_time = max(0.0, limits.work - work) * self.share
        parameters.num_workers = 1
        # Its handler of Ctrl-C would take the place of ours, and outlive what it calls.
        parameters.catch_sigint_signal = False
        parameters.linearization_level = options.linearization
        if seconds is not None:
            seconds *= self.share
            parameters.max_time_in_seconds = seconds
        if limits.gap is not None and self.phase == "cost":
            parameters.relative_gap_limit = float(limits.gap)
        return seconds

    def found(self, values: list[int]) -> None:
        """Take a better solution over."""
        placed = np.array(values[: self.model.instance.n_pairs], np.int64)
        solution = evaluate(self.model.instance, placed)
        with self._lock:
            if solution.beats(self.best):
                self.best = solution
                self.report.found(self.phase, solution)

    def bounded(self, bound: float) -> None:
        """Take a better bound over; it is for the eyes alone, being a float."""
        self.report.bounded(self.phase, int(bound))

    def _conclude(self, response: Any) -> None:
        """Read what the solver proved; nothing is read of a model without a solution."""
        from ortools.sat.python import cp_model

        self.work += response.deterministic_time
        if response.status == cp_model.MODEL_INVALID:
            raise PlacementError(f"CP-SAT refuses the model: {self.model.model.validate()}")
        if response.status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.found(list(response.solution))
            self.bound = int(response.inner_objective_lower_bound)
            self.finished = response.status == cp_model.OPTIMAL
