"""Two disjoint paths of which the longer one is as short as can be, by branch and bound.

The pair of least total length is easy to find (Suurballe); for the pair with the shortest longer path
there is no polynomial algorithm unless P = NP. A problem of the search fixes how both paths begin. The
pair of least total length among those bounds the longer path from below by half the total, and each path
is at least as long as the shortest that is left to it alone. Where that leaves open whether there is a
better pair, the path with less to spare is made to leave the pair at each of its nodes in turn: it has
fewer ways to go.
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
    put_met,
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


# How the other path may leave the source: over arcs behind the one that the first path takes.
cdef inline int64_t least_arc(const Space* space, const Tree* tree) noexcept nogil:
    return tree.begun[0][0] + 1 if tree.n_begun[0] > 0 else space.first[space.source]


# The total of the pair of least total length that begins as it is at hand; -1 if there is none whose paths
# are at most `most` long. `alone` is how long each path is at least, whatever the other does. The pair is
# offered.
cdef int64_t relax(
    Space* space, Pairs* pairs, Tree* tree, int64_t most, int64_t* alone, const int64_t[::1] stop
) noexcept nogil:
    cdef int64_t least = least_arc(space, tree), total = tree.length[0] + tree.length[1]
    cdef int64_t way = 0, more, i
    cdef bint both = tree.end[0] != space.target and tree.end[1] != space.target
    cdef int which
    for which in range(2):
        pairs.n_arcs[which] = tree.n_begun[which]
        for i in range(tree.n_begun[which]):
            pairs.arcs[which][i] = tree.begun[which][i]
        alone[which] = tree.length[which]
        if tree.end[which] != space.target:
            way = search(
                space, tree.end[which], least if which else 0, most - tree.length[which], most,
                False, stop,
            )
            if way < 0:
                return -1
            alone[which] += way
            if not both:
                for i in range(space.n_way - 1, -1, -1):
                    pairs.arcs[which][pairs.n_arcs[which]] = space.way[i]
                    pairs.n_arcs[which] += 1
    total += way
    if both:
        more = search_again(space, tree.end[0], least, way, 2 * most - total, most, stop)
        if more < 0:
            return -1
        total += more
        combine(space)
        for which in range(2):
            pairs.n_arcs[which] += follow(
                space, tree.end[which], pairs.arcs[which] + pairs.n_arcs[which]
            )
        clear(space)
    offer(space, pairs)
    return total


# Open a beginning for each arc by which one of the paths may leave what it is at hand; with `whole`, one
# for all of it as well. False if there is no room in the tree.
cdef bint branch(
    Space* space, Pairs* pairs, Tree* tree, int32_t node, int which, bint whole, int64_t worst,
    int64_t total,
) noexcept nogil:
    cdef const int32_t* rest = pairs.arcs[which] + tree.n_begun[which]
    cdef int64_t n_rest = pairs.n_arcs[which] - tree.n_begun[which], length = tree.length[which]
    cdef int64_t i, arc, begin, bound, n_laid = 0, n_met = 0, most = most_of_use(pairs)
    cdef int32_t head, here = tree.end[which], sign = -which  # arc ^ -1 is ~arc
    cdef bint room = True
    put_met(space, tree, which, 1)
    for i in range(n_rest):
        begin = least_arc(space, tree) if here == space.source else space.first[here]
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
                node = add(tree, node, rest[n_laid] ^ sign, 0, 0, False)
                n_laid += 1
            add(tree, node, <int32_t> arc ^ sign, bound if bound > worst else worst, total, True)
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
            node = add(tree, node, rest[n_laid - 1] ^ sign, worst, total, n_laid == n_rest)
    for i in range(n_met):
        tree.met[space.heads[rest[i]]] = 0
    put_met(space, tree, which, 0)
    return room


# Find the best pair that begins as `node` says, or bound it and branch. False if there is no room.
cdef bint explore(
    Space* space, Pairs* pairs, Tree* tree, int32_t node, const int64_t[::1] stop
) noexcept nogil:
    cdef int64_t worst = tree.worst[node], total, half
    cdef int64_t alone[2]
    cdef int which
    cdef bint whole = False
    total = relax(space, pairs, tree, most_of_use(pairs), alone, stop)
    if total < 0:
        return True
    # The path with less to spare has fewer ways to go.
    which = 0 if alone[0] >= alone[1] else 1
    half = (total + 1) // 2
    worst = max(worst, half, alone[which])
    if hopeless(pairs, worst, total):
        return True
    if tree.end[0] != space.target and tree.end[1] != space.target:
        whole = pairs.exists[which] and not pairs.exists[1 - which]
    else:
        # One path is complete, so the pair is the best, unless the other is too long in one direction.
        which = 0 if tree.end[1] == space.target else 1
        if tree.end[which] == space.target or pairs.exists[which] or not pairs.exists[1 - which]:
            return True
    return branch(space, pairs, tree, node, which, whole, worst, total)


# The least length that both paths may have for all that a pair of least total length says.
cdef int64_t bisect(
    Space* space, Pairs* pairs, Tree* tree, int64_t low, const int64_t[::1] stop
) noexcept nogil:
    cdef int64_t high = most_of_use(pairs), middle
    cdef int64_t alone[2]
    while low < high and not space.halted:
        middle = low + (high - low) // 2
        if relax(space, pairs, tree, middle, alone, stop) >= 0:
            high = middle
        elif not space.halted:
            low = middle + 1
    return low


# Search until nothing better can be, or the work is done; return the bound of the longer path, far() if
# there is no pair. Where the search is finished that is the length of the best pair's longer path.
cdef int64_t decide(
    Space* space, Pairs* pairs, Tree* tree, int64_t work, bint* finished, const int64_t[::1] stop
) noexcept nogil:
    cdef int64_t low, total, arc
    cdef int64_t alone[2]
    cdef int32_t node
    tree.end[0] = tree.end[1] = space.source
    total = relax(space, pairs, tree, longest(), alone, stop)
    if total < 0 or not look_behind(space, most_of_use(pairs), stop):
        return far()
    low = bisect(space, pairs, tree, (total + 1) // 2, stop)
    total = relax(space, pairs, tree, most_of_use(pairs), alone, stop)
    if total < 0:
        return far()
    if hopeless(pairs, low, total):
        return pairs.worst
    for arc in range(space.first[space.source], space.first[space.source + 1]):
        if passable(space, arc, most_of_use(pairs)):
            add(tree, -1, <int32_t> arc, low, total, True)
    while tree.n_open > 0:
        node = 0x7FFF_FFFF - <int32_t> (pop(tree.heap, &tree.n_open) & 0x7FFF_FFFF)
        if hopeless(pairs, tree.worst[node], tree.total[node]):
            continue
        low = tree.worst[node]
        finished[0] = space.work <= work and not space.halted
        if finished[0]:
            take_up(space, tree, node)
            finished[0] = explore(space, pairs, tree, node, stop)
            put_down(space, tree)
        if not finished[0]:
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
        Whether the search was finished; the arcs of two paths, or none if no pair was found; what the
        longer path of any pair takes at least, None if there is no pair; and how many arcs were looked
        at. None instead if it was stopped.

    Raises
    ------
    MemoryError
        If there is no room for the workspace: 130 bytes a node and 16 an arc, and 32 for each beginning of
        a pair that is tried, of which there are at most 4 million.

    Notes
    -----
    Best first; a beginning costs three searches that are led by what is ahead. Exponential at worst.
    In neither direction may a path take more than 2.1 s. `contract_network` makes most networks small.

    References
    ----------
    Li, McCormick, Simchi-Levi, "The complexity of finding two disjoint paths with min-max objective
    function", Discrete Applied Mathematics 26, 1990. Suurballe, "Disjoint paths in a network", Networks 4,
    1974. Bhandari, "Survivable networks", 1999.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import disjoint_pair
    >>> finished, paths, bound, _ = disjoint_pair(
    ...     indptr=np.array([0, 2, 4, 6]), tails=np.array([0, 0, 1, 1, 2, 2], np.int32),
    ...     heads=np.array([1, 2, 0, 2, 0, 1], np.int32), edge=np.array([0, 1, 0, 2, 1, 2], np.int32),
    ...     out=np.array([1, 5, 1, 2, 5, 2], np.int32), back=np.array([1, 5, 1, 2, 5, 2], np.int32),
    ...     node_open=np.ones(3, np.uint8), processing=np.zeros(3, np.int32),
    ...     source=0, target=2, by_nodes=False, work=1000, stop=np.array([2**63 - 1, 0]))
    >>> finished, paths, bound
    (True, [[0, 3], [1]], 10)
    """
    cdef Space space
    cdef Pairs pairs
    cdef Tree tree
    cdef Py_ssize_t n_nodes = node_open.shape[0], n_arcs = heads.shape[0], i
    cdef int which
    cdef int64_t bound = 0, n_beginnings
    cdef bint room, finished = True
    if stopped(stop):
        return None
    if n_arcs == 0:
        return True, [], None, 0
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
        paths = [] if pairs.worst >= far() else [
            [pairs.best[which][i] for i in range(pairs.n_best[which])] for which in range(2)
        ]
        return finished, paths, None if bound >= far() else bound, space.work
    finally:
        release(&space)
        release_both(&pairs, &tree)
