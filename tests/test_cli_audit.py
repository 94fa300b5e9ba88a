"""`placement explain` and `placement audit`: what stopped whom, which way data goes, and the record of it."""

import json
import re

import pytest
from click.testing import CliRunner

from placement import Network, Problem, Site, Workload, read_plan, write_problem
from placement.cli import main


def run(*arguments):
    """Run the command in this process."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture
def path(tmp_path):
    """Return a file with two robots, of which one site holds one and the other none."""
    links = [("paris", "bern", 3), ("bern", "milan", 2), ("paris", "milan", 7)]
    countries = {"paris": "FR", "bern": "CH", "milan": "IT"}
    problem = Problem(
        network=Network.from_links(links, countries=countries),
        sites=[
            Site("mil-1", node="milan", operator="tim", capacity={"cpu": 8}),
            Site("ber-1", node="bern", operator="sunrise", capacity={"cpu": 2}),
        ],
        workloads=[
            Workload(name, origins="paris", demand={"cpu": 6}, max_rtt_ms=20)
            for name in ("robot-1", "robot-2")
        ],
    )
    write_problem(problem, tmp_path / "problem.json")
    return tmp_path / "problem.json"


def test_who_is_left_out_is_explained_without_being_named(path, tmp_path):
    """With a plan and no workload, each one left out gets its sentence; without both it is usage."""
    run("solve", path, "--plan", tmp_path / "plan.json")
    [left_out] = read_plan(tmp_path / "plan.json").unplaced.ids
    done = run("explain", path, "--plan", tmp_path / "plan.json")
    assert done.stdout == (
        f"{left_out} is left out: of 2 sites, 1 is too small even when empty: cpu short by 4; "
        "1 has no room left in this plan: cpu short by 4\n"
    )
    assert run("explain", path).exit_code == 2


def test_proofs_show_why_each_step_is_allowed(path, tmp_path):
    """The sums first, then the ways out and back; as JSON with whole nanoseconds."""
    run("solve", path, "--plan", tmp_path / "plan.json")
    plan = read_plan(tmp_path / "plan.json")
    placed = plan.assignments.ids[0]
    options = ("explain", path, placed, "--plan", tmp_path / "plan.json", "--proof")
    told = run(*options).stdout
    assert f"{placed} on mil-1: 10.000000 ms there and back, at most 20 ms" in told
    assert re.search(r"link +– +open to all traffic +3\.000000", told)
    [proof] = json.loads(run(*options, "-o", "json").stdout)
    assert (proof["rtt_ns"], proof["trips"][0]["out"]["latency_ns"]) == (10_000_000, 5_000_000)
    assert run("explain", path, "--proof").exit_code == 2
    [left_out] = plan.unplaced.ids
    refused = run("explain", path, left_out, *options[3:])
    assert (refused.exit_code, f'"{left_out}" is unplaced' in refused.stderr) == (1, True)


def test_a_record_is_made_and_compared_in_either_order_of_the_files(path, tmp_path):
    """The files say what they are; the record goes to stdout, to a file or to a page."""
    plan = tmp_path / "plan.json"
    run("solve", path, "--plan", plan)
    told = run("audit", path, plan)
    assert json.loads(told.stdout)["format"] == "placement-audit/1"
    assert run("audit", plan, path, "-o", tmp_path / "audit.json").stdout == ""
    assert (tmp_path / "audit.json").read_text(encoding="utf-8") == told.stdout
    run("audit", path, plan, "-o", tmp_path / "audit.html")
    assert (tmp_path / "audit.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    for record in ("audit.json", "audit.html"):
        assert run("audit", "--check", tmp_path / record, plan, path).exit_code == 0
    (tmp_path / "audit.json").write_text(told.stdout.replace("mil-1", "mil-2"), encoding="utf-8")
    different = run("audit", "--check", tmp_path / "audit.json", path, plan)
    assert (different.exit_code, "expected" in different.stdout) == (1, True)
    both = run("audit", path, plan, "-o", tmp_path / "x", "--check", tmp_path / "audit.json")
    assert both.exit_code == 2
