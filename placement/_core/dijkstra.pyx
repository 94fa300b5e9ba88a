"""Shortest paths in networks where some nodes may not be crossed.

Both kernels fill the rows `begin` to `end` of a matrix, a row a source, so that threads can share
one. They keep to three rules:

- a closed node may be reached but is not left again, unless it is the row's own source;
- a node's processing time is added where a path passes *through* it, not where it starts or ends;
- what is longer than `MAX_LATENCY_NS` does not exist.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc

from placement._core.clock cimport stopped
from placement._core.heap cimport Label, entry_t, pop, push

cdef enum:
    MAX_LATENCY = 2_100_000_000
    UNREACHABLE = 2_147_483_647
    # Steps between two looks at the clock: 3 ms where each of them misses the cache.
    PATIENCE = 32_768
cdef int64_t VARIANCE_CAP = 1 << 62

MAX_LATENCY_NS = MAX_LATENCY
UNREACHABLE_NS = UNREACHABLE
MAX_VARIANCE = VARIANCE_CAP


cdef struct Arc:
    int32_t head
    int32_t latency


# Made once a call, for all of its rows. A row puts back what it has touched, no more.
cdef struct Workspace:
    int64_t* first          # [n_nodes + 1]: where the usable arcs of a node start
    Arc* arcs               # [n_arcs]
    int64_t* arc_variance   # [n_arcs], or NULL
    int32_t* latency        # [n_nodes]: labels, UNREACHABLE without one
    int64_t* variance       # [n_nodes], or NULL
    int32_t* touched        # [n_nodes]: the nodes with a label
    uint8_t* wanted         # [n_nodes]: 1 at a target
    void* heap              # [n_arcs + 1]: each arc enters at most once
    Py_ssize_t n_touched
    Py_ssize_t n_wanted
    int64_t steps


cdef bint reserve(Workspace* space, Py_ssize_t n_nodes, Py_ssize_t n_arcs, bint both) noexcept nogil:
    space.first = <int64_t*> malloc((n_nodes + 1) * sizeof(int64_t))
    space.arcs = <Arc*> malloc((n_arcs + 1) * sizeof(Arc))
    space.latency = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    space.touched = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    space.wanted = <uint8_t*> calloc(n_nodes + 1, sizeof(uint8_t))
    space.heap = malloc((n_arcs + 1) * (sizeof(Label) if both else sizeof(uint64_t)))
    space.arc_variance = NULL
    space.variance = NULL
    space.n_touched = space.n_wanted = space.steps = 0
    if both:
        space.arc_variance = <int64_t*> malloc((n_arcs + 1) * sizeof(int64_t))
        space.variance = <int64_t*> malloc((n_nodes + 1) * sizeof(int64_t))
        if space.arc_variance == NULL or space.variance == NULL:
            return False
    return (
        space.first != NULL and space.arcs != NULL and space.latency != NULL
        and space.touched != NULL and space.wanted != NULL and space.heap != NULL
    )


cdef void release(Workspace* space) noexcept nogil:
    free(space.first)
    free(space.arcs)
    free(space.arc_variance)
    free(space.latency)
    free(space.variance)
    free(space.touched)
    free(space.wanted)
    free(space.heap)


cdef inline bint interrupted(Workspace* space, int64_t steps, const int64_t[::1] stop) noexcept nogil:
    space.steps += steps
    if space.steps < PATIENCE:
        return False
    space.steps = 0
    return stopped(stop)


# Gather the arcs that any row may use, head beside latency: the rows read them many times.
cdef bint gather(
    Workspace* space,
    const int64_t[::1] indptr,
    const int32_t[::1] heads,
    const int32_t[::1] latency,
    const int64_t[::1] variance,
    const uint8_t[::1] arc_open,
    const uint8_t[::1] node_open,
    const int32_t[::1] targets,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef Py_ssize_t n_nodes = indptr.shape[0] - 1
    cdef Py_ssize_t n, arc, column
    cdef int64_t n_usable = 0
    cdef int32_t target
    for n in range(n_nodes):
        space.latency[n] = UNREACHABLE
    for column in range(targets.shape[0]):
        target = targets[column]
        if target >= 0 and not space.wanted[target]:
            space.wanted[target] = 1
            space.n_wanted += 1
    for n in range(n_nodes):
        space.first[n] = n_usable
        for arc in range(indptr[n], indptr[n + 1]):
            if arc_open[arc] and (node_open[heads[arc]] or space.wanted[heads[arc]]):
                space.arcs[n_usable].head = heads[arc]
                space.arcs[n_usable].latency = latency[arc]
                if space.arc_variance != NULL:
                    space.arc_variance[n_usable] = variance[arc]
                n_usable += 1
        if interrupted(space, 1 + indptr[n + 1] - indptr[n], stop):
            return False
    space.first[n_nodes] = n_usable
    return True


# Dijkstra from one source, until every target is settled.
cdef bint search(
    Workspace* space,
    entry_t* heap,
    int32_t source,
    const uint8_t[::1] node_open,
    const int32_t[::1] processing,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef Py_ssize_t size = 0, n_open = space.n_wanted
    cdef int32_t node, head, label
    cdef int64_t arc, start, latency, spread = 0
    cdef entry_t entry

    space.latency[source] = 0
    space.touched[0] = source
    space.n_touched = 1
    if entry_t is Label:
        space.variance[source] = 0
        entry.latency = 0
        entry.variance = 0
        entry.node = source
    else:
        entry = <uint64_t> source
    push(heap, &size, entry)

    while size > 0:
        entry = pop(heap, &size)
        if entry_t is Label:
            node = entry.node
            if entry.latency != space.latency[node] or entry.variance != space.variance[node]:
                continue
        else:
            node = <int32_t> <uint32_t> entry
            if <int32_t> (entry >> 32) != space.latency[node]:
                continue
        if space.wanted[node]:
            n_open -= 1
            if n_open == 0:
                return True
        if interrupted(space, 4 + space.first[node + 1] - space.first[node], stop):
            return False
        start = space.latency[node]
        if node != source:
            if not node_open[node]:
                continue
            start += processing[node]

        for arc in range(space.first[node], space.first[node + 1]):
            latency = start + space.arcs[arc].latency
            head = space.arcs[arc].head
            label = space.latency[head]
            if latency > MAX_LATENCY or latency > label:
                continue
            if entry_t is Label:
                spread = space.variance[node]
                if spread > VARIANCE_CAP - space.arc_variance[arc]:
                    spread = VARIANCE_CAP
                else:
                    spread += space.arc_variance[arc]
                if latency == label and spread >= space.variance[head]:
                    continue
                space.variance[head] = spread
                entry.latency = <int32_t> latency
                entry.variance = spread
                entry.node = head
            else:
                if latency == label:
                    continue
                entry = <uint64_t> latency << 32 | <uint64_t> head
            space.latency[head] = <int32_t> latency
            if label == UNREACHABLE:
                space.touched[space.n_touched] = head
                space.n_touched += 1
            push(heap, &size, entry)
    return True


cdef bint fill(
    Workspace* space,
    const uint8_t[::1] node_open,
    const int32_t[::1] processing,
    const int32_t[::1] sources,
    const int32_t[::1] targets,
    int32_t[:, ::1] out,
    int64_t[:, ::1] out_variance,
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef bint both = space.variance != NULL, done
    cdef Py_ssize_t row, column, i
    cdef int32_t target, latency
    for row in range(begin, end):
        done = True
        if sources[row] >= 0 and space.n_wanted > 0:
            if both:
                done = search[Label](
                    space, <Label*> space.heap, sources[row], node_open, processing, stop
                )
            else:
                done = search[uint64_t](
                    space, <uint64_t*> space.heap, sources[row], node_open, processing, stop
                )
        if not done:
            return False
        for column in range(targets.shape[0]):
            target = targets[column]
            latency = UNREACHABLE if target < 0 else space.latency[target]
            out[row, column] = latency
            if both:
                out_variance[row, column] = (
                    VARIANCE_CAP if latency == UNREACHABLE else space.variance[target]
                )
        for i in range(space.n_touched):
            space.latency[space.touched[i]] = UNREACHABLE
        space.n_touched = 0
        if interrupted(space, 1 + targets.shape[0], stop):
            return False
    return True


def shortest_paths(
    const int64_t[::1] indptr,      # IN
    const int32_t[::1] heads,       # IN
    const int32_t[::1] latency,     # IN
    const uint8_t[::1] arc_open,    # IN
    const uint8_t[::1] node_open,   # IN
    const int32_t[::1] processing,  # IN
    const int32_t[::1] sources,     # IN
    const int32_t[::1] targets,     # IN
    int32_t[:, ::1] out,            # OUT
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,        # IN
):
    """Write the latencies of the shortest paths from some sources to all targets.

    Parameters
    ----------
    indptr : ndarray of shape (n_nodes + 1,), int64
        The arcs that leave node n are indptr[n] to indptr[n + 1].
    heads : ndarray of shape (n_arcs,), int32
        Where each arc leads.
    latency : ndarray of shape (n_arcs,), int32, ns
        Of each arc, 0 to `MAX_LATENCY_NS`.
    arc_open : ndarray of shape (n_arcs,), uint8
        0: the arc is not there.
    node_open : ndarray of shape (n_nodes,), uint8
        0: the node may be reached but not crossed, nor left unless it is the row's source.
    processing : ndarray of shape (n_nodes,), int32, ns
        Added where a path passes through the node, 0 or more.
    sources : ndarray of shape (n_rows,), int32
        A node a row; -1 makes a row of `UNREACHABLE_NS`.
    targets : ndarray of shape (n_columns,), int32
        A node a column; -1 makes a column of `UNREACHABLE_NS`.
    out : ndarray of shape (n_rows, n_columns), int32, ns
        Filled from row `begin` to before row `end`; `UNREACHABLE_NS` where there is no path.
    begin, end : int
        The rows to fill.
    stop : ndarray of shape (2,), int64
        The deadline on the scale of `time.monotonic_ns`, 2**63 - 1 for none; and a word that
        another thread sets to anything but 0 to cancel.

    Returns
    -------
    bool
        False if it was stopped before the last row; the rows are then not to be used.

    Raises
    ------
    MemoryError
        If there is no room for the workspace: 32 bytes a node and 16 an arc.

    Notes
    -----
    Dijkstra's algorithm, O((n_nodes + n_arcs) log n_arcs) a row. A row ends when every target is
    settled.

    References
    ----------
    Dijkstra, E. W., "A note on two problems in connexion with graphs", Numerische Mathematik 1, 1959.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import shortest_paths
    >>> out = np.empty((1, 3), np.int32)
    >>> shortest_paths(
    ...     indptr=np.array([0, 1, 2, 2]), heads=np.array([1, 2], np.int32),
    ...     latency=np.array([40, 2], np.int32), arc_open=np.ones(2, np.uint8),
    ...     node_open=np.ones(3, np.uint8), processing=np.array([0, 5, 0], np.int32),
    ...     sources=np.array([0], np.int32), targets=np.array([0, 1, 2], np.int32),
    ...     out=out, begin=0, end=1, stop=np.array([2**63 - 1, 0]))
    True
    >>> out.tolist()
    [[0, 40, 47]]
    """
    cdef Workspace space
    cdef bint room, done = False
    cdef int64_t[::1] no_variance = None
    cdef int64_t[:, ::1] no_out = None
    if stopped(stop):
        return False
    with nogil:
        room = reserve(&space, node_open.shape[0], heads.shape[0], False)
        if room:
            done = gather(
                &space, indptr, heads, latency, no_variance, arc_open, node_open, targets, stop
            ) and fill(
                &space, node_open, processing, sources, targets, out, no_out, begin, end, stop
            )
        release(&space)
    if not room:
        raise MemoryError("no room for the workspace of the shortest paths")
    return done


def shortest_paths_variance(
    const int64_t[::1] indptr,      # IN
    const int32_t[::1] heads,       # IN
    const int32_t[::1] latency,     # IN
    const int64_t[::1] variance,    # IN
    const uint8_t[::1] arc_open,    # IN
    const uint8_t[::1] node_open,   # IN
    const int32_t[::1] processing,  # IN
    const int32_t[::1] sources,     # IN
    const int32_t[::1] targets,     # IN
    int32_t[:, ::1] out,            # OUT
    int64_t[:, ::1] out_variance,   # OUT
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,        # IN
):
    """Write latencies and variances of the shortest paths from some sources to all targets.

    Of several shortest paths the one with the smallest variance counts. Everything else is as in
    `shortest_paths`.

    Parameters
    ----------
    indptr : ndarray of shape (n_nodes + 1,), int64
        The arcs that leave node n are indptr[n] to indptr[n + 1].
    heads : ndarray of shape (n_arcs,), int32
        Where each arc leads.
    latency : ndarray of shape (n_arcs,), int32, ns
        Of each arc, 0 to `MAX_LATENCY_NS`.
    variance : ndarray of shape (n_arcs,), int64, ns²
        Of each arc, 0 to `MAX_VARIANCE`; sums saturate there.
    arc_open : ndarray of shape (n_arcs,), uint8
        0: the arc is not there.
    node_open : ndarray of shape (n_nodes,), uint8
        0: the node may be reached but not crossed, nor left unless it is the row's source.
    processing : ndarray of shape (n_nodes,), int32, ns
        Added where a path passes through the node, 0 or more; it varies not.
    sources : ndarray of shape (n_rows,), int32
        A node a row; -1 makes a row without paths.
    targets : ndarray of shape (n_columns,), int32
        A node a column; -1 makes a column without paths.
    out : ndarray of shape (n_rows, n_columns), int32, ns
        Filled from row `begin` to before row `end`; `UNREACHABLE_NS` where there is no path.
    out_variance : ndarray of shape (n_rows, n_columns), int64, ns²
        Filled likewise; `MAX_VARIANCE` where there is no path.
    begin, end : int
        The rows to fill.
    stop : ndarray of shape (2,), int64
        The deadline on the scale of `time.monotonic_ns`, 2**63 - 1 for none; and a word that
        another thread sets to anything but 0 to cancel.

    Returns
    -------
    bool
        False if it was stopped before the last row; the rows are then not to be used.

    Raises
    ------
    MemoryError
        If there is no room for the workspace: 40 bytes a node and 32 an arc.

    Notes
    -----
    Dijkstra's algorithm on pairs in lexicographic order, O((n_nodes + n_arcs) log n_arcs) a row.

    References
    ----------
    Dijkstra, E. W., "A note on two problems in connexion with graphs", Numerische Mathematik 1, 1959.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import shortest_paths_variance
    >>> out, variance = np.empty((1, 1), np.int32), np.empty((1, 1), np.int64)
    >>> shortest_paths_variance(
    ...     indptr=np.array([0, 2, 2]), heads=np.array([1, 1], np.int32),
    ...     latency=np.array([40, 40], np.int32), variance=np.array([9, 4]),
    ...     arc_open=np.ones(2, np.uint8), node_open=np.ones(2, np.uint8),
    ...     processing=np.zeros(2, np.int32), sources=np.array([0], np.int32),
    ...     targets=np.array([1], np.int32), out=out, out_variance=variance,
    ...     begin=0, end=1, stop=np.array([2**63 - 1, 0]))
    True
    >>> out.item(), variance.item()
    (40, 4)
    """
    cdef Workspace space
    cdef bint room, done = False
    if stopped(stop):
        return False
    with nogil:
        room = reserve(&space, node_open.shape[0], heads.shape[0], True)
        if room:
            done = gather(
                &space, indptr, heads, latency, variance, arc_open, node_open, targets, stop
            ) and fill(
                &space, node_open, processing, sources, targets, out, out_variance, begin, end, stop
            )
        release(&space)
    if not room:
        raise MemoryError("no room for the workspace of the shortest paths")
    return done
