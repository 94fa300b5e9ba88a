import numpy as np
from numpy.typing import NDArray

def group_links(
    tails: NDArray[np.int32],
    heads: NDArray[np.int32],
    latency: NDArray[np.int32],
    two_way: NDArray[np.uint8],
    indptr: NDArray[np.int64],
    arc_head: NDArray[np.int32],
    arc_latency: NDArray[np.int32],
    arc_link: NDArray[np.int32],
) -> None: ...
