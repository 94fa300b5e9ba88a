"""What an index has made ready on the way: it saves time, and changes no result."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from placement.latency.elimination import Elimination, Grouped, Weights, eliminate_nodes

__all__ = ["Prepared"]

# Routing classes whose weights are kept, the two directions apart.
MOST_WEIGHTS = 4

T = TypeVar("T")


class Prepared:
    """Keeps the elimination tree, and the weights of the routing classes that were asked for last."""

    def __init__(self) -> None:
        self._tree: Elimination | None = None
        self._tried = 0.0
        self._weights: dict[Hashable, Weights] = {}
        self._once: dict[str, Any] = {}

    def __reduce__(self) -> tuple[type["Prepared"], tuple[()]]:
        return Prepared, ()  # made again where it is needed, sooner than it is read

    def eliminated(self, out: Grouped, back: Grouped, work: float) -> Elimination | None:
        """Return the elimination tree; None if it takes more work than that."""
        if self._tree is None and work > self._tried:
            self._tried = work
            self._tree = eliminate_nodes(out, back, most_work=work)
        return self._tree

    def weighed(self, key: Hashable, make: Callable[[], Weights]) -> Weights:
        """Return the weights of a routing class, made if they are not at hand."""
        found = self._weights.pop(key, None)
        if found is None:
            found = make()
        self._weights[key] = found
        while len(self._weights) > MOST_WEIGHTS:
            self._weights.pop(next(iter(self._weights)), None)
        return found

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what has this name, made if it is not at hand."""
        if name not in self._once:
            self._once[name] = make()
        made: T = self._once[name]
        return made
