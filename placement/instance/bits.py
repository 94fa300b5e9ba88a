"""Sets of sites as bits, 64 a word, the first site in the lowest bit."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["has", "n_words", "packed", "put", "unpacked"]

Bits = NDArray[np.uint64]
Places = NDArray[np.int64]
ONE = np.uint64(1)


def n_words(n_sites: int) -> int:
    """Return how many words so many bits take."""
    return -(-n_sites // 64)


def packed(flags: NDArray[np.bool_]) -> Bits:
    """Return rows of bits from rows of booleans."""
    made = np.zeros((len(flags), 8 * n_words(flags.shape[1])), np.uint8)
    octets = np.packbits(flags, axis=1, bitorder="little")
    made[:, : octets.shape[1]] = octets
    return made.view("<u8").astype(np.uint64)


def unpacked(bits: Bits, n_sites: int) -> NDArray[np.bool_]:
    """Return rows of booleans from rows of bits."""
    octets = bits.astype("<u8").view(np.uint8)
    return np.unpackbits(octets, axis=1, count=n_sites, bitorder="little").astype(bool)


def has(bits: Bits, row: Places, site: Places) -> NDArray[np.bool_]:
    """Return whether some bits are set."""
    made: NDArray[np.bool_] = (bits[row, site >> 6] >> (site & 63).astype(np.uint64)) & ONE != 0
    return made


def put(bits: Bits, row: Places, site: Places, flags: NDArray[np.bool_]) -> None:
    """Set some bits, or clear them."""
    one = ONE << (site & 63).astype(np.uint64)
    np.bitwise_and.at(bits, (row, site >> 6), ~one)
    np.bitwise_or.at(bits, (row[flags], site[flags] >> 6), one[flags])
