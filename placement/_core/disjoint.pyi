import numpy as np
from numpy.typing import NDArray

def disjoint_pair(
    indptr: NDArray[np.int64],
    tails: NDArray[np.int32],
    heads: NDArray[np.int32],
    edge: NDArray[np.int32],
    out: NDArray[np.int32],
    back: NDArray[np.int32],
    node_open: NDArray[np.uint8],
    processing: NDArray[np.int32],
    source: int,
    target: int,
    by_nodes: bool,
    work: int,
    stop: NDArray[np.int64],
) -> tuple[bool, list[list[int]], int | None, int] | None: ...
