from numpy import int32
from numpy.typing import NDArray

def stream(out: NDArray[int32], value: int) -> None: ...
