"""How fast memory takes a matrix: nobody who writes one can be faster."""

import ctypes
import subprocess
import tempfile
from functools import cache
from pathlib import Path

__all__ = ["stream_fill", "streams"]

SOURCE = Path(__file__).with_name("stream.c")


@cache
def streams():
    """Return the C function that fills memory past the cache; None where it cannot be built."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "stream.so"
        try:
            subprocess.run(
                ["cc", "-O3", "-shared", "-fPIC", str(SOURCE), "-o", str(made)],
                check=True,
                capture_output=True,
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        fill = ctypes.CDLL(str(made)).stream_fill
    fill.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int32]
    return fill


def stream_fill(array, value):
    """Fill an array of int32 past the cache, but for a few numbers at its ends.

    Parameters
    ----------
    array : ndarray, int32
        C-contiguous, of at least 16 bytes.
    value : int
        What to fill it with.
    """
    address = -(-array.ctypes.data // 16) * 16
    whole = (array.ctypes.data + array.nbytes - address) // 16 * 4
    streams()(address, whole, value)
