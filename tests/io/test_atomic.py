"""A file is replaced whole or not at all, and nothing that is not ours is touched."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from placement import FileError, Problem, read_plan, read_problem, write_plan, write_problem
from placement.io import atomic
from tests.io.plans import plan_of

OLD, NEW = Problem(nodes=[{"id": "old"}]), Problem(nodes=[{"id": "new"}])
FORMS = ["p.json", "p"]


def broken_disk(*_):
    """Stand for a system call on a disk that is full."""
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("form", FORMS)
def test_a_failed_write_changes_nothing(tmp_path, monkeypatch, form):
    """The old content stays, and the unfinished one is cleared away."""
    write_problem(OLD, tmp_path / form)
    with monkeypatch.context() as patched:
        patched.setattr(atomic.os, "fsync", broken_disk)
        with pytest.raises(FileError, match=r"is full; make room first"):
            write_problem(NEW, tmp_path / form)
    assert read_problem(tmp_path / form).digest == OLD.digest
    assert [one.name for one in tmp_path.iterdir()] == [form]


@pytest.mark.parametrize("form", FORMS)
def test_an_interrupted_write_clears_up(tmp_path, monkeypatch, form):
    """Also when a user presses Ctrl-C."""

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic, "_sync", interrupted)
    monkeypatch.setattr(atomic.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_problem(NEW, tmp_path / form)
    assert list(tmp_path.iterdir()) == []


def test_folders_are_swapped_without_the_help_of_the_system(tmp_path, monkeypatch):
    """Where there is no exchange in one step, two renames do it."""
    monkeypatch.setattr(atomic.ctypes, "CDLL", lambda *_, **__: object())
    write_problem(OLD, tmp_path / "p")
    write_problem(NEW, tmp_path / "p")
    assert read_problem(tmp_path / "p").digest == NEW.digest
    assert [one.name for one in tmp_path.iterdir()] == ["p"]


def test_what_dead_writers_left_is_cleared_after_an_hour(tmp_path):
    """What is younger may belong to a writer that is alive."""
    for name, age in ((".p.json.1.tmp", 7200), (".p.json.2.tmp", 60), (".q.json.3.tmp", 7200)):
        (tmp_path / name).write_text("{")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    write_problem(NEW, tmp_path / "p.json")
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        ".p.json.2.tmp",
        ".q.json.3.tmp",
        "p.json",
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_link_is_followed(tmp_path, form):
    """What a symbolic link leads to is replaced, and the link stays."""
    write_problem(OLD, tmp_path / f"real-{form}")
    (tmp_path / form).symlink_to(tmp_path / f"real-{form}")
    write_problem(NEW, tmp_path / form)
    assert (tmp_path / form).is_symlink()
    assert read_problem(tmp_path / f"real-{form}").digest == NEW.digest


def test_permissions_stay(tmp_path):
    """A new file has the usual ones, a replaced one keeps its own."""
    before = os.umask(0o027)
    try:
        write_problem(OLD, tmp_path / "p.json")
        assert stat.S_IMODE((tmp_path / "p.json").stat().st_mode) == 0o640
        (tmp_path / "p.json").chmod(0o604)
        write_problem(NEW, tmp_path / "p.json")
        assert stat.S_IMODE((tmp_path / "p.json").stat().st_mode) == 0o604
    finally:
        os.umask(before)


def test_a_folder_with_other_files_is_not_replaced(tmp_path):
    """Nobody loses a folder of holiday pictures to a plan."""
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(FileError, match=r"holds other files, such as 'holiday\.jpg'"):
        write_plan(plan_of(1), tmp_path)
    write_problem(OLD, tmp_path / "p")
    with pytest.raises(FileError, match=r"holds other files"):
        write_plan(plan_of(1), tmp_path / "p")
    assert read_problem(tmp_path / "p").digest == OLD.digest


def test_an_empty_folder_is_filled(tmp_path):
    """An existing directory means the folder form, whatever its name."""
    (tmp_path / "p.json").mkdir()
    write_problem(OLD, tmp_path / "p.json")
    assert (tmp_path / "p.json" / "nodes.parquet").exists()
    assert read_problem(tmp_path / "p.json").digest == OLD.digest


def test_a_device_is_written_to_as_it_stands(tmp_path):
    """The standard output, by its path, gets the text."""
    script = """
from placement import Problem, write_problem
write_problem(Problem(nodes=[{"id": "n"}], at="2026-11-24"), "/dev/stdout")
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        check=True,
    )
    (tmp_path / "p.json").write_bytes(done.stdout)
    assert read_problem(tmp_path / "p.json").nodes.ids == ["n"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("missing/p.json", r"the folder .*missing does not exist; make it first"),
        ("missing/p", r"the folder .*missing does not exist; make it first"),
        ("file.json/p.json", r"the folder .*file\.json does not exist|leads through a file"),
        ("file.json/", r"cannot be written: leads through a file"),
        ("x" * 300 + ".json", r"cannot be written: file name too long"),
    ],
)
def test_a_place_that_cannot_be_written_is_told(tmp_path, path, told):
    """The message names the path and what to do."""
    (tmp_path / "file.json").write_text("{}")
    with pytest.raises(FileError, match=told) as caught:
        write_problem(OLD, f"{tmp_path}/{path}")
    assert caught.value.path == f"{tmp_path}/{path}"


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_no_path_is_no_path(path):
    """An empty name, and one that no system has."""
    with pytest.raises(FileError, match="is no path"):
        write_problem(OLD, path)
    with pytest.raises(FileError, match="is no path"):
        read_problem(path)


@pytest.mark.parametrize("form", ["plan.json", "plan"])
def test_a_reader_beside_a_writer_sees_one_plan(tmp_path, form):
    """While another process replaces it, what is read is the old plan or the new."""
    path = tmp_path / form
    write_plan(plan_of(800, "a" * 64), path)
    writer = Path(__file__).with_name("writer_to_kill.py")
    with subprocess.Popen(
        [sys.executable, str(writer), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writing:
        writing.stdin.write("1500\n")
        writing.stdin.close()
        seen = set()
        while writing.poll() is None:
            plan = read_plan(path)
            seen.add((plan.problem, len(plan)))
    assert seen == {("a" * 64, 800), ("b" * 64, 500)}
