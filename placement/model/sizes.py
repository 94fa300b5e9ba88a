"""How large the numbers of a problem can get: nothing above 2**62 comes in."""

import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from placement import units
from placement.model.column import Column
from placement.model.decimals import decimal_places, scaled_floats
from placement.model.faults import Faults
from placement.model.five_qi import FIVE_QI
from placement.model.table import Table
from placement.units import LIMIT

__all__ = ["check_sizes", "places", "scaled_column"]

# Of a table and a field: the amounts, and the row of each unless that is its place.
Amounts = tuple[str, str, Column, list[int] | None]

LONGEST_RTT_NS = 2 * 2_100_000_000


def places(column: Column) -> int:
    """Return the most decimal places of any amount in a column."""
    if isinstance(column.values, np.ndarray):
        return decimal_places(column.values)
    return max((units.exponent(value) for value in column.values if value is not None), default=0)


def scaled_column(column: Column, exponent: int, missing: int = 0) -> np.ndarray[Any, Any]:
    """Return the amounts of a column row by row, int64, in units of 10**-exponent."""
    values = column.values
    if isinstance(values, np.ndarray):
        whole = values.dtype.kind == "i"
        made = values * min(10**exponent, LIMIT) if whole else scaled_floats(values, exponent)
        return made if column.codes is None else made[column.codes]
    return column.map(lambda value: units.scaled(value, exponent), missing)


def check_sizes(fields: Mapping[str, Any], faults: Faults) -> None:
    """Note amounts, the total priority and the worst cost where they pass 2**62."""
    workloads, sites = fields["workloads"], fields["sites"]
    pairs, agreements = fields["pairs"], fields["agreements"]
    amounts: dict[str, list[Amounts]] = {}
    for table, field in (
        (workloads, "demand"),
        (pairs, "demand"),
        (sites, "capacity"),
        (agreements, "quota"),
    ):
        for resource in table.resources(field) if table is not None else ():
            name = f"{field}.{resource}"
            amounts.setdefault(resource, []).append(
                (table.noun.name, name, table.column(name), None)
            )
    if agreements is not None:
        by_resource: dict[str, list[tuple[units.Amount, int]]] = {}
        for row, key, amount in _entries(agreements, "country_quota"):
            by_resource.setdefault(key.partition("/")[2], []).append((amount, row))
        for resource, listed in by_resource.items():
            amounts.setdefault(resource, []).append(_listed("agreements", "country_quota", listed))
    for columns in amounts.values():
        _check_amounts(columns, faults)
    offered = [(amount, row) for row, _, amount in _entries(sites, "slices")]
    bandwidth = ("workloads", "bandwidth", workloads.column("bandwidth"), None)
    guaranteed = ("slices", "bandwidth", fields["slices"].column("bandwidth"), None)
    _check_amounts([bandwidth, guaranteed, _listed("sites", "slices", offered)], faults)
    total = _sum(workloads.column("priority"))
    if total > LIMIT:
        faults.add("workloads", f"the priorities add up to {total}, above 2**62; lower them")
    if not faults:
        _check_cost(fields, faults)


def _entries(table: Table[Any], field: str) -> Iterator[tuple[int, str, units.Amount]]:
    """Yield row, key and amount of each entry of a mapping that has an amount."""
    column = table.column(field)
    for row in range(len(table)):
        for key, amount in column[row]:
            if amount is not None:
                yield row, key, amount


def _listed(table: str, field: str, amounts: list[tuple[units.Amount, int]]) -> Amounts:
    """Return amounts that rows have several of as a column."""
    column = Column(tuple(amount for amount, _ in amounts))
    return table, field, column, [row for _, row in amounts]


def _check_amounts(columns: list[Amounts], faults: Faults) -> None:
    """Note amounts above 2**62 in the smallest unit that is in use."""
    exponent = max(places(column) for _, _, column, _ in columns)
    for table, field, column, rows in columns:
        most = LIMIT / Decimal(10**exponent)
        quick = isinstance(column.values, np.ndarray)
        if quick and float(column.values.max(initial=0)) * 10**exponent < LIMIT // 2:
            continue
        bad = {
            code
            for code, value in enumerate(column.distinct())
            if value is not None and value > most
        }
        for row, code in enumerate(column.row_codes().tolist() if bad else ()):
            if code in bad:
                unit = "" if exponent == 0 else f" in units of 1e-{exponent}, the smallest in use"
                faults.add(
                    f"{table}[{row if rows is None else rows[row]}].{field}",
                    f"{column.value(code)} is above 2**62{unit}; use a coarser unit",
                )


def _sum(column: Column) -> int:
    counts = np.bincount(column.row_codes(), minlength=len(column.values)).tolist()
    return sum(count * value for count, value in zip(counts, column.distinct(), strict=True))


def _check_cost(fields: Mapping[str, Any], faults: Faults) -> None:
    """Note it if the worst plan could cost more than 2**62 micro-units."""
    objective = fields["objective"]
    workloads: Table[Any] = fields["workloads"]
    budgets = [
        FIVE_QI[one].delay_budget_ms for one in workloads.column("five_qi").distinct() if one
    ]
    segments = [*budgets, *(one.access_ms for one in fields["slices"])]
    access = max(map(units.ns_up, segments), default=0)
    factor = max((one.price_factor for one in fields["agreements"] or ()), default=1)
    per_workload = Fraction(objective.latency) * (LONGEST_RTT_NS + 2 * access)
    worst = per_workload * len(workloads)
    for resource in workloads.resources("demand"):
        used = Fraction(_sum_amounts(workloads.column(f"demand.{resource}"))) * units.MICRO
        price = _dearest(fields["sites"].column("price").values, resource) * Fraction(
            max(factor, 1)
        )
        carbon = _dearest(fields["sites"].column("carbon").values, resource)
        worst += used * (Fraction(objective.price) * price + Fraction(objective.carbon) * carbon)
    worst += _worst_of_pairs(fields, Fraction(max(factor, 1)))
    moving = Fraction(_sum_amounts(workloads.column("move_cost"))) * units.MICRO
    worst += Fraction(objective.moves) * moving
    worst += (
        sum(Fraction(cost) for cost in fields["sites"].column("open_cost").distinct())
        * units.MICRO
        * len(fields["sites"])
    )
    if worst > LIMIT:
        faults.add(
            "objective",
            f"the worst plan could cost {float(worst / units.MICRO):.3g}, above 2**62 micro-units; "
            "lower the weights, prices or costs",
        )


def _worst_of_pairs(fields: Mapping[str, Any], factor: Fraction) -> Fraction:
    worst = Fraction(0)
    pairs, objective = fields["pairs"], fields["objective"]
    for resource in pairs.resources("demand"):
        price = _dearest(fields["sites"].column("price").values, resource) * factor
        carbon = _dearest(fields["sites"].column("carbon").values, resource)
        used = Fraction(_sum_amounts(pairs.column(f"demand.{resource}"))) * units.MICRO
        worst += used * (Fraction(objective.price) * price + Fraction(objective.carbon) * carbon)
    return worst + Fraction(_sum_amounts(pairs.column("cost"))) * units.MICRO


def _sum_amounts(column: Column) -> Fraction:
    if isinstance(column.values, np.ndarray):
        most = column.values.max() if len(column.values) else 0
        return Fraction(math.ceil(float(most))) * len(column)
    counts = np.bincount(column.row_codes(), minlength=len(column.values)).tolist()
    return sum(
        (
            count * Fraction(value)
            for count, value in zip(counts, column.values, strict=True)
            if value is not None
        ),
        Fraction(0),
    )


def _dearest(prices: Iterable[tuple[tuple[str, Any], ...]], resource: str) -> Fraction:
    return max(
        (Fraction(price) for one in prices for name, price in one if name == resource),
        default=Fraction(0),
    )
