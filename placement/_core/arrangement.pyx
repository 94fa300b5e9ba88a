"""Number the nodes of an elimination tree from the top down, each subtree without a gap."""

from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from placement._core.lines cimport allocate_lines, free_lines

cdef extern from "bits.h":
    void bits_prefetch(const void* place) noexcept nogil
    int bits_lowest(uint64_t word) noexcept nogil

cdef enum:
    FEW = 12    # numbers that are sorted by insertion
    AHEAD = 12  # nodes whose numbers are fetched before they are needed


# Sort numbers that lie on one way up: by how deep they are, bit by bit.
cdef inline void sort(
    int32_t* numbers, int64_t n, const int32_t* depth, const int32_t* way, uint64_t* bits
) noexcept nogil:
    cdef int64_t i, gap, word, last = 0
    cdef int32_t value
    cdef uint64_t rest
    if n <= FEW:
        for i in range(1, n):
            value = numbers[i]
            gap = i
            while gap > 0 and numbers[gap - 1] > value:
                numbers[gap] = numbers[gap - 1]
                gap -= 1
            numbers[gap] = value
        return
    for i in range(n):
        value = depth[numbers[i]]
        bits[value >> 6] |= <uint64_t> 1 << (value & 63)
        if value > last:
            last = value
    i = 0
    for word in range((last >> 6) + 1):
        rest = bits[word]
        bits[word] = 0
        while rest:
            numbers[i] = way[64 * word + bits_lowest(rest)]
            i += 1
            rest &= rest - 1


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

    Raises
    ------
    MemoryError
        If there is no room for 12 bytes a node and 4 an arc.

    Notes
    -----
    A depth-first preorder of the elimination tree. Of the children of a node the last that went comes
    first: so the nodes that are left joined to all others at the end have the first numbers.
    O(n_arcs).

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
    ([2, 0, 1], [-1, 0, 0], [0, 1, 1])
    """
    cdef Py_ssize_t n = order.shape[0], n_arcs = above.shape[0], k, i
    cdef int64_t arc, begin, filled = 0
    cdef int32_t up
    cdef int32_t* room = <int32_t*> allocate_lines((3 * n + 1 + n_arcs) // 16 + 1)
    cdef uint64_t* bits = <uint64_t*> calloc((n >> 6) + 1, sizeof(uint64_t))
    # By turn: the number, and how many are below, then the first number that is left for them. By arc,
    # the turn of its upper end. By depth, the last number there.
    cdef int32_t* number = room
    cdef int32_t* below = room + n
    cdef int32_t* turns = room + 2 * n + 1
    cdef int32_t* way = turns + n_arcs
    # Where results will be: by node, its turn; by turn, who is next above (n: nobody); by number, the turn.
    cdef int32_t[::1] turn = place, next_up = parent, at = depth
    if room == NULL or bits == NULL:
        free_lines(room)
        free(bits)
        raise MemoryError("no room to number the nodes of the network")
    with nogil:
        for k in range(n):
            turn[order[k]] = <int32_t> k
        memset(below, 0, (n + 1) * sizeof(int32_t))
        for k in range(n):
            up = <int32_t> n
            for arc in range(above_ptr[k], above_ptr[k + 1]):
                turns[arc] = turn[above[arc]]
                if turns[arc] < up:
                    up = turns[arc]
            next_up[k] = up
            below[up] += below[k] + 1
        below[n] = 0
        for k in range(n - 1, -1, -1):
            if k >= AHEAD:
                bits_prefetch(below + next_up[k - AHEAD])
            up = next_up[k]
            number[k] = below[up]
            below[up] += below[k] + 1
            below[k] = number[k] + 1
            at[number[k]] = <int32_t> k
            place[order[k]] = number[k]
        for i in range(n):
            if i + 3 * AHEAD < n:
                bits_prefetch(&above_ptr[at[i + 3 * AHEAD]])
                bits_prefetch(turns + above_ptr[at[i + 2 * AHEAD]])
                if above_ptr[at[i + AHEAD]] < n_arcs:
                    bits_prefetch(number + turns[above_ptr[at[i + AHEAD]]])
            k = at[i]
            ptr[i] = filled
            begin = filled
            for arc in range(above_ptr[k], above_ptr[k + 1]):
                ancestors[filled] = number[turns[arc]]
                filled += 1
            if filled - begin > 1:
                sort(&ancestors[begin], filled - begin, &depth[0], way, bits)
            up = ancestors[filled - 1] if filled > begin else -1
            parent[i] = up
            depth[i] = 0 if up < 0 else depth[up] + 1
            way[depth[i]] = <int32_t> i
        ptr[n] = filled
        free_lines(room)
        free(bits)
