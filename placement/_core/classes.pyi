import numpy as np
from numpy.typing import NDArray

def lay_classes(
    arcs: NDArray[np.int32],
    latency: NDArray[np.uint32],
    allowed: NDArray[np.uint16],
    lines: NDArray[np.uint32],
) -> None: ...
def customise_classes(
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
    processing: NDArray[np.uint32],
    crossing: NDArray[np.uint16],
    up_lines: NDArray[np.uint32],
    down_lines: NDArray[np.uint32],
    stop: NDArray[np.int64],
) -> bool: ...
