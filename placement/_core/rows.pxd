# Sixteen rows of a matrix, put together in the cache from lines of labels and written past it.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memmove

from placement._core.clock cimport called_off
from placement._core.lanes cimport LANES, bits_within, lanes_columns, lanes_t, lines_copy
from placement._core.lines cimport allocate_lines, free_lines

cdef enum:
    MAX_LATENCY = 2_100_000_000
    PATIENCE = 400_000     # labels between two looks at the clock: some milliseconds
    CHUNK = 256            # columns that are put together at a time: sixteen rows of them fill half L1
    ROOM = CHUNK + 32      # and what is left of a cache line before, to each row
    LARGE = 1 << 22        # bytes of a matrix that does not stay in the cache


cdef struct Columns:
    Py_ssize_t n
    int n_gates
    const uint32_t* gates         # [n][2][n_gates]: lines, and latencies from them
    const int32_t* member         # numbers below the core that are columns, part by part,
    const int32_t* member_column  # and their columns, ascending in each part
    Py_ssize_t n_members


# Where rows go: numbers or bits, as they are.
cdef struct Sink:
    int32_t* out
    uint8_t* bits
    int64_t stride           # of either
    const uint32_t* of_row
    const uint32_t* of_column
    bint past


cdef struct Rows:
    uint32_t* rows           # [LANES * ROOM]
    uint32_t* near           # [LANES * most_below]: labels in each source's own part of the tree
    int64_t most_below
    int64_t[16] lead         # numbers in `rows` from before the chunk
    int64_t[16] blank        # of these, numbers that belong to nobody
    int32_t[16] first        # the first number of each source's part
    int64_t[16] member       # the next member of the part, and where they end
    int64_t[16] member_end


cdef inline bint reserve_rows(Rows* space, int64_t most_below) noexcept nogil:
    space.rows = <uint32_t*> allocate_lines(LANES * ROOM // 16)
    space.near = <uint32_t*> malloc(LANES * (most_below + 1) * sizeof(uint32_t))
    space.most_below = most_below
    return space.rows != NULL and space.near != NULL


cdef inline void release_rows(Rows* space) noexcept nogil:
    free_lines(space.rows)
    free(space.near)


# The first member that is not before a number.
cdef inline int64_t member_at(const Columns* columns, int32_t number) noexcept nogil:
    cdef int64_t low = 0, high = columns.n_members, middle
    while low < high:
        middle = (low + high) >> 1
        if columns.member[middle] < number:
            low = middle + 1
        else:
            high = middle
    return low


# Take what a source has found in its own part into the columns of a chunk.
cdef inline void correct(
    Rows* space, const Columns* columns, int n_lanes, int64_t chunk, int64_t end
) noexcept nogil:
    cdef int lane
    cdef int64_t member, column
    cdef uint32_t label
    cdef uint32_t* row
    for lane in range(n_lanes):
        member = space.member[lane]
        row = space.rows + lane * ROOM + space.lead[lane] - chunk
        while member < space.member_end[lane] and columns.member_column[member] < end:
            column = columns.member_column[member]
            label = space.near[lane * space.most_below + columns.member[member] - space.first[lane]]
            if label < row[column] and label <= MAX_LATENCY:
                row[column] = label
            member += 1
        space.member[lane] = member


# Write a chunk; what does not fill a cache line of the matrix waits for the next one.
cdef inline void emit(
    Rows* space, const Sink* sink, const int32_t* rows, int n_lanes, int64_t chunk, int64_t n,
    bint last,
) noexcept nogil:
    cdef int lane
    cdef int64_t total, whole, blank
    cdef uint32_t* row
    cdef int32_t* out
    for lane in range(n_lanes):
        row = space.rows + lane * ROOM
        if sink.bits != NULL:
            bits_within(
                sink.bits + rows[lane] * sink.stride + chunk // 8, row, sink.of_row[rows[lane]],
                sink.of_column + chunk, n,
            )
            continue
        out = sink.out + rows[lane] * sink.stride + chunk - space.lead[lane]
        total = space.lead[lane] + n
        whole = total // 16
        blank = space.blank[lane]
        if blank and total >= 16:
            memmove(out + blank, row + blank, (16 - blank) * sizeof(int32_t))
            lines_copy(out + 16, row + 16, whole - 1, sink.past)
            space.blank[lane] = blank = 0
        else:
            lines_copy(out, row, whole, sink.past)
        if last:
            memmove(
                out + 16 * whole + blank, row + 16 * whole + blank,
                (total - 16 * whole - blank) * sizeof(int32_t),
            )
        else:
            memmove(row, row + 16 * whole, (total - 16 * whole) * sizeof(uint32_t))
        space.lead[lane] = total - 16 * whole


cdef inline bint write(
    Rows* space, const lanes_t* lines, const Columns* columns, const Sink* sink, const int32_t* rows,
    int n_lanes, const int64_t[::1] stop, int64_t* steps,
) noexcept nogil:
    cdef int64_t chunk = 0, n, lead
    cdef int lane
    cdef uint32_t* into[16]
    for lane in range(n_lanes):
        # The rows of `rows` begin where cache lines of the matrix do.
        lead = 0
        if sink.out != NULL:
            lead = (<size_t> (sink.out + rows[lane] * sink.stride) & 63) // 4
        space.lead[lane] = space.blank[lane] = lead
    while chunk < columns.n:
        n = min(<int64_t> CHUNK, columns.n - chunk)
        for lane in range(LANES):
            into[lane] = space.rows + lane * ROOM + (space.lead[lane] if lane < n_lanes else 0)
        lanes_columns(
            lines,
            columns.gates + 2 * chunk * columns.n_gates,
            columns.n_gates,
            n,
            MAX_LATENCY,
            into,
        )
        correct(space, columns, n_lanes, chunk, chunk + n)
        emit(space, sink, rows, n_lanes, chunk, n, chunk + n == columns.n)
        chunk += n
        steps[0] += n * columns.n_gates
        if called_off(steps, PATIENCE, stop):
            return False
    return True
