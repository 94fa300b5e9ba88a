"""A table: typed columns outside, row objects on demand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from placement.errors import NoValueError
from placement.model.column import Column
from placement.model.faults import did_you_mean
from placement.model.noun import Noun
from placement.units import shown

__all__ = ["Table"]

T = TypeVar("T")


class Table(Sequence[T], Generic[T]):
    """The rows of one noun, kept as columns; a row object is made when it is asked for.

    Parameters
    ----------
    noun : Noun
        What a row is.
    columns : mapping of str to Column
        One for each field; a mapping of resources has one for each resource, such as
        ``demand.cpu``, with None where a row has no entry.
    n_rows : int
        How many rows.
    """

    __slots__ = ("_columns", "_index", "_length", "noun")

    def __init__(self, noun: Noun, columns: Mapping[str, Column], n_rows: int) -> None:
        self.noun = noun
        self._columns = dict(columns)
        self._length = n_rows
        self._index: dict[str, int] | None = None

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        return (self._row(row) for row in range(self._length))

    @overload
    def __getitem__(self, key: int | str) -> T: ...
    @overload
    def __getitem__(self, key: slice) -> "Table[T]": ...
    def __getitem__(self, key: int | str | slice) -> "T | Table[T]":
        if isinstance(key, str):
            return self._row(self.index(key))
        if isinstance(key, slice):
            return self.take(range(*key.indices(self._length)))
        if not -self._length <= key < self._length:
            raise IndexError(f"row {key} of {self._length} {self.noun.name}")
        return self._row(key % self._length)

    def __contains__(self, item: object) -> bool:
        return item in self._places() if isinstance(item, str) else super().__contains__(item)

    def __repr__(self) -> str:
        return f"<{self._length} {self.noun.name}>"

    @property
    def columns(self) -> dict[str, Column]:
        """All columns by name."""
        return dict(self._columns)

    @property
    def ids(self) -> Sequence[str]:
        """The ids, row by row."""
        column = self._columns[self.noun.key]
        return column.values if column.codes is None else [column[row] for row in range(len(self))]

    def column(self, name: str) -> Column:
        """Return a column by the name of its field, such as ``node`` or ``demand.cpu``."""
        return self._columns[name]

    def resources(self, field: str) -> tuple[str, ...]:
        """Return the resources that any row of a field such as ``demand`` names, sorted."""
        start = field + "."
        return tuple(sorted(name[len(start) :] for name in self._columns if name.startswith(start)))

    def index(self, key: Any, start: int = 0, stop: int | None = None) -> int:  # noqa: ARG002 (of Sequence)
        """Return the row of an id.

        Raises
        ------
        NoValueError
            If no row has it.
        """
        place = self._places().get(key)
        if place is None:
            raise NoValueError(f"no {self.noun.singular} {shown(key)}{did_you_mean(key, self.ids)}")
        return place

    def take(self, rows: Sequence[int]) -> "Table[T]":
        """Return the table of some rows, in that order."""
        import numpy as np

        chosen = np.asarray(rows, dtype=np.intp)
        columns = {name: column.take(chosen) for name, column in self._columns.items()}
        return Table(self.noun, columns, len(chosen))

    def _places(self) -> dict[str, int]:
        if self._index is None:
            self._index = {name: row for row, name in enumerate(self.ids)}
        return self._index

    def _row(self, row: int) -> T:
        values: dict[str, Any] = {}
        for name, field in self.noun.fields.items():
            if not field.exploded:
                value = self._columns[name][row]
                values[name] = dict(value) if field.mapping and value is not None else value
                continue
            listed = {r: self._columns[f"{name}.{r}"][row] for r in self.resources(name)}
            values[name] = {r: value for r, value in listed.items() if field.says(value)}
            if field.optional and not self._columns[name][row]:
                values[name] = None
        made: T = self.noun.row(**values)
        return made
