"""Latency the slow way: Bellman-Ford over plain integers.

A label is a pair (latency in ns, variance in ns²); smaller latency wins, then smaller variance.
"""

import math
from fractions import Fraction
from statistics import NormalDist

MAX_NS = 2_100_000_000
MAX_VARIANCE = 2**62
EARTH_DIAMETER_M = 2.0 * 6_371_008.8
DETOUR = Fraction(14, 10)


def ns_up(ms):
    """Return milliseconds as whole nanoseconds, rounded up."""
    return math.ceil(Fraction(ms) * 10**6)


def ns_down(ms):
    """Return milliseconds as whole nanoseconds, rounded down."""
    return math.floor(Fraction(ms) * 10**6)


def great_circle_m(a, b):
    """Return the metres between two nodes on the globe, by the haversine formula."""
    phi1, phi2 = math.radians(float(a.lat)), math.radians(float(b.lat))
    north = math.sin((phi2 - phi1) / 2)
    east = math.sin((math.radians(float(b.lon)) - math.radians(float(a.lon))) / 2)
    h = north * north + (math.cos(phi1) * math.cos(phi2)) * (east * east)
    return EARTH_DIAMETER_M * math.asin(math.sqrt(min(h, 1.0)))


def link_ns(link, nodes):
    """Return how long a link takes one way: as measured, else by its length, else by the map."""
    if link.latency_ms is not None:
        return ns_up(link.latency_ms)
    if link.length_km is not None:
        return math.ceil(Fraction(link.length_km) * 4900)
    metres = math.ceil(Fraction(great_circle_m(nodes[link.source], nodes[link.target])) * DETOUR)
    return math.ceil(Fraction(metres, 1000) * 4900)


def carries(link, slice_id, isolated=()):
    """Tell whether a link belongs to the network of a slice, or of those who ask for none."""
    if link.slices is None:
        return slice_id not in isolated
    return slice_id is not None and slice_id in link.slices


def arcs(links, nodes, slice_id, isolated=()):
    """Return (tail, head, ns, variance) for each direction of each link that carries the slice."""
    found = []
    for link in links:
        if carries(link, slice_id, isolated):
            ns, variance = link_ns(link, nodes), ns_up(link.jitter_ms) ** 2
            found.append((link.source, link.target, ns, variance))
            if link.bidirectional:
                found.append((link.target, link.source, ns, variance))
    return found


def paths_from(origin, arcs, nodes, legal=None):
    """Return {node: (ns, variance)} of the best paths from `origin`.

    `legal` are the nodes that a path may touch, `None` for all; the origin itself is exempt. For
    the paths *to* the origin, hand in the arcs turned round.
    """
    best = {origin: (0, 0)}
    usable = [
        arc
        for arc in arcs
        if legal is None or all(end == origin or end in legal for end in arc[:2])
    ]
    changed = True
    while changed:
        changed = False
        for tail, head, ns, variance in usable:
            if tail not in best:
                continue
            through = 0 if tail == origin else ns_up(nodes[tail].processing_ms)
            label = (
                best[tail][0] + through + ns,
                min(best[tail][1] + variance, MAX_VARIANCE),
            )
            if label[0] <= MAX_NS and (head not in best or label < best[head]):
                best[head] = label
                changed = True
    return best


def turned_round(arcs):
    """Return the arcs with head and tail exchanged."""
    return [(head, tail, ns, variance) for tail, head, ns, variance in arcs]


def spread_ns(percentile, guarantee, variance):
    """Return ⌈√(Z² · variance) / 10⁹⌉ with Z = ⌈z(percentile) · 10⁹⌉, or ⌈√(p / (1 - p) · variance)⌉."""
    if guarantee == "any":
        p = Fraction(percentile)
        spread = math.isqrt(math.floor(p * variance / (1 - p)))
        while spread**2 < p * variance / (1 - p):
            spread += 1
        return spread
    z = math.ceil(Fraction(NormalDist().inv_cdf(float(percentile))) * 10**9)
    square = z * z * variance
    spread = math.isqrt(square) // 10**9
    while (spread * 10**9) ** 2 < square:
        spread += 1
    return spread
