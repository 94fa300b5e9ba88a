"""Split the elimination tree into a small core and what hangs below it by a few gates.

Most nodes of a network of telecom shape, in rings and in trees, reach all others over one or two
nodes. Those are their gates; the nodes above all gates are the core. A label of any node is then the
least of its gates' labels, each with a latency of its own: nothing below the core has to be swept,
but for sources that stand in the same part.
"""

from libc.stdint cimport int32_t, int64_t, uint32_t

import numpy as np

cdef extern from "bits.h":
    void bits_prefetch(const void* place) noexcept nogil

cdef enum:
    NO_LATENCY = 2_147_483_647
    MOST_GATES = 8
    AHEAD = 24          # columns whose numbers are fetched before they are needed


def split_core(
    const int32_t[::1] parent,      # IN
    const int64_t[::1] ptr,         # IN
    const int64_t[::1] up_ptr,      # IN
    const int64_t[::1] down_ptr,    # IN
    int64_t most_nodes,
    int32_t[::1] top,               # OUT
    int32_t[::1] core,              # OUT
):
    """Find the core, so that a sweep over it and a look at the gates of all nodes cost least.

    Parameters
    ----------
    parent : ndarray of shape (n_nodes,), int32
        By number: the node next above, -1 at a top of the tree.
    ptr : ndarray of shape (n_nodes + 1,), int64
        The arcs of the tree of number i are ptr[i] to ptr[i + 1].
    up_ptr, down_ptr : ndarray of shape (n_nodes + 1,), int64
        Likewise, those that a routing class needs.
    most_nodes : int
        No part below the core has more.
    top : ndarray of shape (n_nodes,), int32
        Filled, by number: the uppermost node of its part, -1 in the core.
    core : ndarray of shape (n_nodes,), int32
        Filled, by number: its place in the core, from the top down; -1 below.

    Returns
    -------
    n_gates : int
        The most gates of a node, from 1 to 8: the upper ends of the arcs of a part's uppermost node.
    n_core, n_up, n_down : int
        How many nodes are in the core, and how many arcs of each kind they have.

    Notes
    -----
    O(n_nodes). The cost is counted in labels that are looked at.

    References
    ----------
    Bast, H., Funke, S., Sanders, P. and Schultes, D., "Fast routing in road networks with transit
    nodes", Science 316, 2007 (the gates are its access nodes).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import split_core
    >>> top, core, ptr = np.empty(4, np.int32), np.empty(4, np.int32), np.array([0, 0, 1, 2, 3])
    >>> split_core(np.array([-1, 0, 1, 1], np.int32), ptr, ptr, ptr, 2, top, core)
    (1, 2, 1, 1)
    >>> top.tolist(), core.tolist()
    ([-1, -1, 2, 3], [0, 1, -1, -1])
    """
    cdef Py_ssize_t n = parent.shape[0], node, filled = 0
    cdef int64_t n_up = 0, n_down = 0
    cdef int level, best = 1, gates
    cdef int64_t width, below = 0, arcs, cost, least = 0
    cdef int64_t[10] nodes_at
    cdef int64_t[10] arcs_at
    size_array, level_array = np.ones(n + 1, np.int32), np.empty(n + 1, np.int8)
    cdef int32_t[::1] size = size_array
    cdef signed char[::1] levels = level_array
    with nogil:
        for level in range(10):
            nodes_at[level] = arcs_at[level] = 0
        for node in range(n - 1, -1, -1):
            if parent[node] >= 0:
                size[parent[node]] += size[node]
        # A node leaves the core as soon as so many gates are allowed as it or a node above has arcs.
        for node in range(n):
            width = ptr[node + 1] - ptr[node]
            level = MOST_GATES + 1
            if size[node] <= most_nodes and width < level:
                level = <int> width if width > 1 else 1
            if parent[node] >= 0 and levels[parent[node]] < level:
                level = levels[parent[node]]
            levels[node] = <signed char> level
            nodes_at[level] += 1
            arcs_at[level] += up_ptr[node + 1] - up_ptr[node] + down_ptr[node + 1] - down_ptr[node]
        arcs = up_ptr[n] + down_ptr[n]
        for gates in range(1, MOST_GATES + 1):
            below += nodes_at[gates]
            arcs -= arcs_at[gates]
            cost = gates * n + arcs + 4 * (n - below)
            if gates == 1 or cost < least:
                least = cost
                best = gates
        for node in range(n):
            if levels[node] > best:
                top[node] = -1
                core[node] = <int32_t> filled
                filled += 1
                n_up += up_ptr[node + 1] - up_ptr[node]
                n_down += down_ptr[node + 1] - down_ptr[node]
            else:
                core[node] = -1
                top[node] = <int32_t> node
                if parent[node] >= 0 and levels[parent[node]] <= best:
                    top[node] = top[parent[node]]
    return best, filled, n_up, n_down


def take_core(
    const int32_t[::1] depth,       # IN
    const int32_t[::1] core,        # IN
    const int64_t[::1] up_ptr,      # IN
    const int32_t[::1] up_end,      # IN
    const uint32_t[::1] up,         # IN
    const int64_t[::1] down_ptr,    # IN
    const int32_t[::1] down_depth,  # IN
    const uint32_t[::1] down,       # IN
    int64_t[::1] core_up_ptr,       # OUT
    int32_t[::1] core_up_end,       # OUT
    uint32_t[::1] core_up,          # OUT
    int64_t[::1] core_down_ptr,     # OUT
    int32_t[::1] core_down_end,     # OUT
    uint32_t[::1] core_down,        # OUT
):
    """Take the arcs of the core, both of whose ends are in it.

    Parameters
    ----------
    depth, core : ndarray of shape (n_nodes,), int32
        By number: how many nodes are above; and the place in the core, -1 below.
    up_ptr, up_end, up, down_ptr, down_depth, down
        The arcs that a routing class needs, as `prune` leaves them.
    core_up_ptr, core_down_ptr : ndarray of shape (n_core + 1,), int64
        Filled: where the arcs of each place begin.
    core_up_end, core_down_end : ndarray of shape (n_up,) and (n_down,), int32
        Filled: the places of their upper ends.
    core_up, core_down : ndarray of shape (n_up,) and (n_down,), uint32, ns
        Filled: their latencies.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import take_core
    >>> number, ptr = np.arange(3, dtype=np.int32), np.array([0, 0, 1, 2])
    >>> ends, arcs = np.array([0, 1], np.int32), np.array([6, 3], np.uint32)
    >>> ptrs, end, arc = np.empty(3, np.int64), np.empty(1, np.int32), np.empty(1, np.uint32)
    >>> take_core(number, np.array([0, 1, -1], np.int32), ptr, ends, arcs, ptr, ends, arcs,
    ...           ptrs, end, arc, ptrs.copy(), end.copy(), arc.copy())
    >>> ptrs.tolist(), end.tolist(), arc.tolist()
    ([0, 0, 1], [0], [6])
    """
    cdef Py_ssize_t n = depth.shape[0], node
    cdef int64_t arc, up_filled = 0, down_filled = 0
    path_array = np.zeros((int(np.asarray(depth).max()) if n else 0) + 1, np.int32)
    cdef int32_t[::1] path = path_array
    with nogil:
        for node in range(n):
            if core[node] < 0:
                continue
            path[depth[node]] = core[node]
            core_up_ptr[core[node]] = up_filled
            core_down_ptr[core[node]] = down_filled
            for arc in range(up_ptr[node], up_ptr[node + 1]):
                core_up_end[up_filled] = core[up_end[arc]]
                core_up[up_filled] = up[arc]
                up_filled += 1
            for arc in range(down_ptr[node], down_ptr[node + 1]):
                core_down_end[down_filled] = path[down_depth[arc]]
                core_down[down_filled] = down[arc]
                down_filled += 1
        core_up_ptr[core_up_ptr.shape[0] - 1] = up_filled
        core_down_ptr[core_down_ptr.shape[0] - 1] = down_filled


def find_gates(
    const int32_t[::1] depth,       # IN
    const int64_t[::1] ptr,         # IN
    const int32_t[::1] ancestors,   # IN
    const int32_t[::1] top,         # IN
    const int32_t[::1] core,        # IN
    const int64_t[::1] down_ptr,    # IN
    const int32_t[::1] down_depth,  # IN
    const uint32_t[::1] down,       # IN
    const uint32_t[::1] processing, # IN
    uint32_t[:, :, ::1] gates,      # OUT
):
    """Find the gates of each node, and how far it is from them.

    Parameters
    ----------
    depth : ndarray of shape (n_nodes,), int32
        By number: how many nodes are above.
    ptr, ancestors
        The arcs of the tree, from each number to numbers above it.
    top, core : ndarray of shape (n_nodes,), int32
        As `split_core` fills them.
    down_ptr, down_depth, down
        The arcs from above that a routing class needs, as `prune` leaves them.
    processing : ndarray of shape (n_nodes,), uint32, ns
        By number; 2**31 - 1 at a node that may not be crossed.
    gates : ndarray of shape (n_nodes + 1, 2, n_gates), uint32
        Filled, by number: first the lines of the gates' labels, which are those of paths that pass
        through them; then the latencies from them, over nodes of the same part alone, in ns; 2**31 - 1
        where there is none. A node in the core has the line of its own labels. The last row has none.

    Notes
    -----
    Of n nodes in the core, the k-th has the line k, and n + k for its own labels where those of paths
    that pass through it are not the same. O(n_arcs n_gates).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import find_gates
    >>> gates, ptr = np.empty((5, 2, 1), np.uint32), np.array([0, 0, 1, 2, 3])
    >>> ends, arcs = np.array([0, 1, 2], np.int32), np.array([7, 5, 2], np.uint32)
    >>> find_gates(np.arange(4, dtype=np.int32), ptr, ends, np.array([-1, -1, 2, 2], np.int32),
    ...            np.array([0, 1, -1, -1], np.int32), ptr, ends, arcs, np.ones(4, np.uint32), gates)
    >>> gates[:4, 0, 0].tolist(), gates[:4, 1, 0].tolist()
    ([2, 3, 1, 1], [0, 0, 5, 8])
    """
    cdef Py_ssize_t n = depth.shape[0], node, n_gates = gates.shape[2]
    cdef int64_t arc, first, width, k
    cdef int32_t above, n_core = 0
    cdef uint32_t step, total
    path_array = np.zeros((int(np.asarray(depth).max()) if n else 0) + 1, np.int32)
    cdef int32_t[::1] path = path_array
    with nogil:
        for node in range(n):
            if core[node] >= n_core:
                n_core = core[node] + 1
        for node in range(n + 1):
            for k in range(n_gates):
                gates[node, 0, k] = 0
                gates[node, 1, k] = NO_LATENCY
            if node == n:
                break
            path[depth[node]] = <int32_t> node
            if core[node] >= 0:
                gates[node, 0, 0] = core[node] if processing[node] == 0 else n_core + core[node]
                gates[node, 1, 0] = 0
                continue
            first = ptr[top[node]]
            width = ptr[top[node] + 1] - first
            for k in range(width):
                gates[node, 0, k] = core[ancestors[first + k]]
            for arc in range(down_ptr[node], down_ptr[node + 1]):
                above = path[down_depth[arc]]
                step = down[arc]
                if core[above] >= 0:
                    for k in range(width):
                        if ancestors[first + k] == above and step < gates[node, 1, k]:
                            gates[node, 1, k] = step
                elif processing[above] < NO_LATENCY:
                    step += processing[above]
                    if step < NO_LATENCY:
                        for k in range(width):
                            total = step + gates[above, 1, k]
                            if total < gates[node, 1, k]:
                                gates[node, 1, k] = total


def list_gates(
    const uint32_t[:, :, ::1] gates,  # IN
    const int32_t[::1] columns,     # IN
    uint32_t[:, :, ::1] listed,     # OUT
):
    """List the gates of columns.

    Parameters
    ----------
    gates : ndarray of shape (n_nodes + 1, 2, n_gates), uint32
        As `find_gates` fills them.
    columns : ndarray of shape (n_columns,), int32
        A number a column; -1 is nowhere.
    listed : ndarray of shape (n_listed, 2, n_gates), uint32
        Filled, by column; those past the last column are nowhere.

    Returns
    -------
    int
        How far the column is whose nearest gate is farthest, in ns.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import list_gates
    >>> gates = np.array([[[4], [0]], [[4], [7]], [[0], [2**31 - 1]]], np.uint32)
    >>> listed = np.empty((3, 2, 1), np.uint32)
    >>> list_gates(gates, np.array([1, 0], np.int32), listed)
    7
    >>> listed[:, 1, 0].tolist()
    [7, 0, 2147483647]
    """
    cdef Py_ssize_t n = columns.shape[0], n_gates = gates.shape[2], nowhere = gates.shape[0] - 1, k, i
    cdef Py_ssize_t number
    cdef uint32_t nearest, farthest = 0
    with nogil:
        for k in range(listed.shape[0]):
            if k + AHEAD < n and columns[k + AHEAD] >= 0:
                bits_prefetch(&gates[columns[k + AHEAD], 0, 0])
            number = columns[k] if k < n and columns[k] >= 0 else nowhere
            nearest = NO_LATENCY
            for i in range(n_gates):
                listed[k, 0, i] = gates[number, 0, i]
                listed[k, 1, i] = gates[number, 1, i]
                if gates[number, 1, i] < nearest:
                    nearest = gates[number, 1, i]
            if k < n and nearest > farthest:
                farthest = nearest
    return farthest


def list_members(
    const int32_t[::1] top,         # IN
    const int32_t[::1] columns,     # IN
    int32_t[::1] member,            # OUT
    int32_t[::1] member_column,     # OUT
):
    """List the columns that stand below the core, part by part.

    Parameters
    ----------
    top : ndarray of shape (n_nodes,), int32
        As `split_core` fills it.
    columns : ndarray of shape (n_columns,), int32
        A number a column; -1 is nowhere.
    member, member_column : ndarray of shape (n_columns,), int32
        Filled up to the number of members: their numbers, the parts in their order, and their columns,
        in ascending order in each part.

    Returns
    -------
    int
        The number of members.

    Notes
    -----
    O(n_nodes + n_columns).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import list_members
    >>> member, column = np.empty(4, np.int32), np.empty(4, np.int32)
    >>> list_members(np.array([-1, 1, 1, 3], np.int32), np.array([3, 2, 0, 1], np.int32), member, column)
    3
    >>> member[:3].tolist(), column[:3].tolist()
    ([2, 1, 3], [1, 3, 0])
    """
    cdef Py_ssize_t n = top.shape[0], n_columns = columns.shape[0], k
    cdef int32_t filled = 0, count, part, slot
    first_array = np.zeros(n + 1, np.int32)
    cdef int32_t[::1] first = first_array
    with nogil:
        for k in range(n_columns):
            if k + AHEAD < n_columns and columns[k + AHEAD] >= 0:
                bits_prefetch(&top[columns[k + AHEAD]])
            if columns[k] >= 0 and top[columns[k]] >= 0:
                first[top[columns[k]]] += 1
        for k in range(n):
            count = first[k]
            first[k] = filled
            filled += count
        for k in range(n_columns):
            if k + AHEAD < n_columns and columns[k + AHEAD] >= 0 and top[columns[k + AHEAD]] >= 0:
                slot = first[top[columns[k + AHEAD]]]
                if slot < n_columns:
                    bits_prefetch(&member[slot])
                    bits_prefetch(&member_column[slot])
            if columns[k] >= 0 and top[columns[k]] >= 0:
                part = top[columns[k]]
                member[first[part]] = columns[k]
                member_column[first[part]] = <int32_t> k
                first[part] += 1
    return filled
