"""One workload of a problem by itself."""

import numpy as np

from placement.model.problem import Problem

__all__ = ["alone"]


def alone(problem: Problem, row: int) -> Problem:
    """Return the problem with one of its workloads."""
    workload = problem.workloads[row]
    here = problem.pairs.column("workload").map(lambda name: int(name == workload.id))
    return Problem(
        network=problem.network,
        sites=problem.sites,
        workloads=[workload],
        operators=problem.operators,
        agreements=problem.agreements,
        policies=problem.policies,
        pairs=[problem.pairs[row] for row in np.flatnonzero(here).tolist()],
        objective=problem.objective,
        at=problem.at,
        law=problem.law,
        until=problem.until,
    )
