import numpy as np
from numpy.typing import NDArray

def unit_vectors(points: NDArray[np.float64], out: NDArray[np.float64]) -> None: ...
def great_circles(
    sources: NDArray[np.float64],
    targets: NDArray[np.float64],
    out: NDArray[np.int32],
    begin: int,
    end: int,
    stop: NDArray[np.int64],
) -> bool: ...
