"""5G QoS identifiers: what standardised ones promise between a device and the user-plane function.

The packet delay budget bounds the time of a packet, one way, between the device and the point where the
user plane leaves the 5G system for the data network (N6): for at least 98 % of the packets that are not
delayed by congestion, and in delay-critical flows for all but the share that may be lost. The road from
there to a site is no part of it.

References
----------
3GPP TS 23.501, table 5.7.4-1 and clauses 5.7.3.4 (packet delay budget), 5.7.3.5 (packet error rate).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from placement import units
from placement.units import shown

__all__ = ["FIVE_QI", "FiveQi", "five_qi"]


@dataclass(frozen=True, slots=True)
class FiveQi:
    """The characteristics of a standardised 5QI.

    Parameters
    ----------
    id : int
        The 5QI.
    resource_type : {'gbr', 'non-gbr', 'delay-critical-gbr'}
        Whether a rate is guaranteed, and whether late packets count as lost.
    delay_budget_ms : int
        Of a packet, one way, between device and user-plane function.
    error_rate : Decimal
        Share of packets that may be lost.
    """

    id: int
    resource_type: str
    delay_budget_ms: int
    error_rate: Decimal


ROWS = {
    "gbr": """
        1 100 1e-2   2 150 1e-3   3 50 1e-3    4 300 1e-6   65 75 1e-2   66 100 1e-2  67 100 1e-3
        71 150 1e-6  72 300 1e-4  73 300 1e-8  74 500 1e-8  76 500 1e-4""",
    "non-gbr": """
        5 100 1e-6   6 300 1e-6   7 100 1e-3   8 300 1e-6   9 300 1e-6   10 1100 1e-6
        69 60 1e-6   70 200 1e-6  79 50 1e-2   80 10 1e-6""",
    "delay-critical-gbr": """
        82 10 1e-4   83 10 1e-4   84 30 1e-5   85 5 1e-5    86 5 1e-4
        87 5 1e-3    88 10 1e-3   89 15 1e-4   90 20 1e-4""",
}


def _table() -> Mapping[int, FiveQi]:
    made = {}
    for resource_type, text in ROWS.items():
        words = text.split()
        for number, budget, rate in zip(words[::3], words[1::3], words[2::3], strict=True):
            made[int(number)] = FiveQi(int(number), resource_type, int(budget), Decimal(rate))
    return MappingProxyType(dict(sorted(made.items())))


FIVE_QI = _table()


def five_qi(value: Any) -> int:
    """Read a 5QI: one that is standardised, since of others nobody here knows the budget."""
    parsed = units.number(value)
    if not isinstance(parsed, int) or parsed not in FIVE_QI:
        raise ValueError(
            f"{shown(value)} is no standardised 5QI; expected one of {', '.join(map(str, FIVE_QI))}"
        )
    return parsed
