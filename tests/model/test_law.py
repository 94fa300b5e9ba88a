"""The tables of law as data: where rows come from, how a file extends or replaces them, what is refused."""

import json
import pickle
import runpy
from datetime import date
from pathlib import Path

import pytest

from placement import (
    InputError,
    Law,
    NoValueError,
    Policy,
    Problem,
    read_law,
    read_plan,
    read_problem,
    solve,
    verify,
    write_plan,
    write_problem,
)
from placement.model.law import shipped
from placement.report.law import told

TODAY = date(2026, 11, 24)
SOURCES = {"ours": {"act": "Contract of 2026"}}
BUILD = Path(__file__).parents[2] / "data/law/build.py"


def document(**tables):
    """Return a small file of law."""
    return {"format": "placement-law/1", "version": "v1", "sources": SOURCES, **tables}


def extension(**tables):
    """Return a small file that extends the library's tables."""
    return document(extends=shipped().version, **tables)


def group(*codes, **span):
    """Return a group of one row."""
    return [{"countries": list(codes), "source": "ours", **span}]


def faults_of(made):
    """Return the faults of a file as text."""
    with pytest.raises(InputError) as caught:
        Law.from_dict(made)
    return [str(fault) for fault in caught.value.faults]


def test_the_file_is_what_its_script_makes():
    """The tables are built from the facts, and from nothing else."""
    script = runpy.run_path(str(BUILD))
    assert (BUILD.parent / "law.json").read_text(encoding="utf-8") == script["build"]()


def test_every_row_has_a_source_with_an_act():
    """An auditor finds an act for each membership, decision and scheme."""
    law = shipped()
    rows = [one for group in law.groups.values() for one in group]
    for one in [*rows, *law.adequacy, *law.schemes.values(), *law.countries.values()]:
        assert law.source(one.source).act


def test_an_unknown_source_is_refused_with_a_hint():
    """A source is named as the tables name it."""
    with pytest.raises(NoValueError, match="did you mean"):
        shipped().source("accession-2012")


def test_a_file_may_stand_by_itself():
    """Without `extends` there are no groups but its own."""
    law = Law.from_dict(document(groups={"OURS": group("FR", "UK")}))
    assert law.names == ("EU-ADEQUATE", "OURS")
    assert law.expand(["OURS"], TODAY) == {"FR", "GB"}
    assert law.expand(["EU-ADEQUATE"], TODAY) == frozenset()
    assert not law.satisfies(["C5:type2"], "C5:type1")


def test_a_file_that_extends_replaces_what_it_names_and_keeps_the_rest():
    """A group, a scheme and all decisions of a country are replaced as a whole."""
    law = Law.from_dict(
        extension(
            groups={"EFTA": group("CH"), "NEAR": [{"groups": ["EU", "EFTA"], "source": "ours"}]},
            adequacy=[{"country": "GB", "scope": "OURS", "source": "ours"}],
            schemes={"C5": {"levels": ["type2", "type1"], "source": "ours"}},
        )
    )
    assert law.expand(["EFTA"], TODAY) == {"CH"}
    assert law.expand(["NEAR"], TODAY) == law.expand(["EU"], TODAY) | {"CH"}
    assert law.expand(["EU"], TODAY) == shipped().expand(["EU"], TODAY)
    assert "GB" not in law.expand(["EU-ADEQUATE"], TODAY)
    assert "JP" in law.expand(["EU-ADEQUATE"], TODAY)
    assert law.scopes("GB", TODAY) == {"OURS"}
    assert law.satisfies(["C5:type1"], "C5:type2")
    assert law.digest != shipped().digest


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ({"format": "placement-law/2"}, 'format: "placement-law/2" is unknown'),
        ({"version": None}, "version: is missing"),
        ({"extends": "1999-01-01"}, "extends: "),
        ({"countries": {}}, "countries: codes of countries are the library's own"),
        ({"grops": {}}, 'grops: unknown field; did you mean "groups"?'),
        ({"groups": {"OURS": group("XX")}}, 'groups.OURS[0].countries[0]: "XX" is no country'),
        ({"groups": {"FR": group("FR")}}, 'groups.FR: "FR" is no name of a group'),
        ({"groups": {"eu": group("FR")}}, 'groups.eu: "eu" is no name of a group'),
        ({"groups": {"EU-ADEQUATE": group("FR")}}, "groups.EU-ADEQUATE: is made of"),
        ({"groups": {"OURS": [{"source": "ours"}]}}, "groups.OURS[0]: names nobody"),
        ({"groups": {"OURS": "FR"}}, "groups.OURS: expected a list"),
        (
            {"groups": {"OURS": group("FR", **{"from": "2021-01-01", "until": "2020-01-01"})}},
            "groups.OURS[0]: from 2021-01-01 is after until 2020-01-01",
        ),
        (
            {"groups": {"OURS": group("FR", **{"from": "2021-02-30"})}},
            'groups.OURS[0].from: "2021-02-30" is no date',
        ),
        (
            {"groups": {"OURS": [{"countries": ["FR"], "source": "our"}]}},
            'groups.OURS[0].source: "our" is not one of the sources; did you mean "ours"?',
        ),
        ({"groups": {"OURS": [{"countries": ["FR"]}]}}, "groups.OURS[0].source: is missing"),
        (
            {
                "groups": {
                    "ONE": [{"groups": ["TWO"], "source": "ours"}],
                    "TWO": [{"groups": ["ONE"], "source": "ours"}],
                }
            },
            "is in itself: ONE → TWO → ONE",
        ),
        ({"adequacy": [{"country": "EU", "source": "ours"}]}, 'adequacy[0].country: "EU" is no'),
        ({"schemes": {"S": {"levels": ["a", "a"], "source": "ours"}}}, "schemes.S.levels: "),
        ({"schemes": {"S": {"source": "ours"}}}, "schemes.S.levels: "),
        ({"sources": {"ours": {}}}, "sources.ours.act: is missing"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_place(tables, fault):
    """Every fault has a place, what is there, and what was expected."""
    found = faults_of(document(**tables))
    assert any(fault in one for one in found), found


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    """With the file's name, when it is read from one."""
    path = tmp_path / "law.json"
    path.write_text(json.dumps(document(groups={"OURS": group("XX", "ZZ")})), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_law(path)
    assert len(caught.value.faults) == 2
    assert str(caught.value.faults[0]).startswith(f"{path}: groups.OURS[0]")


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, {"format": []}])
def test_what_is_no_law_is_an_error_like_any_other(junk):
    """Anything may stand in a file."""
    assert faults_of(junk)


def test_a_problem_reads_names_of_groups_under_its_own_law():
    """A group of the law is a name like EU, and without that law it is none."""
    law = Law.from_dict(extension(groups={"OURS": group("FR")}))
    policies = [Policy("p", countries="OURS")]
    assert Problem(policies=policies, law=law).policies["p"].countries == ("OURS",)
    with pytest.raises(InputError, match="neither a country nor one of"):
        Problem(policies=policies)
    with pytest.raises(InputError, match="law: expected a Law"):
        Problem(law={"format": "placement-law/1"})


def problem_under(law):
    """Return a problem with a site in France that a policy asks for."""
    return Problem(
        at=TODAY,
        nodes=[{"id": "paris", "country": "FR"}],
        sites=[{"id": "par-1", "node": "paris"}],
        policies=[Policy("p", countries="EFTA")],
        workloads=[{"id": "w", "policy": "p"}],
        law=law,
    )


def test_the_tables_decide_what_a_plan_may_do():
    """Under a law in which France is in EFTA the workload is placed, and verify agrees."""
    law = Law.from_dict(extension(groups={"EFTA": group("FR")}))
    ours, theirs = problem_under(law), problem_under(None)
    assert solve(ours).plan["w"].site == "par-1"
    assert solve(theirs).plan.unplaced["w"].reasons == {"country": 1}
    assert verify(ours, solve(ours).plan).ok


@pytest.mark.parametrize("form", ["problem.json", "folder"])
def test_a_problem_brings_its_own_tables_along(tmp_path, form):
    """What is read again is equal, law and all, in either form."""
    law = Law.from_dict(extension(groups={"OURS": group("FR")}))
    for made in (problem_under(law), problem_under(None)):
        write_problem(made, tmp_path / form)
        again = read_problem(tmp_path / form)
        assert (again.digest, again.law.digest) == (made.digest, made.law.digest)
    assert problem_under(law).digest != problem_under(None).digest
    assert "law" not in problem_under(None).to_dict()


def test_another_law_may_be_named_where_a_problem_is_read(tmp_path):
    """It stands in for the problem's own."""
    write_problem(problem_under(None), tmp_path / "p.json")
    law = Law.from_dict(extension(groups={"EFTA": group("FR")}))
    assert solve(read_problem(tmp_path / "p.json", law=law)).plan["w"].site == "par-1"


def test_a_fault_in_the_law_of_a_problem_has_its_place():
    """As any other fault of the problem."""
    with pytest.raises(InputError, match=r"law\.groups\.OURS\[0\]\.countries\[0\]"):
        Problem.from_dict(
            {"format": "placement-problem/1", "law": document(groups={"OURS": group("XX")})}
        )


@pytest.mark.parametrize("form", ["plan.json", "folder"])
def test_a_plan_records_the_law_and_verify_compares_it(tmp_path, form):
    """A plan that says it was made under other tables is a faulty plan; one that is silent is not."""
    problem = problem_under(None)
    plan = solve(problem).plan
    write_plan(plan, tmp_path / form)
    again = read_plan(tmp_path / form)
    assert again.law == plan.law
    assert again.law.version == shipped().version
    told_wrong = {**plan.to_dict(), "law": {"version": "old", "digest": plan.law.digest}}
    report = verify(problem, type(plan).from_dict(told_wrong))
    assert [(fault.rule, fault.place) for fault in report.faults] == [("version", "law")]
    silent = {name: part for name, part in plan.to_dict().items() if name != "law"}
    assert verify(problem, type(plan).from_dict(silent)).ok


def test_a_law_survives_pickling_and_writing():
    """As problems do, which processes hand on to each other."""
    law = Law.from_dict(extension(groups={"OURS": group("FR", until="2027-01-01")}))
    for again in (pickle.loads(pickle.dumps(law)), Law.from_dict(law.to_dict())):
        assert again.digest == law.digest


def test_the_days_on_which_something_turns_are_those_of_the_rows():
    """Nothing changes between two of them."""
    days = shipped().turning_days()
    assert date(2020, 2, 1) in days
    assert date(2031, 12, 28) in days
    assert list(days) == sorted(set(days))


def test_a_set_is_told_with_its_sources():
    """What `placement law show` prints."""
    rows = {row["what"]: row for row in told(shipped(), "EU", date(2019, 12, 31))}
    assert len(rows) == 28 + 7
    assert rows["GB"]["until"] == "2020-01-31"
    assert rows["HR"]["reference"] == "OJ L 112, 24.4.2012"
    assert [row["detail"] for row in told(shipped(), "ADEQUACY", TODAY) if row["what"] == "CA"] == [
        "CA-PIPEDA"
    ]
    assert {row["what"] for row in told(shipped(), "UK", date(2019, 12, 31))} == {"GB", "EEA", "EU"}
    assert [row["what"] for row in told(shipped(), "C5", TODAY)] == ["C5:type1", "C5:type2"]
    with pytest.raises(NoValueError, match='did you mean "EFTA"'):
        told(shipped(), "EFTTA", TODAY)


def test_groups_of_groups_take_no_longer_than_they_are_many():
    """A chain of ten thousand, each named twice by the one before, is read and expanded at once."""
    n = 10_000
    groups = {f"G{i}": [{"groups": [f"G{i + 1}"], "source": "ours"}] * 2 for i in range(n)} | {
        f"G{n}": group("FR")
    }
    law = Law.from_dict(document(groups=groups))
    assert law.expand(["G0"], TODAY) == {"FR"}
    assert [row["what"] for row in told(law, "G0", TODAY)] == ["FR"]


def test_an_operator_is_owned_over_at_most_so_many_steps():
    """A chain of owners without end is refused, not followed."""
    operators = [{"id": f"o{i}", "owners": {f"o{i + 1}": 1}} for i in range(5000)] + [
        {"id": "o5000"}
    ]
    with pytest.raises(InputError, match="more than 64 owners one above the other"):
        Problem(operators=operators)
