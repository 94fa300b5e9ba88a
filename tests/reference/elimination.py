"""Eliminate the nodes of a network one by one, with sets, and find the best ways over some of them."""

NONE = 2**31 - 1


def left_behind(n_nodes, arcs, order):
    """Return what each node in the order leaves: its neighbours that are still there."""
    around = {n: set() for n in range(n_nodes)}
    for tail, head in arcs:
        if tail != head:
            around[tail].add(head)
            around[head].add(tail)
    found = []
    for node in order:
        neighbours = around.pop(node)
        found.append(neighbours)
        for other in neighbours:
            around[other] |= neighbours - {other}
            around[other].discard(node)
    return found


def elimination_order(n_nodes, arcs):
    """Return the nodes in the order in which they go: trees first, then by degree, then the core."""
    around = {n: set() for n in range(n_nodes)}
    for tail, head in arcs:
        if tail != head:
            around[tail].add(head)
            around[head].add(tail)
    n_links = {n: len(others) for n, others in around.items()}
    order = []

    def take(node):
        neighbours = around.pop(node)
        order.append(node)
        for other in neighbours:
            around[other] |= neighbours - {other}
            around[other].discard(node)
        return neighbours

    leaves = [n for n, others in around.items() if len(others) <= 1]
    for leaf in leaves:
        leaves += [n for n in take(leaf) if len(around[n]) == 1 and n not in leaves]
    level = {n: int(len(others) < n_links[n]) for n, others in around.items()}
    since = dict.fromkeys(around, 0)
    while any(len(others) < len(around) - 1 for others in around.values()):
        node = min(around, key=lambda n: (max(1, len(around[n])), level[n], since[n], n))
        for other in take(node):
            level[other] = min(31, max(level[other], level[node] + 1))
            since[other] = len(order)
    return order + sorted(around, key=lambda n: (n_links[n], n))


def quickest(arcs, closed_or_processing, via):
    """Return {(tail, head): latency} of the best paths whose inner nodes are all in `via`."""
    found = dict(arcs)
    for node in via:
        through = closed_or_processing[node]
        if through >= NONE:
            continue
        into = [(a, ns) for (a, b), ns in found.items() if b == node and a != node]
        out = [(b, ns) for (a, b), ns in found.items() if a == node and b != node]
        for a, first in into:
            for b, second in out:
                total = first + through + second
                if a != b and total < min(found.get((a, b), NONE), NONE):
                    found[a, b] = total
    return {pair: ns for pair, ns in found.items() if ns < NONE}


def completed(above, processing, up, down):
    """Return arcs by their two numbers, up and down, with the best ways over nodes below."""
    up, down = dict(up), dict(down)
    for node in reversed(range(len(above))):
        for low in above[node]:
            for high in (n for n in above[node] if n < low):
                there = down[node, low] + processing[node] + up[node, high]
                back = down[node, high] + processing[node] + up[node, low]
                up[low, high] = min(up[low, high], there)
                down[low, high] = min(down[low, high], back)
    return up, down


def judged(above, processing, up, down):
    """Return the true latencies {(a, b): ns} along and against completed arcs, and the arcs to keep.

    Those are two sets of (a, b): an arc goes if a way over another node above is no longer, and the
    arc to that node is shorter, or as long and leads higher.
    """
    true, kept = {}, (set(), set())
    for node, others in enumerate(above):
        arcs = {n: up[node, n] for n in others}, {n: down[node, n] for n in others}
        for direction, own in enumerate(arcs):
            for end in others:
                ways = {
                    n: own[n] + processing[n] + true[(n, end) if direction == 0 else (end, n)]
                    for n in others
                    if n != end
                }
                best = min([own[end], *ways.values()])
                if own[end] < NONE and not any(
                    ns <= own[end] and (own[n], n) < (own[end], end) for n, ns in ways.items()
                ):
                    kept[direction].add((node, end))
                true[(node, end) if direction == 0 else (end, node)] = min(best, NONE)
    return true, kept
