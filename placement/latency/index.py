"""A network as the kernels read it: arrays, once for all routing classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from placement._core import MAX_LATENCY_NS, group_links
from placement.errors import Fault, InputError
from placement.latency.nanoseconds import (
    MISSING,
    NS_PER_KM,
    degrees,
    fibre_ns,
    scaled_up,
)
from placement.latency.prepared import Prepared
from placement.model.faults import Faults
from placement.model.network import Network
from placement.units import NS_PER_MS, number

if TYPE_CHECKING:
    from placement.latency.shape import NetworkShape

__all__ = ["Arcs", "NetworkIndex", "arcs_of", "build_index"]

Integer = TypeVar("Integer", np.int32, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """The links in one direction, grouped by the node that they are left from.

    Parameters
    ----------
    indptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of node n are indptr[n] to indptr[n + 1].
    heads : ndarray of shape (n_arcs,), int32
        The node at the other end.
    latency : ndarray of shape (n_arcs,), int32, ns
        One way.
    variance : ndarray of shape (n_arcs,), int64, ns²
        The square of the jitter.
    carries : ndarray of shape (n_arcs,), int32
        Index into `NetworkIndex.carried`.
    link : ndarray of shape (n_arcs,), int32
        The row of the link in the network's table.
    """

    indptr: NDArray[np.int64]
    heads: NDArray[np.int32]
    latency: NDArray[np.int32]
    variance: NDArray[np.int64]
    carries: NDArray[np.int32]
    link: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class NetworkIndex:
    """A network made ready for any number of latency matrices; made by `build_index`.

    Parameters
    ----------
    rows : mapping of str to int
        The row of each node, in the order of the network's table.
    out, back : Arcs
        The links as they are, and each turned round; the same where all lead both ways.
    processing : ndarray of shape (n_nodes,), int32, ns
        Added where a path passes through the node.
    countries : tuple of (str or None)
        The countries that there are.
    country : ndarray of shape (n_nodes,), int32
        Index into `countries`.
    operators : tuple of (str or None)
        The operators that there are, one or several times.
    operator : ndarray of shape (n_nodes,), int32
        Index into `operators`: who runs a node.
    link_operator : ndarray of shape (n_links,), int32
        Likewise of each link, by its row in the network's table.
    jitter_groups : tuple of str
        The groups of links that vary together, sorted.
    jitter_group : ndarray of shape (n_links,), int32
        Index into `jitter_groups` of each link, likewise; -1 without one.
    carried : tuple of (tuple of str, or None)
        The sets of slices that some link carries; None carries everything.
    slices, isolated : frozenset of str
        The slices that the network knows, and those of them that keep off links which carry everything.
    is_symmetric : bool
        Whether all links lead both ways, so that no path is shorter turned round.
    prepared : Prepared
        What has been made ready on the way; it changes no result.

    Notes
    -----
    It can be pickled and shared by threads. It holds 48 bytes for each direction of a link and a
    few for each node.
    """

    rows: Mapping[str, int]
    out: Arcs
    back: Arcs
    processing: NDArray[np.int32]
    countries: tuple[str | None, ...]
    country: NDArray[np.int32]
    operators: tuple[str | None, ...]
    operator: NDArray[np.int32]
    link_operator: NDArray[np.int32]
    jitter_groups: tuple[str, ...]
    jitter_group: NDArray[np.int32]
    carried: tuple[tuple[str, ...] | None, ...]
    slices: frozenset[str]
    isolated: frozenset[str]
    is_symmetric: bool
    prepared: Prepared = field(default_factory=Prepared, repr=False)

    @property
    def shape(self) -> "NetworkShape":
        """What is left once the nodes are eliminated, and which way to a matrix of all nodes pays."""
        from placement.latency.shape import shape_of

        return shape_of(self)

    def __str__(self) -> str:
        return str(self.shape)


def build_index(network: Network, *, detour: float = 1.4) -> NetworkIndex:
    """Make a network ready for latency matrices.

    Parameters
    ----------
    network : Network
        Nodes, links and slices.
    detour : float, default 1.4
        How much longer a fibre is than the great circle, for links that have neither a latency nor
        a length; at least 1.

    Returns
    -------
    NetworkIndex
        To be handed to `latency_matrix` instead of the network, as often as one likes.

    Raises
    ------
    InputError
        If `detour` is below 1, or makes links longer than 2.1 s one way; all such links are named.

    Notes
    -----
    O(n_nodes + n_links log n_links). Whatever was measured rounds up to whole nanoseconds, exactly:
    a number is the decimal that it is written as. A kilometre of fibre takes 4,900 ns. Without a
    latency or a length, a link is as long as the great circle between its ends in metres times
    `detour`, rounded up to a whole metre.

    Examples
    --------
    >>> from placement import Network, build_index, latency_matrix
    >>> index = build_index(Network.from_links([("paris", "frankfurt", 4.6)]))
    >>> latency_matrix(index, ["paris"], ["frankfurt"]).tolist()
    [[4600000]]
    """
    longer_by = Decimal(number(detour))
    if longer_by < 1:
        raise InputError(
            [Fault("detour", f"{detour} is below 1; no fibre is shorter than the globe")]
        )
    nodes, links = network.nodes, network.links
    rows = {name: row for row, name in enumerate(nodes.ids)}
    source, target = (_ends(network, rows, field) for field in ("source", "target"))
    variance = scaled_up(links.column("jitter_ms"), NS_PER_MS) ** 2
    carries = links.column("slices")

    two_way = links.column("bidirectional").map(int).astype(np.uint8)
    measures = (
        _latency_ns(network, source, target, longer_by).astype(np.int32),
        variance,
        carries.row_codes(),
    )
    out = arcs_of(len(nodes), source, target, two_way, measures)
    processing = scaled_up(nodes.column("processing_ms"), NS_PER_MS)
    country, operator = nodes.column("country"), nodes.column("operator")
    link_operator, group = links.column("operator"), links.column("jitter_group")
    groups = {name: g for g, name in enumerate(sorted(n for n in set(group.values) if n))}
    return NetworkIndex(
        rows=rows,
        out=out,
        back=out if two_way.all() else arcs_of(len(nodes), target, source, two_way, measures),
        processing=processing.astype(np.int32),
        countries=tuple(country.values),
        country=country.row_codes(),
        operators=(*operator.values, *link_operator.values),
        operator=operator.row_codes(),
        link_operator=link_operator.row_codes() + np.int32(len(operator.values)),
        jitter_groups=tuple(groups),
        jitter_group=group.map(groups.__getitem__, -1).astype(np.int32),
        carried=tuple(carries.values),
        slices=frozenset(network.slices.ids),
        isolated=frozenset(one.id for one in network.slices if one.isolated),
        is_symmetric=bool(two_way.all()),
    )


def _ends(network: Network, rows: Mapping[str, int], field: str) -> NDArray[np.int32]:
    column = network.links.column(field)
    made = np.array([rows[name] for name in column.values], np.int32)
    return made if column.codes is None else made[column.codes]


def arcs_of(
    n_nodes: int,
    tails: NDArray[np.int32],
    heads: NDArray[np.int32],
    two_way: NDArray[np.uint8],
    measures: tuple[NDArray[np.int32], NDArray[np.int64] | None, NDArray[np.int32] | None],
) -> Arcs:
    """Return links, which lead both ways where they do, as arcs by the node that they leave.

    Of each link `measures` tells the latency, the variance and what it carries; None is 0 for all.
    """
    n_arcs = len(tails) + int(np.count_nonzero(two_way))
    indptr = np.empty(n_nodes + 1, np.int64)
    arc_head, arc_latency, arc_link = (np.empty(n_arcs, np.int32) for _ in range(3))
    latency, variance, carries = measures
    group_links(tails, heads, latency, two_way, indptr, arc_head, arc_latency, arc_link)
    return Arcs(
        indptr,
        arc_head,
        arc_latency,
        _by_arc(variance, arc_link, np.int64),
        _by_arc(carries, arc_link, np.int32),
        arc_link,
    )


def _by_arc(
    by_link: NDArray[Integer] | None, arc_link: NDArray[np.int32], dtype: type[Integer]
) -> NDArray[Integer]:
    """Return what an arc has of its link; where no link has anything, memory that nobody touches."""
    if by_link is None or not by_link.any():
        return np.zeros(len(arc_link), dtype)
    return by_link[arc_link]


def _latency_ns(
    network: Network,
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    detour: Decimal,
) -> NDArray[np.int64]:
    latency = scaled_up(network.links.column("latency_ms"), NS_PER_MS)
    by_length = scaled_up(network.links.column("length_km"), NS_PER_KM)
    latency = np.where(latency == MISSING, by_length, latency)
    bare = np.flatnonzero(latency == MISSING)
    if len(bare):
        lat, lon = (degrees(network.nodes.column(field)) for field in ("lat", "lon"))
        latency[bare] = fibre_ns(lat, lon, source[bare], target[bare], detour)
    # The door has refused all but a detour that makes a link too long.
    faults = Faults()
    for link in np.flatnonzero(latency > MAX_LATENCY_NS).tolist():
        names = (network.nodes.ids[end[link]] for end in (source, target))
        faults.add(
            f"links[{link}]",
            '"{}" to "{}" takes {} ns one way; expected at most 2.1 s'.format(
                *names, latency[link]
            ),
        )
    faults.raise_if_any()
    return latency
