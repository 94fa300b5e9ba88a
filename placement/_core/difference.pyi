import numpy as np
from numpy.typing import NDArray

def subtree_ends(parent: NDArray[np.int32], end: NDArray[np.int32]) -> None: ...
def mark_above(parent: NDArray[np.int32], mark: NDArray[np.uint8]) -> None: ...
def affected(
    ptr: NDArray[np.int64],
    ancestors: NDArray[np.int32],
    lower: NDArray[np.int32],
    depth: NDArray[np.int32],
    end: NDArray[np.int32],
    processing: NDArray[np.uint32],
    labels: NDArray[np.uint32],
    arcs: NDArray[np.int64],
    before: NDArray[np.uint32],
    seat_ptr: NDArray[np.int64],
    seats: NDArray[np.int32],
    most_steps: int,
) -> NDArray[np.int32]: ...
def overwrite(
    live: NDArray[np.int32],
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    fresh: NDArray[np.int32],
    count: NDArray[np.int64],
    column: NDArray[np.int32],
    old: NDArray[np.int32],
    new: NDArray[np.int32],
) -> int: ...
