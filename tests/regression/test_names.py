"""Names that are both a function and a package inside."""

import subprocess
import sys

import pytest

FIRST = [
    "import placement.verify",
    "import placement.solve",
    "import placement.explain",
    "from placement import solve",
    "from placement import Problem, solve; solve(Problem())",
]


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("name", ["verify", "solve", "explain"])
def test_a_public_name_is_the_function_whatever_was_imported_before(first, name):
    """Loading a package binds it under its own name, which must not hide the function."""
    code = (
        f"{first}\nfrom placement import {name}\nassert type({name}).__name__ == 'function', {name}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
