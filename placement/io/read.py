"""Reading a problem or a plan."""

import gc
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import IO, Any, TypeVar

from placement.errors import MOST_FAULTS_KEPT, Fault, FileError, InputError
from placement.io import json_reader
from placement.io.parquet import open_folder, read_tables
from placement.io.place import is_folder, reason
from placement.model.assemble import TABLES
from placement.model.faults import Faults
from placement.model.law import Law
from placement.model.plan import ASSIGNMENTS, MOVES, UNPLACED, Plan
from placement.model.problem import Problem

__all__ = ["read_law", "read_plan", "read_problem"]

T = TypeVar("T")

MOST_BYTES = 4 * 2**30
CHUNK = 2**20
PLAN_TABLES = tuple(noun.name for noun in (ASSIGNMENTS, UNPLACED, MOVES))


def read_problem(path: str | os.PathLike[str], *, law: Law | None = None) -> Problem:
    """Read a problem from a JSON file or a folder of Parquet files.

    Parameters
    ----------
    path : str or path-like
        A folder, or any other file: that is JSON.
    law : Law, optional
        Tables of law instead of those that the problem brings along, or of the library's.

    Returns
    -------
    Problem
        Checked.

    Raises
    ------
    FileError
        If it cannot be read.
    InputError
        If anything is wrong with its content; all faults are told at once, each with the file's name
        and its place.
    MissingExtraError
        If it is a folder and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from placement import Problem, read_problem, write_problem
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_problem(Problem(nodes=[{"id": "paris"}]), f"{folder}/problem.json")
    ...     len(read_problem(f"{folder}/problem.json").nodes)
    1
    """
    return _read(path, "problem.json", tuple(TABLES), partial(Problem.from_dict, law=law))


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Read a plan from a JSON file or a folder of Parquet files.

    Parameters
    ----------
    path : str or path-like
        A folder, or any other file: that is JSON.

    Returns
    -------
    Plan
        Of the right shape; whether it is right is for `verify` to say.

    Raises
    ------
    FileError
        If it cannot be read.
    InputError
        If anything is out of shape; all faults are told at once, each with the file's name and its
        place.
    MissingExtraError
        If it is a folder and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from placement import Problem, read_plan, solve, write_plan
    >>> plan = solve(Problem(nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}])).plan
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_plan(plan, f"{folder}/plan.json")
    ...     read_plan(f"{folder}/plan.json").problem == plan.problem
    True
    """
    return _read(path, "plan.json", PLAN_TABLES, Plan.from_dict)


def read_law(path: str | os.PathLike[str]) -> Law:
    """Read tables of law from a JSON file.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    Law
        With the library's tables that it extends, if it says that it does.

    Raises
    ------
    FileError
        If it cannot be read.
    InputError
        If anything is wrong with its content; all faults are told at once, each with the file's name
        and its place.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> from datetime import date
    >>> from placement import read_law
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "law.json"
    >>> _ = path.write_text(json.dumps({
    ...     "format": "placement-law/1", "version": "acme-1", "extends": "2026-11-25",
    ...     "groups": {"BENELUX": [{"countries": ["BE", "LU", "NL"], "source": "benelux"}]},
    ...     "sources": {"benelux": {"act": "Treaty of the Benelux Union, 17 June 2008"}}}))
    >>> sorted(read_law(path).expand(["BENELUX"], date(2026, 11, 24)))
    ['BE', 'LU', 'NL']
    """
    return _read(path, "law.json", (), Law.from_dict)


def _read(
    path: str | os.PathLike[str], rest: str, tables: tuple[str, ...], make: Callable[[Any], T]
) -> T:
    faults = Faults()
    try:
        with ExitStack() as stack, _uncollected():
            document = _document(path, rest, tables, faults, stack)
            return _checked(os.fspath(path), document, make, faults)
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise FileError(path, reason(error)) from error
    except MemoryError:
        raise FileError(path, "does not fit in memory; use a larger machine") from None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from going through a growing document again and again.

    Millions of small objects are made and none of them is garbage: reading takes 40 % less time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _document(
    path: str | os.PathLike[str],
    rest: str,
    tables: tuple[str, ...],
    faults: Faults,
    stack: ExitStack,
) -> Any:
    """Return the content of a file or a folder, and note what is wrong with its form."""
    if not is_folder(path):
        with open(path, "rb") as file:  # noqa: PTH123 (`path` may be any path-like)
            return _json(file, os.fspath(path), path, faults)
    opened = open_folder(path, stack)
    if rest not in opened.files:
        told = f"holds no {rest}; expected the folder that it is in"
        raise FileError(path, told)
    where = os.path.join(opened.path, rest)  # noqa: PTH118 (as the caller wrote it)
    document = _json(opened.files[rest], where, path, faults)
    return read_tables(opened, document, tables, faults) if isinstance(document, dict) else document


def _json(file: IO[bytes], where: str, path: str | os.PathLike[str], faults: Faults) -> Any:
    document, repeated = json_reader.parse(_content(file, path), where)
    if repeated:
        json_reader.repetitions(document, faults)
    return document


def _content(file: IO[bytes], path: str | os.PathLike[str]) -> bytes:
    """Return all bytes of a file, unless there are too many; a pipe has no size beforehand."""
    known = os.fstat(file.fileno())
    if stat.S_ISREG(known.st_mode) and known.st_size <= MOST_BYTES:
        return file.read()
    chunks: list[bytes] = []
    n_bytes = known.st_size
    while n_bytes <= MOST_BYTES and (chunk := file.read(CHUNK)):
        chunks.append(chunk)
        n_bytes += len(chunk)
    if n_bytes > MOST_BYTES:
        raise FileError(path, "is larger than 4 GiB; use a folder of Parquet files")
    return b"".join(chunks)


def _checked(where: str, document: Any, make: Callable[[Any], T], faults: Faults) -> T:
    """Make what the document says; its faults join those of its form and get the file's name."""
    made = None
    kept, n_faults = list(faults.kept), faults.n_faults
    try:
        made = make(document)
    except InputError as error:
        kept += error.faults
        n_faults += error.n_faults
    if made is None or n_faults:
        named = [
            Fault(f"{where}: {fault.place}" if fault.place else where, fault.message)
            for fault in kept[:MOST_FAULTS_KEPT]
        ]
        raise InputError(named, n_faults)
    return made
