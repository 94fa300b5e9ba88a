"""The links of a network as they are now: what they take, whether they are up, and by which names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement._core import MAX_LATENCY_NS
from placement.latency.index import Arcs, NetworkIndex
from placement.latency.live.changes import LinkChange, NodeChange
from placement.model import parse
from placement.model.faults import Faults
from placement.units import ns_up, shown

__all__ = ["Before", "Edits", "LiveLinks"]


@dataclass(frozen=True, slots=True, eq=False)
class Edits:
    """What some changes do, in their order: to arcs and to nodes.

    Parameters
    ----------
    links : tuple of (arcs, latency in ns or None, up or None)
        For each change of a link.
    nodes : tuple of (row, up)
        For each change of a node.
    one_way : bool
        Whether any of them is about one direction alone.
    """

    links: tuple[tuple[NDArray[np.int64], int | None, bool | None], ...]
    nodes: tuple[tuple[int, bool], ...]
    one_way: bool


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """What changes are about to alter, and what it was."""

    arcs: NDArray[np.int64]
    latency: NDArray[np.int32]
    failed: NDArray[np.uint8]
    is_open: NDArray[np.uint8]
    nodes: NDArray[np.int64]
    down: NDArray[np.uint8]


class LiveLinks:
    """The arcs of an index, in the order of `index.out`, with what has changed since it was made.

    Parameters
    ----------
    index : NetworkIndex
        The network as it was; it is not touched.
    carries : ndarray of shape (n_arcs,), uint8
        Which arcs the routing class may use while they are up.
    """

    def __init__(self, index: NetworkIndex, carries: NDArray[np.uint8]) -> None:
        self.index = index
        n_nodes = len(index.rows)
        self.tails = np.repeat(np.arange(n_nodes, dtype=np.int32), np.diff(index.out.indptr))
        self.heads = index.out.heads
        self.latency = index.out.latency.copy()
        self.is_open = carries.copy()
        self._carries = carries
        self._failed = np.zeros(len(carries), np.uint8)
        self._down = np.zeros(n_nodes, np.uint8)
        self._symmetric = index.is_symmetric
        self._into: NDArray[np.int64] | None = None
        self._by_link: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    @property
    def into(self) -> NDArray[np.int64]:
        """The arcs by the node that they lead to, as `index.back` has them."""
        if self._into is None:
            self._into = np.argsort(self.heads, kind="stable")
        return self._into

    def edits(self, changes: Sequence[LinkChange | NodeChange]) -> Edits:
        """Return what some changes mean; raise an `InputError` if any of them means nothing."""
        faults = Faults()
        links, nodes = [], []
        for i, change in enumerate(changes):
            place = f"changes[{i}]"
            if isinstance(change, LinkChange):
                latency = _latency_ns(change, place, faults)
                up = _flag(change.up, f"{place}.up", faults)
                if change.latency_ms is change.latency_ns is change.up is None:
                    faults.add(place, "says nothing; expected latency_ms, latency_ns or up")
                links.append((self._arcs(change, place, faults), latency, up))
            elif isinstance(change, NodeChange):
                row = self._row(change.node, f"{place}.node", faults)
                up = _flag(change.up, f"{place}.up", faults, required=True)
                nodes.append((row, bool(up)))
            else:
                faults.add(place, f"{shown(change)}; expected a LinkChange or a NodeChange")
        faults.raise_if_any()
        one_way = any(getattr(change, "towards", None) is not None for change in changes)
        return Edits(tuple(links), tuple(nodes), one_way)

    def before(self, edits: Edits) -> Before:
        """Return what changes would alter: arcs once each, and nodes."""
        parts = [arcs for arcs, _, _ in edits.links]
        nodes = np.array(sorted({row for row, _ in edits.nodes}), np.int64)
        parts += [part for row in nodes.tolist() for part in self._around(row)]
        arcs = parts[0] if len(parts) == 1 else np.unique(np.concatenate([nodes[:0], *parts]))
        return Before(
            arcs,
            self.latency[arcs],
            self._failed[arcs],
            self.is_open[arcs],
            nodes,
            self._down[nodes],
        )

    def apply(self, edits: Edits, before: Before) -> None:
        """Let changes happen, the later ones upon the earlier."""
        arcs = before.arcs
        for changed, latency, up in edits.links:
            if latency is not None:
                self.latency[changed] = latency
            if up is not None:
                self._failed[changed] = not up
        for row, up in edits.nodes:
            self._down[row] = not up
        self._symmetric = self._symmetric and not edits.one_way
        closed = self._failed[arcs] | self._down[self.tails[arcs]] | self._down[self.heads[arcs]]
        self.is_open[arcs] = self._carries[arcs] & (closed ^ 1)

    def different(self, before: Before) -> NDArray[np.int64]:
        """Return the arcs that take another time now, or are no longer there, or are there again."""
        arcs = before.arcs
        is_open = self.is_open[arcs]
        differs = (is_open != before.is_open) | ((self.latency[arcs] != before.latency) & is_open)
        different: NDArray[np.int64] = arcs[differs != 0]
        return different

    def undo(self, before: Before) -> None:
        """Let what `apply` did be undone."""
        self.latency[before.arcs] = before.latency
        self._failed[before.arcs] = before.failed
        self.is_open[before.arcs] = before.is_open
        self._down[before.nodes] = before.down

    def as_index(self) -> NetworkIndex:
        """Return the network as it is now; what is not up carries no slice."""
        index = self.index
        carried = index.carried if () in index.carried else (*index.carried, ())
        closed = self._failed | self._down[self.tails] | self._down[self.heads]
        carries = np.where(closed != 0, np.int32(carried.index(())), index.out.carries)
        out = replace(index.out, latency=self.latency.copy(), carries=carries)
        return replace(
            index,
            out=out,
            back=out if self._symmetric else self._turned_round(out),
            carried=carried,
            is_symmetric=self._symmetric,
            prepared=index.prepared.again(),
        )

    def _turned_round(self, out: Arcs) -> Arcs:
        into = self.into
        return Arcs(
            self.index.back.indptr,
            self.tails[into],
            out.latency[into],
            out.variance[into],
            out.carries[into],
            out.link[into],
        )

    def _around(self, row: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        begin, end = self.index.out.indptr[row : row + 2].tolist()
        first, last = self.index.back.indptr[row : row + 2].tolist()
        return np.arange(begin, end), self.into[first:last]

    def _row(self, name: Any, place: str, faults: Faults) -> int:
        row = self.index.rows.get(name, -1) if isinstance(name, str) else -1
        if row < 0:
            faults.unknown(place, str(name), self.index.rows, "a node")
        return row

    def _between(self, source: int, target: int) -> NDArray[np.int64]:
        begin, end = self.index.out.indptr[source : source + 2].tolist()
        found: NDArray[np.int64] = begin + np.flatnonzero(self.heads[begin:end] == target)
        return found

    def _arcs(self, change: LinkChange, place: str, faults: Faults) -> NDArray[np.int64]:
        """Return the arcs that a change is about."""
        none = np.empty(0, np.int64)
        if isinstance(change.link, tuple) and len(change.link) == 2:
            rows = [
                self._row(name, f"{place}.link[{i}]", faults) for i, name in enumerate(change.link)
            ]
            if min(rows) < 0:
                return none
            arcs = self._of_pair(change.link, rows, f"{place}.link", faults)
        elif isinstance(change.link, int | np.integer) and not isinstance(change.link, bool):
            arcs = self._of_row(int(change.link), f"{place}.link", faults)
        else:
            faults.add(
                f"{place}.link",
                f"{shown(change.link)}; expected the row of a link, or its two ends as a tuple",
            )
            return none
        if change.towards is None or not len(arcs):
            return arcs
        row = self._row(change.towards, f"{place}.towards", faults)
        towards: NDArray[np.int64] = arcs[self.heads[arcs] == row]
        if row >= 0 and not len(towards):
            faults.add(f"{place}.towards", f"the link does not lead to {shown(change.towards)}")
        return towards

    def _of_row(self, link: int, place: str, faults: Faults) -> NDArray[np.int64]:
        if self._by_link is None:
            of = self.index.out.link
            n_links = len(self.index.link_operator)
            ptr = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=n_links))])
            self._by_link = ptr, np.argsort(of, kind="stable")
        ptr, order = self._by_link
        if not 0 <= link < len(ptr) - 1:
            faults.add(place, f"there is no row {link}; the network has {len(ptr) - 1} links")
            return order[:0]
        return order[ptr[link] : ptr[link + 1]]

    def _of_pair(
        self, names: tuple[str, str], rows: list[int], place: str, faults: Faults
    ) -> NDArray[np.int64]:
        there, back = self._between(*rows), self._between(*reversed(rows))
        of = self.index.out.link
        links = np.unique(of[there])
        said = f"{shown(names[0])} to {shown(names[1])}"
        if len(links) == 0:
            faults.add(place, f"no link leads from {said}")
        elif len(links) > 1:
            known = ", ".join(map(str, links[:10].tolist()))
            faults.add(
                place,
                f"{len(links)} links lead from {said}; expected one of their rows: {known}",
            )
        else:
            back = back[of[back] == links[0]]
        return np.concatenate([there, back])


def _latency_ns(change: LinkChange, place: str, faults: Faults) -> int | None:
    """Return the latency that a change asks for."""
    given = change.latency_ns
    if change.latency_ms is not None:
        if given is not None:
            faults.add(f"{place}.latency_ns", "given beside latency_ms; expected one of the two")
        try:
            return ns_up(parse.latency_ms(change.latency_ms))
        except ValueError as error:
            faults.add_error(f"{place}.latency_ms", error)
            return None
    if given is None:
        return None
    if not isinstance(given, int | np.integer) or isinstance(given, bool):
        faults.add(f"{place}.latency_ns", f"{shown(given)}; expected a whole number")
    elif not 0 <= given <= MAX_LATENCY_NS:
        faults.add(
            f"{place}.latency_ns",
            f"{given} is out of range; expected 0 to {MAX_LATENCY_NS} (2.1 s)",
        )
    else:
        return int(given)
    return None


def _flag(value: Any, place: str, faults: Faults, *, required: bool = False) -> bool | None:
    if value is None and not required:
        return None
    try:
        return parse.boolean(value)
    except ValueError as error:
        faults.add_error(place, error)
        return None
