"""Latencies from sixteen sources at a time: up the tree of eliminated nodes, and down to all others.

A path leads from its source up the tree and down again. The way up is a walk from each source to
its top. The way down is one pass over the nodes from the top of the tree, in which each takes the
best of the few nodes above it that it has arcs with. Those are on the way from the top, so their
labels are kept by depth and stay in the cache.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free

from placement._core.clock cimport stopped

cdef extern from *:
    """
    #include <stdlib.h>
    #if defined(_WIN32)
    #include <malloc.h>
    #define placement_free_lines _aligned_free
    #else
    #include <sys/mman.h>
    #define placement_free_lines free
    #endif
    /* Cache lines, which the wide registers load at once; in huge pages where there are many: they
       are read in the order of the columns, which is any order. */
    static void *placement_lines(size_t n_lines) {
        const size_t huge = (size_t)1 << 21, size = 64 * n_lines + 64;
        const size_t align = size >= 2 * huge ? huge : 64;
        void *lines = NULL;
    #if defined(_WIN32)
        lines = _aligned_malloc(size, align);
    #else
        if (posix_memalign(&lines, align, size)) return NULL;
    #if defined(MADV_HUGEPAGE)
        if (align == huge) madvise(lines, size, MADV_HUGEPAGE);
    #endif
    #endif
        return lines;
    }
    """
    void* allocate_lines "placement_lines"(size_t n_lines) noexcept nogil
    void free_lines "placement_free_lines"(void* lines) noexcept nogil

cdef extern from "lanes.h":
    ctypedef struct lanes_t:
        pass
    int LANES
    uint32_t NONE
    uint32_t* lane_of(lanes_t* label, int lane) noexcept nogil
    void lanes_clear(lanes_t* label) noexcept nogil
    void lanes_descend(
        lanes_t* label, lanes_t* passed, const lanes_t* climbed, const lanes_t* above,
        const int32_t* depth, const uint32_t* arc, int64_t n_arcs, uint32_t processing,
    ) noexcept nogil
    void lanes_write(
        const lanes_t* const* labels, uint32_t most, int32_t* out, int64_t stride
    ) noexcept nogil
    void lanes_write_few(
        const lanes_t* const* labels, int64_t n_columns, int n_rows, uint32_t most, int32_t* out,
        int64_t stride,
    ) noexcept nogil
    int64_t lanes_before_lines(const int32_t* out, int64_t stride) noexcept nogil
    void lanes_fence() noexcept nogil

cdef enum:
    MAX_LATENCY = 2_100_000_000
    PATIENCE = 200_000  # arcs between two looks at the clock: some 2 ms


cdef struct Workspace:
    lanes_t* labels        # [n_nodes + 1]: results by number; the last is NONE everywhere
    lanes_t* climbed       # [n_nodes]: labels on the way up, NONE where there is none
    lanes_t* passed        # [height]: labels of the nodes above, paths through them, by depth
    uint8_t* touched       # [n_nodes]: 1 with a label on the way up, 2 at a source
    int32_t* climbers      # [n_nodes]: the nodes that are touched
    const lanes_t** column # [LANES]
    int64_t n_climbers


cdef bint reserve(Workspace* space, Py_ssize_t n, Py_ssize_t height) noexcept nogil:
    space.labels = <lanes_t*> allocate_lines(n + 1)
    space.climbed = <lanes_t*> allocate_lines(n + 1)
    space.passed = <lanes_t*> allocate_lines(height + 1)
    space.touched = <uint8_t*> calloc(n + 1, 1)
    space.climbers = <int32_t*> calloc(n + 1, sizeof(int32_t))
    space.column = <const lanes_t**> calloc(LANES, sizeof(void*))
    space.n_climbers = 0
    if (
        space.labels == NULL or space.climbed == NULL or space.passed == NULL
        or space.touched == NULL or space.climbers == NULL or space.column == NULL
    ):
        return False
    lanes_clear(&space.labels[n])
    return True


cdef void release(Workspace* space) noexcept nogil:
    free_lines(space.labels)
    free_lines(space.climbed)
    free_lines(space.passed)
    free(space.touched)
    free(space.climbers)
    free(<void*> space.column)


cdef inline void touch(Workspace* space, int32_t node) noexcept nogil:
    if not space.touched[node]:
        space.touched[node] = 1
        lanes_clear(&space.climbed[node])
        space.climbers[space.n_climbers] = node
        space.n_climbers += 1


# Walk from a source to its top.
cdef int64_t climb(
    Workspace* space,
    int32_t source,
    int lane,
    const int32_t[::1] parent,
    const int64_t[::1] ptr,
    const int32_t[::1] ends,
    const uint32_t[::1] up,
    const uint32_t[::1] processing,
) noexcept nogil:
    cdef int32_t node = source
    cdef int64_t arc, steps = 0
    cdef uint32_t label, total
    cdef uint32_t* other
    touch(space, source)
    space.touched[source] = 2
    lane_of(&space.climbed[source], lane)[0] = 0
    while node >= 0:
        if space.touched[node]:
            label = lane_of(&space.climbed[node], lane)[0]
            if label < NONE and node != source:
                label += processing[node]
            if label < NONE:
                for arc in range(ptr[node], ptr[node + 1]):
                    total = label + up[arc]
                    if total < NONE:
                        touch(space, ends[arc])
                        other = lane_of(&space.climbed[ends[arc]], lane)
                        if total < other[0]:
                            other[0] = total
        steps += 1 + ptr[node + 1] - ptr[node]
        node = parent[node]
    return steps


# From the top down: the labels of some nodes, whose ancestors are among them.
cdef bint descend(
    Workspace* space,
    const int32_t[::1] sources,
    Py_ssize_t first,
    int n_lanes,
    const int32_t[::1] depth,
    const int64_t[::1] ptr,
    const int32_t[::1] ends,
    const uint32_t[::1] down,
    const uint32_t[::1] processing,
    const int32_t[::1] wanted,
    int64_t* steps,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef Py_ssize_t k
    cdef int32_t node
    cdef int lane
    cdef int64_t n_arcs
    cdef lanes_t* passed
    for k in range(wanted.shape[0]):
        node = wanted[k]
        n_arcs = ptr[node + 1] - ptr[node]
        passed = &space.passed[depth[node]]
        lanes_descend(
            &space.labels[node],
            passed,
            &space.climbed[node] if space.touched[node] else NULL,
            space.passed,
            &ends[ptr[node]] if n_arcs else NULL,
            &down[ptr[node]] if n_arcs else NULL,
            n_arcs,
            processing[node],
        )
        if space.touched[node] == 2:
            for lane in range(n_lanes):
                if sources[first + lane] == node:
                    lane_of(passed, lane)[0] = 0
        steps[0] += 4 + ptr[node + 1] - ptr[node]
        if steps[0] > PATIENCE:
            steps[0] = 0
            if stopped(stop):
                return False
    return True


cdef void write(
    Workspace* space,
    Py_ssize_t first,
    int n_lanes,
    const int32_t[::1] columns,
    int32_t[:, ::1] out,
) noexcept nogil:
    cdef Py_ssize_t n = columns.shape[0], column = 0, width, k, stride = out.shape[1]
    while column < n:
        width = lanes_before_lines(&out[first, column], stride) if column == 0 else 0
        if width == 0:
            width = LANES
        if column + width > n:
            width = n - column
        for k in range(width):
            space.column[k] = &space.labels[columns[column + k]]
        if width == LANES and n_lanes == LANES:
            lanes_write(space.column, MAX_LATENCY, &out[first, column], stride)
        else:
            lanes_write_few(
                space.column, width, n_lanes, MAX_LATENCY, &out[first, column], stride
            )
        column += width
    lanes_fence()


def sweep(
    const int32_t[::1] parent,       # IN
    const int32_t[::1] depth,        # IN
    const int64_t[::1] up_ptr,       # IN
    const int32_t[::1] up_end,       # IN
    const uint32_t[::1] up,          # IN
    const int64_t[::1] down_ptr,     # IN
    const int32_t[::1] down_depth,   # IN
    const uint32_t[::1] down,        # IN
    const uint32_t[::1] processing,  # IN
    const int32_t[::1] wanted,       # IN
    const int32_t[::1] sources,      # IN
    const int32_t[::1] columns,      # IN
    int32_t[:, ::1] out,             # OUT
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,         # IN
):
    """Write the latencies of the shortest paths from some sources to all targets.

    Parameters
    ----------
    parent, depth : ndarray of shape (n_nodes,), int32
        By number: the node next above, -1 at a top; and how many are above.
    up_ptr, down_ptr : ndarray of shape (n_nodes + 1,), int64
        Where the arcs of number i to nodes above begin, and those from nodes above.
    up_end : ndarray of shape (n_up,), int32
        The numbers of the upper ends of arcs that lead up.
    down_depth : ndarray of shape (n_down,), int32
        How deep in the tree the upper ends of arcs are that lead down.
    up, down : ndarray of shape (n_up,) and (n_down,), uint32, ns
        Their latencies, as `prune` leaves them.
    processing : ndarray of shape (n_nodes,), uint32, ns
        Added where a path passes through the node; 2**31 - 1 where none may.
    wanted : ndarray of shape (n_wanted,), int32
        The numbers to sweep, from the top down: those of the columns and all nodes above them.
    sources : ndarray of shape (n_rows,), int32
        A number a row; -1 makes a row of `UNREACHABLE_NS`.
    columns : ndarray of shape (n_columns,), int32
        A number a column; n_nodes makes a column of `UNREACHABLE_NS`.
    out : ndarray of shape (n_rows, n_columns), int32, ns
        Filled from row `begin` to before row `end`; `UNREACHABLE_NS` where no path is at most 2.1 s.
    begin, end : int
        The rows to fill; best multiples of sixteen apart.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped before the last row; the rows are then not to be used.

    Raises
    ------
    MemoryError
        If there is no room for the workspace: 133 bytes a node.

    Notes
    -----
    O(n_arcs) for sixteen rows, and for each the arcs on its way to the top.

    References
    ----------
    Delling, D. et al., "PHAST: hardware-accelerated shortest path trees", IPDPS 2011.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import sweep
    >>> out = np.empty((1, 3), np.int32)
    >>> ptr, ends = np.array([0, 0, 1, 3]), np.array([0, 0, 1], np.int32)
    >>> arcs, numbers = np.array([6, 2, 3], np.uint32), np.arange(3, dtype=np.int32)
    >>> sweep(numbers - 1, numbers, ptr, ends, arcs, ptr, ends, arcs, np.zeros(3, np.uint32), numbers,
    ...       np.array([1], np.int32), numbers, out, 0, 1, np.array([2**63 - 1, 0]))
    True
    >>> out.tolist()
    [[6, 0, 3]]
    """
    cdef Py_ssize_t n = depth.shape[0], row, k, height = 0
    cdef int lane, n_lanes
    cdef int64_t steps = 0
    cdef bint room, done = True
    cdef Workspace space
    if stopped(stop):
        return False
    with nogil:
        for k in range(n):
            if depth[k] >= height:
                height = depth[k] + 1
        room = reserve(&space, n, height)
        row = begin
        while room and row < end:
            n_lanes = LANES if row + LANES <= end else <int> (end - row)
            for lane in range(n_lanes):
                if sources[row + lane] >= 0:
                    steps += climb(
                        &space, sources[row + lane], lane, parent, up_ptr, up_end, up, processing
                    )
            if not descend(
                &space, sources, row, n_lanes, depth, down_ptr, down_depth, down, processing,
                wanted, &steps, stop,
            ):
                done = False
                break
            write(&space, row, n_lanes, columns, out)
            for k in range(space.n_climbers):
                space.touched[space.climbers[k]] = 0
            space.n_climbers = 0
            row += n_lanes
        release(&space)
    if not room:
        raise MemoryError("no room for the workspace of the sweep")
    return done
