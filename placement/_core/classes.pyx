"""Latencies on the arcs of an elimination tree, for sixteen routing classes side by side.

The classes of a network share its tree and its links, and differ in which of these they may use. So an
arc has a line of sixteen labels, one for each class, and lines are laid and completed as the kernels
in `customisation` do it with labels.
"""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uintptr_t
from libc.string cimport memcpy

from placement._core.clock cimport stopped

cdef extern from "classes.h":
    ctypedef struct lanes_t:
        pass
    int LANES
    void lanes_clear(lanes_t* label) noexcept nogil
    void classes_set(lanes_t* label, uint32_t value, uint32_t mask) noexcept nogil
    void classes_offer(lanes_t* label, uint32_t value, uint32_t mask) noexcept nogil
    void classes_pass(
        lanes_t* passed, const lanes_t* label, const lanes_t* through
    ) noexcept nogil
    void classes_turn(const lanes_t* tile, lanes_t* rows) noexcept nogil
    void classes_relax(lanes_t* label, const lanes_t* passed, const lanes_t* arc) noexcept nogil

cdef enum:
    LINE = 64  # bytes
    PATIENCE = 200_000


# The lines of an array, which the wide registers load at once.
cdef lanes_t* lines_of(uint32_t[:, ::1] lines) except? NULL:
    if lines.shape[0] == 0:
        return NULL
    if lines.shape[1] != LANES or <uintptr_t> &lines[0, 0] % LINE != 0:
        raise ValueError("expected lines of sixteen labels, each in a cache line of its own")
    return <lanes_t*> &lines[0, 0]


def lay_classes(
    const int32_t[::1] arcs,        # IN
    const uint32_t[::1] latency,    # IN
    const uint16_t[::1] allowed,    # IN
    uint32_t[:, ::1] lines,         # OUT
):
    """Lay links on the arcs of the tree: of several on one arc the quickest counts, class by class.

    Parameters
    ----------
    arcs : ndarray of shape (n_links,), int32
        The arc of each link, in rising order.
    latency : ndarray of shape (n_links,), uint32, ns
        Of each link.
    allowed : ndarray of shape (n_links,), uint16
        The classes that may use it, the first in the lowest bit.
    lines : ndarray of shape (n_arcs, 16), uint32, ns
        Filled, each line in a cache line of its own: a label a class, 2**31 - 1 without a link.

    Raises
    ------
    ValueError
        If the lines do not lie as they should.

    Notes
    -----
    O(n_links + n_arcs).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import lay_classes
    >>> room = np.empty(31, np.uint32)
    >>> start = -room.ctypes.data % 64 // 4
    >>> lines = room[start : start + 16].reshape(1, 16)
    >>> lay_classes(np.array([0, 0], np.int32), np.array([7, 5], np.uint32),
    ...             np.array([0b011, 0b010], np.uint16), lines)
    >>> lines[0, :3].tolist()
    [7, 5, 2147483647]
    """
    cdef lanes_t* label = lines_of(lines)
    cdef Py_ssize_t arc, link = 0, n_links = arcs.shape[0]
    with nogil:
        for arc in range(lines.shape[0]):
            if link == n_links or arcs[link] != arc:
                lanes_clear(&label[arc])
                continue
            classes_set(&label[arc], latency[link], allowed[link])
            link += 1
            while link < n_links and arcs[link] == arc:
                classes_offer(&label[arc], latency[link], allowed[link])
                link += 1


def customise_classes(
    const int64_t[::1] ptr,          # IN
    const int32_t[::1] ancestors,    # IN
    const uint32_t[::1] processing,  # IN
    const uint16_t[::1] crossing,    # IN
    uint32_t[:, ::1] up_lines,       # IN, OUT
    uint32_t[:, ::1] down_lines,     # IN, OUT
    const int64_t[::1] stop,         # IN
):
    """Give every arc of the tree the latency of the best path through nodes below it, class by class.

    Parameters
    ----------
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of number i are ptr[i] to ptr[i + 1].
    ancestors : ndarray of shape (n_arcs,), int32
        Their upper ends, the highest first.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; at most 2**31 - 1.
    crossing : ndarray of shape (n_nodes,), uint16
        By number: the classes that may cross the node, the first in the lowest bit.
    up_lines, down_lines : ndarray of shape (n_arcs, 16), uint32, ns
        As `lay_classes` fills them, towards the upper end and from it; then the best with all nodes
        below. One array for both halves the work, where every link leads both ways alike.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped; the latencies are then not to be used.

    Raises
    ------
    ValueError
        If the lines do not lie as they should.

    Notes
    -----
    From the bottom of the tree to its top, each pair of arcs of a node once. What it takes is the way
    from the cache to the registers: sixteen classes take little longer than one.

    References
    ----------
    Dibbelt, J., Strasser, B. and Wagner, D., "Customizable contraction hierarchies", ACM Journal of
    Experimental Algorithmics 21, 2016, section 5 (they customise with several metrics at once).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import customise_classes
    >>> room = np.empty(63, np.uint32)
    >>> start = -room.ctypes.data % 64 // 4
    >>> lines = room[start : start + 48].reshape(3, 16)
    >>> lines[:] = np.array([[9], [2], [3]])
    >>> customise_classes(np.array([0, 0, 1, 3]), np.array([0, 0, 1], np.int32),
    ...                   np.array([0, 0, 1], np.uint32), np.array([0, 0, 0b01], np.uint16),
    ...                   lines, lines, np.array([2**63 - 1, 0]))
    True
    >>> lines[:, :2].tolist()
    [[6, 9], [2, 2], [3, 3]]
    """
    cdef Py_ssize_t n = ptr.shape[0] - 1, node
    cdef int64_t begin, end, p, q, t, steps = 0
    cdef lanes_t* up = lines_of(up_lines)
    cdef lanes_t* down = lines_of(down_lines)
    cdef lanes_t through, to_lower, from_lower
    cdef bint alike = up == down, done = True
    with nogil:
        for node in range(n - 1, -1, -1):
            begin, end = ptr[node], ptr[node + 1]
            if end - begin < 2 or not crossing[node]:
                continue
            classes_set(&through, processing[node], crossing[node])
            for q in range(begin + 1, end):
                t = ptr[ancestors[q]]
                classes_pass(&from_lower, &down[q], &through)
                classes_pass(&to_lower, &up[q], &through)
                for p in range(begin, q):
                    while ancestors[t] != ancestors[p]:
                        t += 1
                    classes_relax(&up[t], &from_lower, &up[p])
                    if not alike:
                        classes_relax(&down[t], &to_lower, &down[p])
                    t += 1
                steps += q - begin
            if steps > PATIENCE:
                steps = 0
                if stopped(stop):
                    done = False
                    break
    return done


def split_classes(
    uint32_t[:, ::1] lines,  # IN
    uint32_t[:, ::1] out,    # OUT
):
    """Give each class its latencies in a row of its own.

    Parameters
    ----------
    lines : ndarray of shape (n_arcs, 16), uint32, ns
        As `customise_classes` leaves them.
    out : ndarray of shape (n_classes, n_arcs), uint32, ns
        Filled: a row a class, at most sixteen.

    Raises
    ------
    ValueError
        If the lines do not lie as they should.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import split_classes
    >>> room = np.empty(47, np.uint32)
    >>> start = -room.ctypes.data % 64 // 4
    >>> lines, out = room[start : start + 32].reshape(2, 16), np.empty((3, 2), np.uint32)
    >>> lines[:] = np.arange(32).reshape(2, 16)
    >>> split_classes(lines, out)
    >>> out.tolist()
    [[0, 16], [1, 17], [2, 18]]
    """
    cdef lanes_t* label = lines_of(lines)
    cdef Py_ssize_t n = lines.shape[0], n_classes = out.shape[0], arc = 0, width
    cdef lanes_t[16] tile
    cdef lanes_t[16] turned
    cdef int row
    with nogil:
        while arc < n:
            width = min(n - arc, LANES)
            memcpy(tile, &label[arc], width * LINE)
            classes_turn(tile, turned)
            for row in range(n_classes):
                memcpy(&out[row, arc], &turned[row], width * sizeof(uint32_t))
            arc += width
