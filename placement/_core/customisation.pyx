"""Latencies on the arcs of an elimination tree: laid on, and completed.

The tree is that of the kernels in `elimination`; it is the same whatever the latencies are. What a
node sees above another node that it sees, that one sees as well: most often it is all that that one
sees, and then two rows of arcs lie side by side and are worked on as they are.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.stdlib cimport free
from libc.string cimport memcmp

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
    unspread,
)

cdef extern from "bits.h":
    void bits_prefetch(const void* place) noexcept nogil

cdef extern from "minplus.h":
    void row_lower(uint32_t* row, const uint32_t* other, uint32_t step, int64_t n) noexcept nogil

cdef enum:
    AHEAD = 24  # nodes and links whose numbers are fetched before they are needed


# The arc of a node to one above it: there must be one.
cdef inline int64_t arc_to(
    const int64_t[::1] ptr, const int32_t[::1] ancestors, int32_t lower, int32_t upper
) noexcept nogil:
    cdef int64_t arc = ptr[lower], width = ptr[lower + 1] - arc, half
    # The last that leads no lower.
    while width > 1:
        half = width >> 1
        arc += half if ancestors[arc + half] <= upper else 0
        width -= half
    return arc


def lay(
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const int32_t[::1] place,       # IN
    const int64_t[::1] indptr,      # IN
    const int32_t[::1] heads,       # IN
    const int32_t[::1] latency,     # IN
    const uint8_t[::1] is_open,     # IN
    bint back,
    const int32_t[::1] processing,  # IN
    const uint8_t[::1] node_open,   # IN
    uint32_t[::1] up,               # OUT
    uint32_t[::1] down,             # OUT
    uint32_t[::1] through,          # OUT
):
    """Lay links on the arcs of the tree, of several on one arc the quickest; number the processing.

    Parameters
    ----------
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors : ndarray of shape (n_arcs,), int32
        Their upper ends, the highest first.
    place : ndarray of shape (n_nodes,), int32
        The number of each node.
    indptr : ndarray of shape (n_nodes + 1,), int64
        The links that leave node n are indptr[n] to indptr[n + 1].
    heads : ndarray of shape (n_links,), int32
        The nodes that they lead to; of the numbers of a link's ends one is above the other.
    latency : ndarray of shape (n_links,), int32, ns
        Of each link.
    is_open : ndarray of shape (n_links,), uint8
        0: the link is not there.
    back : bool
        Whether they lead the other way instead.
    processing : ndarray of shape (n_nodes,), int32, ns
        By node: added where a path passes through it.
    node_open : ndarray of shape (n_nodes,), uint8
        0: no path may cross the node.
    up, down : ndarray of shape (n_arcs,), uint32, ns
        Filled, towards the upper end and from it; 2**31 - 1 without a link. They may be one array if
        each link has one back that is alike; of the two, one is then looked at.
    through : ndarray of shape (n_nodes,), uint32, ns
        Filled, by number: the processing; 2**31 - 1 at a node that may not be crossed.

    Returns
    -------
    bool
        Whether both directions are the same.

    Notes
    -----
    O(n_nodes + n_links log width).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import lay
    >>> up, down, through = np.empty(1, np.uint32), np.empty(1, np.uint32), np.empty(2, np.uint32)
    >>> lay(np.array([0, 0, 1]), np.array([0], np.int32), np.array([1, 0], np.int32),
    ...     np.array([0, 2, 2]), np.array([1, 1], np.int32), np.array([7, 5], np.int32),
    ...     np.ones(2, np.uint8), False, np.array([3, 4], np.int32), np.ones(2, np.uint8),
    ...     up, down, through)
    False
    >>> up.tolist(), down.tolist(), through.tolist()
    ([5], [2147483647], [4, 3])
    """
    cdef Py_ssize_t n = place.shape[0], node, link, k
    cdef int64_t arc, n_links = heads.shape[0], n_arcs = up.shape[0]
    cdef int32_t own, other
    cdef bint one = n_arcs > 0 and &up[0] == &down[0], alike = True
    with nogil:
        for k in range(n_arcs):
            up[k] = down[k] = NO_LATENCY
        for node in range(n):
            if node + AHEAD < n:
                bits_prefetch(&ptr[place[node + AHEAD]])
                arc = ptr[place[node + AHEAD // 2]]
                if arc < n_arcs:
                    bits_prefetch(&up[arc])
            own = place[node]
            through[own] = <uint32_t> processing[node] if node_open[node] else NO_LATENCY
            for link in range(indptr[node], indptr[node + 1]):
                if link + AHEAD < n_links:
                    bits_prefetch(&place[heads[link + AHEAD]])
                other = place[heads[link]]
                if not is_open[link] or other == own or (one and other > own):
                    continue
                arc = arc_to(ptr, ancestors, max(own, other), min(own, other))
                if (own > other) != back or one:
                    up[arc] = lesser(<uint32_t> latency[link], up[arc])
                else:
                    down[arc] = lesser(<uint32_t> latency[link], down[arc])
        if n_arcs and not one:
            alike = memcmp(&up[0], &down[0], n_arcs * sizeof(uint32_t)) == 0
    return alike


# Lower the arcs between the nodes above a node to what ways through it take.
cdef void lower_above(const Tree* tree, Py_ssize_t node, Side* up, Side* down) noexcept nogil:
    cdef int64_t begin = tree.ptr[node], width = tree.ptr[node + 1] - begin, first, n_arcs, arc, p, q
    cdef int32_t other
    cdef uint32_t from_other, to_other
    cdef bint two = up.arcs != down.arcs, complete, is_spread = False
    for q in range(1, width):
        other = tree.ancestors[begin + q]
        # Both are below 2**31, and so is each of the sums that follow once it is cut.
        from_other = cut(down.arcs[begin + q] + tree.processing[node])
        to_other = cut(up.arcs[begin + q] + tree.processing[node])
        first, n_arcs = tree.ptr[other], tree.ptr[other + 1] - tree.ptr[other]
        complete = n_arcs == tree.depth[other]
        if n_arcs == q:
            row_lower(up.arcs + first, up.arcs + begin, from_other, q)
            if two:
                row_lower(down.arcs + first, down.arcs + begin, to_other, q)
        elif complete and q >= WIDE:
            if not is_spread:
                is_spread = True
                spread(tree, node, up.arcs + begin, up.row)
                if two:
                    spread(tree, node, down.arcs + begin, down.row)
            n_arcs = tree.depth[tree.ancestors[begin + q - 1]] + 1
            row_lower(up.arcs + first, up.row, from_other, n_arcs)
            if two:
                row_lower(down.arcs + first, down.row, to_other, n_arcs)
        else:
            arc = first
            for p in range(q):
                if complete:
                    arc = first + tree.depth[tree.ancestors[begin + p]]
                else:
                    arc = seek(tree, arc, tree.ancestors[begin + p])
                up.arcs[arc] = lesser(from_other + up.arcs[begin + p], up.arcs[arc])
                down.arcs[arc] = lesser(to_other + down.arcs[begin + p], down.arcs[arc])
    if is_spread:
        unspread(tree, node, up.row)
        if two:
            unspread(tree, node, down.row)


def customise(
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const int32_t[::1] depth,       # IN
    const uint32_t[::1] processing, # IN
    uint32_t[::1] up,               # IN, OUT
    uint32_t[::1] down,             # IN, OUT
    const int64_t[::1] stop,        # IN
):
    """Give every arc of the tree the latency of the best path through nodes below it.

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
        The links' own latencies towards the upper end and from it, 2**31 - 1 where there is none;
        then the best with all nodes below. They may be one array: the same both ways.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped; the latencies are then not to be used.

    Raises
    ------
    MemoryError
        If there is no room for a few rows as long as the tree is high.

    Notes
    -----
    From the bottom of the tree to its top, each pair of arcs of a node once, in rows.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import customise
    >>> up, down = np.array([9, 2, 3], np.uint32), np.array([9, 2, 3], np.uint32)
    >>> customise(np.array([0, 0, 1, 3]), np.array([0, 0, 1], np.int32), np.arange(3, dtype=np.int32),
    ...           np.array([0, 0, 1], np.uint32), up, down, np.array([2**63 - 1, 0]))
    True
    >>> up.tolist()
    [6, 2, 3]
    """
    cdef Tree tree
    cdef Side up_side, down_side
    cdef Py_ssize_t node
    cdef int64_t width, steps = 0
    cdef uint32_t* rows
    cdef bint done = True
    if not up.shape[0]:
        return True
    tree = Tree(depth.shape[0], &ptr[0], &ancestors[0], &depth[0], &processing[0])
    up_side.arcs, down_side.arcs = &up[0], &down[0]
    with nogil:
        rows = reserve(&tree, &up_side, &down_side)
        node = tree.n - 1 if rows != NULL else -1
        while node >= 0:
            width = ptr[node + 1] - ptr[node]
            if width > 1 and processing[node] < NO_LATENCY:
                lower_above(&tree, node, &up_side, &down_side)
                steps += width * width
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
            node -= 1
        free(rows)
    if rows == NULL:
        raise MemoryError("no room for rows of labels")
    return done
