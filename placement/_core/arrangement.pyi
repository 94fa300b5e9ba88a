import numpy as np
from numpy.typing import NDArray

def arrange(
    order: NDArray[np.int32],
    above_ptr: NDArray[np.int64],
    above: NDArray[np.int32],
    place: NDArray[np.int32],
    parent: NDArray[np.int32],
    depth: NDArray[np.int32],
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
) -> None: ...
