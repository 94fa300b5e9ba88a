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


# What a pair uses: the list of its class, or one of its own.
cdef inline int64_t list_of(
    int32_t c, int64_t pair, const int64_t[::1] pair_ptr, const int64_t[::1] own
) noexcept nogil:
    return c if own[c] < 0 else own[c] + pair - pair_ptr[c]


# What a member pays for what it uses on a site.
cdef inline double rent(
    int64_t one,
    int32_t site,
    const int64_t[::1] list_ptr,
    const int32_t[::1] list_kind,
    const double[::1] list_amount,
    const double[:, ::1] price,
) noexcept nogil:
    cdef double paid = 0.0
    cdef int64_t use
    for use in range(list_ptr[one], list_ptr[one + 1]):
        paid += list_amount[use] * price[site, list_kind[use]]
    return paid


def share_out(
    const int32_t[::1] classes,     # IN
    const int64_t[::1] pair_ptr,    # IN
    const int32_t[::1] pair_site,   # IN
    const double[::1] pair_cost,    # IN
    const double[::1] out_cost,     # IN
    const int64_t[::1] count,       # IN
    const int64_t[::1] own,         # IN
    const int64_t[::1] list_ptr,    # IN
    const int32_t[::1] list_kind,   # IN
    const double[::1] list_amount,  # IN
    const double[:, ::1] price,     # IN
    double warmth,
    double[:, ::1] load,            # OUT
    const int64_t[::1] stop,        # IN
):
    """Let each class share itself out among its pairs, the more to one the cheaper it is.

    Parameters
    ----------
    classes : ndarray of shape (n_some,), int32
        Which of them.
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are pair_ptr[c] to pair_ptr[c + 1].
    pair_site : ndarray of shape (n_pairs,), int32
        Their sites.
    pair_cost : ndarray of shape (n_pairs,), float64
        Of one member.
    out_cost : ndarray of shape (n_classes,), float64
        Of leaving one member out.
    count : ndarray of shape (n_classes,), int64
        Members of each class.
    own : ndarray of shape (n_classes,), int64
        The list of the first pair of a class each of whose pairs has a list of its own, in their
        order; -1 for a class with one list for all its pairs, whose number is that of the class.
    list_ptr : ndarray of shape (n_lists + 1,), int64
        List k is list_ptr[k] to list_ptr[k + 1].
    list_kind : ndarray of shape (n_listed,), int32
        What a member uses.
    list_amount : ndarray of shape (n_listed,), float64
        How much.
    price : ndarray of shape (n_sites, n_kinds), float64
        Of one of each kind on each site.
    warmth : float
        Of two choices, one that costs as much more gets one part in e of the other's.
    load : ndarray of shape (n_sites, n_kinds), float64
        Filled: how much these classes use of each kind on each site.
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
    `soft` is a smooth function of the prices, at most `hard`, and `load` is its gradient. O(n_pairs), times what a member uses.

    References
    ----------
    Fisher, M. L., "The Lagrangian relaxation method for solving integer programming problems",
    Management Science 27, 1981; Nesterov, Y., "Smooth minimization of non-smooth functions",
    Mathematical Programming 103, 2005.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import share_out
    >>> load = np.empty((2, 1))
    >>> soft, hard = share_out(
    ...     classes=np.array([0], np.int32), pair_ptr=np.array([0, 2]), pair_site=np.array([0, 1], np.int32),
    ...     pair_cost=np.array([3.0, 3.0]), out_cost=np.array([99.0]), count=np.array([2]),
    ...     own=np.array([-1]), list_ptr=np.array([0, 1]), list_kind=np.array([0], np.int32),
    ...     list_amount=np.array([0.5]), price=np.zeros((2, 1)), warmth=1.0, load=load,
    ...     stop=np.array([2**63 - 1, 0]))
    >>> round(soft, 6), hard, load.tolist()
    (4.613706, 6.0, [[0.5], [0.5]])
    """
    cdef Py_ssize_t some, site, kind
    cdef int64_t pair, first, last, one, use, widest = 1, steps = 0
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
        for site in range(load.shape[0]):
            for kind in range(load.shape[1]):
                load[site, kind] = 0.0
        for some in range(classes.shape[0]):
            c = classes[some]
            first, last = pair_ptr[c], pair_ptr[c + 1]
            best = out_cost[c]
            for pair in range(first, last):
                one = list_of(c, pair, pair_ptr, own)
                part = pair_cost[pair] + rent(
                    one, pair_site[pair], list_ptr, list_kind, list_amount, price
                )
                cost[pair - first] = part
                best = min(best, part)
                steps += 1 + list_ptr[one + 1] - list_ptr[one]
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
                    one = list_of(c, pair, pair_ptr, own)
                    for use in range(list_ptr[one], list_ptr[one + 1]):
                        load[pair_site[pair], list_kind[use]] += part * list_amount[use]
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
        free(cost)
    return (soft, hard) if done else None


def list_near(
    const int64_t[::1] pair_ptr,    # IN
    const int32_t[::1] pair_site,   # IN
    const double[::1] pair_cost,    # IN
    const int64_t[::1] own,         # IN
    const int64_t[::1] list_ptr,    # IN
    const int32_t[::1] list_kind,   # IN
    const double[::1] list_amount,  # IN
    const double[:, ::1] price,     # IN
    double window,
    int least,
    int most,
    uint8_t[::1] near,              # OUT
    const int64_t[::1] stop,        # IN
):
    """Mark the pairs of each class that are nearly as cheap as its cheapest, prices included.

    Parameters
    ----------
    pair_ptr, pair_site, pair_cost, own, list_ptr, list_kind, list_amount, price, stop
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
    O(n_pairs), times what a member uses and `most`. Of equally cheap pairs the first ones count.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import list_near
    >>> near = np.empty(4, np.uint8)
    >>> list_near(
    ...     pair_ptr=np.array([0, 4]), pair_site=np.arange(4, dtype=np.int32),
    ...     pair_cost=np.array([3.0, 1.0, 9.0, 1.5]), own=np.array([-1]), list_ptr=np.array([0, 0]),
    ...     list_kind=np.empty(0, np.int32), list_amount=np.empty(0), price=np.empty((4, 0)), window=1.0,
    ...     least=1, most=8, near=near, stop=np.array([2**63 - 1, 0]))
    True
    >>> near.tolist()
    [0, 2, 0, 1]
    """
    cdef Py_ssize_t c, n_classes = pair_ptr.shape[0] - 1
    cdef int64_t pair, one, steps = 0
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
                one = list_of(<int32_t> c, pair, pair_ptr, own)
                cost = pair_cost[pair] + rent(
                    one, pair_site[pair], list_ptr, list_kind, list_amount, price
                )
                steps += 1 + list_ptr[one + 1] - list_ptr[one]
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
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done


def charge_pairs(
    const int64_t[::1] pair_ptr,    # IN
    const int32_t[::1] pair_site,   # IN
    const int64_t[::1] own,         # IN
    const int64_t[::1] list_ptr,    # IN
    const int32_t[::1] list_kind,   # IN
    const double[::1] list_amount,  # IN
    const double[:, ::1] price,     # IN
    double[::1] paid,               # OUT
):
    """Work out what a member pays at each pair for what it uses.

    Parameters
    ----------
    pair_ptr, pair_site, own, list_ptr, list_kind, list_amount, price
        As for `share_out`.
    paid : ndarray of shape (n_pairs,), float64
        Filled.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import charge_pairs
    >>> paid = np.empty(2)
    >>> charge_pairs(
    ...     pair_ptr=np.array([0, 2]), pair_site=np.array([0, 1], np.int32), own=np.array([-1]),
    ...     list_ptr=np.array([0, 1]), list_kind=np.array([0], np.int32), list_amount=np.array([2.0]),
    ...     price=np.array([[5.0], [1.0]]), paid=paid)
    >>> paid.tolist()
    [10.0, 2.0]
    """
    cdef Py_ssize_t c
    cdef int64_t pair
    with nogil:
        for c in range(pair_ptr.shape[0] - 1):
            for pair in range(pair_ptr[c], pair_ptr[c + 1]):
                paid[pair] = rent(
                    list_of(<int32_t> c, pair, pair_ptr, own), pair_site[pair], list_ptr, list_kind,
                    list_amount, price,
                )


def take_cheapest(
    const int64_t[::1] pair_ptr,    # IN
    const int32_t[::1] pair_site,   # IN
    const int64_t[::1] pair_cost,   # IN
    const int64_t[::1] own,         # IN
    const int64_t[::1] list_ptr,    # IN
    const int32_t[::1] list_kind,   # IN
    const int64_t[::1] list_amount, # IN
    const int64_t[:, ::1] price,    # IN
    int shift,
    int64_t[::1] cheapest,          # OUT
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,        # IN
):
    """Find what a member of each class pays at its cheapest pair, prices included, exactly.

    Parameters
    ----------
    pair_ptr, pair_site, own, list_ptr, list_kind, stop
        As for `share_out`.
    pair_cost : ndarray of shape (n_pairs,), int64
        Of one member.
    list_amount : ndarray of shape (n_listed,), int64
        How much of it.
    price : ndarray of shape (n_sites, n_kinds), int64
        Of one of each kind on each site; over 2**shift, as all that is paid. No sum may pass 64 bits.
    shift : int
        See there.
    cheapest : ndarray of shape (n_classes,), int64
        Filled for the classes `begin` to before `end`; 0 for a class without a pair.
    begin, end : int
        The range of classes.

    Returns
    -------
    bool
        False if it was stopped.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import take_cheapest
    >>> cheapest = np.empty(1, np.int64)
    >>> take_cheapest(
    ...     pair_ptr=np.array([0, 2]), pair_site=np.array([0, 1], np.int32), pair_cost=np.array([3, 4]),
    ...     own=np.array([-1]), list_ptr=np.array([0, 1]), list_kind=np.array([0], np.int32),
    ...     list_amount=np.array([2]), price=np.array([[5], [1]]), shift=1, cheapest=cheapest,
    ...     begin=0, end=1, stop=np.array([2**63 - 1, 0]))
    True
    >>> cheapest.tolist()
    [10]
    """
    cdef Py_ssize_t c
    cdef int64_t pair, one, use, cost, least, steps = 0
    cdef bint done = True
    with nogil:
        for c in range(begin, end):
            least = 0
            for pair in range(pair_ptr[c], pair_ptr[c + 1]):
                one = list_of(<int32_t> c, pair, pair_ptr, own)
                cost = pair_cost[pair] << shift
                for use in range(list_ptr[one], list_ptr[one + 1]):
                    cost += list_amount[use] * price[pair_site[pair], list_kind[use]]
                if pair == pair_ptr[c] or cost < least:
                    least = cost
                steps += 1 + list_ptr[one + 1] - list_ptr[one]
            cheapest[c] = least
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done
