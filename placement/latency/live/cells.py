"""Cells of a matrix that are written anew: which of them differ, and how to bring them back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement._core import overwrite
from placement.latency.live.changes import Changes

__all__ = ["LiveCells"]

# Cells that are compared before what was found is packed.
SLAB = 1 << 20


class _Piece:
    """The cells of some rows that were different."""

    def __init__(self, rows: NDArray[np.int32], n_columns: int) -> None:
        self.rows = rows
        self.count = np.zeros(len(rows), np.int64)
        self.columns, self.old, self.new = np.empty((3, len(rows) * n_columns), np.int32)

    def pack(self) -> None:
        """Keep no more than what was found."""
        n = int(self.count.sum())
        some = self.count > 0
        self.rows, self.count = self.rows[some], self.count[some]
        found = (each[:n] for each in (self.columns, self.old, self.new))
        # What is mostly full is not worth a copy.
        self.columns, self.old, self.new = (
            each if 2 * n >= len(self.columns) else each.copy() for each in found
        )


class LiveCells:
    """Writes cells over those of a matrix, and keeps account of those that were different.

    Parameters
    ----------
    latency : ndarray of shape (n_rows, n_columns), int32, ns
        The matrix.
    """

    def __init__(self, latency: NDArray[np.int32]) -> None:
        self._latency = latency
        self._pieces: list[_Piece] = []

    def write(
        self, rows: NDArray[np.int32], columns: NDArray[np.int32], fresh: NDArray[np.int32]
    ) -> None:
        """Write what belongs to some rows and columns, both ascending; several threads may do so."""
        step = max(1, SLAB // max(1, len(columns)))
        for begin in range(0, len(rows), step):
            piece = _Piece(rows[begin : begin + step], len(columns))
            # Before anything is written: an interrupt must find it.
            self._pieces.append(piece)
            overwrite(
                self._latency,
                piece.rows,
                columns,
                fresh[begin : begin + step],
                piece.count,
                piece.columns,
                piece.old,
                piece.new,
            )
            piece.pack()

    def undo(self) -> None:
        """Bring back everything that was different."""
        for piece in self._pieces:
            n = int(piece.count.sum())
            self._latency[np.repeat(piece.rows, piece.count), piece.columns[:n]] = piece.old[:n]

    def changes(self, fallback: str | None) -> Changes:
        """Return what was different, row by row."""
        pieces = [piece for piece in self._pieces if len(piece.rows)]
        if not pieces:
            none = np.empty(0, np.int32)
            return Changes(none, np.zeros(1, np.int64), none, none, none, fallback)
        rows, count, columns, old, new = (
            _joined([getattr(piece, name) for piece in pieces])
            for name in ("rows", "count", "columns", "old", "new")
        )
        if not (rows[1:] > rows[:-1]).all():
            rows, count, order = _by_row(rows, count, columns)
            columns, old, new = columns[order], old[order], new[order]
        ptr = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(count, out=ptr[1:])
        return Changes(rows, ptr, columns, old, new, fallback)


def _joined(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _by_row(
    rows: NDArray[np.int32], count: NDArray[np.int64], columns: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return rows in ascending order, how many cells each has, and the order of the cells."""
    by_row = np.argsort(rows, kind="stable")
    distinct = np.unique(rows)
    if len(distinct) < len(rows):  # cells of one row in several pieces
        each = np.repeat(rows, count)
        return distinct, np.bincount(each)[distinct], np.lexsort((columns, each))
    begin = np.cumsum(count) - count
    count = count[by_row]
    shift = begin[by_row] - (np.cumsum(count) - count)
    return distinct, count, np.arange(len(columns)) + np.repeat(shift, count)
