"""Capacitated facility location where each customer is served by one facility.

Customers are workloads, facilities are sites with an opening cost; what it costs to serve a customer
from a facility is a `Pair`, and what a customer asks for is its demand on any of them. Every customer
must be served: all have priority 1, so that a plan which leaves out fewer is always better, and
``solve(problem, require_all=True)`` says INFEASIBLE where not all can be.

Cost is the published objective, and nothing else: the opening costs and the costs of serving, each
rounded to a micro-unit (no number of the public sets has more than six places).

Two formats are read:

- that of the OR-Library: facilities, customers, capacity and opening cost of each facility; then for
  each customer its demand and what it costs to serve *all of it* from each facility. The values that
  the OR-Library gives are of the problem in which customers may be split, and bounds of this one. In
  ``capa``, ``capb`` and ``capc`` the word ``capacity`` stands for a number that the caller names;
- JSON with ``params`` of ``I`` facilities and ``J`` customers: demands ``D``, capacities ``Q``, opening
  costs ``F``, and ``c``, a row for each facility, what *one unit* of each customer's demand costs.

References
----------
J. E. Beasley, OR-Library, ``capinfo``. P. Avella and M. Boccia, "A cutting plane algorithm for the
capacitated facility location problem", Computational Optimization and Applications 43 (2009).
"""

import os
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement import units
from placement.adapters.plain_numbers import Numbers, read_content
from placement.adapters.tables import AT, NODE, all_pairs, names, sites_of, table
from placement.errors import Fault, InputError
from placement.io import json_reader
from placement.model.column import Column
from placement.model.faults import Faults
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.units import MICRO, shown

__all__ = ["FacilityLocation", "read_facility_location"]

WORD = b"capacity"
LISTS = {"D": "J", "Q": "I", "F": "I"}
SUFFIXES = (".gz", ".txt", ".json")


@dataclass(frozen=True, slots=True, eq=False)
class FacilityLocation:
    """Customers, each to be served by one facility, which costs something once it is used.

    Parameters
    ----------
    cost : ndarray of shape (n_facilities, n_customers), float64
        Of serving all of a customer's demand; 0 or more. A float stands for its shortest decimal.
    demand : ndarray of shape (n_customers,), float64
        Of each customer.
    capacity : ndarray of shape (n_facilities,), float64
        Of each facility.
    open_cost : ndarray of shape (n_facilities,), float64
        Of each facility that serves anyone.
    name : str, optional
        Of the instance.

    Examples
    --------
    >>> import numpy as np
    >>> from placement import solve
    >>> from placement.adapters import FacilityLocation
    >>> two = FacilityLocation(
    ...     cost=np.array([[1.0, 2.5], [4.0, 1.0]]), demand=np.array([3.0, 3.0]),
    ...     capacity=np.array([6.0, 6.0]), open_cost=np.array([10.0, 10.0]))
    >>> two.value(solve(two.to_problem()).plan)
    Decimal('13.500000')
    """

    cost: NDArray[np.float64]
    demand: NDArray[np.float64]
    capacity: NDArray[np.float64]
    open_cost: NDArray[np.float64]
    _: KW_ONLY
    name: str | None = None

    @property
    def facilities(self) -> tuple[str, ...]:
        """Ids of the sites."""
        return names("facility", len(self.capacity))

    @property
    def customers(self) -> tuple[str, ...]:
        """Ids of the workloads."""
        return names("customer", len(self.demand))

    def to_problem(self) -> Problem:
        """Return it as a problem.

        Returns
        -------
        Problem
            With a site for each facility, a workload for each customer and a pair for each of both.
        """
        n_facilities, n_customers = self.cost.shape
        facilities, customers = self.facilities, self.customers
        sites = {
            "id": Column(facilities),
            "node": Column.constant(NODE, n_facilities),
            "capacity.demand": self.capacity,
            "open_cost": self.open_cost,
        }
        workloads = {"id": Column(customers), "demand.demand": self.demand}
        return Problem.from_tables(
            nodes=[{"id": NODE}],
            sites=table("sites", n_facilities, sites),
            workloads=table("workloads", n_customers, workloads),
            pairs=all_pairs(customers, facilities, {"cost": self.cost}),
            objective={"latency": 0},
            at=AT,
            name=self.name,
        )

    def value(self, plan: Plan) -> Decimal | None:
        """Return the published objective of a plan, from the customers' facilities alone.

        Parameters
        ----------
        plan : Plan
            For the problem that `to_problem` returns.

        Returns
        -------
        Decimal or None
            With six places; None if a customer is left out: then the plan is no solution.
        """
        facility = sites_of(plan, self.customers, self.facilities)
        if (facility < 0).any():
            return None
        serving = micro(self.cost[facility, np.arange(len(facility))])
        opening = micro(self.open_cost[np.unique(facility)])
        return self.bound(int(serving.sum()) + int(opening.sum()))

    def bound(self, cost: int) -> Decimal:
        """Return what a bound on the cost says of the published objective: the same.

        Parameters
        ----------
        cost : int, micro-units
            At most the cost of any plan that places all customers.

        Returns
        -------
        Decimal
            No solution has a lower value; six places.
        """
        return Decimal(cost).scaleb(-6)


def micro(amounts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return amounts in whole micro-units, halves up."""
    return np.floor(amounts * MICRO + 0.5).astype(np.int64)


def read_facility_location(
    path: str | os.PathLike[str], *, capacity: float | None = None
) -> FacilityLocation:
    """Read an instance of single-source capacitated facility location.

    Parameters
    ----------
    path : str or path-like
        A file of one of the two formats that this module names. gzip is unpacked.
    capacity : float, optional
        What the word ``capacity`` stands for in a file that has it.

    Returns
    -------
    FacilityLocation
        Checked in its form: no number is negative.

    Raises
    ------
    FileError
        If the file cannot be read.
    InputError
        If it is of neither format, with the line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from placement.adapters import read_facility_location
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "small"
    >>> _ = path.write_text("2 1   capacity 10.5   capacity 7   3   2.25 4")
    >>> read_facility_location(path, capacity=5).open_cost
    array([10.5,  7. ])
    """
    data = read_content(path)
    name = Path(path).name
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    if data.lstrip()[:1] == b"{":
        if capacity is not None:
            raise InputError([Fault(os.fspath(path), "names its capacities; give none beside it")])
        return _of_document(*json_reader.parse(data, os.fspath(path)), os.fspath(path), name)
    if capacity is not None:
        number = _text(path, capacity)
        if WORD not in data:
            raise InputError(
                [Fault(os.fspath(path), "has capacities of its own; give none beside it")]
            )
        data, name = data.replace(WORD, number.encode()), f"{name} {number}"
    elif WORD in data:
        told = 'has the word "capacity" in place of a number; say what it stands for'
        raise InputError([Fault(os.fspath(path), told)])
    return _of_numbers(Numbers(path, data, decimals=True), name)


def _text(path: str | os.PathLike[str], capacity: float) -> str:
    try:
        amount = units.number(capacity)
    except ValueError as error:
        raise InputError([Fault(os.fspath(path), f"the capacity: {error}")]) from None
    if not 0 < amount < 10**15:
        told = f"the capacity {shown(capacity)} is out of range; expected more than 0, below 10**15"
        raise InputError([Fault(os.fspath(path), told)])
    return units.text(amount)


def _of_numbers(numbers: Numbers, name: str) -> FacilityLocation:
    n_facilities, n_customers = numbers.count("facilities"), numbers.count("customers")
    per_facility = numbers.take(2 * n_facilities, "capacity and opening cost of each facility")
    sites = numbers.not_negative(per_facility, "a capacity or opening cost").reshape(-1, 2)
    n_rest = n_customers * (1 + n_facilities)
    rest = numbers.take(n_rest, "demand and costs of each customer")
    customers = numbers.not_negative(rest, "a demand or cost").reshape(n_customers, -1)
    numbers.end()
    return FacilityLocation(
        np.ascontiguousarray(customers[:, 1:].T),
        customers[:, 0].copy(),
        sites[:, 0].copy(),
        sites[:, 1].copy(),
        name=name,
    )


def _of_document(document: Any, repeated: bool, path: str, name: str) -> FacilityLocation:
    faults = Faults()
    if repeated:
        json_reader.repetitions(document, faults)
    params = document.get("params")
    if not isinstance(params, dict):
        raise InputError(
            [Fault(f"{path}: params", "is missing; expected an object with I, J, D …")]
        )
    size: dict[str, Any] = {one: params.get(one) for one in ("I", "J")}
    for one, number in size.items():
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise InputError(
                [Fault(f"{path}: params.{one}", f"{shown(number)} is no number of rows")]
            )
    read = {
        one: _list(params.get(one), size[of], f"params.{one}", faults) for one, of in LISTS.items()
    }
    rows = params.get("c")
    if not isinstance(rows, list) or len(rows) != size["I"]:
        faults.add("params.c", f"expected a list of {size['I']} lists, one for each facility")
        rows = []
    unit = [_list(row, size["J"], f"params.c[{i}]", faults) for i, row in enumerate(rows)]
    if faults:
        named = [Fault(f"{path}: {fault.place}", fault.message) for fault in faults.kept]
        raise InputError(named, faults.n_faults)
    # To a micro-unit, as the cost is rounded; a product of floats has a rounding error of its own.
    cost = np.round(np.array(unit) * read["D"], 6)
    return FacilityLocation(cost, read["D"], read["Q"], read["F"], name=name)


def _list(given: Any, length: int, place: str, faults: Faults) -> NDArray[np.float64]:
    """Return a list of numbers ≥ 0 as an array; note what is wrong with it."""
    if not isinstance(given, list) or len(given) != length:
        got = f"{len(given)}" if isinstance(given, list) else "none"
        faults.add(place, f"expected a list of {length} numbers, got {got}")
        return np.empty(0)
    made = np.zeros(length)
    for row, number in enumerate(given):
        if isinstance(number, bool) or not isinstance(number, int | Decimal):
            faults.add(f"{place}[{row}]", f"{shown(number)} is no number")
        elif not 0 <= number < 10**15:
            faults.add(f"{place}[{row}]", f"{shown(number)} is out of range; expected 0 to 10**15")
        else:
            made[row] = number
    return made
