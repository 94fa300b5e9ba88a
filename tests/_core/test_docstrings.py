"""The examples in the docstrings of compiled modules, which pytest does not collect itself."""

import doctest
import importlib
from pathlib import Path

import pytest

from placement import _core

KERNELS = sorted(stub.stem for stub in Path(_core.__file__).parent.glob("*.pyi"))


@pytest.mark.parametrize("name", KERNELS)
def test_the_examples_of_a_kernel_run(name):
    """Each function of a kernel shows an example, and it gives what it says."""
    module = importlib.import_module(f"placement._core.{name}")
    for function in vars(module).values():
        if not callable(function) or function.__module__ != module.__name__:
            continue
        test = doctest.DocTestParser().get_doctest(
            function.__doc__, {}, function.__qualname__, None, None
        )
        assert test.examples, function
        assert doctest.DocTestRunner().run(test).failed == 0, function
