import numpy as np
from numpy.typing import NDArray

def keep_wished(
    wish: NDArray[np.int64],
    allowed: NDArray[np.uint64],
    bits: NDArray[np.uint64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
def keep_near(
    order: NDArray[np.int64],
    key: NDArray[np.int64],
    ptr: NDArray[np.int64],
    route: NDArray[np.int64],
    time: NDArray[np.int64],
    bound: NDArray[np.int64],
    bits: NDArray[np.uint64],
    worst: NDArray[np.int64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
def keep_roomy(
    group: NDArray[np.int64],
    amount: NDArray[np.int64],
    room: NDArray[np.int64],
    bits: NDArray[np.uint64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
def count_sites(
    bits: NDArray[np.uint64],
    count: NDArray[np.int64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
def list_sites(
    bits: NDArray[np.uint64],
    pair_ptr: NDArray[np.int64],
    pair_site: NDArray[np.int32],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
