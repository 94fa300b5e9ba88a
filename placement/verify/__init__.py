"""The independent judge of a plan.

`verify` recomputes everything that a plan says from the problem alone, by a road of its own: shortest
paths from SciPy instead of the compiled kernels, and nothing of the instance builder or the engines. All
that decides is an exact integer. Read it in this order:

======================  ============================================================================
`report`                what the judge says: `Report` and `PlanFault`
`claims`                what the plan says, read without trust
`network`, `latency`    round-trip times
`rules`                 the rules for a workload on a site
`rows`, `pairs`         what adds up: capacity, bandwidth, quota
`costs`                 the cost of a pair, exact, rounded once
`prices`, `certificate` the bound that anyone can recompute
`moves`                 the budget of moves from where workloads run
`classes`               equal workloads, taken together
`block`, `judge`        the one pass over all of it
`proof`                 the paths that somebody says traffic takes
`words`                 why a pair fails a rule, with the numbers
======================  ============================================================================
"""

from placement.model.plan import Bound, LawVersion, Plan, Status, Value
from placement.model.problem import Problem
from placement.units import shown
from placement.verify.claims import Claims, well_shaped
from placement.verify.judge import Truth, judged
from placement.verify.moves import Moves
from placement.verify.prices import Ledger
from placement.verify.proof import check_proofs
from placement.verify.report import Faults, PlanFault, Report
from placement.verify.rows import Rows

__all__ = ["PlanFault", "Report", "check_proofs", "verify"]


def verify(problem: Problem, plan: Plan) -> Report:
    """Check everything that a plan says about a problem.

    Parameters
    ----------
    problem : Problem
        What was to be placed.
    plan : Plan
        What was decided, by this library or by anyone.

    Returns
    -------
    Report
        `ok`, or the faults, each with rule, place and numbers. A plan that is out of shape is a
        faulty plan, not an exception.

    Notes
    -----
    Time grows with (classes of equal workloads) × sites, memory with workloads + sites + network.

    Examples
    --------
    >>> from placement import Problem, solve, verify
    >>> problem = Problem(nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}], workloads=[{"id": "w"}])
    >>> verify(problem, solve(problem).plan).ok
    True
    """
    faults = Faults()
    if not isinstance(plan, Plan):
        faults.add("shape", "plan", f"expected a Plan, got {shown(plan)}")
        return faults.report()
    if plan.problem != problem.digest:
        faults.add(
            "problem",
            "problem",
            f"the plan is for problem {shown(plan.problem)}, not {problem.digest}",
        )
    check_law(problem, plan, faults)
    claims = Claims.of(problem, plan, faults)
    if not well_shaped(plan, faults) or claims is None:
        return faults.report()
    rows = Rows(problem)
    moves = None if plan.budget is None else Moves(problem, plan.budget, faults)
    ledger = Ledger(problem, rows, faults, moves)
    certificate = plan.certificate
    duals = ledger.read(certificate.cost, "cost"), ledger.read(certificate.unplaced, "unplaced")
    truth = judged(problem, rows, claims, duals, faults, moves=moves)
    check_values(plan, truth, faults)
    check_status(plan, faults)
    return faults.report()


def check_law(problem: Problem, plan: Plan, faults: Faults) -> None:
    """Compare the tables of law that the plan was made under with those of the problem."""
    stated, law = plan.law, problem.law
    if not isinstance(stated, LawVersion):
        return  # left out, or junk: that is a matter of shape
    if (stated.version, stated.digest) != (law.version, law.digest):
        faults.add(
            "version",
            "law",
            f"made under the law {shown(stated.version)} ({shown(stated.digest)}), the problem is read "
            f"under {shown(law.version)} ({shown(law.digest)})",
        )


def check_values(plan: Plan, truth: Truth, faults: Faults) -> None:
    """Compare objective, certified and bound with the truth."""
    compare(faults, "objective", "unplaced", plan.objective.unplaced, truth.unplaced)
    compare(faults, "objective", "cost", plan.objective.cost, truth.cost)
    compare(faults, "certified", "unplaced", plan.certified.unplaced, truth.certified_unplaced)
    compare(faults, "certified", "cost", plan.certified.cost, truth.certified_cost)
    if plan.bound.proof not in ("prices", "search"):
        faults.add(
            "bound", "bound.proof", f"{shown(plan.bound.proof)} is neither prices nor search"
        )
    for field in ("unplaced", "cost"):
        bound, certified = getattr(plan.bound, field), getattr(plan.certified, field)
        objective = getattr(plan.objective, field)
        if plan.bound.proof == "prices" and bound != certified:
            faults.add(
                "bound", f"bound.{field}", f"{bound} is not what the prices prove: {certified}"
            )
        if bound < certified:
            faults.add(
                "bound", f"bound.{field}", f"{bound} is below what the prices prove: {certified}"
            )
        if bound > objective:
            faults.add(
                "bound",
                f"bound.{field}",
                f"{bound} is above the objective of this very plan: {objective}",
            )


def compare(faults: Faults, name: str, field: str, stated: int, true: int | None) -> None:
    """Note where a number is not the true one; None means that there is none to compare with."""
    if true is not None and stated != true:
        unit = " micro-units" if field == "cost" else ""
        faults.add(name, f"{name}.{field}", f"states {stated}, the sum is {true}{unit}")


def check_status(plan: Plan, faults: Faults) -> None:
    """Compare the status with bound and objective."""
    closed = pair(plan.bound) == pair(plan.objective)
    if plan.status not in (Status.OPTIMAL, Status.FEASIBLE):
        faults.add(
            "status", "status", f"{shown(plan.status)} has no plan; expected OPTIMAL or FEASIBLE"
        )
    elif closed != (plan.status == Status.OPTIMAL):
        relation = "equals" if closed else "differs from"
        faults.add("status", "status", f"{plan.status}, but the bound {relation} the objective")


def pair(value: Value | Bound) -> tuple[int, int]:
    """Return (unplaced, cost)."""
    return value.unplaced, value.cost
