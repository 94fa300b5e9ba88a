"""Where the users of workloads are: lists of nodes, with whole weights."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement import units
from placement.latency.index import NetworkIndex
from placement.model.column import Column

__all__ = ["Origins", "read_origins"]


@dataclass(frozen=True, slots=True, eq=False)
class Origins:
    """Different lists of origins.

    Parameters
    ----------
    ptr : ndarray of shape (n_lists + 1,), int64
        List k is ptr[k] to ptr[k + 1].
    node : ndarray, int64
        Rows of the network.
    weight : ndarray, int64 (or object, where a sum could pass 2**62)
        In the mean of the list.
    total : ndarray of shape (n_lists,), int64 (or object)
        The sum of those; 1 of an empty list.
    """

    ptr: NDArray[np.int64]
    node: NDArray[np.int64]
    weight: NDArray[Any]
    total: NDArray[Any]


def read_origins(listed: Column, index: NetworkIndex) -> tuple[Origins, NDArray[np.int64]]:
    """Return the different lists of origins, and for each row which of them."""
    used, which = np.unique(listed.row_codes(), return_inverse=True)
    ptr, nodes, weights, totals = [0], [], [], []
    for one in used.tolist():
        names, weight = _weights(listed.value(one))
        nodes += [index.rows[name] for name in names]
        weights += weight
        totals.append(sum(weight) or 1)
        ptr.append(len(nodes))
    kind = np.int64 if max(totals, default=0) < units.LIMIT else object
    made = Origins(
        np.array(ptr, np.int64),
        np.array(nodes, np.int64),
        np.array(weights, kind),
        np.array(totals, kind),
    )
    return made, which.astype(np.int64)


def _weights(origins: tuple[Any, ...] | None) -> tuple[list[str], list[int]]:
    """Return nodes, and whole weights in the same proportion."""
    if origins is None:
        return [], []
    if len(origins) == 1:
        return [origins[0].node], [1]
    exponent = max(units.exponent(origin.weight) for origin in origins)
    weights = [units.scaled(origin.weight, exponent) for origin in origins]
    divisor = math.gcd(*weights)
    return [origin.node for origin in origins], [weight // divisor for weight in weights]
