"""The allowed pairs of classes and sites."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from placement._core import count_sites, keep_near, keep_roomy, keep_wished, list_sites
from placement.instance.bits import has, n_words, packed, put
from placement.instance.compiler import Compiler
from placement.instance.federation import UNLIMITED
from placement.instance.ragged import places
from placement.latency.deal import Fill, deal_rows

__all__ = ["Pairs", "find_pairs", "special_pairs"]

MOST = 2**63 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The allowed pairs.

    Parameters
    ----------
    ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are ptr[c] to ptr[c + 1], by site.
    site : ndarray of shape (n_pairs,), int32
        Where.
    bits : ndarray of shape (n_classes, n_words), uint64
        The sites of each class, once more.
    """

    ptr: NDArray[np.int64]
    site: NDArray[np.int32]
    bits: NDArray[np.uint64]

    def classes(self, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the classes of some pairs."""
        return np.searchsorted(self.ptr, pairs, side="right") - 1


def find_pairs(compiler: Compiler, *, threads: int | None = None) -> Pairs:
    """Find the sites on which no reason speaks against a class."""
    n_classes, n_sites = len(compiler.max_rtt), len(compiler.federation.sites)
    bits = np.empty((n_classes, n_words(n_sites)), np.uint64)

    def each(keep: Fill) -> None:
        deal_rows(keep, n_classes, work_per_row=n_sites, threads=threads)

    each(_wishes(compiler, bits))
    each(_times(compiler, bits))
    each(_bandwidth(compiler, bits))
    # Pairs with a demand of their own ask for that much room, instead of what their class does.
    demand = compiler.demand
    numbers = np.flatnonzero(demand.pair_given)
    of_class, site = demand.special_class(numbers), demand.pair_site[numbers]
    kept = has(bits, of_class, site) & ~demand.special_too_big(numbers, compiler.federation)
    each(_sizes(compiler, bits))
    put(bits, of_class, site, kept)
    count = np.empty(n_classes, np.int64)
    each(partial(count_sites, bits, count))
    ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    made = Pairs(ptr, np.empty(int(ptr[-1]), np.int32), bits)
    each(partial(list_sites, bits, ptr, made.site))
    return made


def _wishes(compiler: Compiler, bits: NDArray[np.uint64]) -> Fill:
    """Return what begins with the sites that meet a class's wishes."""
    tables = compiler.wishes.tables
    begins = np.cumsum([0, *(len(one) for one in tables[:-1])])
    wish = np.stack([key + begin for key, begin in zip(compiler.wishes.keys, begins, strict=True)])
    allowed = np.concatenate([packed(one == 0) for one in tables])
    return partial(keep_wished, wish, allowed, bits)


def _times(compiler: Compiler, bits: NDArray[np.uint64]) -> Fill:
    """Return what takes away the sites that are too far."""
    paths = compiler.paths
    times = (paths.by_key(), paths.key, paths.ptr, paths.bound, paths.time, compiler.max_rtt)

    def keep(begin: int, end: int, token: NDArray[np.int64]) -> bool:
        room = np.empty(64 * bits.shape[1], np.int64)
        return keep_near(*times, bits, room, begin, end, token)

    return keep


def _bandwidth(compiler: Compiler, bits: NDArray[np.uint64]) -> Fill:
    """Return what takes away the sites whose slice is too narrow, there or as a whole."""
    bandwidth = compiler.federation.bandwidth.T
    whole = compiler.federation.whole
    most, devices = (np.where(one == UNLIMITED, MOST, one)[:, None] for one in whole)
    width = np.where(bandwidth == UNLIMITED, MOST, bandwidth)
    width = np.stack(np.broadcast_arrays(np.minimum(width, most), devices), axis=2)
    width = np.ascontiguousarray(width)
    wanted = np.stack([compiler.demand.bandwidth, compiler.demand.devices], axis=1)
    return partial(keep_roomy, compiler.demand.slice, wanted, width, bits)


def _sizes(compiler: Compiler, bits: NDArray[np.uint64]) -> Fill:
    """Return what takes away the sites that are too small, and those of agreements that are."""
    demand = compiler.demand
    room = np.broadcast_to(compiler.federation.capacity, demand.quota.shape)
    for quota in demand.quotas:
        room = np.minimum(room, np.where(quota == UNLIMITED, MOST, quota))
    room = np.ascontiguousarray(room)
    return partial(keep_roomy, demand.home, demand.amount, room, bits)


def special_pairs(
    compiler: Compiler, pairs: Pairs, numbers: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return those of some special pairs that are allowed, and which pairs they are."""
    demand, n_sites = compiler.demand, len(compiler.federation.sites)
    of_class, site = demand.special_class(numbers), demand.pair_site[numbers]
    allowed = has(pairs.bits, of_class, site)
    some = np.unique(of_class[allowed])
    candidates = places(pairs.ptr, some)
    cells = pairs.classes(candidates) * n_sites + pairs.site[candidates]
    found = np.searchsorted(cells, of_class[allowed] * n_sites + site[allowed])
    return numbers[allowed], candidates[found]
