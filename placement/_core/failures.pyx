"""Round trips of pairs while one part of the network after another fails, sixteen failures side by side.

A failure changes few arcs of the elimination tree, all of them at nodes above it. So each failure is
followed up the tree alone, from the arcs as they are without it; what it changes goes into its lane of
lines that sixteen failures share. Then the pairs that used what fails, and no others, walk up the tree
again, in all lanes at once.
"""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free, malloc

from placement._core.changes cimport Changes, fail, release_changes, repair, reserve_changes
from placement._core.clock cimport called_off
from placement._core.lanes cimport LANES, lane_of, lanes_clear, lanes_relax, lanes_t
from placement._core.lines cimport allocate_lines, free_lines
from placement._core.masks cimport ALL, classes_pass, classes_relax, classes_set
from placement._core.tree cimport (
    NO_LATENCY, Tree, Way, common, ints, labels, longs, tree_of, way_of
)

cdef enum:
    MAX_LATENCY = 2_100_000_000
    NO_PATH = -1
    LABELS = 1 << 16   # lines of labels that are kept while sixteen failures are followed
    PATIENCE = 400_000


cdef struct Ends:
    const int32_t* number
    const int64_t* ptr
    const uint32_t* up      # labels without a failure, and the arcs that they are by
    const int64_t* up_by
    const uint32_t* down
    const int64_t* down_by


cdef struct Workspace:
    Changes changes
    lanes_t* up_labels      # [most_labels]
    lanes_t* down_labels
    int64_t* label_at       # [n_ends]: place of its labels, -1 where there are none
    int32_t* labelled       # [n_ends]: the ends that have some
    int64_t n_labelled
    int64_t n_labels
    int64_t most_labels
    uint16_t* lanes         # [n_pairs]: lanes in which it uses what fails
    int32_t* hit            # [n_pairs]: the pairs for which that is so
    int64_t n_hit


cdef bint reserve(
    Workspace* space, const Tree* tree, int64_t n_arcs, int64_t n_ends, int64_t n_pairs
) noexcept nogil:
    cdef int64_t k
    cdef bint room = reserve_changes(&space.changes, tree, n_arcs)
    space.most_labels = max(<int64_t> LABELS, 2 * tree.height)
    space.n_labelled = space.n_labels = space.n_hit = 0
    space.up_labels = <lanes_t*> allocate_lines(space.most_labels)
    space.down_labels = <lanes_t*> allocate_lines(space.most_labels)
    space.label_at = <int64_t*> malloc((n_ends + 1) * sizeof(int64_t))
    space.labelled = <int32_t*> malloc((n_ends + 1) * sizeof(int32_t))
    space.lanes = <uint16_t*> calloc(n_pairs + 1, sizeof(uint16_t))
    space.hit = <int32_t*> malloc((n_pairs + 1) * sizeof(int32_t))
    if (
        not room or space.up_labels == NULL or space.down_labels == NULL
        or space.label_at == NULL or space.labelled == NULL or space.lanes == NULL
        or space.hit == NULL
    ):
        return False
    for k in range(n_ends):
        space.label_at[k] = -1
    return True


cdef void release(Workspace* space) noexcept nogil:
    release_changes(&space.changes)
    free_lines(space.up_labels)
    free_lines(space.down_labels)
    free(space.label_at)
    free(space.labelled)
    free(space.lanes)
    free(space.hit)


# Whether no failure has touched the walks between an end and the nodes above it.
cdef bint intact(
    const Changes* space, const Tree* tree, const int64_t* by, int32_t first
) noexcept nogil:
    cdef int32_t k, node
    for k in range(tree.depth[first]):
        if by[k] >= 0:
            node = tree.lower[by[k]]
            if space.line_of[by[k]] >= 0 or (space.dead[node] and node != first):
                return False
    return True


# The labels of an end, upwards or downwards, in all lanes.
cdef void walk(
    Changes* space,
    const Tree* tree,
    const Way* way,
    const lanes_t* changed,
    lanes_t* label,
    const uint32_t* healthy,
    const int64_t* by,
    int32_t first,
) noexcept nogil:
    cdef int32_t node = first, k
    cdef int64_t arc
    cdef lanes_t through, passed
    if intact(space, tree, by, first):
        for k in range(tree.depth[first] + 1):
            classes_set(&label[k], healthy[k], ALL)
        space.steps += tree.depth[first]
        return
    for k in range(tree.depth[first]):
        lanes_clear(&label[k])
    classes_set(&label[tree.depth[first]], 0, ALL)
    while node >= 0:
        # What cannot be reached without a failure cannot be reached with one.
        if healthy[tree.depth[node]] < NO_LATENCY:
            passed = label[tree.depth[node]]
            if node != first:
                classes_set(&through, tree.processing[node], ALL & ~space.dead[node])
                classes_pass(&passed, &passed, &through)
            if space.altered[node]:
                for arc in range(tree.ptr[node], tree.ptr[node + 1]):
                    if space.line_of[arc] >= 0:
                        classes_relax(
                            &label[tree.above[arc]], &passed, &changed[space.line_of[arc]]
                        )
                    else:
                        lanes_relax(&label[tree.above[arc]], &passed, way.arcs[arc])
            else:
                for arc in range(tree.ptr[node], tree.ptr[node + 1]):
                    lanes_relax(&label[tree.above[arc]], &passed, way.arcs[arc])
            space.steps += tree.ptr[node + 1] - tree.ptr[node]
        node = tree.parent[node]


cdef inline void forget_labels(Workspace* space) noexcept nogil:
    cdef int64_t k
    for k in range(space.n_labelled):
        space.label_at[space.labelled[k]] = -1
    space.n_labelled = space.n_labels = 0


# Make sure that an end has its labels; there is room for them.
cdef inline void label(
    Workspace* space, const Tree* tree, const Way* up, const Way* down, const Ends* ends, int32_t end
) noexcept nogil:
    cdef int32_t node = ends.number[end]
    cdef int64_t at = space.n_labels
    if space.label_at[end] >= 0:
        return
    space.label_at[end] = at
    space.labelled[space.n_labelled] = end
    space.n_labelled += 1
    space.n_labels += tree.depth[node] + 1
    walk(
        &space.changes, tree, up, space.changes.up, space.up_labels + at,
        ends.up + ends.ptr[end], ends.up_by + ends.ptr[end], node,
    )
    if not space.changes.alike:
        walk(
            &space.changes, tree, down, space.changes.down, space.down_labels + at,
            ends.down + ends.ptr[end], ends.down_by + ends.ptr[end], node,
        )


# The least latencies from one end to another, in all lanes.
cdef void meet(
    const Changes* space,
    const Tree* tree,
    lanes_t* best,
    const lanes_t* up_label,
    const lanes_t* down_label,
    int32_t source,
    int32_t target,
) noexcept nogil:
    cdef int32_t node = common(tree, source, target)
    cdef lanes_t through, passed
    lanes_clear(best)
    while node >= 0:
        passed = up_label[tree.depth[node]]
        if node != source and node != target:
            classes_set(&through, tree.processing[node], ALL & ~space.dead[node])
            classes_pass(&passed, &passed, &through)
        classes_relax(best, &passed, &down_label[tree.depth[node]])
        node = tree.parent[node]


# Measure one pair again, and write it in the lanes in which it used what has failed.
cdef void remeasure(
    Workspace* space,
    const Tree* tree,
    const Way* up,
    const Way* down,
    const Ends* ends,
    int32_t source,
    int32_t target,
    uint32_t lanes,
    const int32_t* failed,
    int64_t column,
    int64_t[:, ::1] out,
) noexcept nogil:
    cdef int32_t start = ends.number[source], goal = ends.number[target]
    cdef int32_t dead = space.changes.dead[start] | space.changes.dead[goal]
    cdef lanes_t there, other
    cdef lanes_t* back = &there if space.changes.alike else &other
    cdef int64_t rtt
    cdef int lane
    cdef lanes_t* down_labels = space.up_labels if space.changes.alike else space.down_labels
    if space.n_labels + tree.depth[start] + tree.depth[goal] + 2 > space.most_labels:
        forget_labels(space)
    label(space, tree, up, down, ends, source)
    label(space, tree, up, down, ends, target)
    cdef int64_t at = space.label_at[source], to = space.label_at[target]
    meet(&space.changes, tree, &there, space.up_labels + at, down_labels + to, start, goal)
    if not space.changes.alike:
        meet(&space.changes, tree, back, space.up_labels + to, down_labels + at, goal, start)
    for lane in range(LANES):
        if not lanes >> lane & 1:
            continue
        rtt = NO_PATH
        if (
            not dead >> lane & 1
            and lane_of(&there, lane)[0] <= MAX_LATENCY
            and lane_of(back, lane)[0] <= MAX_LATENCY
        ):
            rtt = <int64_t> lane_of(&there, lane)[0] + lane_of(back, lane)[0]
        out[failed[lane], column] = rtt
    space.changes.steps += 4 * tree.depth[start]


def reroute(
    tuple tree,                         # IN
    tuple up_way,                       # IN
    tuple down_way,                     # IN
    const int64_t[::1] part_arc,        # IN
    const int32_t[::1] part_node,       # IN
    const int32_t[::1] ends,            # IN
    const int64_t[::1] label_ptr,       # IN
    const uint32_t[::1] up_label,       # IN
    const int64_t[::1] up_by,           # IN
    const uint32_t[::1] down_label,     # IN
    const int64_t[::1] down_by,         # IN
    const int32_t[::1] sources,         # IN
    const int32_t[::1] targets,         # IN
    const int64_t[::1] user_ptr,        # IN
    const int32_t[::1] users,           # IN
    const int32_t[::1] parts,           # IN
    const int64_t[::1] columns,         # IN
    int64_t[:, ::1] out,                # OUT
    bint alike,
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,            # IN
):
    """Measure the round trips of pairs again under the failures of parts that their paths use.

    Parameters
    ----------
    tree, up_way, down_way : tuple of ndarrays
        As for `find_users`.
    part_arc : ndarray of shape (n_parts,), int64
        The arc of the tree that a part lies on, if it is a link; -1 if it is none, or one that nobody may
        use.
    part_node : ndarray of shape (n_parts,), int32
        The number of a part that is a node; -1 if it is none.
    ends, label_ptr, up_label, up_by, down_label, down_by, sources, targets
        As for `find_users`.
    user_ptr, users : ndarray of shape (n_parts + 1,), int64, and ndarray, int32
        As `find_users` returns them.
    parts : ndarray of shape (n_failing,), int32
        The parts that fail, each alone; quicker where neighbours in the tree stand together.
    columns : ndarray of shape (n_pairs,), int64
        The column of each pair in `out`.
    out : ndarray of shape (n_parts, n_pairs), int64, ns
        Filled in the rows of the parts from `begin` to before `end`, in the columns of the pairs that use
        them: out and back; -1 where one of the two is no path of at most 2.1 s.
    alike : bool
        Whether all links lead both ways; then `up_way` and `down_way` are the same.
    begin, end : int
        Which of the parts; best multiples of sixteen apart.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped; what is in `out` is then not to be used.

    Raises
    ------
    MemoryError
        If there is no room for the workspace: some bytes for each node, arc and pair, and 64 for each
        arc that sixteen failures change and for each node above the ends of pairs, of these at most 8 MB.

    Notes
    -----
    What a failure costs is the arcs that it changes, each as many steps as there are arcs below, and
    for sixteen failures the arcs above the ends of the pairs that use one of them.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016, sections 5.4 (partial updates) and 7.2 (queries on the tree).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import find_users, label_ends, reroute
    >>> numbers, never = np.arange(3, dtype=np.int32), np.array([2**63 - 1, 0])
    >>> ptr, ancestors, lower = np.array([0, 0, 1, 3]), numbers[[0, 0, 1]], numbers[[1, 2, 2]]
    >>> links, through, ends = np.array([5, 9, 3], np.uint32), np.zeros(3, np.uint32), numbers[[0, 2]]
    >>> tree = (numbers - 1, numbers, ptr, ancestors, lower, ancestors, np.array([0, 0, 1, 1]),
    ...         np.array([2]), through)
    >>> way = links, np.arange(4), links, numbers
    >>> label_ptr, label, by = np.array([0, 1, 4]), np.empty(4, np.uint32), np.empty(4, np.int64)
    >>> label_ends(*tree[:3], tree[5], links, through, ends, label_ptr, label, by, never)
    True
    >>> pair, rtt, nodes = (numbers[:1], numbers[1:2]), np.empty(1, np.int64), np.full(3, -1, np.int32)
    >>> labels = ends, label_ptr, label, by, label, by
    >>> unknown = np.full(3, -1)
    >>> uses = find_users(tree, way, way, nodes, *labels, *pair, unknown, unknown, rtt, 3, never)
    >>> out = np.tile(rtt, (3, 1))
    >>> reroute(tree, way, way, np.arange(3), nodes, *labels, *pair, *uses, numbers, np.array([0]), out,
    ...         True, 0, 3, never)
    True
    >>> rtt.tolist(), out.ravel().tolist()
    ([16], [18, 16, 18])
    """
    cdef Tree on = tree_of(tree)
    cdef Way up = way_of(up_way), down = way_of(down_way)
    cdef Workspace space
    cdef Ends at
    cdef Py_ssize_t first = begin, k
    cdef int64_t user
    cdef int lane, n
    cdef int32_t pair, part
    cdef const int32_t* failed
    cdef bint room, done = True
    at.number, at.ptr = ints(ends), longs(label_ptr)
    at.up, at.up_by = labels(up_label), longs(up_by)
    at.down, at.down_by = labels(down_label), longs(down_by)
    cdef Py_ssize_t n_arcs = len(tree[3])
    with nogil:
        room = reserve(&space, &on, n_arcs, ends.shape[0], sources.shape[0])
        space.changes.alike = alike
        while room and done and first < end:
            n = LANES if first + LANES <= end else <int> (end - first)
            failed = &parts[first]
            for lane in range(n):
                part = failed[lane]
                room = room and fail(
                    &space.changes, &on, &up, &down, part_arc[part], part_node[part], part, lane
                )
                for user in range(user_ptr[part], user_ptr[part + 1]):
                    pair = users[user]
                    if not space.lanes[pair]:
                        space.hit[space.n_hit] = pair
                        space.n_hit += 1
                    space.lanes[pair] |= <uint16_t> (1 << lane)
            if not room:
                break
            for k in range(space.n_hit):
                pair = space.hit[k]
                remeasure(
                    &space, &on, &up, &down, &at, sources[pair], targets[pair], space.lanes[pair],
                    failed, columns[pair], out,
                )
                if called_off(&space.changes.steps, PATIENCE, stop):
                    done = False
                    break
            repair(&space.changes, &on, &part_node[0], failed, n)
            for k in range(space.n_hit):
                space.lanes[space.hit[k]] = 0
            space.n_hit = 0
            forget_labels(&space)
            first += n
        release(&space)
    if not room:
        raise MemoryError("no room for the workspace of the failures")
    return done
