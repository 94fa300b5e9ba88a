"""HiGHS through `scipy.optimize.milp`: the same model with classes, in floats, one weighted objective."""

import time

import numpy as np

from bench.judge import answer_of_weighted, weight_of
from placement.instance import compile_problem

__all__ = ["answer"]


def answer(problem, seconds):
    """Return its answer, None if it finds none; the seconds include the writing of the model."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    end = time.monotonic() + seconds
    instance = compile_problem(problem)
    opened = np.flatnonzero(instance.open_cost > 0)
    matrix, lower, upper = constraints(instance, opened)
    weight = weight_of(instance)
    most = [instance.count[instance.pair_class], instance.count, np.ones(len(opened))]
    cost = [instance.pair_cost, weight * instance.priority, instance.open_cost[opened]]
    found = milp(
        np.concatenate(cost).astype(float),
        integrality=np.ones(matrix.shape[1]),
        bounds=Bounds(0, np.concatenate(most).astype(float)),
        constraints=LinearConstraint(matrix, lower, upper),
        options={"time_limit": max(0.1, end - time.monotonic()), "mip_rel_gap": 0},
    )
    if found.x is None:
        return None
    placed = np.rint(found.x[: instance.n_pairs]).astype(np.int64)
    bound = found.mip_dual_bound
    return answer_of_weighted(instance, placed, bound if np.isfinite(bound) else 0)


def constraints(instance, opened):
    """Return the matrix over pairs, classes left out and sites opened, and the limits of its rows."""
    from scipy.sparse import block_array, coo_array, csr_array, eye_array

    n_pairs, rows, units = instance.n_pairs, instance.rows, instance.rows.unit
    pairs = np.arange(n_pairs)
    pair_of_use = np.repeat(pairs, np.diff(rows.use_ptr))
    one = np.ones(n_pairs)
    classes = csr_array((one, (instance.pair_class, pairs)), (instance.n_classes, n_pairs))
    amounts = (rows.use_amount // units[rows.use_row]).astype(float)
    uses = coo_array((amounts, (rows.use_row, pair_of_use)), (len(rows.limit), n_pairs))
    gated = pairs[np.isin(instance.pair_site, opened)]
    gate = np.searchsorted(opened, instance.pair_site[gated])
    here = coo_array((np.ones(len(gated)), (np.arange(len(gated)), gated)), (len(gated), n_pairs))
    members = instance.count[instance.pair_class[gated]].astype(float)
    used = coo_array((-members, (np.arange(len(gated)), gate)), (len(gated), len(opened)))
    out = eye_array(instance.n_classes)
    matrix = block_array([[classes, out, None], [uses, None, None], [here, None, used]])
    count, limit = instance.count.astype(float), (rows.limit // units).astype(float)
    lower = np.concatenate([count, np.full(len(limit) + len(gated), -np.inf)])
    upper = np.concatenate([count, limit, np.zeros(len(gated))])
    return matrix.tocsr(), lower, upper
