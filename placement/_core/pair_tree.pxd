# What a search for the best pair of disjoint paths keeps: the best pair so far, and the beginnings of first
# paths that are still to be looked at.

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


# The best pair so far; and what is known of the one at hand.
cdef struct Pairs:
    const int32_t* out          # [n_arcs]
    const int32_t* back         # [n_arcs]
    const int32_t* processing   # [n_nodes]
    int32_t* one                # [2 n_nodes]: arcs of the first path
    int32_t* other              # [2 n_nodes]
    int64_t n_one
    int64_t n_other
    int32_t* new_one            # [n_nodes]: the same without loops
    int32_t* new_other          # [n_nodes]
    int32_t* best_one           # [n_nodes]
    int32_t* best_other         # [n_nodes]
    int64_t n_best_one
    int64_t n_best_other
    int64_t worst               # there and back, of the longer one; above longest() without a pair
    int64_t total
    int32_t* place              # [n_nodes]: for cutting loops out; -1


# The beginnings of first paths, each an arc longer than the one before; the open ones are in the heap.
cdef struct Tree:
    int32_t* parent             # [room]
    int32_t* arc                # [room]
    int64_t* worst              # [room]: no pair that begins so has a shorter longer path
    int64_t* total              # [room]
    uint64_t* heap              # [room]
    int64_t size
    int64_t room
    Py_ssize_t n_open
    int32_t* begun              # [2 n_nodes]: the arcs of the beginning at hand
    int64_t n_begun
    int64_t n_first             # how many of them belong to the first path
    uint8_t* met                # [n_nodes]: where it goes


cdef inline bint reserve_pairs(Pairs* pairs, Py_ssize_t n_nodes) noexcept nogil:
    cdef Py_ssize_t n
    pairs.one = <int32_t*> malloc((4 * n_nodes + 1) * sizeof(int32_t))
    pairs.other = <int32_t*> malloc((4 * n_nodes + 1) * sizeof(int32_t))
    pairs.new_one = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    pairs.new_other = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    pairs.best_one = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    pairs.best_other = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    pairs.place = <int32_t*> malloc((n_nodes + 1) * sizeof(int32_t))
    pairs.n_one = pairs.n_other = pairs.n_best_one = pairs.n_best_other = 0
    pairs.worst = pairs.total = far()
    if (
        pairs.one == NULL or pairs.other == NULL or pairs.new_one == NULL
        or pairs.new_other == NULL or pairs.best_one == NULL or pairs.best_other == NULL
        or pairs.place == NULL
    ):
        return False
    for n in range(n_nodes):
        pairs.place[n] = -1
    return True


cdef inline bint reserve_tree(Tree* tree, Py_ssize_t n_nodes, int64_t room) noexcept nogil:
    tree.parent = <int32_t*> malloc((room + 1) * sizeof(int32_t))
    tree.arc = <int32_t*> malloc((room + 1) * sizeof(int32_t))
    tree.worst = <int64_t*> malloc((room + 1) * sizeof(int64_t))
    tree.total = <int64_t*> malloc((room + 1) * sizeof(int64_t))
    tree.heap = <uint64_t*> malloc((room + 1) * sizeof(uint64_t))
    tree.begun = <int32_t*> malloc((2 * n_nodes + 1) * sizeof(int32_t))
    tree.met = <uint8_t*> calloc(n_nodes + 1, sizeof(uint8_t))
    tree.size = tree.n_begun = tree.n_first = 0
    tree.n_open = 0
    tree.room = room
    return (
        tree.parent != NULL and tree.arc != NULL and tree.worst != NULL and tree.total != NULL
        and tree.heap != NULL and tree.begun != NULL and tree.met != NULL
    )


cdef inline void release_both(Pairs* pairs, Tree* tree) noexcept nogil:
    free(pairs.one)
    free(pairs.other)
    free(pairs.new_one)
    free(pairs.new_other)
    free(pairs.best_one)
    free(pairs.best_other)
    free(pairs.place)
    free(tree.parent)
    free(tree.arc)
    free(tree.worst)
    free(tree.total)
    free(tree.heap)
    free(tree.begun)
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


# Keep the pair at hand if it is the best so far; tell whether its first path exists, and its other.
cdef inline void offer(Space* space, Pairs* pairs, bint* one_exists, bint* other_exists) noexcept nogil:
    cdef int64_t n_one, n_other, one, other, worst
    n_one = straighten(space, pairs, pairs.one, pairs.n_one, pairs.new_one)
    n_other = straighten(space, pairs, pairs.other, pairs.n_other, pairs.new_other)
    one = measure(space, pairs, pairs.new_one, n_one)
    other = measure(space, pairs, pairs.new_other, n_other)
    one_exists[0] = one < far()
    other_exists[0] = other < far()
    worst = one if one > other else other
    if worst == far() or worst > pairs.worst:
        return
    if worst == pairs.worst and one + other >= pairs.total:
        return
    pairs.worst = worst
    pairs.total = one + other
    pairs.n_best_one = n_one
    pairs.n_best_other = n_other
    pairs.best_one, pairs.new_one = pairs.new_one, pairs.best_one
    pairs.best_other, pairs.new_other = pairs.new_other, pairs.best_other


cdef inline bint hopeless(const Pairs* pairs, int64_t worst, int64_t total) noexcept nogil:
    return worst > pairs.worst or (worst == pairs.worst and total >= pairs.total)


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


cdef inline void put_met(Space* space, Tree* tree, int64_t n_arcs, uint8_t value) noexcept nogil:
    cdef int64_t i
    for i in range(n_arcs):
        tree.met[space.heads[tree.begun[i]]] = value


# Take the arcs of a beginning from the tree and mark them; `met` is where the path goes that it ends with.
cdef inline void take_up(Space* space, Tree* tree, int32_t node) noexcept nogil:
    cdef int64_t i, count = 0
    cdef int32_t head
    while node >= 0:
        tree.begun[count] = tree.arc[node]
        count += 1
        node = tree.parent[node]
    tree.n_begun = tree.n_first = count
    for i in range(count // 2):
        tree.begun[i], tree.begun[count - 1 - i] = tree.begun[count - 1 - i], tree.begun[i]
    tree.met[space.source] = 1
    for i in range(count):
        head = space.heads[tree.begun[i]]
        space.used[space.edge[tree.begun[i]]] = 1
        tree.met[head] = 1
        if i >= tree.n_first or (space.by_nodes and head != space.target):
            space.shut[head] = 1
        if head == space.target and i < tree.n_first:  # what follows belongs to the other path
            put_met(space, tree, tree.n_first, 0)
            tree.n_first = i + 1


cdef inline void put_down(Space* space, Tree* tree) noexcept nogil:
    cdef int64_t i
    put_met(space, tree, tree.n_begun, 0)
    tree.met[space.source] = 0
    for i in range(tree.n_begun):
        space.used[space.edge[tree.begun[i]]] = 0
        space.shut[space.heads[tree.begun[i]]] = 0
