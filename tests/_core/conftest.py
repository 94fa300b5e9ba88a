"""Every test that takes `kernel` runs for each variant that this machine can run."""

import pytest

from placement._core import dijkstra
from placement._core.cpu import has_x86_64_v3


def variants():
    """Return the variants of the hot kernels by name."""
    found = {"baseline": dijkstra}
    if has_x86_64_v3():
        from placement._core.v3 import dijkstra as fast

        found["x86-64-v3"] = fast
    return found


@pytest.fixture(params=variants().values(), ids=variants().keys())
def kernel(request):
    """Return one variant of the module `placement._core.dijkstra`."""
    return request.param
