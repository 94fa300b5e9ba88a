"""Writing so that a reader sees the old content or the new, whole, whenever the writer dies.

Everything is written beside its target under a name that starts with a dot, made safe on the disk, and
then renamed. What a killed writer leaves behind is in nobody's way, and the next one clears it.
"""

import contextlib
import ctypes
import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from placement.errors import FileError
from placement.io.place import reason

__all__ = ["write_file", "write_folder"]

ABANDONED_SECONDS = 3600  # a temporary that nobody has touched for so long has lost its writer
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # linux/fs.h, fcntl.h


def write_file(path: str | os.PathLike[str], lines: Iterable[str]) -> None:
    """Write a text file, all of it or nothing.

    Parameters
    ----------
    path : str or path-like
        A link is followed; a device or a pipe is written to as it stands.
    lines : iterable of str
        Its content, with the line ends.

    Raises
    ------
    FileError
        If it cannot be written; then nothing has changed.
    """
    with _telling(path):
        target = Path(os.path.realpath(path))
        if Path(path).exists() and not Path(path).is_file():
            with Path(path).open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines)
            return
        temporary = _beside(target)
        try:
            descriptor = os.open(
                temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666
            )
            with open(descriptor, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 (of a descriptor)
                if target.exists():
                    os.fchmod(descriptor, stat.S_IMODE(target.stat().st_mode))
                file.writelines(lines)
                file.flush()
                os.fsync(descriptor)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync(target.parent)


def write_folder(
    path: str | os.PathLike[str],
    files: dict[str, Callable[[Path], None]],
    ours: Callable[[str], bool],
) -> None:
    """Write a folder of files, all of them or nothing.

    Parameters
    ----------
    path : str or path-like
        A folder that is there already is replaced, if it holds nothing else.
    files : dict of str to callable
        For each file its name, and what writes it to the path that it is given.
    ours : callable
        Tells from a file's name whether it may be replaced.

    Raises
    ------
    FileError
        If it cannot be written, or holds files that are not ours; then nothing has changed.
    """
    with _telling(path):
        target = Path(os.path.realpath(path))
        there = target.exists()
        foreign = (
            sorted(one.name for one in target.iterdir() if not ours(one.name)) if there else []
        )
        if foreign:
            raise FileError(path, f"holds other files, such as {foreign[0]!r}; choose a new folder")
        temporary = _beside(target)
        try:
            temporary.mkdir()
            if there:
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            for name, write in files.items():
                write(temporary / name)
                _sync(temporary / name)
            _sync(temporary)
            if there:
                _exchange(temporary, target)
            else:
                temporary.rename(target)
        finally:  # what is left here now is the old folder, or an unfinished one
            shutil.rmtree(temporary, ignore_errors=True)
        _sync(target.parent)


@contextlib.contextmanager
def _telling(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn what the system says into a `FileError` that names the path that the caller gave."""
    try:
        yield
    except FileError:
        raise
    except OSError as error:
        folder = Path(os.path.realpath(path)).parent
        if isinstance(error, FileNotFoundError) and not folder.is_dir():
            told = f"the folder {folder} does not exist; make it first"
        elif isinstance(error, PermissionError):
            told = f"may not be written; check the permissions of the folder {folder}"
        elif error.errno == errno.ENOSPC:
            told = f"the disk of the folder {folder} is full; make room first"
        else:
            told = f"cannot be written: {reason(error)}"
        raise FileError(path, told) from error


def _beside(target: Path) -> Path:
    """Return a new name in the target's folder, after clearing what dead writers left there."""
    start = f".{target.name[:40]}."  # the names of files are at most 255 bytes long
    folder = target.parent
    before = time.time() - ABANDONED_SECONDS
    for one in folder.iterdir():
        if one.name.startswith(start) and one.name.endswith(".tmp"):
            with contextlib.suppress(OSError):
                if one.stat().st_mtime < before:
                    shutil.rmtree(one) if one.is_dir() else one.unlink()
    return folder / f"{start}{secrets.token_hex(8)}.tmp"


def _exchange(new: Path, old: Path) -> None:
    """Swap two folders, in one step where the system has such a step."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is not None:
        names = (AT_FDCWD, os.fsencode(new), AT_FDCWD, os.fsencode(old))
        if rename(*names, RENAME_EXCHANGE) == 0:
            return
        if ctypes.get_errno() not in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(old))
    aside = new.with_suffix(".old")
    old.rename(aside)  # from here to the next line the folder is absent, never mixed
    try:
        new.rename(old)
    except BaseException:
        aside.rename(old)
        raise
    aside.rename(new)


def _sync(path: Path) -> None:
    """Wait until a file or the names in a folder are safe on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:  # some file systems sync no folders
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)
