"""Which variant of the hot kernels is in use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from placement import _core
from placement._core.cpu import has_x86_64_v3


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
    """`PLACEMENT_CPU=baseline` asks for the build that runs anywhere."""
    assert variant(PLACEMENT_CPU="baseline") == "baseline"


def test_the_fast_variant_is_taken_where_it_runs():
    """Without a request the processor decides."""
    expected = "x86-64-v3" if has_x86_64_v3() else "baseline"
    assert variant(PLACEMENT_CPU="") == expected


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="the system does not list its flags")
def test_the_processor_is_read_as_the_system_reads_it():
    """The answer agrees with the flags that Linux lists."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    flags = set(next((line for line in text.splitlines() if line.startswith("flags")), "").split())
    wanted = {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"}
    assert has_x86_64_v3() == (wanted <= flags)


def test_the_chosen_kernels_come_from_the_chosen_variant():
    """The names that `_core` hands on belong to the variant that it reports."""
    fast = _core.VARIANT == "x86-64-v3"
    assert _core.shortest_paths.__module__ == (
        "placement._core.v3.dijkstra" if fast else "placement._core.dijkstra"
    )
