# Failures of single parts, each followed up the elimination tree in a lane of its own.
#
# The arcs are as they are without a failure, but for those that have lines: sixteen labels, one for each
# failure. What a failure makes longer is worked out again from below; it spreads to what it was the
# best way for, all of it at nodes above, and ends where nothing changes.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset

from placement._core.lanes cimport lane_of, lanes_t
from placement._core.lines cimport allocate_lines, free_lines
from placement._core.masks cimport ALL, LINE, classes_set
from placement._core.tree cimport NO_LATENCY, Tree, Way, arc_to, cut

cdef enum:
    UP = 1
    DOWN = 2


cdef struct Changes:
    bint alike              # up and down are the same in all arcs and links
    int32_t* line_of        # [n_arcs]: place of its lines, -1 where nothing has changed
    uint8_t* suspect        # [n_arcs]: ways that must be worked out again
    uint8_t* altered        # [n_nodes]: some arc of it has lines
    uint16_t* dead          # [n_nodes]: lanes in which it has failed
    lanes_t* up             # [room]
    lanes_t* down
    int64_t* arcs           # [room]: those that have lines
    int64_t length
    int64_t room
    int64_t pending         # arcs that are suspect
    int64_t steps


cdef inline bint reserve_changes(Changes* space, const Tree* tree, int64_t n_arcs) noexcept nogil:
    cdef int64_t k
    memset(space, 0, sizeof(Changes))
    space.room = 256
    space.line_of = <int32_t*> malloc((n_arcs + 1) * sizeof(int32_t))
    space.suspect = <uint8_t*> calloc(n_arcs + 1, 1)
    space.altered = <uint8_t*> calloc(tree.n + 1, 1)
    space.dead = <uint16_t*> calloc(tree.n + 1, sizeof(uint16_t))
    space.up = <lanes_t*> allocate_lines(space.room)
    space.down = <lanes_t*> allocate_lines(space.room)
    space.arcs = <int64_t*> malloc(space.room * sizeof(int64_t))
    if (
        space.line_of == NULL or space.suspect == NULL or space.altered == NULL
        or space.dead == NULL or space.up == NULL or space.down == NULL or space.arcs == NULL
    ):
        return False
    for k in range(n_arcs):
        space.line_of[k] = -1
    return True


cdef inline void release_changes(Changes* space) noexcept nogil:
    free(space.line_of)
    free(space.suspect)
    free(space.altered)
    free(space.dead)
    free_lines(space.up)
    free_lines(space.down)
    free(space.arcs)


cdef inline bint grow(Changes* space) noexcept nogil:
    cdef int64_t room = 2 * space.room
    cdef lanes_t* up = <lanes_t*> allocate_lines(room)
    cdef lanes_t* down = <lanes_t*> allocate_lines(room)
    cdef int64_t* arcs = <int64_t*> malloc(room * sizeof(int64_t))
    if up == NULL or down == NULL or arcs == NULL:
        free_lines(up)
        free_lines(down)
        free(arcs)
        return False
    memcpy(up, space.up, space.length * LINE)
    memcpy(down, space.down, space.length * LINE)
    memcpy(arcs, space.arcs, space.length * sizeof(int64_t))
    free_lines(space.up)
    free_lines(space.down)
    free(space.arcs)
    space.up, space.down, space.arcs, space.room = up, down, arcs, room
    return True


# What an arc takes in one lane.
cdef inline uint32_t now(
    const Changes* space, const Way* way, lanes_t* lines, int64_t arc, int lane
) noexcept nogil:
    cdef int32_t place = space.line_of[arc]
    return way.arcs[arc] if place < 0 else lane_of(&lines[place], lane)[0]


# Give an arc lines of its own; -1 without memory.
cdef inline int32_t lines_of(
    Changes* space, const Tree* tree, const Way* up, const Way* down, int64_t arc
) noexcept nogil:
    cdef int32_t place = space.line_of[arc]
    if place < 0:
        if space.length == space.room and not grow(space):
            return -1
        place = space.line_of[arc] = <int32_t> space.length
        space.arcs[place] = arc
        space.altered[tree.lower[arc]] = 1
        classes_set(&space.up[place], up.arcs[arc], ALL)
        classes_set(&space.down[place], down.arcs[arc], ALL)
        space.length += 1
    return place


# The best of an arc's links and of the ways over nodes below, without one part: whatever it is, it is not
# less than with it.
cdef inline uint32_t renewed(
    Changes* space,
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
    Changes* space, const Tree* tree, const Way* up, const Way* down, int64_t high, int64_t low,
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
cdef inline bint fail(
    Changes* space,
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


# As it was before any part failed.
cdef inline void repair(
    Changes* space, const Tree* tree, const int32_t* part_node, const int32_t* failed, int n
) noexcept nogil:
    cdef int64_t k
    cdef int lane
    for k in range(space.length):
        space.line_of[space.arcs[k]] = -1
        space.altered[tree.lower[space.arcs[k]]] = 0
    space.length = 0
    for lane in range(n):
        if part_node[failed[lane]] >= 0:
            space.dead[part_node[failed[lane]]] = 0
