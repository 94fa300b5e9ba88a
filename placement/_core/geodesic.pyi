import numpy as np
from numpy.typing import NDArray

def great_circle(
    lat1: NDArray[np.float64],
    lon1: NDArray[np.float64],
    lat2: NDArray[np.float64],
    lon2: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None: ...
