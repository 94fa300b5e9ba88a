"""The house is in order: what is packed, what is loaded, and how large it has grown."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {"networkx", "numpy", "ortools", "pandas", "polars", "pyarrow", "scipy"}


def test_the_tables_are_found_as_a_package():
    """What runs need is read through `importlib.resources`, however it was installed."""
    assert (files("placement.data") / "README.md").is_file()


@pytest.mark.parametrize(
    "code",
    ["import placement", "from placement.cli import main", "import placement.errors"],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code):
    """The name of the library, its errors and its command line load no numeric package."""
    script = f"{code}\nimport sys\nprint(*sorted({HEAVY!r} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert loaded == []


def test_no_file_is_too_long():
    """A module has one job and at most 500 lines."""
    long = {
        str(path.relative_to(ROOT)): n_lines
        for folder in ("bench", "data", "placement", "tests")
        for path in ROOT.glob(f"{folder}/**/*.py*")
        if path.suffix in {".py", ".pyx", ".pyi"}
        and (n_lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}
