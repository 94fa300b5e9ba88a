import numpy as np
from numpy.typing import NDArray

def attach(
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
    tails: NDArray[np.int32],
    heads: NDArray[np.int32],
    slot: NDArray[np.int64],
    first: NDArray[np.int32],
    following: NDArray[np.int32],
) -> None: ...
def relay(
    slots: NDArray[np.int64],
    first: NDArray[np.int32],
    following: NDArray[np.int32],
    latency: NDArray[np.int32],
    is_open: NDArray[np.uint8],
    up: NDArray[np.uint32],
    down: NDArray[np.uint32],
    arcs: NDArray[np.int64],
) -> int: ...
