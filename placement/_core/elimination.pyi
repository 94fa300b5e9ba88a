import numpy as np
from numpy.typing import NDArray

def eliminate(
    out_ptr: NDArray[np.int64],
    out_heads: NDArray[np.int32],
    back_ptr: NDArray[np.int64],
    back_heads: NDArray[np.int32],
    most_arcs: int,
    most_work: float,
    stop: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]] | tuple[None, None, None]: ...
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
