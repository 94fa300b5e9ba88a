"""Who owes whom what for a plan: what hosts charge homes by their agreements, to the last digit."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.errors import Fault, InputError
from placement.instance.federation import read_federation
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.model.sizes import scaled_column
from placement.units import Amount

__all__ = ["Charge", "Settlement", "settle"]

HALF = 31
LOW = 2**HALF - 1


@dataclass(frozen=True, slots=True)
class Charge:
    """What one operator owes another for one resource.

    Parameters
    ----------
    home, host : str
        Who owes, and whom: the operator of the customers, and that of the sites.
    month : str
        Such as ``2026-11``.
    resource : str
        What was used.
    quantity : int or Decimal
        How much of it.
    money : Decimal
        Quantity × price of each site × `price_factor`, exactly.
    """

    home: str
    host: str
    month: str
    resource: str
    quantity: Amount
    money: Decimal


@dataclass(frozen=True, slots=True)
class Settlement:
    """All that operators owe each other for a plan.

    Parameters
    ----------
    charges : tuple of Charge
        By home, host and resource; what costs nothing is among them.
    n_unknown : int
        Workloads in the plan of which nobody knows who is home or host, and which are in no charge.
    """

    charges: tuple[Charge, ...]
    n_unknown: int = 0

    @property
    def total(self) -> Decimal:
        """The sum of all charges."""
        return decimal_of(sum((Fraction(one.money) for one in self.charges), Fraction(0)))

    @property
    def balances(self) -> dict[str, Decimal]:
        """What each operator gets, less what it owes; they add up to 0."""
        made: dict[str, Fraction] = {}
        for one in self.charges:
            made[one.host] = made.get(one.host, Fraction(0)) + Fraction(one.money)
            made[one.home] = made.get(one.home, Fraction(0)) - Fraction(one.money)
        return {name: decimal_of(made[name]) for name in sorted(made)}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it; numbers are text, so that no digit is lost.

        Returns
        -------
        dict
            `charges`, `balances`, `total` and `n_unknown`.
        """
        return {
            "charges": [
                {
                    "home": one.home,
                    "host": one.host,
                    "month": one.month,
                    "resource": one.resource,
                    "quantity": f"{one.quantity:f}",
                    "money": f"{one.money:f}",
                }
                for one in self.charges
            ],
            "balances": {name: f"{money:f}" for name, money in self.balances.items()},
            "total": f"{self.total:f}",
            "n_unknown": self.n_unknown,
        }


def settle(problem: Problem, plan: Plan) -> Settlement:
    """Return who owes whom what for a plan, by resource, for the month of the problem's day.

    Parameters
    ----------
    problem : Problem
        Whose prices are read, as money per unit and month, and whose agreements are.
    plan : Plan
        For this problem. It stands for the whole month.

    Returns
    -------
    Settlement
        A charge for each home, host and resource in use. Nobody owes itself anything.

    Raises
    ------
    InputError
        If the plan is for another problem, or names what the problem does not have.

    Notes
    -----
    What is owed is exact, so that the rows add up to the total: no price, factor or amount is rounded.
    `open_cost`, carbon and the costs of pairs are no prices between operators.

    Examples
    --------
    >>> from placement import Agreement, Problem, Site, Workload, settle, solve
    >>> problem = Problem(
    ...     nodes=[{"id": "milan"}], at="2026-11-24",
    ...     sites=[Site("mil-1", node="milan", operator="tim", capacity={"cpu": 8}, price={"cpu": "0.04"})],
    ...     agreements=[Agreement(home="orange", host="tim", price_factor=1.25)],
    ...     workloads=[Workload("robot", operator="orange", demand={"cpu": 3})])
    >>> settlement = settle(problem, solve(problem).plan)
    >>> settlement.charges[0].money, settlement.balances
    (Decimal('0.15'), {'orange': Decimal('-0.15'), 'tim': Decimal('0.15')})
    """
    if plan.problem != problem.digest:
        raise InputError(
            [Fault("plan", f"is for problem {plan.problem}, not {problem.digest}; settle its own")]
        )
    workload, site = _rows(problem, plan)
    homes, hosts = problem.workloads.column("operator"), problem.sites.column("operator")
    known = homes.present()[workload] & hosts.present()[site]
    n_unknown = int(np.count_nonzero(~known))
    workload, site = workload[known], site[known]
    keys = homes.row_codes()[workload].astype(np.int64) * len(problem.sites) + site
    cells, cell = np.unique(keys, return_inverse=True)
    pairs = [
        (homes.value(code), s)
        for code, s in (divmod(k, len(problem.sites)) for k in cells.tolist())
    ]
    federation = read_federation(problem)
    prices = [dict(one) for one in problem.sites.column("price").distinct()]
    price_of = problem.sites.column("price").row_codes().tolist()
    owed: dict[tuple[str, str, str], tuple[Fraction, Fraction]] = {}
    for resource, used in _used(problem, workload, site, cell, len(cells)):
        for (home, s), quantity in zip(pairs, used, strict=True):
            host = hosts[s]
            if home == host or not quantity:
                continue
            price = Fraction(prices[price_of[s]].get(resource) or 0)
            money = quantity * price * federation.price_factor(home, host)
            before = owed.get((home, host, resource), (Fraction(0), Fraction(0)))
            owed[home, host, resource] = before[0] + quantity, before[1] + money
    month = f"{problem.at:%Y-%m}"
    charges = [
        Charge(home, host, month, resource, amount_of(quantity), decimal_of(money))
        for (home, host, resource), (quantity, money) in sorted(owed.items())
    ]
    return Settlement(tuple(charges), n_unknown)


def _rows(problem: Problem, plan: Plan) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of the workloads and sites of a plan's assignments."""
    made = []
    for name, table in (("workload", problem.workloads), ("site", problem.sites)):
        column = plan.assignments.column(name)
        strange = [one for one in column.distinct() if one not in table]
        if strange:
            raise InputError(
                [Fault("plan.assignments", f"{one} is no {name} of the problem") for one in strange]
            )
        made.append(column.map(table.index))
    return made[0], made[1]


def _used(
    problem: Problem,
    workload: NDArray[np.int64],
    site: NDArray[np.int64],
    cell: NDArray[np.intp],
    n_cells: int,
) -> Iterator[tuple[str, list[Fraction]]]:
    """Yield each resource, and how much of it is used in each cell."""
    own: dict[tuple[int, int], int] = {}
    for row in np.flatnonzero(problem.pairs.column("demand").map(int)).tolist():
        pair = problem.pairs[row]
        own[problem.workloads.index(pair.workload), problem.sites.index(pair.site)] = row
    given = [own.get(pair, -1) for pair in zip(workload.tolist(), site.tolist(), strict=True)]
    special = np.array(given if own else [-1] * len(workload), np.int64)
    for resource in problem.resources:
        exponent = problem.unit_exponent(resource)
        amount = np.zeros(len(workload), np.int64)
        for table, rows in ((problem.workloads, workload), (problem.pairs, special)):
            some = rows >= 0
            amount[some] = 0
            if f"demand.{resource}" in table.columns:
                column = scaled_column(table.column(f"demand.{resource}"), exponent)
                amount[some] = column[rows[some]]
        high, low = np.zeros(n_cells, np.int64), np.zeros(n_cells, np.int64)
        np.add.at(high, cell, amount >> HALF)
        np.add.at(low, cell, amount & LOW)
        sums = zip(high.tolist(), low.tolist(), strict=True)
        yield resource, [Fraction((one << HALF) + rest, 10**exponent) for one, rest in sums]


def decimal_of(value: Fraction) -> Decimal:
    """Return a sum of products of decimals as the decimal that it is, without trailing zeros."""
    twos = (value.denominator & -value.denominator).bit_length() - 1
    fives, rest = 0, value.denominator >> twos
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    places = max(twos, fives)
    digits = value.numerator * 10**places // value.denominator
    while places and digits % 10 == 0:
        digits, places = digits // 10, places - 1
    made = Decimal(abs(digits)).as_tuple().digits
    return Decimal((int(digits < 0), made, -places))


def amount_of(value: Fraction) -> Amount:
    """Return an amount as an int, or a decimal where it has a fraction."""
    return value.numerator if value.denominator == 1 else decimal_of(value)
