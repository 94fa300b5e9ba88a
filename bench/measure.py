"""What `python -m bench` has pytest-benchmark run: each subject on each instance."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import BENCHES

CASES = [(bench.name, *one) for bench in BENCHES.values() for one in bench.measured()]


@pytest.mark.parametrize(("name", "instance", "subject"), CASES)
def test_measure(benchmark, name, instance, subject):
    """Measure one subject on one instance; its answer is checked."""
    bench = BENCHES[name]

    def timed(thunk):
        warm = 1 if bench.rounds > 1 else 0
        return benchmark.pedantic(thunk, rounds=bench.rounds, warmup_rounds=warm)

    if bench.alone:
        row = timed(lambda: measure_alone(name, instance, subject))
    else:
        row = bench.measure(subject, instance, timed)
    benchmark.extra_info |= {"bench": name, "instance": instance, "subject": subject, "row": row}


def measure_alone(name, instance, subject):
    """Measure in a process of its own, and return its row."""
    run = subprocess.run(
        [sys.executable, "-m", "bench", "--alone", name, instance, subject],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
