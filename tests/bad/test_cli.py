"""The command line meets every bad file with one exit code, a message and nothing else."""

import json

import pytest
from click.testing import CliRunner

from placement.cli import main
from tests.bad.documents import PROBLEMS
from tests.bad.test_files import TEXTS


def assert_refused(problem, tmp_path):
    """Run `placement solve` on a file; it must fail, say so and write nothing."""
    before = sorted(tmp_path.iterdir())
    done = CliRunner().invoke(main, ["solve", str(problem), "--plan", str(tmp_path / "plan.json")])
    assert done.exit_code == 1, done.output
    assert done.exc_info[0] is SystemExit  # and no other exception came so far
    assert done.stdout == ""
    assert str(problem) in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case.name)
def test_a_bad_text_stops_the_command(tmp_path, case):
    """Exit code 1, the file's name on stderr, no plan."""
    (tmp_path / "bad.json").write_bytes(case.content)
    assert_refused(tmp_path / "bad.json", tmp_path)


@pytest.mark.parametrize("case", PROBLEMS, ids=lambda case: case.name)
def test_a_bad_problem_stops_the_command(tmp_path, case):
    """Exit code 1, the file's name on stderr, no plan."""
    (tmp_path / "bad.json").write_text(json.dumps(case.document, default=float))
    if case.name.startswith("limit: more digits"):
        pytest.skip("a float of Python has not so many")
    assert_refused(tmp_path / "bad.json", tmp_path)


@pytest.mark.parametrize("name", ["none.json", "none", "file.json/", "empty"])
def test_a_path_that_leads_nowhere_stops_the_command(tmp_path, name):
    """Likewise."""
    (tmp_path / "file.json").write_text("{}")
    (tmp_path / "empty").mkdir()
    assert_refused(f"{tmp_path}/{name}", tmp_path)
