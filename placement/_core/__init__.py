"""Compiled kernels: arrays in, arrays out; they know no object of the model.

The hot ones are built twice, for any processor and, in `v3`, for x86-64-v3; which to use is decided
here, when this package is imported. `PLACEMENT_CPU=baseline` in the environment asks for the former.
No function bears the name of its module: importing the module would put it in the function's place.
"""

import os
from typing import TYPE_CHECKING

from placement._core.cpu import has_x86_64_v3
from placement._core.ejection import improve
from placement._core.geodesic import great_circle
from placement._core.greedy import place_greedily
from placement._core.lagrange import take_cheapest

VARIANT = (
    "x86-64-v3" if has_x86_64_v3() and os.environ.get("PLACEMENT_CPU") != "baseline" else "baseline"
)

if TYPE_CHECKING or VARIANT == "baseline":
    from placement._core.customisation import customise, lay, prune
    from placement._core.descent import sweep
    from placement._core.dijkstra import (
        MAX_LATENCY_NS,
        MAX_VARIANCE,
        UNREACHABLE_NS,
        shortest_paths,
        shortest_paths_variance,
    )
    from placement._core.elimination import arrange, eliminate
else:
    from placement._core.v3.customisation import customise, lay, prune
    from placement._core.v3.descent import sweep
    from placement._core.v3.dijkstra import (
        MAX_LATENCY_NS,
        MAX_VARIANCE,
        UNREACHABLE_NS,
        shortest_paths,
        shortest_paths_variance,
    )
    from placement._core.v3.elimination import arrange, eliminate

__all__ = [
    "MAX_LATENCY_NS",
    "MAX_VARIANCE",
    "UNREACHABLE_NS",
    "VARIANT",
    "arrange",
    "customise",
    "eliminate",
    "great_circle",
    "improve",
    "lay",
    "place_greedily",
    "prune",
    "shortest_paths",
    "shortest_paths_variance",
    "sweep",
    "take_cheapest",
]
