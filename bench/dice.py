"""Random numbers that are the same with every release of numpy, by the million."""

import numpy as np

__all__ = ["Dice"]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


class Dice:
    """SplitMix64 (Steele, Lea, Flood 2014), a stream for each name.

    Parameters
    ----------
    seed : int
        From 0.
    stream : str
        What the numbers are for: a change of one stream moves no other.
    """

    def __init__(self, seed, stream):
        state = seed % 2**64
        for letter in stream.encode():
            state = int(mixed(np.array([state ^ letter], np.uint64) + GOLDEN)[0])
        self.state = np.array([state], np.uint64)

    def bits(self, n):
        """Return so many times 64 bits."""
        counters = self.state + GOLDEN * np.arange(1, n + 1, dtype=np.uint64)
        self.state = self.state + GOLDEN * np.array([n], np.uint64)
        return mixed(counters)

    def uniform(self, n, least=0.0, most=1.0):
        """Return n floats from `least` to below `most`."""
        return least + (most - least) * ((self.bits(n) >> np.uint64(11)) * 2.0**-53)

    def below(self, bound, n):
        """Return n whole numbers from 0 to below a bound, or an array of bounds, of at most 2**32."""
        return ((self.bits(n) >> np.uint64(32)) * np.uint64(bound) >> np.uint64(32)).astype(
            np.int64
        )

    def between(self, least, most, n):
        """Return n whole numbers from `least` to `most`, either included."""
        return least + self.below(most - least + 1, n)

    def weighted(self, weights, n):
        """Return n indices, each as often as its weight says."""
        ends = np.cumsum(weights)
        return np.searchsorted(ends, self.uniform(n) * ends[-1], side="right").clip(
            0, len(ends) - 1
        )

    def sample(self, weights, n):
        """Return n different indices, those with large weights rather; sorted."""
        keys = -np.log1p(-self.uniform(len(weights))) / weights
        return np.sort(np.argsort(keys, kind="stable")[:n])


def mixed(z):
    """Return well-mixed bits of a counter."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
