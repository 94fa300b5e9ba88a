"""The walk over tight arcs the slow way: levels of sets, then one step after another."""

from tests.reference.shortest_paths import CAP


def walked(arcs, best, processing, rank, source, target, *, jitter):
    """Return the arcs of the path that counts, by their places; none where there is no path.

    `best` are the labels by node, (latency, variance).
    """
    if source == target or target not in best:
        return []

    def tight(arc):
        if arc.tail not in best or arc.head not in best:
            return False
        latency, variance = best[arc.tail]
        latency += arc.latency + (processing[arc.tail] if arc.tail != source else 0)
        label = latency, min(variance + arc.variance, CAP)
        return label == best[arc.head] if jitter else label[0] == best[arc.head][0]

    leading = [i for i, arc in enumerate(arcs) if tight(arc)]
    left, level = {target: 0}, {target}
    while source not in left:
        level = {arcs[i].tail for i in leading if arcs[i].head in level} - left.keys()
        left |= dict.fromkeys(level, max(left.values()) + 1)
    path, node = [], source
    while node != target:
        onward = [
            i
            for i in leading
            if arcs[i].tail == node and left.get(arcs[i].head, -1) == left[node] - 1
        ]
        path.append(min(onward, key=lambda i: (rank[arcs[i].head], arcs[i].variance, i)))
        node = arcs[path[-1]].head
    return path
