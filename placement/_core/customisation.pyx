"""Latencies on the arcs of an elimination tree: laid on, completed, and thinned out.

The tree is that of the kernels in `elimination`; it is the same whatever the latencies are.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

import numpy as np

from placement._core.clock cimport stopped

cdef enum:
    NO_LATENCY = 2_147_483_647
    PATIENCE = 1_000_000


def lay(
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const int32_t[::1] tails,       # IN
    const int32_t[::1] heads,       # IN
    const int32_t[::1] latency,     # IN
    const uint8_t[::1] is_open,     # IN
    uint32_t[::1] up,               # OUT
    uint32_t[::1] down,             # OUT
):
    """Lay links on the arcs of the tree: of several on one arc the quickest counts.

    Parameters
    ----------
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors : ndarray of shape (n_arcs,), int32
        Their upper ends, the highest first.
    tails, heads : ndarray of shape (n_links,), int32
        Where each link leads from and to, by number; one of the two is above the other.
    latency : ndarray of shape (n_links,), int32, ns
        Of each link.
    is_open : ndarray of shape (n_links,), uint8
        0: the link is not there.
    up, down : ndarray of shape (n_arcs,), uint32, ns
        Filled, towards the upper end and from it; 2**31 - 1 without a link.

    Notes
    -----
    O(n_links log width).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import lay
    >>> up, down = np.empty(1, np.uint32), np.empty(1, np.uint32)
    >>> lay(np.array([0, 0, 1]), np.array([0], np.int32), np.array([1, 1], np.int32),
    ...     np.array([0, 0], np.int32), np.array([7, 5], np.int32), np.ones(2, np.uint8), up, down)
    >>> up.tolist(), down.tolist()
    ([5], [2147483647])
    """
    cdef Py_ssize_t link, k
    cdef int64_t low, high, middle
    cdef int32_t lower, upper
    with nogil:
        for k in range(up.shape[0]):
            up[k] = down[k] = NO_LATENCY
        for link in range(tails.shape[0]):
            lower, upper = heads[link], tails[link]
            if not is_open[link] or lower == upper:
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
            if lower == tails[link]:
                if <uint32_t> latency[link] < up[low]:
                    up[low] = <uint32_t> latency[link]
            elif <uint32_t> latency[link] < down[low]:
                down[low] = <uint32_t> latency[link]


def customise(
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const uint32_t[::1] processing, # IN
    uint32_t[::1] up,               # IN, OUT
    uint32_t[::1] down,             # IN, OUT
    const int64_t[::1] stop,        # IN
):
    """Give every arc of the tree the latency of the best path through nodes below it.

    Parameters
    ----------
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors : ndarray of shape (n_arcs,), int32
        Their upper ends, the highest first.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; 2**31 - 1 at a node that may not be crossed.
    up, down : ndarray of shape (n_arcs,), uint32, ns
        The links' own latencies towards the upper end and from it, 2**31 - 1 where there is none;
        then the best with all nodes below.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped; the latencies are then not to be used.

    Notes
    -----
    From the bottom of the tree to its top, each pair of arcs of a node once.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import customise
    >>> up, down = np.array([9, 2, 3], np.uint32), np.array([9, 2, 3], np.uint32)
    >>> customise(np.array([0, 0, 1, 3]), np.array([0, 0, 1], np.int32), np.array([0, 0, 1], np.uint32),
    ...           up, down, np.array([2**63 - 1, 0]))
    True
    >>> up.tolist()
    [6, 2, 3]
    """
    cdef Py_ssize_t n = ptr.shape[0] - 1, node
    cdef int64_t begin, end, p, q, t, steps = 0
    cdef int32_t lower
    cdef uint32_t through, to_lower, from_lower, total
    cdef bint done = True
    with nogil:
        for node in range(n - 1, -1, -1):
            through = processing[node]
            begin, end = ptr[node], ptr[node + 1]
            if end - begin < 2 or through >= NO_LATENCY:
                continue
            for q in range(begin + 1, end):
                lower = ancestors[q]
                # Both are below 2**31, and so is each of the sums that follow once it is cut.
                from_lower = cut(down[q] + through)
                to_lower = cut(up[q] + through)
                t = ptr[lower]
                for p in range(begin, q):
                    while ancestors[t] != ancestors[p]:
                        t += 1
                    total = from_lower + up[p]
                    if total < up[t]:
                        up[t] = total
                    total = to_lower + down[p]
                    if total < down[t]:
                        down[t] = total
                    t += 1
                steps += q - begin
            if steps > PATIENCE:
                steps = 0
                if stopped(stop):
                    done = False
                    break
    return done


def prune(
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const int32_t[::1] depth,       # IN
    const uint32_t[::1] processing, # IN
    uint32_t[::1] up,               # IN, OUT
    uint32_t[::1] down,             # IN, OUT
    int64_t[::1] up_ptr,            # OUT
    int32_t[::1] up_end,            # OUT
    uint32_t[::1] up_kept,          # OUT
    int64_t[::1] down_ptr,          # OUT
    int32_t[::1] down_depth,        # OUT
    uint32_t[::1] down_kept,        # OUT
    const int64_t[::1] stop,        # IN
):
    """Leave out the arcs that a way over another node above makes needless.

    Parameters
    ----------
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors : ndarray of shape (n_arcs,), int32
        Their upper ends, the highest first.
    depth : ndarray of shape (n_nodes,), int32
        By number: how many nodes are above.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; 2**31 - 1 at a node that may not be crossed.
    up, down : ndarray of shape (n_arcs,), uint32, ns
        As `customise` leaves them; then the true latencies between the two ends.
    up_ptr, down_ptr : ndarray of shape (n_nodes + 1,), int64
        Filled: where the arcs that number i keeps begin.
    up_end : ndarray of shape (n_arcs,), int32
        Filled up to up_ptr[n_nodes]: the numbers of their upper ends.
    down_depth : ndarray of shape (n_arcs,), int32
        Filled up to down_ptr[n_nodes]: how deep their upper ends are.
    up_kept, down_kept : ndarray of shape (n_arcs,), uint32, ns
        Filled likewise: their latencies.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped; nothing is then to be used.

    Notes
    -----
    From the top of the tree down, so that the latencies above are true when they are used. An arc
    goes only for a way over an arc that is still there, so of several equal ways one remains. On the
    way up that arc must lead to a node further down, which the walk reaches before.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016, section 5.3 (perfect customization).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import prune
    >>> up, down = np.array([9, 6, 3], np.uint32), np.array([9, 6, 3], np.uint32)
    >>> ptrs, ends = (np.empty(4, np.int64), np.empty(4, np.int64)), (np.empty(3, np.int32), np.empty(3, np.int32))
    >>> kept = np.empty(3, np.uint32), np.empty(3, np.uint32)
    >>> prune(np.array([0, 0, 1, 3]), np.array([0, 0, 1], np.int32), np.array([0, 1, 2], np.int32),
    ...       np.zeros(3, np.uint32), up, down, ptrs[0], ends[0], kept[0], ptrs[1], ends[1], kept[1],
    ...       np.array([2**63 - 1, 0]))
    True
    >>> up.tolist(), ptrs[1].tolist()
    ([9, 6, 3], [0, 0, 1, 3])
    """
    cdef Py_ssize_t n = ptr.shape[0] - 1, node
    cdef int64_t begin, width, p, q, up_filled = 0, down_filled = 0, steps = 0
    cdef bint done = True
    widest = int(np.diff(ptr).max(initial=0))
    up_needless_array, down_needless_array = np.empty(widest + 1, np.uint8), np.empty(widest + 1, np.uint8)
    cdef uint8_t[::1] up_needless = up_needless_array, down_needless = down_needless_array
    with nogil:
        for node in range(n):
            begin, width = ptr[node], ptr[node + 1] - ptr[node]
            perfect(ptr, ancestors, processing, up, down, begin, width)
            for p in range(width):
                up_needless[p] = up[begin + p] >= NO_LATENCY
                down_needless[p] = down[begin + p] >= NO_LATENCY
            if width > 1:
                judge(
                    ptr, ancestors, processing, up, down, begin, width, up_needless, down_needless
                )
            up_ptr[node] = up_filled
            down_ptr[node] = down_filled
            for p in range(width):
                if not up_needless[p]:
                    up_end[up_filled] = ancestors[begin + p]
                    up_kept[up_filled] = up[begin + p]
                    up_filled += 1
                if not down_needless[p]:
                    down_depth[down_filled] = depth[ancestors[begin + p]]
                    down_kept[down_filled] = down[begin + p]
                    down_filled += 1
            steps += 1 + width * width
            if steps > PATIENCE:
                steps = 0
                if stopped(stop):
                    done = False
                    break
        if done:
            up_ptr[n] = up_filled
            down_ptr[n] = down_filled
    return done


# Bring a node's arcs down to the true latencies: over any other node above, whose arcs are true.
cdef void perfect(
    const int64_t[::1] ptr,
    const int32_t[::1] ancestors,
    const uint32_t[::1] processing,
    uint32_t[::1] up,
    uint32_t[::1] down,
    int64_t begin,
    int64_t width,
) noexcept nogil:
    cdef int64_t p, q, t
    cdef uint32_t total, over_high, over_low
    for q in range(begin + 1, begin + width):
        over_low = processing[ancestors[q]]
        t = ptr[ancestors[q]]
        for p in range(begin, q):
            while ancestors[t] != ancestors[p]:
                t += 1
            over_high = processing[ancestors[p]]
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


cdef void judge(
    const int64_t[::1] ptr,
    const int32_t[::1] ancestors,
    const uint32_t[::1] processing,
    const uint32_t[::1] up,
    const uint32_t[::1] down,
    int64_t begin,
    int64_t width,
    uint8_t[::1] up_needless,
    uint8_t[::1] down_needless,
) noexcept nogil:
    cdef int64_t p, q, t
    cdef uint32_t over_low
    for q in range(1, width):
        over_low = processing[ancestors[begin + q]]
        t = ptr[ancestors[begin + q]]
        for p in range(q):
            while ancestors[t] != ancestors[begin + p]:
                t += 1
            if not up_needless[p] and not up_needless[q]:
                if cut(up[begin + q] + over_low) + up[t] <= up[begin + p]:
                    up_needless[p] = 1
            if not down_needless[p] and not down_needless[q]:
                if cut(down[begin + q] + over_low) + down[t] <= down[begin + p]:
                    down_needless[p] = 1
                elif cut(down[begin + p] + processing[ancestors[begin + p]]) + up[t] <= down[begin + q]:
                    down_needless[q] = 1
            t += 1


cdef inline uint32_t cut(uint32_t label) noexcept nogil:
    return label if label < NO_LATENCY else NO_LATENCY
