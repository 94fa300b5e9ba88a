"""Where things stand on a map: an equal-area projection, outlines, and room for what overlaps."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Frame", "Point", "fit", "known_land", "land", "spread"]

Point = tuple[float, float]

EUROPE_CENTRE = (52.0, 10.0)  # of ETRS89-LAEA (EPSG:3035)
WIDTH, TALLEST = 1000.0, 980.0
MARGIN = 56.0
EDGE_STEPS = 24  # straight pieces that an edge of the outline is drawn of
LEAST_EXTENT = 0.01  # of the Earth's radius, about 64 km: a single point still has a map round it


@dataclass(frozen=True, slots=True)
class Frame:
    """A projection and the part of it that the map shows.

    Parameters
    ----------
    lat, lon : float, degrees
        The centre of the projection.
    left, top : float
        What is subtracted from projected coordinates.
    scale : float
        What they are then multiplied by.
    height : float
        Of the map; its width is `WIDTH`.
    in_europe : bool
        Whether the outline of Europe belongs behind it.
    """

    lat: float
    lon: float
    left: float
    top: float
    scale: float
    height: float
    in_europe: bool

    def place(self, lat: float, lon: float) -> Point:
        """Return where a point stands on the map, x to the right and y down."""
        x, y = azimuthal(lat, lon, self.lat, self.lon)
        return (x - self.left) * self.scale, (y - self.top) * self.scale


def azimuthal(lat: float, lon: float, lat0: float, lon0: float) -> Point:
    """Project a point by Lambert's azimuthal equal-area projection, y down, on a unit sphere.

    References
    ----------
    J. P. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395, equations 24-2 to
    24-4.
    """
    phi, phi0, delta = math.radians(lat), math.radians(lat0), math.radians(lon - lon0)
    cosine = math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(delta)
    k = math.sqrt(2 / max(1 + cosine, 1e-9))
    x = k * math.cos(phi) * math.sin(delta)
    y = k * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(delta))
    return x, -y


def fit(points: Sequence[Point]) -> Frame | None:
    """Return the frame that shows all points, given as (lat, lon); None if there are none."""
    if not points:
        return None
    west, south, east, north = outline()["bounds"]
    in_europe = all(south <= lat <= north and west <= lon <= east for lat, lon in points)
    if in_europe:
        lat0, lon0 = EUROPE_CENTRE
    else:
        lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
        lat0, lon0 = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    flat = [azimuthal(lat, lon, lat0, lon0) for lat, lon in points]
    xs, ys = [x for x, _ in flat], [y for _, y in flat]
    width = max(max(xs) - min(xs), LEAST_EXTENT)
    height = max(max(ys) - min(ys), LEAST_EXTENT)
    scale = min((WIDTH - 2 * MARGIN) / width, (TALLEST - 2 * MARGIN) / height)
    tall = max(height * scale + 2 * MARGIN, WIDTH * 0.55)
    left = (min(xs) + max(xs) - WIDTH / scale) / 2
    top = (min(ys) + max(ys) - tall / scale) / 2
    return Frame(lat0, lon0, left, top, scale, round(tall, 1), in_europe)


def land(frame: Frame) -> list[str]:
    """Return the outlines of the countries as SVG paths; none outside Europe."""
    if not frame.in_europe:
        return []
    paths = []
    for country in outline()["countries"]:
        path = "".join(_ring(frame, ring) for ring in country["rings"])
        if path:
            paths.append(path)
    return paths


def known_land(frame: Frame) -> str:
    """Return the part of the map that the outlines cover as an SVG path; empty outside Europe."""
    if not frame.in_europe:
        return ""
    west, south, east, north = outline()["bounds"]
    steps = [i / EDGE_STEPS for i in range(EDGE_STEPS)]
    edge = [(south, west + (east - west) * t) for t in steps]
    edge += [(south + (north - south) * t, east) for t in steps]
    edge += [(north, east - (east - west) * t) for t in steps]
    edge += [(north - (north - south) * t, west) for t in steps]
    points = [frame.place(lat, lon) for lat, lon in edge]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


@cache
def outline() -> Any:
    """Return the outline of Europe: `bounds` (west, south, east, north) and `countries`."""
    file = files("placement.data") / "europe/outline.json"
    return json.loads(file.read_text(encoding="utf-8"))


def _ring(frame: Frame, ring: Sequence[Sequence[float]]) -> str:
    """Return one ring as a path, left out where all of it is out of sight."""
    points = [frame.place(lat, lon) for lon, lat in ring]
    reach = WIDTH / 2  # panning shows a little more than the frame
    if not any(-reach < x < WIDTH + reach and -reach < y < frame.height + reach for x, y in points):
        return ""
    kept = [points[0]]
    for x, y in points[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 0.8:
            kept.append((x, y))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z"


def spread(points: Sequence[Point], radius: float) -> list[Point]:
    """Move points that lie on each other onto a small circle round their place.

    Parameters
    ----------
    points : sequence of (x, y)
        On the map.
    radius : float
        Points nearer to each other than this are moved apart.

    Returns
    -------
    list of (x, y)
        In the same order.
    """
    crowds: dict[tuple[int, int], list[int]] = {}
    centres: dict[tuple[int, int], Point] = {}
    for i, (x, y) in enumerate(points):
        column, row = math.floor(x / radius), math.floor(y / radius)
        near = [(column + a, row + b) for a in (0, -1, 1) for b in (0, -1, 1)]
        home = next(
            (c for c in near if c in centres and math.dist(centres[c], (x, y)) < radius),
            (column, row),
        )
        centres.setdefault(home, (x, y))
        crowds.setdefault(home, []).append(i)
    moved = list(points)
    for home, crowd in crowds.items():
        if len(crowd) == 1:
            continue
        x, y = centres[home]
        apart = max(radius * 0.62, radius * len(crowd) / 6)
        for place, i in enumerate(crowd):
            angle = 2 * math.pi * place / len(crowd) - math.pi / 2
            moved[i] = x + apart * math.cos(angle), y + apart * math.sin(angle)
    return moved
