"""Numbers for the small charts of the page."""

from dataclasses import dataclass

import numpy as np

from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.report.figures import Figures, floats

__all__ = ["Bar", "bound_use", "reason_totals"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; `share` is its length, 1 for the longest."""

    name: str
    number: int
    share: float


def bound_use(problem: Problem, placed: Figures) -> list[Bar]:
    """Count the placed workloads by how much of their latency bound they use, in tenths."""
    bounds = floats(problem.workloads.column("max_rtt_ms"), np.inf)[placed.workload]
    bounded = np.isfinite(bounds) & (bounds > 0)
    use = placed.rtt_ms[bounded] / bounds[bounded]
    # A round trip of exactly 30 % belongs to the bar that ends there.
    tenth = np.clip(np.ceil(use * 10 - 1e-9).astype(np.int64) - 1, 0, 9)
    numbers = np.bincount(tenth, minlength=10).tolist()
    return _bars([(f"{10 * i}–{10 * i + 10} %", number) for i, number in enumerate(numbers)])


def reason_totals(plan: Plan) -> list[Bar]:
    """Count for each reason the workloads left out that it takes at least one site from."""
    column = plan.unplaced.column("reasons")
    numbers = np.bincount(column.row_codes(), minlength=len(column.values)).tolist()
    total: dict[str, int] = {}
    for reasons, number in zip(column.distinct(), numbers, strict=True):
        for reason, _ in reasons:
            total[reason] = total.get(reason, 0) + number
    return _bars(sorted(total.items(), key=lambda pair: (-pair[1], pair[0])))


def _bars(pairs: list[tuple[str, int]]) -> list[Bar]:
    most = max((number for _, number in pairs), default=0) or 1
    return [Bar(name, number, number / most) for name, number in pairs]
