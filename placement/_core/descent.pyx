"""Latencies from sixteen sources at a time: up to the core of a network, over it, and to all others.

Each source climbs from its own part of the tree into the core. The core is swept from the top down,
each of its nodes taking the best of the few nodes above it that it has arcs with. Any other node takes
the best of its gates, and what sources in its own part have found without leaving it. Sixteen sources
go side by side; rows are put together in the cache, and written past it.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memset

from placement._core.clock cimport stopped
from placement._core.lanes cimport (
    LANES,
    NONE,
    lane_of,
    lanes_clear,
    lanes_descend,
    lanes_pass,
    lanes_relax,
    lanes_t,
    lines_below,
    lines_fence,
    row_relax,
    rows_to_lines,
)
from placement._core.lines cimport allocate_lines, free_lines
from placement._core.rows cimport (
    LARGE,
    MAX_LATENCY,
    Columns,
    Rows,
    Sink,
    member_at,
    release_rows,
    reserve_rows,
    write,
)

# The tree below the core, and the core; see `sweep`.
cdef struct Below:
    Py_ssize_t n
    const int32_t* parent
    const int32_t* depth
    const int32_t* top
    const int32_t* core
    const int64_t* up_ptr
    const int32_t* up_end
    const uint32_t* up
    const int64_t* down_ptr
    const int32_t* down_depth
    const uint32_t* down
    const uint32_t* processing


cdef struct Core:
    Py_ssize_t n
    const int64_t* up_ptr
    const int32_t* up_end
    const uint32_t* up
    const int64_t* down_ptr
    const int32_t* down_end
    const uint32_t* down
    const uint32_t* processing
    const int32_t* wanted
    Py_ssize_t n_wanted
    const uint32_t* between  # [n][n], or NULL


cdef struct Workspace:
    lanes_t* lines           # [2 n_core + 1]: labels once passed, by place in the core; then own labels
    lanes_t* climbed         # [n_core + 1]: labels on the way up
    uint8_t* touched         # [n_core + 1]: 1 with a label on the way up, 2 at a source
    uint32_t* across         # [LANES * (n_core + 16)]: rows of labels by place, with a matrix of the core
    uint32_t* passed         # [most_below]: labels in a source's own part by depth, once passed
    Rows together


cdef bint reserve(
    Workspace* space, Py_ssize_t n_core, int64_t most_below, bint across
) noexcept nogil:
    space.lines = <lanes_t*> allocate_lines(2 * n_core + LANES)
    space.climbed = <lanes_t*> allocate_lines(n_core + 1)
    space.touched = <uint8_t*> calloc(n_core + 1, 1)
    space.across = <uint32_t*> malloc(LANES * (n_core + LANES if across else 1) * sizeof(uint32_t))
    space.passed = <uint32_t*> malloc((most_below + 1) * sizeof(uint32_t))
    if not reserve_rows(&space.together, most_below) or (
        space.lines == NULL or space.climbed == NULL or space.touched == NULL or space.across == NULL
        or space.passed == NULL
    ):
        return False
    # Lines that nobody wants are read, where there is no latency from them: as none.
    cdef Py_ssize_t k
    for k in range(2 * n_core + LANES):
        lanes_clear(&space.lines[k])
    return True


cdef void release(Workspace* space) noexcept nogil:
    free_lines(space.lines)
    free_lines(space.climbed)
    free(space.touched)
    free(space.across)
    free(space.passed)
    release_rows(&space.together)


cdef inline uint32_t cut(uint32_t label) noexcept nogil:
    return label if label < NONE else NONE


cdef inline void touch(Workspace* space, int32_t place) noexcept nogil:
    if not space.touched[place]:
        space.touched[place] = 1
        lanes_clear(&space.climbed[place])


cdef inline void reach(Workspace* space, int32_t place, int lane, uint32_t label) noexcept nogil:
    cdef uint32_t* known
    touch(space, place)
    known = lane_of(&space.climbed[place], lane)
    if label < known[0]:
        known[0] = label


# From a source below the core to all of its own part, without leaving it, and into the core.
cdef int64_t start_below(
    Workspace* space, const Below* tree, int32_t source, int lane, int32_t n_below
) noexcept nogil:
    cdef int32_t first = tree.top[source], node, end, base = tree.depth[first]
    cdef uint32_t* near = space.together.near + lane * space.together.most_below
    cdef uint32_t label
    cdef int64_t arc, steps = n_below
    for node in range(n_below):
        near[node] = NONE
    near[source - first] = 0
    node = source
    while node >= first:
        label = near[node - first]
        if node != source:
            label = cut(label + tree.processing[node])
        if label < NONE:
            for arc in range(tree.up_ptr[node], tree.up_ptr[node + 1]):
                end = tree.up_end[arc]
                if end < first:
                    reach(space, tree.core[end], lane, cut(label + tree.up[arc]))
                elif label + tree.up[arc] < near[end - first]:
                    near[end - first] = label + tree.up[arc]
        node = tree.parent[node]
    for node in range(first, first + n_below):
        label = near[node - first]
        for arc in range(tree.down_ptr[node], tree.down_ptr[node + 1]):
            if tree.down_depth[arc] >= base:
                label = min(label, space.passed[tree.down_depth[arc] - base] + tree.down[arc])
        near[node - first] = label
        space.passed[tree.depth[node] - base] = (
            0 if node == source else cut(label + tree.processing[node])
        )
        steps += tree.down_ptr[node + 1] - tree.down_ptr[node]
    return steps


# From the bottom of the core to its top: the labels on the way up.
cdef int64_t climb(Workspace* space, const Core* core) noexcept nogil:
    cdef Py_ssize_t place
    cdef int64_t arc, steps = 0
    cdef lanes_t passed
    for place in range(core.n - 1, -1, -1):
        if not space.touched[place] or core.up_ptr[place] == core.up_ptr[place + 1]:
            continue
        lanes_pass(&passed, &space.climbed[place], core.processing[place])
        for arc in range(core.up_ptr[place], core.up_ptr[place + 1]):
            touch(space, core.up_end[arc])
            lanes_relax(&space.climbed[core.up_end[arc]], &passed, core.up[arc])
        steps += core.up_ptr[place + 1] - core.up_ptr[place]
    return steps


# A source in the core: what it reaches does not pass through it.
cdef int64_t start_inside(Workspace* space, const Core* core, int32_t source, int lane) noexcept nogil:
    cdef int64_t arc
    reach(space, source, lane, 0)
    space.touched[source] = 2
    for arc in range(core.up_ptr[source], core.up_ptr[source + 1]):
        reach(space, core.up_end[arc], lane, core.up[arc])
    return core.up_ptr[source + 1] - core.up_ptr[source]


# The labels of the core from its matrix, and from where each source enters it.
cdef int64_t cross(
    Workspace* space, const Core* core, const int32_t* inside, int n_lanes
) noexcept nogil:
    cdef int64_t stride = core.n + LANES, steps = 0
    cdef Py_ssize_t place, block
    cdef int lane
    cdef uint32_t label
    cdef uint32_t* row
    for place in range(LANES * stride):
        space.across[place] = NONE
    for place in range(core.n):
        if not space.touched[place]:
            continue
        for lane in range(n_lanes):
            label = lane_of(&space.climbed[place], lane)[0]
            if label == NONE or (inside[lane] >= 0 and inside[lane] != place):
                continue
            row = space.across + lane * stride
            if inside[lane] < 0:
                row[place] = min(row[place], label)
                label = cut(label + core.processing[place])
            row_relax(row, core.between + place * core.n, label, core.n)
            steps += core.n // LANES
    for block in range((core.n + LANES - 1) // LANES):
        rows_to_lines(&space.lines[LANES * block], space.across + LANES * block, stride)
    for place in range(core.n):
        settle(space, core, inside, n_lanes, <int32_t> place)
    return steps + core.n


# What is known of a place in the core becomes what paths cost that have passed through it.
cdef inline void settle(
    Workspace* space, const Core* core, const int32_t* inside, int n_lanes, int32_t place
) noexcept nogil:
    cdef lanes_t* line = &space.lines[place]
    cdef int lane
    if core.processing[place]:
        space.lines[core.n + place] = line[0]
        lanes_pass(line, line, core.processing[place])
    if space.touched[place] == 2:
        for lane in range(n_lanes):
            if inside[lane] == place:
                lane_of(line, lane)[0] = 0


# From the top of the core to its bottom.
cdef int64_t descend(
    Workspace* space, const Core* core, const int32_t* inside, int n_lanes
) noexcept nogil:
    cdef Py_ssize_t k
    cdef int32_t place
    cdef int64_t first, n_arcs, steps = 0
    for k in range(core.n_wanted):
        place = core.wanted[k]
        first = core.down_ptr[place]
        n_arcs = core.down_ptr[place + 1] - first
        lanes_descend(
            &space.lines[place],
            &space.climbed[place] if space.touched[place] else NULL,
            space.lines,
            core.down_end + first,
            core.down + first,
            n_arcs,
        )
        settle(space, core, inside, n_lanes, place)
        steps += 4 + n_arcs
    return steps


# Sixteen rows, or what is left of them.
cdef bint fill(
    Workspace* space, const Below* tree, const Core* core, const Columns* columns, const Sink* sink,
    const int32_t* sources, const int32_t* rows, int n_lanes, const int64_t[::1] stop, int64_t* steps,
) noexcept nogil:
    cdef int lane
    cdef int32_t source, first
    cdef int32_t[16] inside
    cdef int64_t n_below
    cdef Rows* together = &space.together
    memset(space.touched, 0, core.n)
    for lane in range(n_lanes):
        source = sources[lane]
        inside[lane] = -1
        together.first[lane] = 0
        together.member[lane] = together.member_end[lane] = 0
        if source >= 0 and tree.core[source] >= 0:
            inside[lane] = tree.core[source]
            steps[0] += start_inside(space, core, inside[lane], lane)
        elif source >= 0:
            first = together.first[lane] = tree.top[source]
            n_below = 1
            while first + n_below < tree.n and tree.top[first + n_below] == first:
                n_below += 1
            steps[0] += start_below(space, tree, source, lane, <int32_t> n_below)
            together.member[lane] = member_at(columns, first)
            together.member_end[lane] = member_at(columns, <int32_t> (first + n_below))
    if core.between != NULL:
        steps[0] += cross(space, core, inside, n_lanes)
    else:
        steps[0] += climb(space, core)
        steps[0] += descend(space, core, inside, n_lanes)
    cdef bint above = columns.farthest > MAX_LATENCY or not lines_below(
        space.lines, core.wanted, core.n_wanted, n_lanes, MAX_LATENCY - columns.farthest
    )
    return write(together, space.lines, above, columns, sink, rows, n_lanes, stop, steps)


def sweep(
    const int32_t[::1] parent,          # IN
    const int32_t[::1] depth,           # IN
    const int32_t[::1] top,             # IN
    const int32_t[::1] core,            # IN
    int64_t most_below,
    const int64_t[::1] up_ptr,          # IN
    const int32_t[::1] up_end,          # IN
    const uint32_t[::1] up,             # IN
    const int64_t[::1] down_ptr,        # IN
    const int32_t[::1] down_depth,      # IN
    const uint32_t[::1] down,           # IN
    const uint32_t[::1] processing,     # IN
    const int64_t[::1] core_up_ptr,     # IN
    const int32_t[::1] core_up_end,     # IN
    const uint32_t[::1] core_up,        # IN
    const int64_t[::1] core_down_ptr,   # IN
    const int32_t[::1] core_down_end,   # IN
    const uint32_t[::1] core_down,      # IN
    const uint32_t[::1] core_processing,  # IN
    const int32_t[::1] core_wanted,     # IN
    const int32_t[:, ::1] core_between,  # IN, or None
    const uint32_t[:, :, ::1] gates,    # IN
    uint32_t farthest,
    const int32_t[::1] member,          # IN
    const int32_t[::1] member_column,   # IN
    const int32_t[::1] sources,         # IN
    const int32_t[::1] rows,            # IN
    Py_ssize_t n_columns,
    int32_t[:, ::1] out,                # OUT, or None
    const uint32_t[::1] of_row,         # IN, or None
    const uint32_t[::1] of_column,      # IN, or None
    uint8_t[:, ::1] within,             # OUT, or None
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,            # IN
):
    """Write the latencies of the shortest paths from some sources to all targets, or what is within bounds.

    Parameters
    ----------
    parent, depth : ndarray of shape (n_nodes,), int32
        By number: the node next above, -1 at a top; and how many are above.
    top, core : ndarray of shape (n_nodes,), int32
        As `split_core` fills them.
    most_below : int
        No part below the core has more nodes.
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
    core_up_ptr, core_up_end, core_up, core_down_ptr, core_down_end, core_down, core_processing
        The same of the core alone, by place in the core; both ends of an arc are such places.
    core_wanted : ndarray of shape (n_wanted,), int32
        The places to sweep, from the top down: those of the gates and all that they need.
    core_between : ndarray of shape (n_core, n_core), int32, ns, or None
        The latencies from each place to each other, if they are known; the core is then not swept.
    gates : ndarray of shape (n_columns or more, 2, n_gates), uint32
        Of each column, as `find_gates` fills them, and of as many more as make a multiple of sixteen.
    farthest : int
        No column is farther from the nearest of its gates, in ns: where nothing can be above 2.1 s,
        nothing is looked at for it.
    member, member_column : ndarray of shape (n_members,), int32
        The columns below the core: their numbers, part by part, and the columns in ascending order.
    sources, rows : ndarray of shape (n_rows,), int32
        Numbers, best in ascending order, and the row of each; -1 makes a row of `UNREACHABLE_NS`.
    n_columns : int
        How many columns there are.
    out : ndarray of shape (n_rows, n_columns), int32, ns, or None
        Filled for the sources `begin` to before `end`; `UNREACHABLE_NS` where no path is at most 2.1 s.
    of_row, of_column : ndarray of shape (n_rows,) and (n_columns,), uint32, ns, or None
        A cell is within bounds if its latency is at most the lesser of the two.
    within : ndarray of shape (n_rows, ceil(n_columns / 8)), uint8, or None
        Filled instead of `out`: a bit a cell, the first column in the lowest bit of the first byte.
    begin, end : int
        The sources whose rows are to be filled; best multiples of sixteen apart.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped before the last row; the rows are then not to be used.

    Raises
    ------
    MemoryError
        If there is no room for the workspace: 200 bytes a node of the core.

    Notes
    -----
    For sixteen rows O(arcs of the core + gates of the columns), and the parts of their sources.

    References
    ----------
    Delling, D. et al., "PHAST: hardware-accelerated shortest path trees", IPDPS 2011; Bast, H. et al.,
    "Fast routing in road networks with transit nodes", Science 316, 2007.

    Examples
    --------
    Two nodes in the core, 6 ns apart, and a third below the second:

    >>> import numpy as np
    >>> from placement._core import sweep
    >>> number, none = np.arange(3, dtype=np.int32), np.empty(0, np.int32)
    >>> ptr, ends, arcs = np.array([0, 0, 1, 2]), np.array([0, 1], np.int32), np.array([6, 3], np.uint32)
    >>> out, places = np.empty((1, 3), np.int32), np.array([0, 1, -1], np.int32)
    >>> gates = np.zeros((16, 2, 1), np.uint32)
    >>> gates[:3, 0, 0], gates[:3, 1, 0] = [0, 1, 1], [0, 0, 3]
    >>> sweep(number - 1, number, np.array([-1, -1, 2], np.int32), places, 1, ptr, ends, arcs, ptr, ends, arcs,
    ...       np.zeros(3, np.uint32), ptr[:3], ends[:1], arcs[:1], ptr[:3], ends[:1], arcs[:1],
    ...       np.zeros(2, np.uint32), number[:2], None, gates, 3, number[2:], number[2:],
    ...       np.array([1], np.int32), number[:1], 3, out, None, None, None, 0, 1,
    ...       np.array([2**63 - 1, 0]))
    True
    >>> out.tolist()
    [[6, 0, 3]]
    """
    cdef Py_ssize_t row = begin
    cdef int64_t steps = 0
    cdef int n_lanes
    cdef bint room, done = True
    cdef Workspace space
    cdef Below tree
    cdef Core inner
    cdef Columns columns
    cdef Sink sink
    if stopped(stop):
        return False
    if begin >= end or n_columns == 0:
        return True
    tree.n = depth.shape[0]
    tree.parent, tree.depth, tree.top, tree.core = &parent[0], &depth[0], &top[0], &core[0]
    tree.up_ptr, tree.down_ptr, tree.processing = &up_ptr[0], &down_ptr[0], &processing[0]
    tree.up_end = &up_end[0] if up.shape[0] else NULL
    tree.up = &up[0] if up.shape[0] else NULL
    tree.down_depth = &down_depth[0] if down.shape[0] else NULL
    tree.down = &down[0] if down.shape[0] else NULL
    inner.n = core_up_ptr.shape[0] - 1
    inner.up_ptr, inner.down_ptr = &core_up_ptr[0], &core_down_ptr[0]
    inner.up_end = &core_up_end[0] if core_up.shape[0] else NULL
    inner.up = &core_up[0] if core_up.shape[0] else NULL
    inner.down_end = &core_down_end[0] if core_down.shape[0] else NULL
    inner.down = &core_down[0] if core_down.shape[0] else NULL
    inner.processing = &core_processing[0] if inner.n else NULL
    inner.n_wanted = core_wanted.shape[0]
    inner.wanted = &core_wanted[0] if inner.n_wanted else NULL
    inner.between = NULL
    if core_between is not None and inner.n:
        inner.between = <const uint32_t*> &core_between[0, 0]
    columns.n, columns.n_gates, columns.gates = n_columns, <int> gates.shape[2], &gates[0, 0, 0]
    columns.farthest, columns.n_members = farthest, member.shape[0]
    columns.member = &member[0] if columns.n_members else NULL
    columns.member_column = &member_column[0] if columns.n_members else NULL
    sink.out = NULL if out is None else &out[0, 0]
    sink.bits = NULL if within is None else &within[0, 0]
    sink.stride = n_columns if within is None else within.shape[1]
    sink.of_row = sink.of_column = NULL
    if of_row is not None and of_column is not None:
        sink.of_row, sink.of_column = &of_row[0], &of_column[0]
    sink.past = n_columns * rows.shape[0] * <int64_t> sizeof(int32_t) >= LARGE
    with nogil:
        room = reserve(&space, inner.n, most_below, inner.between != NULL)
        while room and row < end:
            n_lanes = LANES if row + LANES <= end else <int> (end - row)
            done = fill(
                &space, &tree, &inner, &columns, &sink, &sources[row], &rows[row], n_lanes, stop, &steps
            )
            if not done:
                break
            row += n_lanes
        lines_fence()
        release(&space)
    if not room:
        raise MemoryError("no room for the workspace of the sweep")
    return done
