"""The tables of what sovereignty costs: exact, reproducible, and those of the page."""

import itertools
import json

import numpy as np
import pytest

from bench import sovereignty
from placement import explain


@pytest.fixture(scope="module")
def europe():
    """Return the document of the reference federation."""
    return json.loads(sovereignty.EUROPE.read_text(encoding="utf-8"))


def test_the_table_of_the_page_is_what_the_script_makes(europe):
    """The exact one is made again; the one of plans is there, with a number in each cell."""
    page = sovereignty.PAGE.read_text(encoding="utf-8")
    made = sovereignty.tables(europe, plans=False)
    first, last = sovereignty.between(page, "sites")
    assert page[first:last] == made["sites"]
    first, last = sovereignty.between(page, "plans")
    assert page[first:last].count("\n| ") == 5
    assert "that all four plans place" in page[first:last]


def test_a_stricter_law_never_opens_a_pair(europe):
    """Each law allows a part of what the one before allows, at the same price and not sooner."""
    laws = list(sovereignty.LAWS.values())
    costs = [sovereignty.pair_costs(sovereignty.under(europe, law, latency=1))[0] for law in laws]
    for loose, strict in itertools.pairwise(costs):
        allowed = strict >= 0
        assert (loose[allowed] >= 0).all()
        assert (strict[allowed] >= loose[allowed]).all()
        assert allowed.sum() < (loose >= 0).sum()


def test_the_numbers_are_those_of_explain(europe):
    """The nearest lawful site of a workload costs what explain says of it."""
    law = sovereignty.LAWS["EU in transit"]
    problem = sovereignty.under(europe, law, latency=1)
    costs, _ = sovereignty.pair_costs(problem)
    nearest = sovereignty.least(costs)
    names = sorted(problem.workloads.ids)
    for row in range(0, len(names), 97):
        possible = explain(problem, names[row]).possible
        assert nearest[row] == (possible[0].cost if possible else -1)


@pytest.mark.parametrize(
    ("micro", "places", "told"),
    [(1_234_567, 2, "1.23"), (1_235_000, 2, "1.24"), (999_999, 2, "1.00"), (50, 4, "0.0001")],
)
def test_numbers_are_rounded_half_up(micro, places, told):
    """A table that anybody makes again has the same digits."""
    assert sovereignty.decimal(micro, places) == told
    assert sovereignty.mean(np.array([micro, micro]), places) == told
