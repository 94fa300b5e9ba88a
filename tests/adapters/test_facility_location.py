"""Facility location from a single source: read as published, placed, and its value told back."""

import csv
import itertools
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from placement import InputError, Status, solve
from placement.adapters import FacilityLocation, read_facility_location

SETS = Path(__file__).parents[2] / "../shared/data/assignment/sscflp"
SMALL = """ 3 4
capacity 7.5
capacity 7.25000
capacity 20.
 3
 1.5 3 9
 2
 2 1.25 8
 4
 6 2 1.000001
 1
 1 1 1
"""
DOCUMENT = {
    "info": {"name": "small"},
    "params": {
        "I": 3,
        "J": 4,
        "D": [3.0, 2, 4, 1],
        "Q": [5, 5, 5],
        "F": [7.5, 7.25, 20],
        "c": [[0.5, 1, 1.5, 1], [1, 0.625, 0.5, 1], [3, 4, 0.250001, 1]],
    },
}
COST = np.array([[1.5, 2, 6, 1], [3, 1.25, 2, 1], [9, 8, 1.000001, 1]])


def small(tmp_path, text=SMALL, capacity=5, name="small.txt"):
    """Return what a text holds."""
    (tmp_path / name).write_text(text)
    return read_facility_location(tmp_path / name, capacity=capacity)


def best_by_trying(read):
    """Return the least value of an instance, found by trying all ways."""
    n_facilities, n_customers = read.cost.shape
    best = None
    for ways in itertools.product(range(n_facilities), repeat=n_customers):
        load = np.bincount(ways, read.demand, minlength=n_facilities)
        if (load > read.capacity).any():
            continue
        value = sum(Decimal(str(read.cost[i, j])) for j, i in enumerate(ways))
        value += sum(Decimal(str(read.open_cost[i])) for i in set(ways))
        best = value if best is None else min(best, value)
    return best


def test_the_numbers_stand_where_the_format_says(tmp_path):
    """Capacity and opening cost of each facility; demand and costs of each customer."""
    read = small(tmp_path)
    assert (read.cost == COST).all()
    assert read.demand.tolist() == [3, 2, 4, 1]
    assert read.capacity.tolist() == [5, 5, 5]
    assert read.open_cost.tolist() == [7.5, 7.25, 20]
    assert read.name == "small 5"


def test_a_document_gives_costs_of_one_unit(tmp_path):
    """Both formats of one instance say the same; 4 × 0.250001 is 1.000004 and nothing else."""
    read = small(tmp_path, json.dumps(DOCUMENT), None, "small.json")
    assert read.cost[2].tolist() == [9, 8, 1.000004, 1]
    assert (read.cost[:2] == COST[:2]).all()
    assert read.name == "small"


def test_capacities_may_be_numbers(tmp_path):
    """As in the smaller files of the OR-Library."""
    assert small(tmp_path, SMALL.replace("capacity", "5"), None).capacity.tolist() == [5, 5, 5]


@pytest.mark.parametrize("capacity", [4, 5, 10, 6.5])
def test_the_best_plan_has_the_least_value(tmp_path, capacity):
    """Opening costs and costs of serving, to a micro-unit."""
    read = small(tmp_path, capacity=capacity)
    result = solve(read.to_problem(), require_all=True)
    assert result.status is Status.OPTIMAL
    assert read.value(result.plan) == read.bound(result.bound.cost) == best_by_trying(read)
    assert result.plan.objective.cost == read.value(result.plan) * 10**6


def test_a_plan_that_leaves_a_customer_out_has_no_value(tmp_path):
    """None can serve the third with a capacity of 3."""
    read = small(tmp_path, capacity=3)
    assert read.value(solve(read.to_problem()).plan) is None


@pytest.mark.parametrize(
    ("text", "capacity", "told"),
    [
        (SMALL, None, 'has the word "capacity" in place of a number'),
        (SMALL.replace("capacity", "5"), 5, "has capacities of its own"),
        (SMALL, 0, "the capacity 0 is out of range"),
        (SMALL, float("inf"), "the capacity: .*finite"),
        (SMALL, 1e16, "out of range"),
        (SMALL.replace("1.25", "-1.25"), 5, r":8: -1.25 is a demand or cost below 0"),
        (SMALL.replace("7.25000", "-7"), 5, r":3: -7.0 is a capacity or opening cost below 0"),
        (SMALL.replace("1.25", "1,25"), 5, r':8: "1,25" is not a number'),
        (SMALL[:60], 5, r"ends too early: expected 16 numbers \(demand and costs"),
        (SMALL + "9", 5, r":13: 1 numbers stand behind the end"),
        (SMALL.replace("3 4", "3.5 4", 1), 5, r":1: 3.5 is no number of facilities"),
        ('{"a": 1}', 5, "names its capacities"),
        ('{"a": 1}', None, "params: is missing"),
        ('{"a": ', None, r":1:7: the file ends too early"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, text, capacity, told):
    """With its place, what was found and what was expected."""
    with pytest.raises(InputError, match=told) as caught:
        small(tmp_path, text, capacity)
    assert str(caught.value).startswith(str(tmp_path / "small.txt"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"I": "3"}, 'params.I: "3" is no number of rows'),
        ({"J": 0}, "params.J: 0 is no number of rows"),
        ({"J": True}, "params.J: True is no number of rows"),
        ({"D": [1, 2, 3]}, "params.D: expected a list of 4 numbers, got 3"),
        ({"Q": 5}, "params.Q: expected a list of 3 numbers, got none"),
        ({"F": [1, "2", 3]}, r'params.F\[1\]: "2" is no number'),
        ({"F": [1, -2, 3]}, r"params.F\[1\]: -2 is out of range"),
        ({"F": [1, None, True]}, r"params.F\[2\]: True is no number"),
        ({"c": []}, "params.c: expected a list of 3 lists"),
        (
            {"c": [[1], [1, 2, 3, 4], None]},
            r"params.c\[2\]: expected a list of 4 numbers, got none",
        ),
        ({"D": [1, 2, 3, float("nan")]}, r"params.D\[3\]: nan is "),
    ],
)
def test_a_broken_document_is_refused(tmp_path, changes, told):
    """All that is wrong with it at once."""
    document = {"params": DOCUMENT["params"] | changes}
    with pytest.raises(InputError, match=told):
        small(tmp_path, json.dumps(document), None, "small.json")


def test_sizes_that_a_document_claims_cost_nothing(tmp_path):
    """A thousand million customers are not made before they are counted."""
    document = {"params": DOCUMENT["params"] | {"J": 10**12}}
    with pytest.raises(InputError, match="expected a list of 1000000000000 numbers, got 4"):
        small(tmp_path, json.dumps(document), None, "small.json")


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
def test_the_public_instances_are_read_and_bounded():
    """Seven, of the sizes that are told; what is proved in no time is below the best value."""
    with (SETS / "best_known.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert len(told) == 7
    for row in told:
        path = SETS / (row["file"] + ".gz")
        capacity = None if row["capacity"] == "in file" else float(row["capacity"])
        read = read_facility_location(path, capacity=capacity)
        assert read.cost.shape == (int(row["facilities"]), int(row["customers"]))
        nearest = read.cost.min(axis=0).sum()  # no plan serves for less, or opens nothing
        assert 0.09 * float(row["best_known"]) < nearest < float(row["best_known"])


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
def test_rows_of_the_document_are_facilities():
    """The relaxation of i300_1 is just below its best value so; it is above it the other way round."""
    read = read_facility_location(SETS / "i300_1.json.gz")
    turned = (read.cost / read.demand).T * read.demand
    assert relaxed(read, read.cost) < 16555.77 < relaxed(read, turned)


def relaxed(read, cost):
    """Return a bound: prices of the customers by ascent, and a knapsack for each facility."""
    price, best = np.sort(cost, axis=0)[2], -np.inf
    for step in range(600):
        reduced = cost - price
        order = np.argsort(reduced / read.demand, axis=1)
        demand, gain = read.demand[order], np.take_along_axis(reduced, order, axis=1)
        room = read.capacity[:, None] - (np.cumsum(demand, axis=1) - demand)
        share = np.clip(room / demand, 0, 1) * (gain < 0)
        total = read.open_cost + (gain * share).sum(axis=1)
        opened = total < 0
        bound = price.sum() + total[opened].sum()
        best = max(best, bound)
        served = np.zeros_like(cost)
        np.put_along_axis(served, order, share * opened[:, None], axis=1)
        slope = 1 - served.sum(axis=0)
        price = price + 0.3 * 0.985**step * abs(best) / max(1e-9, slope @ slope) * slope
    return best


def test_facilities_that_nothing_is_asked_of_stay_closed():
    """An instance without a cost has the value 0."""
    free = FacilityLocation(np.zeros((2, 2)), np.ones(2), np.full(2, 9.0), np.zeros(2))
    assert free.value(solve(free.to_problem()).plan) == 0
