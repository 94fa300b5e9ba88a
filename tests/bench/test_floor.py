"""The floor is a fill of the whole array."""

import numpy as np
import pytest

from bench.floor import stream_fill, streams


@pytest.mark.skipif(streams() is None, reason="no compiler for x86-64")
def test_the_whole_array_is_filled():
    """All that lies in whole units of 16 bytes, and nothing beyond the array."""
    array = np.zeros(1_000, np.int32)
    stream_fill(array[4:996], 7)
    assert (array[8:992] == 7).all()
    assert not array[:4].any()
    assert not array[996:].any()
