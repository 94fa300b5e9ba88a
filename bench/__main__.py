"""`python -m bench [NAME …]`: run benches, all of them without a name, and write their results."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import pytest

from bench import BENCHES
from bench.machine import describe
from bench.tables import render, render_goals

RESULTS = Path(__file__).parent / "results"


def main():
    """Run what the command line asks for, and return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--alone", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        name, instance, subject = asked.alone
        print(json.dumps(BENCHES[name].measure(subject, instance, lambda thunk: thunk())))
        return 0
    unknown = set(asked.names) - set(BENCHES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; expected {', '.join(BENCHES)}")
    for name in asked.names or BENCHES:
        code = run(name)
        if code:
            return code
    return 0


def run(name):
    """Run one bench and write its results; return an exit code."""
    machine = describe()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        # The project's own options leave benchmarks out.
        options = "addopts=--import-mode=importlib -p no:cacheprovider"
        selected = [
            f"--benchmark-json={report}",
            "--benchmark-quiet",
            "-k",
            f"test_measure[{name}-",
        ]
        code = pytest.main(
            ["-q", "-o", options, str(Path(__file__).parent / "measure.py"), *selected]
        )
        if code:
            return int(code)
        measured = json.loads(report.read_text(encoding="utf-8"))["benchmarks"]
    result = {
        "bench": name,
        "title": BENCHES[name].title,
        "machine": machine,
        "rows": [row_of(one) for one in measured],
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
    (RESULTS / f"{name}.md").write_text(render(result), encoding="utf-8")
    plot = BENCHES[name].plot
    if plot is not None:
        (RESULTS / f"{name}.svg").write_text(plot(result["rows"]), encoding="utf-8")
    (RESULTS / "goals.md").write_text(render_goals(results()), encoding="utf-8")
    print(f"Wrote {RESULTS / name}.json and .md")
    return 0


def results():
    """Return the results that there are, in the order of the benches."""
    paths = [RESULTS / f"{name}.json" for name in BENCHES]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]


def row_of(measured):
    """Return the row of one measurement: who, in how many seconds (the median), and what."""
    info, stats = measured["extra_info"], measured["stats"]
    told = {"subject": info["subject"], "instance": info["instance"]}
    if "seconds" not in info["row"]:
        told["seconds"] = round(stats["median"], 5)
    if stats["rounds"] > 1:
        told |= {"least seconds": round(stats["min"], 5), "rounds": stats["rounds"]}
    return told | info["row"]


if __name__ == "__main__":
    sys.exit(main())
