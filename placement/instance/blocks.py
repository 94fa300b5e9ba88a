"""Masks, times, costs and uses of a range of classes on every site."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.instance.costs import Costs
from placement.instance.demand import Demand
from placement.instance.federation import Federation
from placement.instance.paths import Paths
from placement.instance.rows import RowNumbers, Uses
from placement.instance.rules import Wishes
from placement.model.reasons import BIT

__all__ = ["NO_BOUND", "Block", "Compiler"]

NO_BOUND = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The allowed pairs of a range of classes."""

    per_class: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.int64]
    rtt: NDArray[np.int64]
    uses: Uses


@dataclass(frozen=True, slots=True, eq=False)
class Compiler:
    """Everything that masks and numbers are made of.

    Parameters
    ----------
    federation, wishes, demand, paths, costs
        What the rules read.
    numbers : RowNumbers
        Of the rows.
    max_rtt : ndarray of shape (n_classes,), int64, ns
        `NO_BOUND` without one.
    """

    federation: Federation
    wishes: Wishes
    demand: Demand
    paths: Paths
    costs: Costs
    numbers: RowNumbers
    max_rtt: NDArray[np.int64]

    def masks(self, classes: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Return reasons and bounded times of some classes on every site.

        The times mean something only where no reason is `unreachable` or `transit`.
        """
        masks = self.wishes.masks(classes)
        keys, place = np.unique(self.paths.key[classes], return_inverse=True)
        reached, legal = self.paths.reach(keys)
        unreached = np.where(reached, np.uint32(0), np.uint32(BIT["unreachable"]))
        masks |= np.where(reached & ~legal, np.uint32(BIT["transit"]), unreached)[place]
        rtt = self.paths.bounded(keys)[place]
        late = (rtt > self.max_rtt[classes, None]) & (reached & legal)[place]
        masks |= late * np.uint32(BIT["latency"])
        masks |= self.demand.too_big(classes, self.federation) * np.uint32(BIT["size"])
        return masks, rtt

    def block(self, begin: int, end: int) -> Block:
        """Return the allowed pairs of a range of classes."""
        classes = np.arange(begin, end)
        masks, rtt = self.masks(classes)
        allowed = masks == 0
        local, site = np.nonzero(allowed)
        of_class = local + begin
        keys, place = np.unique(self.paths.key[classes], return_inverse=True)
        weighted = self.paths.weighted(keys)[place[local], site]
        amount = self.demand.amount[of_class]
        if len(self.demand.pair_site):
            special = self._special(classes)[local, site]
            own = np.flatnonzero(special >= 0)
            own = own[self.demand.pair_given[special[own]]]
            amount[own] = self.demand.pair_amount[special[own]]
        else:
            special = np.full(len(site), -1, np.int64)
        return Block(
            per_class=allowed.sum(axis=1),
            site=site.astype(np.int32),
            cost=self.costs.of(of_class, site, weighted, amount, special),
            rtt=rtt[local, site],
            uses=self.numbers.uses(of_class, site, amount),
        )

    def _special(self, classes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of the special pair of each class and site, or -1."""
        made = np.full((len(classes), len(self.federation.sites)), -1, np.int64)
        numbers, place = self.demand.special(classes)
        made[place, self.demand.pair_site[numbers]] = numbers
        return made

    def rtt_ns(self, c: int, *, legal: bool) -> NDArray[np.int64]:
        """Return the bounded time of a class to each site, or its largest mean over any country."""
        keys = self.paths.key[c : c + 1]
        reached, allowed = (one[0] for one in self.paths.reach(keys))
        if legal:
            return np.where(reached & allowed, self.paths.bounded(keys)[0], -1)
        return np.where(reached, self.paths.unmasked(int(keys[0])), -1)
