import numpy as np
from numpy.typing import NDArray

def improve(
    pair_ptr: NDArray[np.int64],
    pair_class: NDArray[np.int32],
    pair_site: NDArray[np.int32],
    pair_cost: NDArray[np.int64],
    priority: NDArray[np.int64],
    use_ptr: NDArray[np.int64],
    use_row: NDArray[np.int32],
    use_amount: NDArray[np.int64],
    open_cost: NDArray[np.int64],
    site_ptr: NDArray[np.int64],
    site_pairs: NDArray[np.int32],
    order: NDArray[np.int32],
    left: NDArray[np.int64],
    room: NDArray[np.int64],
    members: NDArray[np.int64],
    placed: NDArray[np.int64],
    stop: NDArray[np.int64],
) -> bool: ...
