"""The written-down facts, and the few integer tools with which the federation is made from them.

Nothing here depends on the machine: the random numbers are integers modulo 2**64, and distances
are integers made from a table of cosines rounded to thousandths.
"""

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

__all__ = ["Cities", "Rng", "amount", "hundredths", "read"]

T = TypeVar("T")
Row = dict[str, str]

FACTS = Path(__file__).parent / "facts"
COSINE = [round(1000 * math.cos(math.radians(degree))) for degree in range(91)]  # thousandths
KM_PER_DEGREE = 111


def read(table: str) -> list[Row]:
    """Return the rows of ``facts/<table>.csv``."""
    with (FACTS / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hundredths(text: str) -> int:
    """Return a decimal with two places as a whole number of hundredths."""
    whole, _, places = text.lstrip("-").partition(".")
    value = int(whole) * 100 + int((places + "00")[:2])
    return -value if text.startswith("-") else value


def amount(thousandths: int) -> int | float:
    """Return a number of thousandths as the shortest JSON number."""
    whole, rest = divmod(thousandths, 1000)
    return whole if rest == 0 else thousandths / 1000


class Rng:
    """SplitMix64 (Steele, Lea, Flood 2014): the same numbers in every Python, on every machine."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def below(self, bound: int) -> int:
        """Return a whole number from 0 to bound - 1."""
        mask = 2**64 - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return (z ^ (z >> 31)) * bound >> 64

    def chance(self, percent: int) -> bool:
        """Return true in so many of a hundred cases."""
        return self.below(100) < percent

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[self.below(len(items))]

    def weighted(self, weights: dict[T, int]) -> T:
        """Return one of the keys, as often as its weight says."""
        ticket = self.below(sum(weights.values()))
        for item, weight in weights.items():
            ticket -= weight
            if ticket < 0:
                return item
        raise AssertionError("the ticket is below the sum of the weights")


class Cities:
    """The cities and towns, and how far they are from each other."""

    def __init__(self) -> None:
        self.rows = {row["id"]: row for row in read("cities")}
        self.at = {
            city: (hundredths(row["lat"]), hundredths(row["lon"]))
            for city, row in self.rows.items()
        }

    def country(self, city: str) -> str:
        """Return the country of a city."""
        return self.rows[city]["country"]

    def of(self, country: str) -> list[str]:
        """Return the cities of a country, by id."""
        return [city for city, row in self.rows.items() if row["country"] == country]

    def km(self, a: str, b: str) -> int:
        """Return the distance in whole km, good to a few per cent: it only chooses neighbours."""
        (lat_a, lon_a), (lat_b, lon_b) = self.at[a], self.at[b]
        north = (lat_a - lat_b) * KM_PER_DEGREE
        east = (lon_a - lon_b) * KM_PER_DEGREE * COSINE[abs(lat_a + lat_b) // 200] // 1000
        return math.isqrt(north * north + east * east) // 100

    def nearest(self, city: str, others: Sequence[str]) -> list[str]:
        """Return the others from near to far, ties by id."""
        return sorted(others, key=lambda other: (self.km(city, other), other))
