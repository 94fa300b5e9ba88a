"""What single failures do to round trips: the table, and the worst of it."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Failure", "FailureTable", "Impact"]

NO_PATH = -1
# Cells that are looked at together.
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A link or a node that has failed.

    Parameters
    ----------
    link : int, optional
        The row of the link in the network's table.
    ends : tuple of (str, str), optional
        The nodes at the ends of the link.
    both_ways : bool, default False
        Whether the link leads both ways.
    node : str, optional
        The id of the node.
    """

    link: int | None = None
    ends: tuple[str, str] | None = None
    both_ways: bool = False
    node: str | None = None

    def __str__(self) -> str:
        if self.ends is None:
            return f"node {self.node}"
        return f"link {self.link} ({(' – ' if self.both_ways else ' → ').join(self.ends)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What one failure does to one pair.

    Parameters
    ----------
    failure : Failure
        What has failed.
    pair : tuple of (str, str)
        The pair.
    healthy_ns, rtt_ns : int
        The round trip without the failure and with it; -1 where there is none.
    """

    failure: Failure
    pair: tuple[str, str]
    healthy_ns: int
    rtt_ns: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FailureTable:
    """The round trips of pairs of nodes under single failures; `str` shows the worst of them.

    Parameters
    ----------
    rtt_ns : ndarray of shape (n_failures, n_pairs), int64, ns
        Out and back, without any access time; -1 where either does not exist.
    healthy_ns : ndarray of shape (n_pairs,), int64, ns
        Likewise, while nothing fails.
    failures : tuple of Failure
        What each row is.
    pairs : tuple of (str, str)
        What each column is.
    """

    rtt_ns: NDArray[np.int64]
    healthy_ns: NDArray[np.int64]
    failures: tuple[Failure, ...]
    pairs: tuple[tuple[str, str], ...]

    def worst(self, n: int = 10) -> tuple[Impact, ...]:
        """Return the failures and pairs that lose most: those without a path left, then by the added time.

        Parameters
        ----------
        n : int, default 10
            At most so many; cells that lose nothing are not among them.

        Returns
        -------
        tuple of Impact
            The worst first, and of equals the first in the table.

        Examples
        --------
        >>> from placement import Network, failure_table
        >>> network = Network.from_links([("paris", "bern", 3), ("bern", "milan", 4)])
        >>> table = failure_table(network, [("paris", "milan"), ("paris", "bern")])
        >>> [(str(one.failure), one.pair[1]) for one in table.worst(2)]
        [('link 0 (paris – bern)', 'milan'), ('link 0 (paris – bern)', 'bern')]
        """
        found = heapq.nsmallest(n, self._losses(n))
        return tuple(
            Impact(
                failure=self.failures[row],
                pair=self.pairs[column],
                healthy_ns=int(self.healthy_ns[column]),
                rtt_ns=int(self.rtt_ns[row, column]),
            )
            for _, row, column in found
        )

    def _losses(self, n: int) -> Iterator[tuple[int, int, int]]:
        """Yield (-loss, row, column) of the worst cells of each block of rows."""
        n_pairs = len(self.pairs)
        n_rows = max(1, BLOCK // max(1, n_pairs))
        for first in range(0, len(self.failures), n_rows):
            some = self.rtt_ns[first : first + n_rows]
            loss = np.where(some == NO_PATH, np.iinfo(np.int64).max, some - self.healthy_ns)
            loss[:, self.healthy_ns == NO_PATH] = 0
            cells = np.flatnonzero(loss)
            values = loss.reshape(-1)[cells]
            if 0 < n < len(cells):
                # Of those that are as bad as the n-th, the first n are still in the running.
                least = np.partition(values, -n)[-n]
                cells = np.append(cells[values > least], cells[values == least][:n])
            for cell in cells.tolist():
                row, column = divmod(cell, n_pairs)
                yield -int(loss[row, column]), first + row, column

    def __str__(self) -> str:
        cut_off = ((self.rtt_ns == NO_PATH) & (self.healthy_ns != NO_PATH)).any(axis=0).sum()
        told = f"{cut_off} of them can lose their path" if cut_off else "no pair loses its path"
        lines = [f"{len(self.failures):,} failures × {len(self.pairs):,} pairs · {told}"]
        rows = [("failure", "pair", "ms", "ms then")]
        rows += [
            (str(one.failure), " → ".join(one.pair), _ms(one.healthy_ns), _ms(one.rtt_ns))
            for one in self.worst()
        ]
        widths = [max(len(row[k]) for row in rows) for k in range(4)]
        return "\n".join(lines + [_line(row, widths) for row in rows if len(rows) > 1])


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    names = [row[k].ljust(widths[k]) for k in (0, 1)]
    return "  ".join(names + [row[k].rjust(widths[k]) for k in (2, 3)])


def _ms(rtt_ns: int) -> str:
    return "none" if rtt_ns == NO_PATH else f"{rtt_ns / 1e6:.6f}"
