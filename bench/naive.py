"""CP-SAT as one would use it at first: a variable for each workload and site, one weighted objective."""

import time

import numpy as np

from bench.judge import answer_of_weighted, weight_of
from placement.instance import compile_problem

__all__ = ["answer"]


def answer(problem, seconds):
    """Return its answer, None if it finds none; the seconds include the writing of the model."""
    from ortools.sat.python import cp_model

    end = time.monotonic() + seconds
    instance = compile_problem(problem)
    model = cp_model.CpModel()
    used = {s: model.new_bool_var("") for s in np.flatnonzero(instance.open_cost > 0).tolist()}
    loads = [[] for _ in instance.rows.limit]
    terms = [cost * used[s] for s, cost in enumerate(instance.open_cost.tolist()) if s in used]
    members = [[] for _ in range(instance.n_pairs)]
    ptr, rows, weight = instance.pair_ptr.tolist(), instance.rows, weight_of(instance)
    for c in np.repeat(np.arange(instance.n_classes), instance.count).tolist():
        out = model.new_bool_var("")
        terms.append(weight * int(instance.priority[c]) * out)
        choices = [out]
        for pair in range(ptr[c], ptr[c + 1]):
            here = model.new_bool_var("")
            choices.append(here)
            members[pair].append(here)
            terms.append(int(instance.pair_cost[pair]) * here)
            site = int(instance.pair_site[pair])
            if site in used:
                model.add_implication(here, used[site])
            for use in range(rows.use_ptr[pair], rows.use_ptr[pair + 1]):
                loads[rows.use_row[use]].append(int(rows.use_amount[use]) * here)
        model.add_exactly_one(choices)
    for load, limit in zip(loads, rows.limit.tolist(), strict=True):
        model.add(sum(load) <= limit)
    model.minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.0, end - time.monotonic())
    solver.parameters.catch_sigint_signal = False  # afterwards Ctrl-C would end the program
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    placed = np.array([sum(map(solver.value, ours)) for ours in members], np.int64)
    return answer_of_weighted(
        instance, placed, int(solver.response_proto.inner_objective_lower_bound)
    )
