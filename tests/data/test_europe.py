"""The reference federation: what its facts promise, and that its script still makes it."""

import csv
import json
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

EUROPE = Path(__file__).parents[2] / "data" / "europe"
FAMILIES = {"freight", "robot", "vehicle", "emergency", "ai"}


def facts(table: str) -> list[dict[str, str]]:
    """Return the rows of a table of facts."""
    with (EUROPE / "facts" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def europe() -> dict[str, Any]:
    """Return the committed document."""
    document: dict[str, Any] = json.loads((EUROPE / "europe.json").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def country(europe: dict[str, Any]) -> dict[str, str]:
    """Return the country of every node."""
    return {node["id"]: node["country"] for node in europe["nodes"]}


def test_the_committed_file_is_what_the_script_makes() -> None:
    """A rebuild from the facts gives the committed bytes."""
    run = subprocess.run(
        [sys.executable, EUROPE / "build.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_it_is_a_valid_problem(europe: dict[str, Any]) -> None:
    """The library reads the document, with every workload."""
    from placement import Problem

    assert len(Problem.from_dict(europe).workloads) == 1200


def test_it_has_the_size_that_the_readme_tells(europe: dict[str, Any]) -> None:
    """The table of the README counts the items of every list."""
    readme = (EUROPE / "README.md").read_text(encoding="utf-8")
    for name, items in europe.items():
        if isinstance(items, list):
            assert f"| {name} | {len(items):,} |" in readme


def test_it_is_a_federation_of_real_extent(europe: dict[str, Any], country: dict[str, str]) -> None:
    """Five operators, 74 sites and more in 14 countries and more, 300 nodes and more."""
    assert {site["operator"] for site in europe["sites"]} == {
        operator["id"] for operator in europe["operators"]
    }
    assert len(europe["operators"]) == 5
    assert len(europe["sites"]) >= 74
    assert len({country[site["node"]] for site in europe["sites"]}) >= 14
    assert len(europe["nodes"]) >= 300


def test_every_family_and_slice_type_is_in_it(europe: dict[str, Any]) -> None:
    """1,200 workloads of five families, and the four standard slice types."""
    families = Counter(workload["id"].split("-")[0] for workload in europe["workloads"])
    assert set(families) == FAMILIES
    assert min(families.values()) >= 150
    assert {s["id"].split("-")[0] for s in europe["slices"]} == {"1", "2", "3", "4"}
    assert any("-" in s["id"] and "operators" in s for s in europe["slices"])


def test_every_site_stands_where_its_operator_has_a_network(
    europe: dict[str, Any], country: dict[str, str]
) -> None:
    """No site in a country that the footprint does not list, or lists as sold."""
    real = {(row["operator"], row["country"]) for row in facts("footprint") if row["used"] == "yes"}
    stray = [s["id"] for s in europe["sites"] if (s["operator"], country[s["node"]]) not in real]
    assert stray == []


def test_what_vodafone_sold_is_not_used() -> None:
    """The brand in Italy and Spain belongs to others now."""
    vodafone = {r["country"]: r["used"] for r in facts("footprint") if r["operator"] == "vodafone"}
    assert (vodafone["IT"], vodafone["ES"]) == ("no", "no")


def test_every_requirement_names_its_clause_and_how_it_was_converted() -> None:
    """A latency bound has a specification, a clause, and a round trip made of whole legs."""
    for row in facts("requirements"):
        assert row["specification"] in ("TS 22.104", "TS 22.186", "TS 22.261"), row["id"]
        assert row["clause"][0].isdigit(), row["id"]
        assert row["checked"] in ("read", "second source", "from memory"), row["id"]
        assert row["legs"] == ("2" if " to " not in row["published_as"] else "1"), row["id"]
        assert int(row["max_rtt_ms"]) == int(row["published_ms"]) * int(row["legs"]), row["id"]


def test_every_latency_bound_is_a_published_one(europe: dict[str, Any]) -> None:
    """No workload asks for a round trip that the requirements do not know."""
    family = {"robot": "robotics", "vehicle": "vehicles"}
    known = {(row["family"], int(row["max_rtt_ms"])) for row in facts("requirements")}
    for workload in europe["workloads"]:
        prefix = workload["id"].split("-")[0]
        assert (family.get(prefix, prefix), workload["max_rtt_ms"]) in known, workload["id"]


def test_agreements_are_in_force_expired_and_to_come(europe: dict[str, Any]) -> None:
    """On the date of the problem one agreement is over and one has not begun."""
    at = europe["at"]
    assert any(item.get("valid_until", at) < at for item in europe["agreements"])
    assert any(item.get("valid_from", at) > at for item in europe["agreements"])
    pairs = Counter((item["home"], item["host"]) for item in europe["agreements"])
    assert len(pairs) >= 18


def test_no_length_is_shorter_than_the_great_circle(europe: dict[str, Any]) -> None:
    """A fibre that has a length is at least as long as the earth makes it."""
    place = {node["id"]: node for node in europe["nodes"]}
    for link in europe["links"]:
        if "length_km" in link:
            a, b = place[link["source"]], place[link["target"]]
            assert link["length_km"] >= great_circle_km(a, b) - 0.1, link


def great_circle_km(a: dict[str, Any], b: dict[str, Any]) -> float:
    """Return the haversine distance of two nodes."""
    lat_a, lat_b = math.radians(a["lat"]), math.radians(b["lat"])
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * (
        math.sin(math.radians(b["lon"] - a["lon"]) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


def test_identical_workloads_exist_and_most_differ(europe: dict[str, Any]) -> None:
    """Catalogues of flavours make classes: fewer than half as many as workloads."""
    kinds = {json.dumps({**w, "id": ""}, sort_keys=True) for w in europe["workloads"]}
    assert 300 <= len(kinds) <= 600


def test_the_outline_is_small_and_within_its_bounds() -> None:
    """The map outline is below 60 kB, and every point lies on the map."""
    path = EUROPE / "outline.json"
    assert path.stat().st_size < 60_000
    outline = json.loads(path.read_text(encoding="utf-8"))
    west, south, east, north = outline["bounds"]
    points = [p for c in outline["countries"] for ring in c["rings"] for p in ring]
    assert all(west <= x <= east and south <= y <= north for x, y in points)
    assert {"Germany", "France", "Spain", "Italy"} <= {c["name"] for c in outline["countries"]}
