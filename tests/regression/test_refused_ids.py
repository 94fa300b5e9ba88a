"""Ids that are refused must not break the search for a near name."""

import pytest

from placement import InputError, Problem


def test_a_refused_id_does_not_break_the_hints():
    """Who names a row whose id is refused is told so, in words."""
    with pytest.raises(InputError, match=r"workloads\[0\].id") as caught:
        Problem(
            nodes=[{"id": "n"}],
            sites=[{"id": "s", "node": "n"}],
            workloads=[{"id": -1}],
            pairs=[{"workload": "w", "site": "s"}],
        )
    assert "pairs[0].workload" in str(caught.value)
