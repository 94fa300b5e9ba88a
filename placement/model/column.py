"""One column of a table: distinct values, and for each row which of them."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement import units

__all__ = ["Column", "intern"]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of canonical values.

    Parameters
    ----------
    values : sequence or ndarray, int64 or float64
        The distinct values; an array where there are many numbers (a float in it stands for its
        shortest decimal).
    codes : ndarray of shape (n_rows,), int32, optional
        For each row the index of its value; None where row i has value i.
    """

    values: Any
    codes: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.values) if self.codes is None else len(self.codes)

    def __getitem__(self, row: int) -> Any:
        return self.value(row if self.codes is None else int(self.codes[row]))

    def value(self, code: int) -> Any:
        """Return the canonical value of a code."""
        value = self.values[code]
        return units.number(value.item()) if isinstance(value, np.generic) else value

    def distinct(self) -> tuple[Any, ...]:
        """Return the canonical values by code; with an array of values they may repeat."""
        if isinstance(self.values, np.ndarray):
            return tuple(units.number(value) for value in self.values.tolist())
        return tuple(self.values)

    def row_codes(self) -> NDArray[np.int32]:
        """Return for each row the index of its value."""
        return np.arange(len(self.values), dtype=np.int32) if self.codes is None else self.codes

    def take(self, rows: NDArray[np.intp]) -> "Column":
        """Return the column of some rows, in that order."""
        return Column(self.values, self.row_codes()[rows])

    def map(self, function: Callable[[Any], int], missing: int = 0) -> NDArray[np.int64]:
        """Return for each row an integer made of its value, `missing` where it is None."""
        made = [missing if value is None else function(value) for value in self.distinct()]
        return np.array(made, dtype=np.int64)[self.row_codes()] if made else np.empty(0, np.int64)

    def present(self) -> NDArray[np.bool_]:
        """Return for each row whether it has a value: whether that is not None."""
        if isinstance(self.values, np.ndarray):
            return np.ones(len(self), dtype=bool)
        made = np.array([value is not None for value in self.values], dtype=bool)
        return made if self.codes is None else made[self.codes]

    @staticmethod
    def constant(value: Any, n_rows: int) -> "Column":
        """Return a column with the same value in every row."""
        return Column((value,) if n_rows else (), np.zeros(n_rows, np.int32))

    @staticmethod
    def of(values: Iterable[Hashable]) -> "Column":
        """Return the column that holds these values, row by row."""
        distinct, codes = intern(values)
        return Column(tuple(distinct), codes)


def intern(
    values: Iterable[Any], key: Callable[[Any], Hashable] | None = None
) -> tuple[list[Any], NDArray[np.int32]]:
    """Return the distinct values in order of appearance, and each row's index into them."""
    listed = values if isinstance(values, list) else list(values)
    marks: list[Any] = listed if key is None else [key(value) for value in listed]
    index = {mark: code for code, mark in enumerate(dict.fromkeys(marks))}
    codes = np.fromiter(map(index.__getitem__, marks), np.int32, len(marks))
    if key is None:
        return list(index), codes
    first = dict(zip(reversed(marks), reversed(listed), strict=True))
    return [first[mark] for mark in index], codes
