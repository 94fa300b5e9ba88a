from typing import Any

import numpy as np
from numpy.typing import NDArray

def reroute(
    tree: tuple[NDArray[Any], ...],
    up_way: tuple[NDArray[Any], ...],
    down_way: tuple[NDArray[Any], ...],
    part_arc: NDArray[np.int64],
    part_node: NDArray[np.int32],
    ends: NDArray[np.int32],
    label_ptr: NDArray[np.int64],
    up_label: NDArray[np.uint32],
    up_by: NDArray[np.int64],
    down_label: NDArray[np.uint32],
    down_by: NDArray[np.int64],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    user_ptr: NDArray[np.int64],
    users: NDArray[np.int32],
    parts: NDArray[np.int32],
    columns: NDArray[np.int64],
    out: NDArray[np.int64],
    alike: bool,
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
