"""The page about a plan: whole, safe, and open offline."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from placement import Network, Node, Plan, Problem, Site, Workload
from placement.report import page
from tests.reference.plans import plan_document
from tests.reference.rules import Rules

HOSTILE = "<script>alert(1)</script>&\"'</title>"
VOID = {"meta", "input", "br", "path", "circle", "link"}


class Reader(HTMLParser):
    """Collects elements, attributes and text, and checks that elements nest."""

    def __init__(self, text):
        super().__init__()
        self.open, self.attributes, self.scripts, self.tags = [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        """Note an element that opens."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Note an element that is empty."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        """Hold an end against the element that is open."""
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        """Collect what scripts hold."""
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data


def plan_of(problem, assignment):
    """Return the plan {workload: site}."""
    return Plan.from_dict(plan_document(Rules(problem), assignment))


def small(name="small", site="fra-1", workload="robot", coordinates=None):
    """Return a problem with one site and two workloads, one of which has no room, and its plan."""
    network = Network.from_links(
        [("paris", "frankfurt", 4.6)],
        countries={"paris": "FR", "frankfurt": "DE"},
        coordinates=coordinates or {"paris": (48.9, 2.4), "frankfurt": (50.1, 8.7)},
    )
    problem = Problem(
        network=network,
        sites=[Site(site, node="frankfurt", operator="dt", capacity={"cpu": 8})],
        workloads=[
            Workload(
                workload, operator="orange", origins="paris", demand={"cpu": 6}, max_rtt_ms=20
            ),
            Workload("second", origins="paris", demand={"cpu": 6}),
        ],
        name=name,
    )
    return problem, plan_of(problem, {workload: site})


def test_the_page_needs_nothing_from_anywhere():
    """No element loads, links or sends anything outside the page; a policy in it forbids that too."""
    text = page(*small())
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", text)
    for tag, name, value in Reader(text).attributes:
        assert name not in {"src", "action", "srcset", "formaction"}
        assert name != "href" or value.startswith("#"), (tag, value)
    assert "default-src 'none'" in text


def test_the_numbers_of_the_plan_are_told():
    """What is placed, what it costs, how full the site is, and what is left out and why."""
    text = page(*small())
    for told in ("fra-1", "9.2", "of 2 workloads", "6 / 8", "75 %", "1 capacity", "cpu short by 4"):
        assert told in text


def test_hostile_names_stay_text():
    """A name with markup in it is shown, not run, wherever it turns up."""
    problem, plan = small(name=HOSTILE, site=HOSTILE, workload=HOSTILE + "2")
    text = page(problem, plan)
    reader = Reader(text)
    assert "<script>alert" not in text
    assert reader.tags.count("script") == 2
    assert json.loads(reader.scripts[0])[0]["id"] == HOSTILE


def test_every_name_of_an_attribute_is_ours():
    """No id breaks out of an attribute."""
    problem, plan = small(site='x" onclick="alert(1)', workload="y' onload='alert(1)")
    names = {name for _, name, _ in Reader(page(problem, plan)).attributes}
    assert not {name for name in names if name.startswith("on")}


@pytest.mark.parametrize(
    "problem",
    [
        Problem(),
        Problem(nodes=[Node("a", lat=50, lon=8)], workloads=[Workload("w")]),
        Problem(nodes=[Node("a")], sites=[Site("s", node="a")]),
    ],
    ids=["nothing", "no sites", "no workloads"],
)
def test_a_page_about_nothing_opens(problem):
    """Empty tables say that they are empty."""
    text = page(problem, plan_of(problem, {}))
    Reader(text)
    assert "placed" in text.lower()


def test_the_map_of_another_continent_has_no_outline_of_europe():
    """Land is drawn only where there is an outline of it."""
    here, there = small(), small(coordinates={"paris": (-33.9, 151.2), "frankfurt": (-37.8, 145.0)})
    land = re.compile(r'<g class="land"[^>]*>(.*?)</g>', re.DOTALL)
    assert land.search(page(*here))[1].strip()
    assert not land.search(page(*there))[1].strip()
    assert 'data-row="0"' in page(*there)


def test_nodes_without_coordinates_leave_the_map_out():
    """Without any coordinates there is a sentence instead of a map."""
    problem = Problem(nodes=[Node("a")], sites=[Site("s", node="a")], workloads=[Workload("w")])
    assert "no map to draw" in page(problem, plan_of(problem, {"w": "s"}))


def test_many_workloads_make_no_larger_page():
    """Workloads are added up: ten times as many take hardly more room."""

    def size(n_workloads):
        problem = Problem(
            nodes=[Node("a", lat=50, lon=8)],
            sites=[Site("s", node="a", capacity={"cpu": n_workloads})],
            workloads=[
                {"id": f"w{i}", "origins": "a", "demand": {"cpu": 1}} for i in range(n_workloads)
            ],
        )
        return len(page(problem, plan_of(problem, {f"w{i}": "s" for i in range(n_workloads)})))

    assert size(1000) < size(100) + 200


def test_sites_at_one_place_are_drawn_beside_each_other():
    """No dot hides another one."""
    problem = Problem(
        nodes=[Node("a", lat=50, lon=8)], sites=[Site(f"s{i}", node="a") for i in range(5)]
    )
    text = page(problem, plan_of(problem, {}))
    found = re.findall(r'class="spot site[^>]*translate\(([\d.]+) ([\d.]+)\)', text)
    points = np.array(found, float)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    assert len(points) == 5
    assert apart[~np.eye(5, dtype=bool)].min() > 8
