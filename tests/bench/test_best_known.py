"""The best that is known of each instance: it is where it should be, and only gets better."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from bench import best_known
from bench.best_known import FOLDER, SETS, Record, improved, load, main, offer, read_records
from placement import solve, write_plan

TEXT = "2 4   17 21 22 18  23 16 20 19   8 15 14 9  15 7 23 11   25 25\n"
BEFORE = Record(name="tiny", read="gap", options={}, file="tiny", value=90, value_by="someone")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with what is known of one small instance, which is at hand."""
    monkeypatch.setattr(best_known, "SETS", tmp_path)
    (tmp_path / "tiny").write_text(TEXT)
    known = tmp_path / "known"
    known.mkdir()
    digest = best_known.hashlib.sha256(TEXT.encode()).hexdigest()
    record = best_known.replace(BEFORE, sha256=digest)
    best_known.write_records({"tiny": record}, known, "gap")
    return known


def plan_of(folder, **options):
    """Return a plan for the small instance."""
    return solve(load(read_records(folder)["tiny"])[1], **options).plan


def test_what_is_better_is_kept():
    """A smaller value, a larger bound, each with who found it."""
    made = improved(BEFORE, value=80, bound=60, by="me", proof="prices")
    assert (made.value, made.value_by) == (80, "me")
    assert (made.bound, made.bound_by) == (60, "me, prices")
    assert made.gap == 20 / 80


def test_what_is_no_better_changes_nothing():
    """Neither the number nor who was first."""
    known = improved(BEFORE, bound=70, by="someone else")
    assert improved(known, value=90, bound=70, by="me") is known
    assert improved(known, value=95, bound=65, by="me") is known


def test_a_larger_value_is_better_where_it_is_maximised():
    """And a smaller bound."""
    most = best_known.replace(BEFORE, options={"maximise": True}, bound=120, bound_by="someone")
    made = improved(most, value=100, bound=110, by="me")
    assert (made.value, made.bound) == (100, 110)
    assert improved(made, value=99, bound=111, by="me") is made
    with pytest.raises(ValueError, match="contradict"):
        improved(made, value=111, by="me")


@pytest.mark.parametrize("found", [{"bound": 91}, {"value": 59, "bound": 60}])
def test_a_bound_above_a_value_is_refused(found):
    """One of the two must be wrong, and nobody knows which."""
    with pytest.raises(ValueError, match=r"tiny: the bound .* contradict each other"):
        improved(BEFORE, by="me", **found)


def test_a_published_value_may_be_rounded():
    """13.23 may have been 13.2349: a bound between the two contradicts nothing."""
    rounded = best_known.replace(BEFORE, value=Decimal("13.23"))
    assert improved(rounded, bound=Decimal("13.2349"), by="me").bound == Decimal("13.2349")
    with pytest.raises(ValueError, match="contradict"):
        improved(rounded, bound=Decimal("13.24"), by="me")


def test_a_plan_that_passes_the_judge_improves_the_file(folder):
    """By its value and its bound; a worse one after it changes nothing."""
    best = plan_of(folder)
    made = offer("tiny", best, by="exact", folder=folder)
    assert made == read_records(folder)["tiny"]
    assert made.value == made.bound < 90
    assert (made.value_by, made.bound_by) == ("exact", f"exact, {best.bound.proof}")
    text = (folder / "gap.json").read_text()
    assert offer("tiny", plan_of(folder, engine="greedy"), by="greedy", folder=folder) == made
    assert (folder / "gap.json").read_text() == text


def test_a_plan_that_the_judge_refuses_changes_nothing(folder):
    """One of another problem, for one."""
    other = solve(best_known.make_gap("C", 2, 4, seed=1).to_problem()).plan
    text = (folder / "gap.json").read_text()
    with pytest.raises(ValueError, match="tiny: problem"):
        offer("tiny", other, by="me", folder=folder)
    assert (folder / "gap.json").read_text() == text


def test_a_plan_that_leaves_something_out_says_nothing(folder):
    """Its value is none, and its bound is one of plans that leave as much out."""
    record = read_records(folder)["tiny"]
    instance, problem = load(record)
    document = problem.to_dict()
    for workload in document["workloads"]:
        workload["deny"] = ["agent-1", "agent-2"]
    plan = solve(type(problem).from_dict(document)).plan
    assert best_known.judged(instance, plan) == (None, None)


def test_the_best_of_many_at_once_is_kept(folder):
    """Whoever comes last."""
    plans = [plan_of(folder, engine=engine) for engine in ("greedy", "exact", "greedy", "exact")]
    best = min(plan.objective.cost for plan in plans) / 10**6
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda plan: offer("tiny", plan, by="one", folder=folder), plans * 3))
    assert read_records(folder)["tiny"].value == best


def test_another_file_under_the_same_name_is_refused(folder):
    """What is known is not known of it."""
    (best_known.SETS / "tiny").write_text(TEXT.replace("17", "18"))
    with pytest.raises(ValueError, match="is not the file that tiny is about"):
        load(read_records(folder)["tiny"])
    (best_known.SETS / "tiny").unlink()
    with pytest.raises(FileNotFoundError):
        load(read_records(folder)["tiny"])


def test_a_generator_that_makes_another_problem_is_noticed():
    """What is known was known of the old one."""
    records = read_records()
    name = "federation-1000x50-0"
    assert load(records[name])[1].digest == records[name].sha256
    stale = best_known.replace(records[name], sha256="0" * 64)
    with pytest.raises(ValueError, match="is not what it was"):
        load(stale)


def test_the_files_hold_what_they_are_written_with():
    """Reading and writing changes no byte; every number has its source."""
    records = read_records()
    for path in FOLDER.glob("*.json"):
        rows = json.loads(path.read_text(encoding="utf-8"))
        lines = [best_known.json_line(records[row["name"]]) for row in rows]
        assert path.read_text(encoding="utf-8") == "[\n" + ",\n".join(lines) + "\n]\n"
    for record in records.values():
        assert (record.value is None) == (record.value_by is None)
        assert (record.bound is None) == (record.bound_by is None)
        assert improved(record, by="nobody") is record


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
def test_nothing_is_worse_than_what_others_published():
    """Each public instance is there, with the published numbers or better ones."""
    records = read_records()
    for part, columns in (
        ("gap", ("best_known", "lower_bound")),
        ("sscflp", ("best_known", None)),
        ("roadef2012", ("S41_value_300s", "lower_bound")),
    ):
        with (SETS / part / "best_known.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                record = records[row["instance"].rpartition("/")[2]]
                assert record.value <= round(Decimal(row[columns[0]]), 6)
                assert columns[1] is None or record.bound >= int(row[columns[1]])


@pytest.mark.skipif(not SETS.exists(), reason="the public instances are not here")
@pytest.mark.parametrize("name", ["gap12-1", "d201600", "capc4", "i300_1", "a1_4"])
def test_the_public_instances_are_found_by_their_records(name):
    """The file is the one that the record is about."""
    instance, problem = load(read_records()[name])
    assert len(problem.workloads) >= 60
    assert instance.bound(0) <= read_records()[name].value


def test_the_command_prints_what_is_known_and_takes_plans_in(folder, tmp_path, capsys):
    """Without a name all of it; with one, a plan is offered."""
    here, plan = ["--folder", str(folder)], str(tmp_path / "plan.json")
    assert main(here) == 0
    assert capsys.readouterr().out.split() == ["tiny", "90", "-", "-"]
    write_plan(plan_of(folder), plan)
    assert main([*here, "tiny", plan, "--by", "me"]) == 0
    assert "value_by: me" in capsys.readouterr().out
    for arguments in (["tiny"], ["none", plan]):
        with pytest.raises(SystemExit):
            main([*here, *arguments])
