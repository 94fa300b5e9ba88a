from numpy import float64, int32, int64
from numpy.typing import NDArray

def anneal(
    pair_ptr: NDArray[int64],
    pair_cost: NDArray[float64],
    pair_site: NDArray[int32],
    use_ptr: NDArray[int64],
    use_row: NDArray[int32],
    use_share: NDArray[float64],
    out_cost: NDArray[float64],
    owner: NDArray[int32],
    price: NDArray[float64],
    opening: NDArray[float64],
    leaves: bool,
    pair: NDArray[int64],
    load: NDArray[float64],
    warm: float,
    cold: float,
    cheap: float,
    dear: float,
    n_steps: int,
    seed: int,
    stop: NDArray[int64],
) -> bool: ...
