import numpy as np
from numpy.typing import NDArray

def split_classes(
    lines: NDArray[np.uint32],
    out: NDArray[np.uint32],
) -> None: ...
def cross_classes(
    processing: NDArray[np.uint32],
    crossing: NDArray[np.uint16],
    out: NDArray[np.uint32],
) -> None: ...
def gate_classes(
    depth: NDArray[np.int32],
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
    top: NDArray[np.int32],
    core: NDArray[np.int32],
    processing: NDArray[np.uint32],
    crossing: NDArray[np.uint16],
    lines: NDArray[np.uint32],
    n_gates: int,
    out: NDArray[np.uint32],
) -> None: ...
