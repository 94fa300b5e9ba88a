"""What a matrix needs of each of sixteen routing classes, in a row of its own.

Up to here the classes lie side by side, a line for each arc of the elimination tree. Now sixteen lines
at a time are turned round in the registers, and written past the cache.
"""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uintptr_t

from placement._core.lanes cimport LANES, lane_of, lanes_clear, lanes_t, lines_copy, lines_fence
from placement._core.lines cimport allocate_lines, free_lines
from placement._core.masks cimport (
    ALL, LINE, classes_least, classes_pass, classes_relax, classes_set, classes_turn, lines_of
)


# Lines that become rows, one a class, as soon as there are sixteen of them.
cdef struct Rows:
    lanes_t tile[16]
    lanes_t turned[16]
    int n_lines
    uint32_t* rows
    int64_t stride
    int64_t column
    int n_rows


cdef inline void flush(Rows* space) noexcept nogil:
    cdef int row
    classes_turn(space.tile, space.turned)
    for row in range(space.n_rows):
        lines_copy(
            <int32_t*> (space.rows + row * space.stride + space.column),
            <uint32_t*> &space.turned[row], 1, True,
        )
    space.column += LANES
    space.n_lines = 0


cdef inline lanes_t* next_line(Rows* space) noexcept nogil:
    if space.n_lines == LANES:
        flush(space)
    space.n_lines += 1
    return &space.tile[space.n_lines - 1]


# Whatever comes in the rows behind the last line is nonsense, and within the rows.
cdef Rows rows_of(uint32_t[:, ::1] rows, int64_t n_lines) except *:
    cdef Rows space
    space.n_lines = space.column = 0
    space.n_rows, space.stride = <int> rows.shape[0], rows.shape[1]
    space.rows = &rows[0, 0] if rows.size else NULL
    if space.stride % LANES or space.stride < n_lines or <uintptr_t> space.rows % LINE:
        raise ValueError(f"expected rows of whole cache lines, with room for {n_lines} labels")
    if space.n_rows > LANES:
        raise ValueError(f"{space.n_rows} classes; expected at most {LANES}")
    return space


def split_classes(
    uint32_t[:, ::1] lines,  # IN
    uint32_t[:, ::1] out,    # OUT
):
    """Give each class its latencies in a row of its own.

    Parameters
    ----------
    lines : ndarray of shape (n_arcs, 16), uint32, ns
        As `customise_classes` leaves them.
    out : ndarray of shape (n_classes, n_columns), uint32, ns
        Filled up to column n_arcs: a row a class, at most sixteen, each of whole cache lines.

    Raises
    ------
    ValueError
        If lines or rows do not lie as they should.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import split_classes
    >>> room = np.empty(96, np.uint32)
    >>> start = -room.ctypes.data % 64 // 4
    >>> lines, out = room[start : start + 80].reshape(5, 16)[:2], room[start + 32 : start + 80].reshape(3, 16)
    >>> lines[:] = np.arange(32).reshape(2, 16)
    >>> split_classes(lines, out)
    >>> out[:, :2].tolist()
    [[0, 16], [1, 17], [2, 18]]
    """
    cdef lanes_t* label = lines_of(lines)
    cdef Rows rows = rows_of(out, lines.shape[0])
    cdef Py_ssize_t arc
    with nogil:
        for arc in range(lines.shape[0]):
            next_line(&rows)[0] = label[arc]
        if rows.n_lines:
            flush(&rows)
        lines_fence()


def cross_classes(
    const uint32_t[::1] processing,  # IN
    const uint16_t[::1] crossing,    # IN
    uint32_t[:, ::1] out,            # OUT
):
    """Give each class what passing through the nodes takes, in a row of its own.

    Parameters
    ----------
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; at most 2**31 - 1.
    crossing : ndarray of shape (n_nodes,), uint16
        By number: the classes that may cross the node, the first in the lowest bit.
    out : ndarray of shape (n_classes, n_columns), uint32, ns
        Filled up to column n_nodes, 2**31 - 1 where a class may not cross: a row a class, at most
        sixteen, each of whole cache lines.

    Raises
    ------
    ValueError
        If the rows do not lie as they should.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import cross_classes
    >>> room = np.empty(48, np.uint32)
    >>> start = -room.ctypes.data % 64 // 4
    >>> out = room[start : start + 32].reshape(2, 16)
    >>> cross_classes(np.array([7, 9], np.uint32), np.array([0b11, 0b10], np.uint16), out)
    >>> out[:, :2].tolist()
    [[7, 2147483647], [7, 9]]
    """
    cdef Rows rows = rows_of(out, processing.shape[0])
    cdef Py_ssize_t node
    with nogil:
        for node in range(processing.shape[0]):
            classes_set(next_line(&rows), processing[node], crossing[node])
        if rows.n_lines:
            flush(&rows)
        lines_fence()


def gate_classes(
    const int32_t[::1] depth,        # IN
    const int64_t[::1] ptr,          # IN
    const int32_t[::1] ancestors,    # IN
    const int32_t[::1] top,          # IN
    const int32_t[::1] core,         # IN
    const uint32_t[::1] processing,  # IN
    const uint16_t[::1] crossing,    # IN
    uint32_t[:, ::1] lines,          # IN
    Py_ssize_t n_gates,
    uint32_t[:, ::1] out,            # OUT
):
    """Find the gates of each node, and how far it is from them, for each class in a row of its own.

    Parameters
    ----------
    depth : ndarray of shape (n_nodes,), int32
        By number: how many nodes are above.
    ptr, ancestors
        The arcs of the tree, from each number to numbers above it.
    top, core : ndarray of shape (n_nodes,), int32
        As `split_core` fills them for all arcs of the tree.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; at most 2**31 - 1.
    crossing : ndarray of shape (n_nodes,), uint16
        By number: the classes that may cross the node, the first in the lowest bit.
    lines : ndarray of shape (n_arcs, 16), uint32, ns
        As `customise_classes` leaves them, from the upper ends.
    n_gates : int
        As `split_core` returns it.
    out : ndarray of shape (n_classes, n_columns), uint32
        Filled up to column 2 (n_nodes + 1) n_gates: a row a class, at most sixteen, each of whole cache
        lines. What is in a row is what `find_gates` fills for that class.

    Raises
    ------
    ValueError
        If lines or rows do not lie as they should.
    MemoryError
        If there is no room for the gates of one way up.

    Notes
    -----
    O(n_arcs n_gates).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import gate_classes
    >>> room = np.empty(96, np.uint32)
    >>> start = -room.ctypes.data % 64 // 4
    >>> lines, out = room[start : start + 48].reshape(3, 16), room[start + 48 : start + 80].reshape(2, 16)
    >>> lines[:] = np.array([[7], [5], [2]])
    >>> gate_classes(np.arange(4, dtype=np.int32), np.array([0, 0, 1, 2, 3]), np.arange(3, dtype=np.int32),
    ...              np.array([-1, -1, 2, 2], np.int32), np.array([0, 1, -1, -1], np.int32),
    ...              np.ones(4, np.uint32), np.array([3, 3, 1, 3], np.uint16), lines, 1, out)
    >>> out[:, :8].reshape(2, 4, 2).tolist()
    [[[2, 0], [3, 0], [1, 5], [1, 8]], [[2, 0], [3, 0], [1, 5], [1, 2147483647]]]
    """
    cdef Py_ssize_t n = depth.shape[0], node, k, height = 1
    cdef int lane
    cdef int64_t arc, first, width
    cdef int32_t above, n_core = 0
    cdef lanes_t* down = lines_of(lines)
    cdef lanes_t* mine
    cdef lanes_t* line
    cdef lanes_t through, passed
    cdef Rows rows = rows_of(out, (n + 1) * 2 * n_gates)
    for node in range(n):
        n_core += core[node] >= 0
        height = max(height, depth[node] + 1)
    cdef lanes_t* path = <lanes_t*> allocate_lines(height * n_gates)
    if path == NULL:
        raise MemoryError("no room for the gates of a path")
    with nogil:
        for node in range(n):
            mine = path + depth[node] * n_gates
            if core[node] >= 0:
                line = next_line(&rows)
                for lane in range(LANES):
                    lane_of(line, lane)[0] = core[node]
                    if processing[node] or not crossing[node] >> lane & 1:
                        lane_of(line, lane)[0] += n_core
                for k in range(1, n_gates):
                    classes_set(next_line(&rows), 0, ALL)
                classes_set(next_line(&rows), 0, ALL)
                for k in range(1, n_gates):
                    lanes_clear(next_line(&rows))
                continue
            for k in range(n_gates):
                lanes_clear(&mine[k])
            first = ptr[top[node]]
            width = ptr[top[node] + 1] - first
            for arc in range(ptr[node], ptr[node + 1]):
                above = ancestors[arc]
                if core[above] >= 0:
                    for k in range(width):
                        if ancestors[first + k] == above:
                            classes_least(&mine[k], &down[arc])
                elif crossing[above]:
                    classes_set(&through, processing[above], crossing[above])
                    classes_pass(&passed, &down[arc], &through)
                    for k in range(width):
                        classes_relax(&mine[k], &passed, &path[depth[above] * n_gates + k])
            for k in range(n_gates):
                classes_set(
                    next_line(&rows), core[ancestors[first + k]] if k < width else 0, ALL
                )
            for k in range(n_gates):
                next_line(&rows)[0] = mine[k]
        for k in range(n_gates):
            classes_set(next_line(&rows), 0, ALL)
        for k in range(n_gates):
            lanes_clear(next_line(&rows))
        flush(&rows)
        lines_fence()
        free_lines(path)
