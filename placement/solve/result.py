"""What a run hands back, and what it tells on its way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from placement.errors import NoValueError
from placement.model.plan import Bound, Limit, Plan, Status, Value
from placement.model.problem import Problem
from placement.units import MICRO

__all__ = ["Progress", "Result"]

STOPPED = {
    None: "",
    Limit.TIME: " (time limit)",
    Limit.WORK: " (work limit)",
    Limit.GAP: " (within the gap)",
    Limit.CANCEL: " (cancelled)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come.

    Parameters
    ----------
    seconds : float
        Since the call.
    phase : str
        What it is doing: compile, greedy, prices, place, cost.
    unplaced : int or None
        Priority that the best plan so far leaves unplaced; None before there is a plan.
    cost : int or None, micro-units
        Of the best plan so far.
    bound_unplaced : int
        What no plan can leave less than.
    bound_cost : int or None, micro-units
        What no plan can cost less than that leaves as little unplaced.
    draft : callable, optional
        Writes `plan`.
    """

    seconds: float
    phase: str
    unplaced: int | None = None
    cost: int | None = None
    bound_unplaced: int = 0
    bound_cost: int | None = None
    draft: Callable[[], Plan] | None = field(default=None, repr=False, compare=False)

    @property
    def plan(self) -> Plan | None:
        """The best plan so far, with what the prices known by then prove; None before there is one.

        It is written when it is asked for, which takes as long as writing the last one: ask rarely where
        the problem is large. Events may be kept; each holds its assignments in a few bytes each.
        """
        return None if self.draft is None else self.draft()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Result:
    """The answer to a problem.

    Parameters
    ----------
    status : Status
        How good the plan is known to be.
    limit : Limit, optional
        Which limit made the search stop.
    engine : str
        What decided: greedy or exact.
    seconds, verify_seconds : float
        From the call to the plan, and for its verification.
    problem : Problem
        The problem.
    found : Plan or None
        The plan, if there is one; `plan` is the way to it that cannot be None.
    """

    status: Status
    limit: Limit | None
    engine: str
    seconds: float
    verify_seconds: float
    problem: Problem
    found: Plan | None = field(default=None)

    @property
    def plan(self) -> Plan:
        """The plan.

        Raises
        ------
        NoValueError
            If everything had to be placed and no such plan was found.
        """
        if self.found is None:
            why = (
                "it is proved that something must stay unplaced"
                if self.status is Status.INFEASIBLE
                else "none was found that places everything"
            )
            raise NoValueError(f"{self.status}: there is no plan; {why}")
        return self.found

    @property
    def objective(self) -> Value:
        """The value of the plan; raises `NoValueError` if there is none."""
        return self.plan.objective

    @property
    def bound(self) -> Bound:
        """The bound of the plan; raises `NoValueError` if there is no plan."""
        return self.plan.bound

    @property
    def gap(self) -> Fraction | None:
        """How far the cost may be above the best; None where that is not known."""
        return self.plan.gap

    def __str__(self) -> str:
        parts = [str(self.status) + STOPPED[self.limit]]
        if self.found is not None:
            placed, n_workloads = len(self.found.assignments), len(self.problem.workloads)
            parts.append(f"placed {placed}/{n_workloads}")
            parts.append(f"cost {money(self.found.objective.cost)}")
            if self.found.bound.unplaced < self.found.objective.unplaced:
                parts.append(
                    f"unplaced priority {self.found.objective.unplaced}, bound {self.found.bound.unplaced}"
                )
            else:
                parts.append(f"bound {money(self.found.bound.cost)}")
                parts.append(f"gap {percent(self.found.gap)}")
        parts.append(f"{self.seconds:.3f} s")
        return " · ".join(parts)

    def __repr__(self) -> str:
        return f"<{self}>"


def money(micro: int) -> str:
    """Return a cost as people read it."""
    return f"{micro / MICRO:,.6f}".rstrip("0").rstrip(".")


def percent(gap: Fraction | None) -> str:
    """Return a gap in percent with at most three places, rounded up."""
    if gap is None:
        return "unknown"
    thousandths = -(-gap.numerator * 100_000 // gap.denominator)
    return f"{thousandths / 1000:.3f}".rstrip("0").rstrip(".") + " %"
