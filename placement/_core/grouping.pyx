"""Group the links of a network by the node that they leave."""

from libc.stdint cimport int32_t, int64_t, uint8_t

cdef extern from "bits.h":
    void bits_prefetch(const void* place) noexcept nogil

cdef enum:
    AHEAD = 24  # links whose arcs are fetched before they are written


def group_links(
    const int32_t[::1] tails,       # IN
    const int32_t[::1] heads,       # IN
    const int32_t[::1] latency,     # IN
    const uint8_t[::1] two_way,     # IN
    int64_t[::1] indptr,            # OUT
    int32_t[::1] arc_head,          # OUT
    int32_t[::1] arc_latency,       # OUT
    int32_t[::1] arc_link,          # OUT
):
    """List the arcs that leave each node: a link's own way, and its way back where it has one.

    Parameters
    ----------
    tails, heads : ndarray of shape (n_links,), int32
        The ends of each link, from 0 to before n_nodes.
    latency : ndarray of shape (n_links,), int32, ns
        Of each link.
    two_way : ndarray of shape (n_links,), uint8
        Not 0 where a link leads back as well.
    indptr : ndarray of shape (n_nodes + 1,), int64
        Filled: the arcs of node k are those from `indptr[k]` to before `indptr[k + 1]`, first those of
        links that begin at it, then those that lead back from its links' other ends, both by link.
    arc_head, arc_latency, arc_link : ndarray of shape (n_arcs,), int32
        Filled: where each arc leads to, its latency in ns, and its link.

    Notes
    -----
    By counting: O(n_nodes + n_links).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import group_links
    >>> indptr, (head, latency, link) = np.empty(4, np.int64), np.empty((3, 3), np.int32)
    >>> group_links(np.array([0, 2], np.int32), np.array([1, 0], np.int32), np.array([7, 5], np.int32),
    ...             np.array([1, 0], np.uint8), indptr, head, latency, link)
    >>> indptr.tolist(), head.tolist(), latency.tolist(), link.tolist()
    ([0, 1, 2, 3], [1, 0, 0], [7, 7, 5], [0, 0, 1])
    """
    cdef Py_ssize_t n_nodes = indptr.shape[0] - 1, link, node
    cdef int64_t first = 0, arc
    with nogil:
        for node in range(n_nodes + 1):
            indptr[node] = 0
        for link in range(tails.shape[0]):
            indptr[tails[link]] += 1
            if two_way[link]:
                indptr[heads[link]] += 1
        # Where each node's arcs end moves down to where they begin as they are listed from the last on.
        for node in range(n_nodes):
            first += indptr[node]
            indptr[node] = first
        indptr[n_nodes] = first
        for link in range(tails.shape[0] - 1, -1, -1):
            if link >= AHEAD:
                arc = indptr[heads[link - AHEAD]] - 1
                if arc >= 0:
                    bits_prefetch(&arc_head[arc])
                    bits_prefetch(&arc_latency[arc])
                    bits_prefetch(&arc_link[arc])
            if two_way[link]:
                indptr[heads[link]] -= 1
                arc = indptr[heads[link]]
                arc_head[arc], arc_latency[arc] = tails[link], latency[link]
                arc_link[arc] = <int32_t> link
        for link in range(tails.shape[0] - 1, -1, -1):
            indptr[tails[link]] -= 1
            arc = indptr[tails[link]]
            arc_head[arc], arc_latency[arc] = heads[link], latency[link]
            arc_link[arc] = <int32_t> link
