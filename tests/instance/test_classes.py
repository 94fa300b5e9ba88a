"""Equal workloads are found by one hash, and what it takes for equal is compared."""

import numpy as np
import pytest

from placement.instance import classes


@pytest.mark.parametrize("odd", [classes.ODD, np.uint64(0)], ids=["a good hash", "no hash at all"])
def test_rows_are_grouped_by_all_their_marks(monkeypatch, odd):
    """Even where all rows have the same hash; groups count in the order of their first rows."""
    monkeypatch.setattr(classes, "ODD", odd)
    rng = np.random.default_rng(1)
    for n_rows in (0, 1, 7, 200):
        marks = [rng.integers(-2, 2, n_rows), rng.integers(0, 3, n_rows) << 60]
        first, code = classes._grouped(marks, n_rows)
        rows = list(zip(*(one.tolist() for one in marks), strict=True))
        seen = list(dict.fromkeys(rows))
        assert code.tolist() == [seen.index(row) for row in rows]
        assert first.tolist() == [rows.index(row) for row in seen]
