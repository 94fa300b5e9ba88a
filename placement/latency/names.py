"""The ids of nodes by row, and their alphabetical order: what decides where all else is equal."""

import numpy as np
from numpy.typing import NDArray

from placement.latency.index import NetworkIndex

__all__ = ["names_of", "rank_of"]


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
