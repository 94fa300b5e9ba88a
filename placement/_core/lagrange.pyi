import numpy as np
from numpy.typing import NDArray

def share_out(
    classes: NDArray[np.int32],
    pair_ptr: NDArray[np.int64],
    pair_cost: NDArray[np.float64],
    out_cost: NDArray[np.float64],
    count: NDArray[np.int64],
    use_ptr: NDArray[np.int64],
    use_row: NDArray[np.int32],
    use_share: NDArray[np.float64],
    price: NDArray[np.float64],
    warmth: float,
    load: NDArray[np.float64],
    stop: NDArray[np.int64],
) -> tuple[float, float] | None: ...
def list_near(
    pair_ptr: NDArray[np.int64],
    pair_cost: NDArray[np.float64],
    use_ptr: NDArray[np.int64],
    use_row: NDArray[np.int32],
    use_share: NDArray[np.float64],
    price: NDArray[np.float64],
    window: float,
    least: int,
    most: int,
    near: NDArray[np.uint8],
    stop: NDArray[np.int64],
) -> bool: ...
