"""What of a matrix of latencies a change may touch, and what of that is different then."""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint8_t
from libc.stdlib cimport free, malloc

import numpy as np

cdef extern from *:
    """
    #if defined(__GNUC__)
    #define placement_fetch(place) __builtin_prefetch((place), 1, 1)
    #else
    #define placement_fetch(place) ((void)(place))
    #endif
    """
    void fetch "placement_fetch"(const void* place) noexcept nogil

cdef enum:
    NO_LATENCY = 2_147_483_647
    HIGHEST = 1024  # labels of a node: where it has more, its subtree is taken as a whole
    BLOCK = 64      # cells that are compared at once
    AHEAD = 32      # cells that are fetched before their turn


# Part of a tree: the nodes right above it, and its own nodes by depth. Each row has the labels of one
# of them with those before it, once passed; in `was` as they were, where that is not the same.
cdef struct Part:
    Py_ssize_t n_above
    Py_ssize_t n
    uint32_t* labels
    uint32_t* was
    uint8_t* same


cdef inline uint32_t cut(uint32_t label) noexcept nogil:
    return label if label < NO_LATENCY else NO_LATENCY


def subtree_ends(
    const int32_t[::1] parent,  # IN
    int32_t[::1] end,           # OUT
):
    """Find where the subtree of each number ends.

    Parameters
    ----------
    parent : ndarray of shape (n_nodes,), int32
        By number: the number next above, -1 at a top; numbers are those of `arrange`.
    end : ndarray of shape (n_nodes,), int32
        Filled: number i and all below it are i to end[i].

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import subtree_ends
    >>> end = np.empty(4, np.int32)
    >>> subtree_ends(np.array([-1, 0, 1, 0], np.int32), end)
    >>> end.tolist()
    [4, 3, 3, 4]
    """
    cdef Py_ssize_t i
    with nogil:
        for i in range(parent.shape[0]):
            end[i] = <int32_t> (i + 1)
        for i in range(parent.shape[0] - 1, -1, -1):
            if parent[i] >= 0 and end[i] > end[parent[i]]:
                end[parent[i]] = end[i]


def mark_above(
    const int32_t[::1] parent,  # IN
    uint8_t[::1] mark,          # IN, OUT
):
    """Mark all nodes above those that are marked.

    Parameters
    ----------
    parent : ndarray of shape (n_nodes,), int32
        By number: the number next above, -1 at a top; above is what has a smaller one.
    mark : ndarray of shape (n_nodes,), uint8
        1 at a node that is marked; then at all above it as well.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import mark_above
    >>> mark = np.array([0, 0, 1, 0], np.uint8)
    >>> mark_above(np.array([-1, 0, 1, 0], np.int32), mark)
    >>> mark.tolist()
    [1, 1, 1, 0]
    """
    cdef Py_ssize_t i
    with nogil:
        for i in range(parent.shape[0] - 1, -1, -1):
            if mark[i] and parent[i] >= 0:
                mark[parent[i]] = 1


# The nodes right above the top of a part: true latencies between them, which have not changed.
cdef void begin_part(
    Part* part,
    int32_t top,
    const int64_t[::1] ptr,
    const int32_t[::1] ancestors,
    const uint32_t[::1] processing,
    const uint32_t[::1] labels,
) noexcept nogil:
    cdef Py_ssize_t i, j
    cdef int64_t arc
    cdef int32_t above
    cdef uint32_t* row
    for j in range(part.n_above):
        above = ancestors[ptr[top] + j]
        row = part.labels + j * part.n
        arc = ptr[above]
        for i in range(j):
            while ancestors[arc] != ancestors[ptr[top] + i]:
                arc += 1
            row[i] = cut(labels[arc] + processing[above])
        row[j] = 0
        part.same[j] = 1


# Labels of a node over one of its arcs, to all nodes at and above the arc's upper end.
cdef inline void over(
    uint32_t* row, const uint32_t* passed, Py_ssize_t n, uint32_t latency
) noexcept nogil:
    cdef Py_ssize_t i
    cdef uint32_t total
    for i in range(n):
        total = passed[i] + latency
        row[i] = total if total < row[i] else row[i]


# The labels of one node now and before; returns whether they differ. `k` is the first entry of the
# journal that is not yet passed, and is moved on.
cdef bint visit(
    Part* part,
    int32_t node,
    Py_ssize_t own,
    int32_t top,
    const int64_t[::1] ptr,
    const int32_t[::1] ancestors,
    const int32_t[::1] depth,
    const uint32_t[::1] processing,
    const uint32_t[::1] labels,
    const int64_t[::1] arcs,
    const uint32_t[::1] before,
    Py_ssize_t* k,
) noexcept nogil:
    cdef uint32_t* row = part.labels + own * part.n
    cdef uint32_t* old = part.was + own * part.n
    cdef const uint32_t* passed
    cdef Py_ssize_t i, j, above = 0, first = k[0]
    cdef int64_t arc
    cdef bint same = True
    cdef uint32_t latency
    for i in range(own):
        row[i] = old[i] = NO_LATENCY
    for arc in range(ptr[node], ptr[node + 1]):
        if ancestors[arc] >= top:
            j = part.n_above + depth[ancestors[arc]] - depth[top]
        else:
            while ancestors[ptr[top] + above] != ancestors[arc]:
                above += 1
            j = above
        latency = labels[arc]
        over(row, part.labels + j * part.n, j + 1, latency)
        if k[0] < arcs.shape[0] and arcs[k[0]] == arc:
            latency = before[k[0]]
            k[0] += 1
        same = same and part.same[j] and latency == labels[arc]
        passed = part.labels if part.same[j] else part.was
        over(old, passed + j * part.n, j + 1, latency)
    if not same:
        same = True
        for i in range(own):
            same = same and row[i] == old[i]
    for i in range(own):
        row[i] = cut(row[i] + processing[node])
        old[i] = cut(old[i] + processing[node])
    row[own] = old[own] = 0
    part.same[own] = same
    return not same


def affected(
    const int64_t[::1] ptr,          # IN
    const int32_t[::1] ancestors,    # IN
    const int32_t[::1] lower,        # IN
    const int32_t[::1] depth,        # IN
    const int32_t[::1] end,          # IN
    const uint32_t[::1] processing,  # IN
    const uint32_t[::1] labels,      # IN
    const int64_t[::1] arcs,         # IN
    const uint32_t[::1] before,      # IN
    const int64_t[::1] seat_ptr,     # IN
    const int32_t[::1] seats,        # IN
    int64_t most_steps,
):
    """Find the nodes whose latencies to or from nodes above them have changed.

    No other node's latencies can have changed at all, but to nodes of which the same is true in the
    other direction.

    Parameters
    ----------
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors, lower : ndarray of shape (n_arcs,), int32
        The numbers at their upper ends, the highest first; and at their lower ends.
    depth, end : ndarray of shape (n_nodes,), int32
        By number: how many are above; and where its subtree ends.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; 2**31 - 1 at a node that may not be crossed.
    labels : ndarray of shape (n_arcs,), uint32, ns
        The true latencies of the arcs in one direction, as they are now.
    arcs : ndarray of shape (n_changed,), int64
        The arcs that have changed, ascending, as `alter` returns them.
    before : ndarray of shape (n_changed,), uint32, ns
        What they were.
    seat_ptr : ndarray of shape (n_nodes + 1,), int64
        What is wanted of number i is seats[seat_ptr[i]] to seats[seat_ptr[i + 1]].
    seats : ndarray, int32
        Rows or columns of a matrix.
    most_steps : int
        After about that many steps take subtrees as a whole.

    Returns
    -------
    ndarray, int32
        The seats of these nodes, and at most of others below arcs that have changed.

    Notes
    -----
    Only nodes below the arcs are looked at. Those right above all of them are where any path comes
    from; so the labels of a node are those from there, and from its ancestors further down.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import affected
    >>> affected(np.array([0, 0, 1, 2]), np.array([0, 1], np.int32), np.array([1, 2], np.int32),
    ...          np.arange(3, dtype=np.int32), np.full(3, 3, np.int32), np.zeros(3, np.uint32),
    ...          np.array([7, 2], np.uint32), np.array([0]), np.array([5], np.uint32),
    ...          np.arange(4), np.array([40, 50, 60], np.int32), 1000).tolist()
    [50, 60]
    """
    cdef Py_ssize_t k, room = 0, most = 0, found = 0
    cdef int32_t top, node, deepest
    cdef int64_t steps = 0, seat
    cdef bint whole, no_room = False
    cdef Part part
    part.labels = part.was = NULL
    part.same = NULL
    with nogil:  # how much there may be to report
        k = 0
        while k < arcs.shape[0]:
            top = lower[arcs[k]]
            if before[k] != labels[arcs[k]]:
                most += seat_ptr[end[top]] - seat_ptr[top]
                while k < arcs.shape[0] and arcs[k] < ptr[end[top]]:
                    k += 1
            else:
                k += 1
    array = np.empty(most, np.int32)
    cdef int32_t[::1] out = array
    with nogil:
        k = 0
        while most and k < arcs.shape[0]:
            if before[k] == labels[arcs[k]]:
                k += 1
                continue
            top = lower[arcs[k]]
            deepest = depth[top]
            for node in range(top, end[top]):
                if depth[node] > deepest:
                    deepest = depth[node]
            part.n_above = ptr[top + 1] - ptr[top]
            part.n = part.n_above + deepest - depth[top] + 1
            whole = (
                part.n > HIGHEST or steps > most_steps or end[top] == top + 1
                or seat_ptr[end[top]] == seat_ptr[top]
            )
            if whole:
                for seat in range(seat_ptr[top], seat_ptr[end[top]]):
                    out[found] = seats[seat]
                    found += 1
                while k < arcs.shape[0] and arcs[k] < ptr[end[top]]:
                    k += 1
                continue
            if part.n > room:
                room = part.n
                free(part.labels)
                free(part.was)
                free(part.same)
                part.labels = <uint32_t*> malloc(room * room * sizeof(uint32_t))
                part.was = <uint32_t*> malloc(room * room * sizeof(uint32_t))
                part.same = <uint8_t*> malloc(room)
                if part.labels == NULL or part.was == NULL or part.same == NULL:
                    no_room = True
                    break
            begin_part(&part, top, ptr, ancestors, processing, labels)
            for node in range(top, end[top]):
                if visit(
                    &part, node, part.n_above + depth[node] - depth[top], top,
                    ptr, ancestors, depth, processing, labels, arcs, before, &k,
                ):
                    for seat in range(seat_ptr[node], seat_ptr[node + 1]):
                        out[found] = seats[seat]
                        found += 1
                steps += 1 + (ptr[node + 1] - ptr[node]) * part.n // 8
        free(part.labels)
        free(part.was)
        free(part.same)
    if no_room:
        raise MemoryError("no room for the nodes that are affected")
    return array[:found]


# Compare cells that stand side by side; write and report those that differ. Returns how many do.
cdef Py_ssize_t run(
    int32_t* live, const int32_t* fresh, Py_ssize_t n, int32_t first,
    int32_t* column, int32_t* old, int32_t* new,
) noexcept nogil:
    cdef Py_ssize_t begin = 0, end, j, found = 0
    cdef int32_t differs
    while begin < n:
        end = begin + BLOCK if begin + BLOCK < n else n
        differs = 0
        for j in range(begin, end):
            differs |= live[j] ^ fresh[j]
        if differs:
            for j in range(begin, end):
                if live[j] != fresh[j]:
                    column[found] = <int32_t> (first + j)
                    old[found] = live[j]
                    new[found] = fresh[j]
                    live[j] = fresh[j]
                    found += 1
        begin = end
    return found


def overwrite(
    int32_t[:, ::1] live,           # IN, OUT
    const int32_t[::1] rows,        # IN
    const int32_t[::1] columns,     # IN
    const int32_t[:, ::1] fresh,    # IN
    int64_t[::1] count,             # OUT
    int32_t[::1] column,            # OUT
    int32_t[::1] old,               # OUT
    int32_t[::1] new,               # OUT
):
    """Write latencies over those of some rows and columns, and report which cells differ.

    Parameters
    ----------
    live : ndarray of shape (n_rows, n_columns), int32, ns
        The matrix; what differs is brought up to date.
    rows : ndarray of shape (n_some_rows,), int32
        Its rows that are compared.
    columns : ndarray of shape (n_some_columns,), int32
        Its columns that are compared, ascending.
    fresh : ndarray of shape (n_some_rows, n_some_columns), int32, ns
        What belongs there.
    count : ndarray of shape (n_some_rows,), int64
        Filled: how many cells of each row were different.
    column, old, new : ndarray of shape (n_cells,), int32
        As long as `fresh` has cells; filled from the beginning, row by row: the columns of these
        cells, what was there and what is now.

    Returns
    -------
    int
        How many cells were different.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import overwrite
    >>> live, count = np.array([[0, 5, 8]], np.int32), np.empty(1, np.int64)
    >>> column, old, new = np.empty((3, 2), np.int32)
    >>> overwrite(live, np.array([0], np.int32), np.array([0, 2], np.int32),
    ...           np.array([[0, 9]], np.int32), count, column, old, new)
    1
    >>> live.tolist(), column[:1].tolist(), old[:1].tolist(), new[:1].tolist()
    ([[0, 5, 9]], [2], [8], [9])
    """
    cdef Py_ssize_t n_rows = rows.shape[0], n = columns.shape[0], i, j, found = 0, begun
    cdef Py_ssize_t ahead = AHEAD // n if 0 < n < AHEAD else 1
    cdef bint together = n > 0 and columns[n - 1] - columns[0] == n - 1
    cdef int32_t* row
    cdef const int32_t* other
    if n == 0 or n_rows == 0:
        count[:] = 0
        return 0
    with nogil:
        for i in range(n_rows):
            begun = found
            row = &live[rows[i], 0]
            if together and n > AHEAD:
                found += run(
                    row + columns[0], &fresh[i, 0], n, columns[0],
                    &column[found], &old[found], &new[found],
                )
                count[i] = found - begun
                continue
            if n < AHEAD and i + ahead < n_rows:
                other = &live[rows[i + ahead], 0]
                for j in range(n):
                    fetch(other + columns[j])
            for j in range(n):
                if n >= AHEAD and j + AHEAD < n:
                    fetch(row + columns[j + AHEAD])
                if row[columns[j]] != fresh[i, j]:
                    column[found] = columns[j]
                    old[found] = row[columns[j]]
                    new[found] = row[columns[j]] = fresh[i, j]
                    found += 1
            count[i] = found - begun
    return found
