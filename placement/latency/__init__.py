"""Measure: from a network to nanoseconds, per routing class.

A routing class is a slice and a set of countries that may be crossed. It is a pair of masks over one
network, never a network of its own: `build_index` reads the network once, `latency_matrix` answers
for any class, `shortest_path` says where the traffic goes.
"""

from placement._core import MAX_LATENCY_NS, MAX_VARIANCE, UNREACHABLE_NS
from placement.latency.failures.impact import Failure, FailureTable, Impact
from placement.latency.failures.table import failure_table
from placement.latency.globe import great_circle_matrix
from placement.latency.index import NetworkIndex, build_index
from placement.latency.links import index_links
from placement.latency.live.changes import Changes, LinkChange, NodeChange
from placement.latency.live.matrix import LiveMatrix
from placement.latency.matrices import latency_matrices
from placement.latency.matrix import latency_matrix
from placement.latency.paths.disjoint import DisjointPaths, RoundTrip, disjoint_paths
from placement.latency.paths.path import Hop, Path
from placement.latency.paths.shortest import shortest_path, shortest_paths
from placement.latency.paths.trace import Paths
from placement.latency.shape import NetworkShape
from placement.latency.within import pairs_within

__all__ = [
    "MAX_LATENCY_NS",
    "MAX_VARIANCE",
    "UNREACHABLE_NS",
    "Changes",
    "DisjointPaths",
    "Failure",
    "FailureTable",
    "Hop",
    "Impact",
    "LinkChange",
    "LiveMatrix",
    "NetworkIndex",
    "NetworkShape",
    "NodeChange",
    "Path",
    "Paths",
    "RoundTrip",
    "build_index",
    "disjoint_paths",
    "failure_table",
    "great_circle_matrix",
    "index_links",
    "latency_matrices",
    "latency_matrix",
    "pairs_within",
    "shortest_path",
    "shortest_paths",
]
