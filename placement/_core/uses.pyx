"""What pairs use of which rows: lists for whole classes, and from them lists for each pair."""

from libc.stdint cimport int32_t, int64_t, uint64_t

from placement._core.clock cimport called_off

cdef enum:
    PATIENCE = 1_000_000  # steps between two looks at the clock: some 2 ms


def join_sites(
    const int64_t[::1] list_ptr,   # IN
    const int32_t[::1] list_kind,  # IN
    const uint64_t[:, ::1] bits,   # IN
    uint64_t[:, ::1] joined,       # IN, OUT
    Py_ssize_t begin,              # IN
    Py_ssize_t end,                # IN
    const int64_t[::1] stop,       # IN
):
    """Add the sites of each class to those of every kind of use that it lists.

    Parameters
    ----------
    list_ptr : ndarray of shape (at least n_classes + 1,), int64
        What class c uses is list_ptr[c] to list_ptr[c + 1].
    list_kind : ndarray of shape (n_listed,), int32
        Of which kind.
    bits : ndarray of shape (n_classes, n_words), uint64
        The sites of each class.
    joined : ndarray of shape (n_kinds, n_words), uint64
        The sites on which some class uses each kind.
    begin, end : int
        The range of classes.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import join_sites
    >>> joined = np.zeros((2, 1), np.uint64)
    >>> join_sites(np.array([0, 2, 3]), np.array([0, 1, 1], np.int32),
    ...            np.array([[0b01], [0b10]], np.uint64), joined, 0, 2,
    ...            np.array([2**63 - 1, 0]))
    True
    >>> joined.tolist()
    [[1], [3]]
    """
    cdef Py_ssize_t c, w
    cdef int64_t u, steps = 0
    cdef bint done = True
    with nogil:
        for c in range(begin, end):
            for u in range(list_ptr[c], list_ptr[c + 1]):
                for w in range(bits.shape[1]):
                    joined[list_kind[u], w] |= bits[c, w]
                steps += bits.shape[1]
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done


def count_uses(
    const int64_t[::1] pair_ptr,    # IN
    const int32_t[::1] pair_site,   # IN
    const int64_t[::1] own,         # IN
    const int64_t[::1] list_ptr,    # IN
    const int32_t[::1] list_kind,   # IN
    const int32_t[:, ::1] row_of,   # IN
    int64_t[::1] count,             # OUT
    Py_ssize_t begin,               # IN
    Py_ssize_t end,                 # IN
    const int64_t[::1] stop,        # IN
):
    """Count the rows that each pair uses.

    Parameters
    ----------
    pair_ptr, pair_site, own, list_ptr, list_kind, row_of
        As for `list_uses`.
    count : ndarray of shape (n_pairs,), int64
        Filled.
    begin, end : int
        The range of classes.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import count_uses
    >>> count = np.empty(2, np.int64)
    >>> count_uses(
    ...     pair_ptr=np.array([0, 2]), pair_site=np.array([0, 1], np.int32), own=np.array([-1]),
    ...     list_ptr=np.array([0, 2]), list_kind=np.array([0, 1], np.int32),
    ...     row_of=np.array([[0, 1], [2, -1]], np.int32), count=count,
    ...     begin=0, end=1, stop=np.array([2**63 - 1, 0]))
    True
    >>> count.tolist()
    [2, 1]
    """
    cdef Py_ssize_t c
    cdef int64_t p, u, one, found, steps = 0
    cdef bint done = True
    with nogil:
        for c in range(begin, end):
            for p in range(pair_ptr[c], pair_ptr[c + 1]):
                one = c if own[c] < 0 else own[c] + p - pair_ptr[c]
                found = 0
                for u in range(list_ptr[one], list_ptr[one + 1]):
                    found += row_of[pair_site[p], list_kind[u]] >= 0
                count[p] = found
                steps += 2 + found
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done


def list_uses(
    const int64_t[::1] pair_ptr,     # IN
    const int32_t[::1] pair_site,    # IN
    const int64_t[::1] own,          # IN
    const int64_t[::1] list_ptr,     # IN
    const int32_t[::1] list_kind,    # IN
    const int64_t[::1] list_amount,  # IN
    const int32_t[:, ::1] row_of,    # IN
    const int64_t[::1] use_ptr,      # IN
    int32_t[::1] use_row,            # OUT
    int64_t[::1] use_amount,         # OUT
    Py_ssize_t begin,                # IN
    Py_ssize_t end,                  # IN
    const int64_t[::1] stop,         # IN
):
    """List the rows that each pair uses, and how much.

    Parameters
    ----------
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are pair_ptr[c] to pair_ptr[c + 1].
    pair_site : ndarray of shape (n_pairs,), int32
        Their sites.
    own : ndarray of shape (n_classes,), int64
        The list of the first pair of a class each of whose pairs has a list of its own, in their
        order; -1 for a class with one list for all its pairs, whose number is that of the class.
    list_ptr : ndarray of shape (n_lists + 1,), int64
        List k is list_ptr[k] to list_ptr[k + 1].
    list_kind : ndarray of shape (n_listed,), int32
        What is used.
    list_amount : ndarray of shape (n_listed,), int64
        How much.
    row_of : ndarray of shape (n_sites, n_kinds), int32
        The row of each kind on each site, -1 where it has no limit.
    use_ptr : ndarray of shape (n_pairs + 1,), int64
        What pair p uses is use_ptr[p] to use_ptr[p + 1].
    use_row : ndarray of shape (n_uses,), int32
        Filled: of which row.
    use_amount : ndarray of shape (n_uses,), int64
        Filled: how much.
    begin, end : int
        The range of classes.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import list_uses
    >>> row, amount = np.empty(3, np.int32), np.empty(3, np.int64)
    >>> list_uses(
    ...     pair_ptr=np.array([0, 2]), pair_site=np.array([0, 1], np.int32), own=np.array([-1]),
    ...     list_ptr=np.array([0, 2]), list_kind=np.array([0, 1], np.int32),
    ...     list_amount=np.array([5, 6]), row_of=np.array([[0, 1], [2, -1]], np.int32),
    ...     use_ptr=np.array([0, 2, 3]), use_row=row, use_amount=amount,
    ...     begin=0, end=1, stop=np.array([2**63 - 1, 0]))
    True
    >>> row.tolist(), amount.tolist()
    ([0, 1, 2], [5, 6, 5])
    """
    cdef Py_ssize_t c
    cdef int64_t p, u, one, place, steps = 0
    cdef int32_t row
    cdef bint done = True
    with nogil:
        for c in range(begin, end):
            place = use_ptr[pair_ptr[c]]
            for p in range(pair_ptr[c], pair_ptr[c + 1]):
                one = c if own[c] < 0 else own[c] + p - pair_ptr[c]
                for u in range(list_ptr[one], list_ptr[one + 1]):
                    row = row_of[pair_site[p], list_kind[u]]
                    if row >= 0:
                        use_row[place] = row
                        use_amount[place] = list_amount[u]
                        place += 1
            steps += use_ptr[pair_ptr[c + 1]] - use_ptr[pair_ptr[c]] + 1
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done
