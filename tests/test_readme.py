"""The README: its first screen is the example, and what it says in comments is what comes out."""

import ast
import contextlib
import io
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(
    r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
DESIGN = Path(__file__).parents[1] / "../shared/DESIGN.md"


def comment_of(line):
    """Return what a line says in its comment, "" without one."""
    return line.partition("  # ")[2].strip() if "  # " in line else line.removeprefix("# ")


def without_seconds(text):
    """Return a summary without how long it took."""
    return re.sub(r"[0-9.]+ s$", "… s", text)


def test_the_example_is_the_first_thing_on_the_page():
    """Whoever opens the page sees the code."""
    assert PAGE.read_text(encoding="utf-8").split("```")[0].split() == ["#", "placement"]


def test_the_example_is_the_one_of_the_design():
    """Word for word."""
    if not DESIGN.exists():
        pytest.skip("the design is not here")
    assert BLOCKS[0] in DESIGN.read_text(encoding="utf-8")


def test_the_page_prints_what_its_comments_say(tmp_path, monkeypatch):
    """Each print has what it prints behind it, or in the line below."""
    monkeypatch.chdir(tmp_path)
    names = {}
    n_checked = 0
    for block in BLOCKS:
        lines = block.splitlines()
        for statement in ast.parse(block).body:
            told = io.StringIO()
            code = ast.unparse(statement)
            with contextlib.redirect_stdout(told):
                exec(code, names)
            last = lines[statement.end_lineno - 1]
            below = lines[statement.end_lineno] if statement.end_lineno < len(lines) else ""
            if code.startswith("print("):
                expected = comment_of(last) if "  # " in last else comment_of(below)
                assert without_seconds(told.getvalue().strip()) == without_seconds(expected)
                n_checked += 1
            elif isinstance(statement, ast.Expr) and "  # " in last:
                assert repr(eval(code, names)) == comment_of(last)
                n_checked += 1
    assert n_checked >= 8
