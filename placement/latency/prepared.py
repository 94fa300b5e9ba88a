"""What an index has made ready on the way: it saves time, and changes no result."""

import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from placement.latency.elimination import Elimination, GaveUp, Grouped, Weights, eliminate_nodes
from placement.latency.gates import Columns, Gates

__all__ = ["Prepared", "Ready"]

# Routing classes that are kept, the two directions apart.
MOST_READY = 4


@dataclass(slots=True, eq=False)
class Ready:
    """The tree under one routing class in one direction.

    Parameters
    ----------
    weights, gates
        Its arcs and its core.
    between : ndarray of shape (n_core, n_core), int32, ns, optional
        The matrix of the core, once it pays.
    listed : tuple of (ndarray of shape (n_columns,), int32, and Columns), optional
        The columns that were asked for last, and their gates.
    room : ndarray of uint32, optional
        The memory that it shares with classes that were made at the same time.
    """

    weights: Weights
    gates: Gates
    between: NDArray[np.int32] | None = field(default=None)
    listed: tuple[NDArray[np.int32], Columns] | None = field(default=None)
    room: NDArray[np.uint32] | None = field(default=None)


T = TypeVar("T")


class Prepared:
    """Keeps the elimination tree, and the routing classes that were asked for last."""

    def __init__(self) -> None:
        self.tree: Elimination | None = None
        self.gave_up: GaveUp | None = None
        self.tried = 0.0
        self._ready: dict[Hashable, Ready] = {}
        self._once: dict[str, Any] = {}
        self._recent: dict[Hashable, Any] = {}

    def __reduce__(self) -> tuple[type["Prepared"], tuple[()]]:
        return Prepared, ()  # made again where it is needed, sooner than it is read

    def again(self) -> "Prepared":
        """Return what serves a network of the same links as well, whatever these take."""
        made = Prepared()
        made.tree, made.tried, made.gave_up = self.tree, self.tried, self.gave_up
        return made

    def eliminated(self, out: Grouped, back: Grouped, work: float) -> Elimination | None:
        """Return the elimination tree; None if it takes more work than that."""
        if self.tree is None and work > self.tried:
            self.tried = work
            made = eliminate_nodes(out, back, most_work=work)
            self.tree, self.gave_up = (None, made) if isinstance(made, GaveUp) else (made, None)
        return self.tree

    def at_hand(self, key: Hashable) -> bool:
        """Return whether a routing class has been made ready."""
        return key in self._ready

    def ready(self, key: Hashable, make: Callable[[], Ready]) -> Ready:
        """Return what a routing class needs, made if it is not at hand."""
        found = self._ready.pop(key, None)
        if found is None:
            found = make()
        self._ready[key] = found
        while len(self._ready) > MOST_READY:
            self._ready.pop(next(iter(self._ready)), None)
        return found

    def room(self, n_labels: int) -> NDArray[np.uint32]:
        """Return memory for so many labels of classes that are made together.

        Classes that were made together before make room, since memory that has been used is filled
        sooner: theirs is taken, if it is large enough and nobody else holds what is in it.
        """
        room = self._forget_together()
        # Held here, and by the call that asks.
        if room is not None and len(room) >= n_labels and sys.getrefcount(room) == 2:
            return room
        return np.empty(n_labels, np.uint32)

    def _forget_together(self) -> NDArray[np.uint32] | None:
        """Forget the classes that were made together; return the memory that they share."""
        room = None
        for key, ready in list(self._ready.items()):
            if ready.room is not None:
                room = ready.room
                self._ready.pop(key, None)
        return room

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what has this name, made if it is not at hand."""
        if name not in self._once:
            self._once[name] = make()
        made: T = self._once[name]
        return made

    def recent(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what has this key, made if it is not among the last few that were asked for."""
        made: T | None = self._recent.pop(key, None)
        if made is None:
            made = make()
        self._recent[key] = made
        while len(self._recent) > MOST_READY:
            self._recent.pop(next(iter(self._recent)), None)
        return made
