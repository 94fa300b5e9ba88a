# A graph as a square of bits, a row a node. Made for few nodes with many neighbours: joining is "or".

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memset

from placement._core.lists cimport Lists, next_level

cdef extern from "bits.h":
    int bits_lowest(uint64_t word) noexcept nogil
    bint bits_has(const uint64_t* row, int32_t place) noexcept nogil
    void bits_set(uint64_t* row, int32_t place) noexcept nogil
    void bits_clear(uint64_t* row, int32_t place) noexcept nogil
    int32_t bits_join(uint64_t* row, const uint64_t* other, int64_t words) noexcept nogil
    int32_t bits_list(const uint64_t* row, int64_t words, int32_t* found) noexcept nogil
    int32_t bits_first_least(const uint32_t* key, int32_t n) noexcept nogil

cdef enum:
    MOST_ROWS = 8192    # 8 MB of bits
    STAMP_BITS = 14     # twice as many stamps as rows
    LEVEL_BITS = 5      # 32 levels
    NO_KEY = 0xffffffff


ctypedef struct Bits:
    int32_t n
    int32_t n_left
    int64_t words       # of a row
    int64_t edges
    bint complete       # all that are left are joined: the rows are read no more
    uint64_t* rows      # [n * words]
    int32_t* origin     # [n]: the node's row in the network
    int32_t* degree     # [n]
    int32_t* level      # [n]
    int32_t* links      # [n]: neighbours that it has in the network
    uint32_t* key       # [n]: degree, level and stamp; the least goes first
    int32_t* around     # [n]: the neighbours of the node that goes


cdef inline bint bits_open(Bits* graph, int32_t n) noexcept nogil:
    cdef int32_t k
    memset(graph, 0, sizeof(Bits))
    graph.n = graph.n_left = n
    graph.words = (n + 63) >> 6
    graph.rows = <uint64_t*> calloc(n * graph.words + 1, sizeof(uint64_t))
    graph.origin = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    graph.degree = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    graph.level = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    graph.links = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    graph.key = <uint32_t*> malloc((n + 16) * sizeof(uint32_t))
    graph.around = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    if graph.key != NULL:
        for k in range(n, n + 16):
            graph.key[k] = NO_KEY
    return (
        graph.rows != NULL and graph.origin != NULL and graph.degree != NULL
        and graph.level != NULL and graph.links != NULL and graph.key != NULL and graph.around != NULL
    )


cdef inline void bits_close(Bits* graph) noexcept nogil:
    free(graph.rows)
    free(graph.origin)
    free(graph.degree)
    free(graph.level)
    free(graph.links)
    free(graph.key)
    free(graph.around)
    memset(graph, 0, sizeof(Bits))


cdef inline void stamp(Bits* graph, int32_t node, int32_t when) noexcept nogil:
    cdef uint32_t degree = <uint32_t> graph.degree[node] if graph.degree[node] > 1 else 1
    graph.key[node] = (
        ((degree << LEVEL_BITS) | <uint32_t> graph.level[node]) << STAMP_BITS
    ) | <uint32_t> when


# Take over what lists have left, in the order in which it waits; false without memory.
cdef inline bint bits_read(Bits* graph, Lists* lists) noexcept nogil:
    cdef int32_t node, other, k, place = 0, when = 0
    cdef int64_t n_words = (lists.n_tickets >> 6) + 1, word
    cdef uint64_t rest
    cdef uint64_t* valid = <uint64_t*> calloc(n_words, sizeof(uint64_t))
    cdef const int32_t* around
    if valid == NULL:
        return False
    graph.edges = lists.edges
    # From here on, a node's `mark` is its row.
    for node in range(lists.n):
        if not bits_has(lists.gone, node):
            lists.nodes[node].mark = place
            graph.origin[place] = lists.origin[node]
            graph.degree[place] = lists.nodes[node].degree
            graph.level[place] = lists.nodes[node].level
            graph.links[place] = lists.nodes[node].links
            bits_set(valid, lists.nodes[node].ticket)
            place += 1
    for word in range(n_words):
        rest = valid[word]
        while rest:
            node = lists.tickets[64 * word + bits_lowest(rest)].node
            stamp(graph, lists.nodes[node].mark, when)
            when += 1
            rest &= rest - 1
    free(valid)
    for node in range(lists.n):
        if bits_has(lists.gone, node):
            continue
        around = lists.pool + lists.nodes[node].begin
        for k in range(lists.nodes[node].length):
            other = around[k]
            if not bits_has(lists.gone, other):
                bits_set(
                    graph.rows + lists.nodes[node].mark * graph.words, lists.nodes[other].mark
                )
    return True


# Return the node whose turn it is, and leave it there; there must be one.
cdef inline int32_t bits_first(Bits* graph) noexcept nogil:
    cdef int32_t one
    if not graph.complete and graph.degree[bits_first_least(graph.key, (graph.n + 15) & ~15)] == graph.n_left-1:
        graph.complete = True
        for one in range(graph.n):
            if graph.key[one] != NO_KEY:
                graph.key[one] = graph.links[one]
    return bits_first_least(graph.key, (graph.n + 15) & ~15)


# Take a node out: list its neighbours in `around`, in ascending order, and join them.
cdef inline int32_t bits_take(Bits* graph, int32_t node, int64_t* steps) noexcept nogil:
    cdef uint64_t* row = graph.rows + node * graph.words
    cdef uint64_t* other
    cdef int32_t level = next_level(graph.level[node]), when = 2 * graph.n - graph.n_left
    cdef int32_t width = 0, i, one, degree
    cdef int64_t added = 0
    graph.key[node] = NO_KEY
    graph.n_left -= 1
    if graph.complete:
        for one in range(graph.n):
            graph.around[width] = one
            width += graph.key[one] != NO_KEY
    else:
        width = bits_list(row, graph.words, graph.around)
    for i in range(width):
        one = graph.around[i]
        degree = width - 1
        if not graph.complete:
            other = graph.rows + one * graph.words
            # It sees itself and the node that goes.
            degree = bits_join(other, row, graph.words) - 2
            bits_clear(other, one)
            bits_clear(other, node)
        added += degree + 1 - graph.degree[one]
        graph.degree[one] = degree
        if graph.level[one] < level:
            graph.level[one] = level
        if not graph.complete:
            stamp(graph, one, when)
    graph.edges += (added >> 1) - width
    steps[0] += graph.n + width * (1 if graph.complete else graph.words)
    return width
