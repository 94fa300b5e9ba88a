"""What operators owe each other: by hand, against plain sums, and to the last digit."""

import csv
import io
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from click.testing import CliRunner

from placement import InputError, Plan, Problem, settle, solve, write_plan, write_problem
from placement.cli import main
from tests.reference.plans import plan_document
from tests.reference.problems import problem_of
from tests.reference.rules import Rules

DOCUMENT = {
    "format": "placement-problem/1",
    "at": "2026-11-24",
    "agreements": [
        {"home": "orange", "host": "tim", "price_factor": 1.25, "valid_from": "2026-01-01"},
        {"home": "orange", "host": "tim", "price_factor": 9, "valid_until": "2025-12-31"},
        {"home": "tim", "host": "orange", "price_factor": 0.5},
    ],
    "nodes": [{"id": "n"}],
    "sites": [
        {
            "id": "m",
            "node": "n",
            "operator": "tim",
            "capacity": {"cpu": 8, "memory": "64Gi"},
            "price": {"cpu": 0.04, "memory": "0.005/Gi"},
        },
        {"id": "p", "node": "n", "operator": "orange", "capacity": {"cpu": 8}, "price": {"cpu": 3}},
    ],
    "workloads": [
        {"id": "a", "operator": "orange", "demand": {"cpu": 3, "memory": "16Gi"}, "allow": ["m"]},
        {"id": "b", "operator": "orange", "demand": {"cpu": "500m"}, "allow": ["m"]},
        {"id": "c", "operator": "tim", "demand": {"cpu": 1}, "allow": ["p"]},
        {"id": "d", "operator": "tim", "demand": {"cpu": 1}, "allow": ["m"]},
        {"id": "e", "demand": {"cpu": 1}, "allow": ["m"]},
    ],
}


def example(**changes):
    """Return the problem above, changed, and a plan for it."""
    problem = Problem.from_dict(DOCUMENT | changes)
    return problem, solve(problem).plan


def test_a_host_charges_its_price_times_the_factor_of_the_agreement_in_force():
    """3.5 cpu at 0.04 and 16 Gi at 0.005, times 1.25; 1 cpu at 3, times a half; own sites are free."""
    settlement = settle(*example())
    told = [(c.home, c.host, c.month, c.resource, c.quantity, c.money) for c in settlement.charges]
    assert told == [
        ("orange", "tim", "2026-11", "cpu", Decimal("3.5"), Decimal("0.175")),
        ("orange", "tim", "2026-11", "memory", 16 * 2**30, Decimal("0.1")),
        ("tim", "orange", "2026-11", "cpu", 1, Decimal("1.5")),
    ]
    assert settlement.total == Decimal("1.775")
    assert settlement.balances == {"orange": Decimal("1.225"), "tim": Decimal("-1.225")}
    assert settlement.n_unknown == 1  # e has no home


def test_a_pair_charges_its_own_demand():
    """What the caller knows better is what is used, and so what is owed."""
    pairs = [{"workload": "a", "site": "m", "demand": {"cpu": "0.1"}}]
    charges = settle(*example(pairs=pairs)).charges
    assert (charges[0].quantity, charges[0].money) == (Decimal("0.6"), Decimal("0.03"))
    assert charges[1].resource == "cpu"  # and no memory at all


def test_without_agreements_the_price_itself_is_owed():
    """Where everybody may host everybody, no factor is agreed on."""
    assert settle(*example(agreements=None)).charges[0].money == Decimal("0.14")


def test_digits_without_end_do_not_come_about():
    """Prices per byte and factors of sixteen digits are added up exactly."""
    sites = [DOCUMENT["sites"][0] | {"price": {"memory": "0.0000001/Ei"}}, DOCUMENT["sites"][1]]
    agreements = [{"home": "orange", "host": "tim", "price_factor": 0.1234567890123456}]
    settlement = settle(*example(sites=sites, agreements=agreements))
    wanted = Fraction(16 * 2**30) * Fraction(1, 10**7 * 2**60) * Fraction("0.1234567890123456")
    assert Fraction(settlement.total) == wanted
    text = settlement.to_dict()["total"]
    assert Fraction(text) == wanted
    assert "E" not in text


@pytest.mark.parametrize("block", range(4))
def test_charges_of_random_plans_are_plain_sums(block):
    """200 problems: each charge is the sum over its workloads, and rows add up to the total."""
    for seed in range(50 * block, 50 * (block + 1)):
        problem = Problem.from_dict(problem_of(seed))
        rules = Rules(problem)
        plan = solve(problem, engine="greedy").plan
        owed, unknown = {}, 0
        for one in plan.assignments:
            workload, site = rules.workloads[one.workload], rules.sites[one.site]
            if workload.operator is None or site.operator is None:
                unknown += 1
            elif workload.operator != site.operator:
                agreement = rules.agreement(workload, site)
                factor = 1 if agreement is None else Fraction(agreement.price_factor)
                for resource, amount in rules.demand(workload, site).items():
                    if amount:
                        price = Fraction((site.price or {}).get(resource, 0))
                        key = workload.operator, site.operator, resource
                        before = owed.get(key, (0, 0))
                        owed[key] = before[0] + amount, before[1] + amount * price * factor
        settlement = settle(problem, plan)
        told = {
            (c.home, c.host, c.resource): (Fraction(c.quantity), Fraction(c.money))
            for c in settlement.charges
        }
        assert told == owed, seed
        assert settlement.n_unknown == unknown
        assert settlement.total == sum(money for _, money in owed.values())
        assert sum(map(Fraction, settlement.balances.values())) == 0


def test_a_plan_for_another_problem_is_not_settled():
    """Money is owed for the plan that was made for these prices, and no other."""
    problem, plan = example()
    other, _ = example(at="2026-11-25")
    with pytest.raises(InputError, match=r"plan: is for problem .* not .*; settle its own"):
        settle(other, plan)
    document = plan_document(Rules(problem), {"a": "m"})
    document["assignments"][0]["site"] = "x"
    with pytest.raises(InputError, match=r"plan\.assignments: x is no site of the problem"):
        settle(problem, Plan.from_dict(document))


def test_the_command_prints_tables_json_and_csv(tmp_path):
    """The same numbers in every form; what is in no charge is told beside."""
    problem, plan = example()
    write_problem(problem, tmp_path / "problem.json")
    write_plan(plan, tmp_path / "plan.json")
    files = str(tmp_path / "plan.json"), str(tmp_path / "problem.json")
    table, as_json, as_csv = (
        CliRunner().invoke(main, ["settle", *files, "-o", form])
        for form in ("table", "json", "csv")
    )
    assert [one.exit_code for one in (table, as_json, as_csv)] == [0, 0, 0]
    assert "1 workloads are in no charge" in table.stderr
    assert "1.775" in table.stdout
    assert json.loads(as_json.stdout) == settle(problem, plan).to_dict()
    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert rows == settle(problem, plan).to_dict()["charges"]
