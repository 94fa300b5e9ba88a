"""`placement latency --path`: where the traffic goes."""

import json

import pytest
from click.testing import CliRunner

from placement import Link, Node, Problem, write_problem
from placement.cli import main


def run(*arguments):
    """Run the command in this process."""
    return CliRunner().invoke(main, ["latency", *(str(one) for one in arguments)])


@pytest.fixture
def path(tmp_path):
    """Return where a triangle lies as a file; its long side is two one-way links."""
    problem = Problem(
        nodes=[
            Node("paris", country="FR", operator="orange"),
            Node("bern", country="CH", processing_ms=0.25),
            Node("milan", country="IT", operator="tim"),
        ],
        links=[
            Link(source="paris", target="bern", latency_ms=3),
            Link(source="bern", target="milan", latency_ms=2),
            Link(source="paris", target="milan", latency_ms=7, bidirectional=False),
            Link(source="milan", target="paris", latency_ms=8, bidirectional=False),
        ],
        slices=[{"id": "1", "access_ms": 1}],
    )
    write_problem(problem, tmp_path / "problem.json")
    return tmp_path / "problem.json"


def test_a_path_is_a_table_each_way(path):
    """Nodes, countries, operators, links and times; what it comes to is a message."""
    done = run(path, "--path", "paris", "milan", "--slice", "1")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[0] == "paris → milan · 5.250000 ms · FR, CH, IT"
    assert "bern CH – 0 3.000 3.000 0.250" in lines
    assert "milan IT tim 1 2.000 5.250" in lines
    assert "milan → paris · 5.250000 ms · IT, CH, FR" in lines
    assert done.stderr == "there and back 12.500000 ms, of which 2.000000 ms access\n"


def test_a_path_one_way_is_told_in_csv(path):
    """A line a node, in milliseconds with all places."""
    done = run(path, "--path", "paris", "milan", "--one-way", "-o", "csv", "--transit", "EU")
    assert done.stdout == (
        "way,node,country,operator,link,link_ms,reached_ms,node_ms\n"
        "out,paris,FR,orange,,0.000000,0.000000,0.000000\n"
        "out,milan,IT,tim,2,7.000000,7.000000,0.000000\n"
    )


def test_a_path_in_json_has_everything(path):
    """There and back, with what the slice adds; null where no path leads."""
    told = json.loads(run(path, "--path", "paris", "milan", "-o", "json", "--slice", "1").stdout)
    assert (told["rtt_ns"], told["access_ns"]) == (12_500_000, 2_000_000)
    assert told["out"]["nodes"] == ["paris", "bern", "milan"]
    assert told["back"]["links"] == [1, 0]
    assert told["back"]["countries"] == ["IT", "CH", "FR"]
    done = run(path, "--path", "paris", "bern", "-o", "json", "--transit", "EU", "--one-way")
    assert json.loads(done.stdout) == {
        "source": "paris",
        "target": "bern",
        "latency_ns": None,
        "out": None,
    }


def test_a_slice_may_be_named_with_the_differentiator_that_is_none(path):
    """`1-ffffff` is slice 1, and its access counts."""
    ask = "--path", "paris", "milan", "-o", "json", "--slice"
    assert run(path, *ask, "1-ffffff").stdout == run(path, *ask, "1").stdout


def test_where_no_path_leads_a_message_says_so(path):
    """The table is empty; that is an answer and no error."""
    done = run(path, "--path", "paris", "bern", "--transit", "EU")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == ("paris → bern: no path leads there\nbern → paris: no path leads there\n")


def test_two_paths_share_no_link(path):
    """Each has its round trip; a way back over other links is shown as well."""
    done = run(path, "--path", "paris", "milan", "--disjoint", "links")
    assert "path 1, there and back 10.500000 ms: out · 5.250000 ms · FR, CH, IT" in done.stdout
    assert "path 1: back" not in done.stdout
    assert "path 2, there and back 15.000000 ms: out · 7.000000 ms · FR, IT" in done.stdout
    assert "path 2: back · 8.000000 ms · IT, FR" in done.stdout
    assert done.stderr == "no such pair has a shorter longer path\n"


def test_two_paths_in_csv_and_json(path):
    """The ways are told apart, and access counts in every round trip and bound."""
    lines = run(path, "--path", "paris", "milan", "--disjoint", "nodes", "-o", "csv").stdout
    assert [line.split(",")[0] for line in lines.splitlines()[1:]] == [
        *["1 out"] * 3,
        *["2 out"] * 2,
        *["2 back"] * 2,
    ]
    ask = ("--path", "paris", "milan", "--disjoint", "nodes", "-o", "json", "--slice", "1")
    told = json.loads(run(path, *ask).stdout)
    assert (told["by"], told["is_optimal"], told["bound_ns"]) == ("nodes", True, 17_000_000)
    assert [trip["rtt_ns"] for trip in told["paths"]] == [12_500_000, 17_000_000]
    assert told["paths"][1]["back"]["links"] == [3]


def test_where_there_are_no_two_paths_a_message_says_so(path):
    """Within the countries allowed one link leads there."""
    done = run(path, "--path", "paris", "milan", "--disjoint", "links", "--transit", "EU")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "there are no two paths that share no link\n"


def test_names_that_are_not_known_are_told(path):
    """Both of them, with a hint."""
    done = run(path, "--path", "parsi", "milano")
    assert done.exit_code == 1
    assert 'source: "parsi" is not a node; did you mean "paris"?' in done.stderr
    assert 'target: "milano" is not a node; did you mean "milan"?' in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--path", "paris", "milan", "--source", "bern"),
        ("--disjoint", "links"),
        ("--path", "paris", "milan", "--disjoint", "links", "--one-way"),
        ("--path", "paris"),
    ],
    ids=["a row as well", "no path", "one way", "one end"],
)
def test_options_that_do_not_go_together_are_wrong_usage(path, arguments):
    """Exit code 2, and nothing on standard output."""
    done = run(path, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
