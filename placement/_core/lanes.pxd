# What lanes.h has for Cython; see there.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

cdef extern from "lanes.h" nogil:
    ctypedef struct lanes_t:
        pass
    int LANES
    uint32_t NONE
    uint32_t* lane_of(lanes_t* label, int lane) noexcept nogil
    void lanes_clear(lanes_t* label) noexcept nogil
    void lanes_pass(lanes_t* passed, const lanes_t* label, uint32_t processing) noexcept nogil
    void lanes_relax(lanes_t* label, const lanes_t* passed, uint32_t arc) noexcept nogil
    void lanes_descend(
        lanes_t* label, const lanes_t* climbed, const lanes_t* passed, const int32_t* end,
        const uint32_t* arc, int64_t n_arcs,
    ) noexcept nogil
    void lanes_columns(
        const lanes_t* lines, const int32_t* gate, const uint32_t* latency, int n_gates,
        int64_t n_columns, uint32_t most, uint32_t** rows,
    ) noexcept nogil
    void lines_copy(int32_t* to, const uint32_t* source, int64_t n_lines, int past) noexcept nogil
    void lines_fence() noexcept nogil
    void bits_within(
        uint8_t* bits, const uint32_t* label, uint32_t of_row, const uint32_t* of_column, int64_t n
    ) noexcept nogil
