"""`placement convert --from`: public instances on the command line."""

import pytest
from click.testing import CliRunner

from placement import read_problem
from placement.cli import main

GAP = "1 2 3   17 21 22  23 16 20   8 15 14  15 7 23   15 25\n"
FACILITIES = "2 1   capacity 10.5   capacity 7   3   2.25 4\n"
MODEL = "1  0 10   2  0 0 9 5 0 1  0 1 9 5 1 0   1  1 0   2  0 4 1  0 3 1   0   1 1 1"


def convert(tmp_path, text, *arguments):
    """Convert a text with the command."""
    (tmp_path / "in.txt").write_text(text)
    target = tmp_path / "out.json"
    return CliRunner().invoke(
        main, ["convert", str(tmp_path / "in.txt"), str(target), *map(str, arguments)]
    )


@pytest.mark.parametrize(
    ("text", "arguments", "costs"),
    [
        (GAP, ("gap",), [17, 21, 22, 23, 16, 20]),
        (GAP, ("gap", "--number", 1, "--maximise"), [6, 0, 0, 0, 5, 2]),
        (FACILITIES, ("facility-location", "--capacity", 5), [2.25, 4]),
    ],
)
def test_an_instance_becomes_a_problem(tmp_path, text, arguments, costs):
    """With a pair for each workload and site, and its options."""
    done = convert(tmp_path, text, "--from", *arguments)
    assert done.exit_code == 0, done.output
    made = read_problem(tmp_path / "out.json")
    assert [float(pair.cost) for pair in made.pairs] == costs
    assert len(made.pairs) == len(made.sites) * len(made.workloads)


@pytest.mark.parametrize(
    ("text", "arguments", "code", "told"),
    [
        (GAP, ("--number", 1), 2, "--number goes with --from gap"),
        (GAP, ("--from", "gap", "--capacity", 5), 2, "--capacity goes with --from facility-loc"),
        (FACILITIES, ("--from", "facility-location", "--maximise"), 2, "--maximise goes with"),
        (GAP, ("--from", "gap", "--number", 0), 1, "number 0 is none of them"),
        (FACILITIES, ("--from", "facility-location"), 1, 'has the word "capacity"'),
        (GAP, ("--from", "facility-location"), 1, "in.txt:1: "),
        (MODEL, ("--from", "machine-reassignment"), 2, "name with --start where"),
        (GAP, ("--from", "excel"), 2, "facility-location"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path, text, arguments, code, told):
    """Usage by exit code 2, the file by 1; nothing is written."""
    done = convert(tmp_path, text, *arguments)
    assert done.exit_code == code
    assert told in done.stderr
    assert not (tmp_path / "out.json").exists()


def test_what_a_problem_cannot_say_is_noted(tmp_path):
    """Of machine reassignment, on stderr: what the costs that are left out are at least."""
    (tmp_path / "start.txt").write_text("0 1")
    done = convert(
        tmp_path, MODEL, "--from", "machine-reassignment", "--start", tmp_path / "start.txt"
    )
    assert done.exit_code == 0, done.output
    assert "in.txt: left out: load, balance and service move cost: at least 0 in all" in done.stderr
    made = read_problem(tmp_path / "out.json")
    assert [one.site for one in made.workloads] == ["machine-1", "machine-2"]
