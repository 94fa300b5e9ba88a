"""Build the reference federation ``europe.json`` from ``facts/``.

::

    python data/europe/build.py           # write europe.json beside this file
    python data/europe/build.py --check   # fail unless the file is what would be written

Only the standard library is needed, and the same bytes come out on every machine.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # the parts stand beside this script

from demand import make_pairs, make_workloads
from supply import Supply

__all__ = ["OUTPUT", "build", "main", "render"]

SEED = 20261124
AT = "2026-11-24"
OUTPUT = Path(__file__).parent / "europe.json"
OBJECTIVE = {"latency": 1, "price": 15, "carbon": 0.1, "moves": 0.5}
HEAD = ("format", "name", "at", "objective")


def build() -> dict[str, Any]:
    """Return the federation as a ``placement-problem/1`` document."""
    supply = Supply(SEED)
    workloads = make_workloads(supply, SEED + 1000, AT)
    used = {workload.get("policy") for workload in workloads}
    return {
        "format": "placement-problem/1",
        "name": "europe",
        "at": AT,
        "objective": OBJECTIVE,
        "operators": supply.operators,
        "agreements": supply.agreements,
        "nodes": supply.nodes,
        "links": supply.links,
        "slices": supply.slices,
        "sites": supply.sites,
        "policies": [policy for policy in supply.policies if policy["id"] in used],
        "workloads": workloads,
        "pairs": make_pairs(workloads),
    }


def render(document: dict[str, Any]) -> str:
    """Return a document as JSON with one item a line."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    parts = [f"{line(key)}: {line(document[key])}" for key in HEAD]
    for key, items in document.items():
        if key not in HEAD:
            rows = ",\n".join(line(item) for item in items)
            parts.append(f"{line(key)}: [\n{rows}\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(arguments: list[str]) -> int:
    """Write the file, or check it; return the exit code."""
    text = render(build())
    if arguments == ["--check"]:
        same = OUTPUT.exists() and OUTPUT.read_bytes() == text.encode()
        if not same:
            sys.stderr.write(f"{OUTPUT.name} is not what build.py makes: run it again\n")
        return 0 if same else 1
    if arguments:
        sys.stderr.write("usage: build.py [--check]\n")
        return 2
    OUTPUT.write_bytes(text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
