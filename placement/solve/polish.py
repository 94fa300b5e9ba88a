"""Improve a solution by small steps, until none is left or the time is over."""

import numpy as np

from placement._core import improve
from placement.instance import Instance
from placement.solve.clock import Clock
from placement.solve.solution import Solution, evaluate, left_over, loads

__all__ = ["polish"]


def polish(instance: Instance, solution: Solution, clock: Clock, seconds: float | None) -> Solution:
    """Bring in who is left out, and move members to cheaper sites.

    Parameters
    ----------
    instance : Instance
        The problem.
    solution : Solution
        To begin with.
    clock : Clock
        When to stop.
    seconds : float, optional
        A limit for this alone.

    Returns
    -------
    Solution
        Never worse.
    """
    rows = instance.rows
    placed = solution.placed.copy()
    left = left_over(instance, placed)
    by_site = np.argsort(instance.pair_site, kind="stable").astype(np.int32)
    members = np.bincount(instance.pair_site, placed, instance.n_sites).astype(np.int64)
    site_ptr = np.searchsorted(instance.pair_site[by_site], np.arange(instance.n_sites + 1))
    improve(
        pair_ptr=instance.pair_ptr,
        pair_class=instance.pair_class,
        pair_site=instance.pair_site,
        pair_cost=instance.pair_cost,
        priority=instance.priority,
        use_ptr=rows.use_ptr,
        use_row=rows.use_row,
        use_amount=rows.use_amount,
        open_cost=instance.open_cost,
        site_ptr=site_ptr.astype(np.int64),
        site_pairs=by_site,
        order=np.argsort(-instance.priority, kind="stable").astype(np.int32),
        left=left,
        room=rows.limit - loads(instance, placed),
        members=members,
        placed=placed,
        stop=clock.sooner(seconds),
    )
    return evaluate(instance, placed)
