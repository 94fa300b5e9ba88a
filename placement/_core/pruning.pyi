import numpy as np
from numpy.typing import NDArray

def prune(
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
    depth: NDArray[np.int32],
    processing: NDArray[np.uint32],
    up: NDArray[np.uint32],
    down: NDArray[np.uint32],
    up_ptr: NDArray[np.int64],
    up_end: NDArray[np.int32],
    up_kept: NDArray[np.uint32],
    down_ptr: NDArray[np.int64],
    down_depth: NDArray[np.int32],
    down_kept: NDArray[np.uint32],
    stop: NDArray[np.int64],
) -> bool: ...
