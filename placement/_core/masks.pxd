# What classes.h has for Cython, and lines as arrays hold them.

from libc.stdint cimport int64_t, uint32_t, uintptr_t

from placement._core.lanes cimport LANES, lanes_t

ctypedef const lanes_t* line_t

cdef enum:
    ALL = 0xFFFF
    LINE = 64  # bytes

cdef extern from "classes.h" nogil:
    void classes_set(lanes_t* label, uint32_t value, uint32_t mask) noexcept
    void classes_offer(lanes_t* label, uint32_t value, uint32_t mask) noexcept
    void classes_least(lanes_t* label, const lanes_t* other) noexcept
    void classes_pass(lanes_t* passed, const lanes_t* label, const lanes_t* through) noexcept
    void classes_relax(lanes_t* label, const lanes_t* passed, const lanes_t* arc) noexcept
    void classes_relax_all(
        lanes_t* label, const lanes_t* passed, const line_t* arcs, int64_t k, int n
    ) noexcept
    void classes_turn(const lanes_t* tile, lanes_t* rows) noexcept


# The lines of an array, which the wide registers load at once.
cdef inline lanes_t* lines_of(uint32_t[:, ::1] lines) except? NULL:
    if lines.shape[0] == 0:
        return NULL
    if lines.shape[1] != LANES or <uintptr_t> &lines[0, 0] % LINE != 0:
        raise ValueError("expected lines of sixteen labels, each in a cache line of its own")
    return <lanes_t*> &lines[0, 0]
