"""Where and when slices serve devices: what a class asks of its slice before it asks anything of sites."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from placement.instance.classes import Classes, combine
from placement.instance.federation import in_force
from placement.model.network import Slice
from placement.model.problem import Problem
from placement.model.reasons import BIT
from placement.model.workload import Origin

__all__ = ["unserved"]


def unserved(problem: Problem, classes: Classes) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return masks for classes that their slice serves and for those that it does not, and who is which.

    Returns
    -------
    masks : ndarray of shape (2,), uint32
        Nothing, and the reason for which an unserved class may run nowhere.
    key : ndarray of shape (n_classes,), int64
        Which of them is each class's.
    """
    masks = np.array([0, BIT["slice"]], np.uint32)
    areas = {
        one.id: _area(one, problem)
        for one in problem.slices
        if one.nodes is not None or one.countries is not None or not in_force(one, problem.at)
    }
    if not areas:
        return masks, np.zeros(len(classes.first), np.int64)
    wanted, origins = (problem.workloads.column(name) for name in ("slice", "origins"))
    codes = (column.row_codes()[classes.first] for column in (wanted, origins))
    first, code = combine(*codes)
    refused = [
        wanted[row] in areas and not _serves(areas[wanted[row]], origins[row] or ())
        for row in classes.first[first].tolist()
    ]
    return masks, np.array(refused, np.int64)[code]


def _area(one: Slice, problem: Problem) -> frozenset[str] | None:
    """Return the nodes at which a slice serves devices; None if it serves none on this day."""
    if not in_force(one, problem.at):
        return None
    nodes = problem.nodes
    area = frozenset(nodes.ids if one.nodes is None else one.nodes)
    if one.countries is not None:
        allowed = problem.law.expand(tuple(one.countries), problem.at)
        country = nodes.column("country")
        inside = np.array([name in allowed for name in country.distinct()], bool)
        at = np.flatnonzero(inside[country.row_codes()]).tolist()
        area &= {nodes.ids[row] for row in at}
    return area


def _serves(area: frozenset[str] | None, origins: Iterable[Origin]) -> bool:
    return area is not None and all(one.node in area for one in origins)
