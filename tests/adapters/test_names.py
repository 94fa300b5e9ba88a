"""The adapters are loaded one at a time, when they are asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

import placement.adapters

ROOT = Path(__file__).parents[2]


def test_every_public_name_is_there():
    """What is listed can be imported."""
    for name in placement.adapters.__all__:
        assert getattr(placement.adapters, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'read_excel'"):
        _ = placement.adapters.read_excel


def test_csv_needs_no_other_package():
    """Reading CSV loads neither networkx nor pyarrow."""
    code = (
        "import sys; from placement.adapters import read_csv, to_geojson, read_graphml;"
        "print(*sorted({'networkx', 'pyarrow', 'pandas', 'defusedxml'} & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert loaded == []
