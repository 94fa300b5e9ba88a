"""Every bench runs at a tiny size, and none takes a wrong answer for a right one."""

import json
import re
import signal
from pathlib import Path

import numpy as np
import pytest

from bench import BENCHES
from bench.__main__ import RESULTS, main, results
from bench.engines import Run
from bench.judge import Answer, plan_of, weight_of
from bench.machine import describe
from bench.peers import PEERS
from bench.tables import render, render_goals
from placement.instance import compile_problem

SCIPY = "scipy.sparse.csgraph"
SUBJECTS = [(bench.name, subject) for bench in BENCHES.values() for subject in bench.subjects]
# What the library proves best of the tiny problem, whoever decides.
OPTIMUM = {"unplaced": 13, "cost": 181.587135}


def call(thunk):
    """Time nothing."""
    return thunk()


@pytest.mark.parametrize(("name", "subject"), SUBJECTS)
def test_a_subject_answers_the_tiny_instance(name, subject):
    """Its answer passes the check of the bench, and gives a row that a file can hold."""
    row = BENCHES[name].measure(subject, "tiny", call)
    assert json.loads(json.dumps(row)) == row
    assert row.get("verified", "yes") == "yes"


@pytest.mark.parametrize(
    "subject", [name for name in BENCHES["engines"].subjects if "exact" in name or ", 20" in name]
)
def test_whoever_searches_finds_the_optimum_of_the_tiny_problem(subject):
    """The library and its peers are asked the same question: they come to one value and one bound."""
    row = BENCHES["engines"].measure(subject, "tiny", call)
    assert {name: row[name] for name in OPTIMUM} == OPTIMUM
    assert (row["unplaced bound"], row["cost bound"]) == tuple(OPTIMUM.values())


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells")
@pytest.mark.parametrize("name", ["exact_workers", "engines"])
@pytest.mark.usefixtures("ctrl_c")
def test_a_search_leaves_the_handler_of_ctrl_c_alone(name):
    """Solvers that put their own in its place would have Ctrl-C end whoever measures."""
    before = signals_caught()
    assert before >> (signal.SIGINT - 1) & 1
    for subject in BENCHES[name].subjects:
        BENCHES[name].measure(subject, "tiny", call)
        assert signals_caught() == before, subject


def signals_caught():
    """Return which signals have a handler, as bits: Python does not know of those of others."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"^SigCgt:\s*(\w+)$", status, re.MULTILINE)[1], 16)


def test_a_cell_that_is_off_by_a_nanosecond_is_found():
    """The latency bench compares all cells exactly."""
    bench = BENCHES["latency"]
    case = bench.instances["tiny"]()
    right = bench.subjects[SCIPY](case)()
    bench.check(case, right)
    right.turns.answers["query"][-1, -1] += 1
    with pytest.raises(AssertionError):
        bench.check(case, right)


def test_a_peer_that_is_not_installed_is_named(monkeypatch):
    """The table says who was not measured, instead of passing over it."""
    bench = BENCHES["latency"]
    monkeypatch.setattr("bench.peers.find_spec", lambda _: None)
    case = bench.instances["tiny"]()
    for name in PEERS:
        row = bench.check(case, bench.subjects[name](case)())
        assert row == {"seconds": None, "rows": "not measured: not installed"}


def test_a_model_that_says_something_else_is_found():
    """The bench of models compares them word for word."""
    bench = BENCHES["build_model"]
    instance = bench.instances["tiny"]()
    model = next(iter(bench.subjects.values()))(instance)()
    model.proto.variables.add().domain.extend([0, 1])
    with pytest.raises(AssertionError):
        bench.check(instance, model)


def test_a_plan_that_overfills_a_site_is_told_as_such():
    """A plan that does not pass `verify` has no value in the table."""
    bench = BENCHES["engines"]
    case = bench.instances["tiny"]()
    instance = compile_problem(case.problem)
    placed = np.zeros(instance.n_pairs, np.int64)
    some = np.flatnonzero(np.diff(instance.pair_ptr) > 0)
    placed[instance.pair_ptr[some]] = 1
    row = bench.check(case, Run(Answer(plan_of(instance, placed)), 1.0, 0))
    assert row["verified"].startswith("no: ")
    assert "cost" not in row


def test_a_point_of_priority_outweighs_every_cost():
    """The weight of the peers is above the cost of the dearest plan."""
    instance = compile_problem(BENCHES["engines"].instances["tiny"]().problem)
    assert weight_of(instance) > sum(
        int(instance.pair_cost[begin:end].max(initial=0))
        for begin, end in zip(instance.pair_ptr[:-1], instance.pair_ptr[1:], strict=True)
    )


def test_the_machine_is_described_without_its_name():
    """Processor, cores, memory and versions; nothing of who measured."""
    machine = describe()
    assert machine["cores"] >= 1
    assert machine["memory_gib"] > 0
    assert machine["versions"]["numpy"] == np.__version__
    assert not {"host", "node", "user"} & set(machine)


@pytest.mark.parametrize("name", BENCHES)
def test_the_results_are_of_the_subjects_that_there_are(name):
    """Each bench has been run with what is registered, and its page shows what its file holds."""
    result = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    assert {row["subject"] for row in result["rows"]} == set(BENCHES[name].subjects)
    assert (RESULTS / f"{name}.md").read_text(encoding="utf-8") == render(result)


def test_the_page_of_goals_is_of_the_results_that_there_are():
    """It says no more and no less than the tables."""
    page = (RESULTS / "goals.md").read_text(encoding="utf-8")
    assert page == render_goals(results())


def test_an_unknown_bench_is_refused_with_the_names_that_there_are(monkeypatch, capsys):
    """Whoever mistypes a name reads the right ones."""
    monkeypatch.setattr("sys.argv", ["bench", "latenzy"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert "latency" in capsys.readouterr().err


def test_a_subject_can_be_measured_in_a_process_of_its_own(monkeypatch, capsys):
    """What is asked of such a process is one row on its standard output."""
    monkeypatch.setattr("sys.argv", ["bench", "--alone", "engines", "tiny", "nearest by priority"])
    assert main() == 0
    assert json.loads(capsys.readouterr().out)["verified"] == "yes"
