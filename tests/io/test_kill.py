"""A writer that is killed at any moment leaves the old plan or the new one, whole."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from placement import read_plan

N_KILLS = 200
WRITER = Path(__file__).with_name("writer_to_kill.py")
WHOLE = {("a" * 64, 800), ("b" * 64, 500)}


@pytest.mark.parametrize("name", ["plan.json", "plan"])
def test_a_killed_writer_leaves_a_whole_plan_or_none(tmp_path, name):
    """Two hundred writers are killed in the middle of their work; nothing they leave is torn."""
    path, rng, seen = tmp_path / name, random.Random(1), set()
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writers:
        for kill in range(N_KILLS):
            if kill % 4 == 0 and path.exists():  # some begin with nothing there
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            # Where the machine is too slow to finish a plan in that time, the last ones get more.
            longest = 30 if seen == WHOLE or kill < N_KILLS * 3 / 4 else 500
            writers.stdin.write(f"{rng.uniform(0.5, longest)}\n")
            writers.stdin.flush()
            assert writers.stdout.readline() == "killed\n"
            if path.exists():
                plan = read_plan(path)
                seen.add((plan.problem, len(plan)))
        writers.stdin.close()
    assert seen == WHOLE
    assert any(one.name.endswith(".tmp") for one in tmp_path.iterdir())  # some died while writing
