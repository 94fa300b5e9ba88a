"""The greedy engine: greatest regret first. It always has an answer."""

from typing import Any

import numpy as np

from placement._core import list_near, place_greedily
from placement.instance import Instance
from placement.solve.clock import NEVER, Clock
from placement.solve.piece import among
from placement.solve.solution import Counts, Solution, evaluate, left_over, loads, sites_in_use

__all__ = ["greedy", "greedy_near", "place_rest"]

# Seconds that the engine gets even after the limit: so there is a plan with something in it.
GRACE = 0.03
NEAR = 8  # pairs of a class


def greedy(instance: Instance, clock: Clock, rent: Counts | None = None) -> Solution:
    """Place everything from scratch.

    Parameters
    ----------
    instance : Instance
        What to place.
    clock : Clock
        When to stop; what has been placed by then is the answer.
    rent : ndarray of shape (n_pairs,), int64, micro-units, optional
        To be paid at each pair beside its cost, so that scarce rows are left to those who need them.

    Returns
    -------
    Solution
        Feasible.
    """
    return place_rest(instance, np.zeros(instance.n_pairs, np.int64), clock, rent)


def greedy_near(instance: Instance, clock: Clock) -> Solution:
    """Place what finds room at one of the cheapest pairs of its class, in a fraction of the time.

    Parameters and return value are as for `greedy`.
    """
    rows, near = instance.rows, np.empty(instance.n_pairs, np.uint8)
    list_near(
        pair_ptr=instance.pair_ptr,
        pair_site=instance.pair_site,
        pair_cost=instance.pair_cost.astype(np.float64),
        own=rows.own,
        list_ptr=rows.list_ptr,
        list_kind=rows.list_kind,
        list_amount=rows.list_amount.astype(np.float64),
        price=rows.on_sites(np.zeros(len(rows.limit))),
        window=0.0,
        least=NEAR,
        most=NEAR,
        near=near,
        stop=np.array([NEVER, 0]),
    )
    piece: Any = among(instance, np.flatnonzero(near))
    found: Solution = piece.spread(instance, greedy(piece, clock).placed)
    return found


def place_rest(
    instance: Instance, placed: Counts, clock: Clock, rent: Counts | None = None
) -> Solution:
    """Place what is left in the room that is left."""
    rows = instance.rows
    placed = placed.copy()
    place_greedily(
        pair_ptr=instance.pair_ptr,
        pair_site=instance.pair_site,
        pair_cost=instance.pair_cost if rent is None else instance.pair_cost + rent,
        priority=instance.priority,
        use_ptr=rows.use_ptr,
        use_row=rows.use_row,
        use_amount=rows.use_amount,
        open_cost=instance.open_cost,
        left=left_over(instance, placed),
        room=rows.limit - loads(instance, placed),
        opened=sites_in_use(instance, placed).astype(np.uint8),
        placed=placed,
        stop=clock.grace(GRACE),
    )
    return evaluate(instance, placed)
