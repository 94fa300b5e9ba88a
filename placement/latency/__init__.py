"""Measure: from a network to nanoseconds, per routing class.

A routing class is a slice and a set of countries that may be crossed. It is a pair of masks over one
network, never a network of its own: `build_index` reads the network once, `latency_matrix` answers
for any class.
"""

from placement._core import MAX_LATENCY_NS, MAX_VARIANCE, UNREACHABLE_NS
from placement.latency.index import NetworkIndex, build_index
from placement.latency.matrix import latency_matrix

__all__ = [
    "MAX_LATENCY_NS",
    "MAX_VARIANCE",
    "UNREACHABLE_NS",
    "NetworkIndex",
    "build_index",
    "latency_matrix",
]
