"""The greedy engine: greatest regret first. It always has an answer."""

import numpy as np

from placement._core import place_greedily
from placement.instance import Instance
from placement.solve.clock import Clock
from placement.solve.solution import Counts, Solution, evaluate, left_over, loads, sites_in_use

__all__ = ["greedy", "place_rest"]

# Seconds that the engine gets even after the limit: so there is a plan with something in it.
GRACE = 0.03


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
