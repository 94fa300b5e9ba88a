"""What is written is what is read, in either form."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placement import Plan, Problem, read_plan, read_problem, solve, write_plan, write_problem
from placement.io.json_text import lines
from placement.model.document import problem_parts
from tests.io.plans import plan_of
from tests.reference.problems import problem_of, problems

HEAD = {"format": "placement-problem/1", "at": "2026-11-24"}
FORMS = ["problem.json", "problem"]
ODD = {
    "name": "Größe „1“ 北",
    "objective": {"latency": 0.1, "price": 1e-9},
    "nodes": [{"id": "a/b", "lat": 48.123456789, "lon": -0.1}, {"id": 'quote"back\\slash'}],
    "sites": [
        {
            "id": "s",
            "node": "a/b",
            "capacity": {
                "cpu": "0.100000000000000003",
                "example.com/gpu": "1n",
                "memory": "1Ei",
            },
            "price": {"cpu": "0.005/Ki", "memory": "1/Ei", "gpu": 0.1},
            "slices": {},
        },
        {"id": "t", "node": "a/b", "price": {"cpu": 3}, "carbon": {"gpu": "0.100000000000000003"}},
    ],
    "workloads": [
        {
            "id": "w",
            "demand": {"cpu": "3333333333n"},
            "origins": {"node": "a/b", "weight": 1e-7},
        },
        {"id": "é", "demand": {"disk": 9007199254740993}, "max_rtt_ms": 0.1234567890123},
    ],
    "pairs": [{"workload": "w", "site": "s", "demand": {}}, {"workload": "w", "site": "t"}],
}
DOCUMENTS = {
    "nothing but the day": {},
    "odd decimals and names": ODD,
    "agreements, none": {"agreements": []},
    "operators, none": {"operators": [], "nodes": [{"id": "n"}]},
    "both, none": {"operators": [], "agreements": []},
    "a price for each slice": {
        "slices": [{"id": "1"}, {"id": "2-00a1b2"}],
        "nodes": [{"id": "n"}],
        "sites": [{"id": "s", "node": "n", "slices": {"1": None, "2-00A1B2": "1500m"}}],
    },
    "a pair that says nothing of its demand": {
        "nodes": [{"id": "n"}],
        "sites": [{"id": "s", "node": "n"}],
        "workloads": [{"id": "w", "demand": {"cpu": 1}}],
        "pairs": [{"workload": "w", "site": "s", "cost": 1}],
    },
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("content", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_problem_survives_its_file(tmp_path, content, form):
    """The digest and all the fields are the same after writing and reading."""
    problem = Problem.from_dict(HEAD | content)
    write_problem(problem, tmp_path / form)
    again = read_problem(tmp_path / form)
    assert again.to_dict() == problem.to_dict()
    assert again.digest == problem.digest


@settings(max_examples=60)
@given(problems())
def test_both_forms_of_random_problems_are_the_same_problem(tmp_path_factory, document):
    """JSON and Parquet have equal digests, whatever a problem uses."""
    folder = tmp_path_factory.mktemp("forms")
    problem = Problem.from_dict(document)
    digests = set()
    for form in FORMS:
        write_problem(problem, folder / form)
        digests.add(read_problem(folder / form).digest)
    assert digests == {problem.digest}


NUMBERS = st.decimals(
    min_value=0, max_value=10**15, allow_nan=False, allow_infinity=False, places=12
)


@settings(max_examples=60)
@given(st.lists(st.one_of(st.none(), NUMBERS.map(str), st.integers(0, 10**9)), max_size=6))
def test_amounts_stay_exact_in_both_forms(tmp_path_factory, amounts):
    """No decimal loses a digit on its way through a file."""
    folder = tmp_path_factory.mktemp("amounts")
    rows = [{"id": f"w{w}", "demand": {"cpu": amount}} for w, amount in enumerate(amounts)]
    # 12 places and 10**15 would be too much at once: the smallest unit decides what fits
    small = [
        row for row in rows if row["demand"]["cpu"] is None or Decimal(row["demand"]["cpu"]) < 10**6
    ]
    problem = Problem.from_dict(HEAD | {"workloads": small})
    for form in FORMS:
        write_problem(problem, folder / form)
        assert read_problem(folder / form).digest == problem.digest


@pytest.mark.parametrize("form", ["plan.json", "plan"])
@pytest.mark.parametrize("n_workloads", [0, 1, 1000])
def test_a_plan_survives_its_file(tmp_path, n_workloads, form):
    """Also one that places nothing."""
    plan = plan_of(n_workloads)
    write_plan(plan, tmp_path / form)
    assert read_plan(tmp_path / form).to_dict() == plan.to_dict()


@pytest.mark.parametrize("form", ["plan.json", "plan"])
def test_the_numbers_of_a_plan_are_exact(tmp_path, form):
    """Costs beyond what a float holds, prices of many digits, and units with fractions."""
    document = plan_of(2).to_dict()
    document["objective"] = {"unplaced": 7, "cost": Decimal("4611686018427.387903")}
    document["assignments"][0]["rtt_ms"] = Decimal("4199.999999")
    price = {"site": "s", "resource": "cpu", "price": 2**100 + 1, "unit": "1m"}
    cover = {"site": "s", "workloads": ["v", "w"], "limit": 1, "price": -3}
    document["certificate"]["cost"] |= {
        "shift": 60,
        "mu": 2**90,
        "prices": [price],
        "covers": [cover],
    }
    document["unplaced"] = [{"workload": "v", "reasons": {"state": 2, "capacity": 1}}]
    document["moves"] = [{"workload": "w000000", "source": "a", "target": "s0"}]
    plan = Plan.from_dict(document)
    write_plan(plan, tmp_path / form)
    again = read_plan(tmp_path / form)
    assert again.to_dict() == plan.to_dict()
    assert again.objective.cost == 4611686018427387903
    assert again.certificate.cost.prices[0].unit == Decimal("0.001")


@pytest.mark.parametrize("seed", range(20))
def test_the_text_says_what_the_document_says(seed):
    """The writer makes no row objects; another JSON reader still finds `to_dict()` in the text."""
    problem = Problem.from_dict(problem_of(seed))
    assert json.loads("".join(lines(problem_parts(problem)))) == problem.to_dict()


def test_the_same_content_has_the_same_bytes(tmp_path):
    """Written twice, and after being read, in both forms."""
    problem = Problem.from_dict(HEAD | ODD)
    for form in ("a.json", "a"):
        write_problem(problem, tmp_path / form)
    write_problem(read_problem(tmp_path / "a"), tmp_path / "b.json")
    write_problem(read_problem(tmp_path / "a.json"), tmp_path / "b")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    names = sorted(file.name for file in (tmp_path / "a").iterdir())
    assert names == sorted(file.name for file in (tmp_path / "b").iterdir())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_file_has_an_item_a_line(tmp_path):
    """So that a change of one workload is a change of one line; names are not escaped."""
    write_problem(Problem.from_dict(HEAD | ODD), tmp_path / "problem.json")
    text = (tmp_path / "problem.json").read_text(encoding="utf-8")
    assert sum('"id"' in line for line in text.splitlines()) == text.count('"id"')
    assert "Größe „1“ 北" in text
    write_plan(plan_of(3), tmp_path / "plan.json")
    assert '"cost": 0.000000' in (tmp_path / "plan.json").read_text(encoding="utf-8")


def test_decimals_of_a_problem_are_read_with_all_their_digits(tmp_path):
    """A number in the text is not squeezed through a float."""
    path = tmp_path / "problem.json"
    demand = '{"id": "w", "demand": {"cpu": 0.100000000000000003}}'
    path.write_text(f'{{"format": "placement-problem/1", "workloads": [{demand}]}}')
    assert read_problem(path).workloads["w"].demand["cpu"] == Decimal("0.100000000000000003")


def test_a_plan_has_the_same_bytes_after_any_way_through_files(tmp_path):
    """What `solve` made, and what was read from either form, is written alike."""
    plan = solve(Problem.from_dict(HEAD | ODD), engine="greedy").plan
    write_plan(plan, tmp_path / "first.json")
    write_plan(plan, tmp_path / "first")
    for form in ("first.json", "first"):
        write_plan(read_plan(tmp_path / form), tmp_path / "again.json")
        assert (tmp_path / "again.json").read_bytes() == (tmp_path / "first.json").read_bytes()
