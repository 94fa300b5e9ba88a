"""Files of plain numbers, as the public libraries of instances hold them, packed with gzip or not."""

import gzip
import os
import re
import zlib
from collections.abc import Callable
from typing import IO, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from placement.errors import Fault, FileError, InputError
from placement.io.place import reason
from placement.units import shown

__all__ = ["Numbers", "read_content", "read_numbers"]

MOST_BYTES = 2**27  # of content: a hundred million digits
BLOCK = 2**20
LONGEST = 18  # characters of one number: it fits in 64 bits
MOST_DIGITS = 15  # of a decimal: a double holds as many
WHITE = re.compile(rb"\s")
WORD = re.compile(rb"\S+")
WHOLE = b"0123456789+- \t\n\v\f\r"
DECIMAL = WHOLE + b"."


class Numbers:
    """The numbers of a file, taken piece by piece.

    Parameters
    ----------
    path : str or path-like
        Of the file, for messages.
    data : bytes
        What it holds.
    decimals : bool
        Whether numbers may have a fraction.

    Attributes
    ----------
    values : ndarray of shape (n,), int64 or float64
        All of them.
    at : int
        How many are taken.

    Raises
    ------
    InputError
        If anything else than numbers is in it; the first such word is told with its line.
    """

    __slots__ = ("_blocks", "_data", "_path", "at", "values")

    def __init__(self, path: str | os.PathLike[str], data: bytes, *, decimals: bool) -> None:
        self._path, self._data, self.at = path, data, 0
        self._blocks: list[tuple[int, int]] = []  # the first number of each, and its first byte
        strange = data.translate(None, DECIMAL if decimals else WHOLE)
        if strange:
            self._refuse_word(data.index(strange[:1]), decimals)
        self.values = self._parsed(decimals)

    def take(self, n_numbers: int, what: str) -> NDArray[Any]:
        """Return the next numbers.

        Raises
        ------
        InputError
            If there are fewer.
        """
        left = len(self.values) - self.at
        if n_numbers > left:
            told = f"ends too early: expected {n_numbers} numbers ({what}), got {left}"
            self.refuse(len(self.values), told)
        self.at += n_numbers
        return self.values[self.at - n_numbers : self.at]

    def count(self, what: str, least: int = 1) -> int:
        """Return the next number, which counts something that the rest of the file holds."""
        (number,) = self.take(1, f"the number of {what}").tolist()
        if number < least or number != int(number):
            self.refuse(self.at - 1, f"{number} is no number of {what}; expected {least} or more")
        if number > len(self.values):
            told = f"{number} {what} are more than the file has numbers; was it copied whole?"
            self.refuse(self.at - 1, told)
        return int(number)

    def end(self) -> None:
        """Refuse what stands behind the end."""
        left = len(self.values) - self.at
        if left:
            self.refuse(self.at, f"{left} numbers stand behind the end; is it of this format?")

    def largest(self, most: int) -> None:
        """Refuse numbers that are larger than any of this format."""
        above = self.values > most
        if above.any():
            first = int(above.argmax())
            self.refuse(first, f"{self.values[first]} is too large; expected at most {most}")

    def not_negative(self, piece: NDArray[Any], what: str) -> NDArray[Any]:
        """Return the piece that was taken last, unless a number in it is negative."""
        self.each(piece, piece < 0, f"{what} below 0; expected 0 or more")
        return piece

    def each(self, piece: NDArray[Any], wrong: NDArray[np.bool_], told: str) -> None:
        """Refuse the piece that was taken last if any of its numbers is wrong; the first is told."""
        if wrong.any():
            first = int(wrong.ravel().argmax())
            value = piece.ravel()[first].item()
            others = f" ({int(wrong.sum())} in all)" if wrong.sum() > 1 else ""
            self.refuse(self.at - piece.size + first, f"{value} is {told}{others}")

    def refuse(self, index: int, message: str) -> NoReturn:
        """Raise the error that a number is wrong, with its line."""
        raise InputError([Fault(f"{os.fspath(self._path)}:{self._line(index)}", message)])

    def _line(self, index: int) -> int:
        if index >= len(self.values):
            return self._data.count(b"\n", 0, len(self._data.rstrip())) + 1
        first, begin = next(block for block in reversed(self._blocks) if block[0] <= index)
        for place, word in enumerate(WORD.finditer(self._data, begin)):
            if place == index - first:
                begin = word.start()
                break
        return self._data.count(b"\n", 0, begin) + 1

    def _refuse_word(self, at: int, decimals: bool) -> NoReturn:
        begin = max(self._data.rfind(one, 0, at) for one in (b" ", b"\t", b"\n", b"\r")) + 1
        found = WHITE.search(self._data, at)
        word = self._data[begin : found.start() if found else None][:60]
        line = self._data.count(b"\n", 0, at) + 1
        expected = "a number" if decimals else "a whole number"
        told = f"{shown(word.decode('latin-1'))} is not {expected}"
        if self._data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) or b"\0" in word:
            told += "; save the file as plain ASCII text"
        raise InputError([Fault(f"{os.fspath(self._path)}:{line}", told)])

    def _parsed(self, decimals: bool) -> NDArray[Any]:
        read: type[float] = float if decimals else int
        pieces: list[NDArray[Any]] = []
        begin, n_values = 0, 0
        while begin < len(self._data):
            found = WHITE.search(self._data, begin + BLOCK)
            end = found.start() if found else len(self._data)
            words = self._data[begin:end].split()
            self._blocks.append((n_values, begin))
            if max(map(len, words), default=0) > LONGEST or decimals:
                self._check_digits(begin, end, words)
            try:
                pieces.append(np.fromiter(map(read, words), read, len(words)))
            except (ValueError, OverflowError):
                self._refuse_word(_first_that_fails(self._data, begin, end, read), decimals)
            n_values += len(words)
            begin = end
        return np.concatenate(pieces) if pieces else np.empty(0, read)

    def _check_digits(self, begin: int, end: int, words: list[bytes]) -> None:
        for word in words:
            digits = word.translate(None, b"+-.").lstrip(b"0")
            if len(word) > LONGEST or len(digits) > (MOST_DIGITS if b"." in word else LONGEST):
                at = self._data.index(word, begin, end)
                line = self._data.count(b"\n", 0, at) + 1
                told = f"{shown(word[:60].decode('latin-1'))} has too many digits"
                raise InputError([Fault(f"{os.fspath(self._path)}:{line}", told)])


def _first_that_fails(data: bytes, begin: int, end: int, read: Callable[[bytes], Any]) -> int:
    for word in WORD.finditer(data, begin, end):
        try:
            read(word[0])
        except (ValueError, OverflowError):
            return word.start()
    raise AssertionError("one of them failed before")


def read_numbers(path: str | os.PathLike[str]) -> Numbers:
    """Read a file of whole numbers.

    Parameters
    ----------
    path : str or path-like
        The file; one that gzip has packed is unpacked.

    Returns
    -------
    Numbers
        None of them taken.

    Raises
    ------
    FileError
        If it cannot be read, or holds more than 128 MiB.
    InputError
        If anything else than numbers is in it.
    """
    return Numbers(path, read_content(path), decimals=False)


def read_content(path: str | os.PathLike[str]) -> bytes:
    """Return what a file holds, unpacked where gzip has packed it.

    Raises
    ------
    FileError
        If it cannot be read, or holds more than 128 MiB.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (`path` may be any path-like)
            packed = file.peek(2)[:2] == b"\x1f\x8b"
            source: IO[bytes] = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]
            data = source.read(MOST_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileError(path, f"cannot be unpacked: {error}; get it again") from error
    except OSError as error:
        raise FileError(path, reason(error)) from error
    if len(data) > MOST_BYTES:
        raise FileError(path, f"holds more than {MOST_BYTES >> 20} MiB; no such instance does")
    return data
