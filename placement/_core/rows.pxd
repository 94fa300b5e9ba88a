# Sixteen rows of a matrix, put together in the cache from lines of labels and written past it.
#
# Memory is slower than the processor: while a chunk of the rows is put together, the one before is
# written, a row after each few columns.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from placement._core.clock cimport called_off
from placement._core.lanes cimport LANES, bits_within, lanes_columns, lanes_t, lines_copy
from placement._core.lines cimport allocate_lines, free_lines

cdef enum:
    MAX_LATENCY = 2_100_000_000
    PATIENCE = 400_000     # labels between two looks at the clock: some milliseconds
    CHUNK = 128            # columns that are put together at a time: two times sixteen rows of them fit into L1
    ROWS_A_TILE = 16 * 16 // CHUNK
    ROOM = CHUNK + 32      # and what is left of a cache line before, to each row
    LARGE = 1 << 22        # bytes of a matrix that does not stay in the cache


cdef struct Columns:
    Py_ssize_t n
    int n_gates
    uint32_t farthest             # no column is farther from some gate of its own
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
    uint32_t* rows           # [LANES * ROOM]: the chunk that is put together
    uint32_t* waiting        # [LANES * ROOM]: the chunk before, to be written
    int32_t* to[16]          # where its rows go,
    int64_t[16] n_lines      # and how many whole lines of each do
    uint32_t* near           # [LANES * most_below]: labels in each source's own part of the tree
    int64_t most_below
    int64_t[16] lead         # numbers in `rows` from before the chunk
    int64_t[16] blank        # of these, numbers that belong to nobody
    int32_t[16] first        # the first number of each source's part
    int64_t[16] member       # the next member of the part, and where they end
    int64_t[16] member_end


cdef inline bint reserve_rows(Rows* space, int64_t most_below) noexcept nogil:
    space.rows = <uint32_t*> allocate_lines(LANES * ROOM // 16)
    space.waiting = <uint32_t*> allocate_lines(LANES * ROOM // 16)
    space.near = <uint32_t*> malloc(LANES * (most_below + 1) * sizeof(uint32_t))
    space.most_below = most_below
    return space.rows != NULL and space.waiting != NULL and space.near != NULL


cdef inline void release_rows(Rows* space) noexcept nogil:
    free_lines(space.rows)
    free_lines(space.waiting)
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


# Write a chunk of bits.
cdef inline void bits(
    Rows* space, const Sink* sink, const int32_t* rows, int n_lanes, int64_t chunk, int64_t n
) noexcept nogil:
    cdef int lane
    for lane in range(n_lanes):
        bits_within(
            sink.bits + rows[lane] * sink.stride + chunk // 8, space.rows + lane * ROOM,
            sink.of_row[rows[lane]], sink.of_column + chunk, n,
        )


# Write the whole cache lines that wait in a row.
cdef inline void write_lines(Rows* space, const Sink* sink, int lane) noexcept nogil:
    cdef uint32_t* row = space.waiting + lane * ROOM
    cdef int32_t* to = space.to[lane]
    cdef int64_t n_lines = space.n_lines[lane], blank = space.blank[lane]
    if n_lines == 0:
        return
    space.n_lines[lane] = 0
    if blank:
        memcpy(to + blank, row + blank, (16 - blank) * sizeof(int32_t))
        space.blank[lane] = 0
        row, to, n_lines = row + 16, to + 16, n_lines - 1
    lines_copy(to, row, n_lines, sink.past)


# A chunk is put together; what does not fill a cache line of the matrix begins the next one.
cdef inline void hand_over(
    Rows* space, const Sink* sink, const int32_t* rows, int n_lanes, int64_t chunk, int64_t n
) noexcept nogil:
    cdef int lane
    cdef int64_t total, whole
    space.rows, space.waiting = space.waiting, space.rows
    for lane in range(n_lanes):
        total = space.lead[lane] + n
        whole = total // 16
        space.to[lane] = sink.out + rows[lane] * sink.stride + chunk - space.lead[lane]
        space.n_lines[lane] = whole
        space.lead[lane] = total - 16 * whole
        memcpy(
            space.rows + lane * ROOM, space.waiting + lane * ROOM + 16 * whole,
            space.lead[lane] * sizeof(uint32_t),
        )


# Write all that is left of the rows.
cdef inline void finish(
    Rows* space, const Sink* sink, const int32_t* rows, int n_lanes, int64_t n
) noexcept nogil:
    cdef int lane
    cdef int64_t lead, blank
    for lane in range(n_lanes):
        write_lines(space, sink, lane)
        lead, blank = space.lead[lane], space.blank[lane]
        memcpy(
            sink.out + rows[lane] * sink.stride + n - lead + blank, space.rows + lane * ROOM + blank,
            (lead - blank) * sizeof(int32_t),
        )


cdef inline bint write(
    Rows* space, const lanes_t* lines, bint above, const Columns* columns, const Sink* sink,
    const int32_t* rows, int n_lanes, const int64_t[::1] stop, int64_t* steps,
) noexcept nogil:
    cdef int64_t chunk = 0, n, lead, tile
    cdef int lane, written
    cdef uint32_t* into[16]
    for lane in range(n_lanes):
        # The rows of `rows` begin where cache lines of the matrix do.
        lead = 0
        if sink.out != NULL:
            lead = (<size_t> (sink.out + rows[lane] * sink.stride) & 63) // 4
        space.lead[lane] = space.blank[lane] = lead
        space.n_lines[lane] = 0
    while chunk < columns.n:
        n = min(<int64_t> CHUNK, columns.n - chunk)
        for lane in range(LANES):
            into[lane] = space.rows + lane * ROOM + (space.lead[lane] if lane < n_lanes else 0)
        written = 0
        for tile in range((n + LANES - 1) // LANES):
            lanes_columns(
                lines, columns.gates + 2 * chunk * columns.n_gates, columns.n_gates, MAX_LATENCY,
                above, into, LANES * tile,
            )
            for lane in range(written, min(written + ROWS_A_TILE, n_lanes)):
                write_lines(space, sink, lane)
            written += ROWS_A_TILE
        for lane in range(written, n_lanes):
            write_lines(space, sink, lane)
        correct(space, columns, n_lanes, chunk, chunk + n)
        if sink.bits != NULL:
            bits(space, sink, rows, n_lanes, chunk, n)
        else:
            hand_over(space, sink, rows, n_lanes, chunk, n)
        chunk += n
        steps[0] += n * columns.n_gates
        if called_off(steps, PATIENCE, stop):
            return False
    if sink.out != NULL:
        finish(space, sink, rows, n_lanes, columns.n)
    return True
