"""JSON as it is read: exact numbers, no key twice, and every refusal with its line."""

import decimal
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from placement.errors import InputError
from placement.model.faults import Faults
from placement.units import shown

__all__ = ["Repeated", "parse", "repetitions"]

DEEPEST = 64  # far more than either format needs
LONGEST_INTEGER = 4000  # digits; Python refuses to read much longer ones
TOKENS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
NOT_TEXT = {
    b"\xef\xbb\xbf": "begins with a byte order mark; save it as UTF-8 without one",
    b"\xff\xfe": "is UTF-16; save it as UTF-8",
    b"\xfe\xff": "is UTF-16; save it as UTF-8",
    b"{\0": "is UTF-16; save it as UTF-8",
    b"\0{": "is UTF-16; save it as UTF-8",
    b"\0\0": "is UTF-32, or no text at all; save it as JSON in UTF-8",
    b"PAR1": "is a Parquet file; name the folder that it is in",
    b"\x1f\x8b": "is compressed; unpack it first",
    b"PK\x03\x04": "is a zip archive; unpack it first",
}
WANTED = {
    "Expecting value": "expected a value",
    "Expecting ',' delimiter": "expected a comma or the closing bracket",
    "Expecting ':' delimiter": "expected a colon after the field's name",
    "Expecting property name enclosed in double quotes": "expected a field's name in double quotes",
    "Extra data": "expected the end of the file: it holds one document",
    "Invalid control character at": r"expected no bare control character in a text: write it as \n or \u0000",
    "Unterminated string starting at": "expected a closing double quote to this text",
}
FIXES = {"'": '; quote texts with "', "/": "; JSON has no comments", "#": "; JSON has no comments"}


class Repeated(dict[str, Any]):
    """An object in which a key stood more than once."""

    __slots__ = ("keys_twice",)
    keys_twice: list[str]


def parse(data: bytes, where: str) -> tuple[Any, bool]:
    """Read a document.

    Parameters
    ----------
    data : bytes
        UTF-8.
    where : str
        The file's name, for the messages.

    Returns
    -------
    document : object
        Of dicts, lists, str, bool, None, int and `Decimal`.
    repeated : bool
        Whether an object in it is `Repeated`.

    Raises
    ------
    InputError
        If it is no JSON.
    """
    text = _decoded(data, where)
    reader = _Reader()
    try:
        try:
            return reader.read(text, int, Decimal), reader.repeated
        except json.JSONDecodeError:
            raise
        except (ValueError, decimal.InvalidOperation):  # a number that neither of the two can hold
            return reader.read(text, _integer, _decimal), reader.repeated
    except json.JSONDecodeError as error:
        raise _refused(where, text, error.pos, _told(text, error)) from None
    except RecursionError:
        told = f"is nested deeper than {DEEPEST} levels; expected at most 6"
        raise _refused(where, text, _too_deep(text), told) from None


class _Reader:
    """Notes, while a document is read, whether a key stands twice in an object."""

    def __init__(self) -> None:
        self.repeated = False

    def read(self, text: str, integer: Callable[[str], Any], fraction: Callable[[str], Any]) -> Any:
        return json.loads(
            text, object_pairs_hook=self.object, parse_int=integer, parse_float=fraction
        )

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        self.repeated = True
        twice = Repeated(made)
        seen: set[str] = set()
        twice.keys_twice = [key for key, _ in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
        return twice


def repetitions(document: Any, faults: Faults) -> None:
    """Note each key that stands twice in its object, in the order of the document."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, Repeated):
            for key in value.keys_twice:
                faults.add(f"{place}.{key}".lstrip("."), "is there twice; expected once")
        if isinstance(value, dict):
            inner = [(f"{place}.{key}".lstrip("."), item) for key, item in value.items()]
            waiting += reversed(inner)
        elif isinstance(value, list):
            waiting += [(f"{place}[{at}]", value[at]) for at in reversed(range(len(value)))]


def _decoded(data: bytes, where: str) -> str:
    faults = Faults()
    for start, told in NOT_TEXT.items():
        if data.startswith(start):
            faults.add(where, told)
            faults.raise_if_any()
    if not data.strip():
        faults.add(where, "is empty; expected a JSON document")
        faults.raise_if_any()
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        faults.add(
            f"{where}:{before.count(10) + 1}:{column}",  # 10: the end of a line
            f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8",
        )
        raise InputError(faults.kept) from None


def _refused(where: str, text: str, position: int, told: str) -> InputError:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    faults = Faults()
    faults.add(f"{where}:{line}:{column}", told)
    return InputError(faults.kept)


def _told(text: str, error: json.JSONDecodeError) -> str:
    """Return what stands where the reader stopped, and what should."""
    wanted = WANTED.get(error.msg, error.msg[:1].lower() + error.msg[1:])
    rest = text[error.pos : error.pos + 1000].lstrip()
    if not rest or error.msg.startswith("Unterminated"):
        return f"the file ends too early: {wanted}; was it copied whole?"
    found = re.match(r"\w+|.", rest, re.DOTALL)
    word = found[0] if found else ""
    before = text[max(0, error.pos - 1000) : error.pos].rstrip()
    if word in {"]", "}"} and before.endswith(","):
        return f"a comma stands before {word}; leave it out"
    return f"{shown(word)} is not what stands here: {wanted}{FIXES.get(word, '')}"


def _too_deep(text: str) -> int:
    depth = 0
    for token in _brackets(text):
        depth += 1 if token[0] in "[{" else -1
        if depth > DEEPEST:
            return token.start()
    return 0


def _brackets(text: str) -> Iterator[re.Match[str]]:
    return (token for token in TOKENS.finditer(text) if token[0][0] != '"')


def _integer(digits: str) -> Any:
    return int(digits) if len(digits) < LONGEST_INTEGER else _decimal(digits)


def _decimal(digits: str) -> Any:
    try:
        return Decimal(digits)
    except decimal.InvalidOperation:  # an exponent of more than 18 digits
        return Decimal("-Infinity" if digits.startswith("-") else "Infinity")
