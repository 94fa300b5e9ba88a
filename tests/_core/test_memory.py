"""Writing past the cache."""

import numpy as np
import pytest

from placement._core import stream


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (3, 5), (2, 64), (7, 1001)])
@pytest.mark.parametrize("skip", range(5))
def test_all_cells_and_no_others_are_written(shape, skip):
    """Wherever the matrix begins, what stands before and after it stays."""
    n_cells = shape[0] * shape[1]
    room = np.zeros(n_cells + skip + 3, np.int32)
    stream(room[skip : skip + n_cells].reshape(shape), -9)
    assert (room[skip : skip + n_cells] == -9).all()
    assert not room[:skip].any()
    assert not room[skip + n_cells :].any()
