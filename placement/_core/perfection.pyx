"""The true latencies between the ends of each arc of an elimination tree, from its customised arcs.

A customised arc knows the ways over nodes below. The ways over nodes above follow from the top of the tree
down: a node's arcs, with the true ones between the nodes above it, make triangles, and those are enough.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, realloc

import numpy as np

from placement._core.clock cimport called_off
from placement._core.heap cimport entry_t, pop, push

cdef enum:
    NO_LATENCY = 2_147_483_647
    PATIENCE = 1_000_000


# The tree with its triangles and latencies; and arcs that have changed, with what they were before.
cdef struct State:
    const int64_t* ptr
    const int32_t* ancestors
    const int32_t* lower
    const int64_t* under_ptr
    const int64_t* under
    const uint32_t* processing
    const uint32_t* up
    const uint32_t* down
    uint32_t* true_up
    uint32_t* true_down
    uint8_t* queued         # [n_nodes]
    uint64_t* heap          # [n_nodes]
    Py_ssize_t waiting
    int64_t steps
    int64_t* arcs
    uint32_t* old_up
    uint32_t* old_down
    Py_ssize_t length
    Py_ssize_t room


cdef inline uint32_t cut(uint32_t label) noexcept nogil:
    return label if label < NO_LATENCY else NO_LATENCY


cdef bint reserve(State* state, Py_ssize_t more) noexcept nogil:
    cdef Py_ssize_t room = state.length + more
    cdef void* grown
    if room <= state.room:
        return True
    room = 2 * room + 64
    grown = realloc(state.arcs, room * sizeof(int64_t))
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
    state.room = room
    return True


cdef void release(State* state) noexcept nogil:
    free(state.arcs)
    free(state.old_up)
    free(state.old_down)


# The true latencies between a node and those above it that it has arcs with, whose own are true.
cdef void perfect(State* state, int32_t node) noexcept nogil:
    cdef int64_t begin = state.ptr[node], end = state.ptr[node + 1], p, q, t
    cdef uint32_t total, over_high, over_low
    cdef uint32_t* up = state.true_up
    cdef uint32_t* down = state.true_down
    for p in range(begin, end):
        up[p] = state.up[p]
        down[p] = state.down[p]
    for q in range(begin + 1, end):
        over_low = state.processing[state.ancestors[q]]
        t = state.ptr[state.ancestors[q]]
        for p in range(begin, q):
            while state.ancestors[t] != state.ancestors[p]:
                t += 1
            over_high = state.processing[state.ancestors[p]]
            total = cut(up[q] + over_low) + up[t]
            if total < up[p]:
                up[p] = total
            total = cut(down[q] + over_low) + down[t]
            if total < down[p]:
                down[p] = total
            total = cut(up[p] + over_high) + down[t]
            if total < up[q]:
                up[q] = total
            total = cut(down[p] + over_high) + up[t]
            if total < down[q]:
                down[q] = total
            t += 1
    state.steps += 1 + (end - begin) * (end - begin) // 2


# Whether the way over a third node, which was `before` and is `after`, may change what it competes for.
cdef inline bint matters(
    uint32_t first, uint32_t through, uint32_t before, uint32_t after, uint32_t label
) noexcept nogil:
    cdef uint32_t step = cut(first + through)
    if before == after or step >= NO_LATENCY:
        return False
    return step + after < label or (step + before == label and label < NO_LATENCY)


cdef inline void call(State* state, int32_t node) noexcept nogil:
    if not state.queued[node]:
        state.queued[node] = 1
        push[uint64_t](state.heap, &state.waiting, <uint64_t> node)


# Call the nodes below that have arcs to both ends of an arc of `node` that has changed; what its arcs were
# is written down from `first` on.
cdef void call_below(State* state, int32_t node, Py_ssize_t first) noexcept nogil:
    cdef int64_t k, low, high, across
    cdef int32_t below
    cdef Py_ssize_t was
    cdef uint32_t over_node = state.processing[node], over_high
    cdef uint32_t up, down, old_up, old_down
    for k in range(state.under_ptr[node], state.under_ptr[node + 1]):
        low = state.under[k]
        below = state.lower[low]
        state.steps += 1
        if state.queued[below]:
            continue
        across = state.ptr[node]
        for high in range(state.ptr[below], low):
            state.steps += 1
            while state.ancestors[across] != state.ancestors[high]:
                across += 1
            was = first + across - state.ptr[node]
            over_high = state.processing[state.ancestors[high]]
            up, down = state.true_up[across], state.true_down[across]
            old_up, old_down = state.old_up[was], state.old_down[was]
            if (
                matters(state.true_up[low], over_node, old_up, up, state.true_up[high])
                or matters(state.true_down[high], over_high, old_up, up, state.true_down[low])
                or matters(state.true_down[low], over_node, old_down, down, state.true_down[high])
                or matters(state.true_up[high], over_high, old_down, down, state.true_up[low])
            ):
                call(state, below)
                break


# Work out a node's arcs again, write down those that change, and call whoever depends on them; False
# without memory.
cdef bint renew(State* state, int32_t node) noexcept nogil:
    cdef Py_ssize_t first = state.length, kept = state.length, k
    cdef int64_t arc
    if not reserve(state, state.ptr[node + 1] - state.ptr[node]):
        return False
    for arc in range(state.ptr[node], state.ptr[node + 1]):
        state.arcs[state.length] = arc
        state.old_up[state.length] = state.true_up[arc]
        state.old_down[state.length] = state.true_down[arc]
        state.length += 1
    perfect(state, node)
    call_below(state, node, first)
    for k in range(first, state.length):
        arc = state.arcs[k]
        if state.old_up[k] != state.true_up[arc] or state.old_down[k] != state.true_down[arc]:
            state.arcs[kept] = arc
            state.old_up[kept] = state.old_up[k]
            state.old_down[kept] = state.old_down[k]
            kept += 1
    state.length = kept
    return True


# As if nothing had happened.
cdef void undo(State* state) noexcept nogil:
    cdef Py_ssize_t k
    for k in range(state.length):
        state.true_up[state.arcs[k]] = state.old_up[k]
        state.true_down[state.arcs[k]] = state.old_down[k]


def complete(
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const uint32_t[::1] processing, # IN
    const uint32_t[::1] up,         # IN
    const uint32_t[::1] down,       # IN
    uint32_t[::1] true_up,          # OUT
    uint32_t[::1] true_down,        # OUT
    const int64_t[::1] stop,        # IN
):
    """Give every arc the true latency between its ends.

    Parameters
    ----------
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors : ndarray of shape (n_arcs,), int32
        Their upper ends, the highest first.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; 2**31 - 1 at a node that may not be crossed.
    up, down : ndarray of shape (n_arcs,), uint32, ns
        As `customise` leaves them.
    true_up, true_down : ndarray of shape (n_arcs,), uint32, ns
        Filled.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped; the latencies are then not to be used.

    Notes
    -----
    From the top of the tree to its bottom, each pair of arcs of a node once.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016, section 5.3 (perfect customization).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import complete
    >>> up, true = np.array([5, 9, 3], np.uint32), np.empty((2, 3), np.uint32)
    >>> complete(np.array([0, 0, 1, 3]), np.array([0, 0, 1], np.int32), np.zeros(3, np.uint32),
    ...          up, up, *true, np.array([2**63 - 1, 0]))
    True
    >>> true[0].tolist()
    [5, 8, 3]
    """
    cdef State state
    cdef Py_ssize_t n = ptr.shape[0] - 1
    cdef int32_t node
    cdef bint done = True
    if ancestors.shape[0] == 0:
        return True
    state.ptr, state.ancestors, state.processing = &ptr[0], &ancestors[0], &processing[0]
    state.up, state.down, state.true_up, state.true_down = &up[0], &down[0], &true_up[0], &true_down[0]
    state.steps = 0
    with nogil:
        for node in range(n):
            perfect(&state, node)
            if called_off(&state.steps, PATIENCE, stop):
                done = False
                break
    return done


def correct(
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const int32_t[::1] lower,       # IN
    const int64_t[::1] under_ptr,   # IN
    const int64_t[::1] under,       # IN
    const uint32_t[::1] processing, # IN
    const uint32_t[::1] up,         # IN
    const uint32_t[::1] down,       # IN
    const int64_t[::1] arcs,        # IN
    uint32_t[::1] true_up,          # IN, OUT
    uint32_t[::1] true_down,        # IN, OUT
    uint8_t[::1] queued,            # IN, OUT
    uint64_t[::1] heap,             # OUT
    int64_t most_steps,
):
    """Bring true latencies up to date after some customised arcs have changed.

    Parameters
    ----------
    ptr, ancestors, lower, under_ptr, under, processing
        As for `alter`.
    up, down : ndarray of shape (n_arcs,), uint32, ns
        The customised arcs as they are now.
    arcs : ndarray, int64
        Those that have changed, as `alter` returns them.
    true_up, true_down : ndarray of shape (n_arcs,), uint32, ns
        What `complete` made of them as they were; brought up to date.
    queued : ndarray of shape (n_nodes,), uint8
        Scratch: 0 everywhere, and so it is left.
    heap : ndarray of shape (n_nodes,), uint64
        Scratch.
    most_steps : int
        Give up, and leave everything as it was, where it takes more steps than about that.

    Returns
    -------
    arcs : ndarray of shape (n_changed,), int64, or None
        The arcs whose true latencies have changed, ascending; None if it gave up.
    old_up, old_down : ndarray of shape (n_changed,), uint32, ns
        What they were.

    Raises
    ------
    MemoryError
        If there is no room; everything is then as it was.

    Notes
    -----
    A node's arcs are worked out again where a triangle above it was the best one and has become worse, or
    has become better than the best one.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import correct
    >>> ptr, ancestors, lower = np.array([0, 0, 1, 3]), np.array([0, 0, 1]), np.array([1, 2, 2])
    >>> up, true = np.array([5, 9, 3], np.uint32), np.array([7, 9, 3], np.uint32)
    >>> arcs, old_up, old_down = correct(
    ...     ptr, ancestors.astype(np.int32), lower.astype(np.int32), np.array([0, 0, 1, 1]),
    ...     np.array([2]), np.zeros(3, np.uint32), up, up, np.array([0]), true, true.copy(),
    ...     np.zeros(3, np.uint8), np.empty(3, np.uint64), 1000)
    >>> true.tolist(), arcs.tolist(), old_up.tolist()
    ([5, 8, 3], [0, 1], [7, 9])
    """
    cdef State state
    cdef Py_ssize_t k
    cdef int32_t node
    cdef bint room = True, patient = True
    cdef int64_t[::1] changed
    cdef uint32_t[::1] old_up, old_down
    if arcs.shape[0] == 0:
        return tuple(np.empty(0, kind) for kind in (np.int64, np.uint32, np.uint32))
    state.ptr, state.ancestors, state.lower = &ptr[0], &ancestors[0], &lower[0]
    state.under_ptr, state.under = &under_ptr[0], &under[0] if under.shape[0] else NULL
    state.processing, state.up, state.down = &processing[0], &up[0], &down[0]
    state.true_up, state.true_down = &true_up[0], &true_down[0]
    state.queued, state.heap = &queued[0], &heap[0]
    state.waiting = state.steps = state.length = state.room = 0
    state.arcs, state.old_up, state.old_down = NULL, NULL, NULL
    with nogil:
        for k in range(arcs.shape[0]):
            call(&state, lower[arcs[k]])
        while state.waiting and room and patient:
            node = <int32_t> pop[uint64_t](state.heap, &state.waiting)
            queued[node] = 0
            room = renew(&state, node)
            patient = state.steps <= most_steps
        for k in range(state.waiting):
            queued[<Py_ssize_t> heap[k]] = 0
        if not (room and patient):
            undo(&state)
    try:
        if not room:
            raise MemoryError("no room for the latencies that change")
        if not patient:
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
