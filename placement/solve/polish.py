"""Improve a solution by small steps, until none is left or the time is over."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement._core import improve
from placement.instance import Instance
from placement.instance.ragged import places
from placement.solve.clock import Clock
from placement.solve.piece import among
from placement.solve.solution import Solution, evaluate, left_over, loads

__all__ = ["polish", "polish_near"]


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


def polish_near(
    instance: Instance,
    pairs: NDArray[np.int64],
    solution: Solution,
    clock: Clock,
    seconds: float | None,
) -> Solution:
    """Take small steps between some pairs only, and bring in who is left out wherever it may run.

    Parameters
    ----------
    instance, clock, seconds
        As for `polish`.
    pairs : ndarray of shape (n_some,), int64
        Ascending; with all those where anybody is.
    solution : Solution
        To begin with.

    Returns
    -------
    Solution
        Never worse.
    """
    out = np.flatnonzero(left_over(instance, solution.placed))
    if len(out):
        here = np.zeros(instance.n_pairs, bool)
        here[pairs] = here[places(instance.pair_ptr, out)] = True
        pairs = np.flatnonzero(here)
    piece: Any = among(instance, pairs)
    found = polish(piece, evaluate(piece, solution.placed[pairs]), clock, seconds)
    near: Solution = piece.spread(instance, found.placed)
    return near
