"""Round trips of pairs while one part of the network after another fails, sixteen failures side by side.

A failure changes few arcs of the elimination tree, all of them at nodes above it. So each failure is
followed up the tree alone, from the arcs as they are without it; what it changes goes into its lane of
lines that sixteen failures share. Then the pairs that used what fails, and no others, walk up the tree
again, in all lanes at once.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset

from placement._core.clock cimport stopped
from placement._core.lanes cimport LANES, lane_of, lanes_clear, lanes_relax, lanes_t
from placement._core.lines cimport allocate_lines, free_lines
from placement._core.tree cimport (
    NO_LATENCY, Tree, Way, arc_to, common, cut, ints, labels, longs, tree_of, way_of
)

cdef extern from "classes.h" nogil:
    void classes_set(lanes_t* label, uint32_t value, uint32_t mask)
    void classes_pass(lanes_t* passed, const lanes_t* label, const lanes_t* through)
    void classes_relax(lanes_t* label, const lanes_t* passed, const lanes_t* arc)

cdef enum:
    MAX_LATENCY = 2_100_000_000
    NO_PATH = -1
    UP = 1
    DOWN = 2
    ALL = 0xFFFF
    LINE = 64          # bytes
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
    bint alike              # up and down are the same in all arcs and links
    int32_t* line_of        # [n_arcs]: place of its lines, -1 where nothing has changed
    uint8_t* suspect        # [n_arcs]: ways that must be worked out again
    uint8_t* altered        # [n_nodes]: some arc of it has lines
    uint16_t* dead          # [n_nodes]: lanes in which it has failed
    lanes_t* up             # [room]
    lanes_t* down
    int64_t* changed        # [room]: the arcs that have lines
    int64_t n_changed
    int64_t room
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
    int64_t pending         # arcs that are suspect
    int64_t steps


cdef bint reserve(
    Workspace* space, const Tree* tree, int64_t n_arcs, int64_t n_ends, int64_t n_pairs
) noexcept nogil:
    cdef int64_t k
    memset(space, 0, sizeof(Workspace))
    space.room = 256
    space.most_labels = max(LABELS, 2 * tree.height)
    space.line_of = <int32_t*> malloc((n_arcs + 1) * sizeof(int32_t))
    space.suspect = <uint8_t*> calloc(n_arcs + 1, 1)
    space.altered = <uint8_t*> calloc(tree.n + 1, 1)
    space.dead = <uint16_t*> calloc(tree.n + 1, sizeof(uint16_t))
    space.up = <lanes_t*> allocate_lines(space.room)
    space.down = <lanes_t*> allocate_lines(space.room)
    space.changed = <int64_t*> malloc(space.room * sizeof(int64_t))
    space.up_labels = <lanes_t*> allocate_lines(space.most_labels)
    space.down_labels = <lanes_t*> allocate_lines(space.most_labels)
    space.label_at = <int64_t*> malloc((n_ends + 1) * sizeof(int64_t))
    space.labelled = <int32_t*> malloc((n_ends + 1) * sizeof(int32_t))
    space.lanes = <uint16_t*> calloc(n_pairs + 1, sizeof(uint16_t))
    space.hit = <int32_t*> malloc((n_pairs + 1) * sizeof(int32_t))
    if (
        space.line_of == NULL or space.suspect == NULL or space.altered == NULL
        or space.dead == NULL or space.up == NULL or space.down == NULL or space.changed == NULL
        or space.up_labels == NULL or space.down_labels == NULL or space.label_at == NULL
        or space.labelled == NULL or space.lanes == NULL or space.hit == NULL
    ):
        return False
    for k in range(n_arcs):
        space.line_of[k] = -1
    for k in range(n_ends):
        space.label_at[k] = -1
    return True


cdef void release(Workspace* space) noexcept nogil:
    free(space.line_of)
    free(space.suspect)
    free(space.altered)
    free(space.dead)
    free_lines(space.up)
    free_lines(space.down)
    free(space.changed)
    free_lines(space.up_labels)
    free_lines(space.down_labels)
    free(space.label_at)
    free(space.labelled)
    free(space.lanes)
    free(space.hit)


cdef bint grow(Workspace* space) noexcept nogil:
    cdef int64_t room = 2 * space.room
    cdef lanes_t* up = <lanes_t*> allocate_lines(room)
    cdef lanes_t* down = <lanes_t*> allocate_lines(room)
    cdef int64_t* changed = <int64_t*> malloc(room * sizeof(int64_t))
    if up == NULL or down == NULL or changed == NULL:
        free_lines(up)
        free_lines(down)
        free(changed)
        return False
    memcpy(up, space.up, space.n_changed * LINE)
    memcpy(down, space.down, space.n_changed * LINE)
    memcpy(changed, space.changed, space.n_changed * sizeof(int64_t))
    free_lines(space.up)
    free_lines(space.down)
    free(space.changed)
    space.up, space.down, space.changed, space.room = up, down, changed, room
    return True


# What an arc takes in one lane.
cdef inline uint32_t now(
    const Workspace* space, const Way* way, lanes_t* lines, int64_t arc, int lane
) noexcept nogil:
    cdef int32_t place = space.line_of[arc]
    return way.arcs[arc] if place < 0 else lane_of(&lines[place], lane)[0]


# Give an arc lines of its own; -1 without memory.
cdef inline int32_t lines_of(
    Workspace* space, const Tree* tree, const Way* up, const Way* down, int64_t arc
) noexcept nogil:
    cdef int32_t place = space.line_of[arc]
    if place < 0:
        if space.n_changed == space.room and not grow(space):
            return -1
        place = space.line_of[arc] = <int32_t> space.n_changed
        space.changed[place] = arc
        space.altered[tree.lower[arc]] = 1
        classes_set(&space.up[place], up.arcs[arc], ALL)
        classes_set(&space.down[place], down.arcs[arc], ALL)
        space.n_changed += 1
    return place


# The best of an arc's links and of the ways over nodes below, without one part: whatever it is, it is not
# less than with it.
cdef uint32_t renewed(
    Workspace* space,
    const Tree* tree,
    const Way* up,
    const Way* down,
    int64_t arc,
    bint is_down,
    int32_t part,
    int lane,
) noexcept nogil:
    cdef const Way* way = down if is_down else up
    cdef int32_t node = tree.lower[arc], upper = tree.ancestors[arc], below
    cdef uint32_t best = NO_LATENCY, least = way.arcs[arc], through, total
    cdef int64_t k, low, high
    for k in range(way.ptr[arc], way.ptr[arc + 1]):
        if way.part[k] != part and way.latency[k] < best:
            best = way.latency[k]
    k = tree.under_ptr[node]
    while best > least and k < tree.under_ptr[node + 1]:
        low = tree.under[k]
        k += 1
        below = tree.lower[low]
        through = tree.processing[below]
        high = arc_to(tree, below, upper)
        if high < 0 or through >= NO_LATENCY or space.dead[below] >> lane & 1:
            continue
        if not space.altered[below]:
            total = up.arcs[low] if is_down else down.arcs[low]
            total = cut(total + through) + way.arcs[high]
        elif is_down:
            total = cut(now(space, up, space.up, low, lane) + through)
            total += now(space, down, space.down, high, lane)
        else:
            total = cut(now(space, down, space.down, low, lane) + through)
            total += now(space, up, space.up, high, lane)
        if total < best:
            best = total
    space.steps += 1 + k - tree.under_ptr[node]
    return best


# The ways over a node by two of its arcs have changed: suspect what they were the best for.
cdef inline void doubt(
    Workspace* space, const Tree* tree, const Way* up, const Way* down, int64_t high, int64_t low,
    uint8_t ways,
) noexcept nogil:
    cdef uint32_t through = tree.processing[tree.lower[low]]
    cdef int64_t arc = arc_to(tree, tree.ancestors[low], tree.ancestors[high])
    cdef uint8_t found = 0
    if ways & UP and up.arcs[arc] < NO_LATENCY:
        if cut(down.arcs[low] + through) + up.arcs[high] == up.arcs[arc]:
            found |= UP
    if ways & DOWN and down.arcs[arc] < NO_LATENCY:
        if cut(up.arcs[low] + through) + down.arcs[high] == down.arcs[arc]:
            found |= DOWN
    if found:
        space.pending += space.suspect[arc] == 0
        space.suspect[arc] |= found


# Let one part fail in one lane. False without memory.
cdef bint fail(
    Workspace* space,
    const Tree* tree,
    const Way* up,
    const Way* down,
    int64_t part_arc,
    int32_t part_node,
    int32_t part,
    int lane,
) noexcept nogil:
    cdef int32_t node, place
    cdef int64_t arc, other, begin, end
    cdef uint8_t ways, changed
    cdef uint8_t both = UP if space.alike else UP | DOWN
    cdef uint32_t label
    if part_node >= 0:
        node = part_node
        space.dead[node] |= <uint16_t> (1 << lane)
        if tree.processing[node] >= NO_LATENCY:
            return True
        for arc in range(tree.ptr[node] + 1, tree.ptr[node + 1]):
            for other in range(tree.ptr[node], arc):
                doubt(space, tree, up, down, other, arc, both)
        node = tree.parent[node]
    elif part_arc >= 0:
        node = tree.lower[part_arc]
        space.suspect[part_arc] = both
        space.pending = 1
    else:
        return True
    while space.pending:
        begin, end = tree.ptr[node], tree.ptr[node + 1]
        for arc in range(begin, end):
            ways = space.suspect[arc]
            if not ways:
                continue
            space.suspect[arc] = 0
            space.pending -= 1
            changed = 0
            if ways & UP:
                label = renewed(space, tree, up, down, arc, False, part, lane)
                if label != up.arcs[arc]:
                    place = lines_of(space, tree, up, down, arc)
                    if place < 0:
                        return False
                    lane_of(&space.up[place], lane)[0] = label
                    if space.alike:
                        lane_of(&space.down[place], lane)[0] = label
                    changed = UP
            if ways & DOWN:
                label = renewed(space, tree, up, down, arc, True, part, lane)
                if label != down.arcs[arc]:
                    place = lines_of(space, tree, up, down, arc)
                    if place < 0:
                        return False
                    lane_of(&space.down[place], lane)[0] = label
                    changed |= DOWN
            if not changed or tree.processing[node] >= NO_LATENCY:
                continue
            for other in range(begin, arc):
                # As the lower of the two it leads the other way.
                ways = both if space.alike else (changed & UP) << 1 | changed >> 1
                doubt(space, tree, up, down, other, arc, ways)
            for other in range(arc + 1, end):
                doubt(space, tree, up, down, arc, other, changed)
        space.steps += 1 + end - begin
        node = tree.parent[node]
    return True


# Whether no failure has touched the walks between an end and the nodes above it.
cdef bint intact(
    const Workspace* space, const Tree* tree, const int64_t* by, int32_t first
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
    Workspace* space,
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
        space, tree, up, space.up, space.up_labels + at, ends.up + ends.ptr[end],
        ends.up_by + ends.ptr[end], node,
    )
    if not space.alike:
        walk(
            space, tree, down, space.down, space.down_labels + at, ends.down + ends.ptr[end],
            ends.down_by + ends.ptr[end], node,
        )


# The least latencies from one end to another, in all lanes.
cdef void meet(
    Workspace* space,
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
    cdef int32_t dead = space.dead[start] | space.dead[goal]
    cdef lanes_t there, other
    cdef lanes_t* back = &there if space.alike else &other
    cdef int64_t rtt
    cdef int lane
    cdef lanes_t* down_labels = space.up_labels if space.alike else space.down_labels
    if space.n_labels + tree.depth[start] + tree.depth[goal] + 2 > space.most_labels:
        forget_labels(space)
    label(space, tree, up, down, ends, source)
    label(space, tree, up, down, ends, target)
    cdef int64_t at = space.label_at[source], to = space.label_at[target]
    meet(space, tree, &there, space.up_labels + at, down_labels + to, start, goal)
    if not space.alike:
        meet(space, tree, back, space.up_labels + to, down_labels + at, goal, start)
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
    space.steps += 4 * tree.depth[start]


# As it was before any part failed.
cdef void repair(Workspace* space, const Tree* tree, const int32_t* part_node, const int32_t* failed, int n) noexcept nogil:
    cdef int64_t k
    cdef int lane
    for k in range(space.n_changed):
        space.line_of[space.changed[k]] = -1
        space.altered[tree.lower[space.changed[k]]] = 0
    space.n_changed = 0
    for lane in range(n):
        if part_node[failed[lane]] >= 0:
            space.dead[part_node[failed[lane]]] = 0
    for k in range(space.n_hit):
        space.lanes[space.hit[k]] = 0
    space.n_hit = 0
    forget_labels(space)


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
    """x"""
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
        space.alike = alike
        while room and done and first < end:
            n = LANES if first + LANES <= end else <int> (end - first)
            failed = &parts[first]
            for lane in range(n):
                part = failed[lane]
                room = room and fail(
                    &space, &on, &up, &down, part_arc[part], part_node[part], part, lane
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
                if space.steps > PATIENCE:
                    space.steps = 0
                    if stopped(stop):
                        done = False
                        break
            repair(&space, &on, &part_node[0], failed, n)
            first += n
        release(&space)
    if not room:
        raise MemoryError("no room for the workspace of the failures")
    return done
