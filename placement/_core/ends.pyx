"""Latencies of some pairs of nodes, and the parts of the network that their paths use.

A path of a pair leads from its source up the elimination tree to a node above both, and down to its target.
So each end needs one label a node above it, and a pair the least sum of two. An arc of the tree stands for a
link, or for two arcs over a node below; followed down, the arcs of a path lead to its links.
"""

from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.stdlib cimport free, malloc, realloc

import numpy as np

from placement._core.clock cimport called_off
from placement._core.tree cimport (
    NO_LATENCY, Tree, Way, arc_to, common, cut, ints, tree_of, way_of
)

cdef enum:
    MAX_LATENCY = 2_100_000_000
    NO_PATH = -1
    UNKNOWN = -1
    PATIENCE = 1_000_000


def label_ends(
    const int32_t[::1] parent,      # IN
    const int32_t[::1] depth,       # IN
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] above,       # IN
    const uint32_t[::1] arcs,       # IN
    const uint32_t[::1] processing, # IN
    const int32_t[::1] ends,        # IN
    const int64_t[::1] label_ptr,   # IN
    uint32_t[::1] label,            # OUT
    int64_t[::1] by,                # OUT
    const int64_t[::1] stop,        # IN
):
    """Find the latencies between some nodes and all that are above them in the tree.

    Parameters
    ----------
    parent, depth : ndarray of shape (n_nodes,), int32
        By number: the node next above, -1 at a top; and how many are above.
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    above : ndarray of shape (n_arcs,), int32
        The depths of their upper ends.
    arcs : ndarray of shape (n_arcs,), uint32, ns
        As `customise` leaves them: towards the upper end for latencies to the nodes above, from it for
        latencies from them.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; 2**31 - 1 at a node that may not be crossed.
    ends : ndarray of shape (n_ends,), int32
        The numbers of the nodes.
    label_ptr : ndarray of shape (n_ends + 1,), int64
        The labels of end i are label_ptr[i] to label_ptr[i + 1]: one more than its depth.
    label : ndarray, uint32, ns
        Filled: by depth, the latency of a walk up to that node or down from it, neither of the two ends
        passed through; 2**31 - 1 without one.
    by : ndarray, int64
        Filled: the last arc of the walk up, or the first of the walk down; -1 without one.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped; the labels are then not to be used.

    Notes
    -----
    O(the arcs of all nodes above) for each end.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016, section 7.2 (queries on the elimination tree).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import label_ends
    >>> label, by, numbers = np.empty(3, np.uint32), np.empty(3, np.int64), np.arange(3, dtype=np.int32)
    >>> label_ends(numbers - 1, numbers, np.array([0, 0, 1, 3]), np.array([0, 0, 1], np.int32),
    ...            np.array([6, 9, 3], np.uint32), np.array([0, 1, 0], np.uint32), numbers[2:],
    ...            np.array([0, 3]), label, by, np.array([2**63 - 1, 0]))
    True
    >>> label.tolist(), by.tolist()
    ([9, 3, 0], [1, 2, -1])
    """
    cdef Py_ssize_t end
    cdef int32_t node, first
    cdef int64_t k, arc, base, steps = 0
    cdef uint32_t passed, total
    cdef bint done = True
    with nogil:
        for end in range(ends.shape[0]):
            node = first = ends[end]
            base = label_ptr[end]
            for k in range(base, label_ptr[end + 1]):
                label[k] = NO_LATENCY
                by[k] = -1
            label[base + depth[first]] = 0
            while node >= 0:
                passed = label[base + depth[node]]
                if node != first and passed < NO_LATENCY:
                    passed = cut(passed + processing[node])
                if passed < NO_LATENCY:
                    for arc in range(ptr[node], ptr[node + 1]):
                        total = passed + arcs[arc]
                        k = base + above[arc]
                        if total < label[k]:
                            label[k] = total
                            by[k] = arc
                    steps += ptr[node + 1] - ptr[node]
                steps += 1
                node = parent[node]
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done


# Which pairs use which parts, as they are met.
cdef struct Uses:
    int32_t pair
    int32_t* seen       # [n_parts]: the last pair that used it, -1 before
    int64_t* stack      # arcs that are still to be followed, twice, and one more for those that lead down
    int32_t* parts      # [room]
    int32_t* pairs
    int64_t length
    int64_t room
    bint full           # there is no more memory


cdef void use(Uses* space, int32_t part) noexcept nogil:
    cdef int64_t room
    cdef int32_t* grown
    if part < 0 or space.seen[part] == space.pair or space.full:
        return
    space.seen[part] = space.pair
    if space.length == space.room:
        room = 2 * space.room + 1024
        grown = <int32_t*> realloc(space.parts, room * sizeof(int32_t))
        if grown != NULL:
            space.parts = grown
            grown = <int32_t*> realloc(space.pairs, room * sizeof(int32_t))
        if grown == NULL:
            space.full = True
            return
        space.pairs, space.room = grown, room
    space.parts[space.length] = part
    space.pairs[space.length] = space.pair
    space.length += 1


cdef bint reserve(Uses* space, Py_ssize_t n_parts, int32_t height) noexcept nogil:
    cdef Py_ssize_t part
    space.seen = <int32_t*> malloc((n_parts + 1) * sizeof(int32_t))
    space.stack = <int64_t*> malloc((height + 8) * sizeof(int64_t))
    space.parts = space.pairs = NULL
    space.length = space.room = 0
    space.full = space.seen == NULL or space.stack == NULL
    if not space.full:
        for part in range(n_parts):
            space.seen[part] = -1
    return not space.full


cdef void release(Uses* space) noexcept nogil:
    free(space.seen)
    free(space.stack)
    free(space.parts)
    free(space.pairs)


# What the arcs of a tree stand for, as far as anybody has asked.
cdef struct Origins:
    const Tree* tree
    const Way* up
    const Way* down
    int64_t* of_up
    int64_t* of_down
    const int32_t* part_of_node


# What an arc stands for: a link, as -2 less its place, or the lower of two arcs over a node below.
cdef int64_t origin(const Origins* origins, const Way* way, int64_t arc) noexcept nogil:
    cdef const Tree* tree = origins.tree
    cdef const uint32_t* up = origins.up.arcs
    cdef const uint32_t* down = origins.down.arcs
    cdef int32_t node = tree.lower[arc], upper = tree.ancestors[arc], below
    cdef int64_t k, low, high
    cdef uint32_t through, total
    for k in range(way.ptr[arc], way.ptr[arc + 1]):
        if way.latency[k] == way.arcs[arc]:
            return -2 - k
    for k in range(tree.under_ptr[node], tree.under_ptr[node + 1]):
        low = tree.under[k]
        below = tree.lower[low]
        through = tree.processing[below]
        high = arc_to(tree, below, upper)
        if through >= NO_LATENCY or high < 0:
            continue
        if way == origins.up:
            total = cut(down[low] + through) + up[high]
        else:
            total = cut(down[high] + through) + up[low]
        if total == way.arcs[arc]:
            return low
    return UNKNOWN  # which cannot be: it has its latency from somewhere


# Follow an arc to its links.
cdef int64_t follow(
    Uses* space, const Origins* origins, int64_t arc, bint is_down
) noexcept nogil:
    cdef const Tree* tree = origins.tree
    cdef const Way* way
    cdef int64_t* known
    cdef Py_ssize_t height = 1
    cdef int64_t low, steps = 0
    space.stack[0] = 2 * arc + is_down
    while height:
        height -= 1
        arc, is_down = space.stack[height] >> 1, space.stack[height] & 1
        way = origins.down if is_down else origins.up
        known = origins.of_down if is_down else origins.of_up
        if known[arc] == UNKNOWN:
            known[arc] = origin(origins, way, arc)
            steps += tree.under_ptr[tree.lower[arc] + 1] - tree.under_ptr[tree.lower[arc]]
        low = known[arc]
        steps += 1
        if low < UNKNOWN:
            use(space, way.part[-2 - low])
        elif low > UNKNOWN:
            # One of the two leads down to the node below, the other up from it.
            use(space, origins.part_of_node[tree.lower[low]])
            space.stack[height] = 2 * low + (not is_down)
            space.stack[height + 1] = (
                2 * arc_to(tree, tree.lower[low], tree.ancestors[arc]) + is_down
            )
            height += 2
    return steps


# The arcs of a walk between an end and a node above it, and the nodes on it but for the end.
cdef int64_t follow_walk(
    Uses* space, const Origins* origins, const int64_t* by, int32_t end, int32_t node, bint is_down
) noexcept nogil:
    cdef int64_t arc, steps = 0
    while node != end:
        use(space, origins.part_of_node[node])
        arc = by[origins.tree.depth[node]]
        steps += follow(space, origins, arc, is_down)
        node = origins.tree.lower[arc]
    return steps


# The least latency from one end to another, and the node where the walks meet; NO_LATENCY without one.
cdef uint32_t meet(
    const Tree* tree,
    const uint32_t* up_label,
    const uint32_t* down_label,
    int32_t source,
    int32_t target,
    int32_t* where,
) noexcept nogil:
    cdef int32_t node = common(tree, source, target)
    cdef uint32_t best = NO_LATENCY, total
    where[0] = -1
    while node >= 0:
        total = up_label[tree.depth[node]]
        if node != source and node != target:
            total = cut(total + tree.processing[node])
        total += down_label[tree.depth[node]]
        if total < best:
            best = total
            where[0] = node
        node = tree.parent[node]
    return best


def find_users(
    tuple tree,                         # IN
    tuple up_way,                       # IN
    tuple down_way,                     # IN
    const int32_t[::1] part_of_node,    # IN
    const int32_t[::1] ends,            # IN
    const int64_t[::1] label_ptr,       # IN
    const uint32_t[::1] up_label,       # IN
    const int64_t[::1] up_by,           # IN
    const uint32_t[::1] down_label,     # IN
    const int64_t[::1] down_by,         # IN
    const int32_t[::1] sources,         # IN
    const int32_t[::1] targets,         # IN
    int64_t[::1] up_origin,             # IN, OUT
    int64_t[::1] down_origin,           # IN, OUT
    int64_t[::1] rtt,                   # OUT
    Py_ssize_t n_parts,
    const int64_t[::1] stop,            # IN
):
    """Find the round trips of pairs of nodes, and which parts of the network their paths use.

    Parameters
    ----------
    tree : tuple of ndarrays
        By number: the node next above (-1 at a top), and how many are above; where the arcs of each
        node begin; by arc: the numbers of the upper and of the lower end, and the depth of the upper
        one; where for each node the arcs to it begin from nodes below that have an arc further up as
        well; these arcs; and by number the processing in ns, 2**31 - 1 at a node that may not be
        crossed.
    up_way, down_way : tuple of ndarrays
        Towards the upper ends and from them: the latencies of the arcs in ns, as `customise` leaves
        them; where the links of each arc begin; by link: the latency in ns, and which part of the network
        it is, -1 if none that matters.
    part_of_node : ndarray of shape (n_nodes,), int32
        By number: which part of the network a node is, -1 if none that matters.
    ends : ndarray of shape (n_ends,), int32
        The numbers of the nodes at the ends of pairs.
    label_ptr, up_label, up_by, down_label, down_by
        As `label_ends` fills them for these nodes, upwards and downwards.
    sources, targets : ndarray of shape (n_pairs,), int32
        Places in `ends`. A source may be at a node that may not be crossed.
    up_origin, down_origin : ndarray of shape (n_arcs,), int64
        -1, or what an earlier call has found out about the arc.
    rtt : ndarray of shape (n_pairs,), int64, ns
        Filled: out and back; -1 where one of the two is no path of at most 2.1 s.
    n_parts : int
        How many parts there are.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    user_ptr : ndarray of shape (n_parts + 1,), int64, or None
        The users of part i are user_ptr[i] to user_ptr[i + 1]; None if it was stopped.
    users : ndarray, int32
        Pairs. All others have paths as short without the part.

    Raises
    ------
    MemoryError
        If there is no room for the uses, 8 bytes each, and 4 bytes a part.

    Notes
    -----
    A pair takes as long as there are nodes above both of its ends, and arcs on its paths.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import find_users, label_ends
    >>> parent, depth = np.array([-1, 0, 0], np.int32), np.array([0, 1, 1], np.int32)
    >>> ptr, ancestors = np.array([0, 0, 1, 2]), np.array([0, 0], np.int32)
    >>> arcs, through, ends = np.array([5, 7], np.uint32), np.zeros(3, np.uint32), np.array([1, 2], np.int32)
    >>> label_ptr, label, by = np.array([0, 2, 4]), np.empty(4, np.uint32), np.empty(4, np.int64)
    >>> never = np.array([2**63 - 1, 0])
    >>> label_ends(parent, depth, ptr, ancestors, arcs, through, ends, label_ptr, label, by, never)
    True
    >>> tree = (parent, depth, ptr, ancestors, ends, ancestors, np.zeros(4, np.int64),
    ...         np.empty(0, np.int64), through)
    >>> way, rtt = (arcs, np.arange(3), arcs, np.array([1, 0], np.int32)), np.empty(1, np.int64)
    >>> user_ptr, users = find_users(
    ...     tree, way, way, np.full(3, -1, np.int32), ends, label_ptr, label, by, label, by,
    ...     np.array([0], np.int32), np.array([1], np.int32), np.full(2, -1), np.full(2, -1), rtt, 2, never)
    >>> rtt.tolist(), user_ptr.tolist(), users.tolist()
    ([24], [0, 1, 2], [0, 0])
    """
    cdef Tree on = tree_of(tree)
    cdef Way up = way_of(up_way), down = way_of(down_way)
    cdef Origins origins
    cdef Uses space
    cdef Py_ssize_t pair
    cdef int64_t k, steps = 0
    cdef bint done = True
    cdef int64_t[::1] user_ptr, cursor
    cdef int32_t[::1] users
    origins.tree, origins.up, origins.down = &on, &up, &down
    origins.of_up = &up_origin[0] if up_origin.shape[0] else NULL
    origins.of_down = &down_origin[0] if down_origin.shape[0] else NULL
    origins.part_of_node = ints(part_of_node)
    try:
        with nogil:
            if reserve(&space, n_parts, on.height):
                for pair in range(sources.shape[0]):
                    space.pair = <int32_t> pair
                    steps += measure(
                        &space, &origins, ends[sources[pair]], ends[targets[pair]],
                        label_ptr[sources[pair]], label_ptr[targets[pair]],
                        &up_label[0], &up_by[0], &down_label[0], &down_by[0], &rtt[pair],
                    )
                    if called_off(&steps, PATIENCE, stop):
                        done = False
                        break
        if space.full:
            raise MemoryError("no room for what the paths of pairs use")
        if not done:
            return None, None
        user_ptr_array, users_array = np.zeros(n_parts + 1, np.int64), np.empty(space.length, np.int32)
        user_ptr, users = user_ptr_array, users_array
        for k in range(space.length):
            user_ptr[space.parts[k] + 1] += 1
        np.cumsum(user_ptr_array, out=user_ptr_array)
        cursor = user_ptr_array[:n_parts].copy()
        for k in range(space.length):
            users[cursor[space.parts[k]]] = space.pairs[k]
            cursor[space.parts[k]] += 1
        return user_ptr_array, users_array
    finally:
        release(&space)


# The round trip of one pair, and what its two paths use.
cdef int64_t measure(
    Uses* space,
    const Origins* origins,
    int32_t source,
    int32_t target,
    int64_t at_source,
    int64_t at_target,
    const uint32_t* up_label,
    const int64_t* up_by,
    const uint32_t* down_label,
    const int64_t* down_by,
    int64_t* rtt,
) noexcept nogil:
    cdef const Tree* tree = origins.tree
    cdef int32_t out_top, back_top
    cdef uint32_t out, back
    cdef int64_t steps = 1 + tree.depth[source] + tree.depth[target]
    rtt[0] = NO_PATH
    if source != target and tree.processing[target] >= NO_LATENCY:
        return steps
    out = meet(tree, up_label + at_source, down_label + at_target, source, target, &out_top)
    back = meet(tree, up_label + at_target, down_label + at_source, target, source, &back_top)
    if out > MAX_LATENCY or back > MAX_LATENCY:
        return steps
    rtt[0] = <int64_t> out + back
    use(space, origins.part_of_node[source])
    use(space, origins.part_of_node[target])
    steps += follow_walk(space, origins, up_by + at_source, source, out_top, False)
    steps += follow_walk(space, origins, down_by + at_target, target, out_top, True)
    steps += follow_walk(space, origins, up_by + at_target, target, back_top, False)
    steps += follow_walk(space, origins, down_by + at_source, source, back_top, True)
    return steps
