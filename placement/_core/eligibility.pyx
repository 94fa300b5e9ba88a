"""Which workloads may run on which sites: the bulk of compiling.

Sites are bits, 64 a word, and a class of workloads has a row of words. One rule after the other takes
sites away from the classes; what is left are the pairs.
"""

from libc.stdint cimport INT64_MAX, int32_t, int64_t, uint64_t

from placement._core.clock cimport called_off

cdef extern from "sites.h":
    int first_bit(uint64_t word) noexcept nogil
    int count_bits(uint64_t word) noexcept nogil
    uint64_t bits_near(uint64_t some, const int64_t* time, int64_t bound) noexcept nogil

cdef enum:
    PATIENCE = 1_000_000  # steps between two looks at the clock: some 2 ms


def keep_wished(
    const int64_t[:, ::1] wish,      # IN
    const uint64_t[:, ::1] allowed,  # IN
    uint64_t[:, ::1] bits,           # OUT
    Py_ssize_t begin,                # IN
    Py_ssize_t end,                  # IN
    const int64_t[::1] stop,         # IN
):
    """Begin with the sites that meet every wish of a class.

    Parameters
    ----------
    wish : ndarray of shape (n_kinds, n_classes), int64
        The wish of each kind that each class has.
    allowed : ndarray of shape (n_wishes, n_words), uint64
        The sites that meet each wish.
    bits : ndarray of shape (n_classes, n_words), uint64
        Filled for the range: the sites of each class.
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
    >>> from placement._core import keep_wished
    >>> bits = np.empty((1, 1), np.uint64)
    >>> keep_wished(np.array([[0], [1]]), np.array([[0b0111], [0b1101]], np.uint64), bits, 0, 1,
    ...             np.array([2**63 - 1, 0]))
    True
    >>> f"{bits[0, 0]:04b}"
    '0101'
    """
    cdef Py_ssize_t c, k, w, n_kinds = wish.shape[0], n_words = bits.shape[1]
    cdef int64_t one, steps = 0
    cdef bint done = True
    with nogil:
        for c in range(begin, end):
            for w in range(n_words):
                bits[c, w] = allowed[wish[0, c], w]
            for k in range(1, n_kinds):
                one = wish[k, c]
                for w in range(n_words):
                    bits[c, w] &= allowed[one, w]
            steps += n_kinds * n_words
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done


def keep_near(
    const int64_t[::1] order,     # IN
    const int64_t[::1] key,       # IN
    const int64_t[::1] ptr,       # IN
    const int64_t[::1] route,     # IN
    const int64_t[:, ::1] time,   # IN
    const int64_t[::1] bound,     # IN
    uint64_t[:, ::1] bits,        # IN, OUT
    int64_t[::1] worst,           # OUT
    Py_ssize_t begin,             # IN
    Py_ssize_t end,               # IN
    const int64_t[::1] stop,      # IN
):
    """Take away the sites that some origin of a class does not reach, or not in time.

    Parameters
    ----------
    order : ndarray of shape (n_classes,), int64
        The classes, those with the same key one after the other.
    key : ndarray of shape (n_classes,), int64
        Classes with the same key have the same origins, and the same times from them.
    ptr : ndarray of shape (n_keys + 1,), int64
        The origins of key k are ptr[k] to ptr[k + 1].
    route : ndarray of shape (n_origins,), int64
        The row of each in `time`.
    time : ndarray of shape (n_routes, n_sites), int64, ns
        To each site; below 0 without a path.
    bound : ndarray of shape (n_classes,), int64, ns
        Of the largest time over the origins.
    bits : ndarray of shape (n_classes, n_words), uint64
        The sites of each class.
    worst : ndarray of shape (64 * n_words,), int64
        Room for the largest times of a key.
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
    >>> from placement._core import keep_near
    >>> bits = np.array([[0b111]], np.uint64)
    >>> keep_near(
    ...     order=np.array([0]), key=np.array([0]), ptr=np.array([0, 2]), route=np.array([0, 1]),
    ...     time=np.array([[3, 7, 2], [4, 2, -1]]), bound=np.array([6]), bits=bits,
    ...     worst=np.empty(64, np.int64), begin=0, end=1, stop=np.array([2**63 - 1, 0]))
    True
    >>> bits.tolist()
    [[1]]
    """
    cdef Py_ssize_t i, c, s, w, n_sites = time.shape[1], n_words = bits.shape[1]
    cdef int64_t origin, k, last = -1, steps = 0, most
    cdef const int64_t* row
    cdef bint done = True
    if n_sites == 0:
        return True
    with nogil:
        for s in range(worst.shape[0]):
            worst[s] = INT64_MAX
        for i in range(begin, end):
            c = order[i]
            k = key[c]
            if k != last:
                last = k
                for s in range(n_sites):
                    worst[s] = 0
                for origin in range(ptr[k], ptr[k + 1]):
                    row = &time[route[origin], 0]
                    for s in range(n_sites):
                        most = INT64_MAX if row[s] < 0 else row[s]
                        worst[s] = max(worst[s], most)
                steps += n_sites * (ptr[k + 1] - ptr[k])
            for w in range(n_words):
                if bits[c, w]:
                    bits[c, w] = bits_near(bits[c, w], &worst[64 * w], bound[c])
            steps += 8 * n_words
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done


def keep_roomy(
    const int64_t[::1] group,       # IN
    const int64_t[:, ::1] amount,   # IN
    const int64_t[:, :, ::1] room,  # IN
    uint64_t[:, ::1] bits,          # IN, OUT
    Py_ssize_t begin,               # IN
    Py_ssize_t end,                 # IN
    const int64_t[::1] stop,        # IN
):
    """Take away the sites that are too small for a class.

    Parameters
    ----------
    group : ndarray of shape (n_classes,), int64
        Who finds the same room; -1 for a class that needs none.
    amount : ndarray of shape (n_classes, n_resources), int64
        What a member needs.
    room : ndarray of shape (n_groups, n_sites, n_resources), int64
        What there is.
    bits : ndarray of shape (n_classes, n_words), uint64
        The sites of each class.
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
    >>> from placement._core import keep_roomy
    >>> bits = np.array([[0b11]], np.uint64)
    >>> keep_roomy(np.array([0]), np.array([[4, 1]]), np.array([[[4, 1], [9, 0]]]), bits, 0, 1,
    ...            np.array([2**63 - 1, 0]))
    True
    >>> bits.tolist()
    [[1]]
    """
    cdef Py_ssize_t c, r, w, n_resources = room.shape[2], n_words = bits.shape[1]
    cdef uint64_t left, kept
    cdef int64_t steps = 0
    cdef const int64_t* here
    cdef const int64_t* need
    cdef bint done = True
    if n_resources == 0:
        return True
    with nogil:
        for c in range(begin, end):
            if group[c] < 0:
                continue
            need = &amount[c, 0]
            for w in range(n_words):
                kept = left = bits[c, w]
                while left:
                    here = &room[group[c], 64 * w + first_bit(left), 0]
                    for r in range(n_resources):
                        if need[r] > here[r]:
                            kept &= ~(left & (0 - left))
                            break
                    left &= left - 1
                    steps += 1
                bits[c, w] = kept
            steps += n_words
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done


def count_sites(
    const uint64_t[:, ::1] bits,  # IN
    int64_t[::1] count,           # OUT
    Py_ssize_t begin,             # IN
    Py_ssize_t end,               # IN
    const int64_t[::1] stop,      # IN
):
    """Count the sites of each class.

    Parameters
    ----------
    bits : ndarray of shape (n_classes, n_words), uint64
        The sites of each class.
    count : ndarray of shape (n_classes,), int64
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
    >>> from placement._core import count_sites
    >>> count = np.empty(1, np.int64)
    >>> count_sites(np.array([[0b1011, 0b1]], np.uint64), count, 0, 1,
    ...             np.array([2**63 - 1, 0]))
    True
    >>> count.tolist()
    [4]
    """
    cdef Py_ssize_t c, w
    cdef int64_t found, steps = 0
    cdef bint done = True
    with nogil:
        for c in range(begin, end):
            found = 0
            for w in range(bits.shape[1]):
                found += count_bits(bits[c, w])
            count[c] = found
            steps += bits.shape[1]
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done


def list_sites(
    const uint64_t[:, ::1] bits,  # IN
    const int64_t[::1] pair_ptr,  # IN
    int32_t[::1] pair_site,       # OUT
    Py_ssize_t begin,             # IN
    Py_ssize_t end,               # IN
    const int64_t[::1] stop,      # IN
):
    """List the sites of each class.

    Parameters
    ----------
    bits : ndarray of shape (n_classes, n_words), uint64
        The sites of each class.
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are pair_ptr[c] to pair_ptr[c + 1].
    pair_site : ndarray of shape (n_pairs,), int32
        Filled, in rising order within a class.
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
    >>> from placement._core import list_sites
    >>> site = np.empty(3, np.int32)
    >>> list_sites(np.array([[0b1010, 0b1]], np.uint64), np.array([0, 3]), site, 0, 1,
    ...            np.array([2**63 - 1, 0]))
    True
    >>> site.tolist()
    [1, 3, 64]
    """
    cdef Py_ssize_t c, w
    cdef int64_t p, steps = 0
    cdef uint64_t left
    cdef bint done = True
    with nogil:
        for c in range(begin, end):
            p = pair_ptr[c]
            for w in range(bits.shape[1]):
                left = bits[c, w]
                while left:
                    pair_site[p] = <int32_t> (64 * w + first_bit(left))
                    p += 1
                    left &= left - 1
            steps += bits.shape[1] + pair_ptr[c + 1] - pair_ptr[c]
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done
