"""The folder form: which tables there are, and what other tools may write."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from placement import InputError, Problem, read_problem, write_problem
from tests.reference.problems import problem_of

HEAD = {"format": "placement-problem/1", "at": "2026-11-24"}


def folder(path, head=None, **tables):
    """Write a folder by hand."""
    path.mkdir()
    (path / "problem.json").write_text(json.dumps(HEAD if head is None else head))
    for name, table in tables.items():
        parquet.write_table(table, path / f"{name}.parquet")
    return path


def test_a_folder_by_hand_is_read(tmp_path):
    """Tables that are not there are empty, and small ones may stand in the JSON file."""
    sites = pa.table(
        {
            "id": ["s", "t"],
            "node": pa.array(["n", "n"]).dictionary_encode(),
            "capacity": [{"cpu": 1.5}, {"cpu": 2.0}],
        }
    )
    path = folder(tmp_path / "p", HEAD | {"nodes": [{"id": "n"}]}, sites=sites)
    problem = read_problem(path)
    assert [site.capacity["cpu"] * 2 for site in problem.sites] == [3, 4]
    assert len(problem.workloads) == 0
    assert problem.agreements is None


@pytest.mark.parametrize("library", [pl, pd])
def test_other_libraries_may_write_the_tables(tmp_path, library):
    """Polars' and pandas' own Parquet files are read."""
    path = folder(
        tmp_path / "p", HEAD | {"nodes": [{"id": "n"}], "sites": [{"id": "s", "node": "n"}]}
    )
    frame = library.DataFrame({"id": ["v", "w"], "demand.cpu": [1, 2], "allow": [["s"], None]})
    write = frame.write_parquet if library is pl else frame.to_parquet
    write(path / "workloads.parquet")
    problem = read_problem(path)
    assert [w.demand for w in problem.workloads] == [{"cpu": 1}, {"cpu": 2}]
    assert [w.allow for w in problem.workloads] == [("s",), None]


def test_amounts_are_numbers_where_that_is_exact(tmp_path):
    """Other tools find integers and doubles in the files, and days as days."""
    document = HEAD | {
        "agreements": [{"home": "a", "host": "b", "valid_from": "2026-01-01"}],
        "workloads": [
            {"id": "v", "demand": {"cpu": 1, "gpu": 0.5, "disk": "0.100000000000000003"}}
        ],
    }
    write_problem(Problem.from_dict(document), tmp_path / "p")
    workloads = parquet.read_schema(tmp_path / "p" / "workloads.parquet")
    assert workloads.field("demand.cpu").type == pa.int64()
    assert workloads.field("demand.gpu").type == pa.float64()
    assert workloads.field("demand.disk").type == pa.string()
    agreements = parquet.read_schema(tmp_path / "p" / "agreements.parquet")
    assert agreements.field("valid_from").type == pa.date32()


@pytest.mark.parametrize("seed", range(5))
def test_a_lost_table_is_missed(tmp_path, seed):
    """The JSON file lists the tables: one that is lost is no empty table."""
    write_problem(Problem.from_dict(problem_of(seed)), tmp_path / "p")
    (tmp_path / "p" / "nodes.parquet").unlink()
    with pytest.raises(InputError, match=r"nodes\.parquet: is missing from the folder"):
        read_problem(tmp_path / "p")


def test_a_million_workloads_are_no_million_objects(tmp_path):
    """A folder of a hundred thousand workloads is written and read in seconds."""
    n = 100_000
    table = pa.table({"id": [f"w{i}" for i in range(n)], "demand.cpu": [i % 8 for i in range(n)]})
    path = folder(tmp_path / "p", workloads=table)
    problem = read_problem(path)
    write_problem(problem, tmp_path / "q")
    assert read_problem(tmp_path / "q").digest == problem.digest


def test_without_pyarrow_the_folder_form_says_what_to_install(tmp_path):
    """JSON works, and a folder names the extra."""
    script = f"""
import sys
sys.modules["pyarrow"] = None
from placement import MissingExtraError, Problem, read_problem, write_problem
problem = Problem(nodes=[{{"id": "n"}}])
write_problem(problem, {str(tmp_path / "p.json")!r})
assert read_problem({str(tmp_path / "p.json")!r}).digest == problem.digest
try:
    write_problem(problem, {str(tmp_path / "p")!r})
except MissingExtraError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pip install 'placement[arrow]'" in done.stdout
    assert not (tmp_path / "p").exists()
