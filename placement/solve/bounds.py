"""What prices of the rows prove, in exact integers (Lagrange relaxation of all rows).

Whatever the prices, as long as none is negative: a plan pays at least, for each workload, the
cheapest of its sites with the prices of what it uses added, or the price of being left out; and the
rows give back at most their limits times their prices.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement._core import charge_pairs, take_cheapest
from placement.instance import Instance
from placement.instance.ragged import reduced, sums
from placement.latency.deal import deal_rows
from placement.model.certificate import MovePrice, Prices, RowPrice
from placement.units import MICRO

__all__ = [
    "RowPrices",
    "best_mu",
    "charged",
    "prove_cost",
    "prove_unplaced",
    "rents",
    "rents_of",
    "tell_prices",
    "zero_prices",
]

SAFE = 2.0**61
MOST_SHIFT = 61
USES = 4  # of a pair, about
MOST_RENT = 2.0**60


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


def zero_prices(instance: Instance) -> RowPrices:
    """Return the prices that are always valid."""
    n_rows = len(instance.rows.limit)
    return RowPrices(0, 0, np.zeros(n_rows, np.int64), np.ones(n_rows, np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Cheapest:
    """For each class the cost of its cheapest pair with the prices of what it uses added.

    Parameters
    ----------
    cost : ndarray of shape (n_classes,), int64 or object
        Over 2**shift; 0 where there is no pair.
    some : ndarray of shape (n_classes,), bool
        Whether there is a pair.
    """

    cost: NDArray[Any]
    some: NDArray[np.bool_]

    def total(self, instance: Instance, mu: int) -> int:
        """Return the sum over workloads of the cheaper of this and being left out."""
        priority, count = instance.priority, instance.count
        most = float(priority.max(initial=0)) * mu + float(self.cost.max(initial=0))
        if self.cost.dtype == object or most * float(count.sum()) >= SAFE:
            priority, count = priority.astype(object), count.astype(object)
        out = mu * priority
        return int((count * np.where(self.some, np.minimum(out, self.cost), out)).sum())


def prove_cost(instance: Instance, prices: RowPrices, unplaced: int) -> int:
    """Return a bound of the cost of plans that leave at most `unplaced`; micro-units."""
    one = 1 << prices.shift
    total = Fraction(price_pairs(instance, prices, instance.pair_cost).total(instance, prices.mu))
    by_site = [one * cost for cost in instance.open_cost.tolist()]
    return math.ceil((total - prices.mu * unplaced + _rents(instance, prices, by_site)) / one)


def best_mu(instance: Instance, prices: RowPrices, unplaced: int) -> int:
    """Return the price of a point of unplaced priority that proves most, for given row prices.

    The bound is concave in it and rises up to the price at which more than `unplaced` is better
    left out.
    """
    cheapest = price_pairs(instance, prices, instance.pair_cost)
    points = instance.priority.astype(float) * instance.count
    spare = unplaced - float(points[~cheapest.some].sum())
    some = np.flatnonzero(cheapest.some)
    order = some[
        np.argsort(-(cheapest.cost[some] / instance.priority[some]).astype(float), kind="stable")
    ]
    over = np.flatnonzero(np.cumsum(points[order]) > spare)
    if not len(over):
        return 0
    c = int(order[over[0]])
    return int(cheapest.cost[c]) // int(instance.priority[c])


def prove_unplaced(instance: Instance, prices: RowPrices) -> int:
    """Return a bound of the priority that any plan leaves unplaced."""
    one = 1 << prices.shift
    nothing = np.zeros(instance.n_pairs, np.int64)
    total = Fraction(price_pairs(instance, prices, nothing).total(instance, one))
    return math.ceil((total + _rents(instance, prices, [0] * instance.n_sites)) / one)


def rents(instance: Instance, prices: RowPrices) -> NDArray[np.int64]:
    """Return what a member pays for the rows it uses at each pair, in whole micro-units."""
    paid = charged(instance, prices.row / 2.0**prices.shift / prices.unit)
    made: NDArray[np.int64] = np.clip(paid, 0.0, MOST_RENT).astype(np.int64)
    return made


def rents_of(instance: Instance, price: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the same, in micro-units, for prices of whole rows in cost units."""
    paid = charged(instance, price / np.maximum(instance.rows.limit, 1) * MICRO)
    made: NDArray[np.int64] = np.clip(paid, 0.0, MOST_RENT).astype(np.int64)
    return made


def charged(instance: Instance, price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what a member pays for the rows it uses at each pair, at a price of one of each row."""
    rows, paid = instance.rows, np.empty(instance.n_pairs)
    charge_pairs(
        pair_ptr=instance.pair_ptr,
        pair_site=instance.pair_site,
        own=rows.own,
        list_ptr=rows.list_ptr,
        list_kind=rows.list_kind,
        list_amount=rows.list_amount.astype(np.float64),
        price=rows.on_sites(price),
        paid=paid,
    )
    return paid


def price_pairs(instance: Instance, prices: RowPrices, cost: NDArray[np.int64]) -> Cheapest:
    """Find each class's cheapest pair; in Python's integers where 64 bits might not do."""
    cheapest = _in_64_bits(instance, prices, cost)
    lengths = np.diff(instance.pair_ptr)
    if cheapest is not None:
        return Cheapest(cheapest, lengths > 0)
    rows, one = instance.rows, 1 << prices.shift
    priced: NDArray[Any] = cost
    if prices.row.any():
        uses = rows.use_amount // prices.unit[rows.use_row]
        price = prices.row[rows.use_row]
        rent = sums(uses.astype(float) * price, rows.use_ptr)
        if float(cost.max(initial=0)) * one + float(rent.max(initial=0)) >= SAFE:
            uses, price, priced = uses.astype(object), price.astype(object), cost.astype(object)
        priced = priced * one + sums(uses * price, rows.use_ptr)
    else:
        priced = (cost if float(cost.max(initial=0)) * one < SAFE else cost.astype(object)) * one
    return Cheapest(reduced(np.minimum, priced, lengths, 0), lengths > 0)


def _in_64_bits(
    instance: Instance, prices: RowPrices, cost: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """Return what each class pays at its cheapest pair, or None where 64 bits might not do."""
    rows, units = instance.rows, instance.rows.unit
    if (units % prices.unit).any() or prices.shift >= MOST_SHIFT:
        return None
    each = prices.row.astype(float) * (units // prices.unit)
    amount = rows.list_amount // rows.unit_of_kind[rows.list_kind]
    dearest = rows.on_sites(each).max(axis=0, initial=0.0)
    rent = sums(amount * dearest[rows.list_kind], rows.list_ptr)
    if float(cost.max(initial=0)) * 2.0**prices.shift + float(rent.max(initial=0.0)) >= SAFE:
        return None
    price = rows.on_sites(prices.row * (units // prices.unit))
    cheapest = np.empty(instance.n_classes, np.int64)

    def take(begin: int, end: int, token: NDArray[np.int64]) -> bool:
        return take_cheapest(
            pair_ptr=instance.pair_ptr,
            pair_site=instance.pair_site,
            pair_cost=cost,
            own=rows.own,
            list_ptr=rows.list_ptr,
            list_kind=rows.list_kind,
            list_amount=amount,
            price=price,
            shift=prices.shift,
            cheapest=cheapest,
            begin=begin,
            end=end,
            stop=token,
        )

    work = USES * instance.n_pairs // max(1, instance.n_classes)
    deal_rows(take, instance.n_classes, work_per_row=work)
    return cheapest


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
    rows = instance.rows
    told: list[RowPrice] = []
    moves: list[MovePrice] = []
    for r in np.flatnonzero(prices.row).tolist():
        name = rows.names[r]
        if name.moves:
            price = int(prices.row[r]) // int(prices.unit[r])  # each move uses 1
            moves.append(MovePrice(price=price, operator=name.operator, site=name.site))
            continue
        told.append(
            RowPrice(
                price=int(prices.row[r]),
                unit=int(prices.unit[r]) * rows.units[r],
                site=name.site,
                home=name.home,
                host=name.host,
                country=name.country,
                resource=name.resource,
                slice=name.slice,
            )
        )
    told.sort(key=_place)
    moves.sort(key=lambda one: (one.operator or "", one.site or ""))
    return Prices(
        shift=prices.shift if told or moves or prices.mu else 0,
        mu=prices.mu if with_mu else 0,
        prices=tuple(told),
        moves=tuple(moves),
    )


def _place(price: RowPrice) -> tuple[bool, *tuple[str, ...]]:
    """Return where a price stands: the rows of sites by their ids, then those of agreements."""
    ids = price.site, price.home, price.host, price.country, price.resource, price.slice
    return price.site is None, *(one or "" for one in ids)
