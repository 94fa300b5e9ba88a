"""The compiled problem: what engines read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from placement.instance.classes import Classes
from placement.instance.compiler import Compiler
from placement.instance.federation import Federation
from placement.instance.rows import Row, Rows
from placement.model.problem import Problem

__all__ = ["Instance", "Row"]

BLOCK = 1_000_000  # pairs whose times are looked up at once


@dataclass(frozen=True, eq=False)
class Instance:
    """Classes of workloads, the sites where each may run, what that costs and uses.

    Parameters
    ----------
    problem : Problem
        What it was compiled from.
    federation : Federation
        The sites, in the order of their ids, and the agreements.
    classes : Classes
        Which workloads each class stands for.
    priority : ndarray of shape (n_classes,), int64
        Of each member.
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are pair_ptr[c] to pair_ptr[c + 1], by site.
    pair_site : ndarray of shape (n_pairs,), int32
        Where.
    pair_cost : ndarray of shape (n_pairs,), int64, micro-units
        For each member.
    rows : Rows
        What adds up, and how much of it each pair uses.
    compiler : Compiler
        Turns masks into numbers on demand.
    """

    problem: Problem
    federation: Federation
    classes: Classes
    priority: NDArray[np.int64]
    pair_ptr: NDArray[np.int64]
    pair_site: NDArray[np.int32]
    pair_cost: NDArray[np.int64]
    rows: Rows
    compiler: Compiler

    @property
    def n_classes(self) -> int:
        """How many classes."""
        return len(self.classes.count)

    @property
    def n_sites(self) -> int:
        """How many sites."""
        return len(self.federation.sites)

    @property
    def n_pairs(self) -> int:
        """How many allowed pairs of a class and a site."""
        return len(self.pair_site)

    @property
    def count(self) -> NDArray[np.int64]:
        """How many workloads each class stands for."""
        return self.classes.count

    @property
    def open_cost(self) -> NDArray[np.int64]:
        """What each site costs once it is used; micro-units."""
        return self.federation.open_cost

    @cached_property
    def site_ids(self) -> tuple[str, ...]:
        """Ids of the sites, sorted."""
        return tuple(one.id for one in self.federation.sites)

    @cached_property
    def pair_class(self) -> NDArray[np.int32]:
        """The class of each pair."""
        return np.repeat(np.arange(self.n_classes, dtype=np.int32), np.diff(self.pair_ptr))

    @cached_property
    def pair_rtt(self) -> NDArray[np.int64]:
        """The time that `max_rtt_ms` bounds of each pair; ns."""
        blocks = range(0, self.n_pairs, BLOCK)
        made = [self.rtt_of(np.arange(b, min(b + BLOCK, self.n_pairs))) for b in blocks]
        return np.concatenate([np.empty(0, np.int64), *made])

    @cached_property
    def class_of(self) -> NDArray[np.int64]:
        """For each row of the problem's workloads its class."""
        made = np.empty(len(self.classes.members), np.int64)
        made[self.classes.members] = np.repeat(np.arange(self.n_classes), self.classes.count)
        return made

    def members(self, c: int) -> Sequence[int]:
        """Return the rows of a class's workloads in the problem, by id."""
        rows: list[int] = self.classes.members[
            self.classes.ptr[c] : self.classes.ptr[c + 1]
        ].tolist()
        return rows

    def reasons(self, classes: NDArray[np.int64] | int) -> NDArray[np.uint32]:
        """Return why classes may not run on sites.

        Parameters
        ----------
        classes : ndarray of shape (n,), int64, or int
            Which.

        Returns
        -------
        ndarray of shape (n, n_sites), uint32
            Bits of `placement.model.reasons`; 0 where the pair is allowed.
        """
        return self.compiler.masks(np.atleast_1d(np.asarray(classes, np.int64)))

    def rtt_of(self, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the time that `max_rtt_ms` bounds of some pairs; ns."""
        paths = self.compiler.paths
        of_class = np.searchsorted(self.pair_ptr, pairs, side="right") - 1
        return paths.bounded_at(paths.key[of_class], self.pair_site[pairs])

    def rtt_ns(self, c: int) -> NDArray[np.int64]:
        """Return the time that `max_rtt_ms` bounds of a class to each site; -1 without a legal path."""
        return self.compiler.rtt_ns(c)
