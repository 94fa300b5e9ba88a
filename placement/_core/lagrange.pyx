"""Relax the rows: with a price on each, every class looks at its own pairs alone."""

from libc.math cimport exp, log
from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.stdlib cimport free, malloc

from placement._core.clock cimport called_off

cdef enum:
    PATIENCE = 1_000_000  # uses between two looks at the clock: some 2 ms
    MOST_NEAR = 64

# What costs so many times the warmth more than the cheapest has no part worth counting.
cdef double FAR = 16.0


# The cost of a pair with the prices of what it uses.
cdef inline double priced(
    int64_t pair,
    const double[::1] pair_cost,
    const int64_t[::1] use_ptr,
    const int32_t[::1] use_row,
    const double[::1] use_share,
    const double[::1] price,
) noexcept nogil:
    cdef double cost = pair_cost[pair]
    cdef int64_t use
    for use in range(use_ptr[pair], use_ptr[pair + 1]):
        cost += use_share[use] * price[use_row[use]]
    return cost


def share_out(
    const int32_t[::1] classes,     # IN
    const int64_t[::1] pair_ptr,    # IN
    const double[::1] pair_cost,    # IN
    const double[::1] out_cost,     # IN
    const int64_t[::1] count,       # IN
    const int64_t[::1] use_ptr,     # IN
    const int32_t[::1] use_row,     # IN
    const double[::1] use_share,    # IN
    const double[::1] price,        # IN
    double warmth,
    double[::1] load,               # OUT
    const int64_t[::1] stop,        # IN
):
    """Let each class share itself out among its pairs, the more to one the cheaper it is.

    Parameters
    ----------
    classes : ndarray of shape (n_some,), int32
        Which of them.
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are pair_ptr[c] to pair_ptr[c + 1].
    pair_cost : ndarray of shape (n_pairs,), float64
        Of one member.
    out_cost : ndarray of shape (n_classes,), float64
        Of leaving one member out.
    count : ndarray of shape (n_classes,), int64
        Members of each class.
    use_ptr : ndarray of shape (n_pairs + 1,), int64
        What pair p uses is use_ptr[p] to use_ptr[p + 1].
    use_row : ndarray of shape (n_uses,), int32
        Of which row.
    use_share : ndarray of shape (n_uses,), float64
        What share of the row's limit a member uses.
    price : ndarray of shape (n_rows,), float64
        Of the whole row.
    warmth : float
        Of two choices, one that costs as much more gets one part in e of the other's.
    load : ndarray of shape (n_rows,), float64
        Filled: the shares that these classes use; more than 1 where the row overflows.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    soft, hard : float, or None
        What they pay, prices included, less the warmth times the entropy of their shares; and what they
        would pay if each took its cheapest. None if it was stopped.

    Raises
    ------
    MemoryError
        If there is no room for the costs of a class.

    Notes
    -----
    `soft` is a smooth function of the prices, at most `hard`, and `load` is its gradient. O(n_uses).

    References
    ----------
    Fisher, M. L., "The Lagrangian relaxation method for solving integer programming problems",
    Management Science 27, 1981; Nesterov, Y., "Smooth minimization of non-smooth functions",
    Mathematical Programming 103, 2005.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import share_out
    >>> load = np.empty(2)
    >>> soft, hard = share_out(
    ...     classes=np.array([0], np.int32), pair_ptr=np.array([0, 2]), pair_cost=np.array([3.0, 3.0]),
    ...     out_cost=np.array([99.0]), count=np.array([2]), use_ptr=np.array([0, 1, 2]),
    ...     use_row=np.array([0, 1], np.int32), use_share=np.array([0.5, 0.25]), price=np.zeros(2),
    ...     warmth=1.0, load=load, stop=np.array([2**63 - 1, 0]))
    >>> round(soft, 6), hard, load.tolist()
    (4.613706, 6.0, [0.5, 0.25])
    """
    cdef Py_ssize_t some, use
    cdef int64_t pair, first, last, widest = 1, steps = 0
    cdef int32_t c
    cdef double soft = 0.0, hard = 0.0, best, total, part
    cdef double* cost
    cdef bint done = True
    for some in range(classes.shape[0]):
        widest = max(widest, pair_ptr[classes[some] + 1] - pair_ptr[classes[some]])
    cost = <double*> malloc(widest * sizeof(double))
    if cost == NULL:
        raise MemoryError("no room for the costs of a class")
    with nogil:
        for use in range(load.shape[0]):
            load[use] = 0.0
        for some in range(classes.shape[0]):
            c = classes[some]
            first, last = pair_ptr[c], pair_ptr[c + 1]
            best = out_cost[c]
            for pair in range(first, last):
                cost[pair - first] = priced(pair, pair_cost, use_ptr, use_row, use_share, price)
                best = min(best, cost[pair - first])
            total = exp((best - out_cost[c]) / warmth) if out_cost[c] - best < FAR * warmth else 0.0
            for pair in range(first, last):
                part = cost[pair - first] - best
                part = exp(-part / warmth) if part < FAR * warmth else 0.0
                cost[pair - first] = part
                total += part
            hard += count[c] * best
            soft += count[c] * (best - warmth * log(total))
            for pair in range(first, last):
                if cost[pair - first] > 0.0:
                    part = count[c] * cost[pair - first] / total
                    for use in range(use_ptr[pair], use_ptr[pair + 1]):
                        load[use_row[use]] += part * use_share[use]
            steps += 1 + use_ptr[last] - use_ptr[first]
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
        free(cost)
    return (soft, hard) if done else None


def list_near(
    const int64_t[::1] pair_ptr,    # IN
    const double[::1] pair_cost,    # IN
    const int64_t[::1] use_ptr,     # IN
    const int32_t[::1] use_row,     # IN
    const double[::1] use_share,    # IN
    const double[::1] price,        # IN
    double window,
    int least,
    int most,
    uint8_t[::1] near,              # OUT
    const int64_t[::1] stop,        # IN
):
    """Mark the pairs of each class that are nearly as cheap as its cheapest, prices included.

    Parameters
    ----------
    pair_ptr, pair_cost, use_ptr, use_row, use_share, price, stop
        As for `share_out`.
    window : float
        How much more than the cheapest they may cost.
    least, most : int
        So many are marked of each class whatever they cost, and no more than that; `most` is at most 64.
    near : ndarray of shape (n_pairs,), uint8
        Filled: 0 none, 1 near, 2 the cheapest.

    Returns
    -------
    bool
        False if it was stopped.

    Notes
    -----
    O(n_uses + n_pairs most). Of equally cheap pairs the first ones count.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import list_near
    >>> near = np.empty(4, np.uint8)
    >>> list_near(
    ...     pair_ptr=np.array([0, 4]), pair_cost=np.array([3.0, 1.0, 9.0, 1.5]), use_ptr=np.zeros(5, int),
    ...     use_row=np.empty(0, np.int32), use_share=np.empty(0), price=np.empty(0), window=1.0, least=1,
    ...     most=8, near=near, stop=np.array([2**63 - 1, 0]))
    True
    >>> near.tolist()
    [0, 2, 0, 1]
    """
    cdef Py_ssize_t c, n_classes = pair_ptr.shape[0] - 1
    cdef int64_t pair, steps = 0
    cdef int filled, k
    cdef double cost
    cdef double[64] costs
    cdef int64_t[64] pairs
    cdef bint done = True
    most = min(most, <int> MOST_NEAR)
    with nogil:
        for c in range(n_classes):
            filled = 0
            for pair in range(pair_ptr[c], pair_ptr[c + 1]):
                near[pair] = 0
                cost = priced(pair, pair_cost, use_ptr, use_row, use_share, price)
                if filled == most and cost >= costs[most - 1]:
                    continue
                k = filled if filled < most else most - 1
                while k > 0 and costs[k - 1] > cost:
                    costs[k], pairs[k] = costs[k - 1], pairs[k - 1]
                    k -= 1
                costs[k], pairs[k] = cost, pair
                filled = min(filled + 1, most)
            for k in range(filled):
                if k < least or costs[k] <= costs[0] + window:
                    near[pairs[k]] = 2 if k == 0 else 1
            steps += 1 + use_ptr[pair_ptr[c + 1]] - use_ptr[pair_ptr[c]]
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done
