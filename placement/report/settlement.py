"""Who owes whom what for a plan: what hosts charge homes by their agreements, to the last digit."""

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.errors import Fault, InputError
from placement.instance.federation import Federation, read_federation
from placement.model.operator import Agreement
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.model.sizes import scaled_column
from placement.units import MICRO, Amount, round_half_up

__all__ = ["Charge", "Settlement", "settle"]

HALF = 31
LOW = 2**HALF - 1
MOST_YEARS = 100


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
    days : int
        On how many days of the month: those on which the plan holds, and an agreement.
    money : Decimal
        Quantity × price of each site × `price_factor`, for these days.
    """

    home: str
    host: str
    month: str
    resource: str
    quantity: Amount
    days: int
    money: Decimal


@dataclass(frozen=True, slots=True)
class Settlement:
    """All that operators owe each other for a plan.

    Parameters
    ----------
    charges : tuple of Charge
        By home, host, month and resource; what costs nothing is among them.
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
                    "days": str(one.days),
                    "money": f"{one.money:f}",
                }
                for one in self.charges
            ],
            "balances": {name: f"{money:f}" for name, money in self.balances.items()},
            "total": f"{self.total:f}",
            "n_unknown": self.n_unknown,
        }


def settle(
    problem: Problem,
    plan: Plan,
    *,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Settlement:
    """Return who owes whom what for a plan, by resource and month.

    Parameters
    ----------
    problem : Problem
        Whose prices are read, as money per unit and month, and whose agreements are.
    plan : Plan
        For this problem.
    since, until : date, optional
        The first and the last day on which the plan holds. Without both it stands for the whole month of
        the problem's day, on the terms of that day; without one of them this is that day.

    Returns
    -------
    Settlement
        A charge for each home, host, month and resource in use. Nobody owes itself anything.

    Raises
    ------
    InputError
        If the plan is for another problem, or names what the problem does not have; or if `since` is after
        `until`, or more than a hundred years before.

    Notes
    -----
    For a whole month what is owed is exact, so that the rows add up to the total: no price, factor or amount
    is rounded. Between two days each month's price is divided by its days, and each day has the factor of
    the agreement in force on it; a day without one is not charged. The sum of a month is rounded to a
    millionth, halves up, all its charges down, and the millionths that are missing go to those that lost
    most, ties by home, host and resource: so rows still add up exactly.
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
    prices = [dict(one) for one in problem.sites.column("price").distinct()]
    price_of = problem.sites.column("price").row_codes().tolist()
    owed: dict[tuple[str, str, str], tuple[Fraction, Fraction]] = {}
    for resource, used in _used(problem, workload, site, cell, len(cells)):
        for (home, s), quantity in zip(pairs, used, strict=True):
            host = hosts[s]
            if home == host or not quantity:
                continue
            price = Fraction(prices[price_of[s]].get(resource) or 0)
            money = quantity * price
            before = owed.get((home, host, resource), (Fraction(0), Fraction(0)))
            owed[home, host, resource] = before[0] + quantity, before[1] + money
    charges: list[Charge] = []
    federation, ordered = read_federation(problem), sorted(owed)
    for span in _months(problem, since, until):
        terms = {pair: span.terms(problem, federation, *pair) for pair in {key[:2] for key in owed}}
        exact = [owed[key][1] * terms[key[:2]][1] for key in ordered]
        due = exact if span.first is None else _in_millionths(exact)
        for (home, host, resource), money in zip(ordered, due, strict=True):
            amount, days = amount_of(owed[home, host, resource][0]), terms[home, host][0]
            charges.append(Charge(home, host, span.name, resource, amount, days, decimal_of(money)))
    charges.sort(key=lambda one: (one.home, one.host, one.month, one.resource))
    return Settlement(tuple(charges), n_unknown)


@dataclass(frozen=True, slots=True)
class Month:
    """A month, and from when to when of it a plan holds; None: all of it, on the terms of one day."""

    name: str
    n_days: int
    first: datetime.date | None = None
    last: datetime.date | None = None

    def terms(
        self, problem: Problem, federation: Federation, home: str, host: str
    ) -> tuple[int, Fraction]:
        """Return the days that are charged, and what the price of a month is multiplied by."""
        if self.first is None or self.last is None:
            return self.n_days, federation.price_factor(home, host)
        if problem.agreements is None:
            days = (self.last - self.first).days + 1
            return days, Fraction(days, self.n_days)
        held = [
            (self._days(one), Fraction(one.price_factor))
            for one in problem.agreements
            if (one.home, one.host) == (home, host)
        ]
        paid = sum((days * factor for days, factor in held), Fraction(0))
        return sum(days for days, _ in held), paid / self.n_days

    def _days(self, one: Agreement) -> int:
        """Return on how many of the days an agreement is in force."""
        first, last = str(self.first), str(self.last)
        first = max(first, str(one.valid_from or first))
        last = min(last, str(one.valid_until or last))
        span = datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)
        return max(0, span.days + 1)


def _months(
    problem: Problem, since: datetime.date | None, until: datetime.date | None
) -> list[Month]:
    """Return the months in which a plan holds."""
    if since is None and until is None:
        day = problem.at
        return [Month(f"{day:%Y-%m}", calendar.monthrange(day.year, day.month)[1])]
    first, last = since or problem.at, until or problem.at
    if first > last:
        raise InputError([Fault("since", f"{first} is after until {last}; exchange them")])
    if last.year - first.year > MOST_YEARS:
        raise InputError([Fault("until", f"{last} is over {MOST_YEARS} years after {first}")])
    found = []
    while first <= last:
        n_days = calendar.monthrange(first.year, first.month)[1]
        end = min(last, first.replace(day=n_days))
        found.append(Month(f"{first:%Y-%m}", n_days, first, end))
        if end == last:
            break
        first = end + datetime.timedelta(1)
    return found


def _in_millionths(exact: list[Fraction]) -> list[Fraction]:
    """Round amounts so that they add up to their rounded sum: by the largest remainder."""
    down = [one * MICRO // 1 for one in exact]
    missing = round_half_up(sum(exact, Fraction(0)) * MICRO) - sum(down)
    lost = sorted(range(len(exact)), key=lambda i: (down[i] - exact[i] * MICRO, i))
    for i in lost[:missing]:
        down[i] += 1
    return [Fraction(one, MICRO) for one in down]


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
