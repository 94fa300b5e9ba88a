"""Two disjoint paths of which the longer one is as short as can be, by branch and bound.

The pair of least total length is easy to find (Suurballe); the pair with the shortest longer path is
not, there is no polynomial algorithm unless P = NP. A problem of the search fixes how the first path
begins. The pair of least total length among those bounds its longer path from below by half the total,
and is a pair; where it leaves open whether there is a better one, the first path is made to leave it at
each of its nodes in turn.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t

from placement._core.clock cimport stopped
from placement._core.heap cimport pop, push
from placement._core.pair_flow cimport (
    Space,
    clear,
    combine,
    far,
    follow,
    halt,
    passable,
    release,
    reserve,
    search,
    search_again,
)
from placement._core.pair_tree cimport (
    Pairs,
    Tree,
    add,
    hopeless,
    longest,
    most_of_use,
    offer,
    put_down,
    release_both,
    reserve_pairs,
    reserve_tree,
    take_up,
)



cdef enum:
    MOST_ROOM = 1 << 22


# What each arc costs, and what is at least ahead of each node: Dijkstra from the target.
cdef bint look_ahead(
    Space* space,
    const Pairs* pairs,
    const uint8_t[::1] node_open,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef Py_ssize_t size = 0
    cdef int64_t arc, length
    cdef int32_t n, node, head
    cdef uint64_t entry
    for n in range(space.n_nodes):
        space.ahead[n] = far()
        for arc in range(space.first[n], space.first[n + 1]):
            head = space.heads[arc]
            if not node_open[head] or head == space.source:
                space.cost[arc] = far()
            else:
                space.cost[arc] = <int64_t> pairs.out[arc] + pairs.back[arc]
                if head != space.target:
                    space.cost[arc] += 2 * <int64_t> pairs.processing[head]
    space.ahead[space.target] = 0
    entry = <uint64_t> space.target
    push(space.heap, &size, entry)
    while size > 0:
        entry = pop(space.heap, &size)
        node = <int32_t> (entry & 0x7FFF_FFFF)
        length = <int64_t> (entry >> 31)
        if length != space.ahead[node] or node == space.source:
            continue
        if halt(space, 4 + space.first[node + 1] - space.first[node], stop):
            return False
        if node != space.target:
            length += 2 * <int64_t> pairs.processing[node]
        for arc in range(space.first[node], space.first[node + 1]):
            head = space.heads[arc]
            if not node_open[head] and head != space.source:
                continue
            entry = <uint64_t> (length + pairs.out[arc] + pairs.back[arc])
            if entry <= <uint64_t> longest() and <int64_t> entry < space.ahead[head]:
                space.ahead[head] = <int64_t> entry
                push(space.heap, &size, entry << 31 | <uint64_t> head)
    return True


# How far each node is from the source, where a path of at most `most` may pass.
cdef bint look_behind(Space* space, int64_t most, const int64_t[::1] stop) noexcept nogil:
    cdef int64_t i
    cdef int32_t node
    search(space, space.source, 0, most, most, True, stop)
    if space.halted:
        return False
    for node in range(space.n_nodes):
        space.behind[node] = far()
    for i in range(space.n_touched):
        space.behind[space.touched[i]] = space.reached[space.touched[i]]
    return True


# The pair of least total length of which the first path begins with `length` arcs at hand and goes on
# from `start`; -1 if there is none whose paths are at most `most` long. `least_worst` is what the longer
# one is at least. What the pair is worth is seen to.
cdef int64_t relax(
    Space* space, Pairs* pairs, Tree* tree, int32_t start, int64_t length, int64_t most,
    int64_t* least_worst, bint* one_exists, bint* other_exists, const int64_t[::1] stop,
) noexcept nogil:
    cdef int64_t least = tree.begun[0] + 1 if tree.n_begun > 0 else space.first[space.source]
    cdef int64_t way, more, total, i
    way = search(space, space.source, least, most, most, False, stop)
    if way < 0:
        return -1
    more = search_again(space, start, least, way, 2 * most - length - way, most, stop)
    if more < 0:
        return -1
    total = length + way + more
    combine(space)
    for i in range(tree.n_begun):
        pairs.one[i] = tree.begun[i]
    pairs.n_one = tree.n_begun + follow(space, start, pairs.one + tree.n_begun)
    pairs.n_other = follow(space, space.source, pairs.other)
    clear(space)
    offer(space, pairs, one_exists, other_exists)
    least_worst[0] = (total + 1) // 2
    if way > least_worst[0]:
        least_worst[0] = way
    if length + space.ahead[start] > least_worst[0]:
        least_worst[0] = length + space.ahead[start]
    return total


# Open a beginning for each arc by which a path may leave this one, which goes on from `start`; with
# `whole`, one for all of it as well. False if there is no room in the tree.
cdef bint branch(
    Space* space, Pairs* pairs, Tree* tree, int32_t node, int32_t start, int64_t length,
    const int32_t* rest, int64_t n_rest, bint whole, int64_t worst, int64_t total,
) noexcept nogil:
    cdef int64_t i, arc, begin, bound, n_laid = 0, n_met = 0, most = most_of_use(pairs)
    cdef int32_t head, here = start
    cdef bint room = True
    for i in range(n_rest):
        begin = space.first[here]
        if here == space.source and tree.begun[0] + 1 > begin:
            begin = tree.begun[0] + 1
        for arc in range(begin, space.first[here + 1]):
            head = space.heads[arc]
            if arc == rest[i] or tree.met[head] or not passable(space, arc, most):
                continue
            bound = length + space.cost[arc] + space.ahead[head]
            if bound > most:
                continue
            room = tree.size + i - n_laid + 2 < tree.room
            if not room:
                break
            while n_laid < i:
                node = add(tree, node, rest[n_laid], 0, 0, False)
                n_laid += 1
            add(tree, node, <int32_t> arc, bound if bound > worst else worst, total, True)
        space.work += space.first[here + 1] - begin
        head = space.heads[rest[i]]
        if not room or tree.met[head]:
            break
        tree.met[head] = 1
        n_met += 1
        length += space.cost[rest[i]]
        here = head
    if room and whole and n_met == n_rest:
        room = tree.size + n_rest - n_laid + 2 < tree.room
        while room and n_laid < n_rest:
            n_laid += 1
            node = add(tree, node, rest[n_laid - 1], worst, total, n_laid == n_rest)
    for i in range(n_met):
        tree.met[space.heads[rest[i]]] = 0
    return room


# Find the best pair that begins as `node` says, or bound it and branch. False if there is no room.
cdef bint explore(
    Space* space, Pairs* pairs, Tree* tree, int32_t node, const int64_t[::1] stop
) noexcept nogil:
    cdef int64_t worst = tree.worst[node], total = tree.total[node], least_worst = 0, found
    cdef int64_t length = 0, other_length = 0, i, most = most_of_use(pairs)
    cdef int32_t start
    cdef bint one_exists = False, other_exists = False
    for i in range(tree.n_first):
        length += space.cost[tree.begun[i]]
    start = space.heads[tree.begun[tree.n_first - 1]]
    if start != space.target:
        found = relax(
            space, pairs, tree, start, length, most, &least_worst, &one_exists, &other_exists, stop
        )
        if found < 0:
            return True
        total = found if found > total else total
        worst = least_worst if least_worst > worst else worst
        if hopeless(pairs, worst, total):
            return True
        return branch(
            space, pairs, tree, node, start, length, pairs.one + tree.n_begun,
            pairs.n_one - tree.n_begun, one_exists and not other_exists, worst, total,
        )
    # The first path is complete: the other one is the shortest that is left, if that exists.
    start = space.source
    for i in range(tree.n_first, tree.n_begun):
        other_length += space.cost[tree.begun[i]]
        start = space.heads[tree.begun[i]]
    found = search(
        space, start, tree.begun[0] + 1, most - other_length, most, False, stop
    )
    if found < 0:
        return True
    pairs.n_one, pairs.n_other = tree.n_first, 0
    for i in range(tree.n_first):
        pairs.one[i] = tree.begun[i]
    for i in range(tree.n_first, tree.n_begun):
        pairs.other[pairs.n_other] = tree.begun[i]
        pairs.n_other += 1
    for i in range(space.n_way - 1, -1, -1):
        pairs.other[pairs.n_other] = space.way[i]
        pairs.n_other += 1
    offer(space, pairs, &one_exists, &other_exists)
    if not one_exists or other_exists:
        return True
    i = tree.n_begun - tree.n_first
    return branch(
        space, pairs, tree, node, start, other_length, pairs.other + i, pairs.n_other - i, False,
        worst, total,
    )


# The least length that both paths may have for all that a pair of least total length says.
cdef int64_t bisect(
    Space* space, Pairs* pairs, Tree* tree, int64_t low, const int64_t[::1] stop
) noexcept nogil:
    cdef int64_t high = most_of_use(pairs), middle, least_worst = 0
    cdef bint one_exists = False, other_exists = False
    while low < high and not space.halted:
        middle = low + (high - low) // 2
        if relax(
            space, pairs, tree, space.source, 0, middle, &least_worst, &one_exists, &other_exists,
            stop,
        ) >= 0:
            high = middle
        elif not space.halted:
            low = middle + 1
    return low


# Search until nothing better can be, or the work is done; return the bound of the longer path: above
# longest() if there is no pair. Without a halt it is proved when it is the length of the best pair.
cdef int64_t decide(
    Space* space, Pairs* pairs, Tree* tree, int64_t work, bint* finished, const int64_t[::1] stop
) noexcept nogil:
    cdef int64_t low = 0, total, begin, arc, least_worst = 0
    cdef int32_t node
    cdef bint one_exists = False, other_exists = False
    finished[0] = True
    total = relax(
        space, pairs, tree, space.source, 0, longest(), &least_worst, &one_exists, &other_exists, stop
    )
    if total < 0:
        return far()
    if not look_behind(space, most_of_use(pairs), stop):
        return 0
    low = bisect(space, pairs, tree, least_worst, stop)
    total = relax(
        space, pairs, tree, space.source, 0, most_of_use(pairs), &least_worst, &one_exists,
        &other_exists, stop,
    )
    if space.halted or total < 0:
        return far()
    if hopeless(pairs, low, total):
        return pairs.worst
    begin = space.first[space.source]
    for arc in range(begin, space.first[space.source + 1]):
        if tree.size + 1 < tree.room and passable(space, arc, most_of_use(pairs)):
            add(tree, -1, <int32_t> arc, low, total, True)
    while tree.n_open > 0:
        node = 0x7FFF_FFFF - <int32_t> (pop(tree.heap, &tree.n_open) & 0x7FFF_FFFF)
        if hopeless(pairs, tree.worst[node], tree.total[node]):
            continue
        low = tree.worst[node]
        if space.work > work:
            finished[0] = False
            return low
        take_up(space, tree, node)
        finished[0] = explore(space, pairs, tree, node, stop)
        put_down(space, tree)
        if space.halted or not finished[0]:
            finished[0] = False
            return low
    return pairs.worst


def disjoint_pair(
    const int64_t[::1] indptr,      # IN
    const int32_t[::1] tails,       # IN
    const int32_t[::1] heads,       # IN
    const int32_t[::1] edge,        # IN
    const int32_t[::1] out,         # IN
    const int32_t[::1] back,        # IN
    const uint8_t[::1] node_open,   # IN
    const int32_t[::1] processing,  # IN
    int source,
    int target,
    bint by_nodes,
    int64_t work,
    const int64_t[::1] stop,        # IN
):
    """Find two paths that share no edge, or no node but their ends, of which the longer one is shortest.

    Lengths are there and back. Among pairs with equally long longer paths the least total counts.

    Parameters
    ----------
    indptr : ndarray of shape (n_nodes + 1,), int64
        The arcs that leave node n are indptr[n] to indptr[n + 1]. An edge has one in each direction.
    tails, heads : ndarray of shape (n_arcs,), int32
        Where each arc comes from and leads to.
    edge : ndarray of shape (n_arcs,), int32
        The edge of each arc, from 0 on.
    out, back : ndarray of shape (n_arcs,), int32, ns
        How long an edge takes in the direction of the arc, and against it.
    node_open : ndarray of shape (n_nodes,), uint8
        0: no path may touch the node, unless it is the source.
    processing : ndarray of shape (n_nodes,), int32, ns
        Added, in each direction, where a path passes through the node.
    source, target : int
        Two different nodes.
    by_nodes : bool
        Whether the paths may share no node but their ends, rather than no edge.
    work : int
        How many arcs to look at, more or less; the pair of least total length is always found.
    stop : ndarray of shape (2,), int64
        The deadline on the scale of `time.monotonic_ns`, 2**63 - 1 for none; and a word that
        another thread sets to anything but 0 to cancel.

    Returns
    -------
    tuple or None
        Whether the search was finished; the arcs of both paths, two empty lists if no pair was found; what
        the longer path of any pair takes at least, None if there is no pair; and how many arcs were
        looked at. None instead if it was stopped.

    Raises
    ------
    MemoryError
        If there is no room for the workspace: 130 bytes a node and 16 an arc, and 32 for each beginning of
        a path that is tried, of which there are at most 4 million.

    Notes
    -----
    Best first; a beginning costs two searches that are led by what is ahead. Exponential at worst.
    Neither one-way latency of a path may be above 2.1 s.

    References
    ----------
    Li, McCormick, Simchi-Levi, "The complexity of finding two disjoint paths with min-max objective
    function", Discrete Applied Mathematics 26, 1990. Suurballe, "Disjoint paths in a network", Networks 4,
    1974. Bhandari, "Survivable networks", 1999.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import disjoint_pair
    >>> done, one, other, bound, _ = disjoint_pair(
    ...     indptr=np.array([0, 2, 4, 6]), tails=np.array([0, 0, 1, 1, 2, 2], np.int32),
    ...     heads=np.array([1, 2, 0, 2, 0, 1], np.int32), edge=np.array([0, 1, 0, 2, 1, 2], np.int32),
    ...     out=np.array([1, 5, 1, 2, 5, 2], np.int32), back=np.array([1, 5, 1, 2, 5, 2], np.int32),
    ...     node_open=np.ones(3, np.uint8), processing=np.zeros(3, np.int32),
    ...     source=0, target=2, by_nodes=False, work=1000, stop=np.array([2**63 - 1, 0]))
    >>> done, one, other, bound
    (True, [0, 3], [1], 10)
    """
    cdef Space space
    cdef Pairs pairs
    cdef Tree tree
    cdef Py_ssize_t n_nodes = node_open.shape[0], n_arcs = heads.shape[0], i
    cdef int64_t bound = 0, n_beginnings
    cdef bint room, finished = True
    if stopped(stop):
        return None
    if n_arcs == 0:
        return True, [], [], None, 0
    n_beginnings = (1024 if work < 1024 else work if work < MOST_ROOM else MOST_ROOM) + (
        indptr[source + 1] - indptr[source]
    )
    space.n_nodes, space.source, space.target = <int32_t> n_nodes, source, target
    space.by_nodes = by_nodes
    space.first, space.tails, space.heads, space.edge = &indptr[0], &tails[0], &heads[0], &edge[0]
    pairs.out, pairs.back, pairs.processing = &out[0], &back[0], &processing[0]
    with nogil:
        room = reserve(&space, n_nodes, n_arcs, n_arcs)
        room = reserve_pairs(&pairs, n_nodes) and room
        room = reserve_tree(&tree, n_nodes, n_beginnings) and room
        if room and look_ahead(&space, &pairs, node_open, stop):
            if space.ahead[space.source] == far():
                bound = far()
            else:
                bound = decide(&space, &pairs, &tree, work, &finished, stop)
    try:
        if not room:
            raise MemoryError("no room for the workspace of the disjoint paths")
        if space.halted:
            return None
        return (
            finished,
            [pairs.best_one[i] for i in range(pairs.n_best_one)],
            [pairs.best_other[i] for i in range(pairs.n_best_other)],
            None if bound >= far() else bound,
            space.work,
        )
    finally:
        release(&space)
        release_both(&pairs, &tree)
