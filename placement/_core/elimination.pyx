"""Eliminate the nodes of a network one by one, so that its paths become short walks up a tree.

A node that is eliminated leaves arcs between its remaining neighbours behind. Done in the order of
least degree, a network of telecom shape leaves few: leaves and chains fall away first. Each node
then has its arcs to nodes that were eliminated later, all of them on the node's way up one tree.
"""

from libc.stdint cimport int32_t, int64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcpy

import numpy as np

from placement._core.clock cimport stopped

cdef enum:
    PATIENCE = 1_000_000


# A node's neighbours; those that have been eliminated are dropped when the list is next read.
cdef struct Neighbours:
    int32_t* nodes
    int32_t length
    int32_t room
    bint owned


cdef struct Workspace:
    Neighbours* lists       # [n_nodes]
    int32_t* shared         # the lists as they are at first
    int32_t* degree         # [n_nodes], live neighbours
    int32_t* rank           # [n_nodes], -1 while it is there
    int32_t* head           # [n_nodes + 1]: first node of each degree, -1 for none
    int32_t* tail
    int32_t* following      # [n_nodes], in the queue of its degree
    int32_t* previous
    int32_t* mark           # [n_nodes]
    int32_t* above          # [room]: for each node by rank the neighbours it leaves
    int64_t* above_ptr      # [n_nodes + 1]
    int64_t room


cdef bint reserve(Workspace* space, Py_ssize_t n, int64_t n_arcs) noexcept nogil:
    space.room = n_arcs + n + 1024
    space.lists = <Neighbours*> calloc(n + 1, sizeof(Neighbours))
    space.shared = <int32_t*> malloc((n_arcs + 1) * sizeof(int32_t))
    space.degree = <int32_t*> calloc(n + 1, sizeof(int32_t))
    space.rank = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    space.head = <int32_t*> malloc((n + 2) * sizeof(int32_t))
    space.tail = <int32_t*> malloc((n + 2) * sizeof(int32_t))
    space.following = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    space.previous = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    space.mark = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    space.above = <int32_t*> malloc(space.room * sizeof(int32_t))
    space.above_ptr = <int64_t*> malloc((n + 1) * sizeof(int64_t))
    return (
        space.lists != NULL and space.shared != NULL and space.degree != NULL
        and space.rank != NULL and space.head != NULL and space.tail != NULL
        and space.following != NULL and space.previous != NULL and space.mark != NULL
        and space.above != NULL and space.above_ptr != NULL
    )


cdef void release(Workspace* space, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t node
    if space.lists != NULL:
        for node in range(n):
            if space.lists[node].owned:
                free(space.lists[node].nodes)
    free(space.lists)
    free(space.shared)
    free(space.degree)
    free(space.rank)
    free(space.head)
    free(space.tail)
    free(space.following)
    free(space.previous)
    free(space.mark)
    free(space.above)
    free(space.above_ptr)


# The distinct neighbours of each node, whichever way the links lead.
cdef void gather(
    Workspace* space,
    const int64_t[::1] out_ptr,
    const int32_t[::1] out_heads,
    const int64_t[::1] back_ptr,
    const int32_t[::1] back_heads,
) noexcept nogil:
    cdef Py_ssize_t n = out_ptr.shape[0] - 1, node
    cdef int64_t arc, filled = 0
    cdef int32_t other
    for node in range(n):
        space.mark[node] = -1
    for node in range(n):
        space.rank[node] = -1
        space.lists[node].nodes = space.shared + filled
        space.mark[node] = <int32_t> node
        for arc in range(out_ptr[node], out_ptr[node + 1]):
            other = out_heads[arc]
            if space.mark[other] != node:
                space.mark[other] = <int32_t> node
                space.shared[filled] = other
                filled += 1
        for arc in range(back_ptr[node], back_ptr[node + 1]):
            other = back_heads[arc]
            if space.mark[other] != node:
                space.mark[other] = <int32_t> node
                space.shared[filled] = other
                filled += 1
        space.lists[node].length = <int32_t> (space.shared + filled - space.lists[node].nodes)
        space.lists[node].room = space.lists[node].length
        space.degree[node] = space.lists[node].length


cdef inline void enqueue(Workspace* space, int32_t node) noexcept nogil:
    cdef int32_t degree = space.degree[node], last = space.tail[degree]
    space.previous[node] = last
    space.following[node] = -1
    space.tail[degree] = node
    if last >= 0:
        space.following[last] = node
    else:
        space.head[degree] = node


cdef inline void dequeue(Workspace* space, int32_t node, int32_t degree) noexcept nogil:
    cdef int32_t before = space.previous[node], after = space.following[node]
    if before >= 0:
        space.following[before] = after
    else:
        space.head[degree] = after
    if after >= 0:
        space.previous[after] = before
    else:
        space.tail[degree] = before


cdef inline int32_t compact(Workspace* space, int32_t node) noexcept nogil:
    cdef Neighbours* one = &space.lists[node]
    cdef int32_t i, kept = 0
    for i in range(one.length):
        if space.rank[one.nodes[i]] < 0:
            one.nodes[kept] = one.nodes[i]
            kept += 1
    one.length = kept
    return kept


cdef inline bint add(Workspace* space, int32_t node, int32_t other) noexcept nogil:
    cdef Neighbours* one = &space.lists[node]
    cdef int32_t* grown
    cdef int32_t room
    if one.length == one.room:
        room = 2 * one.room + 4
        if one.owned:
            grown = <int32_t*> realloc(one.nodes, room * sizeof(int32_t))
        else:
            grown = <int32_t*> malloc(room * sizeof(int32_t))
            if grown != NULL:
                memcpy(grown, one.nodes, one.length * sizeof(int32_t))
        if grown == NULL:
            return False
        one.nodes = grown
        one.room = room
        one.owned = True
    one.nodes[one.length] = other
    one.length += 1
    return True


# Join all neighbours of a node that is about to go.
cdef bint join(Workspace* space, const int32_t* around, int32_t width, int64_t* steps) noexcept nogil:
    cdef int32_t i, k, u, v, one, other
    if width == 2:
        one, other = around[0], around[1]
        if space.lists[other].length < space.lists[one].length:
            one, other = other, one
        compact(space, one)
        steps[0] += space.lists[one].length
        for i in range(space.lists[one].length):
            if space.lists[one].nodes[i] == other:
                return True
        space.degree[one] += 1
        space.degree[other] += 1
        return add(space, one, other) and add(space, other, one)
    for i in range(width):
        u = around[i]
        compact(space, u)
        steps[0] += space.lists[u].length + width
        for k in range(space.lists[u].length):
            space.mark[space.lists[u].nodes[k]] = u
        for k in range(i + 1, width):
            v = around[k]
            if space.mark[v] != u:
                if not (add(space, u, v) and add(space, v, u)):
                    return False
                space.degree[u] += 1
                space.degree[v] += 1
    return True


# 0: done; 1: too much work; 2: no memory; 3: stopped.
cdef int eliminate_all(
    Workspace* space, Py_ssize_t n, int64_t most_arcs, double most_work, const int64_t[::1] stop
) noexcept nogil:
    cdef int32_t node, width, i, u, least = 0
    cdef int64_t filled = 0, steps = 0
    cdef double work = 0
    cdef Py_ssize_t turn
    cdef int32_t* around
    cdef int32_t* grown
    for turn in range(n + 1):
        space.head[turn] = space.tail[turn] = -1
    for node in range(n):
        enqueue(space, node)
    for node in range(n):
        space.mark[node] = -1
    for turn in range(n):
        while space.head[least] < 0:
            least += 1
        node = space.head[least]
        dequeue(space, node, least)
        # From here on the node counts as gone, for `compact` too.
        width = compact(space, node)
        space.rank[node] = <int32_t> turn
        around = space.lists[node].nodes
        work += <double> width * width
        if filled + width > most_arcs or work > most_work:
            return 1
        if filled + width > space.room:
            space.room = 2 * space.room + width
            grown = <int32_t*> realloc(space.above, space.room * sizeof(int32_t))
            if grown == NULL:
                return 2
            space.above = grown
        memcpy(space.above + filled, around, width * sizeof(int32_t))
        space.above_ptr[turn] = filled
        filled += width
        for i in range(width):
            dequeue(space, around[i], space.degree[around[i]])
        for i in range(width):
            space.degree[around[i]] -= 1
        if width > 1 and not join(space, around, width, &steps):
            return 2
        # To the end of their queues, even if their degree is the same: chains then fall apart at
        # every other node, and the tree stays low.
        for i in range(width):
            u = around[i]
            enqueue(space, u)
            if space.degree[u] < least:
                least = space.degree[u]
        if space.lists[node].owned:
            free(space.lists[node].nodes)
            space.lists[node].owned = False
        space.lists[node].length = 0
        steps += 1 + width
        if steps > PATIENCE:
            steps = 0
            if stopped(stop):
                return 3
    space.above_ptr[n] = filled
    return 0


def eliminate(
    const int64_t[::1] out_ptr,     # IN
    const int32_t[::1] out_heads,   # IN
    const int64_t[::1] back_ptr,    # IN
    const int32_t[::1] back_heads,  # IN
    int64_t most_arcs,
    double most_work,
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
    A neighbour of an eliminated node goes to the end of the queue of its degree. O(w² n) for nodes
    of width w; less where they are wide only at the end.

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
    ...     ptr, heads, ptr, heads, most_arcs=10, most_work=100.0, stop=np.array([2**63 - 1, 0]))
    >>> order.tolist(), above.tolist()
    ([0, 2, 1], [1, 1])
    """
    cdef Py_ssize_t n = out_ptr.shape[0] - 1, node
    cdef Workspace space
    cdef int how = 2
    cdef int32_t[::1] order, above
    cdef int64_t[::1] above_ptr
    with nogil:
        if reserve(&space, n, out_heads.shape[0] + back_heads.shape[0]):
            gather(&space, out_ptr, out_heads, back_ptr, back_heads)
            how = eliminate_all(&space, n, most_arcs, most_work, stop)
    try:
        if how == 2:
            raise MemoryError("no room to eliminate the nodes of the network")
        if how != 0:
            return None, None, None
        order_array = np.empty(n, np.int32)
        ptr_array = np.empty(n + 1, np.int64)
        above_array = np.empty(space.above_ptr[n], np.int32)
        order, above_ptr, above = order_array, ptr_array, above_array
        for node in range(n):
            order[space.rank[node]] = <int32_t> node
        memcpy(&above_ptr[0], space.above_ptr, (n + 1) * sizeof(int64_t))
        if above_array.size:
            memcpy(&above[0], space.above, above_array.size * sizeof(int32_t))
        return order_array, ptr_array, above_array
    finally:
        release(&space, n)


def arrange(
    const int32_t[::1] order,       # IN
    const int64_t[::1] above_ptr,   # IN
    const int32_t[::1] above,       # IN
    int32_t[::1] place,             # OUT
    int32_t[::1] parent,            # OUT
    int32_t[::1] depth,             # OUT
    int64_t[::1] ptr,               # OUT
    int32_t[::1] ancestors,         # OUT
):
    """Number the nodes from the top of the tree down, each subtree without a gap.

    Parameters
    ----------
    order, above_ptr, above
        As `eliminate` returns them.
    place : ndarray of shape (n_nodes,), int32
        Filled: the number of each node; what is above has a smaller one.
    parent : ndarray of shape (n_nodes,), int32
        Filled, by number: the number of the node next above, -1 at a top.
    depth : ndarray of shape (n_nodes,), int32
        Filled, by number: how many nodes are above.
    ptr : ndarray of shape (n_nodes + 1,), int64
        Filled: the arcs of number i are ptr[i] to ptr[i + 1].
    ancestors : ndarray of shape (n_arcs,), int32
        Filled: the numbers at their upper ends, the highest first.

    Notes
    -----
    A depth-first preorder of the elimination tree. O(n_arcs log width).

    References
    ----------
    Liu, J. W. H., "The role of elimination trees in sparse factorization", SIAM Journal on Matrix
    Analysis and Applications 11, 1990.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import arrange
    >>> place, parent, depth = (np.empty(3, np.int32) for _ in range(3))
    >>> ptr, ancestors = np.empty(4, np.int64), np.empty(2, np.int32)
    >>> arrange(np.array([0, 2, 1], np.int32), np.array([0, 1, 2, 2]), np.array([1, 1], np.int32),
    ...         place, parent, depth, ptr, ancestors)
    >>> place.tolist(), parent.tolist(), depth.tolist()
    ([1, 0, 2], [-1, 0, 0], [0, 1, 1])
    """
    cdef Py_ssize_t n = order.shape[0], k, i
    cdef int64_t arc, filled, gap
    cdef int32_t node, up, child, number, value
    rank_array = np.empty(n, np.int32)
    first_array, next_array, stack_array = (np.full(n + 1, -1, np.int32) for _ in range(3))
    cdef int32_t[::1] rank = rank_array, first = first_array, following = next_array
    cdef int32_t[::1] stack = stack_array
    cdef Py_ssize_t height = 0
    with nogil:
        for k in range(n):
            rank[order[k]] = <int32_t> k
        # Children by rank of their parent; the slot n is for those without. Taken by node, so that
        # the numbers follow the order of the nodes where the tree leaves a choice.
        for i in range(n):
            k = rank[i]
            up = <int32_t> n
            for arc in range(above_ptr[k], above_ptr[k + 1]):
                if rank[above[arc]] < up:
                    up = rank[above[arc]]
            following[k] = first[up]
            first[up] = <int32_t> k
        number = 0
        filled = 0
        child = first[n]
        while child >= 0:
            stack[height] = child
            height += 1
            child = following[child]
        while height > 0:
            height -= 1
            k = stack[height]
            node = order[k]
            place[node] = number
            ptr[number] = filled
            up = -1
            for arc in range(above_ptr[k], above_ptr[k + 1]):
                value = place[above[arc]]
                ancestors[filled] = value
                filled += 1
                if value > up:
                    up = value
            # Insertion sort: lists are short, or nearly in order.
            for i in range(ptr[number] + 1, filled):
                value = ancestors[i]
                gap = i
                while gap > ptr[number] and ancestors[gap - 1] > value:
                    ancestors[gap] = ancestors[gap - 1]
                    gap -= 1
                ancestors[gap] = value
            parent[number] = up
            depth[number] = 0 if up < 0 else depth[up] + 1
            number += 1
            child = first[k]
            while child >= 0:
                stack[height] = child
                height += 1
                child = following[child]
        ptr[n] = filled
