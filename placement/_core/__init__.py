"""Compiled kernels: arrays in, arrays out; they know no object of the model.

The hot ones are built three times, for any processor and, in `v3` and `v4`, for those levels of x86-64;
which to use is decided here, when this package is imported. `PLACEMENT_CPU=baseline` in the
environment, or `x86-64-v3`, asks for no more than that.
No function bears the name of its module: importing the module would put it in the function's place.
"""

import importlib
import os
from typing import TYPE_CHECKING

from placement._core.alteration import alter
from placement._core.annealing import anneal
from placement._core.arrangement import arrange
from placement._core.attachment import attach, relay
from placement._core.contraction import contract_network
from placement._core.cpu import x86_64_level
from placement._core.disjoint import disjoint_pair
from placement._core.ejection import improve
from placement._core.ends import find_users, label_ends
from placement._core.geodesic import great_circle
from placement._core.greedy import place_greedily
from placement._core.grouping import group_links
from placement._core.lagrange import charge_pairs, list_near, share_out, take_cheapest
from placement._core.memory import stream
from placement._core.perfection import complete, correct
from placement._core.pricing import price_pairs
from placement._core.uses import count_uses, join_sites, list_uses
from placement._core.walk import trace_paths

# Where the copies of the hot kernels are that this machine runs, the best last.
COPIES = {"baseline": "placement._core"} | {
    f"x86-64-v{level}": f"placement._core.v{level}" for level in (3, 4) if level <= x86_64_level()
}
WISH = os.environ.get("PLACEMENT_CPU")
VARIANT = WISH if WISH in COPIES else list(COPIES)[-1]

if TYPE_CHECKING:
    from placement._core.class_rows import cross_classes, gate_classes, split_classes
    from placement._core.classes import customise_classes, lay_classes
    from placement._core.customisation import customise, lay
    from placement._core.descent import sweep
    from placement._core.difference import affected, mark_above, overwrite, subtree_ends
    from placement._core.dijkstra import (
        MAX_LATENCY_NS,
        MAX_VARIANCE,
        UNREACHABLE_NS,
        shortest_paths,
        shortest_paths_variance,
    )
    from placement._core.eligibility import (
        count_sites,
        keep_near,
        keep_roomy,
        keep_wished,
        list_sites,
    )
    from placement._core.elimination import eliminate
    from placement._core.failures import reroute
    from placement._core.gates import find_gates, list_gates, list_members, split_core, take_core
    from placement._core.globe import great_circles, unit_vectors
    from placement._core.meeting import meet
    from placement._core.pruning import prune
else:
    for module, names in {
        "class_rows": ("cross_classes", "gate_classes", "split_classes"),
        "classes": ("customise_classes", "lay_classes"),
        "customisation": ("customise", "lay"),
        "descent": ("sweep",),
        "difference": ("affected", "mark_above", "overwrite", "subtree_ends"),
        "dijkstra": (
            "MAX_LATENCY_NS",
            "MAX_VARIANCE",
            "UNREACHABLE_NS",
            "shortest_paths",
            "shortest_paths_variance",
        ),
        "eligibility": ("count_sites", "keep_near", "keep_roomy", "keep_wished", "list_sites"),
        "elimination": ("eliminate",),
        "meeting": ("meet",),
        "failures": ("reroute",),
        "gates": ("find_gates", "list_gates", "list_members", "split_core", "take_core"),
        "globe": ("great_circles", "unit_vectors"),
        "pruning": ("prune",),
    }.items():
        kernels = importlib.import_module(f"{COPIES[VARIANT]}.{module}")
        globals().update({name: getattr(kernels, name) for name in names})

__all__ = [
    "COPIES",
    "MAX_LATENCY_NS",
    "MAX_VARIANCE",
    "UNREACHABLE_NS",
    "VARIANT",
    "affected",
    "alter",
    "anneal",
    "arrange",
    "attach",
    "charge_pairs",
    "complete",
    "contract_network",
    "correct",
    "count_sites",
    "count_uses",
    "cross_classes",
    "customise",
    "customise_classes",
    "disjoint_pair",
    "eliminate",
    "find_gates",
    "find_users",
    "gate_classes",
    "great_circle",
    "great_circles",
    "group_links",
    "improve",
    "join_sites",
    "keep_near",
    "keep_roomy",
    "keep_wished",
    "label_ends",
    "lay",
    "lay_classes",
    "list_gates",
    "list_members",
    "list_near",
    "list_sites",
    "list_uses",
    "mark_above",
    "meet",
    "overwrite",
    "place_greedily",
    "price_pairs",
    "prune",
    "relay",
    "reroute",
    "share_out",
    "shortest_paths",
    "shortest_paths_variance",
    "split_classes",
    "split_core",
    "stream",
    "subtree_ends",
    "sweep",
    "take_cheapest",
    "take_core",
    "trace_paths",
    "unit_vectors",
]
