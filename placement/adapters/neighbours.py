"""What the neighbours of a node tell: which part of the network it is in, and where it may stand."""

import math
from collections.abc import Sequence
from typing import Any

__all__ = ["parts", "place_between"]


def parts(ids: Sequence[str], links: Sequence[dict[str, Any]]) -> list[int]:
    """Return how many nodes the connected parts of a network have, the largest first.

    Notes
    -----
    A union-find with path halving: nearly linear.
    """
    above = {name: name for name in ids}

    def root(name: str) -> str:
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    for link in links:
        above[root(link["source"])] = root(link["target"])
    sizes: dict[str, int] = {}
    for name in ids:
        sizes[root(name)] = sizes.get(root(name), 0) + 1
    return sorted(sizes.values(), reverse=True)


def place_between(nodes: Sequence[dict[str, Any]], links: Sequence[dict[str, Any]]) -> list[str]:
    """Give coordinates to nodes that have none, between at least two neighbours that have some.

    A node with one such neighbour would fall on it, and its link would have no length: it stays
    without. Nodes are placed in rounds, so that a chain of them closes from both ends.

    Parameters
    ----------
    nodes, links : sequences of dict
        Rows; `lat` and `lon` of the nodes that are placed are filled in.

    Returns
    -------
    list of str
        The ids of the nodes that were placed.
    """
    rows = {node["id"]: node for node in nodes}
    around: dict[str, dict[str, None]] = {name: {} for name in rows}
    for link in links:
        around[link["source"]][link["target"]] = None
        around[link["target"]][link["source"]] = None
    placed: list[str] = []
    waiting = [name for name, row in rows.items() if "lat" not in row]
    while waiting:
        found = {}
        for name in waiting:
            known = [rows[other] for other in around[name] if "lat" in rows[other]]
            middle = _middle(known) if len(known) >= 2 else None
            if middle is not None:
                found[name] = middle
        if not found:
            break
        for name, (lat, lon) in found.items():
            rows[name] |= {"lat": lat, "lon": lon}
        placed += found
        waiting = [name for name in waiting if name not in found]
    return placed


def _middle(known: Sequence[dict[str, Any]]) -> tuple[float, float] | None:
    """Return the middle of places on the sphere, in whole microdegrees; None if they cancel out."""
    x = y = z = 0.0
    for row in known:
        lat, lon = math.radians(row["lat"]), math.radians(row["lon"])
        x += math.cos(lat) * math.cos(lon)
        y += math.cos(lat) * math.sin(lon)
        z += math.sin(lat)
    if math.hypot(x, y, z) < 1e-9:
        return None
    return (
        round(math.degrees(math.atan2(z, math.hypot(x, y))), 6),
        round(math.degrees(math.atan2(y, x)), 6),
    )
