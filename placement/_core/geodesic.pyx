"""Distances on the globe."""

from libc.math cimport asin, cos, sin, sqrt

cdef double RADIANS = 3.141592653589793 / 180.0  # as Python's math.radians
cdef double DIAMETER = 2.0 * 6_371_008.8         # mean radius of the Earth, IUGG


def great_circle(
    const double[::1] lat1,  # IN
    const double[::1] lon1,  # IN
    const double[::1] lat2,  # IN
    const double[::1] lon2,  # IN
    double[::1] out,         # OUT
):
    """Write the great-circle distances between pairs of points.

    Parameters
    ----------
    lat1, lon1, lat2, lon2 : ndarray of shape (n,), float64, degrees
        The two ends.
    out : ndarray of shape (n,), float64, metres
        Filled.

    Notes
    -----
    Haversine, in this order of operations, so that Python's `math` gives the same bits:
    h = sin²((φ2 - φ1) / 2) + (cos φ1 · cos φ2) · sin²((λ2 - λ1) / 2), at most 1, and 2R · asin √h
    with R = 6371.0088 km. Both orders of the two ends give the same distance.

    References
    ----------
    Sinnott, R. W., "Virtues of the Haversine", Sky and Telescope 68 (2), 1984.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import great_circle
    >>> metres = np.empty(1)
    >>> great_circle(np.array([48.86]), np.array([2.35]), np.array([50.11]), np.array([8.68]), metres)
    >>> round(metres[0] / 1000)
    478
    """
    cdef Py_ssize_t i, n = out.shape[0]
    cdef double phi1, phi2, north, east, h
    with nogil:
        for i in range(n):
            phi1 = lat1[i] * RADIANS
            phi2 = lat2[i] * RADIANS
            north = sin((phi2 - phi1) / 2.0)
            east = sin((lon2[i] * RADIANS - lon1[i] * RADIANS) / 2.0)
            h = north * north + (cos(phi1) * cos(phi2)) * (east * east)
            out[i] = DIAMETER * asin(sqrt(h if h < 1.0 else 1.0))
