import numpy as np
from numpy.typing import NDArray

def meet(
    parent: NDArray[np.int32],
    depth: NDArray[np.int32],
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
    ends: NDArray[np.int32],
    of_few: NDArray[np.uint32],
    of_many: NDArray[np.uint32],
    processing: NDArray[np.uint32],
    few: NDArray[np.int32],
    wanted: NDArray[np.int32],
    seat_ptr: NDArray[np.int64],
    seats: NDArray[np.int32],
    where: NDArray[np.int32],
    out: NDArray[np.int32],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
