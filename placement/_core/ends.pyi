from typing import Any

import numpy as np
from numpy.typing import NDArray

def label_ends(
    parent: NDArray[np.int32],
    depth: NDArray[np.int32],
    ptr: NDArray[np.int64],
    above: NDArray[np.int32],
    arcs: NDArray[np.uint32],
    processing: NDArray[np.uint32],
    ends: NDArray[np.int32],
    label_ptr: NDArray[np.int64],
    label: NDArray[np.uint32],
    by: NDArray[np.int64],
    stop: NDArray[np.int64],
) -> bool: ...
def find_users(
    tree: tuple[NDArray[Any], ...],
    up_way: tuple[NDArray[Any], ...],
    down_way: tuple[NDArray[Any], ...],
    part_of_node: NDArray[np.int32],
    ends: NDArray[np.int32],
    label_ptr: NDArray[np.int64],
    up_label: NDArray[np.uint32],
    up_by: NDArray[np.int64],
    down_label: NDArray[np.uint32],
    down_by: NDArray[np.int64],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    up_origin: NDArray[np.int64],
    down_origin: NDArray[np.int64],
    rtt: NDArray[np.int64],
    n_parts: int,
    stop: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int32]] | tuple[None, None]: ...
