"""Plans by hand: the `placement-plan/1` document of any assignment, told truthfully."""

from decimal import Decimal


def plan_document(rules, assignment):
    """Return the document of the plan {workload: site}, with prices of zero for a certificate.

    What a forbidden pair costs, and how far it is, may not exist; then 0 stands there.
    """
    _, cost = rules.value({w: s for w, s in assignment.items() if allowed(rules, w, s)})
    hopeless = [w for w in rules.workloads.values() if not hopes(rules, w)]
    proved = {"unplaced": sum(w.priority for w in hopeless), "cost": Decimal(0)}
    unplaced = sum(w.priority for w in rules.workloads.values() if w.id not in assignment)
    value = {"unplaced": unplaced, "cost": Decimal(cost).scaleb(-6)}
    free = {"shift": 0, "prices": [], "covers": []}
    return {
        "format": "placement-plan/1",
        "problem": rules.problem.digest,
        "status": "OPTIMAL" if value == proved else "FEASIBLE",
        "objective": value,
        "bound": proved | {"proof": "prices"},
        "certified": proved,
        "certificate": {"cost": free | {"mu": 0}, "unplaced": free | {"mu": 1}},
        "assignments": [
            {"workload": w, "site": s, "rtt_ms": rtt_ms(rules, w, s)}
            for w, s in sorted(assignment.items())
        ],
        "unplaced": [
            {"workload": name, "reasons": rules.left_out(w, assignment)}
            for name, w in sorted(rules.workloads.items())
            if name not in assignment
        ],
        "moves": [
            {"workload": name, "source": w.site, "target": assignment[name]}
            for name, w in sorted(rules.workloads.items())
            if name in assignment and w.site not in (None, assignment[name])
        ],
        "solver": {"version": "by hand", "seed": 0, "work": 0},
    }


def allowed(rules, workload, site):
    """Tell whether a pair, given by names, passes every rule."""
    return not rules.reasons(rules.workloads[workload], rules.sites[site])


def hopes(rules, workload):
    """Tell whether a workload passes every rule somewhere."""
    return any(allowed(rules, workload.id, site) for site in rules.sites)


def rtt_ms(rules, workload, site):
    """Return the round trip of a pair as a plan tells it."""
    if not allowed(rules, workload, site):
        return Decimal(0)
    return Decimal(rules.rtt_ns(rules.workloads[workload], rules.sites[site])).scaleb(-6)
