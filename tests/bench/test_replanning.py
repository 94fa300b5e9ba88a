"""The bench of re-planning: what has changed, and the picture of what few moves gain."""

import xml.etree.ElementTree as ET

import numpy as np

from bench.federation import make_federation
from bench.plot import curve
from bench.replanning import BENCH, churned


def test_churn_is_one_per_cent_of_arrivals_and_departures_and_two_sites_down():
    """The earlier and the later state share all workloads but a hundredth, and all sites."""
    before, after = churned(make_federation(202, 12, seed=1).problem, 3)
    old, new = set(before.workloads.ids), set(after.workloads.ids)
    assert (len(old - new), len(new - old)) == (2, 2)
    assert list(before.sites.ids) == list(after.sites.ids)
    down = [site.id for site in after.sites if site.state == "down"]
    assert len(down) == 2
    assert {site.state for site in before.sites} == {"open"}


def test_a_curve_is_drawn_through_its_points():
    """The file is well formed; there is a dot a point, a ring for the goal, and nothing from elsewhere."""
    text = curve("a < b", ("x", "y"), [(0, 0), (5, 80), (20, 100)], (5, 80))
    root = ET.fromstring(text)
    circles = [one for one in root.iter() if one.tag.endswith("circle")]
    assert len(circles) == 4
    heights = [float(one.get("cy")) for one in circles[:3]]
    assert heights == sorted(heights, reverse=True)
    assert np.isclose(float(circles[1].get("cx")), float(circles[3].get("cx")))
    assert text.count("http") == 1  # the namespace


def test_the_picture_has_a_point_a_budget():
    """Each budget of the table is in the picture of it."""
    rows = [
        {"instance": "one", "subject": subject, "gain %": 10.0}
        for subject in BENCH.subjects
        if subject.endswith("moves")
    ]
    n_budgets = sum(subject.endswith("% moves") for subject in BENCH.subjects)
    assert BENCH.plot(rows).count("<circle") == n_budgets + 1
