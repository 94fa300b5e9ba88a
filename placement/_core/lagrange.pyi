import numpy as np
from numpy.typing import NDArray

def take_cheapest(
    pair_ptr: NDArray[np.int64],
    pair_cost: NDArray[np.float64],
    out_cost: NDArray[np.float64],
    count: NDArray[np.int64],
    use_ptr: NDArray[np.int64],
    use_row: NDArray[np.int32],
    use_share: NDArray[np.float64],
    price: NDArray[np.float64],
    load: NDArray[np.float64],
    choice: NDArray[np.int64],
    stop: NDArray[np.int64],
) -> float | None: ...
