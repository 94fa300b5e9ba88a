"""Hostile input costs bounded time and memory, and is refused like any other."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from placement import FileError, InputError, Problem, read_problem
from placement.io import read

HEAD = {"format": "placement-problem/1", "at": "2026-11-24"}
SECONDS = 30  # generous: a machine may be busy; what grows out of bounds takes hours
LONGEST = 1000


@pytest.fixture(autouse=True)
def in_time():
    """Hold each test against the clock."""
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < SECONDS


def refused(**tables):
    """Return the error that a document meets; none of its messages is long."""
    with pytest.raises(InputError) as caught:
        Problem.from_dict(HEAD | tables)
    assert all(len(str(fault)) < LONGEST for fault in caught.value.faults)
    assert len(caught.value.faults) <= 1000
    return caught.value


def nested(depth, value=1):
    """Return a list in a list in a list, so deep."""
    for _ in range(depth):
        value = [value]
    return value


class Unpleasant:
    """An object that answers no question."""

    __hash__ = None

    def __repr__(self):
        raise RuntimeError("no")


def test_a_million_faults_are_counted_and_a_thousand_kept():
    """The message says how many more there are."""
    error = refused(nodes=[{"id": None}] * 10**6)
    assert error.n_faults == 10**6
    assert len(error.faults) == 1000
    assert str(error).endswith("… and 999000 more")


@pytest.mark.parametrize("row", [1, None, "x", [], {"colour": 1}, {"id": "n", "ID": 1}])
def test_rows_of_junk_are_no_slower_than_good_ones(row):
    """A hundred thousand of them; hints are given to the first few."""
    assert refused(nodes=[row] * 10**5).n_faults >= 10**5 - 1


def test_unknown_names_get_hints_as_long_as_that_is_quick():
    """Twenty thousand names, none of them known."""
    nodes = [{"id": f"node-{n}"} for n in range(19_000)]
    error = refused(nodes=nodes, sites=[{"id": f"s{n}", "node": f"nod-{n}"} for n in range(19_000)])
    assert error.n_faults == 19_000
    assert 'did you mean "node-0"' in str(error.faults[0])


def test_many_nodes_without_coordinates_are_gone_through_once():
    """And the one link that needs some is told, not each node again and again."""
    nodes = [{"id": f"node-{n}"} for n in range(60_000)]
    error = refused(nodes=nodes, links=[{"source": "node-1", "target": "node-2"}])
    assert error.n_faults == 1
    assert "have no coordinates" in str(error)


@pytest.mark.parametrize("depth", [100, 10**5])
@pytest.mark.parametrize("field", ["id", "country", "lat", "operator"])
def test_values_nested_deep_are_refused(depth, field):
    """No recursion follows them."""
    error = refused(nodes=[{"id": "n"} | {field: nested(depth)}])
    assert error.faults[0].place == f"nodes[0].{field}"


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ("workloads", "origins"),
        ("workloads", "demand"),
        ("workloads", "allow"),
        ("sites", "slices"),
    ],
)
def test_a_laugh_of_a_laugh_of_a_laugh_is_not_followed(table, field):
    """Lists that hold one list ten times, fifty times over: 10**50 items, told in one line."""
    laugh = "lol"
    for _ in range(50):
        laugh = [laugh] * 10
    row = {"id": "x", "node": "n"} if table == "sites" else {"id": "x"}
    error = refused(nodes=[{"id": "n"}], **{table: [row | {field: laugh}]})
    assert error.faults[0].place.startswith(f"{table}[0].{field}")


def test_a_list_that_holds_itself_is_refused():
    """Cycles exist in Python, if not in JSON."""
    cycle = []
    cycle.append(cycle)
    assert refused(nodes=[{"id": cycle}, {"id": "n", "country": {"a": cycle}}]).n_faults == 2


@pytest.mark.parametrize("field", ["id", "country", "lat"])
def test_objects_that_answer_nothing_are_refused(field):
    """Neither hashable nor printable."""
    assert refused(nodes=[{"id": "n"} | {field: Unpleasant()}]).n_faults == 1


def test_a_text_of_fifty_megabytes_is_shown_in_a_line():
    """As an id, a key, a country, an amount, a date and a name."""
    long = "x" * 50_000_000
    error = refused(
        name=long,
        nodes=[{"id": long, "country": long, long: 1}],
        sites=[{"id": "s", "node": long, "capacity": {"cpu": long, long: -1}}],
        agreements=[{"home": "a", "host": "b", "valid_from": long}],
    )
    assert error.n_faults >= 8


@pytest.mark.parametrize("value", ["1e999999999", "1e-999999999", "9" * 10**6, "0." + "1" * 10**6])
def test_amounts_out_of_this_world_are_refused(value):
    """No power is computed, and no million digits are multiplied."""
    assert refused(
        sites=[{"id": "s", "node": "n", "capacity": {"cpu": value}}], nodes=[{"id": "n"}]
    )


def test_a_resource_for_each_row_is_refused():
    """Each would be a column: 10**5 of them of 10**5 rows do not fit."""
    rows = [{"id": f"w{n}", "demand": {f"cpu-{n}": 1}} for n in range(10**5)]
    error = refused(workloads=rows)
    assert "one resource too many" in str(error.faults[0])


def test_agreements_that_all_overlap_are_compared_once():
    """Not each with each."""
    assert refused(agreements=[{"home": "a", "host": "b"}] * 10**5).n_faults == 10**5 - 1


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 10**6,
        b'{"a":' * 10**6,
        b'"' + b"\\n" * 10**7,
        b'{"format": ' + b"9" * 10**6 + b"}",
        b'{"format": 0.' + b"9" * 10**6 + b"}",
        b"{" + b",".join(b'"k": 1' for _ in range(10**6)) + b"}",
        b'{"nodes": [' + b",".join([b'{"id": 1, "id": 1}'] * 10**5) + b"]}",
        b'{"nodes": [' + b",".join([b"NaN"] * 10**6) + b"]}",
        b"\n" * 10**7 + b"x",
    ],
    ids=["lists", "objects", "text", "digits", "decimals", "keys", "rows", "nans", "lines"],
)
def test_hostile_texts_are_refused(tmp_path, content):
    """Megabytes of what no one would write by hand."""
    path = tmp_path / "p.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_problem(path)
    assert all(len(str(fault)) < LONGEST for fault in caught.value.faults)


def test_a_file_without_end_is_refused(monkeypatch):
    """A device that never ends is read up to the bound."""
    monkeypatch.setattr(read, "MOST_BYTES", 10**7)
    with pytest.raises(FileError, match="is larger than 4 GiB; use a folder"):
        read_problem("/dev/zero")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    """Its size is known beforehand: a terabyte of nothing."""
    with (tmp_path / "p.json").open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(FileError, match="is larger than 4 GiB"):
        read_problem(tmp_path / "p.json")


def test_a_small_file_of_many_rows_is_not_unpacked(tmp_path):
    """Run lengths make a billion rows of a few bytes; the rows are counted before."""
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "problem.json").write_text('{"format": "placement-problem/1"}')
    zeros = pa.table({"id": pa.nulls(10**7, pa.string())})
    with parquet.ParquetWriter(tmp_path / "p" / "nodes.parquet", zeros.schema) as writer:
        for _ in range(11):
            writer.write_table(zeros, row_group_size=10**7)
    assert (tmp_path / "p" / "nodes.parquet").stat().st_size < 10**6
    with pytest.raises(InputError, match="has 110000000 rows; expected at most 100000000"):
        read_problem(tmp_path / "p")


def test_memory_stays_bounded(tmp_path):
    """A hostile text of 4 MB is refused by a process that may have little more than it starts with."""
    path = tmp_path / "p.json"
    rows = b",".join(b'{"id": "w%d", "demand": {"cpu-%d": 1}}' % (n, n) for n in range(10**5))
    path.write_bytes(b'{"format": "placement-problem/1", "workloads": [' + rows + b"]}")
    script = f"""
import resource
from placement import InputError, read_problem
try:
    read_problem({str(path)!r})
except InputError as error:
    print(error.n_faults, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    n_faults, kilobytes = map(int, done.stdout.split())
    assert n_faults > 90_000
    assert kilobytes < 1_500_000


def test_numbers_of_numpy_are_no_way_around():
    """NaN, infinity and negative numbers in an array."""
    for value in (np.nan, np.inf, -1.0):
        table = pa.table({"id": ["n", "m"], "processing_ms": np.array([value, 0.0])})
        with pytest.raises(InputError, match=r"nodes\[0\]\.processing_ms"):
            Problem.from_tables(nodes=table)
