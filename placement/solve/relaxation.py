"""Prices of the rows: the duals of the linear relaxation, by OR-Tools' simplex solver, rounded.

Where that would take too long, prices are climbed to instead.

Any prices that are not negative are valid, so nothing of the solver has to be trusted: what the
rounded prices prove is worked out in integers by `placement.solve.bounds`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.solve.ascent import ascend
from placement.solve.background import run_in_background
from placement.solve.bounds import RowPrices, best_mu, zero_prices
from placement.solve.clock import Clock
from placement.units import MICRO

__all__ = ["cost_prices", "unplaced_prices"]

MOST_SHIFT = 20
SAFE_BITS = 60
LEAST_STEPS = 1_000
STEPS_A_LINE = 20
# Uses of pairs above which the simplex method takes longer than a climb; its prices are the better ones,
# so where time is limited it may still have a part of it, and about how long it takes.
MOST_USES = 20_000
SECONDS_PER_USE = 2.5e-5
SIMPLEX_SHARE = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """The linear relaxation as arrays: pairs, then classes left out, then sites opened.

    Parameters
    ----------
    matrix : scipy.sparse.csr_matrix
        Rows: classes, rows of the instance, and at last the unplaced priority.
    lower, upper : ndarray
        Bounds of the rows.
    n_pairs, n_classes, n_rows : int
        The shape of the instance.
    opened : ndarray of shape (n_open,), int64
        Sites with a variable of their own, since opening them costs.
    """

    matrix: Any
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    opened: NDArray[np.int64]


def unplaced_prices(instance: Instance, clock: Clock, seconds: float | None) -> RowPrices:
    """Return prices, in points of priority, of the relaxation that leaves least unplaced.

    Zero prices if there is no time for better ones.
    """
    if len(instance.rows.limit) == 0 or len(instance.rows.use_row) > MOST_USES:
        return zero_prices(instance)
    relaxation = relax(instance, None)
    weights = np.zeros(relaxation.matrix.shape[1])
    weights[instance.n_pairs :][: instance.n_classes] = instance.priority
    duals = _duals(relaxation, weights, clock, seconds)
    if duals is None:
        return zero_prices(instance)
    by_unit = _row_duals(instance, duals) / instance.rows.unit
    return _rounded(instance, by_unit, float(instance.priority.max(initial=0)))


def cost_prices(
    instance: Instance,
    unplaced: int,
    clock: Clock,
    seconds: float | None,
    warm: NDArray[np.float64] | None = None,
    *,
    threads: int | None = None,
) -> RowPrices:
    """Return prices, in micro-units, of the cheapest relaxed plan that leaves at most `unplaced`.

    Zero prices of the rows if there is no time for better ones. A climb may begin with `warm` ones,
    of whole rows in cost units.
    """
    prices = zero_prices(instance)
    most = float(instance.pair_cost.max(initial=0))
    n_uses, begun = len(instance.rows.use_row), clock.seconds()
    quick = (
        warm is None and seconds is not None and n_uses * SECONDS_PER_USE <= SIMPLEX_SHARE * seconds
    )
    by_unit = None
    if len(instance.rows.limit) and (n_uses <= MOST_USES or quick):
        relaxation = relax(instance, unplaced)
        weights = np.zeros(relaxation.matrix.shape[1])
        weights[: instance.n_pairs] = instance.pair_cost / MICRO
        weights[instance.n_pairs + instance.n_classes :] = (
            instance.open_cost[relaxation.opened] / MICRO
        )
        duals = _duals(relaxation, weights, clock, seconds)
        if duals is not None:
            by_unit = _row_duals(instance, duals) * MICRO / instance.rows.unit
    if by_unit is None and n_uses > MOST_USES:
        left = None if seconds is None else max(0.0, seconds - (clock.seconds() - begun))
        climbed = ascend(instance, clock, left, begin=warm, threads=threads)
        if climbed is not None:
            by_unit = climbed.price / np.maximum(instance.rows.limit, 1) * MICRO
    if by_unit is not None:
        prices = _rounded(instance, by_unit, most)
    return RowPrices(prices.shift, best_mu(instance, prices, unplaced), prices.row, prices.unit)


def relax(instance: Instance, unplaced: int | None) -> Relaxation:
    """Write the linear relaxation down; with a row for the unplaced priority if it is limited."""
    from scipy.sparse import csr_matrix

    n_pairs, n_classes, rows = instance.n_pairs, instance.n_classes, instance.rows
    opened = np.flatnonzero(instance.open_cost > 0)
    column_of = np.full(instance.n_sites + 1, -1, np.int64)  # the last one: of no site
    column_of[opened] = n_pairs + n_classes + np.arange(len(opened))
    n_rows = len(rows.limit)
    units = instance.rows.unit
    limits = rows.limit / units
    gated = np.flatnonzero(column_of[rows.site] >= 0)
    of_pair = np.repeat(np.arange(n_pairs), np.diff(rows.use_ptr))
    entries = [
        (instance.pair_class, np.arange(n_pairs), np.ones(n_pairs)),
        (np.arange(n_classes), n_pairs + np.arange(n_classes), np.ones(n_classes)),
        (n_classes + rows.use_row, of_pair, rows.use_amount / units[rows.use_row]),
        (n_classes + gated, column_of[rows.site[gated]], -limits[gated]),
    ]
    upper = limits.copy()
    upper[gated] = 0.0
    count = instance.count.astype(float)
    lower = np.concatenate([count, np.full(n_rows, -np.inf)])
    upper = np.concatenate([count, upper])
    if unplaced is not None:
        last = np.full(n_classes, n_classes + n_rows)
        entries.append((last, n_pairs + np.arange(n_classes), instance.priority.astype(float)))
        lower, upper = np.append(lower, -np.inf), np.append(upper, float(unplaced))
    row, column, value = (np.concatenate([one[k] for one in entries]) for k in range(3))
    shape = len(upper), n_pairs + n_classes + len(opened)
    return Relaxation(csr_matrix((value, (row, column)), shape=shape), lower, upper, opened)


def _duals(
    relaxation: Relaxation, weights: NDArray[np.float64], clock: Clock, seconds: float | None
) -> NDArray[np.float64] | None:
    """Return the duals of the rows, or None if the solver has not finished in time."""
    from ortools.linear_solver.python import model_builder_helper as helper

    n_columns = len(weights)
    upper = np.full(n_columns, np.inf)
    upper[n_columns - len(relaxation.opened) :] = 1.0
    model: Any = helper.ModelBuilderHelper()  # its stubs mistake the order of ndarray's parameters
    model.fill_model_from_sparse_data(
        np.zeros(n_columns), upper, weights, relaxation.lower, relaxation.upper, relaxation.matrix
    )
    solver = helper.ModelSolverHelper("glop")
    if seconds is not None:
        solver.set_time_limit_in_seconds(seconds)
    # On numbers of very different size the method may turn in circles: it gets many times the
    # steps that it needs elsewhere, and no more work than the run.
    steps = LEAST_STEPS + STEPS_A_LINE * sum(relaxation.matrix.shape)
    work = "" if clock.limits.work is None else f" max_deterministic_time: {clock.limits.work}"
    solver.set_solver_specific_parameters(f"max_number_of_iterations: {steps}{work}")
    done = run_in_background(lambda: solver.solve(model), solver.interrupt_solve, clock, seconds)
    if not done or solver.status() != helper.SolveStatus.OPTIMAL:
        return None
    return np.asarray(solver.dual_values(), float)


def _row_duals(instance: Instance, duals: NDArray[np.float64]) -> NDArray[np.float64]:
    begin = instance.n_classes
    return np.maximum(0.0, -duals[begin : begin + len(instance.rows.limit)])


def _rounded(instance: Instance, prices: NDArray[np.float64], most: float) -> RowPrices:
    """Round prices of the smallest units to integers that keep sums of them within 64 bits.

    They become prices of what all uses of a row have in common, over a power of two.
    """
    units = instance.rows.unit
    prices = prices * units
    widest = max(most, float(prices.max(initial=0.0)), 1.0) * 4
    shift = min(MOST_SHIFT, max(0, SAFE_BITS - int(np.ceil(np.log2(widest)))))
    fine = np.minimum(prices * 2.0**shift, 2.0**SAFE_BITS)
    return RowPrices(shift, 0, np.rint(fine).astype(np.int64), units)
