"""The code in README and docs runs."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "data/README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page):
    """Return the Python blocks of a page, each after as many empty lines as stand before it."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        yield "\n" * text.count("\n", 0, match.start(1)), match[1]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_the_code_of_a_page_runs(page, tmp_path, monkeypatch):
    """The blocks of a page run in turn in one namespace; sessions print what they show."""
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for above, code in blocks(page):
        if code.lstrip().startswith(">>>"):
            test = doctest.DocTestParser().get_doctest(
                code, names, page.name, str(page), len(above)
            )
            assert runner.run(test, clear_globs=False).failed == 0
            names = test.globs
        else:
            exec(compile(above + code, str(page), "exec"), names)
