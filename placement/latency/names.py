"""The ids of nodes by row, and their alphabetical order: what decides where all else is equal."""

import numpy as np
from numpy.typing import NDArray

from placement.latency.index import NetworkIndex

__all__ = ["names_of", "precedence_of", "rank_of"]


def names_of(index: NetworkIndex) -> tuple[str, ...]:
    """Return the ids of the nodes by row."""
    return index.prepared.once("names", lambda: tuple(index.rows))


def rank_of(index: NetworkIndex) -> NDArray[np.int32]:
    """Return the place of each node in the alphabetical order of ids."""

    def make() -> NDArray[np.int32]:
        names = names_of(index)
        made = np.empty(len(names), np.int32)
        made[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        return made

    return index.prepared.once("rank", make)


def precedence_of(index: NetworkIndex) -> NDArray[np.int32]:
    """Return which of parallel links that are alike comes first: one without a group, then by group.

    The order of the table decides only between links that are alike in that as well.
    """

    def make() -> NDArray[np.int32]:
        made = np.empty(len(index.jitter_group), np.int32)
        made[np.argsort(index.jitter_group, kind="stable")] = np.arange(len(made))
        return made

    return index.prepared.once("precedence", make)
