# The stop token of every long kernel: `stop[0]` is a deadline on the scale of Python's
# `time.monotonic_ns` (2**63 - 1: none), `stop[1]` is not 0 once the caller has cancelled.

from libc.stdint cimport INT64_MAX, int64_t

cdef extern from *:
    """
    #include <stdint.h>
    #include <time.h>
    #ifdef __APPLE__
    #define PLACEMENT_CLOCK CLOCK_UPTIME_RAW  /* what time.monotonic_ns reads on macOS */
    #else
    #define PLACEMENT_CLOCK CLOCK_MONOTONIC
    #endif
    static inline int64_t placement_now_ns(void) {
        struct timespec now;
        clock_gettime(PLACEMENT_CLOCK, &now);
        return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    }
    /* Another thread writes the token while a kernel runs: it must be read anew each time. */
    static inline int64_t placement_peek(const int64_t *word) {
        return __atomic_load_n(word, __ATOMIC_RELAXED);
    }
    """
    int64_t now_ns "placement_now_ns"() noexcept nogil
    int64_t peek "placement_peek"(const int64_t* word) noexcept nogil


cdef inline bint stopped(const int64_t[::1] stop) noexcept nogil:
    cdef int64_t deadline = peek(&stop[0])
    if peek(&stop[1]) != 0:
        return True
    return deadline != INT64_MAX and now_ns() >= deadline


# Look at the token once there have been so many steps since the last time; return whether it says stop.
cdef inline bint called_off(
    int64_t* steps, int64_t patience, const int64_t[::1] stop
) noexcept nogil:
    if steps[0] <= patience:
        return False
    steps[0] = 0
    return stopped(stop)
