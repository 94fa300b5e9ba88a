# An elimination tree and the latencies of its arcs, as several kernels walk over them.

from libc.stdint cimport int32_t, int64_t, uint32_t

cdef enum:
    NO_LATENCY = 2_147_483_647


# Nodes by number, arcs by their lower ends.
cdef struct Tree:
    Py_ssize_t n
    int32_t height
    const int32_t* parent       # [n_nodes]
    const int32_t* depth        # [n_nodes]
    const int64_t* ptr          # [n_nodes + 1]
    const int32_t* ancestors    # [n_arcs]
    const int32_t* lower        # [n_arcs]
    const int32_t* above        # [n_arcs]: the depth of the upper end
    const int64_t* under_ptr    # [n_nodes + 1]
    const int64_t* under        # arcs to a node from those below that have an arc further up as well
    const uint32_t* processing  # [n_nodes]


# One way to go: what each arc takes, and the links that lie on it.
cdef struct Way:
    const uint32_t* arcs        # [n_arcs]
    const int64_t* ptr          # [n_arcs + 1]
    const uint32_t* latency     # [n_links]
    const int32_t* part         # [n_links]: which part of the network it is, -1 for none that may fail


cdef inline uint32_t cut(uint32_t label) noexcept nogil:
    return label if label < NO_LATENCY else NO_LATENCY


# The arc from a node to one above it; -1 without one.
cdef inline int64_t arc_to(const Tree* tree, int32_t node, int32_t upper) noexcept nogil:
    cdef int64_t low = tree.ptr[node], end = tree.ptr[node + 1], high = end, middle
    while low < high:
        middle = (low + high) >> 1
        if tree.ancestors[middle] < upper:
            low = middle + 1
        else:
            high = middle
    return low if low < end and tree.ancestors[low] == upper else -1


# The lowest node that is above both, or is one of them; -1 without one.
cdef inline int32_t common(const Tree* tree, int32_t one, int32_t other) noexcept nogil:
    while one != other:
        if one < 0 or other < 0:
            return -1
        # What is above has a smaller number.
        if one > other:
            one = tree.parent[one]
        else:
            other = tree.parent[other]
    return one


cdef inline const int32_t* ints(const int32_t[::1] array) noexcept:
    return &array[0] if array.shape[0] else NULL


cdef inline const int64_t* longs(const int64_t[::1] array) noexcept:
    return &array[0] if array.shape[0] else NULL


cdef inline const uint32_t* labels(const uint32_t[::1] array) noexcept:
    return &array[0] if array.shape[0] else NULL


# Of (parent, depth, ptr, ancestors, lower, above, under_ptr, under, processing).
cdef inline Tree tree_of(tuple arrays) except *:
    cdef Tree tree
    cdef Py_ssize_t node
    tree.n = len(arrays[0])
    tree.parent, tree.depth, tree.ptr = ints(arrays[0]), ints(arrays[1]), longs(arrays[2])
    tree.ancestors, tree.lower, tree.above = ints(arrays[3]), ints(arrays[4]), ints(arrays[5])
    tree.under_ptr, tree.under = longs(arrays[6]), longs(arrays[7])
    tree.processing = labels(arrays[8])
    tree.height = 0
    for node in range(tree.n):
        if tree.depth[node] >= tree.height:
            tree.height = tree.depth[node] + 1
    return tree


# Of (arcs, ptr, latency, part).
cdef inline Way way_of(tuple arrays) except *:
    cdef Way way
    way.arcs, way.ptr = labels(arrays[0]), longs(arrays[1])
    way.latency, way.part = labels(arrays[2]), ints(arrays[3])
    return way
