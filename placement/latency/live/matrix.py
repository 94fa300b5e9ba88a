"""A matrix of latencies that follows its network: links and nodes change, and it tells which cells do."""

import datetime
import threading
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from placement.latency.arguments import Nodes, array_to_fill, rows_of
from placement.latency.index import NetworkIndex, build_index
from placement.latency.live.changes import Changes, LinkChange, NodeChange
from placement.latency.live.upkeep import Upkeep
from placement.latency.routing import routing_class
from placement.model.faults import Faults
from placement.model.network import Network

__all__ = ["LiveMatrix"]


class LiveMatrix:
    """A matrix of latencies that is kept true while links and nodes change.

    Parameters
    ----------
    network : Network or NetworkIndex
        The network as it is at first. An index is not touched, and may serve others meanwhile.
    sources, targets : iterable of str, or ndarray of integers, optional
        Ids of nodes, or their rows; all nodes, in the order of the network, if left out.
    slice : str, optional
        Use only links that carry this slice.
    transit : country, group, or iterable of them, optional
        Use only nodes in these countries; the source itself is exempt.
    at : date or str, optional
        The day on which groups of countries are read; today if left out.
    out : ndarray of shape (n_sources, n_targets), int32, optional
        Where the latencies are kept.
    threads : int, optional
        At most so many; as many as there are processors if left out.
    detour : float, default 1.4
        As for `build_index`; not used if an index is given.

    Raises
    ------
    InputError
        If a node, slice or country is not known, an array does not fit, or a detour is too long.

    Notes
    -----
    Beside the matrix it holds about 60 bytes for each arc of the elimination tree and 20 for each
    direction of a link. One thread at a time changes it; others wait.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016, section 5.4.

    Examples
    --------
    >>> from placement import LinkChange, LiveMatrix, Network
    >>> live = LiveMatrix(
    ...     Network.from_links([("paris", "bern", 3), ("bern", "milan", 4), ("paris", "milan", 9.5)]),
    ...     sources=["paris"], targets=["bern", "milan"])
    >>> live.latency.tolist()
    [[3000000, 7000000]]
    >>> changes = live.change(LinkChange(("paris", "bern"), up=False))
    >>> live.latency.tolist(), len(changes)
    ([[13500000, 9500000]], 2)
    """

    def __init__(
        self,
        network: Network | NetworkIndex,
        sources: Nodes = None,
        targets: Nodes = None,
        *,
        slice: str | None = None,
        transit: str | Iterable[str] | None = None,
        at: datetime.date | str | None = None,
        out: NDArray[np.int32] | None = None,
        threads: int | None = None,
        detour: float = 1.4,
    ) -> None:
        index = (
            network if isinstance(network, NetworkIndex) else build_index(network, detour=detour)
        )
        faults = Faults()
        rows = rows_of(index, sources, "sources", faults)
        columns = rows_of(index, targets, "targets", faults)
        routing = routing_class(index, slice, transit, at, faults)
        latency = array_to_fill(out, "out", (len(rows), len(columns)), np.int32, faults)
        if threads is not None and threads < 1:
            faults.add("threads", f"{threads} is below 1")
        faults.raise_if_any()
        self._upkeep = Upkeep(index, routing, rows, columns, latency=latency, threads=threads)
        self._lock = threading.Lock()

    @property
    def latency(self) -> NDArray[np.int32]:
        """The latencies as they are now, of shape (n_sources, n_targets), in ns; not to be written."""
        view = self._upkeep.latency.view()
        view.flags.writeable = False
        return view

    @property
    def index(self) -> NetworkIndex:
        """The network as it is now; links that are not up carry no slice."""
        with self._lock:
            return self._upkeep.index

    def __repr__(self) -> str:
        return "<live matrix of {} × {} latencies>".format(*self._upkeep.latency.shape)

    def change(
        self, *changes: LinkChange | NodeChange, stop: NDArray[np.int64] | None = None
    ) -> Changes:
        """Let links and nodes change, all at once, and bring the matrix up to date.

        Parameters
        ----------
        *changes : LinkChange or NodeChange
            What happens; of several changes of one thing the last one counts.
        stop : ndarray of shape (2,), int64, optional
            A deadline on the scale of `time.monotonic_ns` (2**63 - 1: none), and a word that another
            thread sets to anything but 0 to cancel.

        Returns
        -------
        Changes
            The cells that are different now.

        Raises
        ------
        InputError
            If a link or node is not known, or a value is out of range; nothing has changed then.
        StoppedError
            If `stop` was raised or its deadline passed; nothing has changed then.

        Notes
        -----
        What a change costs depends on how many nodes lie below it in the elimination tree; see the
        page on latency. Where it is cheaper, the whole matrix is computed anew and compared.

        Examples
        --------
        >>> from placement import LinkChange, LiveMatrix, Network, NodeChange
        >>> live = LiveMatrix(Network.from_links([("paris", "bern", 3), ("bern", "milan", 4)]),
        ...                   sources=["paris"])
        >>> changes = live.change(LinkChange(0, latency_ms=5), NodeChange("milan", up=False))
        >>> changes.old.tolist(), changes.new.tolist()
        ([3000000, 7000000], [5000000, 2147483647])
        """
        with self._lock:
            return self._upkeep.change(self._upkeep.links.edits(changes), stop)
