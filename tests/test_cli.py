"""The command line: what it prints where, and which exit code says what."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from placement import (
    Limit,
    Link,
    Network,
    Node,
    Plan,
    Problem,
    Site,
    Status,
    Workload,
    read_plan,
    read_problem,
    verify,
    write_plan,
    write_problem,
)
from placement.cli import main, say
from placement.solve import Progress, Result

SOLVING = sys.modules["placement.solve"]  # the package: `placement.solve` is the function
ROOT = Path(__file__).parents[1]
HEAVY = {"networkx", "numpy", "ortools", "pandas", "polars", "pyarrow", "scipy", "jinja2", "rich"}

GRAPHML = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="l" for="node" attr.name="label" attr.type="string"/>
<graph edgedefault="undirected">
<node id="0"><data key="l">Paris</data></node><node id="1"><data key="l">Bern</data></node>
<edge source="0" target="1"/></graph></graphml>"""


def run(*arguments):
    """Run the command in this process."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture
def problem():
    """Two robots, of which one site holds one and the other none."""
    return Problem(
        network=Network(
            nodes=[
                Node("paris", country="FR"),
                Node("bern", country="CH"),
                Node("milan", country="IT"),
            ],
            links=[
                Link(source="paris", target="bern", latency_ms=3),
                Link(source="bern", target="milan", latency_ms=2),
                Link(source="paris", target="milan", latency_ms=7),
            ],
        ),
        sites=[
            Site("mil-1", node="milan", operator="tim", capacity={"cpu": 8}),
            Site("ber-1", node="bern", operator="sunrise", capacity={"cpu": 2}),
        ],
        workloads=[
            Workload("robot-1", origins="paris", demand={"cpu": 6}, max_rtt_ms=20),
            Workload("robot-2", origins="paris", demand={"cpu": 6}, max_rtt_ms=20),
        ],
    )


@pytest.fixture
def path(problem, tmp_path):
    """Return where that problem lies as a file."""
    write_problem(problem, tmp_path / "problem.json")
    return tmp_path / "problem.json"


def test_the_plan_goes_to_stdout_and_the_summary_to_stderr(path, problem):
    """Without --plan the plan itself is the data."""
    done = run("solve", path)
    assert done.exit_code == 0
    assert verify(problem, Plan.from_dict(json.loads(done.stdout, parse_float=Decimal))).ok
    assert re.fullmatch(r"OPTIMAL · placed 1/2 · .* s\n", done.stderr)


def test_the_plan_goes_to_a_file_and_a_table_to_stdout(path, problem, tmp_path):
    """With --plan the summary is the data."""
    done = run("solve", path, "--plan", tmp_path / "plan.json")
    assert done.exit_code == 0
    assert verify(problem, read_plan(tmp_path / "plan.json")).ok
    assert "OPTIMAL" in done.stdout
    assert "1 of 2 workloads" in done.stdout
    assert done.stderr == ""


def test_assignments_are_printed_as_csv(path):
    """One line a placed workload, with all places of its round-trip time."""
    rows = list(csv.reader(io.StringIO(run("solve", path, "-o", "csv").stdout)))
    assert rows[0] == ["workload", "site", "rtt_ms"]
    assert rows[1][1:] == ["mil-1", "10.000000"]
    assert len(rows) == 2


def test_the_options_are_those_of_solve(path, tmp_path, monkeypatch):
    """Each option reaches `solve` under its own name."""
    seen = {}
    real = SOLVING.solve

    def watched(problem, **options):
        seen.update(options)
        return real(problem, **options)

    monkeypatch.setattr(SOLVING, "solve", watched)
    run("solve", path, "--plan", tmp_path / "plan.json")
    done = run(
        *("solve", path, "--time-limit", 5, "--work-limit", 3, "--gap", 0.5, "--seed", 7),
        *("--threads", 1, "--engine", "greedy", "--start", tmp_path / "plan.json", "--no-verify"),
    )
    assert done.exit_code == 0
    assert seen.pop("start").problem == read_plan(tmp_path / "plan.json").problem
    assert seen == {
        "time_limit": 5,
        "work_limit": 3,
        "gap": 0.5,
        "seed": 7,
        "threads": 1,
        "engine": "greedy",
        "require_all": False,
        "verify": False,
        "on_progress": None,
    }


def test_a_page_is_written_beside_the_plan(path, tmp_path):
    """--page writes what `placement.report.page` makes."""
    assert run("solve", path, "--page", tmp_path / "plan.html").exit_code == 0
    assert "robot-1" in (tmp_path / "plan.html").read_text(encoding="utf-8")


def test_a_valid_plan_verifies(path, tmp_path):
    """Exit code 0, and a sentence."""
    run("solve", path, "--plan", tmp_path / "plan.json")
    done = run("verify", path, tmp_path / "plan.json")
    assert done.exit_code == 0
    assert "valid" in done.stdout


@pytest.mark.parametrize("output", ["text", "table", "json"])
def test_a_faulty_plan_has_exit_code_1(path, tmp_path, output):
    """The faults are the data, each with rule and place."""
    run("solve", path, "--plan", tmp_path / "plan.json")
    document = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    document["objective"]["cost"] = 1
    (tmp_path / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    done = run("verify", path, tmp_path / "plan.json", "-o", output)
    assert done.exit_code == 1
    assert "objective" in done.stdout
    if output == "json":
        assert not json.loads(done.stdout)["ok"]


def test_explanations_come_a_line_each(path):
    """The largest count first, with its telling number."""
    done = run("explain", path, "robot-1", "robot-2")
    assert done.exit_code == 0
    line = "1 of 2 sites: mil-1 is cheapest (10 ms of 20 ms, cost 10); 1 size (cpu short by 4)"
    assert done.stdout == f"robot-1: {line}\nrobot-2: {line}\n"


def test_explanations_with_a_plan_tell_what_is_in_the_way(path, tmp_path):
    """The one that is left out finds the site full; the JSON form has all numbers."""
    run("solve", path, "--plan", tmp_path / "plan.json")
    [left_out] = read_plan(tmp_path / "plan.json").unplaced.ids
    done = run("explain", path, left_out, "--plan", tmp_path / "plan.json", "-o", "json")
    sites = {one["site"]: one["reasons"] for one in json.loads(done.stdout)[0]["sites"]}
    assert sites["mil-1"]["capacity"]["short"] == {"cpu": 4}
    table = run("explain", path, left_out, "--plan", tmp_path / "plan.json", "-o", "table")
    assert re.search(r"mil-1 +10\.000 +10 +capacity", table.stdout)


def test_a_plan_for_another_problem_is_told_of(path, problem, tmp_path):
    """The explanation comes all the same, with a word of warning on stderr."""
    run("solve", path, "--plan", tmp_path / "plan.json")
    other = Problem(network=problem.network, sites=problem.sites, workloads=[Workload("robot-1")])
    write_problem(other, tmp_path / "other.json")
    done = run("explain", tmp_path / "other.json", "robot-1", "--plan", tmp_path / "plan.json")
    assert done.exit_code == 0
    assert "another problem" in done.stderr


def test_an_unknown_workload_is_an_error_with_a_proposal(path):
    """The message goes to stderr, without a traceback."""
    done = run("explain", path, "robot1")
    assert (done.exit_code, done.stdout) == (1, "")
    assert 'no workload "robot1"' in done.stderr
    assert "robot-1" in done.stderr


def test_latencies_are_round_trips_in_milliseconds(path):
    """Rows are where the users are, columns where the sites are."""
    done = run("latency", path, "-o", "csv")
    assert done.stdout == "source,bern,milan\nparis,6.000000,10.000000\n"


def test_latencies_under_a_law_go_round(path):
    """--transit keeps paths out of other countries; what has no path is empty."""
    done = run("latency", path, "--transit", "EU", "--one-way", "-o", "json")
    assert json.loads(done.stdout) == [
        {"source": "paris", "target": "bern", "ms": None},
        {"source": "paris", "target": "milan", "ms": 7.0},
    ]


def test_latencies_of_chosen_nodes_are_printed_as_a_table(path):
    """Sources and targets may be named."""
    done = run("latency", path, "--source", "milan", "--source", "bern", "--target", "paris")
    assert re.search(r"milan +10\.00 *\n *bern +6\.00", done.stdout)


def test_a_wide_table_of_latencies_cuts_no_number(tmp_path):
    """However many columns there are, each shows whole names and numbers."""
    nodes = [Node(f"node-{k}") for k in range(60)]
    links = [Link(source="node-0", target=f"node-{k}", latency_ms=k + 0.25) for k in range(1, 60)]
    write_problem(Problem(nodes=nodes, links=links), tmp_path / "star.json")
    done = run("latency", tmp_path / "star.json", "--source", "node-0")
    head, _, line = done.stdout.split("\n")[1:4]
    assert head.split()[1:] == [node.id for node in nodes]
    assert line.split()[1:] == ["0.00", *(f"{2 * k + 0.5:.2f}" for k in range(1, 60))]


def test_what_must_all_be_placed_and_cannot_has_exit_code_3(path, tmp_path):
    """There is no plan then, and no file."""
    done = run("solve", path, "--require-all", "--plan", tmp_path / "plan.json")
    assert done.exit_code == 3
    assert "INFEASIBLE" in done.stdout
    assert not (tmp_path / "plan.json").exists()


def test_a_limit_without_a_plan_has_exit_code_4(path, problem, monkeypatch):
    """Neither proved impossible nor found: the code says which."""
    result = Result(
        status=Status.UNKNOWN,
        limit=Limit.TIME,
        engine="exact",
        seconds=1.0,
        verify_seconds=0.0,
        problem=problem,
    )
    monkeypatch.setattr(SOLVING, "solve", lambda *_, **__: result)
    done = run("solve", path, "--require-all")
    assert (done.exit_code, done.stdout) == (4, "")
    assert done.stderr.startswith("UNKNOWN")


@pytest.mark.parametrize(
    "arguments",
    [
        ("solve",),
        ("solve", "p", "--engine", "magic"),
        ("solve", "p", "--time-limit", "0"),
        ("solve", "p", "--time-limit", "nan"),
        ("solve", "p", "--gap", "inf"),
        ("sovle",),
    ],
)
def test_wrong_usage_has_exit_code_2(arguments):
    """Click tells what is wrong with the command."""
    assert run(*arguments).exit_code == 2


def test_a_missing_file_is_an_error_that_names_it(tmp_path):
    """No traceback, exit code 1."""
    done = run("solve", tmp_path / "nothing.json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "nothing.json" in done.stderr


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    """Each with the file's name and its place."""
    document = {
        "format": "placement-problem/1",
        "nodes": [{"id": "a", "lat": 95}],
        "sites": [{"id": "s", "node": "b"}],
    }
    (tmp_path / "bad.json").write_text(json.dumps(document), encoding="utf-8")
    done = run("solve", tmp_path / "bad.json")
    assert done.exit_code == 1
    assert re.search(r"bad\.json: nodes\[0\]\.lat", done.stderr)
    assert re.search(r"bad\.json: sites\[0\]\.node", done.stderr)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["solve", "--help"]])
def test_help_and_version_load_nothing_heavy(arguments):
    """They come at once."""
    script = (
        "import sys\nfrom placement.cli import main\n"
        f"try:\n    main({arguments!r}, prog_name='placement')\nexcept SystemExit:\n    pass\n"
        f"print(*sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.split() == []
    assert "placement" in done.stdout


@pytest.mark.parametrize("phase", ["greedy", "place"])
def test_ctrl_c_writes_the_best_plan_so_far(tmp_path, phase):
    """The first interrupt ends the search, not the command, whoever is searching; 130 says so."""
    federation = ROOT / "data/europe/europe.json"
    script = f"""
import os, signal, threading
from contextlib import contextmanager
from placement.cli import main, say

@contextmanager
def interrupting(time_limit):
    begun = threading.Event()
    def tell(event):
        if event.phase == {phase!r} and not begun.is_set():
            begun.set()
            threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    yield tell

say.progress = interrupting
signal.signal(signal.SIGINT, signal.default_int_handler)
main(["solve", {str(federation)!r}, "--plan", {str(tmp_path / "plan.json")!r}])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 130, done.stderr
    plan = read_plan(tmp_path / "plan.json")
    assert plan.limit == "cancel"
    assert verify(read_problem(federation), plan).ok
    assert "Traceback" not in done.stderr


def test_an_interrupt_outside_the_search_has_exit_code_130(path, monkeypatch):
    """There is no plan yet, and no traceback either."""

    def interrupted(path):
        raise KeyboardInterrupt

    monkeypatch.setattr("placement.io.read_problem", interrupted)
    done = run("solve", path)
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", "interrupted\n")


def test_a_reader_that_goes_away_is_no_reason_to_complain(tmp_path):
    """`placement … | head` ends quietly."""
    problem = Problem(
        nodes=[Node("a")],
        sites=[Site("s", node="a")],
        workloads=[{"id": f"w{i}"} for i in range(5000)],
    )
    write_problem(problem, tmp_path / "many.json")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "placement.cli", "solve", str(tmp_path / "many.json"), "-o", "csv"],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_output_that_cannot_be_written_is_an_error(path):
    """A full disk behind standard output is told in a line."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "placement.cli", "solve", path, "-o", "csv"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "error: standard output: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_progress_is_shown_on_a_terminal_only(path, monkeypatch):
    """A terminal gets a bar; a file gets nothing."""
    with say.progress(5.0) as tell:
        assert tell is None
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    with say.progress(5.0) as tell:
        event = Progress(seconds=1.0, phase="cost", unplaced=3, cost=2_500_000)
        tell(event)
    assert "cost · left out 3 (bound 0) · cost 2.5" in terminal.getvalue()


def test_the_demo_places_the_reference_federation(tmp_path):
    """It prints tables, writes the plan and the page, and says where."""
    done = run("demo", "--time-limit", 3, "--output", tmp_path / "new")
    assert done.exit_code == 0
    for told in ("workloads", "Fullest sites", "Left out"):
        assert told in done.stdout
    assert str(tmp_path / "new" / "plan.html") in done.stderr
    plan = read_plan(tmp_path / "new" / "plan.json")
    page = (tmp_path / "new" / "plan.html").read_text(encoding="utf-8")
    assert len(plan.assignments) > 1000
    assert plan.assignments[0].site in page


@pytest.mark.parametrize("arguments", [("large",), ("tables", "--csv")], ids=["Parquet", "CSV"])
def test_problems_are_converted_there_and_back(path, problem, tmp_path, arguments):
    """A folder of tables holds the very same problem."""
    pytest.importorskip("pyarrow")
    there, *options = arguments
    assert run("convert", path, tmp_path / there, *options).exit_code == 0
    suffix = ".csv" if options else ".parquet"
    assert (tmp_path / there / f"workloads{suffix}").exists()
    assert run("convert", tmp_path / there, tmp_path / "back.json").exit_code == 0
    assert read_problem(tmp_path / "back.json").digest == problem.digest


def test_a_network_in_graphml_becomes_a_problem(tmp_path):
    """What is strange about it is told on stderr."""
    pytest.importorskip("defusedxml")
    (tmp_path / "net.graphml").write_text(GRAPHML, encoding="utf-8")
    done = run("convert", tmp_path / "net.graphml", tmp_path / "net.json", "--unknown-ms", 2)
    assert done.exit_code == 0
    made = read_problem(tmp_path / "net.json")
    assert (made.name, sorted(made.nodes.ids), len(made.links)) == ("net", ["Bern", "Paris"], 1)
    assert "net.graphml: " in done.stderr
    assert run("latency", tmp_path / "net.json", "-o", "csv").stdout.startswith("source,")


def test_a_plan_becomes_geojson(path, tmp_path):
    """A point a site, and lines from where the users are."""
    run("solve", path, "--plan", tmp_path / "plan.json")
    arguments = ("convert", tmp_path / "plan.json", tmp_path / "plan.geojson")
    assert run(*arguments).exit_code == 2
    assert run(*arguments, "--problem", path).exit_code == 0
    document = json.loads((tmp_path / "plan.geojson").read_text(encoding="utf-8"))
    assert {one["properties"]["kind"] for one in document["features"]} >= {"site", "assignment"}


def test_a_plan_can_be_read_back_and_started_from(path, problem, tmp_path):
    """What one run writes the next one begins with."""
    run("solve", path, "--plan", tmp_path / "one.json")
    write_plan(read_plan(tmp_path / "one.json"), tmp_path / "two.json")
    done = run("solve", path, "--start", tmp_path / "two.json", "-o", "csv")
    assert done.exit_code == 0
    assert "mil-1" in done.stdout
