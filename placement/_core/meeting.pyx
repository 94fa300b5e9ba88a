"""Latencies between a few nodes and many, over the tree of eliminated nodes; sixteen of the few at a time.

The few climb to the top of the tree together. Then the many are visited from the top down, with all
nodes above them: each takes what has climbed to it, or the best of the ways over its arcs. The few may
be the sources or the targets; one is the other with every arc turned round.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy

from placement._core.clock cimport called_off, stopped
from placement._core.heap cimport entry_t, pop, push

cdef extern from "lanes.h":
    ctypedef struct lanes_t:
        pass
    int LANES
    uint32_t NONE
    uint32_t* lane_of(lanes_t* label, int lane) noexcept nogil
    void lanes_clear(lanes_t* label) noexcept nogil
    void lanes_pass(lanes_t* passed, const lanes_t* label, uint32_t processing) noexcept nogil
    void lanes_relax(lanes_t* label, const lanes_t* passed, uint32_t arc) noexcept nogil
    void lanes_descend(
        lanes_t* label, const lanes_t* climbed, const lanes_t* passed, const int32_t* end,
        const uint32_t* arc, int64_t n_arcs,
    ) noexcept nogil
    void lanes_cut(lanes_t* label, uint32_t most) noexcept nogil
    void lanes_turn(const lanes_t* tile, uint32_t** rows, int64_t column) noexcept nogil

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
    /* Cache lines, which the wide registers load at once; in huge pages where there are many. */
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

cdef enum:
    MAX_LATENCY = 2_100_000_000
    PATIENCE = 400_000  # arcs between two looks at the clock: some milliseconds
    FEW_ROWS = 4        # rows of `out` that are written to at once, where nodes are across


# Each node that is climbed to has a place: in `label` its sixteen labels, in `called` whether its turn
# has come up, in `starts` whether one of the few is there.
cdef struct Workspace:
    lanes_t* label          # [room]
    uint8_t* called         # [room]
    uint8_t* starts         # [room]
    int32_t* number         # [room]
    lanes_t* passed         # [height]: labels of the nodes above, once passed, by depth
    int32_t length
    int32_t room


cdef bint reserve(Workspace* space, Py_ssize_t height) noexcept nogil:
    space.length = 0
    space.room = 256
    space.label = <lanes_t*> allocate_lines(space.room)
    space.called = <uint8_t*> malloc(space.room)
    space.starts = <uint8_t*> malloc(space.room)
    space.number = <int32_t*> malloc(space.room * sizeof(int32_t))
    space.passed = <lanes_t*> allocate_lines(height + 1)
    return (
        space.label != NULL and space.called != NULL and space.starts != NULL
        and space.number != NULL and space.passed != NULL
    )


cdef bint grow(Workspace* space) noexcept nogil:
    cdef Py_ssize_t room = 2 * <Py_ssize_t> space.room
    cdef void* grown = allocate_lines(room)
    if grown == NULL:
        return False
    memcpy(grown, space.label, space.length * sizeof(lanes_t))
    free_lines(space.label)
    space.label = <lanes_t*> grown
    grown = realloc(space.called, room)
    if grown == NULL:
        return False
    space.called = <uint8_t*> grown
    grown = realloc(space.starts, room)
    if grown == NULL:
        return False
    space.starts = <uint8_t*> grown
    grown = realloc(space.number, room * sizeof(int32_t))
    if grown == NULL:
        return False
    space.number = <int32_t*> grown
    space.room = <int32_t> room
    return True


cdef void release(Workspace* space) noexcept nogil:
    free_lines(space.label)
    free(space.called)
    free(space.starts)
    free(space.number)
    free_lines(space.passed)


# The place of a node that is climbed to; -1 without memory.
cdef inline int32_t place_of(Workspace* space, int32_t[::1] where, int32_t node) noexcept nogil:
    cdef int32_t place = where[node]
    if place < 0:
        if space.length == space.room and not grow(space):
            return -1
        place = where[node] = space.length
        space.length += 1
        lanes_clear(&space.label[place])
        space.called[place] = space.starts[place] = 0
        space.number[place] = node
    return place


# Up to the top from some nodes, each in its lane. At most one node a lane waits for its turn.
cdef bint climb(
    Workspace* space,
    const int32_t[::1] few,
    Py_ssize_t first,
    int n_lanes,
    const int32_t[::1] parent,
    const int64_t[::1] ptr,
    const int32_t[::1] ancestors,
    const uint32_t[::1] arcs,
    const uint32_t[::1] processing,
    int32_t[::1] where,
) noexcept nogil:
    cdef uint64_t[17] heap
    cdef Py_ssize_t waiting = 0
    cdef Py_ssize_t n = parent.shape[0]
    cdef lanes_t passed
    cdef int32_t node, place, upper
    cdef int64_t arc
    cdef int lane
    for lane in range(n_lanes):
        place = place_of(space, where, few[first + lane])
        if place < 0:
            return False
        lane_of(&space.label[place], lane)[0] = 0
        space.starts[place] = 1
        if not space.called[place]:
            space.called[place] = 1
            push[uint64_t](heap, &waiting, <uint64_t> (n - few[first + lane]))
    while waiting:
        node = <int32_t> (n - <Py_ssize_t> pop[uint64_t](heap, &waiting))
        place = where[node]
        lanes_pass(&passed, &space.label[place], processing[node])
        if space.starts[place]:
            for lane in range(n_lanes):
                if few[first + lane] == node:
                    lane_of(&passed, lane)[0] = 0
        for arc in range(ptr[node], ptr[node + 1]):
            upper = place_of(space, where, ancestors[arc])
            if upper < 0:
                return False
            lanes_relax(&space.label[upper], &passed, arcs[arc])
        if parent[node] >= 0:
            upper = where[parent[node]]
            if not space.called[upper]:
                space.called[upper] = 1
                push[uint64_t](heap, &waiting, <uint64_t> (n - parent[node]))
    return True


cdef inline int32_t written(uint32_t label) noexcept nogil:
    return <int32_t> (label if label <= MAX_LATENCY else NONE)


# What `visit` and `visit_one` read.
cdef struct Many:
    const int32_t* depth
    const int64_t* ptr
    const int32_t* ends
    const uint32_t* arcs
    const uint32_t* processing
    const int32_t* wanted
    Py_ssize_t n_wanted
    const int64_t* seat_ptr
    const int32_t* seats
    const int32_t* where


# Down from the top over all that are wanted; False if it was stopped. Labels go to `lines`, one for each
# seat, or else right where they belong.
cdef bint visit(
    Workspace* space,
    const Many* many,
    const int32_t* few,
    int n_lanes,
    lanes_t* lines,
    int32_t* out,
    Py_ssize_t to_next_seat,
    Py_ssize_t to_next_lane,
    int64_t* steps,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef lanes_t best
    cdef lanes_t* passed
    cdef int32_t* cell
    cdef int32_t node, place
    cdef int64_t seat, n_arcs
    cdef Py_ssize_t k
    cdef int lane
    for k in range(many.n_wanted):
        node = many.wanted[k]
        place = many.where[node]
        n_arcs = many.ptr[node + 1] - many.ptr[node]
        lanes_descend(
            &best,
            &space.label[place] if place >= 0 else NULL,
            space.passed,
            many.ends + many.ptr[node],
            many.arcs + many.ptr[node],
            n_arcs,
        )
        passed = &space.passed[many.depth[node]]
        lanes_pass(passed, &best, many.processing[node])
        if place >= 0 and space.starts[place]:
            for lane in range(n_lanes):
                if few[lane] == node:
                    lane_of(passed, lane)[0] = lane_of(&best, lane)[0] = 0
        for seat in range(many.seat_ptr[node], many.seat_ptr[node + 1]):
            if lines != NULL:
                lines[many.seats[seat]] = best
                continue
            cell = out + many.seats[seat] * to_next_seat
            for lane in range(n_lanes):
                cell[lane * to_next_lane] = written(lane_of(&best, lane)[0])
        steps[0] += 4 + n_arcs
        if called_off(steps, PATIENCE, stop):
            return False
    return True


# The same for one node alone.
cdef bint visit_one(
    Workspace* space,
    const Many* many,
    int32_t one,
    int32_t* out,
    Py_ssize_t to_next_seat,
    int64_t* steps,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef uint32_t* passed = <uint32_t*> space.passed
    cdef uint32_t best, total
    cdef int32_t node, place
    cdef int64_t arc, seat
    cdef Py_ssize_t k
    for k in range(many.n_wanted):
        node = many.wanted[k]
        place = many.where[node]
        best = lane_of(&space.label[place], 0)[0] if place >= 0 else NONE
        for arc in range(many.ptr[node], many.ptr[node + 1]):
            total = passed[many.ends[arc]] + many.arcs[arc]
            best = total if total < best else best
        total = best + many.processing[node]
        passed[many.depth[node]] = total if total < NONE else NONE
        if node == one:
            passed[many.depth[node]] = best = 0
        for seat in range(many.seat_ptr[node], many.seat_ptr[node + 1]):
            out[many.seats[seat] * to_next_seat] = written(best)
        steps[0] += 4 + many.ptr[node + 1] - many.ptr[node]
        if called_off(steps, PATIENCE, stop):
            return False
    return True


# Lines of labels into rows, sixteen at a time.
cdef void turn_lines(
    lanes_t* lines, Py_ssize_t n, int n_lanes, int32_t* out, Py_ssize_t to_next_lane
) noexcept nogil:
    cdef uint32_t* rows[16]
    cdef uint32_t[16] nowhere
    cdef Py_ssize_t first = 0, k
    cdef int lane
    while first < n:
        for k in range(first, first + LANES if first + LANES < n else n):
            lanes_cut(&lines[k], MAX_LATENCY)
        if first + LANES <= n:
            for lane in range(LANES):
                rows[lane] = nowhere
                if lane < n_lanes:
                    rows[lane] = <uint32_t*> (out + lane * to_next_lane + first)
            lanes_turn(&lines[first], rows, 0)
        else:
            for k in range(first, n):
                for lane in range(n_lanes):
                    out[lane * to_next_lane + k] = <int32_t> lane_of(&lines[k], lane)[0]
        first += LANES


def meet(
    const int32_t[::1] parent,       # IN
    const int32_t[::1] depth,        # IN
    const int64_t[::1] ptr,          # IN
    const int32_t[::1] ancestors,    # IN
    const int32_t[::1] ends,         # IN
    const uint32_t[::1] of_few,      # IN
    const uint32_t[::1] of_many,     # IN
    const uint32_t[::1] processing,  # IN
    const int32_t[::1] few,          # IN
    const int32_t[::1] wanted,       # IN
    const int64_t[::1] seat_ptr,     # IN
    const int32_t[::1] seats,        # IN
    int32_t[::1] where,              # IN, OUT
    int32_t[:, :] out,               # OUT
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,         # IN
):
    """Find the latencies between a few nodes and many.

    Parameters
    ----------
    parent, depth : ndarray of shape (n_nodes,), int32
        By number: the node next above, -1 at a top; and how many are above.
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors, ends : ndarray of shape (n_arcs,), int32
        The numbers of their upper ends, the highest first; and how deep these are.
    of_few, of_many : ndarray of shape (n_arcs,), uint32, ns
        The latencies of the arcs, as `customise` leaves them: `up` for those that are the sources,
        `down` for those that are the targets.
    processing : ndarray of shape (n_nodes,), uint32, ns
        Added where a path passes through the node; 2**31 - 1 where none may.
    few : ndarray of shape (n_few,), int32
        Their numbers; quicker where neighbours stand together.
    wanted : ndarray of shape (n_wanted,), int32
        The numbers of the many and of all nodes above them, from the top down.
    seat_ptr : ndarray of shape (n_nodes + 1,), int64
        Number i is in the rows seats[seat_ptr[i]] to seats[seat_ptr[i + 1]] of `out`.
    seats : ndarray of shape (n_many,), int32
        Rows of `out`; each node that has some is among those wanted.
    where : ndarray of shape (n_nodes,), int32
        Scratch: -1 everywhere, and so it is left.
    out : ndarray of shape (n_many, n_few), int32, ns
        Its columns `begin` to before `end` are filled; `UNREACHABLE_NS` where no path is at most 2.1 s.
    begin, end : int
        Which of the few; best multiples of sixteen apart.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped; what is in `out` is then not to be used.

    Raises
    ------
    MemoryError
        If there is no room for the workspace: 70 bytes for each node above sixteen of the few.

    Notes
    -----
    For sixteen of the few O(the arcs of what is wanted, and of what is above the few).

    References
    ----------
    Delling, D., Goldberg, A. V. and Werneck, R. F., "Faster batched shortest paths in road networks",
    ATMOS 2011 (RPHAST).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import meet
    >>> ptr, ancestors = np.array([0, 0, 1, 3]), np.array([0, 0, 1], np.int32)
    >>> arcs, numbers = np.array([6, 2, 3], np.uint32), np.arange(3, dtype=np.int32)
    >>> out = np.empty((3, 1), np.int32)
    >>> meet(numbers - 1, numbers, ptr, ancestors, ancestors, arcs, arcs, np.zeros(3, np.uint32),
    ...      numbers[1:2], numbers, np.arange(4), numbers, np.full(3, -1, np.int32), out, 0, 1,
    ...      np.array([2**63 - 1, 0]))
    True
    >>> out.T.tolist()
    [[6, 0, 3]]
    """
    cdef Workspace space
    cdef Many many
    cdef Py_ssize_t first = begin, k, height = 0, to_next_seat, to_next_lane
    cdef Py_ssize_t n_seats = seats.shape[0]
    cdef int n_lanes
    cdef int64_t steps = 0
    cdef bint room, done = True, across
    cdef lanes_t* lines = NULL
    if stopped(stop):
        return False
    if begin >= end or wanted.shape[0] == 0:
        return True
    to_next_seat, to_next_lane = out.strides[0] // 4, out.strides[1] // 4
    across = to_next_seat == 1 and to_next_lane > 1 and end - begin > FEW_ROWS
    many.depth, many.ptr, many.processing = &depth[0], &ptr[0], &processing[0]
    many.ends = &ends[0] if ends.shape[0] else NULL
    many.arcs = &of_many[0] if of_many.shape[0] else NULL
    many.wanted, many.n_wanted, many.where = &wanted[0], wanted.shape[0], &where[0]
    many.seat_ptr, many.seats = &seat_ptr[0], &seats[0]
    with nogil:
        for k in range(wanted.shape[0]):
            if depth[wanted[k]] >= height:
                height = depth[wanted[k]] + 1
        room = reserve(&space, height)
        if room and across:
            lines = <lanes_t*> allocate_lines(n_seats)
            room = lines != NULL
        while room and done and first < end:
            n_lanes = LANES if first + LANES <= end else <int> (end - first)
            room = climb(
                &space, few, first, n_lanes, parent, ptr, ancestors, of_few, processing, where
            )
            if room and n_lanes == 1:
                done = visit_one(
                    &space, &many, few[first], &out[0, first], to_next_seat, &steps, stop
                )
            elif room:
                done = visit(
                    &space, &many, &few[first], n_lanes, lines, &out[0, first],
                    to_next_seat, to_next_lane, &steps, stop,
                )
                if done and lines != NULL:
                    turn_lines(lines, n_seats, n_lanes, &out[0, first], to_next_lane)
            for k in range(space.length):
                where[space.number[k]] = -1
            space.length = 0
            first += n_lanes
        release(&space)
        free_lines(lines)
    if not room:
        raise MemoryError("no room for the workspace of the latencies that change")
    return done
