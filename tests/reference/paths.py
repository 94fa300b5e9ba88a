"""Paths the slow way: every simple path there is, one by one."""

import math
from typing import NamedTuple

from tests.reference.routes import MAX_NS, MAX_VARIANCE, carries, link_ns, ns_up


class Hop(NamedTuple):
    """One link, in one of its directions."""

    tail: str
    head: str
    ns: int
    variance: int
    link: int
    group: str | None = None


def hops(network, slice_id=None, *, reverse=False):
    """Return the directions of all links that carry the slice, turned round with `reverse`."""
    nodes = {node.id: node for node in network.nodes}
    found, isolated = [], {one.id for one in network.slices if one.isolated}
    for row, link in enumerate(network.links):
        if carries(link, slice_id, isolated):
            measures = link_ns(link, nodes), ns_up(link.jitter_ms) ** 2, row, link.jitter_group
            found.append(Hop(link.source, link.target, *measures))
            if link.bidirectional:
                found.append(Hop(link.target, link.source, *measures))
    return [Hop(h.head, h.tail, *h[2:]) for h in found] if reverse else found


def simple_paths(hops, source, target, legal=None):
    """Yield every path, as a list of hops, that meets no node twice and, after its source, legal nodes alone."""
    leaving = {}
    for hop in hops:
        if legal is None or hop.head in legal:
            leaving.setdefault(hop.tail, []).append(hop)

    def go_on(path, met, node):
        if node == target:
            yield path
            return
        for hop in leaving.get(node, ()):
            if hop.head not in met:
                yield from go_on([*path, hop], met | {hop.head}, hop.head)

    yield from go_on([], {source}, source)


def latency_of(path, processing):
    """Return how long a path takes one way, passing through its inner nodes."""
    return sum(hop.ns for hop in path) + sum(processing[hop.tail] for hop in path[1:])


def variance_of(path):
    """Return the variance of a path."""
    return min(sum(hop.variance for hop in path), MAX_VARIANCE)


def best_path(paths, processing, *, jitter=False):
    """Return the path that counts: the first by the order that the library promises; or None."""

    def order(path):
        return (
            latency_of(path, processing),
            variance_of(path) if jitter else 0,
            len(path),
            [hop.head for hop in path],
            [(hop.variance, hop.group is not None, hop.group, hop.link) for hop in path],
        )

    existing = (path for path in paths if latency_of(path, processing) <= MAX_NS)
    return min(existing, key=order, default=None)


def joint_variance(trip):
    """Return the variance of a trip whose links of one group vary together: deviations add up first."""
    alone = sum(hop.variance for hop in trip if hop.group is None)
    deviations = {}
    for hop in trip:
        if hop.group is not None:
            deviations[hop.group] = deviations.get(hop.group, 0) + math.isqrt(hop.variance)
    return min(alone + sum(one**2 for one in deviations.values()), MAX_VARIANCE)
