"""`placement law`, and `--law` of the other commands."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from placement import Policy, Problem, write_problem
from placement.cli import main
from placement.model.law import shipped

OURS = {
    "format": "placement-law/1",
    "version": "ours",
    "extends": shipped().version,
    "groups": {"EFTA": [{"countries": ["FR"], "source": "ours"}]},
    "sources": {"ours": {"act": "Contract"}},
}


def run(*args):
    """Run the command."""
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture
def law(tmp_path):
    """Return a file of law in which France is in EFTA."""
    path = tmp_path / "law.json"
    path.write_text(json.dumps(OURS), encoding="utf-8")
    return path


@pytest.fixture
def problem(tmp_path):
    """Return a problem that asks for a site in EFTA and has one in France."""
    path = tmp_path / "problem.json"
    made = Problem(
        at="2026-11-24",
        nodes=[{"id": "paris", "country": "FR"}],
        sites=[{"id": "par-1", "node": "paris"}],
        workloads=[{"id": "w", "policy": Policy("p", countries="EFTA")}],
    )
    write_problem(made, path)
    return path


def test_a_set_is_shown_as_it_stood_with_its_sources():
    """In JSON with all that is known of a row."""
    shown = json.loads(run("law", "show", "EU", "--at", "2019-12-31", "-o", "json").stdout)
    rows = {row["what"]: row for row in shown["rows"]}
    assert (shown["version"], len(rows)) == (shipped().version, 35)
    assert rows["GB"]["until"] == "2020-01-31"
    assert rows["HR"]["reference"] == "OJ L 112, 24.4.2012"
    assert rows["RE"]["name"] == "Réunion"


def test_it_is_a_table_or_csv_as_well():
    """A row a line, the same fields."""
    done = run("law", "show", "C5", "-o", "csv")
    assert [row["what"] for row in csv.DictReader(io.StringIO(done.stdout))] == [
        "C5:type1",
        "C5:type2",
    ]
    assert "US-DPF" in run("law", "show", "ADEQUACY", "--at", "2024-01-01").stdout


def test_everything_that_can_be_shown_is_listed():
    """Each name of the list can be shown."""
    listed = json.loads(run("law", "list", "-o", "json").stdout)
    names = [row["name"] for row in listed["tables"]]
    assert {"EU", "EEA", "EFTA", "EU-ADEQUATE", "ADEQUACY", "C5", "SecNumCloud"} <= set(names)
    for name in names:
        assert run("law", "show", name).exit_code == 0
    assert "EU-ADEQUATE" in run("law", "list").stdout


def test_what_is_wrong_is_told_and_has_its_exit_code(tmp_path):
    """An unknown name is an error, a bad date wrong usage, a bad file an error with its place."""
    done = run("law", "show", "EUU")
    assert (done.exit_code, done.stdout) == (1, "")
    assert 'did you mean "EU"' in done.stderr
    assert run("law", "show", "EU", "--at", "yesterday").exit_code == 2
    path = tmp_path / "law.json"
    path.write_text(json.dumps({**OURS, "groups": {"EFTA": [{"countries": ["XX"]}]}}))
    done = run("law", "list", "--law", path)
    assert done.exit_code == 1
    assert "groups.EFTA[0].countries[0]" in done.stderr


def test_other_tables_decide_where_they_are_named(problem, law, tmp_path):
    """`solve`, `explain` and `verify` read the problem under them."""
    plan = tmp_path / "plan.json"
    assert json.loads(run("solve", problem, "--law", law).stdout)["law"]["version"] == "ours"
    assert run("solve", problem, "--law", law, "--plan", plan).exit_code == 0
    assert run("verify", problem, plan, "--law", law).exit_code == 0
    done = run("verify", problem, plan)
    assert done.exit_code == 1
    assert "version" in done.stdout
    assert "fits nowhere" in run("explain", problem, "w").stdout
    assert "fits nowhere" not in run("explain", problem, "w", "--law", law).stdout
    shown = run("law", "show", "EFTA", "--law", law, "-o", "json").stdout
    assert [row["what"] for row in json.loads(shown)["rows"]] == ["FR"]
