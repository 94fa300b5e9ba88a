"""What prices of the rows prove, in exact integers (Lagrange relaxation of all rows).

Whatever the prices, as long as none is negative: a plan pays at least, for each workload, the
cheapest of its sites with the prices of what it uses added, or the price of being left out; and the
rows give back at most their limits times their prices.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.model.plan import Prices, RowPrice

__all__ = [
    "RowPrices",
    "best_mu",
    "prove_cost",
    "prove_unplaced",
    "row_units",
    "tell_prices",
    "zero_prices",
]

SAFE = 2.0**61


@dataclass(frozen=True, slots=True, eq=False)
class RowPrices:
    """Prices as integers over 2**shift.

    Parameters
    ----------
    shift : int
        Fractional bits.
    mu : int
        Of a point of unplaced priority.
    row : ndarray of shape (n_rows,), int64
        Of `unit` of each row; micro-units, or points of priority.
    unit : ndarray of shape (n_rows,), int64
        Divides every use of the row.
    """

    shift: int
    mu: int
    row: NDArray[np.int64]
    unit: NDArray[np.int64]


def row_units(instance: Instance) -> NDArray[np.int64]:
    """Return for each row the greatest common divisor of what is used of it."""
    rows = instance.rows
    units = np.zeros(len(rows.limit), np.int64)
    np.gcd.at(units, rows.use_row, rows.use_amount)
    return units


def zero_prices(instance: Instance) -> RowPrices:
    """Return the prices that are always valid."""
    return RowPrices(0, 0, np.zeros(len(instance.rows.limit), np.int64), row_units(instance))


def prove_cost(instance: Instance, prices: RowPrices, unplaced: int) -> int:
    """Return a bound of the cost of plans that leave at most `unplaced`; micro-units."""
    one = 1 << prices.shift
    cheapest = _cheapest(instance, prices, instance.pair_cost, one, prices.mu)
    total = Fraction(cheapest) - prices.mu * unplaced
    by_site = [one * int(cost) for cost in instance.open_cost]
    return math.ceil((total + _rents(instance, prices, by_site)) / one)


def best_mu(instance: Instance, prices: RowPrices, unplaced: int) -> int:
    """Return the price of a point of unplaced priority that proves most, for given row prices.

    The bound is concave in it: up to the price at which more than `unplaced` is better left out,
    it rises.
    """
    cheapest = _priced(instance, prices, instance.pair_cost, 1 << prices.shift)
    ratios = sorted(
        (
            (Fraction(cost, priority), priority * count)
            for cost, priority, count in zip(
                cheapest, instance.priority.tolist(), instance.count.tolist(), strict=True
            )
            if cost is not None
        ),
        reverse=True,
    )
    out = unplaced - sum(
        priority * count
        for cost, priority, count in zip(
            cheapest, instance.priority.tolist(), instance.count.tolist(), strict=True
        )
        if cost is None
    )
    for ratio, priority in ratios:
        out -= priority
        if out < 0:
            return math.floor(ratio)
    return 0


def prove_unplaced(instance: Instance, prices: RowPrices) -> int:
    """Return a bound of the priority that any plan leaves unplaced."""
    one = 1 << prices.shift
    nothing = np.zeros(instance.n_pairs, np.int64)
    cheapest = Fraction(_cheapest(instance, prices, nothing, 0, one))
    return math.ceil((cheapest + _rents(instance, prices, [0] * instance.n_sites)) / one)


def _cheapest(
    instance: Instance, prices: RowPrices, cost: NDArray[np.int64], one: int, mu: int
) -> int:
    """Return the sum over workloads of the cheaper of being left out and the cheapest priced pair."""
    return sum(
        count * (mu * priority if best is None else min(mu * priority, best))
        for count, priority, best in zip(
            instance.count.tolist(),
            instance.priority.tolist(),
            _priced(instance, prices, cost, one),
            strict=True,
        )
    )


def _priced(
    instance: Instance, prices: RowPrices, cost: NDArray[np.int64], one: int
) -> list[int | None]:
    """Return for each class the cost of its cheapest pair with the prices of what it uses added."""
    rows = instance.rows
    of_pair = np.repeat(np.arange(instance.n_pairs), np.diff(rows.use_ptr))
    uses = rows.use_amount // prices.unit[rows.use_row]
    rent = np.bincount(of_pair, uses.astype(float) * prices.row[rows.use_row], instance.n_pairs)
    exact: type[np.int64] | type[object] = np.int64
    if float(cost.max(initial=0)) * one + float(rent.max(initial=0)) > SAFE:
        exact = object
    priced = cost.astype(exact) * one
    np.add.at(priced, of_pair, uses.astype(exact) * prices.row.astype(exact)[rows.use_row])
    made: list[int | None] = [None] * instance.n_classes
    some = np.flatnonzero(np.diff(instance.pair_ptr))
    if len(some):
        best = np.minimum.reduceat(priced, instance.pair_ptr[some])
        for c, value in zip(some.tolist(), best.tolist(), strict=True):
            made[c] = value
    return made


def _rents(instance: Instance, prices: RowPrices, by_site: list[int]) -> Fraction:
    """Return what the rows give back: of a site no more than it saves to leave it closed."""
    rows = instance.rows
    total = Fraction(0)
    rent = [Fraction(cost) for cost in by_site]
    for r in np.flatnonzero(prices.row).tolist():
        gives = Fraction(int(prices.row[r]) * int(rows.limit[r]), int(prices.unit[r]))
        site = int(rows.site[r])
        if site < 0:
            total -= gives
        else:
            rent[site] -= gives
    return total + sum(min(Fraction(0), one) for one in rent)


def tell_prices(instance: Instance, prices: RowPrices, *, with_mu: bool) -> Prices:
    """Return prices as a plan tells them; rows without a price are left out."""
    rows, told = instance.rows, []
    for r in np.flatnonzero(prices.row).tolist():
        name = rows.names[r]
        told.append(
            RowPrice(
                price=int(prices.row[r]),
                unit=int(prices.unit[r]) * rows.units[r],
                site=name.site,
                home=name.home,
                host=name.host,
                resource=name.resource,
                slice=name.slice,
            )
        )
    return Prices(
        shift=prices.shift if told or prices.mu else 0,
        mu=prices.mu if with_mu else 0,
        prices=tuple(told),
    )
