"""What a path stands for."""

import os

from placement.errors import FileError

__all__ = ["is_folder", "reason"]


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether a path means a folder of Parquet files and not a JSON file.

    Parameters
    ----------
    path : str or path-like
        Of something that may not exist yet.

    Returns
    -------
    bool
        What is there decides; where nothing is, the name does: ``.json`` ends that of a file.
    """
    text = os.fspath(path)
    if not text or "\0" in text:
        raise FileError(
            text.replace("\0", "\\0"), "is no path; expected the name of a file or folder"
        )
    if text.endswith(("/", os.sep)) or os.path.isdir(text):  # noqa: PTH112 (a bad path is none)
        return True
    return not os.path.exists(text) and not text.casefold().endswith(".json")  # noqa: PTH110


def reason(error: OSError) -> str:
    """Return what the system says about a file, with what to do where that is clear."""
    if isinstance(error, FileNotFoundError):
        return "does not exist; check the path"
    if isinstance(error, PermissionError):
        return "may not be opened; check its permissions"
    if isinstance(error, IsADirectoryError):
        return "is a folder; expected a file"
    if isinstance(error, NotADirectoryError):
        return "leads through a file as if it were a folder; check the path"
    told = error.strerror or str(error) or type(error).__name__
    return f"{told[:1].lower()}{told[1:]}"
