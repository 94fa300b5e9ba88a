"""A federation small enough to work out by hand, in which every rule has something to say.

Distances: paris–frankfurt 4 ms, paris–zurich 1.5 ms, zurich–milan 1.5 ms, frankfurt–milan 5 ms,
paris–madrid 6 ms, frankfurt–london 6 ms; each way, and passing through a node costs nothing but in
zurich 0.25 ms. Slice 2-00A1B2 runs on the links that carry everything, and alone on paris–zurich.
"""

import copy
from decimal import Decimal

from placement import Plan, Problem

SLICE = "2-00A1B2"
TRANSIT = ["FR", "DE", "IT"]

PROBLEM = {
    "format": "placement-problem/1",
    "at": "2026-11-24",
    "objective": {"latency": 1, "price": 1, "carbon": 0, "moves": 1},
    "operators": [
        {"id": "dt", "country": "DE", "laws": []},
        {"id": "orange", "country": "FR", "laws": []},
        {"id": "telefonica", "country": "ES", "parents": ["US"], "laws": ["US-CLOUD-ACT"]},
        {"id": "tim", "country": "IT"},
        {"id": "vodafone", "country": "GB", "laws": []},
    ],
    "agreements": [
        {"home": "orange", "host": "dt", "quota": {"cpu": 10}, "price_factor": 1.5},
        {"home": "orange", "host": "telefonica", "valid_until": "2026-11-24"},
        {"home": "orange", "host": "tim", "valid_from": "2020-01-01"},
        {"home": "orange", "host": "vodafone", "valid_until": "2026-11-23"},
    ],
    "nodes": [
        {"id": "frankfurt", "country": "DE"},
        {"id": "london", "country": "GB"},
        {"id": "madrid", "country": "ES"},
        {"id": "milan", "country": "IT"},
        {"id": "paris", "country": "FR"},
        {"id": "zurich", "country": "CH", "processing_ms": 0.25},
    ],
    "links": [
        {"source": "paris", "target": "frankfurt", "latency_ms": 4, "jitter_ms": 0.3},
        {"source": "paris", "target": "zurich", "latency_ms": 1.5, "slices": [SLICE]},
        {"source": "zurich", "target": "milan", "latency_ms": 1.5},
        {"source": "frankfurt", "target": "milan", "latency_ms": 5},
        {"source": "paris", "target": "madrid", "latency_ms": 6, "jitter_ms": 0.4},
        {"source": "frankfurt", "target": "london", "latency_ms": 6},
    ],
    "slices": [{"id": "1"}, {"id": SLICE, "operators": ["orange", "tim"], "access_ms": 0.5}],
    "sites": [
        {
            "id": "fra-1",
            "node": "frankfurt",
            "operator": "dt",
            "capacity": {"cpu": 12, "memory": "64Gi"},
            "price": {"cpu": 0.1},
            "open_cost": 2,
            "features": ["gpu"],
            "certifications": ["C5:type2"],
        },
        {
            "id": "lon-1",
            "node": "london",
            "operator": "vodafone",
            "capacity": {"cpu": 8},
            "state": "cordoned",
        },
        {"id": "mad-1", "node": "madrid", "operator": "telefonica", "capacity": {"cpu": 8}},
        {
            "id": "mil-1",
            "node": "milan",
            "operator": "tim",
            "capacity": {"cpu": 8, "memory": "16Gi"},
            "slices": {SLICE: 100, "1": None},
        },
        {
            "id": "par-1",
            "node": "paris",
            "operator": "orange",
            "capacity": {"cpu": 4, "memory": "8Gi"},
            "slices": {SLICE: 1000},
        },
        {
            "id": "par-2",
            "node": "paris",
            "operator": "orange",
            "capacity": {"cpu": 8},
            "state": "down",
        },
    ],
    "policies": [
        {"id": "adequate", "countries": ["EU", "EU-ADEQUATE"]},
        {"id": "certified", "certifications": ["C5:type1"]},
        {"id": "european", "seats": ["EU"]},
        {"id": "inland", "countries": ["FR", "DE"]},
        {"id": "sovereign", "excluded_laws": ["US-CLOUD-ACT"]},
        {"id": "through", "transit": TRANSIT},
    ],
    "workloads": [
        {"id": "batch", "demand": {"cpu": 4}, "priority": 3},
        {
            "id": "cctv",
            "demand": {"cpu": 1},
            "origins": "paris",
            "max_rtt_ms": 8,
            "percentile": 0.5,
        },
        {"id": "giant", "demand": {"cpu": 100}, "priority": 5},
        {
            "id": "robot",
            "operator": "orange",
            "demand": {"cpu": 2, "memory": "4Gi"},
            "origins": "paris",
            "max_rtt_ms": 8,
        },
        {"id": "stay", "demand": {"cpu": 1}, "site": "lon-1", "pinned": True},
        {
            "id": "tele",
            "operator": "orange",
            "demand": {"cpu": 1},
            "origins": [{"node": "milan", "weight": 2}, {"node": "paris"}],
            "slice": SLICE,
            "bandwidth": 60,
            "max_rtt_ms": 7.5,
        },
        {"id": "wander", "demand": {"cpu": 3}, "site": "mad-1", "move_cost": 0.5},
    ],
}

# Where each goes, and its round trip: robot 2 × 4; tele paris–zurich–milan 2 × 3.25 and access 2 × 0.5.
PLACED = {
    "batch": ("mil-1", 0),
    "cctv": ("fra-1", 8),
    "robot": ("fra-1", 8),
    "stay": ("lon-1", 0),
    "tele": ("mil-1", Decimal("7.5")),
    "wander": ("fra-1", 0),
}
# cctv 8 + 1 cpu × 0.1; robot 8 + 2 cpu × 0.1 × 1.5 abroad; tele (2 × 1 + 7.5) / 3 = 3.1666666…;
# wander 3 cpu × 0.1 + 0.5 for the move; 2 to open fra-1.
COST = Decimal("22.366667")


def problem(**tables):
    """Return the federation, with other tables in place of its own."""
    return Problem.from_dict(copy.deepcopy(PROBLEM) | tables)


def rows(table, **changes):
    """Return a table of the federation with fields of some rows changed: `rows("sites", fra={…})`.

    A row is named by its id with dashes as underscores; a field of None is left out.
    """
    changed = []
    for row in copy.deepcopy(PROBLEM[table]):
        merged = row | changes.get(row["id"].replace("-", "_"), {})
        changed.append({field: value for field, value in merged.items() if value is not None})
    return changed


def document(of=None):
    """Return the plan worked out by hand, with prices of zero for a proof."""
    free = {"shift": 0, "mu": 0, "prices": [], "covers": []}
    return {
        "format": "placement-plan/1",
        "problem": (of or problem()).digest,
        "status": "FEASIBLE",
        "objective": {"unplaced": 5, "cost": COST},
        "bound": {"unplaced": 5, "cost": 0, "proof": "prices"},
        "certified": {"unplaced": 5, "cost": 0},
        "certificate": {"cost": dict(free), "unplaced": dict(free)},
        "assignments": [
            {"workload": workload, "site": site, "rtt_ms": rtt_ms}
            for workload, (site, rtt_ms) in PLACED.items()
        ],
        "unplaced": [{"workload": "giant", "reasons": {"state": 2, "size": 6}}],
        "moves": [{"workload": "wander", "source": "mad-1", "target": "fra-1"}],
        "solver": {"version": "by hand", "seed": 0, "work": 0},
    }


def plan(of=None, **fields):
    """Return that plan, with other fields in place of its own."""
    return Plan.from_dict(document(of) | fields)


def moved(**sites):
    """Return the assignments with some workloads elsewhere: `moved(robot="mad-1")`."""
    return [
        row | {"site": sites.get(row["workload"], row["site"])} for row in document()["assignments"]
    ]
