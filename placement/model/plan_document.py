"""Plans as JSON holds them: `placement-plan/1`."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from placement import units
from placement.model import parse
from placement.model.budget import Budget
from placement.model.certificate import Certificate, Cover, MovePrice, Prices, RowPrice
from placement.model.document import rows_to_json
from placement.model.door import raw_columns, read_table
from placement.model.faults import BadValueError, Faults
from placement.model.noun import Noun
from placement.model.plan import (
    ASSIGNMENTS,
    MOVES,
    UNPLACED,
    Bound,
    LawVersion,
    Limit,
    Plan,
    Solver,
    Status,
    Value,
)
from placement.model.table import Table
from placement.units import shown

__all__ = ["FORMAT", "plan_from_dict", "plan_parts", "plan_to_dict"]

FORMAT = "placement-plan/1"
PRICES = ("shift", "mu", "prices", "covers", "moves")
NAMES = ("site", "home", "host", "country", "resource", "slice")
PRICE = (*NAMES, "price", "unit")
MOVE = ("operator", "site", "price")
COVER = ("site", "workloads", "limit", "price")
MOST_SHIFT = 4096


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """Return the content of a file."""
    return {
        name: rows_to_json(part) if isinstance(part, Table) else part
        for name, part in plan_parts(plan).items()
    }


def plan_parts(plan: Plan) -> dict[str, Any]:
    """Return what a file holds, field by field: a JSON value each, or a table."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "problem": plan.problem,
        "status": str(plan.status),
    }
    if plan.limit is not None:
        document["limit"] = str(plan.limit)
    document["objective"] = _value_to_json(plan.objective)
    document["bound"] = {
        **_value_to_json(Value(unplaced=plan.bound.unplaced, cost=plan.bound.cost)),
        "proof": plan.bound.proof,
    }
    document["certified"] = _value_to_json(plan.certified)
    document["certificate"] = {
        "cost": _prices_to_json(plan.certificate.cost),
        "unplaced": _prices_to_json(plan.certificate.unplaced),
    }
    for name in ("assignments", "unplaced", "moves"):
        document[name] = getattr(plan, name)
    document["solver"] = {one.name: getattr(plan.solver, one.name) for one in fields(Solver)}
    if plan.law is not None:
        document["law"] = {"version": plan.law.version, "digest": plan.law.digest}
    if plan.budget is not None:
        document["budget"] = _budget_to_json(plan.budget)
    return document


def _value_to_json(value: Value) -> dict[str, Any]:
    return {"unplaced": value.unplaced, "cost": Decimal(value.cost).scaleb(-6)}


def _budget_to_json(budget: Budget) -> dict[str, Any]:
    least = None if budget.min_gain is None else Decimal(budget.min_gain).scaleb(-6)
    told = {
        "moves": budget.moves,
        "operators": dict(sorted(budget.operators.items())) or None,
        "sites": dict(sorted(budget.sites.items())) or None,
        "min_gain": least,
    }
    return {name: value for name, value in told.items() if value is not None}


def _prices_to_json(prices: Prices) -> dict[str, Any]:
    rows = []
    for price in prices.prices:
        row = {key: getattr(price, key) for key in PRICE if getattr(price, key) is not None}
        rows.append({**row, "unit": units.to_json(price.unit)})
    covers = [
        {key: getattr(cover, key) for key in COVER} | {"workloads": list(cover.workloads)}
        for cover in prices.covers
    ]
    moves = [
        {key: getattr(price, key) for key in MOVE if getattr(price, key) is not None}
        for price in prices.moves
    ]
    made = {"shift": prices.shift, "mu": prices.mu, "prices": rows, "covers": covers}
    return {**made, "moves": moves} if moves else made


class Reader:
    """Reads the fields of one object of a document and notes what is wrong with them."""

    def __init__(self, document: Any, place: str, faults: Faults) -> None:
        self.place, self.faults = place, faults
        self.document: Mapping[str, Any] = document if isinstance(document, Mapping) else {}
        if document is not None and not isinstance(document, Mapping):
            faults.add(place, f"expected an object, got {parse.kind(document)} {shown(document)}")

    def at(self, name: str) -> str:
        """Return the place of a field."""
        return f"{self.place}.{name}" if self.place else name

    def only(self, *names: str) -> None:
        """Note every field with another name."""
        for name in self.document:
            if name not in names:
                self.faults.add(self.at(str(name)), "unknown field" + self.faults.hint(name, names))

    def get(
        self, name: str, read: Callable[[Any], Any], fallback: Any, *, optional: bool = False
    ) -> Any:
        """Return a field, or the fallback after noting what is wrong with it."""
        value = self.document.get(name)
        try:
            if value is None:
                if not optional:
                    raise ValueError("is missing")
                return fallback
            return read(value)
        except ValueError as error:
            self.faults.add_error(self.at(name), error)
            return fallback

    def inner(self, name: str, *names: str) -> "Reader":
        """Return a reader of an object inside this one, with only these fields."""
        if self.document.get(name) is None:
            self.faults.add(self.at(name), "is missing")
        made = Reader(self.document.get(name), self.at(name), self.faults)
        made.only(*names)
        return made

    def rows(self, name: str, *names: str) -> list["Reader"]:
        """Return a reader for each object of a list, which may be left out."""
        items = self.get(name, _list, [], optional=True)
        made = [
            Reader(item, f"{self.at(name)}[{row}]", self.faults) for row, item in enumerate(items)
        ]
        for one in made:
            one.only(*names)
        return made

    def table(self, noun: Noun) -> Table[Any]:
        """Return a table of the document."""
        rows = self.document.get(noun.name)
        if not isinstance(rows, list | tuple | str | Mapping | None):
            from placement.model.columns import is_table, raw_of_table

            if is_table(rows):
                return read_table(noun, *raw_of_table(noun, rows, self.faults), self.faults)
        rows = self.get(noun.name, _list, [])
        columns, n_rows = raw_columns(noun, rows, self.faults, lambda row: f"{noun.name}[{row}]")
        return read_table(noun, columns, n_rows, self.faults)


def plan_from_dict(document: Any) -> Plan:
    """Read the content of a file; raises `InputError`."""
    faults = Faults()
    read = Reader(document, "", faults)
    read.only("format", *(one.name for one in fields(Plan)))
    found = read.document.get("format")
    if found != FORMAT:
        told = "is missing" if found is None else f"{shown(found)} is unknown"
        faults.add("format", f'{told}; expected "{FORMAT}"')
    bound = read.inner("bound", "unplaced", "cost", "proof")
    value = _read_value(bound)
    certificate = read.inner("certificate", "cost", "unplaced")
    solver = read.inner("solver", *(one.name for one in fields(Solver)))
    status = read.get("status", parse.choice("OPTIMAL", "FEASIBLE"), "FEASIBLE")
    limit = read.get("limit", parse.choice(*(str(one) for one in Limit)), None, optional=True)
    made = Plan(
        problem=read.get("problem", parse.name, ""),
        status=Status(status),
        limit=None if limit is None else Limit(limit),
        objective=_read_value(read.inner("objective", "unplaced", "cost")),
        bound=Bound(
            unplaced=value.unplaced,
            cost=value.cost,
            proof=bound.get("proof", parse.choice("prices", "search"), "prices"),
        ),
        certified=_read_value(read.inner("certified", "unplaced", "cost")),
        certificate=Certificate(
            cost=_read_prices(certificate.inner("cost", *PRICES)),
            unplaced=_read_prices(certificate.inner("unplaced", *PRICES)),
        ),
        assignments=read.table(ASSIGNMENTS),
        unplaced=read.table(UNPLACED),
        moves=read.table(MOVES),
        solver=Solver(
            version=solver.get("version", parse.name, "?"),
            seed=solver.get("seed", integer, 0),
            work=solver.get("work", _work, 0.0),
        ),
        law=_read_law(read),
        budget=_read_budget(read),
    )
    faults.raise_if_any()
    return made


def _read_law(read: Reader) -> LawVersion | None:
    if read.document.get("law") is None:
        return None
    inner = read.inner("law", "version", "digest")
    version, digest = (inner.get(name, parse.name, "?") for name in ("version", "digest"))
    return LawVersion(version=version, digest=digest)


def _read_budget(read: Reader) -> Budget | None:
    if read.document.get("budget") is None:
        return None
    inner = read.inner("budget", *(one.name for one in fields(Budget)))
    return Budget(
        moves=inner.get("moves", count, None, optional=True),
        operators=_limits(inner, "operators"),
        sites=_limits(inner, "sites"),
        min_gain=inner.get("min_gain", micro, None, optional=True),
    )


def _limits(read: Reader, name: str) -> dict[str, int]:
    """Return limits by name; null is the same as left out."""
    found = read.get(name, parse.mapping_of(parse.name, count), (), optional=True)
    return {key: limit for key, limit in found if limit is not None}


def _read_value(read: Reader) -> Value:
    return Value(unplaced=read.get("unplaced", integer, 0), cost=read.get("cost", micro, 0))


def _read_prices(read: Reader) -> Prices:
    prices = [
        RowPrice(
            price=row.get("price", integer, 0),
            unit=row.get("unit", units.amount, 1),
            **{key: row.get(key, parse.name, None, optional=True) for key in NAMES},
        )
        for row in read.rows("prices", *PRICE)
    ]
    covers = [
        Cover(
            site=row.get("site", parse.name, ""),
            workloads=row.get("workloads", _names, ()),
            limit=row.get("limit", integer, 0),
            price=row.get("price", integer, 0),
        )
        for row in read.rows("covers", *COVER)
    ]
    moves = [
        MovePrice(
            price=row.get("price", integer, 0),
            operator=row.get("operator", parse.name, None, optional=True),
            site=row.get("site", parse.name, None, optional=True),
        )
        for row in (read.rows("moves", *MOVE) if read.document.get("moves") is not None else ())
    ]
    return Prices(
        shift=read.get("shift", _shift, 0),
        mu=read.get("mu", integer, 0),
        prices=tuple(prices),
        covers=tuple(covers),
        moves=tuple(moves),
    )


def integer(value: Any) -> int:
    """Read an integer of any sign."""
    parsed = units.number(value)
    if not isinstance(parsed, int):
        raise ValueError(f"{shown(value)} is not an integer")
    return parsed


def count(value: Any) -> int:
    """Read an integer that is not negative."""
    parsed = integer(value)
    if parsed < 0:
        raise ValueError(f"{shown(value)} is negative")
    return parsed


def micro(value: Any) -> int:
    """Read a cost in units with six places as micro-units."""
    parsed = Decimal(units.number(value)).scaleb(6)
    if parsed != parsed.to_integral_value():
        raise ValueError(f"{shown(value)} has more than six places")
    return int(parsed)


def _shift(value: Any) -> int:
    parsed = integer(value)
    if not 0 <= parsed <= MOST_SHIFT:
        raise ValueError(f"{shown(value)} is out of range; expected 0 to {MOST_SHIFT}")
    return parsed


def _work(value: Any) -> float:
    return float(parse.number(value))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"expected a list, got {parse.kind(value)} {shown(value)}")
    return list(value)


def _names(value: Any) -> tuple[str, ...]:
    names: list[str] = []
    for place, one in enumerate(_list(value)):
        try:
            names.append(parse.name(one))
        except ValueError as error:
            raise BadValueError((f"[{place}]", str(error))) from error
    return tuple(names)
