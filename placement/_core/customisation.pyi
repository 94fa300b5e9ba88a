import numpy as np
from numpy.typing import NDArray

def lay(
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
    place: NDArray[np.int32],
    indptr: NDArray[np.int64],
    heads: NDArray[np.int32],
    latency: NDArray[np.int32],
    is_open: NDArray[np.uint8],
    back: bool,
    processing: NDArray[np.int32],
    node_open: NDArray[np.uint8],
    up: NDArray[np.uint32],
    down: NDArray[np.uint32],
    through: NDArray[np.uint32],
) -> bool: ...
def customise(
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
    depth: NDArray[np.int32],
    processing: NDArray[np.uint32],
    up: NDArray[np.uint32],
    down: NDArray[np.uint32],
    stop: NDArray[np.int64],
) -> bool: ...
