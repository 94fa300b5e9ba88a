"""Great-circle distances from many points to many others."""

from libc.stdint cimport int32_t, int64_t

from placement._core.clock cimport called_off
from placement._core.lanes cimport lines_fence

cdef extern from "globe.h" nogil:
    ctypedef struct globe_t:
        pass
    int GLOBE_TILE
    int GLOBE_ROOM
    void globe_vectors(
        const double* points, int64_t n, double* x, double* y, double* z
    ) noexcept nogil
    void globe_take(
        globe_t* space, const double* x, const double* y, const double* z, int64_t n
    ) noexcept nogil
    void globe_pass(
        globe_t* space, int turn, double x, double y, double z, int64_t n, int64_t first, int64_t last,
        int32_t* out, bint past,
    ) noexcept nogil

cdef enum:
    PATIENCE = 4_000_000   # distances between two looks at the clock: some milliseconds
    LARGE = 1 << 22        # bytes of a matrix that does not stay in the cache


def unit_vectors(
    const double[:, ::1] points,  # IN
    double[:, ::1] out,           # OUT
):
    """Write the unit vectors of points on the globe.

    Parameters
    ----------
    points : ndarray of shape (n_points, 2), float64, degrees
        A latitude and a longitude a row.
    out : ndarray of shape (3, at least n_points), float64
        Filled from the first column: the part in the direction of 0° N 0° E, of 0° N 90° E, and of
        the north pole.

    Notes
    -----
    Each part is within 3e-16; multiples of 90° are exact. All builds give the same vectors, whatever
    the sine of the system's library.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import unit_vectors
    >>> vectors = np.zeros((3, 2))
    >>> unit_vectors(np.array([[0.0, 90.0], [-90.0, 0.0]]), vectors)
    >>> (vectors + 0).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, -1.0]]
    """
    cdef Py_ssize_t n = points.shape[0]
    if n:
        with nogil:
            globe_vectors(&points[0, 0], n, &out[0, 0], &out[1, 0], &out[2, 0])


# How many numbers there are before the next cache line.
cdef inline size_t before_line(const int32_t* cell) noexcept nogil:
    return (-<size_t> cell & 63) // 4


# False if it was stopped.
cdef bint fill(
    const double[:, ::1] sources,
    const double[:, ::1] targets,
    int32_t[:, ::1] out,
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,
) noexcept nogil:
    cdef Py_ssize_t n = out.shape[1], tile = 0, length, row, shift, first, last, next_first, next_last
    cdef double x, y, z
    cdef int32_t* cells
    if n == 0 or begin >= end:
        return True
    cdef size_t lead = before_line(&out[begin, 0])
    cdef bint past = out.shape[0] * n * <Py_ssize_t> sizeof(int32_t) >= LARGE
    cdef int64_t steps = PATIENCE
    cdef globe_t space
    # A tile of targets stays in the cache for all rows. It ends with a cache line of the first row;
    # rows in which lines are shifted have it shifted as well.
    while tile < n:
        length = GLOBE_TILE + (0 if tile else lead)
        globe_take(
            &space, &targets[0, tile], &targets[1, tile], &targets[2, tile],
            min(<Py_ssize_t> GLOBE_ROOM, n - tile),
        )
        first = last = 0
        cells = &out[begin, 0]
        for row in range(begin, end + 1):
            steps += GLOBE_TILE
            if called_off(&steps, PATIENCE, stop):
                return False
            x = y = z = 0
            next_first = next_last = 0
            if row < end:
                x, y, z = sources[0, row], sources[1, row], sources[2, row]
                shift = (before_line(&out[row, 0]) - lead) & 15
                next_first = shift if tile else 0
                next_last = max(next_first, min(length + shift, n - tile))
            globe_pass(&space, row & 1, x, y, z, next_last, first, last, cells, past)
            first, last = next_first, next_last
            if first < last:
                cells = &out[row, tile + first]
        tile += length
    lines_fence()
    return True


def great_circles(
    const double[:, ::1] sources,  # IN
    const double[:, ::1] targets,  # IN
    int32_t[:, ::1] out,           # OUT
    Py_ssize_t begin,
    Py_ssize_t end,
    const int64_t[::1] stop,       # IN
):
    """Write the great-circle distances from some points to others.

    Parameters
    ----------
    sources : ndarray of shape (3, at least n_rows), float64
        Unit vectors, a column each.
    targets : ndarray of shape (3, at least n_columns), float64
        Unit vectors, a column each.
    out : ndarray of shape (n_rows, n_columns), int32, cm
        Filled from row `begin` to before row `end`.
    begin, end : int
        The rows to fill.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped before the end; the rows are then not to be used.

    Notes
    -----
    The error is at most 70 cm; 7 cm up to 600 km, and 3 cm up to 200 km, from either the point or
    its antipode; R = 6371.0088 km. All builds give the same distances of the same vectors, and the
    same both ways.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import great_circles
    >>> out = np.empty((1, 3), np.int32)
    >>> sources = np.array([[1.0], [0.0], [0.0]])
    >>> targets = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    >>> great_circles(sources, targets, out, 0, 1, np.array([2**63 - 1, 0]))
    True
    >>> out.tolist()
    [[0, 1000755722, 2001511444]]
    """
    cdef bint done
    with nogil:
        done = fill(sources, targets, out, begin, end, stop)
    return done
