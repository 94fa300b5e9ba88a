"""Paths from latencies: a walk over the arcs that are tight, with no predecessor stored.

An arc u→v is tight where the label of u, the time that passing through u takes, and the latency of the
arc add up to the label of v: some shortest path leads over it, and every shortest path leads over such
arcs alone. From the target against the traffic, level by level, the nodes on shortest paths are few.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.stdlib cimport free, malloc

from placement._core.clock cimport stopped

cdef enum:
    UNREACHABLE = 2_147_483_647
    # Steps between two looks at the clock: 3 ms where each of them misses the cache.
    PATIENCE = 32_768
cdef int64_t VARIANCE_CAP = 1 << 62


# Made once a call. A pair puts back what it has touched, no more.
cdef struct Workspace:
    int32_t* hops           # [n_nodes]: links that are left to the target, -1 at nodes not met
    int64_t* via            # [n_nodes]: the arc to leave by
    int32_t* then           # [n_nodes]: where it leads
    int32_t* queue          # [n_nodes]: the nodes met, by level
    int64_t n_met
    int64_t steps


cdef bint reserve(Workspace* space, Py_ssize_t n_nodes) noexcept nogil:
    cdef Py_ssize_t n
    space.hops = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    space.via = <int64_t*> malloc((n_nodes + 1) * sizeof(int64_t))
    space.then = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    space.queue = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    space.n_met = space.steps = 0
    if space.hops == NULL or space.via == NULL or space.then == NULL or space.queue == NULL:
        return False
    for n in range(n_nodes):
        space.hops[n] = -1
    return True


cdef void release(Workspace* space) noexcept nogil:
    free(space.hops)
    free(space.via)
    free(space.then)
    free(space.queue)


# Label the nodes of the tight arcs with the fewest links to the target, up to the source's level, and
# each with the best arc to leave by: where the other end ranks lowest, of parallel arcs the one that
# varies least, then the first link. False if it was stopped.
cdef bint spread_back(
    Workspace* space,
    const int64_t[::1] indptr,
    const int32_t[::1] tails,
    const int32_t[::1] latency,
    const int64_t[::1] variance,
    const int32_t[::1] link,
    const uint8_t[::1] arc_open,
    const int32_t[::1] processing,
    const int32_t[::1] rank,
    const int32_t[:] label,
    const int64_t[:] spread,
    int32_t source,
    int32_t target,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef bint both = spread.shape[0] > 0
    cdef int64_t place = 0, arc, old, through, total
    cdef int32_t node, tail, last = -1
    space.hops[target] = 0
    space.queue[0] = target
    space.n_met = 1
    while place < space.n_met:
        node = space.queue[place]
        place += 1
        if last >= 0 and space.hops[node] >= last:
            break
        for arc in range(indptr[node], indptr[node + 1]):
            tail = tails[arc]
            if not arc_open[arc] or label[tail] == UNREACHABLE:
                continue
            through = 0 if tail == source else processing[tail]
            if label[tail] + through + latency[arc] != label[node]:
                continue
            if both:
                total = spread[tail]
                if total > VARIANCE_CAP - variance[arc]:
                    total = VARIANCE_CAP
                else:
                    total += variance[arc]
                if total != spread[node]:
                    continue
            if space.hops[tail] < 0:
                space.hops[tail] = space.hops[node] + 1
                space.queue[space.n_met] = tail
                space.n_met += 1
                if tail == source:
                    last = space.hops[tail]
            elif space.hops[tail] != space.hops[node] + 1:
                continue
            else:
                old = space.via[tail]
                if rank[node] > rank[space.then[tail]]:
                    continue
                if rank[node] == rank[space.then[tail]] and (
                    variance[arc] > variance[old]
                    or (variance[arc] == variance[old] and link[arc] >= link[old])
                ):
                    continue
            space.via[tail] = arc
            space.then[tail] = node
        space.steps += 1 + indptr[node + 1] - indptr[node]
        if space.steps >= PATIENCE:
            space.steps = 0
            if stopped(stop):
                return False
    return True


def trace_paths(
    const int64_t[::1] indptr,      # IN
    const int32_t[::1] tails,       # IN
    const int32_t[::1] latency,     # IN
    const int64_t[::1] variance,    # IN
    const int32_t[::1] link,        # IN
    const uint8_t[::1] arc_open,    # IN
    const int32_t[::1] processing,  # IN
    const int32_t[::1] rank,        # IN
    const int32_t[::1] sources,     # IN
    const int32_t[:, ::1] label,    # IN
    const int64_t[:, ::1] spread,   # IN
    const int32_t[::1] rows,        # IN
    const int32_t[::1] targets,     # IN
    int64_t[::1] ends,              # OUT
    int64_t[::1] out,               # OUT
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,        # IN
):
    """Write the arcs of shortest paths, from the latencies of all nodes.

    Of several shortest paths the one with the fewest links counts; of those the one whose nodes, read
    from the source, rank lowest; of parallel arcs the one that varies least, then the first link.

    Parameters
    ----------
    indptr : ndarray of shape (n_nodes + 1,), int64
        The arcs that lead to node n are indptr[n] to indptr[n + 1].
    tails : ndarray of shape (n_arcs,), int32
        Where each arc comes from.
    latency : ndarray of shape (n_arcs,), int32, ns
        Of each arc.
    variance : ndarray of shape (n_arcs,), int64, ns²
        Of each arc.
    link : ndarray of shape (n_arcs,), int32
        Of each arc; decides between parallel ones that are alike.
    arc_open : ndarray of shape (n_arcs,), uint8
        0: the arc is not there.
    processing : ndarray of shape (n_nodes,), int32, ns
        Added where a path passes through the node.
    rank : ndarray of shape (n_nodes,), int32
        All different; decides between paths that are alike.
    sources : ndarray of shape (n_rows,), int32
        The node that each row of labels starts from.
    label : ndarray of shape (n_rows, n_nodes), int32, ns
        The latencies from there, as `shortest_paths` writes them with all nodes as targets;
        2**31 - 1 at nodes that a path may not touch.
    spread : ndarray of shape (n_rows, n_nodes) or (n_rows, 0), int64, ns²
        The variances, if they count, as `shortest_paths_variance` writes them.
    rows, targets : ndarray of shape (n_pairs,), int32
        The row and the target of each pair.
    ends : ndarray of shape (n_pairs,), int64
        Written from `begin` on: where in `out` the pair's arcs end; they begin where those of the
        pair before end, or at 0.
    out : ndarray, int64
        The arcs, from the source on; none where there is no path. Room for n_nodes of them is enough
        for one pair at least.
    begin, end : int
        The pairs to trace.
    stop : ndarray of shape (2,), int64
        The deadline on the scale of `time.monotonic_ns`, 2**63 - 1 for none; and a word that
        another thread sets to anything but 0 to cancel.

    Returns
    -------
    int
        The first pair that found no room, `end` if all have; -1 if it was stopped.

    Raises
    ------
    MemoryError
        If there is no room for the workspace: 20 bytes a node.

    Notes
    -----
    Breadth first over the tight arcs behind the target. A pair takes as long as there are arcs at nodes
    on its shortest paths.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import trace_paths
    >>> ends, out = np.empty(1, np.int64), np.empty(3, np.int64)
    >>> trace_paths(
    ...     indptr=np.array([0, 0, 1, 3]), tails=np.array([0, 0, 1], np.int32),
    ...     latency=np.array([40, 50, 2], np.int32), variance=np.zeros(3, np.int64),
    ...     link=np.arange(3, dtype=np.int32), arc_open=np.ones(3, np.uint8),
    ...     processing=np.array([0, 5, 0], np.int32), rank=np.arange(3, dtype=np.int32),
    ...     sources=np.array([0], np.int32), label=np.array([[0, 40, 47]], np.int32),
    ...     spread=np.empty((1, 0), np.int64), rows=np.zeros(1, np.int32),
    ...     targets=np.array([2], np.int32), ends=ends, out=out, begin=0, end=1,
    ...     stop=np.array([2**63 - 1, 0]))
    1
    >>> out[:ends[0]].tolist()
    [0, 2]
    """
    cdef Workspace space
    cdef Py_ssize_t pair = begin
    cdef int64_t count = 0, i
    cdef int32_t row, source, target, node
    cdef bint room, is_stopped = stopped(stop)
    with nogil:
        room = reserve(&space, indptr.shape[0] - 1)
        while room and not is_stopped and pair < end:
            row, target = rows[pair], targets[pair]
            source = sources[row]
            if target != source and label[row, target] != UNREACHABLE:
                if not spread_back(
                    &space, indptr, tails, latency, variance, link, arc_open, processing, rank,
                    label[row], spread[row], source, target, stop,
                ):
                    is_stopped = True
                    break
                if count + space.hops[source] > out.shape[0]:
                    break
                node = source
                while node != target:
                    out[count] = space.via[node]
                    count += 1
                    node = space.then[node]
                for i in range(space.n_met):
                    space.hops[space.queue[i]] = -1
            ends[pair] = count
            pair += 1
        release(&space)
    if not room:
        raise MemoryError("no room for the workspace of the paths")
    return -1 if is_stopped else pair
