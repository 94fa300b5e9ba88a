"""Costs whose numerators pass 64 bits, and 128, and the threads that add them up."""

from decimal import Decimal

import numpy as np
import pytest

from placement import Problem
from placement.instance import compile_problem
from placement.instance.costs import EXACT, SMALL, WIDE
from tests.reference.rules import Rules

WEIGHTS = {
    SMALL: (1, 2),
    WIDE: (Decimal("0.3333333333333333"), Decimal("0.12345678901234567")),
    EXACT: (Decimal("0.3333333333333333"), Decimal("0.12345678901234567")),
}
PRICES = {SMALL: "0.07", WIDE: "0.0712345678901", EXACT: "0.07123456789012345678901234567"}


def problem_of(way):
    """Return a problem whose costs have to be added up in one way."""
    first, second = WEIGHTS[way]
    nodes = [{"id": name} for name in "abc"]
    sites = [
        {
            "id": f"s{i}",
            "node": "abc"[i % 3],
            "capacity": {"cpu": 100},
            "price": {"cpu": PRICES[way]},
        }
        for i in range(5)
    ]
    origins = [{"node": "a", "weight": first}, {"node": "b", "weight": second}]
    workloads = [
        {
            "id": f"w{i}",
            "origins": origins if i % 3 else "c",
            "demand": {"cpu": Decimal(i) / 8},
            "site": "s1" if i % 2 else None,
            "move_cost": Decimal("0.001"),
        }
        for i in range(8)
    ]
    return Problem(
        nodes=nodes,
        links=[
            {"source": "a", "target": "b", "latency_ms": Decimal("1.234567")},
            {"source": "b", "target": "c", "latency_ms": Decimal("3.7")},
        ],
        sites=sites,
        workloads=workloads,
        pairs=[{"workload": "w3", "site": "s2", "cost": Decimal("0.25"), "demand": {"cpu": 7}}],
        objective={"latency": 1, "price": Decimal("0.3"), "moves": 2},
    )


@pytest.mark.parametrize("way", [SMALL, WIDE, EXACT], ids=["64 bits", "128 bits", "more"])
def test_costs_are_those_of_the_rules_in_whatever_width_they_are_added(way):
    """The rules in plain fractions say the same, pair by pair."""
    problem = problem_of(way)
    instance, rules = compile_problem(problem), Rules(problem)
    assert max(instance.compiler.costs.factors.way.tolist()) == way
    for c in range(instance.n_classes):
        workload = problem.workloads[instance.members(c)[0]]
        for p in range(instance.pair_ptr[c], instance.pair_ptr[c + 1]):
            site = rules.sites[instance.site_ids[instance.pair_site[p]]]
            assert instance.pair_cost[p] == rules.cost(workload, site)


def test_an_instance_is_the_same_for_any_number_of_threads(monkeypatch):
    """Ranges of classes are dealt; what they hold does not depend on how."""
    monkeypatch.setattr("placement.latency.deal.LITTLE", 0)
    one, three = (compile_problem(problem_of(SMALL), threads=n) for n in (1, 3))
    for name in ("pair_ptr", "pair_site", "pair_cost", "pair_rtt"):
        assert np.array_equal(getattr(one, name), getattr(three, name))
    for name in (
        "limit",
        "row_of",
        "list_ptr",
        "list_kind",
        "list_amount",
        "use_row",
        "use_amount",
    ):
        assert np.array_equal(getattr(one.rows, name), getattr(three.rows, name))
