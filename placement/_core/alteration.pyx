"""Keep the customised arcs of an elimination tree up to date while links change, at the price of what changes.

`customise` gives each arc the best of its own links and of all triangles below it. So a change spreads
from its own arc upwards, over triangles alone; it ends wherever a value stays as it was.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, realloc

import numpy as np

from placement._core.heap cimport entry_t, pop, push

cdef enum:
    NO_LATENCY = 2_147_483_647
    TO_UPPER = 1
    FROM_UPPER = 2


# The tree with its triangles and latencies; arcs that may have changed, with what they were before, and
# the ways of them that must be worked out again.
cdef struct State:
    Py_ssize_t n
    const int64_t* ptr
    const int32_t* ancestors
    const int32_t* lower
    const int64_t* under_ptr
    const int64_t* under
    const uint32_t* processing
    const uint32_t* own_up
    const uint32_t* own_down
    uint32_t* up
    uint32_t* down
    int32_t* mark           # [n_arcs]: place in `arcs`, -1 if it is not there
    uint8_t* queued         # [n_nodes]
    uint64_t* heap          # [n_nodes]
    Py_ssize_t waiting
    int64_t steps
    int64_t* arcs
    uint32_t* old_up
    uint32_t* old_down
    uint8_t* stale
    Py_ssize_t length
    Py_ssize_t room


cdef inline uint32_t cut(uint32_t label) noexcept nogil:
    return label if label < NO_LATENCY else NO_LATENCY


# Where an arc is, among the arcs `low` to before `high` of one node; -1 if it is not there.
cdef inline int64_t find(
    const int32_t* ancestors, int64_t low, int64_t high, int32_t upper
) noexcept nogil:
    cdef int64_t end = high, middle
    while low < high:
        middle = (low + high) >> 1
        if ancestors[middle] < upper:
            low = middle + 1
        else:
            high = middle
    return low if low < end and ancestors[low] == upper else -1


cdef bint grow(State* state) noexcept nogil:
    cdef Py_ssize_t room = 2 * state.room + 64
    cdef void* grown = realloc(state.arcs, room * sizeof(int64_t))
    if grown == NULL:
        return False
    state.arcs = <int64_t*> grown
    grown = realloc(state.old_up, room * sizeof(uint32_t))
    if grown == NULL:
        return False
    state.old_up = <uint32_t*> grown
    grown = realloc(state.old_down, room * sizeof(uint32_t))
    if grown == NULL:
        return False
    state.old_down = <uint32_t*> grown
    grown = realloc(state.stale, room)
    if grown == NULL:
        return False
    state.stale = <uint8_t*> grown
    state.room = room
    return True


cdef void release(State* state) noexcept nogil:
    free(state.arcs)
    free(state.old_up)
    free(state.old_down)
    free(state.stale)


# An arc that may change: its node comes up for work. Returns its place in `arcs`, -1 without memory.
cdef inline int32_t note(State* state, int64_t arc) noexcept nogil:
    cdef int32_t node = state.lower[arc]
    cdef Py_ssize_t place = state.length
    if state.mark[arc] < 0:
        if place == state.room and not grow(state):
            return -1
        state.arcs[place] = arc
        state.old_up[place] = state.up[arc]
        state.old_down[place] = state.down[arc]
        state.stale[place] = 0
        state.mark[arc] = <int32_t> place
        state.length += 1
    if not state.queued[node]:
        state.queued[node] = 1
        push[uint64_t](state.heap, &state.waiting, <uint64_t> (state.n - 1 - node))
    return state.mark[arc]


cdef inline bint changed(const State* state, int64_t arc) noexcept nogil:
    cdef int32_t place = state.mark[arc]
    return place >= 0 and (
        state.up[arc] != state.old_up[place] or state.down[arc] != state.old_down[place]
    )


# Work an arc out again: the best of its links, and of the triangles over all nodes below.
cdef void renew(State* state, int64_t arc, uint8_t stale) noexcept nogil:
    cdef int32_t node = state.lower[arc], upper = state.ancestors[arc], below
    cdef uint32_t best_up = state.own_up[arc], best_down = state.own_down[arc], through, total
    cdef int64_t k, high, low
    for k in range(state.under_ptr[node], state.under_ptr[node + 1]):
        low = state.under[k]
        below = state.lower[low]
        through = state.processing[below]
        if through >= NO_LATENCY:
            continue
        high = find(state.ancestors, state.ptr[below], low, upper)
        if high < 0:
            continue
        total = cut(state.down[low] + through) + state.up[high]
        if total < best_up:
            best_up = total
        total = cut(state.down[high] + through) + state.up[low]
        if total < best_down:
            best_down = total
    state.steps += 1 + state.under_ptr[node + 1] - state.under_ptr[node]
    if stale & TO_UPPER:
        state.up[arc] = best_up
    if stale & FROM_UPPER:
        state.down[arc] = best_down


# One way of an arc, when a triangle below it has become another: lower it, or have it worked out again
# where it may have been that triangle's.
cdef inline bint weigh(
    State* state, int64_t arc, uint8_t way, uint32_t before, uint32_t after
) noexcept nogil:
    cdef int32_t place = state.mark[arc]
    cdef uint32_t* label = &state.up[arc] if way == TO_UPPER else &state.down[arc]
    cdef uint32_t was = label[0]
    if place >= 0:
        was = state.old_up[place] if way == TO_UPPER else state.old_down[place]
    if after < label[0]:
        if note(state, arc) < 0:
            return False
        label[0] = after
    elif after > before and before == was and before < NO_LATENCY:
        place = note(state, arc)
        if place < 0:
            return False
        state.stale[place] |= way
    return True


# The triangles of a node with one of its arcs that has changed.
cdef bint spread(State* state, int32_t node, int64_t arc) noexcept nogil:
    cdef int64_t begin = state.ptr[node], end = state.ptr[node + 1], other, high, low, across
    cdef uint32_t through = state.processing[node]
    cdef uint32_t high_up, high_down, low_up, low_down
    cdef int32_t lower
    for other in range(begin, end):
        if other == arc or (other < arc and changed(state, other)):
            continue  # with itself; or seen from the other side
        high, low = (arc, other) if arc < other else (other, arc)
        lower = state.ancestors[low]
        across = find(
            state.ancestors, state.ptr[lower], state.ptr[lower + 1], state.ancestors[high]
        )
        high_up, high_down = state.up[high], state.down[high]
        low_up, low_down = state.up[low], state.down[low]
        if state.mark[high] >= 0:
            high_up = state.old_up[state.mark[high]]
            high_down = state.old_down[state.mark[high]]
        if state.mark[low] >= 0:
            low_up = state.old_up[state.mark[low]]
            low_down = state.old_down[state.mark[low]]
        if not (
            weigh(
                state, across, TO_UPPER,
                cut(cut(low_down + through) + high_up),
                cut(cut(state.down[low] + through) + state.up[high]),
            )
            and weigh(
                state, across, FROM_UPPER,
                cut(cut(high_down + through) + low_up),
                cut(cut(state.down[high] + through) + state.up[low]),
            )
        ):
            return False
    state.steps += end - begin
    return True


# From the bottom of the tree up: 0 done, 1 too much work, 2 no memory.
cdef int rise(State* state, int64_t most_steps) noexcept nogil:
    cdef int32_t node, place
    cdef int64_t arc
    while state.waiting:
        node = <int32_t> (state.n - 1 - <Py_ssize_t> pop[uint64_t](state.heap, &state.waiting))
        state.queued[node] = 0
        for arc in range(state.ptr[node], state.ptr[node + 1]):
            place = state.mark[arc]
            if place >= 0 and state.stale[place]:
                renew(state, arc, state.stale[place])
        if state.processing[node] < NO_LATENCY:
            for arc in range(state.ptr[node], state.ptr[node + 1]):
                if changed(state, arc) and not spread(state, node, arc):
                    return 2
        state.steps += 1
        if state.steps > most_steps:
            return 1
    return 0


# As if nothing had happened.
cdef void undo(State* state) noexcept nogil:
    cdef Py_ssize_t k
    for k in range(state.length):
        state.up[state.arcs[k]] = state.old_up[k]
        state.down[state.arcs[k]] = state.old_down[k]


# Leave out the arcs that are as they were.
cdef void thin_out(State* state) noexcept nogil:
    cdef Py_ssize_t k, kept = 0
    cdef int64_t arc
    for k in range(state.length):
        arc = state.arcs[k]
        if state.old_up[k] != state.up[arc] or state.old_down[k] != state.down[arc]:
            state.arcs[kept] = arc
            state.old_up[kept] = state.old_up[k]
            state.old_down[kept] = state.old_down[k]
            kept += 1
    state.length = kept


def alter(
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const int32_t[::1] lower,       # IN
    const int64_t[::1] under_ptr,   # IN
    const int64_t[::1] under,       # IN
    const uint32_t[::1] processing, # IN
    const uint32_t[::1] own_up,     # IN
    const uint32_t[::1] own_down,   # IN
    const int64_t[::1] arcs,        # IN
    uint32_t[::1] up,               # IN, OUT
    uint32_t[::1] down,             # IN, OUT
    int32_t[::1] mark,              # IN, OUT
    uint8_t[::1] queued,            # IN, OUT
    uint64_t[::1] heap,             # OUT
    int64_t most_steps,
):
    """Bring customised arcs up to date after the links on some of them have changed.

    Parameters
    ----------
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors, lower : ndarray of shape (n_arcs,), int32
        The numbers at their upper ends, the highest first; and at their lower ends.
    under_ptr, under : ndarray, int64
        The arcs to number i from nodes below that have an arc to a node above i as well are
        under[under_ptr[i]] to under[under_ptr[i + 1]], in any order.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; 2**31 - 1 at a node that may not be crossed.
    own_up, own_down : ndarray of shape (n_arcs,), uint32, ns
        The links' own latencies as they are now, as `lay` makes them.
    arcs : ndarray, int64
        The arcs on which these have changed.
    up, down : ndarray of shape (n_arcs,), uint32, ns
        What `customise` made of the links as they were; brought up to date.
    mark : ndarray of shape (n_arcs,), int32
        Scratch: -1 everywhere, and so it is left.
    queued : ndarray of shape (n_nodes,), uint8
        Scratch: 0 everywhere, and so it is left.
    heap : ndarray of shape (n_nodes,), uint64
        Scratch.
    most_steps : int
        Give up, and leave everything as it was, where it takes more steps than about that.

    Returns
    -------
    arcs : ndarray of shape (n_changed,), int64, or None
        The arcs that have changed; None if it gave up.
    old_up, old_down : ndarray of shape (n_changed,), uint32, ns
        What they were.

    Raises
    ------
    MemoryError
        If there is no room; everything is then as it was.

    Notes
    -----
    A value that rises is worked out again from all triangles below; one that falls is taken as it
    is. Neither goes on where nothing changes, or where the changed triangle was not the best one.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016, section 5.4 (partial updates).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import alter
    >>> ptr, ancestors, lower = np.array([0, 0, 1, 3]), np.array([0, 0, 1]), np.array([1, 2, 2])
    >>> own, up = np.array([9, 2, 4], np.uint32), np.array([9, 2, 9], np.uint32)
    >>> arcs, old_up, old_down = alter(
    ...     ptr, ancestors.astype(np.int32), lower.astype(np.int32), np.array([0, 0, 1, 1]),
    ...     np.array([2]), np.zeros(3, np.uint32), own, own, np.array([2]), up, up.copy(),
    ...     np.full(3, -1, np.int32), np.zeros(3, np.uint8), np.empty(3, np.uint64), 1000)
    >>> up.tolist(), arcs.tolist(), old_up.tolist()
    ([6, 2, 4], [2, 0], [9, 9])
    """
    cdef State state
    cdef Py_ssize_t k
    cdef int how = 0
    cdef int64_t[::1] changed
    cdef uint32_t[::1] old_up, old_down
    if arcs.shape[0] == 0:
        return tuple(np.empty(0, kind) for kind in (np.int64, np.uint32, np.uint32))
    state.n = ptr.shape[0] - 1
    state.ptr, state.ancestors, state.lower = &ptr[0], &ancestors[0], &lower[0]
    state.under_ptr, state.under = &under_ptr[0], &under[0] if under.shape[0] else NULL
    state.processing, state.own_up, state.own_down = &processing[0], &own_up[0], &own_down[0]
    state.up, state.down = &up[0], &down[0]
    state.mark, state.queued, state.heap = &mark[0], &queued[0], &heap[0]
    state.waiting = state.steps = state.length = state.room = 0
    state.arcs, state.old_up, state.old_down, state.stale = NULL, NULL, NULL, NULL
    with nogil:
        for k in range(arcs.shape[0]):
            if note(&state, arcs[k]) < 0:
                how = 2
                break
            state.stale[state.mark[arcs[k]]] = TO_UPPER | FROM_UPPER
        if how == 0:
            how = rise(&state, most_steps)
        for k in range(state.waiting):
            queued[state.n - 1 - <Py_ssize_t> heap[k]] = 0
        for k in range(state.length):
            mark[state.arcs[k]] = -1
        if how == 0:
            thin_out(&state)
        else:
            undo(&state)
    try:
        if how == 2:
            raise MemoryError("no room for the arcs that change")
        if how == 1:
            return None, None, None
        found = np.empty(state.length, np.int64), *np.empty((2, state.length), np.uint32)
        changed, old_up, old_down = found
        for k in range(state.length):
            changed[k] = state.arcs[k]
            old_up[k] = state.old_up[k]
            old_down[k] = state.old_down[k]
        return found
    finally:
        release(&state)
