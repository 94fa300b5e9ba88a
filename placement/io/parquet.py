"""The large form: a folder with a Parquet file for each table, and JSON for the rest."""

import os
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from placement.errors import FileError, MissingExtraError
from placement.io import json_text
from placement.io.atomic import write_folder
from placement.io.place import reason
from placement.model.columns import arrow_of_table
from placement.model.faults import Faults
from placement.model.table import Table
from placement.units import shown

__all__ = ["Opened", "open_folder", "read_tables", "write_tables"]

SUFFIX = ".parquet"
MOST_ROWS = 100_000_000
MOST_TRIES = 100
READING = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe of that name keeps no one waiting


class Opened:
    """The files of a folder, opened at one moment: whoever replaces the folder changes none."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self.files: dict[str, IO[bytes]] = {}


def write_tables(path: str | os.PathLike[str], name: str, parts: Mapping[str, Any]) -> None:
    """Write the tables among the parts as Parquet, and the rest as JSON.

    Parameters
    ----------
    path : str or path-like
        The folder.
    name : str
        Of the JSON file.
    parts : mapping of str to JSON value or Table
        What to write.

    Raises
    ------
    FileError
        If it cannot be written; then nothing has changed.
    MissingExtraError
        If pyarrow is not installed.
    """
    _modules()
    tables = {table: part for table, part in parts.items() if isinstance(part, Table)}
    rest = {field: part for field, part in parts.items() if field not in tables}
    files = {table + SUFFIX: _parquet_writer(part) for table, part in tables.items()}
    files[name] = _json_writer({**rest, "tables": list(tables)})
    write_folder(path, files, ours=lambda file: file == name or file.endswith(SUFFIX))


def _parquet_writer(table: Table[Any]) -> Callable[[Path], None]:
    _, parquet = _modules()
    return lambda path: parquet.write_table(arrow_of_table(table), path, compression="zstd")


def _json_writer(parts: Mapping[str, Any]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.writelines(json_text.lines(parts))

    return write


def open_folder(path: str | os.PathLike[str], stack: ExitStack) -> Opened:
    """Open all JSON and Parquet files of a folder as they stand at one moment.

    Raises
    ------
    FileError
        If one of them cannot be opened.
    """
    for _ in range(MOST_TRIES):
        try:
            with ExitStack() as attempt:
                opened = _open_once(path, attempt)
                if opened is not None:
                    stack.push(attempt.pop_all())
                    return opened
        except OSError as error:
            raise FileError(path, reason(error)) from error
    raise FileError(path, "is replaced again and again while it is read; try later")


def _open_once(path: str | os.PathLike[str], stack: ExitStack) -> Opened | None:
    """Open the files; None if the folder was replaced in the meantime."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        opened = Opened(path)
        for name in sorted(os.listdir(folder)):  # noqa: PTH208 (of a descriptor)
            if name.endswith((SUFFIX, ".json")) and not name.startswith("."):
                descriptor = os.open(name, READING, dir_fd=folder)
                opened.files[name] = stack.enter_context(open(descriptor, "rb"))  # noqa: PTH123, SIM115
    except FileNotFoundError:
        if _same(folder, path):
            raise
        return None
    else:
        return opened if _same(folder, path) else None
    finally:
        os.close(folder)


def _same(folder: int, path: str | os.PathLike[str]) -> bool:
    """Return whether a path still leads to the folder that was opened."""
    try:
        return os.path.samestat(os.fstat(folder), os.stat(path))  # noqa: PTH116 (beside fstat)
    except FileNotFoundError:
        return False


def read_tables(
    opened: Opened, document: dict[str, Any], known: Collection[str], faults: Faults
) -> dict[str, Any]:
    """Return a document with the tables that stand beside it in the folder.

    Parameters
    ----------
    opened : Opened
        The folder.
    document : dict
        Of its JSON file. Its field ``tables`` lists the ones that must be there; without it, those
        that are there count.
    known : collection of str
        The tables that there can be.
    faults : Faults
        What is wrong with the folder.

    Returns
    -------
    dict
        The document, without ``tables`` and with Arrow tables.
    """
    document = dict(document)
    listed = document.pop("tables", None)
    found = [name.removesuffix(SUFFIX) for name in opened.files if name.endswith(SUFFIX)]
    if listed is not None and not (
        isinstance(listed, list) and all(isinstance(one, str) for one in listed)
    ):
        faults.add("tables", f"expected a list of names, got {shown(listed)}")
        listed = None
    for name in dict.fromkeys(listed or ()):
        if name not in known:
            faults.add("tables", f"{shown(name)} is no table{faults.hint(name, known)}")
        elif name not in found:
            faults.add(name + SUFFIX, "is missing from the folder; was it copied whole?")
    for name in found:
        if name not in known:
            faults.add(name + SUFFIX, f"is no table{faults.hint(name, known)}")
        elif listed is not None and name not in listed:
            faults.add(name + SUFFIX, "is not listed under tables; list it or take it away")
        elif document.get(name) is not None:
            faults.add(name, f"stands in the JSON file and in {name}{SUFFIX}; expected one of them")
        else:
            document[name] = _read(name + SUFFIX, opened.files[name + SUFFIX], faults)
    return document


def _read(name: str, file: IO[bytes], faults: Faults) -> Any:
    arrow, parquet = _modules()
    try:
        opened = parquet.ParquetFile(file)
        if opened.metadata.num_rows > MOST_ROWS:
            faults.add(name, f"has {opened.metadata.num_rows} rows; expected at most {MOST_ROWS}")
            return []
        return opened.read()
    except (arrow.ArrowException, OSError, ValueError) as error:
        first = str(error).partition("\n")[0]
        faults.add(name, f"is no whole Parquet file ({first[:200]}); write it again")
        return []


def _modules() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError("pyarrow", "arrow") from None
    return pyarrow, parquet
