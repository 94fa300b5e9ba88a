import numpy as np
from numpy.typing import NDArray

def eliminate(
    out_ptr: NDArray[np.int64],
    out_heads: NDArray[np.int32],
    back_ptr: NDArray[np.int64],
    back_heads: NDArray[np.int32],
    most_arcs: int,
    most_work: float,
    left: NDArray[np.int64],
    stop: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]] | tuple[None, None, None]: ...
