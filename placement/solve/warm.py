"""Prices to begin with: those of the certificate of the plan that runs."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.instance.rows import Row
from placement.model.plan import Plan
from placement.units import MICRO

__all__ = ["warm_prices"]

MOST = 2.0**60
ROW = ("site", "home", "host", "country", "resource", "slice")


def warm_prices(instance: Instance, plan: Plan) -> NDArray[np.float64] | None:
    """Return the prices of whole rows, in cost units, that a plan's certificate tells.

    Parameters
    ----------
    instance : Instance
        What to place; rows that the plan does not know have no price.
    plan : Plan
        Whose certificate need not be valid here: any prices prove something.

    Returns
    -------
    ndarray of shape (n_rows,), float64, or None
        None if it has no price of any row, or knows less than half of the workloads: prices of another
        world would be a worse beginning than none.
    """
    ids = instance.problem.workloads.ids
    if 2 * len({*ids}.intersection(plan.assignments.ids)) < len(ids):
        return None
    rows, told = instance.rows, plan.certificate.cost
    place = {name: r for r, name in enumerate(rows.names)}
    made = np.zeros(len(rows.limit))
    for one in told.prices:
        name = Row(**{field: getattr(one, field) for field in ROW})
        r = place.get(name)
        if r is not None and one.price > 0 and one.unit > 0:
            whole = Fraction(one.price * int(rows.limit[r])) * Fraction(rows.units[r])
            made[r] = _float(whole / Fraction(one.unit) / 2**told.shift / MICRO)
    for move in told.moves:
        r = place.get(Row(moves=True, operator=move.operator, site=move.site))
        if r is not None and move.price > 0:
            made[r] = _float(Fraction(move.price * int(rows.limit[r]), 2**told.shift * MICRO))
    return made if made.any() else None


def _float(value: Fraction) -> float:
    return float(value) if value < MOST else MOST
