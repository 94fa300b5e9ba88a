"""What an agreement covers, and how much of it: by hand."""

import pytest

from placement import Problem, explain, solve, verify
from placement.instance import compile_problem
from placement.model.reasons import named

DOCUMENT = {
    "format": "placement-problem/1",
    "at": "2026-11-24",
    "nodes": [{"id": "f", "country": "FR"}, {"id": "g", "country": "GR"}, {"id": "x"}],
    "slices": [{"id": "1"}, {"id": "2"}],
    "policies": [{"id": "eu", "countries": ["EU"]}, {"id": "any"}],
    "sites": [
        {
            "id": node,
            "node": node,
            "operator": "tim",
            "capacity": {"cpu": 9},
            "slices": {"1": None, "2": None},
        }
        for node in "fgx"
    ],
}


def problem(terms, *workloads):
    """Return a problem with one agreement, of orange with tim, and some workloads of orange."""
    return Problem.from_dict(
        DOCUMENT
        | {
            "agreements": [{"home": "orange", "host": "tim"} | terms],
            "workloads": [
                {"id": f"w{row}", "operator": "orange", "demand": {"cpu": 2}} | one
                for row, one in enumerate(workloads)
            ],
        }
    )


@pytest.mark.parametrize(
    ("terms", "workload", "covered"),
    [
        ({"slices": ["1"]}, {"slice": "1"}, "fgx"),
        ({"slices": ["1"]}, {"slice": "2"}, ""),
        ({"slices": ["1"]}, {}, ""),
        ({"slices": []}, {"slice": "1"}, ""),
        ({}, {"slice": "2", "policy": "any"}, "fgx"),
        ({"policies": ["any"]}, {"policy": "any"}, "fgx"),
        ({"policies": ["any"]}, {"policy": "eu"}, ""),
        ({"policies": ["any"]}, {}, ""),
        ({"slices": ["1"], "policies": ["any"]}, {"slice": "1", "policy": "any"}, "fgx"),
        ({"slices": ["1"], "policies": ["any"]}, {"slice": "1"}, ""),
        ({"country_quota": {"FR/cpu": 9}}, {}, "fg"),
    ],
)
def test_an_agreement_covers_what_it_lists(terms, workload, covered):
    """What it does not list fails `agreement`; so does a workload that has none of what it lists."""
    instance = compile_problem(problem(terms, workload))
    masks = instance.reasons(0)[0].tolist()
    told = dict(zip(instance.site_ids, map(named, masks), strict=True))
    assert "".join(site for site, reasons in told.items() if "agreement" not in reasons) == covered


def test_quotas_are_not_asked_about_where_no_agreement_covers_the_pair():
    """A workload that is not covered fails `agreement` alone, however large it is."""
    terms = {"slices": ["1"], "quota": {"cpu": 1}, "country_quota": {"FR/cpu": 1}}
    masks = compile_problem(problem(terms, {}, {"slice": "1"}))
    assert [named(mask) for mask in masks.reasons(0)[0].tolist()] == [("agreement",)] * 3
    told = [named(mask) for mask in masks.reasons(1)[0].tolist()]
    assert told == [("size",), ("size",), ("agreement",)]


def test_a_quota_of_a_country_binds_beside_that_of_all():
    """Of five workloads of 2 cpu, one fits 3 in France, one 2 in Greece, and three 6 in all."""
    many = problem({"quota": {"cpu": 6}, "country_quota": {"FR/cpu": 3, "EL/cpu": 2}}, *[{}] * 5)
    result = solve(many)
    assert sorted(one.site for one in result.plan.assignments) == ["f", "g"]
    wide = problem({"quota": {"cpu": 3}, "country_quota": {"FR/cpu": 3, "EL/cpu": 9}}, *[{}] * 5)
    assert len(solve(wide).plan.assignments) == 1
    counts = dict(result.plan.unplaced[0].reasons)
    assert counts == {"agreement": 1, "quota": 2}
    assert str(result.status) == "OPTIMAL"
    assert verify(many, result.plan).ok


def test_the_price_of_a_row_of_a_country_says_so():
    """Where such a row is what is short, its price is in the certificate, and proves the bound."""
    many = problem({"country_quota": {"FR/cpu": 4, "GR/cpu": 4}}, *[{}] * 9)
    plan = solve(many).plan
    prices = plan.certificate.unplaced.prices
    assert {one.country for one in prices} & {"FR", "GR"}
    assert plan.certified.unplaced == plan.objective.unplaced == 5


def test_what_is_not_covered_is_told():
    """By name, in a sentence and in the facts; the quota of a country with what is short."""
    sliced = explain(problem({"slices": ["1"]}, {"slice": "2"}), "w0")
    assert "whose agreement with orange does not cover slice 2" in sliced.sentence
    assert explain(problem({"policies": ["any"]}, {}), "w0").sentence.endswith(
        "does not cover without a policy"
    )
    small = problem({"country_quota": {"FR/cpu": 1, "GR/cpu": 1.5}}, {})
    facts = explain(small, "w0").to_dict()["sites"]
    assert facts[0]["reasons"]["size"]["short"] == {"quota of cpu in FR": 1}
    full = problem({"country_quota": {"FR/cpu": 3, "GR/cpu": 0}}, {}, {})
    left = solve(full).plan
    told = explain(full, left.unplaced[0].workload, plan=left).to_dict()["sites"][0]["reasons"]
    assert told["quota"]["short"] == {"cpu in FR": 1}


def test_an_operator_does_not_host_for_the_guests_of_its_guests():
    """That orange may use tim, and dt orange, does not let dt use tim."""
    chain = DOCUMENT | {
        "agreements": [{"home": "orange", "host": "tim"}, {"home": "dt", "host": "orange"}],
        "workloads": [{"id": "w", "operator": "dt"}],
    }
    masks = compile_problem(Problem.from_dict(chain)).reasons(0)[0].tolist()
    assert [named(mask) for mask in masks] == [("agreement",)] * 3
