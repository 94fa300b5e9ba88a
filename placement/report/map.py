"""The map of the page: land, links, who is served from where, and the sites."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from placement.model.problem import Problem
from placement.report.figures import Figures, floats, left_out_by_node, served
from placement.report.geography import Point, fit, known_land, land, spread

__all__ = ["Map", "draw"]

MOST_SITES = 2000
MOST_FLOWS = 3000
MOST_LINKS = 4000
COLOURS = 8  # that operators have; the ninth has the first one's


@dataclass(frozen=True, slots=True)
class Map:
    """What is drawn, in the order in which it is drawn.

    Parameters
    ----------
    height : float
        Of a map that is 1000 wide.
    land : list of str
        SVG paths.
    known : str
        The part of the map that has an outline; the land fades out at its edge.
    links : str
        All links in one SVG path.
    flows, left_out, sites : list of mapping
        With coordinates, sizes and what they are called.
    n_hidden : int
        Sites that have no coordinates, or that there was no room for.
    """

    height: float
    land: list[str]
    known: str
    links: str
    flows: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    sites: list[dict[str, Any]]
    n_hidden: int


def draw(problem: Problem, placed: Figures, operators: Sequence[str]) -> Map | None:
    """Return the map of a plan; None if nothing has coordinates."""
    missing = math.nan
    lat = floats(problem.nodes.column("lat"), missing).tolist()
    lon = floats(problem.nodes.column("lon"), missing).tolist()
    spots = {
        node: (y, x)
        for node, y, x in zip(problem.nodes.ids, lat, lon, strict=True)
        if not (math.isnan(x) or math.isnan(y))
    }
    frame = fit(list(spots.values()))
    if frame is None:
        return None
    places = {node: frame.place(*spot) for node, spot in spots.items()}
    shown = sorted(
        (site for site in placed.sites if site.node in places),
        key=lambda site: (-site.n_workloads, site.id),
    )[:MOST_SITES]
    most = max((site.n_workloads for site in shown), default=0) or 1
    where = spread([places[site.node] for site in shown], 17.0 if len(shown) <= 200 else 9.0)
    at = {site.row: point for site, point in zip(shown, where, strict=True)}
    colour = {name: place % COLOURS for place, name in enumerate(operators)}
    return Map(
        frame.height,
        land(frame),
        known_land(frame),
        _links(problem, places),
        _flows(problem, placed, places, at),
        _left_out(problem, placed, places),
        [
            {
                "row": site.row,
                "x": round(at[site.row][0], 1),
                "y": round(at[site.row][1], 1),
                "r": round(4.2 + 6.3 * math.sqrt(site.n_workloads / most), 1),
                "colour": colour.get(site.operator or "", COLOURS),
                "site": site,
            }
            # The busiest are drawn first, so that none hides a smaller one.
            for site in shown
        ],
        len(placed.sites) - len(shown),
    )


def _links(problem: Problem, places: dict[str, Point]) -> str:
    sources, targets = problem.links.column("source"), problem.links.column("target")
    drawn = []
    for row in range(min(len(problem.links), MOST_LINKS)):
        a, b = places.get(sources[row]), places.get(targets[row])
        if a is not None and b is not None and math.dist(a, b) > 2:
            drawn.append(f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}")
    return "".join(drawn)


def _flows(
    problem: Problem, placed: Figures, places: dict[str, Point], at: dict[int, Point]
) -> list[dict[str, Any]]:
    """Return who is served from where as curves, the thickest last."""
    counted = [one for one in served(problem, placed) if one[0] in places and one[1] in at]
    counted = counted[:MOST_FLOWS]
    most = counted[0][2] if counted else 1
    return [
        {
            "d": _curve(places[node], at[site]),
            "width": round(0.7 + 3.3 * math.sqrt(number / most), 2),
            "row": site,
            "node": node,
            "n": number,
        }
        for node, site, number in reversed(counted)
        if math.dist(places[node], at[site]) > 2
    ]


def _curve(a: Point, b: Point) -> str:
    """Return a path that bends a little to its left, so that both directions can be told apart."""
    bend = 0.14
    x = (a[0] + b[0]) / 2 + bend * (b[1] - a[1])
    y = (a[1] + b[1]) / 2 - bend * (b[0] - a[0])
    return f"M{a[0]:.1f} {a[1]:.1f}Q{x:.1f} {y:.1f} {b[0]:.1f} {b[1]:.1f}"


def _left_out(problem: Problem, placed: Figures, places: dict[str, Point]) -> list[dict[str, Any]]:
    counts = left_out_by_node(problem, placed)
    most = max(counts.values(), default=1)
    return [
        {
            "x": round(places[node][0], 1),
            "y": round(places[node][1], 1),
            "r": round(3 + 5 * math.sqrt(number / most), 1),
            "node": node,
            "n": number,
        }
        for node, number in sorted(counts.items())
        if node in places
    ]
