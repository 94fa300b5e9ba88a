"""How many moves a plan may make from the sites where its workloads run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Budget"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits of the moves of a plan, and what a move must be worth.

    Moves are counted of workloads whose running site is still allowed to them; whoever has to leave
    (the site is down, or a rule forbids it now) is free to go anywhere, and so is whoever runs nowhere.

    Parameters
    ----------
    moves : int, optional
        In all; unlimited if left out.
    operators : mapping of str to int, default {}
        By operator: moves that leave one of its sites, or reach one; within its sites they count once.
    sites : mapping of str to int, default {}
        By site: moves that leave it, or reach it.
    min_gain : int, micro-units, optional
        By how much less a workload must cost at its new site than where it runs.
    """

    moves: int | None = None
    operators: Mapping[str, int] = field(default_factory=dict)
    sites: Mapping[str, int] = field(default_factory=dict)
    min_gain: int | None = None
