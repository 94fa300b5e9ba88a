"""A routing class: which links and which nodes of a network its traffic may use."""

import datetime
from collections.abc import Iterable, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.latency.index import Arcs, NetworkIndex
from placement.model import countries, parse
from placement.model.faults import Faults

__all__ = ["RoutingClass", "routing_class"]


@dataclass(frozen=True, slots=True)
class RoutingClass:
    """A slice and the countries that may be crossed.

    Parameters
    ----------
    slice : str, optional
        Only links that carry it; without one, only links that carry everything. An isolated slice
        uses no link that carries everything.
    transit : set of str, optional
        ISO codes; any country, and nodes of unknown country, if left out.
    """

    slice: str | None = None
    transit: Set[str] | None = None

    def carries(self, index: NetworkIndex) -> NDArray[np.bool_]:
        """Return which sets of slices let it use a link, an element for each of `index.carried`."""
        shares = self.slice not in index.isolated
        return np.array(
            [shares if one is None else self.slice in one for one in index.carried], bool
        )

    def crosses(self, index: NetworkIndex) -> NDArray[np.bool_]:
        """Return which countries it may cross, an element for each of `index.countries`."""
        return np.array([self.transit is None or c in self.transit for c in index.countries], bool)

    def arc_open(self, index: NetworkIndex, arcs: Arcs) -> NDArray[np.uint8]:
        """Return which arcs carry the slice, as an array of shape (n_arcs,)."""
        return _of_kind(self.carries(index), arcs.carries)

    def node_open(self, index: NetworkIndex) -> NDArray[np.uint8]:
        """Return which nodes may be crossed, as an array of shape (n_nodes,)."""
        return _of_kind(self.crosses(index), index.country)


def _of_kind(is_open: NDArray[np.bool_], kinds: NDArray[np.int32]) -> NDArray[np.uint8]:
    if len(is_open) == 1:
        return np.full(len(kinds), is_open[0], np.uint8)
    return is_open.astype(np.uint8)[kinds]


def routing_class(
    index: NetworkIndex,
    slice: str | None,
    transit: str | Iterable[str] | None,
    at: datetime.date | str | None,
    faults: Faults,
    *,
    place: str = "",
) -> RoutingClass:
    """Return the routing class that a caller means; note what is wrong with it in `faults`.

    `place` stands before the names of the arguments.
    """
    wanted = None if slice is None else str(slice).upper().removesuffix(parse.NO_DIFFERENTIATOR)
    if wanted is not None and wanted not in index.slices:
        faults.unknown(f"{place}slice", wanted, index.slices, "a slice of the network")
    if transit is None:
        return RoutingClass(wanted)
    names = []
    for i, name in enumerate([transit] if isinstance(transit, str) else transit):
        try:
            names.append(countries.name_or_group(name))
        except ValueError as error:
            faults.add_error(f"{place}transit[{i}]", error)
    day = datetime.date.today()
    try:
        day = day if at is None else parse.date(at)
    except ValueError as error:
        faults.add_error("at", error)
    return RoutingClass(wanted, countries.expand(names, day))
