"""What a noun of the model looks like at the door: its fields and how each is read."""

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

__all__ = ["NOUNS", "REQUIRED", "Field", "Noun", "each", "keys", "one"]

REQUIRED: Any = object()


def itself(value: Any) -> Any:
    """Return the value: most are already as JSON holds them."""
    return value


def nothing(_: Any) -> Iterable[tuple[str, str]]:
    """Name no one."""
    return ()


def one(value: str) -> list[tuple[str, str]]:
    """Name one id."""
    return [("", value)]


def each(values: Iterable[str]) -> list[tuple[str, str]]:
    """Name the ids of a set."""
    return [("", value) for value in values]


def keys(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Name the keys of a mapping."""
    return [("." + key, key) for key, _ in pairs]


@dataclass(frozen=True, slots=True)
class Field:
    """How one field is read, checked and written.

    Parameters
    ----------
    parse : callable
        From a raw value that is not None to the canonical, hashable one; raises ValueError.
    default : object
        The canonical value of a field that is left out, or `REQUIRED`.
    dump : callable
        From the canonical value to what JSON holds.
    names : callable
        From the canonical value to the (place within it, id) pairs that it names.
    target : str
        The table that these ids are in; empty if the field names no one.
    exploded : bool
        The value maps resources to amounts and is kept as one column a resource.
    mapping : bool
        The canonical value is a tuple of pairs, and a dict in the row object.
    optional : bool
        Of an exploded field: being left out differs from being empty.
    keep_zero : bool
        Of an exploded field: an amount of 0 differs from none.
    most : number
        Any number from 0 to this is read as itself, so that an array of them can be taken over
        whole; 0 where that is not so.
    """

    parse: Callable[[Any], Any]
    default: Any = None
    dump: Callable[[Any], Any] = itself
    names: Callable[[Any], Iterable[tuple[str, str]]] = nothing
    target: str = ""
    exploded: bool = False
    mapping: bool = False
    optional: bool = False
    keep_zero: bool = False
    most: float = 0

    def says(self, value: Any) -> bool:
        """Return whether an entry of an exploded field says anything: 0 may be as good as none."""
        return value is not None and (self.keep_zero or value != 0)


NOUNS: dict[str, "Noun"] = {}


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun: its table's name, its row class and its fields.

    Parameters
    ----------
    name, singular : str
        Of the table, and of one row in messages.
    row : type
        The frozen dataclass of a row.
    fields : mapping of str to Field
        In the order of the dataclass.
    key : str
        The field that names a row, unique in the table; empty if there is none.
    """

    name: str
    singular: str
    row: Callable[..., Any]
    fields: Mapping[str, Field]
    key: str = "id"

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))
        NOUNS[self.name] = self

    def __reduce__(self) -> tuple[Any, ...]:
        return noun_named, (self.name,)


def noun_named(name: str) -> Noun:
    """Return the noun of a table; it is pickled by this name."""
    if name not in NOUNS:
        importlib.import_module("placement.model.plan")
    return NOUNS[name]
