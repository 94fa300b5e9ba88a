"""What can go wrong, by name."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "Fault",
    "FileError",
    "InputError",
    "MissingExtraError",
    "NoValueError",
    "PlacementError",
    "StoppedError",
]

MOST_FAULTS_KEPT = 1000


class PlacementError(Exception):
    """What every error of this library is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input.

    Parameters
    ----------
    place : str
        Where, such as ``workloads[17].demand.memory``.
    message : str
        What was found there, and what was expected instead.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class InputError(PlacementError, ValueError):
    """The input breaks the rules; all that is wrong with it is told at once.

    Parameters
    ----------
    faults : sequence of Fault
        The faults, in the order of the input.
    n_faults : int, optional
        How many there were, where not all of them were kept.

    Attributes
    ----------
    faults : tuple of Fault
        The first thousand.
    n_faults : int
        How many there are in all.
    """

    def __init__(self, faults: Sequence[Fault], n_faults: int | None = None) -> None:
        self.faults = tuple(faults)
        self.n_faults = len(self.faults) if n_faults is None else n_faults
        super().__init__(self.faults, self.n_faults)

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults]
        if self.n_faults > len(self.faults):
            lines.append(f"… and {self.n_faults - len(self.faults)} more")
        return "\n".join(lines)


class FileError(PlacementError, OSError):
    """A file cannot be read or written.

    Parameters
    ----------
    path : str or path-like
        Which file.
    message : str
        Why, and what to do about it.
    """

    def __init__(self, path: str | os.PathLike[str], message: str) -> None:
        self.path = os.fspath(path)
        self.message = message
        super().__init__(self.path, message)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class NoValueError(PlacementError, LookupError):
    """The value that was asked for does not exist."""


class MissingExtraError(PlacementError, ImportError):
    """An optional dependency is needed here and not installed.

    Parameters
    ----------
    package : str
        What is missing, by its name in the package index.
    extra : str
        The extra of this library that brings it.
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"this needs {package}: pip install 'placement[{extra}]'")


class StoppedError(PlacementError):
    """The caller cancelled, or the deadline passed, before there was a result."""
