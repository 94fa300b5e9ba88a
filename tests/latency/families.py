"""Random networks of every kind as indices, and what the reference says of them."""

import random
from dataclasses import dataclass

import numpy as np

from placement.latency.index import NetworkIndex, arcs_of
from placement.latency.links import Numbered
from placement.latency.routing import RoutingClass
from tests.reference.shortest_paths import LONGEST, Arc, labels

UNREACHABLE = 2**31 - 1
KINDS = ("tree", "ring", "rings", "clique", "star", "sparse", "apart", "parallel", "none")


@dataclass(frozen=True)
class Drawn:
    """A network, a routing class, and its links as the reference reads them."""

    index: NetworkIndex
    routing: RoutingClass
    arcs: list[Arc]
    closed: set[int]
    processing: list[int]

    @property
    def n_nodes(self):
        """How many nodes there are."""
        return len(self.processing)

    def expected(self, *, reverse=False):
        """Return the latencies between all nodes: rows are exempt, columns are not."""
        arcs = [a._replace(tail=a.head, head=a.tail) for a in self.arcs] if reverse else self.arcs
        table = []
        for source in range(self.n_nodes):
            found = labels(arcs, source, self.closed, self.processing)
            for node in self.closed - {source}:
                found.pop(node, None)
            table.append([found.get(n, (UNREACHABLE,))[0] for n in range(self.n_nodes)])
        return table


def pairs_of(rng, kind, n):
    """Return the ends of the links of a network of some kind."""
    if kind == "tree":
        return [(rng.randrange(max(0, i - 4), i), i) for i in range(1, n)]
    if kind == "ring":
        return [(i, (i + 1) % n) for i in range(n)] if n > 2 else []
    if kind == "rings":
        start = [(i, i + 1) for i in range(n - 1)]
        return start + [(i, i + 4) for i in range(0, n - 4, 4)] + [(0, i) for i in range(7, n, 5)]
    if kind == "clique":
        return [(i, k) for k in range(min(n, 9)) for i in range(k)]
    if kind == "star":
        return [(0, i) for i in range(1, n)]
    if kind == "sparse":
        return [tuple(rng.sample(range(n), 2)) for _ in range(n)] if n > 1 else []
    if kind == "apart":
        return [(i, i + 1) for i in range(n - 1) if i % 4 != 3]
    if kind == "parallel":
        return [(i, i + 1) for i in range(n - 1) for _ in range(rng.randint(1, 3))]
    return []


def draw(seed):
    """Return the network of a seed: its kind by turns, all else by chance."""
    rng = random.Random(seed)
    n = rng.randint(1, rng.choice([4, 12, 24]))
    ends = pairs_of(rng, KINDS[seed % len(KINDS)], n)
    longest = rng.choice([1, 20, 10**6, LONGEST // n, LONGEST])
    two_way = rng.random() < 0.5
    links = []
    for a, b in ends:
        latency = rng.choice([0, rng.randint(0, longest), rng.randint(0, longest)])
        carries = rng.choice([0, 0, 0, 1, 2])
        links.append((a, b, latency, carries))
        if not two_way and rng.random() < 0.7:
            links.append((b, a, rng.randint(0, longest), carries))
    labels_of = rng.sample(range(n), n)
    links = [(labels_of[a], labels_of[b], *rest) for a, b, *rest in links]
    slowest = rng.choice([0, 0, 3, 10**6, LONGEST])
    processing = [rng.choice([0, rng.randint(0, slowest)]) for _ in range(n)]
    country = [rng.choice([0, 0, 1, 2]) for _ in range(n)]
    transit = rng.choice([None, frozenset({"DE", "FR"}), frozenset({"DE"}), frozenset({"AT"})])
    routing = RoutingClass(rng.choice([None, None, "1"]), transit)
    index = index_of(n, links, two_way, processing, country)
    return Drawn(
        index=index,
        routing=routing,
        arcs=open_arcs(links, two_way, routing),
        closed={i for i in range(n) if not routing.node_open(index)[i]},
        processing=processing,
    )


def index_of(n_nodes, links, two_way, processing, country):
    """Return the index of links (tail, head, latency, carries); carries 0 is everything."""
    columns = np.array(links, np.int64).reshape(-1, 4)
    tails, heads = columns[:, 0].astype(np.int32), columns[:, 1].astype(np.int32)
    measures = (
        columns[:, 2].astype(np.int32),
        np.zeros(len(links), np.int64),
        columns[:, 3].astype(np.int32),
    )
    leads_back = np.full(len(links), two_way, np.uint8)
    return NetworkIndex(
        rows=Numbered(n_nodes),
        out=arcs_of(n_nodes, tails, heads, leads_back, measures),
        back=arcs_of(n_nodes, heads, tails, leads_back, measures),
        processing=np.array(processing, np.int32),
        countries=("DE", "FR", None),
        country=np.array(country, np.int32),
        operators=(None,),
        operator=np.zeros(n_nodes, np.int32),
        link_operator=np.zeros(len(links), np.int32),
        jitter_groups=(),
        jitter_group=np.full(len(links), -1, np.int32),
        carried=(None, (), ("1",)),
        slices=frozenset({"1"}),
        isolated=frozenset(),
        is_symmetric=two_way,
    )


def open_arcs(links, two_way, routing):
    """Return the arcs that a routing class may use."""
    found = []
    for a, b, latency, carries in links:
        if carries == 0 or (carries == 2 and routing.slice == "1"):
            found.append(Arc(a, b, latency, 0))
            if two_way:
                found.append(Arc(b, a, latency, 0))
    return found
