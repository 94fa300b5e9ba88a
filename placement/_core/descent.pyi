import numpy as np
from numpy.typing import NDArray

def sweep(
    parent: NDArray[np.int32],
    depth: NDArray[np.int32],
    up_ptr: NDArray[np.int64],
    up_end: NDArray[np.int32],
    up: NDArray[np.uint32],
    down_ptr: NDArray[np.int64],
    down_depth: NDArray[np.int32],
    down: NDArray[np.uint32],
    processing: NDArray[np.uint32],
    wanted: NDArray[np.int32],
    sources: NDArray[np.int32],
    columns: NDArray[np.int32],
    out: NDArray[np.int32],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
