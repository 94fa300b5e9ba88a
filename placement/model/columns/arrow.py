"""pyarrow, imported when a table comes or goes."""

from typing import Any

from placement.errors import MissingExtraError

__all__ = ["pyarrow"]


def pyarrow() -> Any:
    """Return the package.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.compute
    except ImportError:
        raise MissingExtraError("pyarrow", "arrow") from None
    return pa
