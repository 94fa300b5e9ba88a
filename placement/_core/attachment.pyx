"""Which links lie on which arc of an elimination tree, so that each arc knows the best of its own."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

cdef enum:
    NO_LATENCY = 2_147_483_647


def attach(
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const int32_t[::1] tails,       # IN
    const int32_t[::1] heads,       # IN
    int64_t[::1] slot,              # OUT
    int32_t[::1] first,             # OUT
    int32_t[::1] following,         # OUT
):
    """Find the arc that each link lies on, and list the links of each arc, each way apart.

    Parameters
    ----------
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors : ndarray of shape (n_arcs,), int32
        Their upper ends, the highest first.
    tails, heads : ndarray of shape (n_links,), int32
        Where each link leads from and to, by number; one of the two is above the other.
    slot : ndarray of shape (n_links,), int64
        Filled: twice the arc, and one more where the link leads from its upper end; -1 where a link
        leads back to its own node.
    first : ndarray of shape (2 * n_arcs,), int32
        Filled: by slot, the first link on it, -1 without one.
    following : ndarray of shape (n_links,), int32
        Filled: the next link on the same slot, -1 after the last one.

    Notes
    -----
    O(n_links log width).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import attach
    >>> slot, first, following = np.empty(2, np.int64), np.empty(2, np.int32), np.empty(2, np.int32)
    >>> attach(np.array([0, 0, 1]), np.array([0], np.int32), np.array([1, 1], np.int32),
    ...        np.array([0, 0], np.int32), slot, first, following)
    >>> slot.tolist(), first.tolist(), following.tolist()
    ([0, 0], [0, -1], [1, -1])
    """
    cdef Py_ssize_t link, k
    cdef int64_t low, high, middle
    cdef int32_t lower, upper
    with nogil:
        for k in range(first.shape[0]):
            first[k] = -1
        # Backwards, so that each list is in the order of the links.
        for link in range(tails.shape[0] - 1, -1, -1):
            lower, upper = heads[link], tails[link]
            slot[link] = following[link] = -1
            if lower == upper:
                continue
            if lower < upper:
                lower, upper = upper, lower
            low, high = ptr[lower], ptr[lower + 1] - 1
            while low < high:
                middle = (low + high) >> 1
                if ancestors[middle] < upper:
                    low = middle + 1
                else:
                    high = middle
            slot[link] = 2 * low + (0 if lower == tails[link] else 1)
            following[link] = first[slot[link]]
            first[slot[link]] = <int32_t> link


def relay(
    const int64_t[::1] slots,       # IN
    const int32_t[::1] first,       # IN
    const int32_t[::1] following,   # IN
    const int32_t[::1] latency,     # IN
    const uint8_t[::1] is_open,     # IN
    uint32_t[::1] up,               # IN, OUT
    uint32_t[::1] down,             # IN, OUT
    int64_t[::1] arcs,              # OUT
):
    """Lay the links of some slots on their arcs again, and tell which arcs are different now.

    Parameters
    ----------
    slots : ndarray, int64
        Those on which a link has changed.
    first, following : ndarray, int32
        The links of each slot, as `attach` lists them.
    latency : ndarray of shape (n_links,), int32, ns
        Of each link, as it is now.
    is_open : ndarray of shape (n_links,), uint8
        0: the link is not there.
    up, down : ndarray of shape (n_arcs,), uint32, ns
        What `lay` made of the links as they were; brought up to date.
    arcs : ndarray, int64
        As long as `slots`; filled from its beginning.

    Returns
    -------
    int
        How many arcs it has filled in; one may be there twice.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import relay
    >>> up, down, arcs = np.array([5], np.uint32), np.array([7], np.uint32), np.empty(1, np.int64)
    >>> relay(np.array([0]), np.array([0, -1], np.int32), np.array([1, -1], np.int32),
    ...       np.array([9, 6], np.int32), np.ones(2, np.uint8), up, down, arcs)
    1
    >>> up.tolist(), down.tolist(), arcs.tolist()
    ([6], [7], [0])
    """
    cdef Py_ssize_t k, n = 0
    cdef int64_t arc
    cdef int32_t link
    cdef uint32_t best
    cdef uint32_t* own
    with nogil:
        for k in range(slots.shape[0]):
            best = NO_LATENCY
            link = first[slots[k]]
            while link >= 0:
                if is_open[link] and <uint32_t> latency[link] < best:
                    best = <uint32_t> latency[link]
                link = following[link]
            arc = slots[k] >> 1
            own = &down[arc] if slots[k] & 1 else &up[arc]
            if own[0] != best:
                own[0] = best
                arcs[n] = arc
                n += 1
    return n
