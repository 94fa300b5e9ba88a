"""Every engine passes the contract."""

import pytest

from placement import solve
from tests.solve.contract import Contract, two_sites


class TestEngines(Contract):
    """The shared suite, for each engine that a caller may name."""

    @pytest.fixture(params=["auto", "exact", "greedy"])
    def engine(self, request):
        """Return the name of an engine."""
        return request.param


def test_an_unknown_engine_is_refused_with_a_hint():
    """A misspelled engine is an error that names the right one."""
    with pytest.raises(ValueError, match="exact"):
        solve(two_sites(1), engine="exakt")
