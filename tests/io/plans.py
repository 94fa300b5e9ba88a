"""Plans of any size, for their files."""

from placement import Plan


def plan_of(n_workloads, problem="0" * 64):
    """Return a plan that places so many workloads."""
    free = {"shift": 0, "mu": 0, "prices": [], "covers": []}
    value = {"unplaced": 0, "cost": 0}
    return Plan.from_dict(
        {
            "format": "placement-plan/1",
            "problem": problem,
            "status": "FEASIBLE",
            "objective": value,
            "bound": value | {"proof": "prices"},
            "certified": value,
            "certificate": {"cost": free, "unplaced": free},
            "assignments": [
                {"workload": f"w{w:06}", "site": f"s{w % 7}", "rtt_ms": w % 9}
                for w in range(n_workloads)
            ],
            "unplaced": [],
            "moves": [],
            "solver": {"version": "1", "seed": 0, "work": 0},
        }
    )
