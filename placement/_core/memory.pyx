"""The floor of every matrix: how long it takes to write it, past the cache, and nothing else."""

from libc.stdint cimport int32_t, int64_t

cdef extern from *:
    """
    #include <stdint.h>
    #if defined(__SSE2__) || defined(_M_X64)
    #include <emmintrin.h>
    static void placement_stream(int32_t *out, int64_t n, int32_t value) {
        int64_t i = 0;
        for (; i < n && ((uintptr_t)(out + i) & 15); i++) out[i] = value;
        for (; i + 4 <= n; i += 4) _mm_stream_si128((__m128i *)(out + i), _mm_set1_epi32(value));
        for (; i < n; i++) out[i] = value;
        _mm_sfence();
    }
    #else
    static void placement_stream(int32_t *out, int64_t n, int32_t value) {
        for (int64_t i = 0; i < n; i++) out[i] = value;
    }
    #endif
    """
    void placement_stream(int32_t* out, int64_t n, int32_t value) noexcept nogil


def stream(
    int32_t[:, ::1] out,  # OUT
    int32_t value,
):
    """Write one number to all cells, past the cache where the processor can.

    Parameters
    ----------
    out : ndarray of shape (n_rows, n_columns), int32
        Filled.
    value : int
        What with.

    Notes
    -----
    Benches hold the matrices of latencies against it.

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import stream
    >>> out = np.empty((2, 3), np.int32)
    >>> stream(out, 7)
    >>> out.tolist()
    [[7, 7, 7], [7, 7, 7]]
    """
    if out.shape[0] and out.shape[1]:
        with nogil:
            placement_stream(&out[0, 0], out.shape[0] * out.shape[1], value)
