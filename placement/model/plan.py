"""A plan: what was decided, how good it is, and the proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from placement.errors import NoValueError
from placement.model import parse
from placement.model.budget import Budget
from placement.model.certificate import Certificate
from placement.model.noun import REQUIRED, Field, Noun
from placement.model.reasons import REASONS
from placement.model.table import Table
from placement.units import number, shown

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = [
    "ASSIGNMENTS",
    "MOVES",
    "UNPLACED",
    "Assignment",
    "Bound",
    "LawVersion",
    "Limit",
    "Move",
    "Plan",
    "Solver",
    "Status",
    "Unplaced",
    "Value",
]


class Status(StrEnum):
    """How good a plan is known to be.

    `OPTIMAL` (its bound equals its objective) and `FEASIBLE`; where everything must be placed also
    `INFEASIBLE` (proved impossible) and `UNKNOWN`, and then there is no plan.
    """

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    UNKNOWN = "UNKNOWN"


class Limit(StrEnum):
    """Which limit made the search stop."""

    TIME = "time"
    WORK = "work"
    GAP = "gap"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A workload, the site that it runs on, and the round-trip time that its bound is about.

    Parameters
    ----------
    workload, site : str
        Their ids.
    rtt_ms : Decimal, ms
        Largest over the workload's origins, with six places: the value that `max_rtt_ms` bounds.
    """

    workload: str
    site: str
    rtt_ms: Decimal


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A workload that is left out, and how many sites each reason rules out.

    Parameters
    ----------
    workload : str
        Its id.
    reasons : mapping of str to int
        Number of sites by the name of the reason; a site counts under every reason that it fails.
    """

    workload: str
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Move:
    """A workload that had a site and gets another.

    Parameters
    ----------
    workload : str
        Its id.
    source, target : str
        The sites that it leaves and gets.
    """

    workload: str
    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """Priority left unplaced, and cost in micro-units; compared in this order.

    Parameters
    ----------
    unplaced : int
        Total priority of the workloads that are left out.
    cost : int, micro-units
        Of everything that is placed.
    """

    unplaced: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What no plan can be better than.

    Parameters
    ----------
    unplaced : int
        At most the priority that any plan leaves unplaced.
    cost : int, micro-units
        At most the cost of any plan that leaves no more unplaced than this one.
    proof : {'prices', 'search'}
        Whether the certificate proves it, or a finished search found it.
    """

    unplaced: int
    cost: int
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Solver:
    """What made a plan: version, seed and work done.

    Parameters
    ----------
    version : str
        Of this library.
    seed : int
        Of its random choices.
    work : float
        Deterministic time that the search used.
    """

    version: str
    seed: int
    work: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LawVersion:
    """The tables of law under which a plan was made.

    Parameters
    ----------
    version : str
        Of the tables.
    digest : str
        SHA-256 of their content.
    """

    version: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was decided.

    Parameters
    ----------
    problem : str
        Digest of the problem.
    status : Status
        OPTIMAL or FEASIBLE.
    limit : Limit, optional
        Why the search stopped before it was done.
    objective : Value
        Of the plan.
    bound : Bound
        What no plan can be better than.
    certified : Value
        What the certificate proves.
    certificate : Certificate
        From which anyone can recompute `certified`.
    assignments, unplaced, moves : Table of Assignment, Unplaced and Move
        Sorted by workload.
    solver : Solver
        What made it.
    law : LawVersion, optional
        The tables of law under which it was made.
    budget : Budget, optional
        The moves that it was allowed, from the sites where the problem's workloads run.

    Examples
    --------
    >>> from placement import Problem, solve
    >>> problem = Problem(nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}], workloads=[{"id": "w"}])
    >>> solve(problem).plan["w"].site
    's'
    """

    problem: str
    status: Status
    limit: Limit | None = None
    objective: Value
    bound: Bound
    certified: Value
    certificate: Certificate
    assignments: Table[Assignment]
    unplaced: Table[Unplaced]
    moves: Table[Move]
    solver: Solver
    law: LawVersion | None = None
    budget: Budget | None = None

    def __getitem__(self, workload: str) -> Assignment:
        """Return where a workload runs; raises `NoValueError` if it was left out or is unknown."""
        if workload in set(self.unplaced.ids):
            told = ", ".join(
                f"{n} {reason}" for reason, n in self.unplaced[workload].reasons.items()
            )
            raise NoValueError(
                f"workload {shown(workload)} is unplaced" + (f": {told}" if told else "")
            )
        return self.assignments[workload]

    def __contains__(self, workload: object) -> bool:
        return workload in self.assignments

    def __len__(self) -> int:
        return len(self.assignments)

    def __repr__(self) -> str:
        return (
            f"<plan {self.status}: {len(self.assignments)} placed, {len(self.unplaced)} unplaced>"
        )

    @property
    def gap(self) -> Fraction | None:
        """How far the cost may be above the best, as a share of it; None where that is not known."""
        if self.bound.unplaced != self.objective.unplaced:
            return None
        above = self.objective.cost - self.bound.cost
        if above == 0:
            return Fraction(0)
        return Fraction(above, abs(self.objective.cost)) if self.objective.cost else None

    def to_dict(self) -> dict[str, Any]:
        """Return the content of a `placement-plan/1` file.

        Returns
        -------
        dict
            Ready for a JSON writer that writes `Decimal` with all its places.
        """
        from placement.model.plan_document import plan_to_dict

        return plan_to_dict(self)

    @classmethod
    def from_dict(cls, document: Any) -> "Plan":
        """Make a plan of the content of a `placement-plan/1` file.

        Parameters
        ----------
        document : mapping
            What a JSON reader makes of the file, decimals read as `Decimal`.

        Returns
        -------
        Plan
            Of the right shape; whether it is right is for `verify` to say.

        Raises
        ------
        InputError
            If anything is out of shape; all faults are told at once.
        """
        from placement.model.plan_document import plan_from_dict

        return plan_from_dict(document)

    def to_arrow(self) -> "pa.Table":
        """Return the assignments as an Arrow table: workload, site, rtt_ms.

        Returns
        -------
        pyarrow.Table
            Sorted by workload.

        Raises
        ------
        MissingExtraError
            If pyarrow is not installed.
        """
        from placement.model.columns import arrow_of_table

        return arrow_of_table(self.assignments)

    def to_pandas(self) -> "pd.DataFrame":
        """Return the assignments as a pandas data frame: workload, site, rtt_ms.

        Returns
        -------
        pandas.DataFrame
            Sorted by workload.
        """
        import pandas as pd

        columns = self.assignments.columns
        rtt = np.array([float(value) for value in columns["rtt_ms"].distinct()], dtype=float)
        return pd.DataFrame(
            {
                "workload": list(self.assignments.ids),
                "site": list(map(columns["site"].values.__getitem__, columns["site"].row_codes())),
                "rtt_ms": rtt[columns["rtt_ms"].row_codes()],
            }
        )


def rtt_ms(value: Any) -> Decimal:
    """Read a round-trip time: whole nanoseconds, told in milliseconds with six places."""
    parsed = Decimal(number(value))
    nanoseconds = parsed.scaleb(6)
    if parsed < 0 or nanoseconds != nanoseconds.to_integral_value():
        raise ValueError(
            f"{shown(value)} is no round-trip time; expected milliseconds with six places"
        )
    return ms_of_ns(int(nanoseconds))


def ms_of_ns(nanoseconds: int) -> Decimal:
    """Return milliseconds with six places."""
    return Decimal(nanoseconds).scaleb(-6)


def counts(value: Any) -> tuple[tuple[str, int], ...]:
    """Read how many sites each reason rules out."""
    pairs = parse.mapping_of(parse.choice(*REASONS), parse.priority)(value)
    return tuple(sorted(pairs, key=lambda pair: REASONS.index(pair[0])))


ASSIGNMENTS = Noun(
    "assignments",
    "assignment",
    Assignment,
    {
        "workload": Field(parse.name, REQUIRED),
        "site": Field(parse.name, REQUIRED),
        "rtt_ms": Field(rtt_ms, REQUIRED),
    },
    key="workload",
)
UNPLACED = Noun(
    "unplaced",
    "unplaced workload",
    Unplaced,
    {
        "workload": Field(parse.name, REQUIRED),
        "reasons": Field(counts, REQUIRED, dict, mapping=True),
    },
    key="workload",
)
MOVES = Noun(
    "moves",
    "move",
    Move,
    {
        "workload": Field(parse.name, REQUIRED),
        "source": Field(parse.name, REQUIRED),
        "target": Field(parse.name, REQUIRED),
    },
    key="workload",
)
