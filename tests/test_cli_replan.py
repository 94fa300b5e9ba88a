"""`placement replan`: its options are those of `solve` with dashes, and moves are told."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from placement import read_plan, read_problem, solve, verify, write_plan, write_problem
from placement.cli import main
from tests.solve.contract import crowded, two_sites
from tests.solve.test_replan import with_states


def run(*arguments):
    """Run the command in this process."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture
def files(tmp_path):
    """Write a problem, and a plan that runs while one of its sites is down."""
    problem = two_sites(1, 2)
    write_problem(problem, tmp_path / "problem.json")
    write_plan(solve(with_states(problem, site_near="down")).plan, tmp_path / "plan.json")
    return tmp_path


def test_the_plan_is_printed_and_verifies_from_what_ran(files):
    """The new plan is of the problem with the running sites; `verify --running` takes the same step."""
    result = run("replan", files / "problem.json", files / "plan.json", "--max-moves", 1)
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["moves"]) == 1
    (files / "new.json").write_text(result.stdout)
    checked = ("verify", files / "problem.json", files / "new.json")
    assert run(*checked).exit_code == 1
    assert run(*checked, "--running", files / "plan.json").exit_code == 0


def test_a_summary_and_the_moves_are_printed_beside_a_file(files):
    """With `--plan` there are tables, and the problem with the running sites if it is asked for."""
    arguments = [
        "replan",
        files / "problem.json",
        files / "plan.json",
        "--plan",
        files / "new.json",
    ]
    result = run(*arguments, "--write-problem", files / "next.json")
    assert result.exit_code == 0
    assert "2 moves" in result.stdout
    assert "site-far" in result.stdout
    plan, problem = read_plan(files / "new.json"), read_problem(files / "next.json")
    assert verify(problem, plan).ok
    assert plan.budget is None


def test_moves_are_printed_as_csv(files):
    """A line a move, for whoever carries them out."""
    limits = ["--max-site-moves", "site-near=1", "--min-gain", 1]
    result = run("replan", files / "problem.json", files / "plan.json", *limits, "-o", "csv")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "workload,source,target"
    assert result.stdout.count("site-far,site-near") == 1


@pytest.mark.parametrize(
    ("option", "wrong"),
    [
        ("--max-moves", "-1"),
        ("--max-site-moves", "site-near"),
        ("--max-operator-moves", "dt=many"),
        ("--min-gain", "-1"),
    ],
)
def test_wrong_usage_has_exit_code_2(files, option, wrong):
    """What no limit can be is refused before anything is read."""
    assert run("replan", files / "problem.json", files / "plan.json", option, wrong).exit_code == 2


def test_a_limit_that_is_there_twice_is_wrong_usage(files):
    """Nobody has to guess which of two limits holds."""
    twice = ["--max-site-moves", "site-near=1", "--max-site-moves", "site-near=2"]
    result = run("replan", files / "problem.json", files / "plan.json", *twice)
    assert result.exit_code == 2
    assert "site-near is there twice" in result.stderr


def test_an_unknown_site_is_an_error_with_a_proposal(files):
    """Names are those of the problem."""
    wrong = ["--max-site-moves", "site-nera=1"]
    result = run("replan", files / "problem.json", files / "plan.json", *wrong)
    assert result.exit_code == 1
    assert 'did you mean "site-near"?' in result.stderr


def test_ctrl_c_writes_the_best_plan_so_far(tmp_path):
    """The first interrupt ends the search; the plan keeps the budget and is written."""
    problem = crowded(80, 8)
    write_problem(problem, tmp_path / "problem.json")
    write_plan(solve(problem, engine="greedy").plan, tmp_path / "plan.json")
    code = (
        "import os, signal, sys, threading\n"
        "from placement.cli import main\n"
        "threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "main(sys.argv[1:])"
    )
    arguments = ["replan", "problem.json", "plan.json", "--max-moves", "9", "--plan", "new.json"]
    made = subprocess.run([sys.executable, "-c", code, *arguments], cwd=tmp_path, check=False)
    plan = read_plan(tmp_path / "new.json")
    running = problem.running(read_plan(tmp_path / "plan.json"))
    assert made.returncode in {0, 130}
    assert verify(running, plan).ok
    assert len(plan.moves) <= 9
