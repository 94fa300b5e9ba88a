"""Latencies on the arcs of an elimination tree, for sixteen routing classes side by side.

The classes of a network share its tree and its links, and differ in which of these they may use. So an
arc has a line of sixteen labels, one for each class, and lines are laid and completed as the kernels
in `customisation` do it with labels.
"""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t

from placement._core.clock cimport called_off
from placement._core.lanes cimport lanes_clear, lanes_t
from placement._core.masks cimport (
    classes_offer, classes_pass, classes_relax, classes_relax_all, classes_set, line_t, lines_of
)

cdef enum:
    PATIENCE = 200_000
    LEAST_TOGETHER = 3  # nodes
    MOST_TOGETHER = 8


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
    cdef Py_ssize_t node = ptr.shape[0] - 2, first, k
    cdef int64_t steps = 0
    cdef Lines lines
    cdef bint done = True
    lines.up, lines.down = lines_of(up_lines), lines_of(down_lines)
    lines.alike = lines.up == lines.down
    with nogil:
        while node >= 0:
            if ptr[node + 1] - ptr[node] < 2:
                node -= 1
                continue
            first = node
            while first > 0 and node - first + 1 < MOST_TOGETHER and follows(ptr, ancestors, first):
                first -= 1
            if node - first + 1 < LEAST_TOGETHER:
                first = node
                steps += join(ptr, ancestors, processing, crossing, &lines, node, 1)
            else:
                for k in range(node, first - 1, -1):
                    steps += join(
                        ptr, ancestors, processing, crossing, &lines, k,
                        ptr[first + 1] - ptr[first],
                    )
                steps += join_together(ptr, ancestors, processing, crossing, &lines, first, node)
            node = first - 1
            if called_off(&steps, PATIENCE, stop):
                done = False
                break
    return done


cdef struct Lines:
    lanes_t* up
    lanes_t* down
    bint alike          # they are one


# Whether a node has arcs to the one before it and to all that this has arcs to.
cdef inline bint follows(
    const int64_t[::1] ptr, const int32_t[::1] ancestors, Py_ssize_t node
) noexcept nogil:
    cdef int64_t end = ptr[node + 1], width = end - ptr[node]
    return width > 0 and ancestors[end - 1] == node - 1 and width == ptr[node] - ptr[node - 1] + 1


# Join the nodes above by the ways over one node, but for those that are among its first arcs both.
cdef inline int64_t join(
    const int64_t[::1] ptr,
    const int32_t[::1] ancestors,
    const uint32_t[::1] processing,
    const uint16_t[::1] crossing,
    const Lines* lines,
    Py_ssize_t node,
    int64_t n_first,
) noexcept nogil:
    cdef int64_t begin = ptr[node], end = ptr[node + 1], p, q, t
    cdef lanes_t through, to_lower, from_lower
    cdef lanes_t* up = lines.up
    cdef lanes_t* down = lines.down
    cdef bint alike = lines.alike
    if not crossing[node]:
        return 1
    classes_set(&through, processing[node], crossing[node])
    for q in range(begin + max(n_first, 1), end):
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
    return (end - begin) * (end - begin)


# Join the nodes above some nodes, each of which follows on the one before, by the ways over any of them:
# they have the same first arcs, so that what is joined is read and written once for all of them.
cdef int64_t join_together(
    const int64_t[::1] ptr,
    const int32_t[::1] ancestors,
    const uint32_t[::1] processing,
    const uint16_t[::1] crossing,
    const Lines* lines,
    Py_ssize_t first,
    Py_ssize_t last,
) noexcept nogil:
    cdef int64_t begin = ptr[first], width = ptr[first + 1] - ptr[first], p, q, t
    cdef int k, n = <int> (last - first + 1)
    cdef lanes_t[MOST_TOGETHER] through
    cdef lanes_t[MOST_TOGETHER] to_lower
    cdef lanes_t[MOST_TOGETHER] from_lower
    cdef line_t[MOST_TOGETHER] up
    cdef line_t[MOST_TOGETHER] down
    cdef lanes_t* up_lines = lines.up
    cdef lanes_t* down_lines = lines.down
    cdef bint alike = lines.alike
    for k in range(n):
        up[k], down[k] = up_lines + ptr[first + k], down_lines + ptr[first + k]
        classes_set(&through[k], processing[first + k], crossing[first + k])
    for q in range(1, width):
        t = ptr[ancestors[begin + q]]
        for k in range(n):
            classes_pass(&from_lower[k], &down[k][q], &through[k])
            classes_pass(&to_lower[k], &up[k][q], &through[k])
        for p in range(q):
            while ancestors[t] != ancestors[begin + p]:
                t += 1
            classes_relax_all(&up_lines[t], from_lower, up, p, n)
            if not alike:
                classes_relax_all(&down_lines[t], to_lower, down, p, n)
            t += 1
    return n * width * width
