"""Thin out the latencies on the arcs of an elimination tree: most arcs of a wide node are needless.

Nodes are taken from the top of the tree down, and in rows as far as they go, as in `customisation`.
"""

from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.stdlib cimport free

from placement._core.clock cimport called_off
from placement._core.sides cimport (
    NO_LATENCY,
    PATIENCE,
    WIDE,
    Side,
    Tree,
    cut,
    lesser,
    reserve,
    seek,
    spread,
)

cdef extern from "minplus.h":
    uint32_t row_judge(
        uint32_t* best, uint32_t* rival, const uint32_t* passed, const uint32_t* row, uint32_t step,
        uint32_t least, int64_t n,
    ) noexcept nogil


# The rows of a node before it is judged.
cdef inline void make_ready(const Tree* tree, int64_t begin, int64_t width, Side* side) noexcept nogil:
    cdef int64_t p
    for p in range(width):
        side.passed[p] = cut(side.arcs[begin + p] + tree.processing[tree.ancestors[begin + p]])
        side.best[p] = side.rival[p] = NO_LATENCY


# Ways over the q-th node above in one direction, and to it in the other, by a row of its arcs.
cdef inline void compare(
    Side* one, Side* other, const uint32_t* row, int64_t begin, int64_t q, int64_t n, bint by_depth
) noexcept nogil:
    cdef uint32_t* best = one.spread_best if by_depth else one.best
    cdef uint32_t* rival = one.spread_rival if by_depth else one.rival
    cdef const uint32_t* passed = other.spread_passed if by_depth else other.passed
    cdef uint32_t found = row_judge(
        best, rival, passed, row, one.passed[q], one.arcs[begin + q] + 1, n
    )
    other.best[q] = lesser(found, other.best[q])
    other.rival[q] = lesser(found, other.rival[q])


# What was found by depth, by arc; and the rows are as before.
cdef inline void gather(const Tree* tree, int64_t begin, int64_t width, Side* side) noexcept nogil:
    cdef int64_t p, k
    for p in range(width):
        k = tree.depth[tree.ancestors[begin + p]]
        side.best[p] = lesser(side.spread_best[k], side.best[p])
        side.rival[p] = lesser(side.spread_rival[k], side.rival[p])
        side.spread_passed[k] = NO_LATENCY
    for k in range(tree.depth[tree.ancestors[begin + width - 1]] + 1):
        side.spread_best[k] = side.spread_rival[k] = NO_LATENCY


# Find out for each arc of a node what the best way over another node above takes.
cdef void look_around(const Tree* tree, Py_ssize_t node, Side* up, Side* down) noexcept nogil:
    cdef int64_t begin = tree.ptr[node], width = tree.ptr[node + 1] - begin
    cdef int64_t first, n_arcs, arc, n, p, q
    cdef int32_t other
    cdef uint32_t* up_row
    cdef uint32_t* down_row
    cdef bint two = up.arcs != down.arcs, is_spread = False, complete, by_depth
    make_ready(tree, begin, width, up)
    if two:
        make_ready(tree, begin, width, down)
    for q in range(1, width):
        other = tree.ancestors[begin + q]
        first, n_arcs = tree.ptr[other], tree.ptr[other + 1] - tree.ptr[other]
        complete = n_arcs == tree.depth[other]
        up_row, down_row, n = up.arcs + first, down.arcs + first, q
        by_depth = complete and n_arcs != q and q >= WIDE
        if by_depth:
            n = tree.depth[tree.ancestors[begin + q - 1]] + 1
            if not is_spread:
                is_spread = True
                spread(tree, node, up.passed, up.spread_passed)
                if two:
                    spread(tree, node, down.passed, down.spread_passed)
        elif n_arcs != q:
            up_row, down_row, arc = up.row, down.row, first
            for p in range(q):
                if complete:
                    arc = first + tree.depth[tree.ancestors[begin + p]]
                else:
                    arc = seek(tree, arc, tree.ancestors[begin + p])
                up_row[p] = up.arcs[arc]
                if two:
                    down_row[p] = down.arcs[arc]
        compare(up, down, up_row, begin, q, n, by_depth)
        if two:
            compare(down, up, down_row, begin, q, n, by_depth)
    if is_spread:
        gather(tree, begin, width, up)
        if two:
            gather(tree, begin, width, down)


def prune(
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const int32_t[::1] depth,       # IN
    const uint32_t[::1] processing, # IN
    uint32_t[::1] up,               # IN, OUT
    uint32_t[::1] down,             # IN, OUT
    int64_t[::1] up_ptr,            # OUT
    int32_t[::1] up_end,            # OUT
    uint32_t[::1] up_kept,          # OUT
    int64_t[::1] down_ptr,          # OUT
    int32_t[::1] down_depth,        # OUT
    uint32_t[::1] down_kept,        # OUT
    const int64_t[::1] stop,        # IN
):
    """Leave out the arcs that a way over another node above makes needless.

    Parameters
    ----------
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors : ndarray of shape (n_arcs,), int32
        Their upper ends, the highest first.
    depth : ndarray of shape (n_nodes,), int32
        By number: how many nodes are above.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; 2**31 - 1 at a node that may not be crossed.
    up, down : ndarray of shape (n_arcs,), uint32, ns
        As `customise` leaves them; then the true latencies between the two ends. They may be one
        array: the same both ways.
    up_ptr, down_ptr : ndarray of shape (n_nodes + 1,), int64
        Filled: where the arcs that number i keeps begin. If `up` and `down` are one array, these may
        be as well.
    up_end : ndarray of shape (n_arcs,), int32
        Filled up to up_ptr[n_nodes]: the numbers of their upper ends.
    down_depth : ndarray of shape (n_arcs,), int32
        Filled up to down_ptr[n_nodes]: how deep their upper ends are.
    up_kept, down_kept : ndarray of shape (n_arcs,), uint32, ns
        Filled likewise: their latencies.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped; nothing is then to be used.

    Raises
    ------
    MemoryError
        If there is no room for a few rows as long as the tree is high.

    Notes
    -----
    From the top of the tree down, so that the latencies above are true when they are used. An arc
    goes for a way over another one that is no longer; where that one has the same latency, so that
    nothing lies between their ends, the one to the higher node stays. So for each arc that goes
    there is a way over one that stays.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016, section 5.3 (perfect customization).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import prune
    >>> up, down = np.array([9, 6, 3], np.uint32), np.array([9, 6, 3], np.uint32)
    >>> ptrs, ends = (np.empty(4, np.int64), np.empty(4, np.int64)), (np.empty(3, np.int32), np.empty(3, np.int32))
    >>> kept = np.empty(3, np.uint32), np.empty(3, np.uint32)
    >>> prune(np.array([0, 0, 1, 3]), np.array([0, 0, 1], np.int32), np.array([0, 1, 2], np.int32),
    ...       np.zeros(3, np.uint32), up, down, ptrs[0], ends[0], kept[0], ptrs[1], ends[1], kept[1],
    ...       np.array([2**63 - 1, 0]))
    True
    >>> up.tolist(), ptrs[1].tolist()
    ([9, 6, 3], [0, 0, 1, 3])
    """
    cdef Tree tree
    cdef Side up_side, down_side
    cdef Py_ssize_t node
    cdef int64_t arc, p, begin, width, up_filled = 0, down_filled = 0, steps = 0
    cdef uint32_t* rows
    cdef bint done = True
    if not up.shape[0]:
        for node in range(depth.shape[0] + 1):
            up_ptr[node] = down_ptr[node] = 0
        return True
    tree = Tree(depth.shape[0], &ptr[0], &ancestors[0], &depth[0], &processing[0])
    up_side.arcs, down_side.arcs = &up[0], &down[0]
    with nogil:
        rows = reserve(&tree, &up_side, &down_side)
        for node in range(tree.n if rows != NULL else 0):
            begin, width = ptr[node], ptr[node + 1] - ptr[node]
            if width > 1:
                look_around(&tree, node, &up_side, &down_side)
            elif width == 1:
                up_side.rival[0] = down_side.rival[0] = NO_LATENCY
                up_side.best[0] = down_side.best[0] = NO_LATENCY
            up_ptr[node], down_ptr[node] = up_filled, down_filled
            for p in range(width):
                arc = begin + p
                # What goes is overwritten by the next one that stays.
                up_end[up_filled], up_kept[up_filled] = ancestors[arc], up[arc]
                down_depth[down_filled], down_kept[down_filled] = depth[ancestors[arc]], down[arc]
                up_filled += up_side.rival[p] > up[arc]
                down_filled += down_side.rival[p] > down[arc]
            for p in range(width):
                up[begin + p] = lesser(up_side.best[p], up[begin + p])
                down[begin + p] = lesser(down_side.best[p], down[begin + p])
            steps += 1 + width * width
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
        if done and rows != NULL:
            up_ptr[tree.n], down_ptr[tree.n] = up_filled, down_filled
        free(rows)
    if rows == NULL:
        raise MemoryError("no room for rows of labels")
    return done
