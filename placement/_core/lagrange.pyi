import numpy as np
from numpy.typing import NDArray

def share_out(
    classes: NDArray[np.int32],
    pair_ptr: NDArray[np.int64],
    pair_site: NDArray[np.int32],
    pair_cost: NDArray[np.float64],
    out_cost: NDArray[np.float64],
    count: NDArray[np.int64],
    own: NDArray[np.int64],
    list_ptr: NDArray[np.int64],
    list_kind: NDArray[np.int32],
    list_amount: NDArray[np.float64],
    price: NDArray[np.float64],
    warmth: float,
    load: NDArray[np.float64],
    stop: NDArray[np.int64],
) -> tuple[float, float] | None: ...
def list_near(
    pair_ptr: NDArray[np.int64],
    pair_site: NDArray[np.int32],
    pair_cost: NDArray[np.float64],
    own: NDArray[np.int64],
    list_ptr: NDArray[np.int64],
    list_kind: NDArray[np.int32],
    list_amount: NDArray[np.float64],
    price: NDArray[np.float64],
    window: float,
    least: int,
    most: int,
    near: NDArray[np.uint8],
    stop: NDArray[np.int64],
) -> bool: ...
def charge_pairs(
    pair_ptr: NDArray[np.int64],
    pair_site: NDArray[np.int32],
    own: NDArray[np.int64],
    list_ptr: NDArray[np.int64],
    list_kind: NDArray[np.int32],
    list_amount: NDArray[np.float64],
    price: NDArray[np.float64],
    paid: NDArray[np.float64],
) -> None: ...
def take_cheapest(
    pair_ptr: NDArray[np.int64],
    pair_site: NDArray[np.int32],
    pair_cost: NDArray[np.int64],
    own: NDArray[np.int64],
    list_ptr: NDArray[np.int64],
    list_kind: NDArray[np.int32],
    list_amount: NDArray[np.int64],
    price: NDArray[np.int64],
    shift: int,
    cheapest: NDArray[np.int64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
