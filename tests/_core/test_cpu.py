"""Which variant of the hot kernels is in use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from placement import _core
from placement._core.cpu import x86_64_level


def variant(**environment):
    """Return the variant that a fresh interpreter takes."""
    return subprocess.run(
        [sys.executable, "-c", "from placement._core import VARIANT; print(VARIANT)"],
        env=os.environ | environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_the_baseline_is_taken_on_request():
    """`PLACEMENT_CPU=baseline` asks for the build that runs anywhere, and so with each that runs."""
    assert [variant(PLACEMENT_CPU=name) for name in _core.COPIES] == list(_core.COPIES)


def test_the_fastest_variant_is_taken_where_it_runs():
    """Without a request the processor decides."""
    expected = {3: "x86-64-v3", 4: "x86-64-v4"}.get(x86_64_level(), "baseline")
    assert variant(PLACEMENT_CPU="") == expected


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="the system does not list its flags")
def test_the_processor_is_read_as_the_system_reads_it():
    """The answer agrees with the flags that Linux lists."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    flags = set(next((line for line in text.splitlines() if line.startswith("flags")), "").split())
    third = {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"}
    fourth = third | {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}
    assert (x86_64_level() >= 3) == (third <= flags)
    assert (x86_64_level() >= 4) == (fourth <= flags)


def test_the_chosen_kernels_come_from_the_chosen_variant():
    """The names that `_core` hands on belong to the variant that it reports."""
    home = _core.COPIES[_core.VARIANT]
    assert _core.shortest_paths.__module__ == f"{home}.dijkstra"
