"""The prices of a certificate: read, checked, and put over one scale."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from placement.model.certificate import Cover, MovePrice, Prices, RowPrice
from placement.model.problem import Problem
from placement.units import shown
from placement.verify.certificate import Duals
from placement.verify.claims import is_amount, is_whole
from placement.verify.classes import UNLIMITED
from placement.verify.exact import IntArray, type_for
from placement.verify.moves import Moves
from placement.verify.report import Faults
from placement.verify.rows import Rows, Trade

__all__ = ["LARGEST_SHIFT", "Ledger"]

LARGEST_SHIFT = 256


@dataclass(frozen=True, slots=True)
class Charge:
    """A row with its price per whole unit of the row, before it is divided by 2**shift."""

    row: tuple[
        str, ...
    ]  # ("capacity", site, resource), ("bandwidth", site, slice) or ("quota", home, host, resource[, country])
    price: Fraction
    limit: int


def whole(value: object) -> TypeGuard[int]:
    """Return whether a value is an integer ≥ 0."""
    return is_whole(value) and value >= 0


class Ledger:
    """Reads certificates of plans of one problem.

    Parameters
    ----------
    problem : Problem
        Whose rows may have prices.
    rows : Rows
        Their limits.
    faults : Faults
        Where what is wrong with a certificate is noted.
    moves : Moves, optional
        The budget whose limits may have prices, too.
    """

    def __init__(
        self, problem: Problem, rows: Rows, faults: Faults, moves: Moves | None = None
    ) -> None:
        self._rows, self._faults, self._moves = rows, faults, moves
        self._site = {name: s for s, name in enumerate(problem.sites.ids)}
        self._problem = problem
        self._workload: dict[str, int] = {}
        self._slices = problem.workloads.column("slice")

    def read(self, prices: object, name: str) -> Duals | None:
        """Return the prices in whole numbers; None, and faults, where anything is wrong with them.

        Parameters
        ----------
        prices : Prices
            From the certificate.
        name : {'cost', 'unplaced'}
            Which bound they are for; for the unplaced priority μ is 1 by definition.
        """
        place, before = f"certificate.{name}", self._faults.n_faults
        if not isinstance(prices, Prices):
            self._bad(place, f"{shown(prices)} is no set of prices")
            return None
        shift, mu = prices.shift, prices.mu
        if not whole(shift) or shift > LARGEST_SHIFT:
            self._bad(f"{place}.shift", f"{shown(shift)} is no integer from 0 to {LARGEST_SHIFT}")
            shift = 0
        if not whole(mu):
            self._bad(f"{place}.mu", f"{shown(mu)} is no integer ≥ 0")
        elif name == "unplaced":
            if mu not in {0, 1 << shift}:
                self._bad(
                    f"{place}.mu",
                    f"{mu} is not 2^{shift}; μ is 1 in the bound of the unplaced priority",
                )
            mu = 1 << shift
        charges: list[Charge] = []
        seen: set[tuple[str, ...]] = set()
        for i, price in enumerate(listed(prices.prices)):
            charge = self._charge(price, f"{place}.prices[{i}]")
            if charge is None:
                continue
            if charge.row in seen:
                self._bad(f"{place}.prices[{i}]", f"a second price for {' '.join(charge.row)}")
            seen.add(charge.row)
            charges.append(charge)
        if not isinstance(prices.prices, list | tuple) or not isinstance(
            prices.covers, list | tuple
        ):
            self._bad(place, "prices and covers are not lists")
        covers = [
            self._cover(cover, f"{place}.covers[{i}]")
            for i, cover in enumerate(listed(prices.covers))
        ]
        moving = self._move_prices(prices.moves, f"{place}.moves")
        if self._faults.n_faults > before:
            return None
        valid = [cover for cover in covers if cover is not None]
        return self._duals(shift, mu, charges, valid, moving)

    def _bad(self, place: str, message: str) -> None:
        self._faults.add("certificate", place, message)

    def _move_prices(self, listed_prices: object, place: str) -> dict[tuple[str, ...], int]:
        """Return the prices of the budget's limits."""
        found: dict[tuple[str, ...], int] = {}
        if not isinstance(listed_prices, list | tuple):
            self._bad(place, f"{shown(listed_prices)} is no list")
        for i, price in enumerate(listed(listed_prices)):
            if not isinstance(price, MovePrice) or not whole(price.price):
                self._bad(f"{place}[{i}]", f"{shown(price)} is no price ≥ 0 of moves")
                continue
            row = "the plan has no budget" if self._moves is None else self._moves.row_of(price)
            if isinstance(row, str):
                self._bad(f"{place}[{i}]", row)
            elif row in found:
                self._bad(f"{place}[{i}]", "a second price for the same limit")
            else:
                found[row] = price.price
        return found

    def _charge(self, price: object, place: str) -> Charge | None:
        """Return a price of a row that exists and has a limit."""
        if not isinstance(price, RowPrice):
            self._bad(place, f"{shown(price)} is no price of a row")
            return None
        if not whole(price.price):
            self._bad(f"{place}.price", f"{shown(price.price)} is no integer ≥ 0")
            return None
        if not is_amount(price.unit) or price.unit <= 0:
            self._bad(f"{place}.unit", f"{shown(price.unit)} is no amount > 0")
            return None
        found = self._row(price)
        if isinstance(found, str):
            self._bad(place, found)
            return None
        row, limit, unit = found
        return Charge(row, price.price * unit / Fraction(price.unit), limit)

    def _row(self, price: RowPrice) -> tuple[tuple[str, ...], int, Fraction] | str:
        """Return (row, limit in whole units, unit) of the row that a price names, or what is wrong."""
        names = ("site", "home", "host", "resource", "slice", "country")
        named = [getattr(price, name) for name in names]
        site, home, host, resource, slice_, country = named
        if not all(name is None or isinstance(name, str) for name in named):
            return "the names of a row are not all text"
        rows = self._rows
        match (
            site is not None,
            home is not None,
            host is not None,
            resource is not None,
            slice_ is not None,
            country is not None,
        ):
            case (True, False, False, True, False, False):
                if site not in self._site or resource not in rows.capacity:
                    return f"there is no row of site {shown(site)} and resource {shown(resource)}"
                limit = int(rows.capacity[resource][self._site[site]])
                return ("capacity", site, resource), limit, rows.unit[resource]
            case (True, False, False, False, True, False):
                if site not in self._site or slice_ not in rows.bandwidth_limit:
                    return f"there is no row of site {shown(site)} and slice {shown(slice_)}"
                limit = int(rows.bandwidth_limit[slice_][self._site[site]])
                if limit == UNLIMITED:
                    return f"slice {shown(slice_)} has no limit on site {shown(site)}, so it can have no price"
                return ("bandwidth", site, slice_), limit, rows.bandwidth_unit
            case (False, False, False, _, True, False) if resource in (None, "devices"):
                most = rows.whole.get(slice_, (UNLIMITED, UNLIMITED))[resource is not None]
                if most == UNLIMITED:
                    return f"slice {shown(slice_)} has no such limit as a whole"
                if resource is None:
                    return ("slice", slice_), most, rows.bandwidth_unit
                return ("devices", slice_), most, Fraction(1)
            case (False, True, True, True, False, _):
                quota = rows.quota.get((home, host, country), {})
                if resource not in quota:
                    where = "" if country is None else f" in {country}"
                    return f"no agreement that is valid limits {shown(resource)} for {home} on {host}{where}"
                row = (
                    ("quota", home, host, resource)
                    if country is None
                    else ("quota", home, host, resource, country)
                )
                return row, quota[resource], rows.unit[resource]
        return "is no row: expected site, or home and host, or neither; and resource or slice"

    def _cover(self, cover: object, place: str) -> tuple[int, Sequence[int], int, int] | None:
        """Return (site, workloads, limit, price) of a cover that is valid."""
        if not isinstance(cover, Cover) or not isinstance(cover.workloads, list | tuple):
            self._bad(place, f"{shown(cover)} is no cover")
            return None
        if not whole(cover.price) or not whole(cover.limit):
            self._bad(
                place,
                f"price {shown(cover.price)} and limit {shown(cover.limit)} are not both integers ≥ 0",
            )
            return None
        if not self._workload:
            self._workload = {name: w for w, name in enumerate(self._problem.workloads.ids)}
        strange = [
            name
            for name in cover.workloads
            if not isinstance(name, str) or name not in self._workload
        ]
        if strange or not isinstance(cover.site, str) or cover.site not in self._site:
            self._bad(
                place, f"names what is not there: {shown(strange[0] if strange else cover.site)}"
            )
            return None
        w = np.array([self._workload[name] for name in cover.workloads], dtype=np.intp)
        if len(set(w.tolist())) < len(w):
            self._bad(place, "names a workload twice")
            return None
        s = self._site[cover.site]
        if not self._overflows(w, s, cover.limit):
            self._bad(
                place,
                f"on no row of site {shown(cover.site)} do the {cover.limit + 1} least demands of these "
                f"{len(w)} workloads exceed the limit: more than {cover.limit} of them may fit",
            )
            return None
        return s, w.tolist(), cover.limit, cover.price

    def _overflows(self, w: NDArray[np.intp], s: int, limit: int) -> bool:
        """Return whether on some row of a site the limit + 1 least demands exceed the row."""
        if limit >= len(w):
            return False
        rows, sites = self._rows, np.full(len(w), s)
        demands = [(rows.demand_on(r, w, sites), int(rows.capacity[r][s])) for r in rows.resources]
        names = self._slices.distinct()
        codes = self._slices.row_codes()[w]
        for name, limits in rows.bandwidth_limit.items():
            mine = np.array([other == name for other in names], dtype=np.bool_)[codes]
            demands.append((np.where(mine, rows.bandwidth[w], 0), int(limits[s])))
        return any(sum(np.sort(amounts)[: limit + 1].tolist()) > most for amounts, most in demands)

    def _duals(
        self,
        shift: int,
        mu: int,
        charges: Sequence[Charge],
        covers: Sequence[tuple[int, Sequence[int], int, int]],
        moving: dict[tuple[str, ...], int],
    ) -> Duals:
        extra = lcm(*{charge.price.denominator for charge in charges})
        by_site: dict[str, dict[str, dict[int, int]]] = {"capacity": {}, "bandwidth": {}}
        quota: dict[Trade, dict[str, int]] = {}
        whole: dict[str, dict[str, int]] = {"slice": {}, "devices": {}}
        worth: dict[int, int] = defaultdict(int)
        other = 0
        for charge in charges:
            price = int(charge.price * extra)
            if charge.row[0] == "quota":
                home, host, resource, *country = charge.row[1:]
                trade = home, host, country[0] if country else None
                quota.setdefault(trade, {})[resource] = price
                other += price * charge.limit
            elif charge.row[0] in whole:
                whole[charge.row[0]][charge.row[1]] = price
                other += price * charge.limit
            else:
                kind, site, name = charge.row
                by_site[kind].setdefault(name, {})[self._site[site]] = price
                worth[self._site[site]] += price * charge.limit
        named: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for s, members, limit, price in covers:
            worth[s] += price * extra * limit
            for w in members:
                named[w].append((s, price * extra))
        capacity, bandwidth = (
            {
                name: self._spread(prices)
                for name, prices in by_site[kind].items()
                if any(prices.values())
            }
            for kind in ("capacity", "bandwidth")
        )
        moves = None
        if self._moves is not None and moving:
            other += sum(p * extra * self._moves.limit[row] for row, p in moving.items())
            moves = self._moves.duals({row: price * extra for row, price in moving.items()})
        return Duals(
            scale=extra << shift,
            mu=mu * extra,
            capacity=capacity,
            bandwidth=bandwidth,
            quota=quota,
            whole=(whole["slice"], whole["devices"]),
            covers=dict(named),
            site_worth=dict(worth),
            other_worth=other,
            moves=moves,
        )

    def _spread(self, prices: dict[int, int]) -> IntArray:
        """Return the price on every site, 0 where there is none."""
        found = np.zeros(len(self._site), dtype=type_for(max(prices.values())))
        for s, price in prices.items():
            found[s] = price
        return found


def listed(items: object) -> Sequence[object]:
    """Return the items of a list, none if it is not one."""
    return items if isinstance(items, list | tuple) else ()
