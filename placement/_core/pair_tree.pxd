# What a search for the best pair of disjoint paths keeps: the best pair so far, and the beginnings that are
# still to be looked at.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport calloc, free, malloc

from placement._core.heap cimport push
from placement._core.pair_flow cimport Space, far

# Of a path, one way.
cdef inline int64_t max_latency() noexcept nogil:
    return 2_100_000_000


# Of a path, there and back.
cdef inline int64_t longest() noexcept nogil:
    return 4_200_000_000


# A pair at hand, perhaps with loops; the same without; and the best so far. Paths are arcs from the source.
cdef struct Pairs:
    const int32_t* out          # [n_arcs]
    const int32_t* back         # [n_arcs]
    const int32_t* processing   # [n_nodes]
    int32_t* arcs[2]            # [4 n_nodes]
    int32_t* plain[2]           # [n_nodes]
    int32_t* best[2]            # [n_nodes]
    int64_t n_arcs[2]
    int64_t n_best[2]
    bint exists[2]              # whether each path at hand takes at most 2.1 s, in both directions
    int64_t worst               # there and back, of the longer one; above longest() without a pair
    int64_t total
    int32_t* place              # [n_nodes]: for cutting loops out; -1


# How pairs may begin, each an arc more than its parent says; the open ones are in the heap.
cdef struct Tree:
    int32_t* parent             # [room]
    int32_t* arc                # [room]: of the first path, or ~arc of the other one
    int64_t* worst              # [room]: no pair that begins so has a shorter longer path
    int64_t* total              # [room]
    uint64_t* heap              # [room]
    int64_t size
    int64_t room
    Py_ssize_t n_open
    int32_t* begun[2]           # [n_nodes]: the arcs of the beginning at hand
    int64_t n_begun[2]
    int64_t length[2]           # of them
    int32_t end[2]              # where they lead
    uint8_t* met                # [n_nodes]: where the path goes that is branched on


cdef inline bint reserve_pairs(Pairs* pairs, Py_ssize_t n_nodes) noexcept nogil:
    cdef Py_ssize_t n
    cdef int i
    cdef bint room
    pairs.place = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    pairs.worst = pairs.total = far()
    room = pairs.place != NULL
    for i in range(2):
        pairs.arcs[i] = <int32_t*> malloc((4 * n_nodes + 1) * sizeof(int32_t))
        pairs.plain[i] = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
        pairs.best[i] = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
        pairs.n_arcs[i] = pairs.n_best[i] = 0
        if pairs.arcs[i] == NULL or pairs.plain[i] == NULL or pairs.best[i] == NULL:
            room = False
    if room:
        for n in range(n_nodes):
            pairs.place[n] = -1
    return room


cdef inline bint reserve_tree(Tree* tree, Py_ssize_t n_nodes, int64_t room) noexcept nogil:
    tree.parent = <int32_t*> malloc((room + 1) * sizeof(int32_t))
    tree.arc = <int32_t*> malloc((room + 1) * sizeof(int32_t))
    tree.worst = <int64_t*> malloc((room + 1) * sizeof(int64_t))
    tree.total = <int64_t*> malloc((room + 1) * sizeof(int64_t))
    tree.heap = <uint64_t*> malloc((room + 1) * sizeof(uint64_t))
    tree.begun[0] = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    tree.begun[1] = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    tree.met = <uint8_t*> calloc(n_nodes + 1, sizeof(uint8_t))
    tree.n_begun[0] = tree.n_begun[1] = tree.length[0] = tree.length[1] = 0
    tree.size = 0
    tree.n_open = 0
    tree.room = room
    return (
        tree.parent != NULL and tree.arc != NULL and tree.worst != NULL and tree.total != NULL
        and tree.heap != NULL and tree.begun[0] != NULL and tree.begun[1] != NULL
        and tree.met != NULL
    )


cdef inline void release_both(Pairs* pairs, Tree* tree) noexcept nogil:
    cdef int i
    for i in range(2):
        free(pairs.arcs[i])
        free(pairs.plain[i])
        free(pairs.best[i])
        free(tree.begun[i])
    free(pairs.place)
    free(tree.parent)
    free(tree.arc)
    free(tree.worst)
    free(tree.total)
    free(tree.heap)
    free(tree.met)


# Cut the loops out of a path from the source; return how many arcs are left.
cdef inline int64_t straighten(
    const Space* space, Pairs* pairs, const int32_t* arcs, int64_t n_arcs, int32_t* out
) noexcept nogil:
    cdef int64_t i, j, count = 0, before
    cdef int32_t head
    pairs.place[space.source] = 0
    for i in range(n_arcs):
        head = space.heads[arcs[i]]
        before = pairs.place[head]
        if before >= 0:
            for j in range(before, count):
                pairs.place[space.heads[out[j]]] = -1
            count = before
        else:
            out[count] = arcs[i]
            count += 1
            pairs.place[head] = <int32_t> count
    pairs.place[space.source] = -1
    for i in range(count):
        pairs.place[space.heads[out[i]]] = -1
    return count


# How long some arcs are there and back, from the source on; far() if one way alone takes more than 2.1 s.
cdef inline int64_t measure(
    const Space* space, const Pairs* pairs, const int32_t* arcs, int64_t n_arcs
) noexcept nogil:
    cdef int64_t i, out = 0, back = 0
    cdef int32_t head
    for i in range(n_arcs):
        head = space.heads[arcs[i]]
        out += pairs.out[arcs[i]]
        back += pairs.back[arcs[i]]
        if head != space.target:
            out += pairs.processing[head]
            back += pairs.processing[head]
        if out > max_latency() or back > max_latency():
            return far()
    return out + back


cdef inline bint hopeless(const Pairs* pairs, int64_t worst, int64_t total) noexcept nogil:
    return worst > pairs.worst or (worst == pairs.worst and total >= pairs.total)


# Keep the pair at hand if it is the best so far; note which of its paths exist.
cdef inline void offer(Space* space, Pairs* pairs) noexcept nogil:
    cdef int64_t count[2]
    cdef int64_t length[2]
    cdef int64_t worst
    cdef int i
    for i in range(2):
        count[i] = straighten(space, pairs, pairs.arcs[i], pairs.n_arcs[i], pairs.plain[i])
        length[i] = measure(space, pairs, pairs.plain[i], count[i])
        pairs.exists[i] = length[i] < far()
    worst = length[0] if length[0] > length[1] else length[1]
    if worst == far() or hopeless(pairs, worst, length[0] + length[1]):
        return
    pairs.worst = worst
    pairs.total = length[0] + length[1]
    for i in range(2):
        pairs.n_best[i] = count[i]
        pairs.best[i], pairs.plain[i] = pairs.plain[i], pairs.best[i]


cdef inline int64_t most_of_use(const Pairs* pairs) noexcept nogil:
    return pairs.worst if pairs.worst < longest() else longest()


cdef inline int32_t add(
    Tree* tree, int32_t parent, int32_t arc, int64_t worst, int64_t total, bint is_open
) noexcept nogil:
    cdef int32_t node = <int32_t> tree.size
    tree.parent[node] = parent
    tree.arc[node] = arc
    tree.worst[node] = worst
    tree.total[node] = total
    tree.size += 1
    if is_open:  # the least bound first, of equal ones the newest
        push(tree.heap, &tree.n_open, <uint64_t> worst << 31 | <uint64_t> (0x7FFF_FFFF - node))
    return node


# Take the arcs of a beginning from the tree and mark them: no search may use them, or enter their nodes
# where nodes count.
cdef inline void take_up(Space* space, Tree* tree, int32_t node) noexcept nogil:
    cdef int64_t i, count
    cdef int32_t arc
    cdef int which
    tree.n_begun[0] = tree.n_begun[1] = tree.length[0] = tree.length[1] = 0
    tree.end[0] = tree.end[1] = space.source
    while node >= 0:
        arc = tree.arc[node]
        which = 0
        if arc < 0:
            arc, which = ~arc, 1
        tree.begun[which][tree.n_begun[which]] = arc
        tree.n_begun[which] += 1
        tree.length[which] += space.cost[arc]
        space.used[space.edge[arc]] = 1
        if space.by_nodes and space.heads[arc] != space.target:
            space.shut[space.heads[arc]] = 1
        node = tree.parent[node]
    for which in range(2):
        count = tree.n_begun[which]
        if count > 0:
            tree.end[which] = space.heads[tree.begun[which][0]]
        for i in range(count // 2):
            arc = tree.begun[which][i]
            tree.begun[which][i] = tree.begun[which][count - 1 - i]
            tree.begun[which][count - 1 - i] = arc


cdef inline void put_down(Space* space, Tree* tree) noexcept nogil:
    cdef int64_t i
    cdef int which
    for which in range(2):
        for i in range(tree.n_begun[which]):
            space.used[space.edge[tree.begun[which][i]]] = 0
            space.shut[space.heads[tree.begun[which][i]]] = 0


# Mark the nodes of one path's beginning, or take the marks away.
cdef inline void put_met(Space* space, Tree* tree, int which, uint8_t value) noexcept nogil:
    cdef int64_t i
    tree.met[space.source] = value
    for i in range(tree.n_begun[which]):
        tree.met[space.heads[tree.begun[which][i]]] = value
