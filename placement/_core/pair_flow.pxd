# Two disjoint paths of least total length, whose beginnings may be fixed: a flow of two units, by two searches
# for a shortest path. The second search may take back what the first has taken (Suurballe, Bhandari). Both
# are led by what is at least ahead of each node (A*), so that they see little of a large network. All
# lengths are of round trips: they are the same in both directions, and below 2**33.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport calloc, free, malloc

from placement._core.clock cimport stopped
from placement._core.heap cimport pop, push

cdef enum:
    # Steps between two looks at the clock: 3 ms where each of them misses the cache.
    PATIENCE = 32_768
    # How a state of the second search was reached, if not over an arc.
    ACROSS = -1
    BACKWARDS = -2
cdef inline int64_t far() noexcept nogil:
    return 1 << 60


cdef struct Space:
    int32_t n_nodes
    int32_t source
    int32_t target
    bint by_nodes
    const int64_t* first        # [n_nodes + 1]: where the arcs of a node start
    const int32_t* tails        # [n_arcs]
    const int32_t* heads        # [n_arcs]
    const int32_t* edge         # [n_arcs]: the same for both directions
    int64_t* cost               # [n_arcs]: there and back, and through the node it leads to; far() if shut
    int64_t* ahead              # [n_nodes]: from a node to the target
    int64_t* behind             # [n_nodes]: from the source, and through the node; or less
    uint8_t* used               # [n_edges]: by what is fixed
    uint8_t* shut               # [n_nodes]: not to be entered
    int64_t* reached            # [n_nodes]: length of the way there in the first search
    int32_t* came               # [n_nodes]: by which arc
    int32_t* touched            # [n_nodes]
    int32_t* way                # [n_nodes]: the arcs that the first search found, the last one first
    int32_t* into               # [n_nodes]: its arc that leads to a node, -1 elsewhere
    int32_t* onward             # [n_nodes]: its arc that leaves it
    int64_t* again              # [2 n_nodes]: as `reached`, in the second search; n_nodes further on for
    int32_t* by                 # [2 n_nodes]  a node of the way that was entered from aside
    int32_t* from_              # [2 n_nodes]: the state before
    int32_t* again_touched      # [2 n_nodes]
    int32_t* slot               # [2 n_nodes]: the arcs by which flow leaves a node
    uint64_t* heap              # [n_arcs + 2 n_nodes + 2]
    int64_t n_touched
    int64_t n_again
    int64_t n_way
    int64_t steps
    int64_t work
    bint halted


cdef inline bint reserve(Space* space, Py_ssize_t n_nodes, Py_ssize_t n_arcs, Py_ssize_t n_edges) noexcept nogil:
    cdef Py_ssize_t n
    space.cost = <int64_t*> malloc((n_arcs + 1) * sizeof(int64_t))
    space.ahead = <int64_t*> malloc((n_nodes + 1) * sizeof(int64_t))
    space.behind = <int64_t*> calloc(n_nodes + 1, sizeof(int64_t))
    space.used = <uint8_t*> calloc(n_edges + 1, sizeof(uint8_t))
    space.shut = <uint8_t*> calloc(n_nodes + 1, sizeof(uint8_t))
    space.reached = <int64_t*> malloc((n_nodes + 1) * sizeof(int64_t))
    space.came = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    space.touched = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    space.way = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    space.into = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    space.onward = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    space.again = <int64_t*> malloc((2 * n_nodes + 1) * sizeof(int64_t))
    space.by = <int32_t*> malloc((2 * n_nodes + 1) * sizeof(int32_t))
    space.from_ = <int32_t*> malloc((2 * n_nodes + 1) * sizeof(int32_t))
    space.again_touched = <int32_t*> malloc((2 * n_nodes + 1) * sizeof(int32_t))
    space.slot = <int32_t*> malloc((2 * n_nodes + 1) * sizeof(int32_t))
    space.heap = <uint64_t*> malloc((n_arcs + 2 * n_nodes + 2) * sizeof(uint64_t))
    space.n_touched = space.n_again = space.n_way = space.steps = space.work = 0
    space.halted = False
    if (
        space.cost == NULL or space.ahead == NULL or space.behind == NULL or space.used == NULL
        or space.shut == NULL or space.reached == NULL or space.came == NULL
        or space.touched == NULL or space.way == NULL or space.into == NULL
        or space.onward == NULL or space.again == NULL or space.by == NULL
        or space.from_ == NULL or space.again_touched == NULL or space.slot == NULL
        or space.heap == NULL
    ):
        return False
    for n in range(n_nodes):
        space.reached[n] = far()
        space.into[n] = space.onward[n] = -1
    for n in range(2 * n_nodes):
        space.again[n] = far()
        space.slot[n] = -1
    return True


cdef inline void release(Space* space) noexcept nogil:
    free(space.cost)
    free(space.ahead)
    free(space.behind)
    free(space.used)
    free(space.shut)
    free(space.reached)
    free(space.came)
    free(space.touched)
    free(space.way)
    free(space.into)
    free(space.onward)
    free(space.again)
    free(space.by)
    free(space.from_)
    free(space.again_touched)
    free(space.slot)
    free(space.heap)


cdef inline bint halt(Space* space, int64_t steps, const int64_t[::1] stop) noexcept nogil:
    space.steps += steps
    space.work += steps
    if space.steps >= PATIENCE:
        space.steps = 0
        space.halted = stopped(stop)
    return space.halted


# Whether a search may go over an arc, and a path of at most `most` may.
cdef inline bint passable(const Space* space, int64_t arc, int64_t most) noexcept nogil:
    cdef int32_t head = space.heads[arc]
    return (
        not space.used[space.edge[arc]] and not space.shut[head]
        and space.behind[space.tails[arc]] + space.cost[arc] + space.ahead[head] <= most
    )


# How long the shortest way from a node to the target is, at most `most`; -1 if there is none. Arcs before
# `least` are not for the source. The way is left in `way`, `into` and `onward`. With `whole` the search
# goes on and reaches whatever a path of at most `longest` may pass.
cdef inline int64_t search(
    Space* space, int32_t start, int64_t least, int64_t most, int64_t longest, bint whole,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef Py_ssize_t size = 0
    cdef int64_t i, arc, begin, length, total
    cdef int32_t node, head
    cdef uint64_t entry
    for i in range(space.n_way):
        arc = space.way[i]
        space.into[space.heads[arc]] = space.onward[space.tails[arc]] = -1
    for i in range(space.n_touched):
        space.reached[space.touched[i]] = far()
    space.n_way = 0
    space.n_touched = 1
    space.touched[0] = start
    space.reached[start] = 0
    entry = <uint64_t> space.ahead[start] << 31 | <uint64_t> start
    push(space.heap, &size, entry)
    while size > 0:
        entry = pop(space.heap, &size)
        node = <int32_t> (entry & 0x7FFF_FFFF)
        if <int64_t> (entry >> 31) != space.reached[node] + space.ahead[node]:
            continue
        if node == space.target:
            if whole:
                continue
            break
        begin = space.first[node]
        if node == space.source and least > begin:
            begin = least
        if halt(space, 4 + space.first[node + 1] - begin, stop):
            return -1
        for arc in range(begin, space.first[node + 1]):
            if not passable(space, arc, longest):
                continue
            head = space.heads[arc]
            length = space.reached[node] + space.cost[arc]
            total = length + space.ahead[head]
            if total > most or length >= space.reached[head]:
                continue
            if space.reached[head] == far():
                space.touched[space.n_touched] = head
                space.n_touched += 1
            space.reached[head] = length
            space.came[head] = <int32_t> arc
            entry = <uint64_t> total << 31 | <uint64_t> head
            push(space.heap, &size, entry)
    node = space.target
    if space.reached[node] == far():
        return -1
    while node != start:
        arc = space.came[node]
        space.way[space.n_way] = <int32_t> arc
        space.n_way += 1
        space.into[node] = space.onward[space.tails[arc]] = <int32_t> arc
        node = space.tails[arc]
    return space.reached[space.target]


cdef inline void enter(
    Space* space, Py_ssize_t* size, int32_t state, int32_t before, int32_t by, int64_t length,
    int64_t way_length, int64_t most,
) noexcept nogil:
    cdef int32_t node = state if state < space.n_nodes else state - space.n_nodes
    # What is left of the way behind a node is at least ahead of it, now that the way is taken.
    cdef int64_t left = way_length - space.reached[node]
    cdef int64_t total = length + (left if left > space.ahead[node] else space.ahead[node])
    cdef uint64_t entry
    if total > most or length >= space.again[state]:
        return
    if space.again[state] == far():
        space.again_touched[space.n_again] = state
        space.n_again += 1
    space.again[state] = length
    space.by[state] = by
    space.from_[state] = before
    entry = <uint64_t> total << 31 | <uint64_t> state
    push(space.heap, size, entry)


# What a second way adds to the length of the first, at most `most`; -1 if there is none (a length below
# zero cannot be: the first way is the shortest). It leads from `start` to the target and may go backwards
# over the first one, which is then taken back there; where nodes count, it has to where it meets it.
cdef inline int64_t search_again(
    Space* space, int32_t start, int64_t least, int64_t way_length, int64_t most, int64_t longest,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef Py_ssize_t size = 0
    cdef int64_t i, arc, begin, length, left, total
    cdef int32_t n = space.n_nodes, state, node, head, into
    cdef uint64_t entry
    for i in range(space.n_again):
        space.again[space.again_touched[i]] = far()
    space.n_again = 0
    enter(space, &size, start, -1, ACROSS, 0, way_length, most)
    while size > 0:
        entry = pop(space.heap, &size)
        state = <int32_t> (entry & 0x7FFF_FFFF)
        node = state if state < n else state - n
        length = space.again[state]
        left = way_length - space.reached[node]
        total = length + (left if left > space.ahead[node] else space.ahead[node])
        if <int64_t> (entry >> 31) != total:
            continue
        if node == space.target:
            return length
        into = space.into[node]
        if state >= n:
            head = space.tails[into]
            enter(space, &size, head, state, BACKWARDS, length - space.cost[into], way_length, most)
            continue
        if space.by_nodes and into >= 0:
            enter(space, &size, node + n, state, ACROSS, length, way_length, most)
        begin = space.first[node]
        if node == space.source and least > begin:
            begin = least
        if halt(space, 4 + space.first[node + 1] - begin, stop):
            return -1
        for arc in range(begin, space.first[node + 1]):
            head = space.heads[arc]
            if arc == space.onward[node]:
                continue
            if into >= 0 and space.edge[arc] == space.edge[into]:
                if not space.by_nodes:
                    enter(
                        space, &size, head, state, BACKWARDS, length - space.cost[into], way_length,
                        most,
                    )
                continue
            if not passable(space, arc, longest):
                continue
            if space.by_nodes and space.into[head] >= 0 and head != space.target:
                head += n
            enter(space, &size, head, state, <int32_t> arc, length + space.cost[arc], way_length, most)
    return -1


# Put the flow of both searches into the slots of the nodes.
cdef inline void combine(Space* space) noexcept nogil:
    cdef int64_t i
    cdef int32_t state = space.target, before
    for i in range(space.n_way):
        space.slot[2 * space.tails[space.way[i]]] = space.way[i]
    while space.from_[state] >= 0:
        before = space.from_[state]
        if space.by[state] >= 0:
            space.slot[2 * space.tails[space.by[state]] + 1] = space.by[state]
        elif space.by[state] == BACKWARDS:
            space.slot[2 * state] = -1
        state = before


# Follow the flow from a node to the target, over the lower arc where there are two; take it out of the
# slots; return how many arcs it went over.
cdef inline int64_t follow(Space* space, int32_t start, int32_t* out) noexcept nogil:
    cdef int64_t count = 0
    cdef int32_t node = start, place
    while node != space.target:
        place = 2 * node
        if space.slot[place] < 0 or 0 <= space.slot[place + 1] < space.slot[place]:
            place += 1
        out[count] = space.slot[place]
        space.slot[place] = -1
        node = space.heads[out[count]]
        count += 1
    return count


# Empty the slots: what runs in circles is left over.
cdef inline void clear(Space* space) noexcept nogil:
    cdef int64_t i
    cdef int32_t state
    for i in range(space.n_way):
        state = space.tails[space.way[i]]
        space.slot[2 * state] = space.slot[2 * state + 1] = -1
    for i in range(space.n_again):
        state = space.again_touched[i]
        if state < space.n_nodes:
            space.slot[2 * state] = space.slot[2 * state + 1] = -1
