import numpy as np
from numpy.typing import NDArray

def complete(
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
    processing: NDArray[np.uint32],
    up: NDArray[np.uint32],
    down: NDArray[np.uint32],
    true_up: NDArray[np.uint32],
    true_down: NDArray[np.uint32],
    stop: NDArray[np.int64],
) -> bool: ...
def correct(
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
    lower: NDArray[np.int32],
    under_ptr: NDArray[np.int64],
    under: NDArray[np.int64],
    processing: NDArray[np.uint32],
    up: NDArray[np.uint32],
    down: NDArray[np.uint32],
    arcs: NDArray[np.int64],
    true_up: NDArray[np.uint32],
    true_down: NDArray[np.uint32],
    queued: NDArray[np.uint8],
    heap: NDArray[np.uint64],
    most_steps: int,
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint32]] | tuple[None, None, None]: ...
