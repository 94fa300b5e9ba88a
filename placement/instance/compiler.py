"""All that the rules read, and from it the reasons and times of some classes on every site."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.instance.costs import Costs
from placement.instance.demand import Demand
from placement.instance.federation import Federation
from placement.instance.paths import Paths
from placement.instance.rules import Wishes
from placement.model.reasons import BIT

__all__ = ["NO_BOUND", "Compiler"]

NO_BOUND = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Compiler:
    """Everything that pairs and reasons are made of.

    Parameters
    ----------
    federation, wishes, demand, paths, costs
        What the rules read.
    max_rtt : ndarray of shape (n_classes,), int64, ns
        `NO_BOUND` without one.
    """

    federation: Federation
    wishes: Wishes
    demand: Demand
    paths: Paths
    costs: Costs
    max_rtt: NDArray[np.int64]

    def masks(self, classes: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the reasons of some classes on every site; 0 where the pair is allowed."""
        masks = self.wishes.masks(classes)
        keys, place = np.unique(self.paths.key[classes], return_inverse=True)
        reached, legal = self.paths.reach(keys)
        unreached = np.where(reached, np.uint32(0), np.uint32(BIT["unreachable"]))
        masks |= np.where(reached & ~legal, np.uint32(BIT["transit"]), unreached)[place]
        rtt = self.paths.bounded(keys)[place]
        late = (rtt > self.max_rtt[classes, None]) & (reached & legal)[place]
        masks |= late * np.uint32(BIT["latency"])
        hosted = masks & np.uint32(BIT["agreement"]) == 0
        masks |= self.demand.too_big(classes, self.federation, hosted) * np.uint32(BIT["size"])
        return masks

    def rtt_ns(self, c: int) -> NDArray[np.int64]:
        """Return the bounded time of a class to each site; -1 without a legal path."""
        keys = self.paths.key[c : c + 1]
        reached, allowed = (one[0] for one in self.paths.reach(keys))
        return np.where(reached & allowed, self.paths.bounded(keys)[0], -1)
