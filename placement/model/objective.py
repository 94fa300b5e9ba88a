"""What counts how much."""

from dataclasses import dataclass
from typing import Any

from placement import units
from placement.model import parse
from placement.model.noun import Field, Noun

__all__ = ["OBJECTIVE", "Objective"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Weights of what makes up the cost of a plan.

    Parameters
    ----------
    latency : number, default 1
        On each millisecond of a workload's mean round-trip time.
    price : number, default 0
        On the price of what it uses.
    carbon : number, default 0
        On the carbon of what it uses.
    moves : number, default 0
        On the `move_cost` of each workload that gets another site.
    """

    latency: Any = 1
    price: Any = 0
    carbon: Any = 0
    moves: Any = 0


OBJECTIVE = Noun(
    "objective",
    "objective",
    Objective,
    {
        "latency": Field(parse.number, 1, units.to_json),
        "price": Field(parse.number, 0, units.to_json),
        "carbon": Field(parse.number, 0, units.to_json),
        "moves": Field(parse.number, 0, units.to_json),
    },
    key="",
)
