"""Eliminate the nodes of a network one by one, so that its paths become short walks up a tree.

A node that is eliminated leaves arcs between its remaining neighbours behind. Done in the order of
least degree, a network of telecom shape leaves few: trees and chains fall away first. Each node
then has its arcs to nodes that were eliminated later, all of them on the node's way up one tree.

What is left of the network is kept in three ways: trees fall with no more than two numbers a node;
then come lists of neighbours; and what is small or dense in the end becomes rows of bits.
"""

from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset

import numpy as np

from placement._core.bits cimport MOST_ROWS, Bits, bits_close, bits_first, bits_open, bits_read, bits_take
from placement._core.clock cimport called_off
from placement._core.lines cimport allocate_lines, free_lines
from placement._core.lists cimport (
    GONE,
    Lists,
    Node,
    enqueue,
    lists_close,
    lists_first,
    lists_open,
    lists_take,
)
from placement._core.record cimport (
    DONE,
    NO_MEMORY,
    STOPPED,
    TOO_MANY_ARCS,
    TOO_MUCH_WORK,
    Record,
    Verdict,
    judge,
    leave,
)

cdef extern from "bits.h":
    void bits_prefetch(const void* place) noexcept nogil
    int bits_count(uint64_t word) noexcept nogil
    bint bits_has(const uint64_t* row, int32_t place) noexcept nogil
    void bits_set(uint64_t* row, int32_t place) noexcept nogil
    int32_t bits_before(const uint64_t* row, const int32_t* before, int32_t place) noexcept nogil

cdef enum:
    PATIENCE = 1_000_000
    FEW = 16            # neighbours that are compared one by one
    AHEAD = 12          # nodes whose numbers are fetched before they are needed
    ROWS_EACH = 64      # rows of bits for each neighbour that the nodes have at least


# The links of the network, in both directions.
ctypedef struct Network:
    Py_ssize_t n
    const int64_t* out_ptr
    const int32_t* out_heads
    const int64_t* back_ptr
    const int32_t* back_heads


# As long as there are trees: a node with one neighbour knows it by its number alone.
ctypedef struct Leaf:
    int32_t degree      # -1 once it has gone
    int32_t others      # the exclusive or of its neighbours


ctypedef struct Workspace:
    Network network
    Record record
    Lists lists
    Bits bits
    Leaf* leaves        # [n_nodes]
    uint64_t* left      # [n_words], a bit a node: the trees have left it
    int32_t* before     # [n_words]: how many are set in the words before
    int32_t* mark       # [n_nodes]: the last stroke that it has been found in
    int32_t stroke
    int32_t* around     # [n_nodes]: the neighbours of one node


cdef bint reserve(Workspace* space) noexcept nogil:
    cdef Py_ssize_t n = space.network.n
    cdef int64_t n_arcs = space.network.out_ptr[n]
    space.record.room = n + n_arcs + 64
    space.record.above = <int32_t*> malloc(space.record.room * sizeof(int32_t))
    space.leaves = <Leaf*> allocate_lines(n * sizeof(Leaf) // 64 + 1)
    space.left = <uint64_t*> calloc((n >> 6) + 1, sizeof(uint64_t))
    space.before = <int32_t*> malloc(((n >> 6) + 1) * sizeof(int32_t))
    space.mark = <int32_t*> calloc(n + 1, sizeof(int32_t))
    space.around = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    return (
        space.record.above != NULL and space.leaves != NULL and space.left != NULL
        and space.before != NULL and space.mark != NULL and space.around != NULL
    )


cdef void release(Workspace* space) noexcept nogil:
    lists_close(&space.lists)
    bits_close(&space.bits)
    free(space.record.above)
    free_lines(space.leaves)
    free(space.left)
    free(space.before)
    free(space.mark)
    free(space.around)


cdef inline int32_t take_in(
    Workspace* space, int32_t node, const int32_t* heads, int64_t n_heads, bint few, int32_t found
) noexcept nogil:
    cdef int64_t arc
    cdef int32_t other, k
    for arc in range(n_heads):
        other = heads[arc]
        if other == node:
            continue
        if few:
            k = 0
            while k < found and space.around[k] != other:
                k += 1
            if k < found:
                continue
        elif space.mark[other] == space.stroke:
            continue
        else:
            space.mark[other] = space.stroke
        space.around[found] = other
        found += 1
    return found


# List the distinct neighbours of a node in `around`, whichever way the links lead.
cdef inline int32_t gather(Workspace* space, int32_t node) noexcept nogil:
    cdef const Network* network = &space.network
    cdef int64_t out = network.out_ptr[node], back = network.back_ptr[node]
    cdef int64_t n_out = network.out_ptr[node + 1] - out, n_back = network.back_ptr[node + 1] - back
    if network.back_heads == network.out_heads:
        n_back = 0
    cdef bint few = n_out + n_back <= FEW
    cdef int32_t found
    space.stroke += 1
    found = take_in(space, node, network.out_heads + out, n_out, few, 0)
    return take_in(space, node, network.back_heads + back, n_back, few, found)


# Let the trees fall, leaf by leaf: the order itself is the queue. Return how many edges are left.
cdef int64_t fall(Workspace* space) noexcept nogil:
    cdef Leaf* leaves = space.leaves
    cdef int32_t* order = space.record.order
    cdef int32_t node, up, degree, others, k
    cdef int64_t edges = 0, ready = 0, turn = 0, filled = 0
    for node in range(<int32_t> space.network.n):
        degree = gather(space, node)
        others = 0
        for k in range(degree):
            others ^= space.around[k]
        leaves[node].degree = degree
        leaves[node].others = others
        edges += degree
        if degree <= 1:
            order[ready] = node
            ready += 1
    edges >>= 1
    while turn < ready:
        if turn + AHEAD < ready:
            bits_prefetch(&leaves[order[turn + AHEAD]])
        if turn + AHEAD // 2 < ready:
            bits_prefetch(&leaves[leaves[order[turn + AHEAD // 2]].others])
        node = order[turn]
        space.record.above_ptr[turn] = filled
        turn += 1
        if leaves[node].degree == 1:
            up = leaves[node].others
            space.record.above[filled] = up
            filled += 1
            leaves[up].degree -= 1
            leaves[up].others ^= node
            if leaves[up].degree == 1:
                order[ready] = up
                ready += 1
        leaves[node].degree = GONE
    space.record.turn = turn
    space.record.filled = filled
    space.record.work = <double> filled
    return edges - filled


# Make lists of what the trees have left.
cdef bint read_lists(Workspace* space, int64_t edges) noexcept nogil:
    cdef Lists* lists = &space.lists
    cdef int32_t n = <int32_t> (space.network.n - space.record.turn), node, k, place = 0, found
    cdef int64_t word
    cdef Node* one
    # With room for the arcs that come while the first go.
    if not lists_open(lists, n, 4 * edges + 64):
        return False
    lists.edges = edges
    for node in range(<int32_t> space.network.n):
        if space.leaves[node].degree != GONE:
            bits_set(space.left, node)
            lists.origin[place] = node
            place += 1
    place = 0
    for word in range((space.network.n >> 6) + 1):
        space.before[word] = place
        place += bits_count(space.left[word])
    for place in range(n):
        one = &lists.nodes[place]
        one.begin = lists.pool_size
        found = gather(space, lists.origin[place])
        one.links = found
        for k in range(found):
            node = space.around[k]
            if bits_has(space.left, node):
                lists.pool[lists.pool_size] = bits_before(space.left, space.before, node)
                lists.pool_size += 1
        one.degree = one.length = <int32_t> (lists.pool_size - one.begin)
        one.level = one.degree < found
        # Where a node goes, its neighbours mostly get another for it.
        one.room = one.length + 1
        lists.pool_size += 1
        if not enqueue(lists, place):
            return False
    return True


# The end of all nodes but those that make a small or dense graph.
cdef Verdict thin(Workspace* space, const int64_t[::1] stop) noexcept nogil:
    cdef Lists* lists = &space.lists
    cdef int64_t n_left = lists.n, steps = 0
    cdef int32_t node, width, i
    cdef int32_t* above
    cdef Verdict verdict
    while n_left:
        node = lists_first(lists)
        if n_left <= MOST_ROWS and n_left <= ROWS_EACH * lists.least:
            break
        verdict = judge(&space.record, lists.edges, n_left)
        if verdict != DONE:
            return verdict
        width = lists_take(lists, node, &steps)
        if width == GONE:
            return NO_MEMORY
        n_left -= 1
        above = leave(&space.record, lists.origin[node], width)
        if above == NULL:
            return NO_MEMORY
        for i in range(width):
            above[i] = lists.origin[lists.around[i]]
        if called_off(&steps, PATIENCE, stop):
            return STOPPED
    return DONE


# The end of the rest.
cdef Verdict finish(Workspace* space, const int64_t[::1] stop) noexcept nogil:
    cdef Bits* bits = &space.bits
    cdef int64_t steps = 0
    cdef int32_t node, width, i
    cdef int32_t* above
    cdef Verdict verdict
    if not bits_open(bits, <int32_t> (space.network.n - space.record.turn)):
        return NO_MEMORY
    if not bits_read(bits, &space.lists):
        return NO_MEMORY
    while bits.n_left:
        verdict = judge(&space.record, bits.edges, bits.n_left)
        if verdict != DONE:
            return verdict
        node = bits_first(bits)
        width = bits_take(bits, node, &steps)
        above = leave(&space.record, bits.origin[node], width)
        if above == NULL:
            return NO_MEMORY
        for i in range(width):
            above[i] = bits.origin[bits.around[i]]
        if called_off(&steps, PATIENCE, stop):
            return STOPPED
    return DONE


cdef Verdict eliminate_all(Workspace* space, const int64_t[::1] stop) noexcept nogil:
    cdef int64_t edges
    cdef Verdict verdict
    if not reserve(space):
        return NO_MEMORY
    edges = fall(space)
    if space.record.turn == space.network.n:
        return judge(&space.record, 0, 1)
    if not read_lists(space, edges):
        return NO_MEMORY
    verdict = thin(space, stop)
    return finish(space, stop) if verdict == DONE else verdict


def eliminate(
    const int64_t[::1] out_ptr,     # IN
    const int32_t[::1] out_heads,   # IN
    const int64_t[::1] back_ptr,    # IN
    const int32_t[::1] back_heads,  # IN
    int64_t most_arcs,
    double most_work,
    int64_t[::1] left,              # OUT
    const int64_t[::1] stop,        # IN
):
    """Eliminate all nodes in the order of least degree.

    Parameters
    ----------
    out_ptr, back_ptr : ndarray of shape (n_nodes + 1,), int64
        The links that leave node n, and those that lead to it.
    out_heads, back_heads : ndarray of shape (n_arcs,), int32
        The node at the other end.
    most_arcs : int
        Give up if more arcs than that are left behind.
    most_work : float
        Give up if the squares of the nodes' widths add up to more.
    left : ndarray of shape (4,), int64
        Filled with what there was when it ended: nodes and edges of the network that is left, the
        arcs so far, and 0, or 1 if it gave up for the arcs, 2 for the work, 3 if it was stopped.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    order : ndarray of shape (n_nodes,), int32, or None
        The nodes as they were eliminated; None if it gave up or was stopped.
    above_ptr : ndarray of shape (n_nodes + 1,), int64
        What the k-th node leaves is above_ptr[k] to above_ptr[k + 1].
    above : ndarray, int32
        Its neighbours that are still there.

    Raises
    ------
    MemoryError
        If there is no room.

    Notes
    -----
    First go the nodes that have one neighbour or none, in the order in which they come to that, or
    else of their rows. Of the rest always one with the fewest neighbours, none counting as one; of
    several the lowest in the tree so far, if it is below level 31; of these the one whose neighbours
    have all stayed longest; then the first by row. It gives up as soon as the limits can no longer
    be kept. O(w² n) for nodes of width w; less where they are wide only at the end.

    References
    ----------
    Tinney, W. F. and Walker, J. W., "Direct solutions of sparse network equations by optimally
    ordered triangular factorization", Proceedings of the IEEE 55, 1967 (minimum degree).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import eliminate
    >>> ptr, heads = np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1], np.int32)
    >>> order, above_ptr, above = eliminate(
    ...     ptr, heads, ptr, heads, most_arcs=10, most_work=100.0, left=np.empty(4, np.int64),
    ...     stop=np.array([2**63 - 1, 0]))
    >>> order.tolist(), above.tolist()
    ([0, 2, 1], [1, 1])
    """
    cdef Py_ssize_t n = out_ptr.shape[0] - 1
    cdef Workspace space
    cdef Verdict verdict
    cdef int32_t[::1] order, above
    cdef int64_t[::1] above_ptr
    order_array, ptr_array = np.empty(n, np.int32), np.empty(n + 1, np.int64)
    order, above_ptr = order_array, ptr_array
    memset(&space, 0, sizeof(Workspace))
    space.network.n = n
    space.network.out_ptr = &out_ptr[0]
    space.network.back_ptr = &back_ptr[0]
    space.network.out_heads = &out_heads[0] if out_heads.shape[0] else NULL
    space.network.back_heads = &back_heads[0] if back_heads.shape[0] else NULL
    space.record.order = &order[0] if n else NULL
    space.record.above_ptr = &above_ptr[0]
    space.record.most_arcs = most_arcs
    space.record.most_work = most_work
    try:
        with nogil:
            verdict = eliminate_all(&space, stop)
        if verdict == NO_MEMORY:
            raise MemoryError("no room to eliminate the nodes of the network")
        left[0] = n - space.record.turn
        left[1] = space.bits.edges if space.bits.n else space.lists.edges
        left[2] = space.record.filled
        left[3] = verdict
        if verdict != DONE:
            return None, None, None
        above_ptr[n] = space.record.filled
        above_array = np.empty(space.record.filled, np.int32)
        above = above_array
        if above_array.size:
            memcpy(&above[0], space.record.above, above_array.size * sizeof(int32_t))
        return order_array, ptr_array, above_array
    finally:
        release(&space)
