"""What pairs of workloads and sites cost: fractions that are added exactly, and rounded once."""

from libc.stdint cimport int32_t, int64_t, uint8_t

from placement._core.clock cimport called_off

cdef extern from *:
    """
    typedef __int128 wide_t;
    """
    ctypedef long long wide_t  # 128 bits

cdef enum:
    PATIENCE = 1_000_000  # steps between two looks at the clock: some 2 ms
    # How the costs of a class are added up.
    SMALL = 0
    WIDE = 1


def price_pairs(
    const int64_t[::1] order,       # IN
    const int64_t[::1] key,         # IN
    const int64_t[::1] ptr,         # IN
    const int64_t[::1] route,       # IN
    const int64_t[::1] weight,      # IN
    const int64_t[:, ::1] rtt,      # IN
    const uint8_t[::1] way,         # IN
    const int64_t[:, ::1] factor,   # IN
    const int64_t[::1] home,        # IN
    const int64_t[:, ::1] amount,   # IN
    const int64_t[:, :, ::1] rate,  # IN
    const int64_t[::1] now,         # IN
    const int64_t[::1] move,        # IN
    const int64_t[::1] pair_ptr,    # IN
    const int32_t[::1] pair_site,   # IN
    int64_t[::1] pair_cost,         # OUT
    Py_ssize_t begin,               # IN
    Py_ssize_t end,                 # IN
    const int64_t[::1] stop,        # IN
):
    """Add up the cost of each pair exactly, and round it once.

    Parameters
    ----------
    order : ndarray of shape (n_classes,), int64
        The classes, those with the same key one after the other.
    key : ndarray of shape (n_classes,), int64
        Classes with the same key have the same origins, weights and factors.
    ptr : ndarray of shape (n_keys + 1,), int64
        The origins of key k are ptr[k] to ptr[k + 1].
    route : ndarray of shape (n_origins,), int64
        The row of each in `rtt`.
    weight : ndarray of shape (n_origins,), int64
        Of each in the sum of round trips.
    rtt : ndarray of shape (n_routes, n_sites), int64, ns
        Round trips.
    way : ndarray of shape (n_keys,), uint8
        0 where both sums, times their factors, and the denominator are sure to be below 2**60; 1
        where the sums are sure to be below 2**124, and all else below 2**62. Others are left out.
    factor : ndarray of shape (n_keys, 3), int64
        Way 0: of the sum of round trips, of the sum of all other terms, and the denominator of both.
        Way 1: of the sum of round trips, its denominator, and that of the other terms.
    home : ndarray of shape (n_classes,), int64
        Who pays the same rates.
    amount : ndarray of shape (n_classes, n_resources), int64
        What a member uses.
    rate : ndarray of shape (n_homes, n_sites, n_resources), int64
        For one unit of each.
    now : ndarray of shape (n_classes,), int64
        The site where a class runs, -1 for none.
    move : ndarray of shape (n_classes,), int64
        For getting another.
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are pair_ptr[c] to pair_ptr[c + 1].
    pair_site : ndarray of shape (n_pairs,), int32
        Their sites.
    pair_cost : ndarray of shape (n_pairs,), int64
        Filled for the range: to the nearest whole number, halves up.
    begin, end : int
        The range of places in `order`.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import price_pairs
    >>> cost = np.empty(2, np.int64)
    >>> price_pairs(
    ...     order=np.array([0]), key=np.array([0]), ptr=np.array([0, 2]), route=np.array([0, 1]),
    ...     weight=np.array([1, 2]), rtt=np.array([[10, 20], [30, 20]]),
    ...     way=np.array([0], np.uint8), factor=np.array([[2, 3, 6]]), home=np.array([0]),
    ...     amount=np.array([[5]]), rate=np.array([[[7], [8]]]), now=np.array([1]),
    ...     move=np.array([100]), pair_ptr=np.array([0, 2]), pair_site=np.array([0, 1], np.int32),
    ...     pair_cost=cost, begin=0, end=1, stop=np.array([2**63 - 1, 0]))
    True
    >>> cost.tolist()  # 545/6 and 240/6
    [91, 40]
    """
    cdef Py_ssize_t i, c, r, s, n_resources = rate.shape[2]
    cdef int64_t origin, first, last, k, p, paid, trips, by_latency, by_other, half, steps = 0
    cdef wide_t wide_paid, wide_trips, by_trips, by_rest, twice, whole
    cdef const int64_t* used
    cdef const int64_t* rates
    cdef bint done = True
    with nogil:
        for i in range(begin, end):
            c = order[i]
            k = key[c]
            if pair_ptr[c] == pair_ptr[c + 1]:
                continue
            first, last = ptr[k], ptr[k + 1]
            used = &amount[c, 0] if n_resources else NULL
            if way[k] == SMALL:
                by_latency, by_other, half = 2 * factor[k, 0], 2 * factor[k, 1], factor[k, 2]
                for p in range(pair_ptr[c], pair_ptr[c + 1]):
                    s = pair_site[p]
                    paid = move[c] if now[c] >= 0 and now[c] != s else 0
                    rates = &rate[home[c], s, 0] if n_resources else NULL
                    for r in range(n_resources):
                        paid += used[r] * rates[r]
                    trips = 0
                    for origin in range(first, last):
                        trips += weight[origin] * rtt[route[origin], s]
                    pair_cost[p] = (by_latency * trips + by_other * paid + half) // (2 * half)
            elif way[k] == WIDE:
                by_trips = factor[k, 1]
                by_rest = factor[k, 2]
                whole = by_trips * by_rest
                for p in range(pair_ptr[c], pair_ptr[c + 1]):
                    s = pair_site[p]
                    wide_paid = move[c] if now[c] >= 0 and now[c] != s else 0
                    rates = &rate[home[c], s, 0] if n_resources else NULL
                    for r in range(n_resources):
                        wide_paid += <wide_t> used[r] * rates[r]
                    wide_trips = 0
                    for origin in range(first, last):
                        wide_trips += <wide_t> weight[origin] * rtt[route[origin], s]
                    wide_trips *= factor[k, 0]
                    # Whole parts, and then the two that are left, each below 1.
                    paid = <int64_t> (wide_trips // by_trips + wide_paid // by_rest)
                    twice = 2 * (wide_trips % by_trips * by_rest + wide_paid % by_rest * by_trips)
                    pair_cost[p] = paid + (twice >= whole) + (twice >= 3 * whole)
            steps += 4 * (pair_ptr[c + 1] - pair_ptr[c]) + 1
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done
