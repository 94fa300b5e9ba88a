"""Relax the rows: with a price on each, every class takes its cheapest pair for itself."""

from libc.math cimport INFINITY
from libc.stdint cimport int32_t, int64_t

from placement._core.clock cimport stopped

cdef enum:
    PATIENCE = 1_000_000  # uses between two looks at the clock: some 2 ms


def take_cheapest(
    const int64_t[::1] pair_ptr,    # IN
    const double[::1] pair_cost,    # IN
    const double[::1] out_cost,     # IN
    const int64_t[::1] count,       # IN
    const int64_t[::1] use_ptr,     # IN
    const int32_t[::1] use_row,     # IN
    const double[::1] use_share,    # IN
    const double[::1] price,        # IN
    double[::1] load,               # OUT
    int64_t[::1] choice,            # OUT
    const int64_t[::1] stop,        # IN
):
    """Let each class take the pair that is cheapest with the prices of the rows it uses.

    Parameters
    ----------
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
    load : ndarray of shape (n_rows,), float64
        Filled: the shares that all together use; more than 1 where the row overflows.
    choice : ndarray of shape (n_classes,), int64
        Filled: the pair that each class takes; -1 where it is left out.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    float or None
        What all together pay, prices included; None if it was stopped.

    Notes
    -----
    O(n_uses). The first of several cheapest pairs counts, and being left out only if it is cheaper.

    References
    ----------
    Fisher, M. L., "The Lagrangian relaxation method for solving integer programming problems",
    Management Science 27, 1981.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import take_cheapest
    >>> load, choice = np.empty(2), np.empty(1, np.int64)
    >>> take_cheapest(
    ...     pair_ptr=np.array([0, 2]), pair_cost=np.array([3.0, 4.0]), out_cost=np.array([9.0]),
    ...     count=np.array([2]), use_ptr=np.array([0, 1, 2]), use_row=np.array([0, 1], np.int32),
    ...     use_share=np.array([0.5, 0.25]), price=np.array([4.0, 0.0]), load=load, choice=choice,
    ...     stop=np.array([2**63 - 1, 0]))
    8.0
    >>> load.tolist(), choice.tolist()
    ([0.0, 0.5], [1])
    """
    cdef Py_ssize_t c, pair, use, n_classes = count.shape[0]
    cdef double total = 0.0, cost, best
    cdef int64_t taken, steps = 0
    cdef bint done = True
    with nogil:
        for use in range(load.shape[0]):
            load[use] = 0.0
        for c in range(n_classes):
            best = INFINITY
            taken = -1
            for pair in range(pair_ptr[c], pair_ptr[c + 1]):
                cost = pair_cost[pair]
                for use in range(use_ptr[pair], use_ptr[pair + 1]):
                    cost += use_share[use] * price[use_row[use]]
                if cost < best:
                    best = cost
                    taken = pair
            if out_cost[c] < best:
                best = out_cost[c]
                taken = -1
            steps += 1 + use_ptr[pair_ptr[c + 1]] - use_ptr[pair_ptr[c]]
            if steps > PATIENCE:
                steps = 0
                if stopped(stop):
                    done = False
                    break
            choice[c] = taken
            total += count[c] * best
            if taken >= 0:
                for use in range(use_ptr[taken], use_ptr[taken + 1]):
                    load[use_row[use]] += count[c] * use_share[use]
    return total if done else None
