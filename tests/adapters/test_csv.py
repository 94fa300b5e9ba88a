"""CSV files of a spreadsheet become a problem, and what is wrong is told by file and line."""

import datetime
import random
from decimal import Decimal

import pytest

from placement import FileError, InputError, Problem
from placement.adapters import read_csv, read_csv_rows, write_csv
from tests.reference.problems import random_problem

NODES = "id,country,lat,lon\nparis,FR,48.86,2.35\nmadrid,ES,40.42,-3.7\n"
LINKS = "source,target,latency_ms,bidirectional\nparis,madrid,9.1,yes\n"
SITES = """id,node,capacity.cpu,capacity.memory,slices,price.memory,features,state
par-1,paris,64,256Gi,"{""1"": null}",0.005/Gi,gpu; sgx,

mad-1,madrid,0.5,,,,,cordoned
"""
SLICES = "id,access_ms\n1,0.5\n"
WORKLOADS = """id,origins,demand.cpu,max_rtt_ms,slice,bandwidth,priority,allow,pinned
robot,paris;madrid,500m,15.25,1,10M,3,[],false
truck,"[{""node"": ""paris"", ""weight"": 0.1}]",,,,,,par-1,
"""
FILES = {
    "nodes.csv": NODES,
    "links.csv": LINKS,
    "sites.csv": SITES,
    "slices.csv": SLICES,
    "workloads.csv": WORKLOADS,
}


def folder(path, **files):
    """Write a folder: the files above, some of them changed or left out."""
    for name, text in (FILES | {f"{name}.csv": text for name, text in files.items()}).items():
        if text is not None:
            (path / name).write_text(text, encoding="utf-8")
    return path


def faults(path, **files):
    """Return what is wrong with such a folder."""
    with pytest.raises(InputError) as caught:
        read_csv(folder(path, **files))
    return [str(fault) for fault in caught.value.faults]


def test_a_folder_becomes_a_problem(tmp_path):
    """Columns are fields, with dots for mappings and semicolons for lists; empty is left out."""
    problem = read_csv(folder(tmp_path), at="2026-11-24", name="test")
    first, second = problem.sites
    assert first.capacity == {"cpu": 64, "memory": 256 * 2**30}
    assert first.slices == {"1": None}
    assert first.price == {"memory": Decimal("0.005") / 2**30}
    assert first.features == ("gpu", "sgx")
    assert (second.capacity, second.state) == ({"cpu": Decimal("0.5")}, "cordoned")
    robot, truck = problem.workloads
    assert [(origin.node, origin.weight) for origin in robot.origins] == [
        ("madrid", 1),
        ("paris", 1),
    ]
    assert (robot.max_rtt_ms, robot.priority, robot.bandwidth) == (Decimal("15.25"), 3, 10**7)
    assert (robot.allow, truck.allow) == ((), ("par-1",))
    assert truck.origins[0].weight == Decimal("0.1")
    assert problem.links[0].bidirectional is True
    assert (problem.at, problem.name) == (datetime.date(2026, 11, 24), "test")
    assert problem.agreements is None


@pytest.mark.parametrize("seed", range(60))
def test_any_problem_survives_its_csv_files(seed, tmp_path):
    """Random problems in which every field occurs: equal content comes back."""
    problem = Problem.from_dict(random_problem(random.Random(seed)) | {"name": f"no. {seed}, a"})
    write_csv(problem, tmp_path / "problem")
    assert read_csv(tmp_path / "problem").digest == problem.digest


def test_awkward_names_survive(tmp_path):
    """Commas, quotes, semicolons and brackets in names, and an empty list of agreements."""
    names = ['a,"b"', "c;d", "[e", "{f", "É#"]
    problem = Problem(
        nodes=[{"id": name} for name in names],
        sites=[{"id": f"s {name}", "node": name, "features": names} for name in names],
        workloads=[
            {"id": name, "origins": name, "allow": [f"s {name}"], "features": []} for name in names
        ],
        agreements=[],
        operators=[{"id": "x", "laws": []}, {"id": "y"}, {"id": "z", "laws": ["A;B"]}],
    )
    write_csv(problem, tmp_path / "p")
    again = read_csv(tmp_path / "p")
    assert again.digest == problem.digest
    assert (len(again.agreements), again.operators["x"].laws) == (0, ())


def test_a_folder_is_replaced_whole(tmp_path):
    """Files of an earlier problem do not stay behind; a folder with other things is left alone."""
    path = tmp_path / "p"
    write_csv(read_csv(folder(tmp_path)), path)
    assert (path / "workloads.csv").exists()
    write_csv(Problem(nodes=[{"id": "a"}], at="2026-11-24"), path)
    assert sorted(one.name for one in path.iterdir()) == ["nodes.csv", "problem.csv"]
    (path / "thesis.docx").write_text("")
    with pytest.raises(FileError):
        write_csv(Problem(), path)
    assert (path / "nodes.csv").exists()


def test_settings_come_from_a_file_or_by_name(tmp_path):
    """The day and the weights stand in problem.csv; what the caller says goes first."""
    text = "at,objective.latency,objective.moves\n2025-01-02,0.5,3\n"
    problem = read_csv(folder(tmp_path, problem=text))
    assert problem.at == datetime.date(2025, 1, 2)
    assert (problem.objective.latency, problem.objective.moves) == (Decimal("0.5"), 3)
    assert read_csv(tmp_path, at="2024-01-01").at == datetime.date(2024, 1, 1)


def test_other_separators_are_read(tmp_path):
    """Spreadsheets of half of Europe write semicolons, and a byte order mark."""
    path = tmp_path / "nodes.csv"
    path.write_text("\ufeffid;country\nparis;FR\n", encoding="utf-8")
    assert read_csv_rows(path, "nodes", delimiter=";") == [{"id": "paris", "country": "FR"}]


def test_rows_of_one_noun_go_into_a_problem(tmp_path):
    """A single file beside what is made in Python."""
    (tmp_path / "s.csv").write_text("id,node\ns,a\n")
    problem = Problem(nodes=[{"id": "a"}], sites=read_csv_rows(tmp_path / "s.csv", "sites"))
    assert problem.sites["s"].node == "a"
    with pytest.raises(InputError, match='unknown noun; did you mean "sites"'):
        read_csv_rows(tmp_path / "s.csv", "site")


WRONG = {
    "value": (
        {"sites": SITES.replace("0.5", "-0.5")},
        'sites.csv line 4, capacity.cpu: "-0.5" is negative; expected an amount ≥ 0',
    ),
    "number": (
        {"workloads": WORKLOADS.replace("15.25", "15 ms")},
        'workloads.csv line 2, max_rtt_ms: "15 ms" is not a number',
    ),
    "boolean": (
        {"links": LINKS.replace("yes", "both")},
        'links.csv line 2, bidirectional: expected true or false, got text "both"',
    ),
    "name": (
        {"sites": SITES.replace("madrid", "madird")},
        'sites.csv line 4, node: "madird" is not one of the nodes; did you mean "madrid"?',
    ),
    "twice": (
        {"nodes": NODES + "\nparis,FR,,\n"},
        'nodes.csv line 5, id: "paris" is already the id of nodes.csv line 2',
    ),
    "loop": (
        {"links": LINKS.replace("madrid", "paris")},
        'links.csv line 2: leads from "paris" to itself; expected two nodes',
    ),
    "column": (
        {"nodes": NODES.replace("country", "contry")},
        'nodes.csv line 1: unknown column "contry"; did you mean "country"?',
    ),
    "column twice": (
        {"nodes": NODES.replace("lon", "lat")},
        'nodes.csv line 1: column "lat" is there twice',
    ),
    "mapping twice": (
        {"sites": SITES.replace("slices", "price")},
        'sites.csv line 1: column "price.memory" stands beside "price"; expected one of them',
    ),
    "dot": ({"sites": SITES.replace("capacity.cpu", "capacity.")}, "sites.csv line 1: column"),
    "width": (
        {"nodes": NODES + "berlin,DE\n"},
        "nodes.csv line 4: has 2 cells; expected 4, one for each column",
    ),
    "JSON": (
        {"sites": SITES.replace("null}", "null")},
        'sites.csv line 2, slices: "{"1": null" is no JSON: ',
    ),
    "mapping": (
        {"sites": SITES.replace('"{""1"": null}"', "1")},
        'sites.csv line 2, slices: expected an object, got text "1"',
    ),
    "settings": ({"problem": "at\n2026-01-01\n2026-01-02\n"}, "problem.csv: has 2 rows"),
    "weight": (
        {"problem": "objective.latnecy\n1\n"},
        'problem.csv line 1: unknown column "objective.latnecy"; did you mean "latency"?',
    ),
    "file": ({"site": SITES}, 'site.csv: is no table; did you mean "sites.csv"?'),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_by_file_and_line(what, tmp_path):
    """As a spreadsheet shows them: lines from 1, columns by their names."""
    files, fault = WRONG[what]
    assert any(told.startswith(fault) for told in faults(tmp_path, **files))


def test_faults_of_all_files_are_told_at_once(tmp_path):
    """Not file after file."""
    files = {"nodes": NODES.replace("48.86", "148"), "links": LINKS.replace("yes", "both")}
    assert [fault.partition(":")[0] for fault in faults(tmp_path, **files)] == [
        "nodes.csv line 2, lat",
        "links.csv line 2, bidirectional",
    ]


UNREADABLE = {
    "latin": (b"id,country\nm\xfcnchen,DE\n", "is not UTF-8 at byte"),
    "quote": (b'id,country\n"a,b\n', "is no CSV: "),
    "huge": (b"id\n" + b"a" * 200_000 + b"\n", "is no CSV: field larger"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named(what, tmp_path):
    """Its encoding, its quotes, its size."""
    content, message = UNREADABLE[what]
    (tmp_path / "nodes.csv").write_bytes(content)
    with pytest.raises(FileError, match=rf"nodes\.csv: {message}"):
        read_csv(tmp_path)


def test_a_folder_that_cannot_be_read_is_named(tmp_path):
    """Missing, empty, or a file."""
    with pytest.raises(FileError, match="expected a folder of CSV files"):
        read_csv(tmp_path / "missing")
    with pytest.raises(FileError, match="holds no table"):
        read_csv(tmp_path)
    with pytest.raises(FileError, match="check the path"):
        read_csv_rows(tmp_path / "missing.csv", "sites")
