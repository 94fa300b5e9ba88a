"""Every test that takes `kernel` runs for each variant that this machine can run."""

import importlib

import pytest

from placement._core import COPIES
from tests._core.steps import VARIANTS


def variants():
    """Return the variants of `placement._core.dijkstra` by name."""
    return {name: importlib.import_module(f"{home}.dijkstra") for name, home in COPIES.items()}


@pytest.fixture(params=variants().values(), ids=variants().keys())
def kernel(request):
    """Return one variant of the module `placement._core.dijkstra`."""
    return request.param


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS.keys())
def variant(request):
    """Return the steps from a network to its matrix by one variant of the kernels."""
    return request.param
