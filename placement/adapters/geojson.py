"""GeoJSON: sites, links and who is served from where, for any map."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from placement import units
from placement.model.plan import Assignment, Plan
from placement.model.problem import Problem
from placement.units import Amount, to_json

__all__ = ["to_geojson"]

Position = list[float]


def to_geojson(
    problem: Problem, plan: Plan | None = None, *, links: bool = True, assignments: bool = True
) -> dict[str, Any]:
    """Return a problem, and a plan for it, as a GeoJSON feature collection.

    Parameters
    ----------
    problem : Problem
        Its sites become points, with their attributes.
    plan : Plan, optional
        Adds to each site its load, a line from each origin of a workload to its site, and a point or
        points at the origins of what is left out.
    links : bool, default True
        Whether the links of the network are there, as lines.
    assignments : bool, default True
        Whether the lines of the plan are there; a large plan has many.

    Returns
    -------
    dict
        Ready for a JSON writer. The property ``kind`` of a feature is ``site``, ``link``,
        ``assignment`` or ``unplaced``. What stands at a node without coordinates has no geometry.

    References
    ----------
    RFC 7946, The GeoJSON Format: longitude comes first.

    Examples
    --------
    >>> from placement import Problem
    >>> from placement.adapters import to_geojson
    >>> problem = Problem(nodes=[{"id": "paris", "lat": 48.86, "lon": 2.35}],
    ...                   sites=[{"id": "par-1", "node": "paris"}])
    >>> to_geojson(problem)["features"][0]["geometry"]
    {'type': 'Point', 'coordinates': [2.35, 48.86]}
    """
    places = {
        node.id: None if node.lat is None or node.lon is None else [node.lon, node.lat]
        for node in problem.nodes
    }
    features = list(_sites(problem, plan, places))
    if links:
        features += _links(problem, places)
    if plan is not None:
        if assignments:
            features += _assignments(problem, plan, places)
        features += _unplaced(problem, plan, places)
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, geometry: dict[str, Any] | None, **properties: Any) -> dict[str, Any]:
    told = {name: value for name, value in properties.items() if value not in (None, (), [], {})}
    return {"type": "Feature", "geometry": geometry, "properties": {"kind": kind, **told}}


def _line(*ends: Position | None) -> dict[str, Any] | None:
    if any(end is None for end in ends):
        return None
    return {"type": "LineString", "coordinates": list(ends)}


def _points(places: list[Position]) -> dict[str, Any] | None:
    if not places:
        return None
    if len(places) == 1:
        return {"type": "Point", "coordinates": places[0]}
    return {"type": "MultiPoint", "coordinates": places}


def _amounts(amounts: dict[str, Amount]) -> dict[str, Any]:
    return {name: to_json(value) for name, value in amounts.items()}


def _sites(
    problem: Problem, plan: Plan | None, places: dict[str, Position | None]
) -> Iterator[dict[str, Any]]:
    loads = _loads(problem, plan) if plan is not None else {}
    for site in problem.sites:
        place = places[site.node]
        n_workloads, load = loads.get(site.id, (0, {}))
        yield _feature(
            "site",
            None if place is None else _points([place]),
            id=site.id,
            node=site.node,
            operator=site.operator,
            country=site.country,
            state=site.state,
            capacity=_amounts(dict(site.capacity or {})),
            features=list(site.features),
            certifications=list(site.certifications),
            workloads=None if plan is None else n_workloads,
            load=_amounts(load),
        )


def _loads(problem: Problem, plan: Plan) -> dict[str, tuple[int, dict[str, Amount]]]:
    """Return for each site in use how many workloads it has, and how much of each resource."""
    known = {
        (pair.workload, pair.site): pair.demand for pair in problem.pairs if pair.demand is not None
    }
    loads: dict[str, tuple[int, dict[str, Amount]]] = {}
    for one in plan.assignments:
        demand = known.get((one.workload, one.site))
        if demand is None:
            demand = problem.workloads[one.workload].demand or {}
        n_workloads, load = loads.setdefault(one.site, (0, {}))
        for resource, amount in demand.items():
            load[resource] = _sum(load.get(resource, 0), amount)
        loads[one.site] = n_workloads + 1, load
    return loads


def _sum(a: Amount, b: Amount) -> Amount:
    return units.number(units.EXACT.add(Decimal(a), Decimal(b)))


def _links(problem: Problem, places: dict[str, Position | None]) -> Iterator[dict[str, Any]]:
    for link in problem.links:
        yield _feature(
            "link",
            _line(places[link.source], places[link.target]),
            source=link.source,
            target=link.target,
            latency_ms=None if link.latency_ms is None else to_json(link.latency_ms),
            length_km=None if link.length_km is None else to_json(link.length_km),
            bidirectional=link.bidirectional,
            slices=None if link.slices is None else list(link.slices),
            operator=link.operator,
        )


def _assignments(
    problem: Problem, plan: Plan, places: dict[str, Position | None]
) -> Iterator[dict[str, Any]]:
    one: Assignment
    for one in plan.assignments:
        end = places[problem.sites[one.site].node]
        for origin in problem.workloads[one.workload].origins or ():
            yield _feature(
                "assignment",
                _line(places[origin.node], end),
                workload=one.workload,
                site=one.site,
                origin=origin.node,
                weight=to_json(origin.weight),
                rtt_ms=float(one.rtt_ms),
            )


def _unplaced(
    problem: Problem, plan: Plan, places: dict[str, Position | None]
) -> Iterator[dict[str, Any]]:
    for one in plan.unplaced:
        origins = problem.workloads[one.workload].origins or ()
        found = [place for origin in origins if (place := places[origin.node]) is not None]
        yield _feature("unplaced", _points(found), workload=one.workload, reasons=dict(one.reasons))
