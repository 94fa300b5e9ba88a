"""The great circle with Python's `math`."""

import math

RADIUS = 6371008.8


def great_circle(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the haversine distance in metres."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    north = math.sin((phi2 - phi1) / 2)
    east = math.sin((math.radians(lon2) - math.radians(lon1)) / 2)
    h = north * north + (math.cos(phi1) * math.cos(phi2)) * (east * east)
    return 2 * RADIUS * math.asin(math.sqrt(min(h, 1.0)))
