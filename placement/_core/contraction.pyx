"""Leave out of a network what two paths between two nodes have no use for.

Dead ends go, a chain of nodes becomes one edge, and of parallel edges those stay that could be of use: two
paths need two, and one where they may not meet. Of a network of telecom shape little is left.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy

import numpy as np

from placement._core.clock cimport called_off, stopped

cdef enum:
    MAX_LATENCY = 2_100_000_000
    PATIENCE = 100_000


# Edges, those made of two others behind the given ones; each node has a ring of the edges that it has.
cdef struct Network:
    int32_t* one            # [room]: the ends
    int32_t* other          # [room]
    int32_t* out            # [room]: how long from one to other, and back
    int32_t* back           # [room]
    int32_t* left           # [room]: of which edges one is made, -1 where it was given
    int32_t* right          # [room]
    uint8_t* gone           # [room]
    int64_t n_edges
    int32_t* first          # [n_nodes]: an end of an edge, -1 for none: edge e has the ends 2e and 2e + 1
    int32_t* after          # [2 room]: the next end at the node
    int32_t* before         # [2 room]
    int32_t* degree         # [n_nodes]
    int32_t* queue          # [n_nodes]: nodes to look at, in a circle
    uint8_t* queued         # [n_nodes]
    int64_t begin
    int64_t n_queued
    int32_t* near           # [n_nodes]: the nodes next to the one at hand
    int32_t* group          # [n_nodes]: the last end at the node at hand that leads there, -1
    int32_t* alike          # [2 room]: the end before that leads to the same node
    Py_ssize_t n_nodes


cdef bint reserve(Network* net, Py_ssize_t n_nodes, Py_ssize_t room) noexcept nogil:
    net.one = <int32_t*> malloc((room + 1) * sizeof(int32_t))
    net.other = <int32_t*> malloc((room + 1) * sizeof(int32_t))
    net.out = <int32_t*> malloc((room + 1) * sizeof(int32_t))
    net.back = <int32_t*> malloc((room + 1) * sizeof(int32_t))
    net.left = <int32_t*> malloc((room + 1) * sizeof(int32_t))
    net.right = <int32_t*> malloc((room + 1) * sizeof(int32_t))
    net.gone = <uint8_t*> calloc(room + 1, sizeof(uint8_t))
    net.first = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    net.after = <int32_t*> malloc((2 * room + 1) * sizeof(int32_t))
    net.before = <int32_t*> malloc((2 * room + 1) * sizeof(int32_t))
    net.degree = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    net.queue = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    net.queued = <uint8_t*> calloc(n_nodes + 1, sizeof(uint8_t))
    net.near = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    net.group = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    net.alike = <int32_t*> malloc((2 * room + 1) * sizeof(int32_t))
    net.n_nodes = n_nodes
    net.n_edges = net.begin = net.n_queued = 0
    return (
        net.one != NULL and net.other != NULL and net.out != NULL and net.back != NULL
        and net.left != NULL and net.right != NULL and net.gone != NULL and net.first != NULL
        and net.after != NULL and net.before != NULL and net.degree != NULL and net.queue != NULL
        and net.queued != NULL and net.near != NULL and net.group != NULL and net.alike != NULL
    )


cdef void release(Network* net) noexcept nogil:
    free(net.one)
    free(net.other)
    free(net.out)
    free(net.back)
    free(net.left)
    free(net.right)
    free(net.gone)
    free(net.first)
    free(net.after)
    free(net.before)
    free(net.degree)
    free(net.queue)
    free(net.queued)
    free(net.near)
    free(net.group)
    free(net.alike)


cdef inline int32_t node_at(const Network* net, int32_t end) noexcept nogil:
    return net.other[end >> 1] if end & 1 else net.one[end >> 1]


cdef inline void enqueue(Network* net, int32_t node) noexcept nogil:
    if not net.queued[node]:
        net.queued[node] = 1
        net.queue[(net.begin + net.n_queued) % net.n_nodes] = node
        net.n_queued += 1


cdef inline void attach(Network* net, int32_t end) noexcept nogil:
    cdef int32_t node = node_at(net, end), first = net.first[node]
    net.before[end] = -1
    net.after[end] = first
    if first >= 0:
        net.before[first] = end
    net.first[node] = end
    net.degree[node] += 1


cdef inline void detach(Network* net, int32_t end) noexcept nogil:
    cdef int32_t node = node_at(net, end), before = net.before[end], after = net.after[end]
    if before >= 0:
        net.after[before] = after
    else:
        net.first[node] = after
    if after >= 0:
        net.before[after] = before
    net.degree[node] -= 1
    enqueue(net, node)


cdef inline void add(
    Network* net, int32_t one, int32_t other, int32_t out, int32_t back, int32_t left, int32_t right
) noexcept nogil:
    cdef int64_t edge = net.n_edges
    net.one[edge], net.other[edge] = one, other
    net.out[edge], net.back[edge] = out, back
    net.left[edge], net.right[edge] = left, right
    net.n_edges += 1
    attach(net, <int32_t> (2 * edge))
    attach(net, <int32_t> (2 * edge + 1))


cdef inline void drop(Network* net, int32_t end) noexcept nogil:
    net.gone[end >> 1] = 1
    detach(net, end)
    detach(net, end ^ 1)


# How long an edge takes from the node at its end, and to it.
cdef inline int32_t away(const Network* net, int32_t end) noexcept nogil:
    return net.back[end >> 1] if end & 1 else net.out[end >> 1]


cdef inline int32_t toward(const Network* net, int32_t end) noexcept nogil:
    return away(net, end ^ 1)


cdef inline bint shorter(const Network* net, int32_t one, int32_t other) noexcept nogil:
    cdef int64_t a = <int64_t> away(net, one) + toward(net, one)
    cdef int64_t b = <int64_t> away(net, other) + toward(net, other)
    return a < b or (a == b and one < other)


# Of the edges that lead from one node to another, keep as many as paths may use: the shortest, and any
# that is shorter than these in one direction.
cdef void thin(Network* net, int32_t last, bint keep_two) noexcept nogil:
    cdef int32_t best = last, second = -1, worst, end = net.alike[last], following
    while end >= 0:
        if shorter(net, end, best):
            best, second = end, best
        elif second < 0 or shorter(net, end, second):
            second = end
        end = net.alike[end]
    worst = second if keep_two else best
    end = last
    while end >= 0:
        following = net.alike[end]
        if (
            end != best and end != worst
            and away(net, best) <= away(net, end) and toward(net, best) <= toward(net, end)
            and away(net, worst) <= away(net, end) and toward(net, worst) <= toward(net, end)
        ):
            drop(net, end)
        end = following


cdef void thin_all(
    Network* net, int32_t node, int32_t source, int32_t target, bint by_nodes
) noexcept nogil:
    cdef int64_t n_near = 0, i
    cdef int32_t end = net.first[node], head
    cdef bint joins
    while end >= 0:
        head = node_at(net, end ^ 1)
        if net.group[head] < 0:
            net.near[n_near] = head
            n_near += 1
        net.alike[end] = net.group[head]
        net.group[head] = end
        end = net.after[end]
    for i in range(n_near):
        head = net.near[i]
        end = net.group[head]
        net.group[head] = -1
        joins = (node == source and head == target) or (node == target and head == source)
        if net.alike[end] >= 0:
            thin(net, end, joins or not by_nodes)


# Make one edge of the two edges of a node.
cdef void merge(Network* net, int32_t node, int32_t processing) noexcept nogil:
    cdef int32_t p = net.first[node], q = net.after[p]
    cdef int32_t one = node_at(net, p ^ 1), other = node_at(net, q ^ 1)
    cdef int64_t out = <int64_t> toward(net, p) + processing + away(net, q)
    cdef int64_t back = <int64_t> toward(net, q) + processing + away(net, p)
    drop(net, p)
    drop(net, q)
    if one != other and out <= MAX_LATENCY and back <= MAX_LATENCY:
        add(net, one, other, <int32_t> out, <int32_t> back, p >> 1, q >> 1)


cdef bint contract(
    Network* net,
    const int32_t[::1] processing,
    int32_t source,
    int32_t target,
    bint by_nodes,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef int32_t node
    cdef int64_t steps = 0
    for node in range(<int32_t> net.n_nodes):
        enqueue(net, node)
    while net.n_queued > 0:
        node = net.queue[net.begin]
        net.begin = (net.begin + 1) % net.n_nodes
        net.n_queued -= 1
        net.queued[node] = 0
        steps += 1 + net.degree[node]
        if called_off(&steps, PATIENCE, stop):
            return False
        if net.degree[node] > 1:
            thin_all(net, node, source, target, by_nodes)
        if node == source or node == target:
            continue
        if net.degree[node] == 1:
            drop(net, net.first[node])
        elif net.degree[node] == 2:
            merge(net, node, processing[node])
    return True


cdef object copied(const int32_t* values, int64_t length):
    cdef int32_t[::1] out = np.empty(length, np.int32)
    if length > 0:
        memcpy(&out[0], values, length * sizeof(int32_t))
    return np.asarray(out)


def contract_network(
    const int32_t[::1] one,         # IN
    const int32_t[::1] other,       # IN
    const int32_t[::1] out,         # IN
    const int32_t[::1] back,        # IN
    const uint8_t[::1] node_open,   # IN
    const int32_t[::1] processing,  # IN
    int source,
    int target,
    bint by_nodes,
    const int64_t[::1] stop,        # IN
):
    """Leave what the best pair of disjoint paths between two nodes may need.

    Parameters
    ----------
    one, other : ndarray of shape (n_edges,), int32
        The ends of each edge, two different nodes.
    out, back : ndarray of shape (n_edges,), int32, ns
        How long it takes from `one` to `other`, and back.
    node_open : ndarray of shape (n_nodes,), uint8
        0: no path may touch the node; the ends are to be open.
    processing : ndarray of shape (n_nodes,), int32, ns
        Added, in each direction, where a path passes through the node.
    source, target : int
        Two different nodes.
    by_nodes : bool
        Whether the paths may share no node but their ends, rather than no edge.
    stop : ndarray of shape (2,), int64
        The deadline on the scale of `time.monotonic_ns`, 2**63 - 1 for none; and a word that
        another thread sets to anything but 0 to cancel.

    Returns
    -------
    tuple of ndarray, or None
        `one`, `other`, `out`, `back` of the edges, with those behind that are made of two others; `left`
        and `right`, of which edges each is made, the former with an end at `one`, -1 where it was
        given; and which edges are left. None if it was stopped.

    Raises
    ------
    MemoryError
        If there is no room for the workspace: 60 bytes a node and 90 an edge.

    Notes
    -----
    Of parallel edges the best pair needs two, and one where two paths cannot meet at both of its ends:
    a path over another one could take one of these instead. An edge that takes less in one direction
    is left all the same, since each direction may take 2.1 s at most.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import contract_network
    >>> *edges, left, right, kept = contract_network(
    ...     one=np.array([0, 1, 0, 2], np.int32), other=np.array([1, 2, 2, 3], np.int32),
    ...     out=np.array([1, 2, 9, 5], np.int32), back=np.array([1, 2, 9, 5], np.int32),
    ...     node_open=np.ones(4, np.uint8), processing=np.array([0, 7, 0, 0], np.int32),
    ...     source=0, target=2, by_nodes=True, stop=np.array([2**63 - 1, 0]))
    >>> kept.tolist(), left.tolist()[4], right.tolist()[4]
    ([2, 4], 1, 0)
    >>> [column.tolist()[4] for column in edges]
    [2, 0, 10, 10]
    """
    cdef Network net
    cdef Py_ssize_t n_nodes = node_open.shape[0], n_given = one.shape[0], n
    cdef int64_t edge
    cdef uint8_t[::1] mask
    cdef bint room, done = False
    if stopped(stop):
        return None
    with nogil:
        room = reserve(&net, n_nodes, n_given + n_nodes)
        if room:
            for n in range(n_nodes):
                net.first[n] = net.group[n] = -1
                net.degree[n] = 0
            for edge in range(n_given):
                add(&net, one[edge], other[edge], out[edge], back[edge], -1, -1)
            for edge in range(n_given):
                if not (node_open[one[edge]] and node_open[other[edge]]):
                    drop(&net, <int32_t> (2 * edge))
            done = contract(&net, processing, source, target, by_nodes, stop)
    try:
        if not room:
            raise MemoryError("no room for the workspace of the contraction")
        if not done:
            return None
        gone = np.empty(net.n_edges, np.uint8)
        mask = gone
        for edge in range(net.n_edges):
            mask[edge] = net.gone[edge]
        return (
            copied(net.one, net.n_edges),
            copied(net.other, net.n_edges),
            copied(net.out, net.n_edges),
            copied(net.back, net.n_edges),
            copied(net.left, net.n_edges),
            copied(net.right, net.n_edges),
            np.flatnonzero(gone == 0),
        )
    finally:
        release(&net)
