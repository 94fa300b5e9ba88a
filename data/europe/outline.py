"""Simplify country outlines into ``outline.json``, for a small map drawn as inline SVG.

::

    python data/europe/outline.py PATH/TO/europe.geojson

The input is any GeoJSON of country polygons with a name in ``properties``, in degrees: the
1:50m admin-0 countries of Natural Earth (public domain), from
https://www.naturalearthdata.com/downloads/50m-cultural-vectors/ or, as ``countries-50m.json``
turned into GeoJSON, from the npm package ``world-atlas``. Only the standard library is needed.
"""

import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["OUTPUT", "main", "outline"]

Point = tuple[float, float]

OUTPUT = Path(__file__).parent / "outline.json"
WEST, SOUTH, EAST, NORTH = -11.5, 34.0, 32.0, 61.0  # what the map shows, in degrees
TOLERANCE = 0.07  # of the simplification, in degrees
GRID = 20  # coordinates are multiples of 1/20 degree
SMALLEST = 0.02  # islands below this area are left out, in square degrees


def clip(ring: list[Point]) -> list[Point]:
    """Return the part of a ring inside the map (Sutherland and Hodgman 1974)."""
    for axis, edge, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
        kept: list[Point] = []
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            inside_a, inside_b = sign * (a[axis] - edge) >= 0, sign * (b[axis] - edge) >= 0
            if inside_a:
                kept.append(a)
            if inside_a != inside_b:
                share = (edge - a[axis]) / (b[axis] - a[axis])
                kept.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
        ring = kept
    return ring


def simplify(line: list[Point]) -> list[Point]:
    """Return a line with fewer points, none off by more than the tolerance (Douglas, Peucker)."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    far, worst = 0, TOLERANCE
    for i, (x, y) in enumerate(line[1:-1], start=1):
        cross = abs((bx - ax) * (y - ay) - (by - ay) * (x - ax))
        off = cross / length if length else ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
        if off > worst:
            far, worst = i, off
    if not far:
        return [line[0], line[-1]]
    return simplify(line[: far + 1])[:-1] + simplify(line[far:])


def area(ring: list[Point]) -> float:
    """Return the area of a ring in square degrees."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def small(ring: list[Point]) -> list[list[float]]:
    """Return a ring clipped, simplified and rounded; empty where too little is left."""
    ring = clip(ring[:-1])
    if len(ring) < 3 or area(ring) < SMALLEST:
        return []
    # A ring is cut in two where it is widest, for its ends must differ.
    middle = max(range(len(ring)), key=lambda i: abs(ring[i][0] - ring[0][0]) + abs(
        ring[i][1] - ring[0][1]))  # fmt: skip
    half = simplify(ring[: middle + 1])[:-1] + simplify([*ring[middle:], ring[0]])[:-1]
    points: list[list[float]] = []
    for x, y in half:
        point = [round(x * GRID) / GRID, round(y * GRID) / GRID]
        if not points or points[-1] != point:
            points.append(point)
    return points if len(points) >= 3 else []


def outline(collection: dict[str, Any]) -> dict[str, Any]:
    """Return the outline document of a GeoJSON feature collection."""
    countries = []
    for feature in collection["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        rings = [small([(x, y) for x, y, *_ in polygon[0]]) for polygon in polygons]
        rings = [ring for ring in rings if ring]
        if rings:
            countries.append({"name": feature["properties"]["name"], "rings": rings})
    return {
        "source": "Natural Earth 1:50m, public domain, simplified",
        "bounds": [WEST, SOUTH, EAST, NORTH],
        "countries": sorted(countries, key=lambda country: str(country["name"])),
    }


def main(arguments: list[str]) -> int:
    """Write the outline; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: outline.py PATH/TO/europe.geojson\n")
        return 2
    document = outline(json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    countries = ",\n".join(
        json.dumps(country, ensure_ascii=False, separators=(",", ":"))
        for country in document.pop("countries")
    )
    head = json.dumps(document, ensure_ascii=False, indent=0)[:-2]
    OUTPUT.write_text(f'{head},\n"countries": [\n{countries}\n]\n}}\n', encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
