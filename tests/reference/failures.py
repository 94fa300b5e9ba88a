"""What is left of round trips when a link or a node fails: the network without it, searched anew."""

from tests.reference.routes import MAX_NS, arcs, paths_from, turned_round


def without_link(links, row):
    """Return the links but for the one in a row of the table."""
    return [link for k, link in enumerate(links) if k != row]


def without_node(links, node):
    """Return the links that do not end at a node."""
    return [link for link in links if node not in (link.source, link.target)]


def round_trip(links, nodes, pair, slice_id=None, legal=None):
    """Return the ns out and back between two nodes, None where one of the two has no path.

    `legal` are the nodes that a path may touch, `None` for all; the first of the pair is exempt, out
    and back.
    """
    origin, end = pair
    there = arcs(links, nodes, slice_id)
    out = paths_from(origin, there, nodes, legal).get(end)
    back = paths_from(origin, turned_round(there), nodes, legal).get(end)
    if out is None or back is None:
        return None
    assert max(out[0], back[0]) <= MAX_NS
    return out[0] + back[0]


def failure_rows(links, nodes, pairs, failed_links, failed_nodes, slice_id=None, legal=None):
    """Return a list of round trips for each failure, the links before the nodes; -1 without a path."""
    left = [(without_link(links, row), None) for row in failed_links]
    left += [(without_node(links, node), node) for node in failed_nodes]
    return [
        [
            -1 if found is None else found
            for pair in pairs
            for found in [None if gone in pair else round_trip(some, nodes, pair, slice_id, legal)]
        ]
        for some, gone in left
    ]
