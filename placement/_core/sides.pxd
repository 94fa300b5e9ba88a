# What customising and pruning have in common: the tree, the arcs in each direction, and rows of labels.

from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.stdlib cimport malloc

cdef enum:
    NO_LATENCY = 2_147_483_647
    PATIENCE = 2_000_000
    WIDE = 12       # arcs of a node that are worth being laid out by depth


# The tree.
ctypedef struct Tree:
    Py_ssize_t n
    const int64_t* ptr
    const int32_t* ancestors
    const int32_t* depth
    const uint32_t* processing


# The arcs in one direction, and what is made of a node's: by arc, and spread out by depth.
ctypedef struct Side:
    uint32_t* arcs
    uint32_t* passed    # over the arc and its upper end
    uint32_t* best      # over any other node above
    uint32_t* rival     # the same, if the node is one for which the arc may go
    uint32_t* row       # the arcs of another node, to the same ends
    uint32_t* spread_passed
    uint32_t* spread_best
    uint32_t* spread_rival


cdef inline uint32_t cut(uint32_t label) noexcept nogil:
    return label if label < NO_LATENCY else NO_LATENCY


cdef inline uint32_t lesser(uint32_t sum, uint32_t label) noexcept nogil:
    return sum if sum < label else label


cdef inline int64_t height_of(const Tree* tree) noexcept nogil:
    cdef int32_t deepest = -1
    cdef Py_ssize_t k
    for k in range(tree.n):
        if tree.depth[k] > deepest:
            deepest = tree.depth[k]
    return deepest + 1


cdef inline void cut_out(Side* side, uint32_t* rows, int64_t height) noexcept nogil:
    side.passed, side.best, side.rival = rows, rows + height, rows + 2 * height
    side.row, side.spread_passed = rows + 3 * height, rows + 4 * height
    side.spread_best, side.spread_rival = rows + 5 * height, rows + 6 * height


# Return what the rows of both sides are cut out of; to be freed. NULL without memory.
cdef inline uint32_t* reserve(const Tree* tree, Side* up, Side* down) noexcept nogil:
    cdef int64_t height = height_of(tree), k
    cdef uint32_t* rows = <uint32_t*> malloc(14 * height * sizeof(uint32_t))
    if rows != NULL:
        for k in range(14 * height):
            rows[k] = NO_LATENCY
        cut_out(up, rows, height)
        cut_out(down, rows if up.arcs == down.arcs else rows + 7 * height, height)
    return rows


# The arc of a node to an ancestor that it has an arc to, from a given arc on.
cdef inline int64_t seek(const Tree* tree, int64_t arc, int32_t ancestor) noexcept nogil:
    while tree.ancestors[arc] != ancestor:
        arc += 1
    return arc


# Lay labels of a node's arcs out by depth, NO_LATENCY between them; and take them away again.
cdef inline void spread(
    const Tree* tree, Py_ssize_t node, const uint32_t* labels, uint32_t* row
) noexcept nogil:
    cdef int64_t begin = tree.ptr[node], p
    for p in range(tree.ptr[node + 1] - begin):
        row[tree.depth[tree.ancestors[begin + p]]] = labels[p]


cdef inline void unspread(const Tree* tree, Py_ssize_t node, uint32_t* row) noexcept nogil:
    cdef int64_t arc
    for arc in range(tree.ptr[node], tree.ptr[node + 1]):
        row[tree.depth[tree.ancestors[arc]]] = NO_LATENCY
