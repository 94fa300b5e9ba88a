"""All simple paths, one by one: nothing can hide from them in a small network."""

from tests.reference.routes import MAX_NS, carries, link_ns, ns_up


def steps(links, slice_id):
    """Return {node: [(next node, link)]} over the links that carry a slice."""
    found = {}
    for link in links:
        if carries(link, slice_id):
            found.setdefault(link.source, []).append((link.target, link))
            if link.bidirectional:
                found.setdefault(link.target, []).append((link.source, link))
    return found


def simple_paths(steps, source, target):
    """Yield every path (nodes, links) from a node to another that meets no node twice."""
    stack = [((source,), ())]
    while stack:
        nodes, links = stack.pop()
        if nodes[-1] == target:
            yield nodes, links
            continue
        for node, link in steps.get(nodes[-1], ()):
            if node not in nodes:
                stack.append(((*nodes, node), (*links, link)))


def path_ns(path, nodes):
    """Return how long a path takes: its links, and the processing of the nodes inside."""
    names, links = path
    inner = sum(ns_up(nodes[name].processing_ms) for name in names[1:-1])
    return sum(link_ns(link, nodes) for link in links) + inner


def legal_paths(problem, ends, *, origin, slice_id, countries):
    """Return {nodes: ns}, the least of each, of all legal paths between two ends of at most 2.1 s.

    `countries` are those that may be touched, None for any; the origin is exempt.
    """
    nodes = {node.id: node for node in problem.nodes}
    found = {}
    for path in simple_paths(steps(problem.links, slice_id), *ends):
        outside = [
            name
            for name in path[0]
            if name != origin and countries is not None and nodes[name].country not in countries
        ]
        ns = path_ns(path, nodes)
        if not outside and ns <= MAX_NS:
            found[path[0]] = min(ns, found.get(path[0], ns))
    return found
