"""Place one workload after the other, the one first that has most to lose."""

from libc.stdint cimport INT64_MAX, int32_t, int64_t, uint8_t
from libc.stdlib cimport free, malloc

from placement._core.clock cimport called_off

cdef enum:
    # Pairs looked at between two looks at the clock: some 100 µs.
    PATIENCE = 32_768


# What a class would lose if it had to take its second choice, and its first choice.
cdef struct Choice:
    int64_t priority
    int64_t regret     # INT64_MAX with one choice left
    int64_t pair       # -1 without any
    int32_t owner


cdef inline bint before(const Choice* a, const Choice* b) noexcept nogil:
    if a.priority != b.priority:
        return a.priority > b.priority
    if a.regret != b.regret:
        return a.regret > b.regret
    return a.owner < b.owner


cdef void push(Choice* heap, Py_ssize_t* size, Choice entry) noexcept nogil:
    cdef Py_ssize_t place = size[0], parent
    size[0] += 1
    while place > 0:
        parent = (place - 1) >> 1
        if not before(&entry, &heap[parent]):
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = entry


cdef Choice pop(Choice* heap, Py_ssize_t* size) noexcept nogil:
    cdef Choice top = heap[0], last
    cdef Py_ssize_t place = 0, child, n
    size[0] -= 1
    n = size[0]
    last = heap[n]
    while True:
        child = 2 * place + 1
        if child >= n:
            break
        if child + 1 < n and before(&heap[child + 1], &heap[child]):
            child += 1
        if not before(&heap[child], &last):
            break
        heap[place] = heap[child]
        place = child
    heap[place] = last
    return top


cdef inline int64_t fitting(
    Py_ssize_t pair,
    int64_t most,
    const int64_t[::1] use_ptr,
    const int32_t[::1] use_row,
    const int64_t[::1] use_amount,
    const int64_t[::1] room,
) noexcept nogil:
    cdef Py_ssize_t use
    cdef int64_t left
    for use in range(use_ptr[pair], use_ptr[pair + 1]):
        left = room[use_row[use]] // use_amount[use]
        if left < most:
            most = left
            if most == 0:
                break
    return most


def place_greedily(
    const int64_t[::1] pair_ptr,    # IN
    const int32_t[::1] pair_site,   # IN
    const int64_t[::1] pair_cost,   # IN
    const int64_t[::1] priority,    # IN
    const int64_t[::1] use_ptr,     # IN
    const int32_t[::1] use_row,     # IN
    const int64_t[::1] use_amount,  # IN
    const int64_t[::1] open_cost,   # IN
    int64_t[::1] left,              # IN, OUT
    int64_t[::1] room,              # IN, OUT
    uint8_t[::1] opened,            # IN, OUT
    int64_t[::1] placed,            # IN, OUT
    const int64_t[::1] stop,        # IN
):
    """Place members of classes at their cheapest pair with room, greatest regret first.

    The class that is next has the highest priority among those left, and among them the greatest
    regret: the difference between its cheapest and its second cheapest pair with room, more than
    any number where there is one such pair alone. Ties go to the first class, and to the first of
    equally cheap pairs. A site that is not open yet costs its opening as well. As many members are
    placed at once as there is room for.

    Regrets are lazy: they are those of the last time that the class was looked at. The one that is
    next is looked at anew; if another stands before it then, it goes back. So a regret that has
    shrunk misleads nobody, and one that has grown since is not seen before the class is next.

    Parameters
    ----------
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are pair_ptr[c] to pair_ptr[c + 1].
    pair_site : ndarray of shape (n_pairs,), int32
        Site of each pair.
    pair_cost : ndarray of shape (n_pairs,), int64
        Of one member, below 2**62.
    priority : ndarray of shape (n_classes,), int64
        Of one member.
    use_ptr : ndarray of shape (n_pairs + 1,), int64
        What pair p uses is use_ptr[p] to use_ptr[p + 1].
    use_row : ndarray of shape (n_uses,), int32
        Of which row, each at most once a pair.
    use_amount : ndarray of shape (n_uses,), int64
        How much a member, more than 0.
    open_cost : ndarray of shape (n_sites,), int64
        Of each site, below 2**62.
    left : ndarray of shape (n_classes,), int64
        Members to be placed, 0 or more; what could not be placed remains.
    room : ndarray of shape (n_rows,), int64
        What is left of each row, 0 or more.
    opened : ndarray of shape (n_sites,), uint8
        1 at a site that is in use.
    placed : ndarray of shape (n_pairs,), int64
        Members at each pair; added to.
    stop : ndarray of shape (2,), int64
        The deadline on the scale of `time.monotonic_ns`, 2**63 - 1 for none; and a word that
        another thread sets to anything but 0 to cancel.

    Returns
    -------
    bool
        False if it was stopped before the last class; what has been placed stands. A short run
        comes to its end without a look at the token.

    Raises
    ------
    MemoryError
        If there is no room for the heap: 32 bytes a class.

    Notes
    -----
    O(u + n log n) for n classes with u uses of their pairs, times how often a class comes up again.
    It goes back at most once for each time that something has been placed.

    References
    ----------
    Martello, S. and Toth, P., "An algorithm for the generalized assignment problem", in Operational
    Research '81, 1981.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import place_greedily
    >>> placed, left = np.zeros(3, np.int64), np.array([1, 1])
    >>> place_greedily(
    ...     pair_ptr=np.array([0, 2, 3]), pair_site=np.array([0, 1, 0], np.int32),
    ...     pair_cost=np.array([1, 2, 1]), priority=np.array([1, 1]),
    ...     use_ptr=np.array([0, 1, 2, 3]), use_row=np.array([0, 1, 0], np.int32),
    ...     use_amount=np.array([1, 1, 1]), open_cost=np.zeros(2, np.int64), left=left,
    ...     room=np.array([1, 1]), opened=np.zeros(2, np.uint8), placed=placed,
    ...     stop=np.array([2**63 - 1, 0]))
    True
    >>> placed.tolist(), left.tolist()
    ([0, 1, 1], [0, 0])
    """
    cdef Py_ssize_t n_classes = left.shape[0], size = 0, c, use
    cdef int64_t steps = 0, many, site
    cdef Choice choice, again
    cdef bint done = True
    cdef Choice* heap = <Choice*> malloc((n_classes + 1) * sizeof(Choice))
    if heap == NULL:
        raise MemoryError("no room for the heap of the greedy engine")
    with nogil:
        for c in range(n_classes):
            if left[c] > 0:
                # Nothing is known yet: it comes up before any of its priority whose regret is.
                choice.priority = priority[c]
                choice.regret = INT64_MAX
                choice.pair = -1
                choice.owner = <int32_t> c
                push(heap, &size, choice)
        while size > 0:
            choice = pop(heap, &size)
            c = choice.owner
            steps += 1 + pair_ptr[c + 1] - pair_ptr[c]
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
            again = choose(
                c, pair_ptr, pair_site, pair_cost, priority, use_ptr, use_row, use_amount,
                open_cost, room, opened,
            )
            if again.pair < 0:
                continue
            if size > 0 and before(&heap[0], &again):
                push(heap, &size, again)
                continue
            many = fitting(again.pair, left[c], use_ptr, use_row, use_amount, room)
            for use in range(use_ptr[again.pair], use_ptr[again.pair + 1]):
                room[use_row[use]] -= many * use_amount[use]
            placed[again.pair] += many
            opened[pair_site[again.pair]] = 1
            left[c] -= many
            if left[c] > 0:
                push(heap, &size, again)
        free(heap)
    return done


cdef Choice choose(
    Py_ssize_t c,
    const int64_t[::1] pair_ptr,
    const int32_t[::1] pair_site,
    const int64_t[::1] pair_cost,
    const int64_t[::1] priority,
    const int64_t[::1] use_ptr,
    const int32_t[::1] use_row,
    const int64_t[::1] use_amount,
    const int64_t[::1] open_cost,
    const int64_t[::1] room,
    const uint8_t[::1] opened,
) noexcept nogil:
    cdef Py_ssize_t pair
    cdef int64_t cost, best = INT64_MAX, second = INT64_MAX
    cdef Choice made
    made.priority = priority[c]
    made.owner = <int32_t> c
    made.pair = -1
    for pair in range(pair_ptr[c], pair_ptr[c + 1]):
        cost = pair_cost[pair]
        if not opened[pair_site[pair]]:
            cost += open_cost[pair_site[pair]]
        if cost >= second or fitting(pair, 1, use_ptr, use_row, use_amount, room) == 0:
            continue
        if cost < best:
            second = best
            best = cost
            made.pair = pair
        else:
            second = cost
    made.regret = INT64_MAX if second == INT64_MAX else second - best
    return made
