"""Take members out where rows overflow, as few as will do."""

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.solve.solution import loads

__all__ = ["shed"]

Counts = NDArray[np.int64]


def shed(instance: Instance, placed: Counts) -> Counts:
    """Return what remains of a choice when no row overflows.

    Parameters
    ----------
    instance : Instance
        The problem.
    placed : ndarray of shape (n_pairs,), int64
        Members at each pair, whatever the rows hold.

    Returns
    -------
    ndarray of shape (n_pairs,), int64
        At most as many at each pair. Of the members in a row that overflows one goes that uses just
        enough of it, or else most; those of lower priority first.
    """
    rows = instance.rows
    room = rows.limit - loads(instance, placed)
    over = np.flatnonzero(room < 0)
    if not len(over):
        return placed
    placed = placed.copy()
    some = np.flatnonzero(placed)
    ptr, row_of, amount = rows.uses_of(some)
    pair_of = np.repeat(some, np.diff(ptr))
    matters = np.isin(row_of, over)
    row_of, pair_of, amount = row_of[matters], pair_of[matters], amount[matters]
    order = np.argsort(row_of, kind="stable")
    row_of, pair_of, amount = row_of[order], pair_of[order], amount[order]
    begin, end = np.searchsorted(row_of, over), np.searchsorted(row_of, over, side="right")
    for row, first, last in zip(over.tolist(), begin.tolist(), end.tolist(), strict=True):
        while room[row] < 0:
            here, sizes = pair_of[first:last], amount[first:last]
            priority = instance.priority[instance.pair_class[here]]
            enough = sizes >= -room[row]
            # np.lexsort: the last key decides first.
            best = np.lexsort(
                (np.where(enough, sizes, -sizes), ~enough, priority, placed[here] == 0)
            )
            pair = int(here[best[0]])
            placed[pair] -= 1
            _, given_row, given = rows.uses_of(np.array([pair]))
            room[given_row] += given
    return placed
