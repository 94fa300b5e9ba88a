"""Every file that is no good is refused by its name, with the line where there is one."""

import json
import os
import re
import stat
from dataclasses import dataclass

import pyarrow as pa
import pytest
from pyarrow import parquet

from placement import FileError, InputError, Problem, read_plan, read_problem, write_problem
from tests.bad.documents import BASE, PLANS, PROBLEMS

GOOD = json.dumps(BASE, indent=1).encode()
START = b'{"format": "placement-problem/1", "nodes": ['


@dataclass(frozen=True)
class Text:
    """What a file holds; what follows its name in the place of a fault; a piece of the message."""

    name: str
    content: bytes
    place: str
    told: str


TEXTS = [
    Text("nothing", b"", "", "is empty; expected a JSON document"),
    Text("spaces", b" \n\t\n", "", "is empty"),
    Text("cut off in a list", GOOD[:300], ":25:1", "the file ends too early.*was it copied whole"),
    Text("cut off in a text", b'{"format": "placem', ":1:12", "closing double quote"),
    Text("cut off after a key", b'{"format"', ":1:10", "ends too early: expected a colon"),
    Text("cut off after a colon", b'{"format":', ":1:11", "ends too early: expected a value"),
    Text("cut off in a number", START + b'{"id": "n", "lat": 5', ":1:65", "ends too early"),
    Text("two documents", b"{}\n{}", ":2:1", '"{" is not what stands here: expected the end of the file'),
    Text("rubbish behind", GOOD + b"\nthe end", "", '"the" is not what stands here'),
    Text("no comma", START + b'{"id": "n"} {"id": "m"}]}', ":1:57", "expected a comma"),
    Text("no colon", b'{"format" "placement-problem/1"}', ":1:11", "expected a colon"),
    Text("comma at the end of a list", START + b'{"id": "n"},]}', ":1:57", r"a comma stands before \]; leave it out"),
    Text("comma at the end of an object", START + b'{"id": "n",}]}', ":1:56", r"a comma stands before \}; leave it out"),
    Text("single quotes", b"{'format': 1}", ":1:2", 'quote texts with "'),
    Text("names without quotes", b"{format: 1}", ":1:2", '"format" is not what stands here: .*double quotes'),
    Text("a comment", b'{\n// mine\n"format": 1}', ":2:1", "JSON has no comments"),
    Text("True of Python", b'{"name": True}', ":1:10", '"True" is not what stands here'),
    Text("None of Python", b'{"name": None}', ":1:10", '"None" is not'),
    Text("a number with a plus", b'{"name": +1}', ":1:10", r'"\+" is not'),
    Text("a number with zeros", b'{"name": 007}', ":1:11", "expected a comma"),
    Text("a hexadecimal number", b'{"name": 0x10}', ":1:11", '"x10" is not'),
    Text("a number without digits", b'{"name": .5}', ":1:10", r'"\." is not'),
    Text("a line break in a text", b'{"name": "a\nb"}', ":1:12", "no bare control character"),
    Text("an escape that is none", rb'{"name": "\x41"}', ":1:11", "(?i)escape"),
    Text("YAML", b"format: placement-problem/1\n", ":1:1", '"format" is not what stands here: expected a value'),
    Text("CSV", b"id,node\ns,n\n", ":1:1", '"id" is not what stands here'),
    Text("XML", b"<problem/>", ":1:1", '"<" is not'),
    Text("a byte order mark", b"\xef\xbb\xbf" + GOOD, "", "byte order mark; save it as UTF-8 without one"),
    Text("UTF-16", GOOD.decode().encode("utf-16"), "", "is UTF-16; save it as UTF-8"),
    Text("UTF-16 without a mark", GOOD.decode().encode("utf-16-le"), "", "is UTF-16"),
    Text("UTF-32", GOOD.decode().encode("utf-32-be"), "", "is UTF-32"),
    Text("Latin-1", b'{\n "name": "Gr\xf6\xdfe"}', ":2:13", "byte 0xf6 is not UTF-8; save the file as UTF-8"),
    Text("half a character", b'{"name": "\xe2\x82', ":1:11", "is not UTF-8"),
    Text("too long a zero", b'{"name": "\xc0\x80"}', ":1:11", "is not UTF-8"),
    Text("only zeros", bytes(1000), "", "or no text at all"),
    Text("Parquet", b"PAR1" + bytes(100), "", "is a Parquet file; name the folder"),
    Text("gzip", b"\x1f\x8b" + bytes(100), "", "is compressed; unpack it first"),
    Text("zip", b"PK\x03\x04" + bytes(100), "", "is a zip archive"),
    Text("a number alone", b"5", "", "expected an object, got number 5"),
    Text("a text alone", b'"problem"', "", "expected an object, got text"),
    Text("a list", b"[]", "", "expected an object, got list"),
    Text("null", b"null", "", "expected an object"),
    Text("key twice", b'{"format": "placement-problem/1", "at": null, "at": null}', ": at", "is there twice; expected once"),
    Text("key twice, deep", START + b'{"id": "n"}, {"id": "m", "id": "m"}]}', ": nodes[1].id", "is there twice"),
    Text("resource twice", b'{"format": "placement-problem/1", "workloads": [{"id": "w", "demand": {"cpu": 1, "cpu": 2}}]}', ": workloads[0].demand.cpu", "is there twice"),
    Text("NaN", START + b'{"id": "n", "lat": NaN}]}', ": nodes[0].lat", "(?i)nan is out of range; expected -90 to 90"),
    Text("Infinity", START + b'{"id": "n", "processing_ms": Infinity}]}', ": nodes[0].processing_ms", "not a finite number"),
    Text("-Infinity", START + b'{"id": "n", "lon": -Infinity}]}', ": nodes[0].lon", "-inf is out of range"),
    Text("5000 digits", START + b'{"id": "n", "lat": ' + b"9" * 5000 + b"}]}", ": nodes[0].lat", "is out of range"),
    Text("an exponent of 9 digits", START + b'{"id": "n", "lat": 1e999999999}]}', ": nodes[0].lat", "is out of range"),
    Text("an exponent of 30 digits", START + b'{"id": "n", "lat": 1e' + b"9" * 30 + b"}]}", ": nodes[0].lat", "not a finite number"),
    Text("a very small number", START + b'{"id": "n", "processing_ms": 1e-999999999}]}', ": nodes[0].processing_ms", "is out of range"),
    Text("lists in lists", b"[" * 100_000, ":1:65", "nested deeper than 64 levels"),
    Text("objects in objects", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, ":1:321", "nested deeper than 64 levels"),
    Text("deep inside", START + b'{"id": ' + b"[" * 50_000 + b"]" * 50_000 + b"}]}", ":1:", "nested deeper than 64"),
    Text("a control character in an unknown field", rb'{"\u001b[2J": 1}', r": \x1b[2J", "unknown field"),
]  # fmt: skip


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case.name)
def test_a_bad_text_is_refused(tmp_path, case):
    """As a problem and as a plan, with the file's name and the line."""
    path = tmp_path / "bad.json"
    path.write_bytes(case.content)
    with pytest.raises(InputError) as caught:
        read_problem(path)
    start = f"{path}{case.place}"
    at = [fault for fault in caught.value.faults if fault.place.startswith(start)]
    assert at, str(caught.value)
    assert any(re.search(case.told, fault.message) for fault in at), str(caught.value)
    assert all(len(str(fault)) < 700 for fault in caught.value.faults)
    with pytest.raises(InputError):
        read_plan(path)


def test_there_are_many_cases():
    """Together with the documents, far more than a hundred and fifty."""
    assert len({case.name for case in (*TEXTS, *PROBLEMS, *PLANS)}) >= 200


def test_faults_of_form_and_content_are_told_together(tmp_path):
    """A key that stands twice does not hide what else is wrong."""
    path = tmp_path / "bad.json"
    path.write_bytes(START + b'{"id": "n", "id": "n", "lat": 91}, {"id": 5}]}')
    with pytest.raises(InputError) as caught:
        read_problem(path)
    places = [fault.place for fault in caught.value.faults]
    assert places == [f"{path}: nodes[0].id", f"{path}: nodes[1].id", f"{path}: nodes[0].lat"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none.json", "does not exist; check the path"),
        ("none", "does not exist; check the path"),
        ("none/p.json", "does not exist; check the path"),
        ("file.json/", "leads through a file"),
        ("file.json/p.json", "does not exist|leads through a file"),
        ("empty", r"holds no problem\.json; expected the folder that it is in"),
        ("plan", r"holds no problem\.json"),
        ("loop.json", "symbolic links|does not exist"),
        ("x" * 300 + ".json", "file name too long"),
    ],
)
def test_what_cannot_be_opened_is_told(tmp_path, name, told):
    """By the path, with what to do."""
    (tmp_path / "file.json").write_text("{}")
    (tmp_path / "empty").mkdir()
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan.json").write_text("{}")
    (tmp_path / "loop.json").symlink_to(tmp_path / "loop.json")
    with pytest.raises(FileError, match=told) as caught:
        read_problem(f"{tmp_path}/{name}")
    assert str(caught.value).startswith(f"{tmp_path}/{name}: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    """Permissions are the fix."""
    path = tmp_path / "p.json"
    path.write_bytes(GOOD)
    path.chmod(0)
    with pytest.raises(FileError, match="check its permissions"):
        read_problem(path)


@pytest.fixture
def folder(tmp_path):
    """Return a good problem in the folder form."""
    write_problem(Problem.from_dict(BASE), tmp_path / "p")
    return tmp_path / "p"


def replaced(name, table):
    """Return a change of a folder: another table in place of the one that is there."""
    return lambda folder: parquet.write_table(pa.table(table), folder / f"{name}.parquet")


def cut(name, n_bytes):
    """Return a change of a folder: a file of which only the beginning is left."""

    def change(folder):
        path = folder / name
        path.write_bytes(path.read_bytes()[:n_bytes])

    return change


def scribbled(name, first, last):
    """Return a change of a folder: a file with noise in the middle."""

    def change(folder):
        content = bytearray((folder / name).read_bytes())
        content[first:last] = b"\xa5" * len(content[first:last])
        (folder / name).write_bytes(content)

    return change


def head(**fields):
    """Return a change of a folder: other content of its JSON file."""

    def change(folder):
        document = json.loads((folder / "problem.json").read_text()) | fields
        (folder / "problem.json").write_text(json.dumps(document))

    return change


CHANGES = {
    "cut off": (cut("nodes.parquet", 60), "nodes.parquet", "is no whole Parquet file"),
    "empty": (cut("nodes.parquet", 0), "nodes.parquet", "is no whole Parquet file"),
    "without its end": (cut("sites.parquet", -4), "sites.parquet", "is no whole Parquet file"),
    "noise at the end": (scribbled("sites.parquet", -200, -8), "sites.parquet", "is no whole"),
    "noise at the start": (scribbled("sites.parquet", 4, 120), "sites", "."),
    "head cut off": (cut("problem.json", 20), "/problem.json:", "ends too early|closing"),
    "head a list": (lambda f: (f / "problem.json").write_text("[]"), "", "expected an object"),
    "lost": (lambda f: (f / "links.parquet").unlink(), "links.parquet", "is missing from the folder"),
    "unlisted": (head(tables=["nodes"]), "links.parquet", "is not listed under tables"),
    "misspelt": (
        lambda f: (f / "nodes.parquet").rename(f / "node.parquet"),
        "node.parquet",
        'is no table; did you mean "nodes"',
    ),
    "tables no list": (head(tables="nodes"), "tables", "expected a list of names"),
    "tables of numbers": (head(tables=[1]), "tables", "expected a list of names"),
    "tables misspelt": (head(tables=["node"]), "tables", '"node" is no table; did you mean "nodes"'),
    "given twice": (head(nodes=[{"id": "m"}]), "nodes", "stands in the JSON file and in"),
    "unknown field": (head(colour=1), "colour", "unknown field"),
    "another format": (head(format="x"), "format", '"x" is unknown'),
    "no id": (replaced("nodes", {"country": ["DE"]}), "nodes", 'has no column "id"'),
    "unknown column": (
        replaced("nodes", {"id": ["m", "n"], "contry": ["DE", "FR"]}),
        "nodes.contry",
        'unknown column; did you mean "country"',
    ),
    "ids are numbers": (replaced("nodes", {"id": [1, 2]}), "nodes[0].id", "expected text, got number 1"),
    "null id": (replaced("nodes", {"id": ["m", None]}), "nodes[1].id", "is missing"),
    "id twice": (replaced("nodes", {"id": ["m", "m"]}), "nodes[1].id", "is already the id"),
    "negative number": (
        replaced("nodes", {"id": ["m", "n"], "processing_ms": [0, -1]}),
        "nodes[1].processing_ms",
        "-1 is negative",
    ),
    "not a number": (
        replaced("nodes", {"id": ["m", "n"], "lat": [float("nan"), 1.0]}),
        "nodes[0].lat",
        "nan is out of range",
    ),
    "texts for numbers": (
        replaced("nodes", {"id": ["m", "n"], "lat": ["50N", "3"]}),
        "nodes[0].lat",
        '"50N" is not a number',
    ),
    "numbers for a set": (
        replaced("sites", {"id": ["s", "t"], "node": ["m", "n"], "features": [1, 2]}),
        "sites[0].features",
        "expected a list, got number 1",
    ),
    "a number for a mapping": (
        replaced("workloads", {"id": ["v", "w"], "demand": [1, 2]}),
        "workloads[0].demand",
        "expected an object",
    ),
    "negative in a mapping": (
        replaced("workloads", {"id": ["v", "w"], "demand": [{"cpu": 1}, {"cpu": -1}]}),
        "workloads[1].demand.cpu",
        "-1 is negative",
    ),
    "a moment for a day": (
        replaced("agreements", {"home": ["dt"], "host": ["tim"], "valid_from": [pa.scalar(1, pa.timestamp("s"))]}),
        "agreements[0].valid_from",
        "has a time|is no date",
    ),
    "bytes for a name": (
        replaced("nodes", {"id": [b"m", b"n"]}),
        "nodes[0].id",
        "expected text",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "place", "told"), CHANGES.values(), ids=CHANGES.keys())
def test_a_bad_folder_is_refused(folder, change, place, told):
    """With the folder, the table and the place in it."""
    change(folder)
    with pytest.raises(InputError) as caught:
        read_problem(folder)
    at = [
        fault
        for fault in caught.value.faults
        if fault.place.startswith((f"{folder}: {place}", f"{folder}{place}"))
    ]
    assert any(re.search(told, fault.message) for fault in at), str(caught.value)


def test_a_table_that_is_a_folder_is_told(folder):
    """Nothing but files stands in a folder of tables."""
    (folder / "nodes.parquet").unlink()
    (folder / "nodes.parquet").mkdir()
    with pytest.raises(FileError, match="is a folder; expected a file"):
        read_problem(folder)


def test_a_pipe_keeps_no_one_waiting(folder):
    """A pipe in the place of a table is an error, not a wait without end."""
    (folder / "nodes.parquet").unlink()
    os.mkfifo(folder / "nodes.parquet")
    assert stat.S_ISFIFO((folder / "nodes.parquet").stat().st_mode)
    with pytest.raises(InputError, match="is no whole Parquet file"):
        read_problem(folder)
