"""Audit records: complete, sourced, the same bytes for everyone, and never more in memory than a line."""

import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from placement import (
    FileError,
    InputError,
    Plan,
    Problem,
    audit_text,
    check_audit,
    path_proofs,
    read_plan,
    read_problem,
    solve,
    write_audit,
    write_plan,
    write_problem,
)
from placement.io.audit import audit_lines, audit_of
from placement.model.plan import ms_of_ns
from tests.reference.plans import plan_document
from tests.reference.problems import problem_of, shuffled
from tests.reference.rules import Rules

EUROPE = Path(__file__).parents[2] / "data" / "europe" / "europe.json"
HOSTILE = '"><script>alert(1)</script>&'


@pytest.fixture(scope="module")
def europe():
    """Return the reference federation, a plan for it, and the record of that."""
    problem = read_problem(EUROPE)
    plan = solve(problem, engine="greedy", verify=False).plan
    return problem, plan, json.loads("".join(audit_text(problem, plan)))


def small(**rest):
    """Return a problem of two countries with a policy about them."""
    document = {
        "format": "placement-problem/1",
        "at": "2026-11-24",
        "nodes": [{"id": "a", "country": "FR"}, {"id": "b", "country": "HR"}],
        "links": [{"source": "a", "target": "b", "latency_ms": 2}],
        "operators": [{"id": "tim", "country": "IT", "laws": []}],
        "sites": [{"id": "s", "node": "b", "operator": "tim", "certifications": ["C5:type2"]}],
        "policies": [
            {
                "id": "p",
                "countries": ["EEA"],
                "transit": ["EU"],
                "seats": ["IT"],
                "excluded_laws": ["US-CLOUD-ACT"],
                "certifications": ["C5:type1"],
            }
        ],
        "workloads": [
            {"id": "w", "origins": ["a"], "policy": "p", "max_rtt_ms": 5},
            {"id": "late", "origins": ["a"], "policy": "p", "max_rtt_ms": 1},
        ],
    }
    return Problem.from_dict(document | rest)


def record_of(problem):
    """Return the record of a plan for a problem, read back."""
    return json.loads("".join(audit_text(problem, solve(problem).plan)))


def random_plan(seed):
    """Return the document of a random problem, and a plan for it that is true."""
    document = problem_of(seed)
    rules, rng = Rules(Problem.from_dict(document)), random.Random(seed)
    assignment = {}
    for name, workload in rules.workloads.items():
        sites = [s for s, site in rules.sites.items() if not rules.reasons(workload, site)]
        rng.shuffle(sites)
        for site in sites[:1]:
            load = rules.load(assignment | {name: site})
            if all(used <= rules.limit(row) for row, used in load.items()):
                assignment[name] = site
    return document, Plan.from_dict(plan_document(rules, assignment))


def test_every_workload_is_in_the_record_once(europe):
    """Those that are placed with site and paths, those left out with reasons and a sentence."""
    problem, plan, record = europe
    names = [one["workload"] for one in record["workloads"]]
    assert sorted(names) == sorted(problem.workloads.ids)
    left_out = {one["workload"]: one for one in record["workloads"] if "site" not in one}
    assert set(left_out) == set(plan.unplaced.ids)
    for name, one in left_out.items():
        assert one["reasons"] == dict(plan.unplaced[name].reasons)
        assert one["why"].startswith(f"{name} is left out: of 86 sites, ")


def test_the_paths_of_the_record_are_the_proofs(europe):
    """Numbers lead to paths that add up to the plan's times, node by node those of the proofs."""
    problem, plan, record = europe
    paths = record["paths"]
    assert [path["path"] for path in paths] == list(range(len(paths)))
    placed = [one for one in record["workloads"] if "site" in one]
    for one, proof in zip(placed, path_proofs(problem, plan), strict=True):
        assert ms_of_ns(one["rtt_ns"]) == plan[one["workload"]].rtt_ms
        for told, trip in zip(one["trips"], proof.trips, strict=True):
            out, back = paths[told["out"]], paths[told["back"]]
            total = out["latency_ns"] + back["latency_ns"] + 2 * told["access_ns"]
            assert total + told["spread_ns"] == told["rtt_ns"] == trip.rtt_ns
            assert out["nodes"] == trip.out.to_dict()["nodes"]
            assert back["links"] == trip.back.to_dict()["links"]
            assert (out["slice"], out["transit"]) == (
                proof.slice,
                None if proof.transit is None else list(proof.transit),
            )


def test_every_fact_of_law_has_its_source(europe):
    """What is cited is listed, with act and reference; what is listed is cited."""
    _, _, record = europe
    sources = record["law"]["sources"]
    rows = [row for group in record["law"]["groups"].values() for row in group]
    rows += [*record["law"]["adequacy"], *record["law"]["schemes"].values()]
    assert {row["source"] for row in rows} == set(sources)
    assert all(source["act"] for source in sources.values())
    cited = {
        source
        for one in record["workloads"]
        for facts in one.get("rules", {}).values()
        for source in facts.get("sources", ())
    }
    assert cited
    assert cited <= set(sources)


def test_the_facts_of_a_workload_are_told_rule_by_rule():
    """Each rule that asks anything says what it found, and through which group and act."""
    record = record_of(small())
    [placed] = [one for one in record["workloads"] if "site" in one]
    assert placed == {
        "workload": "w",
        "site": "s",
        "policy": "p",
        "rtt_ns": 4_000_000,
        "rules": {
            "state": {"state": "open"},
            "latency": {"max_rtt_ms": 5},
            "country": {"country": "HR", "via": "EEA", "sources": ["eea-1992", "accession-2011"]},
            "seat": {"seats": [{"country": "IT", "via": "IT"}]},
            "law": {"exposed_to": [], "excluded": ["US-CLOUD-ACT"]},
            "certification": {"satisfied_by": {"C5:type1": ["C5:type2"]}},
        },
        "trips": [
            {
                "origin": "a",
                "out": 0,
                "back": 1,
                "access_ns": 0,
                "spread_ns": 0,
                "rtt_ns": 4_000_000,
            }
        ],
    }
    assert record["paths"][0]["nodes"][1] == {
        "node": "b",
        "country": "HR",
        "operator": None,
        "processing_ns": 0,
        "rule": "transit",
        "via": "EU",
    }
    [policy] = record["policies"]
    assert "HR" in policy["transit_at"]
    assert "IS" in policy["countries_at"]


def test_rules_that_ask_nothing_say_nothing():
    """A workload without wishes has no facts but the state of its site."""
    document = small().to_dict() | {"workloads": [{"id": "w"}], "policies": []}
    [one] = record_of(Problem.from_dict(document))["workloads"]
    assert one["rules"] == {"state": {"state": "open"}}


def test_what_ends_before_the_last_day_is_recorded():
    """With a last day, what the plan relies on and will not hold until then; without one, nothing."""
    sites = [
        {
            "id": "s",
            "node": "b",
            "operator": "tim",
            "certificates": {"C5:type2": "2024-01-01/2027-03-31"},
        }
    ]
    record = record_of(small(until="2027-11-23", sites=sites))
    assert record["expires"] == [
        {
            "day": "2027-03-31",
            "reason": "certification",
            "site": "s",
            "policy": "p",
            "home": None,
            "slice": None,
            "node": None,
            "workloads": 1,
        }
    ]
    assert record["problem"]["until"] == "2027-11-23"
    problem = small(until="2027-11-23", sites=sites)
    page = "".join(audit_text(problem, solve(problem).plan, form="html"))
    assert "What ends before 2027-11-23" in page
    assert "expires" not in record_of(small())


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("form", ["json", "html"])
def test_the_order_of_the_tables_decides_nothing(seed, form):
    """Equal problems have equal records, byte for byte."""
    document, plan = random_plan(seed)
    rng = random.Random(seed)
    texts = {
        "".join(audit_text(Problem.from_dict(one), plan, form=form))
        for one in (document, shuffled(document, rng), shuffled(document, rng))
    }
    assert len(texts) == 1


def test_two_auditors_get_the_same_bytes(tmp_path):
    """Whatever the form of the files, the hash seed, the zone and the folder."""
    problem = small()
    write_problem(problem, tmp_path / "problem.json")
    write_problem(problem, tmp_path / "problem")
    plan = solve(problem).plan
    write_plan(plan, tmp_path / "plan.json")
    write_plan(plan, tmp_path / "plan")
    code = (
        "import sys; from placement import *; "
        "p, q, t = sys.argv[1:]; write_audit(read_problem(p), read_plan(q), t)"
    )
    digests = set()
    for seed, zone, form in (("1", "UTC", ".json"), ("2", "Asia/Tokyo", "")):
        target = tmp_path / f"audit-{seed}.json"
        paths = tmp_path / f"problem{form}", tmp_path / f"plan{form}", target
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        subprocess.run([sys.executable, "-c", code, *paths], env=environment, check=True)
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(digests) == 1


@pytest.mark.parametrize("form", ["json", "html"])
def test_a_record_is_compared_with_problem_and_plan(tmp_path, form):
    """A changed byte, a missing and an added line are found; the right record is accepted."""
    problem, path = small(), tmp_path / f"audit.{form}"
    plan = solve(problem).plan
    write_audit(problem, plan, path)
    assert check_audit(problem, plan, path) is None
    text = path.read_text(encoding="utf-8")
    place = text.index("4000000" if form == "json" else "4.000000")
    path.write_text(text[:place] + "5" + text[place + 1 :], encoding="utf-8")
    line = text.count("\n", 0, place) + 1
    assert check_audit(problem, plan, path).startswith(f"line {line}, character ")
    path.write_text(text[:-3], encoding="utf-8")
    assert "expected" in check_audit(problem, plan, path)
    path.write_text(text + "more\n", encoding="utf-8")
    assert "expected nothing" in check_audit(problem, plan, path)
    later = small(at="2026-11-25")
    assert "digest" in check_audit(later, solve(later).plan, path) or form == "html"


def test_a_record_that_cannot_be_read_is_an_error(tmp_path):
    """Missing, or no text: told with the file's name."""
    problem = small()
    plan = solve(problem).plan
    with pytest.raises(FileError, match="does not exist"):
        check_audit(problem, plan, tmp_path / "none.json")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe" * 100)
    with pytest.raises(FileError, match="no text in UTF-8"):
        check_audit(problem, plan, tmp_path / "binary.json")


def test_a_plan_that_is_not_true_gets_no_record(tmp_path):
    """The faults are told, and no file is left behind."""
    problem = small()
    document = solve(problem).plan.to_dict()
    document["assignments"][0]["rtt_ms"] += 1
    target = tmp_path / "audit.json"
    with pytest.raises(InputError, match="rtt_ms"):
        write_audit(problem, Plan.from_dict(document), target)
    with pytest.raises(InputError, match="problem"):
        write_audit(small(name="another"), solve(problem).plan, target)
    assert list(tmp_path.iterdir()) == []


def test_the_page_shows_hostile_names_as_text():
    """Nothing that anybody named becomes markup, and the page loads nothing."""
    names = {"id": HOSTILE, "country": "FR"}
    problem = small(
        name=HOSTILE,
        nodes=[names, {"id": "b", "country": "HR", "operator": HOSTILE}],
        links=[{"source": HOSTILE, "target": "b", "latency_ms": 2, "operator": HOSTILE}],
        operators=[{"id": HOSTILE}],
        sites=[{"id": HOSTILE, "node": "b", "operator": HOSTILE}],
        policies=[{"id": HOSTILE, "transit": ["EU"]}],
        workloads=[{"id": HOSTILE, "origins": [HOSTILE], "policy": HOSTILE}],
    )
    page = "".join(audit_text(problem, solve(problem).plan, form="html"))
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 8
    assert set(re.findall(r'(?:href|src)="(.)', page)) == {"#"}
    assert "default-src 'none'" in page


def test_a_record_is_never_in_memory_as_a_whole():
    """With ten times as many workloads, the text grows and the memory to make it does not."""
    peaks, sizes = [], []
    for n_workloads in (400, 4000):
        workloads = [
            {"id": f"w{i:05}", "origins": ["a"], "policy": "p", "max_rtt_ms": 5 + i}
            for i in range(n_workloads)
        ]
        problem = small(workloads=workloads)
        lines = audit_lines(audit_of(problem, solve(problem, engine="greedy").plan))
        tracemalloc.start()
        sizes.append(sum(len(line) for line in lines))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert sizes[1] > 9 * sizes[0]
    assert peaks[1] < peaks[0] + sizes[1] / 4


def test_the_record_is_valid_against_its_files(tmp_path):
    """Digests are those of the files: of the problem's content, and of the plan as it is written."""
    problem = small()
    plan = solve(problem).plan
    write_plan(plan, tmp_path / "plan.json")
    record = record_of(problem)
    assert record["problem"]["digest"] == record["plan"]["problem"] == problem.digest
    assert (
        record["plan"]["digest"]
        == hashlib.sha256((tmp_path / "plan.json").read_bytes()).hexdigest()
    )
    assert record["law"]["version"] == record["plan"]["law"]["version"] == problem.law.version
    assert record["law"]["digest"] == problem.law.digest
    assert read_plan(tmp_path / "plan.json").problem == problem.digest
