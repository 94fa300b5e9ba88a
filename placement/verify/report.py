"""What the judge says of a plan."""

from dataclasses import dataclass

__all__ = ["Faults", "PlanFault", "Report"]

MOST_FAULTS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One thing that is wrong with a plan.

    Parameters
    ----------
    rule : str
        The rule that is broken: one of the reasons of a rejected pair (``latency``, ``country``, …),
        a row that overflows (``capacity``, ``bandwidth``, ``quota``), or the part of the plan that
        does not tell the truth (``problem``, ``assignments``, ``unplaced``, ``moves``, ``rtt_ms``,
        ``reasons``, ``objective``, ``bound``, ``certified``, ``certificate``, ``status``, ``version``, ``shape``).
    place : str
        Where in the plan or the problem, such as ``assignments["robot-cell"]``.
    message : str
        What stands there and what is true, with the numbers.
    """

    rule: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a plan.

    Parameters
    ----------
    faults : tuple of PlanFault
        What is wrong, at most the first thousand.
    n_faults : int
        How many faults there are in all.
    """

    faults: tuple[PlanFault, ...] = ()
    n_faults: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.n_faults == 0

    def __str__(self) -> str:
        if self.ok:
            return "the plan is valid: every rule holds, and objective, bound and reasons are true"
        lines = [f"the plan has {self.n_faults} fault{'s' if self.n_faults > 1 else ''}:"]
        lines += [f"  {fault}" for fault in self.faults]
        if self.n_faults > len(self.faults):
            lines.append(f"  … and {self.n_faults - len(self.faults)} more")
        return "\n".join(lines)


class Faults:
    """The list that a report is made of, while it grows."""

    __slots__ = ("_kept", "n_faults")

    def __init__(self) -> None:
        self._kept: list[PlanFault] = []
        self.n_faults = 0

    def add(self, rule: str, place: str, message: str) -> None:
        """Note one fault."""
        self.n_faults += 1
        if len(self._kept) < MOST_FAULTS_KEPT:
            self._kept.append(PlanFault(rule, place, message))

    @property
    def full(self) -> bool:
        """Whether no more faults are kept: what would be told is only counted."""
        return len(self._kept) >= MOST_FAULTS_KEPT

    def report(self) -> Report:
        """Return the verdict so far."""
        return Report(tuple(self._kept), self.n_faults)
