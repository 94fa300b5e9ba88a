"""What a change does to a tree and to a matrix, by looking at all of it."""

from tests.reference.elimination import NONE, quickest


def laid(links):
    """Return {(tail, head): latency} of the quickest open link of each pair, from (tail, head, ns, open)."""
    found = {}
    for tail, head, latency, is_open in links:
        if is_open and tail != head:
            found[tail, head] = min(latency, found.get((tail, head), NONE))
    return found


def arcs(links, through, ends):
    """Return up, down, true up and true down of arcs (lower, upper), for numbered nodes."""
    n_nodes = len(through)
    below = [quickest(links, through, range(lower + 1, n_nodes)) for lower in range(n_nodes)]
    true = quickest(links, through, range(n_nodes))
    return [
        [found.get(way, NONE) for found, way in made]
        for made in (
            [(below[a], (a, b)) for a, b in ends],
            [(below[a], (b, a)) for a, b in ends],
            [(true, (a, b)) for a, b in ends],
            [(true, (b, a)) for a, b in ends],
        )
    ]


def to_nodes_above(arcs, through, parent):
    """Return for each node the latencies to its ancestors over arcs that lead up, given as {arc: ns}."""
    found = []
    for node in range(len(parent)):
        labels, above = {node: 0}, node
        while above >= 0:
            if above in labels:
                passed = labels[above] + (0 if above == node else through[above])
                for (lower, upper), ns in arcs.items():
                    if lower == above and passed + ns < min(labels.get(upper, NONE), NONE):
                        labels[upper] = passed + ns
            above = parent[above]
        found.append(labels)
    return found


def differences(old, new):
    """Return (row, column, old, new) of the cells in which two matrices differ, row by row."""
    return [
        (i, j, was, now)
        for i, (before, after) in enumerate(zip(old, new, strict=True))
        for j, (was, now) in enumerate(zip(before, after, strict=True))
        if was != now
    ]
