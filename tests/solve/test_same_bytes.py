"""The same problem, seed and work limit give the same bytes, whatever else differs."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

RUN = """
import hashlib, json, random, sys, tempfile
from importlib.resources import files
from pathlib import Path
from placement import Problem, solve, write_plan

def shuffled(value, rng):
    if isinstance(value, dict):
        return dict(rng.sample([(key, shuffled(one, rng)) for key, one in value.items()], len(value)))
    if isinstance(value, list):
        return rng.sample([shuffled(one, rng) for one in value], len(value))
    return value

order, threads, share = map(int, sys.argv[1:])
document = json.loads((files("placement.data") / "europe/europe.json").read_text(encoding="utf-8"))
document["workloads"] = document["workloads"][::share]
named = {workload["id"] for workload in document["workloads"]}
document["pairs"] = [pair for pair in document["pairs"] if pair["workload"] in named]
for place, site in enumerate(document["sites"]):
    if place % max(1, share - 1):
        site["state"] = "down"
problem = Problem.from_dict(shuffled(document, random.Random(order)))
plan = solve(problem, work_limit=0.5, threads=threads, verify=False).plan
with tempfile.TemporaryDirectory() as folder:
    write_plan(plan, Path(folder) / "plan.json")
    prices = json.loads((Path(folder) / "plan.json").read_text())["certificate"]["cost"]["prices"]
    keys = "site", "home", "host", "resource", "slice"
    places = [("site" not in one, *(one.get(key, "") for key in keys)) for one in prices]
    assert places == sorted(places), places
    print(plan.status, plan.objective, hashlib.sha256((Path(folder) / "plan.json").read_bytes()).hexdigest(), len(plan))
"""


def run(order, *, threads, share):
    """Solve the share-th part of the federation in a process of its own; digest the plan."""
    return subprocess.run(
        [sys.executable, "-c", RUN, str(order), str(threads), str(share)],
        env={"PYTHONHASHSEED": str(order)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize(
    ("share", "n_runs"), [(1, 4), (4, 20)], ids=["ended by its work", "searched to the end"]
)
def test_every_run_writes_the_same_bytes(share, n_runs):
    """Any order of the input, any hash seed, one thread or two: one plan, its prices sorted."""
    with ThreadPoolExecutor(2) as pool:
        seen = set(pool.map(lambda k: run(k, threads=1 + k % 2, share=share), range(n_runs)))
    assert len(seen) == 1
