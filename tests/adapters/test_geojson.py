"""Problems and plans on a map: GeoJSON that any viewer opens."""

import json

import pytest

from placement import NoValueError, Plan, Problem
from placement.adapters import to_geojson
from tests.reference.plans import plan_document
from tests.reference.rules import Rules

PROBLEM = Problem.from_dict(
    {
        "format": "placement-problem/1",
        "at": "2026-11-24",
        "nodes": [
            {"id": "paris", "country": "FR", "lat": 48.86, "lon": 2.35},
            {"id": "lyon", "lat": 45.76, "lon": 4.84},
            {"id": "sea"},
        ],
        "links": [
            {"source": "paris", "target": "lyon"},
            {"source": "lyon", "target": "sea", "latency_ms": 2.5},
        ],
        "sites": [
            {"id": "par-1", "node": "paris", "capacity": {"cpu": 4}, "features": ["gpu"]},
            {"id": "sea-1", "node": "sea", "capacity": {"cpu": 4}},
        ],
        "workloads": [
            {"id": "a", "demand": {"cpu": 0.1}, "origins": ["lyon", "paris"], "deny": ["sea-1"]},
            {"id": "b", "demand": {"cpu": "1400m"}, "origins": "lyon", "deny": ["sea-1"]},
            {"id": "c", "demand": {"cpu": 1}, "origins": "lyon", "allow": ["sea-1"]},
            {"id": "giant", "demand": {"cpu": 40}, "origins": ["paris", "lyon"]},
        ],
        "pairs": [{"workload": "c", "site": "sea-1", "demand": {"cpu": 2}}],
    }
)
PLAN = Plan.from_dict(plan_document(Rules(PROBLEM), {"a": "par-1", "b": "par-1", "c": "sea-1"}))


def features(kind, **options):
    """Return the features of a kind."""
    found = to_geojson(PROBLEM, PLAN, **options)["features"]
    return [one for one in found if one["properties"]["kind"] == kind]


def test_a_site_is_a_point_with_its_attributes():
    """Longitude comes before latitude; the country is the node's."""
    site = to_geojson(PROBLEM)["features"][0]
    assert site == {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [2.35, 48.86]},
        "properties": {
            "kind": "site",
            "id": "par-1",
            "node": "paris",
            "country": "FR",
            "state": "open",
            "capacity": {"cpu": 4},
            "features": ["gpu"],
        },
    }


def test_a_plan_adds_the_load_of_each_site():
    """Sums are exact, and what a pair demands counts in place of the workload's demand."""
    loads = {
        site["properties"]["id"]: (site["properties"]["workloads"], site["properties"]["load"])
        for site in features("site")
    }
    assert loads == {"par-1": (2, {"cpu": 1.5}), "sea-1": (1, {"cpu": 2})}


def test_what_has_no_coordinates_has_no_geometry():
    """A feature without a place is allowed, and better than one at 0° 0°."""
    assert [site["geometry"] is None for site in features("site")] == [False, True]
    assert [link["geometry"] is None for link in features("link")] == [False, True]


def test_an_assignment_is_a_line_from_each_origin():
    """From where the users are to where they are served, with the round-trip time."""
    first, second, *_ = features("assignment")
    assert first["geometry"]["coordinates"] == [[4.84, 45.76], [2.35, 48.86]]
    assert second["geometry"]["coordinates"] == [[2.35, 48.86], [2.35, 48.86]]
    rtt_ms = float(PLAN["a"].rtt_ms)
    told = {"kind": "assignment", "workload": "a", "site": "par-1", "origin": "lyon"}
    assert first["properties"] == told | {"weight": 1, "rtt_ms": rtt_ms}


def test_what_is_left_out_stands_at_its_origins():
    """A point or points, with the reasons."""
    (giant,) = features("unplaced")
    assert giant["geometry"]["type"] == "MultiPoint"
    assert giant["properties"]["reasons"] == {"size": 2}


def test_lines_can_be_left_out():
    """A large plan has more of them than a map bears."""
    assert features("link", links=False) == []
    assert features("assignment", assignments=False) == []
    assert len(features("unplaced", assignments=False)) == 1


def test_it_is_plain_json():
    """Nothing in it needs more than a JSON writer."""
    collection = to_geojson(PROBLEM, PLAN)
    assert json.loads(json.dumps(collection, allow_nan=False)) == collection
    assert collection["type"] == "FeatureCollection"


def test_a_plan_for_another_problem_is_refused():
    """A workload that the problem does not know has no place."""
    with pytest.raises(NoValueError, match='no workload "a"'):
        to_geojson(Problem(nodes=[{"id": "n"}], sites=[{"id": "par-1", "node": "n"}]), PLAN)
