import numpy as np
from numpy.typing import NDArray

def trace_paths(
    indptr: NDArray[np.int64],
    tails: NDArray[np.int32],
    latency: NDArray[np.int32],
    variance: NDArray[np.int64],
    link: NDArray[np.int32],
    arc_open: NDArray[np.uint8],
    processing: NDArray[np.int32],
    rank: NDArray[np.int32],
    sources: NDArray[np.int32],
    label: NDArray[np.int32],
    spread: NDArray[np.int64],
    rows: NDArray[np.int32],
    targets: NDArray[np.int32],
    ends: NDArray[np.int64],
    out: NDArray[np.int64],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> int: ...
