# A graph as lists of neighbours, and its nodes in queues: by how many neighbours they have, then by
# how high they stand. Made for many nodes with few neighbours.

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcpy, memset

from placement._core.lines cimport allocate_lines, free_lines

cdef extern from "bits.h":
    int bits_lowest(uint32_t word) noexcept nogil
    bint bits_has(const uint64_t* row, int32_t place) noexcept nogil
    void bits_set(uint64_t* row, int32_t place) noexcept nogil

cdef enum:
    N_LEVELS = 32
    GONE = -1


# Those that have gone are dropped from its list now and then.
ctypedef struct Node:
    int64_t begin       # of its list in the pool
    int32_t length
    int32_t room
    int32_t degree      # neighbours that are there; -1 once the node itself has gone
    int32_t level       # of the tree below it, at most N_LEVELS - 1
    int32_t links       # neighbours that it has in the network
    int32_t ticket      # its last one; those before it are void
    int32_t mark

ctypedef struct Ticket:
    int32_t node
    int32_t following   # in the same queue

# The queues of one degree.
ctypedef struct Shelf:
    uint32_t filled     # bit by bit, which levels have a ticket
    int32_t head[N_LEVELS]
    int32_t tail[N_LEVELS]

ctypedef struct Lists:
    int32_t n
    int32_t least       # no node has fewer neighbours
    int32_t stroke      # the last mark
    int32_t* origin     # [n]: the node's row in the network
    Node* nodes         # [n]
    uint64_t* gone      # [n / 64 + 1], a bit a node: it stays in the cache where the nodes do not
    int32_t* around     # [n]: the neighbours of the node that goes
    int32_t* pool
    int64_t pool_size
    int64_t pool_room
    Ticket* tickets
    int64_t n_tickets
    int64_t ticket_room
    int32_t* shelf_of   # [n + 1]: by degree, -1 for none
    Shelf* shelves
    int32_t n_shelves
    int32_t shelf_room
    int64_t edges


cdef inline bint lists_open(Lists* graph, int32_t n, int64_t pool_room) noexcept nogil:
    memset(graph, 0, sizeof(Lists))
    graph.n = n
    graph.least = 1
    graph.pool_room = pool_room
    graph.ticket_room = 2 * <int64_t> n + 64
    graph.shelf_room = 64
    graph.origin = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    graph.nodes = <Node*> allocate_lines(n * sizeof(Node) // 64 + 1)
    graph.gone = <uint64_t*> calloc((n >> 6) + 1, sizeof(uint64_t))
    graph.around = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    graph.pool = <int32_t*> malloc((pool_room + 1) * sizeof(int32_t))
    graph.tickets = <Ticket*> malloc(graph.ticket_room * sizeof(Ticket))
    graph.shelf_of = <int32_t*> malloc((n + 1) * sizeof(int32_t))
    graph.shelves = <Shelf*> malloc(graph.shelf_room * sizeof(Shelf))
    if graph.nodes != NULL:
        memset(graph.nodes, 0, n * sizeof(Node))
    if graph.shelf_of != NULL:
        memset(graph.shelf_of, 0xff, (n + 1) * sizeof(int32_t))
    return (
        graph.origin != NULL and graph.nodes != NULL and graph.gone != NULL and graph.around != NULL
        and graph.pool != NULL and graph.tickets != NULL and graph.shelf_of != NULL
        and graph.shelves != NULL
    )


cdef inline void lists_close(Lists* graph) noexcept nogil:
    free(graph.origin)
    free_lines(graph.nodes)
    free(graph.gone)
    free(graph.around)
    free(graph.pool)
    free(graph.tickets)
    free(graph.shelf_of)
    free(graph.shelves)
    memset(graph, 0, sizeof(Lists))


cdef inline int32_t next_level(int32_t level) noexcept nogil:
    return level + 1 if level + 1 < N_LEVELS else level


# Put a node at the end of the queue of its degree and level.
cdef inline bint enqueue(Lists* graph, int32_t node) noexcept nogil:
    cdef int32_t degree = graph.nodes[node].degree, level = graph.nodes[node].level
    cdef int32_t ticket = <int32_t> graph.n_tickets, place
    cdef void* grown
    cdef Shelf* shelf
    if degree < 1:
        degree = 1
    if graph.n_tickets == graph.ticket_room:
        grown = realloc(graph.tickets, 2 * graph.ticket_room * sizeof(Ticket))
        if grown == NULL:
            return False
        graph.tickets = <Ticket*> grown
        graph.ticket_room *= 2
    place = graph.shelf_of[degree]
    if place < 0:
        if graph.n_shelves == graph.shelf_room:
            grown = realloc(graph.shelves, 2 * graph.shelf_room * sizeof(Shelf))
            if grown == NULL:
                return False
            graph.shelves = <Shelf*> grown
            graph.shelf_room *= 2
        place = graph.shelf_of[degree] = graph.n_shelves
        graph.shelves[place].filled = 0
        graph.n_shelves += 1
    shelf = &graph.shelves[place]
    graph.tickets[ticket].node = node
    graph.tickets[ticket].following = -1
    graph.n_tickets += 1
    graph.nodes[node].ticket = ticket
    if shelf.filled >> level & 1:
        graph.tickets[shelf.tail[level]].following = ticket
    else:
        shelf.head[level] = ticket
        shelf.filled |= <uint32_t> 1 << level
    shelf.tail[level] = ticket
    if degree < graph.least:
        graph.least = degree
    return True


# Return the node whose turn it is, and leave it in its queue; there must be one.
cdef inline int32_t lists_first(Lists* graph) noexcept nogil:
    cdef Shelf* shelf
    cdef int32_t ticket, node, level
    while True:
        while graph.shelf_of[graph.least] < 0 or not graph.shelves[graph.shelf_of[graph.least]].filled:
            graph.least += 1
        shelf = &graph.shelves[graph.shelf_of[graph.least]]
        level = bits_lowest(shelf.filled)
        ticket = shelf.head[level]
        while ticket >= 0:
            node = graph.tickets[ticket].node
            if graph.nodes[node].ticket == ticket:
                shelf.head[level] = ticket
                return node
            ticket = graph.tickets[ticket].following
        shelf.filled &= ~(<uint32_t> 1 << level)


# Drop from a node's list what has gone.
cdef inline void compact(Lists* graph, int32_t node) noexcept nogil:
    cdef Node* one = &graph.nodes[node]
    cdef int32_t* around = graph.pool + one.begin
    cdef int32_t i, kept = 0
    if one.length == one.degree:
        return
    for i in range(one.length):
        if not bits_has(graph.gone, around[i]):
            around[kept] = around[i]
            kept += 1
    one.length = kept


cdef inline bint add(Lists* graph, int32_t node, int32_t other) noexcept nogil:
    cdef Node* one = &graph.nodes[node]
    cdef int32_t* grown
    cdef int32_t room
    if one.length == one.room and 4 * <int64_t> one.degree < 3 * <int64_t> one.length:
        compact(graph, node)
    if one.length == one.room:
        room = 2 * one.room + 4
        if graph.pool_size + room > graph.pool_room:
            grown = <int32_t*> realloc(
                graph.pool, (2 * graph.pool_room + room) * sizeof(int32_t)
            )
            if grown == NULL:
                return False
            graph.pool = grown
            graph.pool_room = 2 * graph.pool_room + room
        memcpy(
            graph.pool + graph.pool_size, graph.pool + one.begin, one.length * sizeof(int32_t)
        )
        one.begin = graph.pool_size
        one.room = room
        graph.pool_size += room
    graph.pool[one.begin + one.length] = other
    one.length += 1
    one.degree += 1
    return True


# Join two neighbours of a node that has gone.
cdef inline bint join_two(Lists* graph, int32_t one, int32_t other) noexcept nogil:
    cdef int32_t i
    cdef const int32_t* around
    if graph.nodes[other].length < graph.nodes[one].length:
        one, other = other, one
    compact(graph, one)
    around = graph.pool + graph.nodes[one].begin
    for i in range(graph.nodes[one].length):
        if around[i] == other:
            return True
    graph.edges += 1
    return add(graph, one, other) and add(graph, other, one)


# Join all neighbours of a node that has gone, without reading the longest of their lists.
cdef inline bint join_all(Lists* graph, int32_t width, int64_t* steps) noexcept nogil:
    cdef const int32_t* around = graph.around
    cdef const int32_t* listed
    cdef int32_t i, k, one, other, longest = 0
    for i in range(1, width):
        if graph.nodes[around[i]].length > graph.nodes[around[longest]].length:
            longest = i
    for i in range(width):
        if i == longest:
            continue
        one = around[i]
        compact(graph, one)
        graph.stroke += 1
        listed = graph.pool + graph.nodes[one].begin
        for k in range(graph.nodes[one].length):
            graph.nodes[listed[k]].mark = graph.stroke
        steps[0] += graph.nodes[one].length + width
        for k in range(i + 1 if i < longest else i, width):
            # After the longest has had its turn, it stands in for the node itself.
            other = around[k] if k != i else around[longest]
            if graph.nodes[other].mark != graph.stroke:
                graph.edges += 1
                if not (add(graph, one, other) and add(graph, other, one)):
                    return False
    return True


# Take a node out: list its neighbours in `around`, in ascending order, and join them.
cdef inline int32_t lists_take(Lists* graph, int32_t node, int64_t* steps) noexcept nogil:
    cdef int32_t width, i, k, other
    cdef int32_t level = next_level(graph.nodes[node].level)
    cdef int32_t* around = graph.around
    cdef Node* one
    compact(graph, node)
    width = graph.nodes[node].length
    memcpy(around, graph.pool + graph.nodes[node].begin, width * sizeof(int32_t))
    for i in range(1, width):
        other = around[i]
        k = i
        while k > 0 and around[k - 1] > other:
            around[k] = around[k - 1]
            k -= 1
        around[k] = other
    bits_set(graph.gone, node)
    graph.nodes[node].degree = GONE
    graph.nodes[node].ticket = GONE
    graph.edges -= width
    for i in range(width):
        one = &graph.nodes[around[i]]
        one.degree -= 1
        if one.level < level:
            one.level = level
    if width == 2:
        if not join_two(graph, around[0], around[1]):
            return GONE
    elif width > 2:
        if not join_all(graph, width, steps):
            return GONE
    for i in range(width):
        if not enqueue(graph, around[i]):
            return GONE
    steps[0] += 1 + width
    return width
