"""Make `cities.csv` from a table of GeoNames, or check it.

::

    python bench/federation/facts/cities.py GEONAMES.csv           # write cities.csv beside this file
    python bench/federation/facts/cities.py GEONAMES.csv --check   # fail unless the file is what would be written

The table has the columns `geonameid`, `name`, `country`, `lat`, `lon` and `population` of GeoNames'
``cities15000``. Only the standard library is needed.
"""

import csv
import io
import math
import sys
import unicodedata
from pathlib import Path

__all__ = ["OUTPUT", "main", "render", "select"]

OUTPUT = Path(__file__).parent / "cities.csv"
LEAST_PEOPLE = 50_000
SUBURB_KM = 10  # of a larger city: districts of London stand in the table beside London
# Where one of the five operators runs a network (data/europe/facts/footprint.csv), and what lies between.
COUNTRIES = [
    "AL",
    "AT",
    "BA",
    "BE",
    "BG",
    "CH",
    "CZ",
    "DE",
    "ES",
    "FR",
    "GB",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LU",
    "MD",
    "ME",
    "MK",
    "NL",
    "PL",
    "PT",
    "RO",
    "RS",
    "SI",
    "SK",
]
PLAIN = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "ı": "i"})


def select(rows):
    """Return the cities: the larger ones first, and none beside a larger one."""
    kept, ids = [], set()
    for row in sorted(rows, key=lambda row: (-int(row["population"]), int(row["geonameid"]))):
        if row["country"] not in COUNTRIES or int(row["population"]) < LEAST_PEOPLE:
            continue
        lat, lon = round(float(row["lat"]), 2), round(float(row["lon"]), 2)
        if -10 < lon < 31 and lat > 34 and not any(is_near(lat, lon, other) for other in kept):
            told = {"id": named(row, ids), "name": row["name"], "country": row["country"]}
            people = round(int(row["population"]), -3)
            kept.append(told | {"lat": lat, "lon": lon, "population": people})
    return kept


def is_near(lat, lon, other):
    """Return whether a place is a suburb of another."""
    north = (lat - other["lat"]) * 111.2
    east = (lon - other["lon"]) * 111.2 * math.cos(math.radians(lat))
    return math.hypot(north, east) < SUBURB_KM


def named(row, ids):
    """Return an id such as `de-berlin`, and remember it."""
    ascii_only = unicodedata.normalize("NFKD", row["name"].translate(PLAIN)).encode(
        "ascii", "ignore"
    )
    words = "".join(one if one.isalnum() else " " for one in ascii_only.decode().casefold()).split()
    name = made = "-".join([row["country"].casefold(), *words])
    number = 2
    while made in ids:
        made, number = f"{name}-{number}", number + 1
    ids.add(made)
    return made


def render(cities):
    """Return the text of the file, by id."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(cities[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(cities, key=lambda city: city["id"]))
    return text.getvalue()


def main(arguments):
    """Write the file, or check it; return the exit code."""
    if not arguments or arguments[1:] not in ([], ["--check"]):
        sys.stderr.write("usage: cities.py GEONAMES.csv [--check]\n")
        return 2
    with Path(arguments[0]).open(encoding="utf-8", newline="") as file:
        text = render(select(csv.DictReader(file)))
    if arguments[1:]:
        same = OUTPUT.exists() and OUTPUT.read_text(encoding="utf-8") == text
        if not same:
            sys.stderr.write(f"{OUTPUT.name} is not what cities.py makes: run it again\n")
        return 0 if same else 1
    OUTPUT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
