"""Workloads: what is to be placed."""

from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

from placement import units
from placement.model import parse
from placement.model.five_qi import five_qi
from placement.model.noun import REQUIRED, Field, Noun, each, one
from placement.model.parse import Origin
from placement.model.policy import Policy

__all__ = ["PAIRS", "WORKLOADS", "Origin", "Pair", "Workload"]


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that runs on one site.

    Parameters
    ----------
    id : str
        Its name in the problem.
    operator : str, optional
        Its home: whose customer it belongs to.
    demand : mapping of str to amount, default nothing
        What it needs of each resource.
    origins : node, or list of node, Origin or mapping, optional
        Where its users are; left out: it has none, and no latency.
    max_rtt_ms : number, optional
        Bound of the round-trip time from each origin.
    percentile : number, optional
        The share of the round trips that keep the bound, 0.5 ≤ p < 1; left out: the mean does.
    guarantee : {'normal', 'any'}, default 'normal'
        How round trips may vary around their mean for the percentile to hold: normally, or in any
        way that has the standard deviation.
    slice : str, optional
        The S-NSSAI that it needs.
    bandwidth : amount, default 0
        What it needs of the slice.
    devices : int, default 0
        How many devices it has on the slice.
    five_qi : int, optional
        A standardised 5QI: its packet delay budget is the access segment, in place of the slice's.
    policy : str or Policy, optional
        The law that its data stays under.
    features : collection of str, default none
        What the site must have.
    allow : collection of str, optional
        The only sites that it may run on.
    deny : collection of str, default none
        Sites that it may not run on.
    priority : int, default 1
        How bad it is to leave it out.
    site : str, optional
        Where it runs now.
    pinned : bool, default False
        It must stay there.
    move_cost : number, default 0
        Cost of getting another site.
    """

    id: str
    _: KW_ONLY
    operator: str | None = None
    demand: Mapping[str, Any] | None = None
    origins: Any = None
    max_rtt_ms: Any = None
    percentile: Any = None
    guarantee: str = "normal"
    slice: str | None = None
    bandwidth: Any = 0
    devices: int = 0
    five_qi: int | None = None
    policy: str | Policy | None = None
    features: Collection[str] = ()
    allow: Collection[str] | None = None
    deny: Collection[str] = ()
    priority: int = 1
    site: str | None = None
    pinned: bool = False
    move_cost: Any = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What the caller knows better about one workload on one site.

    Parameters
    ----------
    workload, site : str
        Which pair.
    cost : number, default 0
        Added to its cost.
    demand : mapping of str to amount, optional
        Instead of the workload's, all resources.
    """

    workload: str
    site: str
    cost: Any = 0
    demand: Mapping[str, Any] | None = None


def origins_to_json(origins: Collection[Origin]) -> list[Any]:
    """Return origins as JSON holds them."""
    return [{"node": origin.node, "weight": units.to_json(origin.weight)} for origin in origins]


def origin_nodes(origins: Collection[Origin]) -> list[tuple[str, str]]:
    """Name the nodes of origins."""
    return [("", origin.node) for origin in origins]


SITE_SET = parse.set_of(parse.name)
WORKLOADS = Noun(
    "workloads",
    "workload",
    Workload,
    {
        "id": Field(parse.name, REQUIRED),
        "operator": Field(parse.name, names=one, target="operators"),
        "demand": Field(units.amount, dump=units.to_json, exploded=True),
        "origins": Field(parse.origins, None, origins_to_json, origin_nodes, "nodes"),
        "max_rtt_ms": Field(parse.number, None, units.to_json, most=2**53 - 1),
        "percentile": Field(parse.percentile, None, units.to_json),
        "guarantee": Field(parse.choice("normal", "any"), "normal"),
        "slice": Field(parse.slice_id, None, names=one, target="slices"),
        "bandwidth": Field(units.amount, 0, units.to_json, most=2**53 - 1),
        "devices": Field(parse.count, 0),
        "five_qi": Field(five_qi),
        "policy": Field(parse.name, names=one, target="policies"),
        "features": Field(parse.set_of(parse.name), (), list),
        "allow": Field(SITE_SET, None, list, each, "sites"),
        "deny": Field(SITE_SET, (), list, each, "sites"),
        "priority": Field(parse.priority, 1),
        "site": Field(parse.name, names=one, target="sites"),
        "pinned": Field(parse.boolean, False),
        "move_cost": Field(parse.number, 0, units.to_json, most=2**53 - 1),
    },
)
PAIRS = Noun(
    "pairs",
    "pair",
    Pair,
    {
        "workload": Field(parse.name, REQUIRED, names=one, target="workloads"),
        "site": Field(parse.name, REQUIRED, names=one, target="sites"),
        "cost": Field(parse.number, 0, units.to_json, most=2**53 - 1),
        "demand": Field(units.amount, dump=units.to_json, exploded=True, optional=True),
    },
    key="",
)
