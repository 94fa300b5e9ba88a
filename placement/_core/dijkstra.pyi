import numpy as np
from numpy.typing import NDArray

MAX_LATENCY_NS: int
UNREACHABLE_NS: int
MAX_VARIANCE: int

def shortest_paths(
    indptr: NDArray[np.int64],
    heads: NDArray[np.int32],
    latency: NDArray[np.int32],
    arc_open: NDArray[np.uint8],
    node_open: NDArray[np.uint8],
    processing: NDArray[np.int32],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    out: NDArray[np.int32],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
def shortest_paths_variance(
    indptr: NDArray[np.int64],
    heads: NDArray[np.int32],
    latency: NDArray[np.int32],
    variance: NDArray[np.int64],
    arc_open: NDArray[np.uint8],
    node_open: NDArray[np.uint8],
    processing: NDArray[np.int32],
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    out: NDArray[np.int32],
    out_variance: NDArray[np.int64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
