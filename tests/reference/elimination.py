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


def least_degree(n_nodes, arcs, order):
    """Return for each turn of the order whether no node had fewer neighbours than the one that went."""
    gone, verdicts = [], []
    for node in order:
        rest = [n for n in range(n_nodes) if n not in gone]
        widths = {n: len(left_behind(n_nodes, arcs, [*gone, n])[-1]) for n in rest}
        verdicts.append(widths[node] == min(widths.values()))
        gone.append(node)
    return verdicts


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
