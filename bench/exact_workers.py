"""How CP-SAT should search: workers and linear relaxation, in the two stages of the exact engine."""

from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from bench.instances import federation, generated
from bench.registry import Bench
from placement.instance import Instance, compile_problem
from placement.solve.clock import Clock, Limits
from placement.solve.greedy import greedy, place_rest
from placement.solve.model import Model
from placement.solve.solution import Solution, evaluate

__all__ = ["BENCH"]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A model, and the solution that the search begins with."""

    instance: Instance
    begin: Solution
    unplaced: int | None  # most that may be left out; None where that is what is minimised
    seconds: float

    def model(self):
        """Return the model with its hint, as the exact engine makes it."""
        model = Model(self.instance)
        if self.unplaced is None:
            model.minimise_unplaced()
        else:
            model.minimise_cost(self.unplaced)
        model.hint(self.begin.placed)
        return model


@cache
def first_stage(make, seconds):
    """Leave out as little as possible, beginning with the greedy plan."""
    instance = compile_problem(make())
    return Stage(instance, greedy(instance, Clock(Limits())), None, seconds)


@cache
def second_stage(make, seconds):
    """Pay as little as possible, beginning with what the first stage finds."""
    stage = first_stage(make, seconds)
    response = search(stage, ENGINE)  # held: its solution is a view that does not keep it alive
    placed = np.array(list(response.solution)[: stage.instance.n_pairs], np.int64)
    begin = place_rest(stage.instance, placed, Clock(Limits()))
    return Stage(stage.instance, begin, begin.value.unplaced, seconds)


def search(stage, parameters):
    """Return the response of a search."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = stage.seconds
    solver.parameters.catch_sigint_signal = False  # afterwards Ctrl-C would end the program
    for name, value in parameters.items():
        setattr(solver.parameters, name, value)
    solver.solve(stage.model().model)
    return solver.response_proto


def judged(stage, response):
    """Check that the solution is worth what the solver says, and that its bound is none too high."""
    from ortools.sat.python import cp_model

    assert response.status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    value = int(response.objective_value)
    bound = int(response.inner_objective_lower_bound)
    found = np.array(list(response.solution)[: stage.instance.n_pairs], np.int64)
    assert len(found) == stage.instance.n_pairs
    told = evaluate(stage.instance, found).value
    assert value == (told.unplaced if stage.unplaced is None else told.cost)
    assert stage.unplaced is None or told.unplaced <= stage.unplaced
    assert bound <= value
    # Costs are millionths; priorities are points.
    unit = 1 if stage.unplaced is None else 1e-6
    return {
        "proved optimal": response.status == cp_model.OPTIMAL,
        "value": value * unit,
        "bound": bound * unit,
        "gap %": round(100 * (value - bound) / value, 3) if value else 0.0,
    }


ENGINE = {"num_workers": 1, "linearization_level": 2}
WAYS = {
    "1 worker, linearization 2 (placement)": ENGINE,
    "1 worker, linearization 1": {"num_workers": 1, "linearization_level": 1},
    "2 workers": {"num_workers": 2},
    "8 workers": {"num_workers": 8},
    "8 workers, interleaved": {"num_workers": 8, "interleave_search": True},
}
SECONDS = 20.0
BENCH = Bench(
    "exact_workers",
    f"CP-SAT on the two stages of the exact engine, at most {SECONDS:g} s each",
    {
        "tiny": partial(second_stage, partial(generated, 30, 6), 20.0),
        "federation, stage 1: unplaced": partial(first_stage, federation, SECONDS),
        "federation, stage 2: cost": partial(second_stage, federation, SECONDS),
        "generated, stage 1: unplaced": partial(first_stage, partial(generated, 1000, 50), SECONDS),
    },
    judged,
)


def register(way, parameters):
    """Register a way to search; writing the model is part of it."""

    @BENCH.subject(way)
    def prepare(stage):
        return lambda: search(stage, parameters)


for _way, _parameters in WAYS.items():
    register(_way, _parameters)
