"""Build the tables of law that the library reads from the hand-kept facts beside this script.

::

    python data/law/build.py           # write law.json
    python data/law/build.py --check   # fail unless the file is what would be written

Each row names its source; a source that no row names, or that is not there, is an error.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["build", "main"]

HERE = Path(__file__).parent
# The day on which the facts were last gone through: plans record it.
VERSION = "2026-11-25"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of facts."""
    with (HERE / "facts" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def said(**fields: Any) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value}


def members(row: dict[str, str], groups: set[str]) -> dict[str, Any]:
    """Return who joined a group together, and from when to when."""
    codes = row["codes"].split()
    return said(
        countries=sorted(code for code in codes if code not in groups),
        groups=sorted(code for code in codes if code in groups),
        **{"from": row["from"]},
        until=row["until"],
        source=row["source"],
    )


def content() -> dict[str, Any]:
    """Return the tables as the file holds them."""
    names = {row["group"] for row in rows("groups")}
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows("groups"):
        groups.setdefault(row["group"], []).append(members(row, names))
    return {
        "format": "placement-law/1",
        "version": VERSION,
        "countries": {
            row["code"]: said(name=row["name"], part_of=row["part_of"], source=row["source"])
            for row in rows("countries")
        },
        "aliases": {
            row["alias"]: {"code": row["code"], "source": row["source"]} for row in rows("aliases")
        },
        "groups": groups,
        "adequacy": [said(**row) for row in rows("adequacy")],
        "schemes": {
            row["scheme"]: {
                "levels": row["levels"].split(),
                "ordered": row["ordered"] == "yes",
                "source": row["source"],
            }
            for row in rows("schemes")
        },
        "sources": {
            row["id"]: said(act=row["act"], reference=row["reference"], date=row["date"])
            for row in rows("sources")
        },
    }


def check_sources(tables: dict[str, Any]) -> None:
    """Fail if a row has no source, or a source no row."""
    listed = [row for group in tables["groups"].values() for row in group] + tables["adequacy"]
    for name in ("countries", "aliases", "schemes"):
        listed += tables[name].values()
    named = {row["source"] for row in listed}
    odd = named ^ set(tables["sources"])
    if odd:
        raise SystemExit(f"sources without a row, or rows without a source: {sorted(odd)}")


def build() -> str:
    """Return the text of the file: a line for each row."""
    tables = content()
    check_sources(tables)
    parts = []
    for name, table in tables.items():
        if isinstance(table, str):
            parts.append(f' "{name}": {json.dumps(table)}')
            continue
        mapped = isinstance(table, dict)
        lines = [
            "  " + (f"{json.dumps(key, ensure_ascii=False)}: " if mapped else "") + text(row)
            for key, row in (table.items() if mapped else enumerate(table))
        ]
        left, right = ("{", "}") if mapped else ("[", "]")
        parts.append(f' "{name}": {left}\n' + ",\n".join(lines) + f"\n {right}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def text(row: Any) -> str:
    """Return a row in one line; a list of rows in one each."""
    if isinstance(row, list):
        return "[\n" + ",\n".join(f"   {text(one)}" for one in row) + "\n  ]"
    return json.dumps(row, ensure_ascii=False)


def main() -> None:
    """Write the file, or check it."""
    path, made = HERE / "law.json", build()
    if "--check" not in sys.argv:
        path.write_text(made, encoding="utf-8")
    elif path.read_text(encoding="utf-8") != made:
        raise SystemExit(f"{path} is not what data/law/build.py would write")


if __name__ == "__main__":
    main()
