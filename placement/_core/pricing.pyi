import numpy as np
from numpy.typing import NDArray

def price_pairs(
    order: NDArray[np.int64],
    key: NDArray[np.int64],
    ptr: NDArray[np.int64],
    route: NDArray[np.int64],
    weight: NDArray[np.int64],
    rtt: NDArray[np.int64],
    way: NDArray[np.uint8],
    factor: NDArray[np.int64],
    home: NDArray[np.int64],
    amount: NDArray[np.int64],
    rate: NDArray[np.int64],
    now: NDArray[np.int64],
    move: NDArray[np.int64],
    pair_ptr: NDArray[np.int64],
    pair_site: NDArray[np.int32],
    pair_cost: NDArray[np.int64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
