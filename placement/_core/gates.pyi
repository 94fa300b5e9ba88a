from numpy import int32, int64, uint32
from numpy.typing import NDArray

def split_core(
    parent: NDArray[int32],
    ptr: NDArray[int64],
    up_ptr: NDArray[int64],
    down_ptr: NDArray[int64],
    most_nodes: int,
    top: NDArray[int32],
    core: NDArray[int32],
) -> tuple[int, int, int, int]: ...
def take_core(
    depth: NDArray[int32],
    core: NDArray[int32],
    up_ptr: NDArray[int64],
    up_end: NDArray[int32],
    up: NDArray[uint32],
    down_ptr: NDArray[int64],
    down_depth: NDArray[int32],
    down: NDArray[uint32],
    core_up_ptr: NDArray[int64],
    core_up_end: NDArray[int32],
    core_up: NDArray[uint32],
    core_down_ptr: NDArray[int64],
    core_down_end: NDArray[int32],
    core_down: NDArray[uint32],
) -> None: ...
def find_gates(
    depth: NDArray[int32],
    ptr: NDArray[int64],
    ancestors: NDArray[int32],
    top: NDArray[int32],
    core: NDArray[int32],
    down_ptr: NDArray[int64],
    down_depth: NDArray[int32],
    down: NDArray[uint32],
    processing: NDArray[uint32],
    gates: NDArray[uint32],
) -> None: ...
def list_gates(gates: NDArray[uint32], columns: NDArray[int32], listed: NDArray[uint32]) -> int: ...
def list_members(
    top: NDArray[int32],
    columns: NDArray[int32],
    member: NDArray[int32],
    member_column: NDArray[int32],
) -> int: ...
