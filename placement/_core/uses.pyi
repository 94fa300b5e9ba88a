import numpy as np
from numpy.typing import NDArray

def join_sites(
    list_ptr: NDArray[np.int64],
    list_kind: NDArray[np.int32],
    bits: NDArray[np.uint64],
    joined: NDArray[np.uint64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
def count_uses(
    pair_ptr: NDArray[np.int64],
    pair_site: NDArray[np.int32],
    own: NDArray[np.int64],
    list_ptr: NDArray[np.int64],
    list_kind: NDArray[np.int32],
    row_of: NDArray[np.int32],
    count: NDArray[np.int64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
def list_uses(
    pair_ptr: NDArray[np.int64],
    pair_site: NDArray[np.int32],
    own: NDArray[np.int64],
    list_ptr: NDArray[np.int64],
    list_kind: NDArray[np.int32],
    list_amount: NDArray[np.int64],
    row_of: NDArray[np.int32],
    use_ptr: NDArray[np.int64],
    use_row: NDArray[np.int32],
    use_amount: NDArray[np.int64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
