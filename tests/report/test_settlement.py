"""What operators owe each other: by hand, against plain sums, and to the last digit."""

import csv
import io
import json
from datetime import date, timedelta
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


def test_days_are_charged_on_the_terms_of_each():
    """A month at 1.25 that changes to a factor of 2 after 10 of its 30 days, and ends after 20."""
    terms = {"home": "orange", "host": "tim"}
    agreements = [
        terms | {"price_factor": 1.25, "valid_until": "2026-11-10"},
        terms | {"price_factor": 2, "valid_from": "2026-11-11", "valid_until": "2026-11-20"},
    ]
    problem, plan = example(agreements=agreements, at="2026-11-15")
    made = settle(problem, plan, since=date(2026, 11, 1), until=date(2026, 11, 30)).charges
    wanted = Fraction("0.14") * (10 * Fraction("1.25") + 10 * 2) / 30
    assert [(c.resource, c.days) for c in made] == [("cpu", 20), ("memory", 20)]
    assert abs(Fraction(made[0].money) - wanted) < Fraction(1, 10**6)


def test_whole_months_by_days_are_what_a_month_is_without():
    """Thirty of thirty days are a month, to the millionth; one of two days alone is the problem's."""
    problem, plan = example()
    month = settle(problem, plan)
    days = settle(problem, plan, since=date(2026, 11, 1), until=date(2026, 11, 30))
    assert days.charges == month.charges
    one = settle(problem, plan, since=problem.at).charges
    assert [c.days for c in one] == [1, 1, 1]
    assert one == settle(problem, plan, until=problem.at).charges


@pytest.mark.parametrize("block", range(2))
def test_charges_of_days_are_plain_sums_over_days(block):
    """100 problems: each is within a millionth of its sum day by day, and months are rounded once."""
    for seed in range(50 * block, 50 * (block + 1)):
        problem = Problem.from_dict(problem_of(seed))
        rules = Rules(problem)
        plan = solve(problem, engine="greedy").plan
        first, last = problem.at - timedelta(40), problem.at + timedelta(seed)
        owed = {}
        for one in plan.assignments:
            workload, site = rules.workloads[one.workload], rules.sites[one.site]
            if workload.operator in (None, site.operator) or site.operator is None:
                continue
            for resource, amount in rules.demand(workload, site).items():
                if amount:
                    price = Fraction((site.price or {}).get(resource, 0)) * amount
                    key = workload.operator, site.operator, resource
                    owed[key] = owed.get(key, 0) + price
        wanted, day = {}, first
        while day <= last:
            after = (day.replace(day=1) + timedelta(32)).replace(day=1)
            n_days = (after - timedelta(1)).day
            for (home, host, resource), price in owed.items():
                key = home, host, f"{day:%Y-%m}", resource
                days, money = wanted.get(key, (0, Fraction(0)))
                for factor in factors_on(problem, home, host, day):
                    days, money = days + 1, money + price * factor / n_days
                wanted[key] = days, money
            day += timedelta(1)
        settlement = settle(problem, plan, since=first, until=last)
        told = {
            (c.home, c.host, c.month, c.resource): (c.days, Fraction(c.money))
            for c in settlement.charges
        }
        assert told.keys() == wanted.keys()
        sums = {}
        for key, (days, money) in wanted.items():
            assert told[key][0] == days
            assert abs(told[key][1] - money) < Fraction(1, 10**6)
            before = sums.get(key[2], (0, 0))
            sums[key[2]] = before[0] + money, before[1] + told[key][1]
        for exact, made in sums.values():
            assert abs(exact - made) <= Fraction(1, 2 * 10**6)
        assert sum(map(Fraction, settlement.balances.values())) == 0


def factors_on(problem, home, host, day):
    """Return the factors of the agreements in force on a day: one, or none."""
    if problem.agreements is None:
        return [Fraction(1)]
    return [
        Fraction(one.price_factor)
        for one in problem.agreements
        if (one.home, one.host) == (home, host)
        and not (one.valid_from and one.valid_from > day)
        and not (one.valid_until and one.valid_until < day)
    ]


def test_days_in_the_wrong_order_are_refused():
    """By name, and so is a time without end."""
    problem, plan = example()
    with pytest.raises(InputError, match="since: 2026-12-01 is after until 2026-11-24"):
        settle(problem, plan, since=date(2026, 12, 1))
    with pytest.raises(InputError, match="until: 9999-12-31 is over 100 years after"):
        settle(problem, plan, until=date.max)


def test_the_command_takes_the_days_of_the_plan(tmp_path):
    """As the function does; two months, with their days."""
    problem, plan = example()
    write_problem(problem, tmp_path / "problem.json")
    write_plan(plan, tmp_path / "plan.json")
    files = [str(tmp_path / "plan.json"), str(tmp_path / "problem.json")]
    days = ["--since", "2026-11-30", "--until", "2026-12-02"]
    done = CliRunner().invoke(main, ["settle", *files, *days, "-o", "json"])
    assert done.exit_code == 0
    made = settle(problem, plan, since=date(2026, 11, 30), until=date(2026, 12, 2))
    assert json.loads(done.stdout) == made.to_dict()
    assert {(c.month, c.days) for c in made.charges} == {("2026-11", 1), ("2026-12", 2)}
