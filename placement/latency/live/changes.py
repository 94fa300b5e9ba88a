"""What may change in a network that is in use, and what that makes of a matrix of latencies."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Changes", "LinkChange", "NodeChange"]


@dataclass(frozen=True, slots=True)
class LinkChange:
    """A link slows down, speeds up, fails or comes back.

    Parameters
    ----------
    link : int or (str, str)
        Its row in the network's table; or its two ends, in either order if it leads both ways.
    latency_ms : number, optional
        What it takes from now on, one way; rounded up to whole nanoseconds. As before if left out.
    latency_ns : int, optional
        The same in whole nanoseconds; only one of the two may be given.
    up : bool, optional
        False: it fails. True: it comes back, as quick as it was. As before if left out.
    towards : str, optional
        Change it only in the direction that leads to this one of its ends.

    Examples
    --------
    >>> from placement import LinkChange
    >>> LinkChange(("paris", "bern"), up=False)
    LinkChange(link=('paris', 'bern'), latency_ms=None, latency_ns=None, up=False, towards=None)
    """

    link: int | tuple[str, str]
    _: KW_ONLY
    latency_ms: Any = None
    latency_ns: int | None = None
    up: bool | None = None
    towards: str | None = None


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node goes down, and all of its links with it, or comes back.

    Parameters
    ----------
    node : str
        Its id.
    up : bool
        False: no link leads to it or from it any more. True: they do again, but for those that have
        failed themselves or whose other end is down.

    Examples
    --------
    >>> from placement import NodeChange
    >>> NodeChange("bern", up=False)
    NodeChange(node='bern', up=False)
    """

    node: str
    _: KW_ONLY
    up: bool


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """The cells of a matrix that a change has made different, row by row; no other cell has changed.

    Parameters
    ----------
    changed_rows : ndarray of shape (n_changed_rows,), int32
        The rows that have such cells, ascending.
    ptr : ndarray of shape (n_changed_rows + 1,), int64
        The cells of changed_rows[i] are ptr[i] to ptr[i + 1].
    columns : ndarray of shape (n_cells,), int32
        The column of each cell, ascending in each row.
    old, new : ndarray of shape (n_cells,), int32, ns
        What was there, and what is there now.
    fallback : str or None
        Why the whole matrix was computed anew, if it was.

    Notes
    -----
    It holds 12 bytes a cell, and 12 a row.

    Examples
    --------
    >>> from placement import LinkChange, LiveMatrix, Network
    >>> live = LiveMatrix(Network.from_links([("paris", "bern", 3), ("bern", "milan", 4)]))
    >>> changes = live.change(LinkChange(("bern", "milan"), latency_ms=5))
    >>> print(changes)
    4 cells in 3 rows and 3 columns
    >>> changes.rows.tolist(), changes.columns.tolist(), changes.new.tolist()
    ([0, 1, 2, 2], [2, 2, 0, 1], [8000000, 5000000, 8000000, 5000000])
    """

    changed_rows: NDArray[np.int32]
    ptr: NDArray[np.int64]
    columns: NDArray[np.int32]
    old: NDArray[np.int32]
    new: NDArray[np.int32]
    fallback: str | None = None

    @property
    def rows(self) -> NDArray[np.int32]:
        """The row of each cell."""
        return np.repeat(self.changed_rows, np.diff(self.ptr))

    @property
    def changed_columns(self) -> NDArray[np.int32]:
        """The columns that have such cells, ascending."""
        return np.unique(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __str__(self) -> str:
        if len(self) == 0:
            said = "no cell"
        else:
            said = (
                f"{_counted(len(self), 'cell')} in {_counted(len(self.changed_rows), 'row')}"
                f" and {_counted(len(self.changed_columns), 'column')}"
            )
        return said if self.fallback is None else f"{said}; computed anew, since {self.fallback}"


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
