import numpy as np
from numpy.typing import NDArray

def contract_network(
    one: NDArray[np.int32],
    other: NDArray[np.int32],
    out: NDArray[np.int32],
    back: NDArray[np.int32],
    node_open: NDArray[np.uint8],
    processing: NDArray[np.int32],
    source: int,
    target: int,
    by_nodes: bool,
    stop: NDArray[np.int64],
) -> (
    tuple[
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.int64],
    ]
    | None
): ...
