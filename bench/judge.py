"""What others decide, as plans that `verify` can judge, and as bounds that can be compared."""

import math
from dataclasses import dataclass

import numpy as np

from placement.instance.ragged import sums
from placement.model.certificate import Certificate
from placement.model.plan import Bound, Plan, Solver, Status, Value
from placement.solve.bounds import prove_unplaced, zero_prices
from placement.solve.solution import evaluate
from placement.solve.tell import deal, tell_assignments, tell_moves, tell_unplaced

__all__ = ["Answer", "answer_of_weighted", "plan_of", "weight_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A plan, and what its maker says that no plan can be better than, if anything."""

    plan: Plan
    unplaced_bound: int | None = None
    cost_bound: int | None = None


def plan_of(instance, placed):
    """Return the plan of so many members at each pair; it claims nothing of how good it is."""
    assert (placed >= 0).all()
    assert (sums(placed, instance.pair_ptr) <= instance.count).all()
    solution = evaluate(instance, placed)
    pair_of = deal(instance, solution)
    nothing = Value(unplaced=prove_unplaced(instance, zero_prices(instance)), cost=0)
    return Plan(
        problem=instance.problem.digest,
        status=Status.OPTIMAL if solution.value == nothing else Status.FEASIBLE,
        objective=solution.value,
        bound=Bound(unplaced=nothing.unplaced, cost=0, proof="prices"),
        certified=nothing,
        certificate=Certificate(),
        assignments=tell_assignments(instance, pair_of),
        unplaced=tell_unplaced(instance, solution, pair_of),
        moves=tell_moves(instance, pair_of),
        solver=Solver(version="bench", seed=0, work=0),
    )


def weight_of(instance):
    """Return what a point of unplaced priority weighs in one sum with the cost: more than any cost."""
    largest = np.zeros(instance.n_classes, np.int64)
    np.maximum.at(largest, instance.pair_class, instance.pair_cost)
    return int(largest @ instance.count) + int(instance.open_cost.sum()) + 1


def answer_of_weighted(instance, placed, bound):
    """Return the answer of a solver that minimised weight × unplaced + cost, with its bound of it."""
    plan, weight = plan_of(instance, placed), weight_of(instance)
    # Every cost is below the weight: so much must be left out, and then the rest is cost.
    unplaced = max(0, math.ceil((bound - weight + 1) / weight))
    return Answer(plan, unplaced, int(bound) - weight * unplaced)
