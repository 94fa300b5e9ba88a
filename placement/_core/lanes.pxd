# What lanes.h has for Cython; see there.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

cdef extern from "lanes.h" nogil:
    ctypedef struct lanes_t:
        pass
    int LANES
    uint32_t NONE
    uint32_t* lane_of(lanes_t* label, int lane) noexcept
    void lanes_clear(lanes_t* label) noexcept
    void lanes_pass(lanes_t* passed, const lanes_t* label, uint32_t processing) noexcept
    void lanes_relax(lanes_t* label, const lanes_t* passed, uint32_t arc) noexcept
    void lanes_descend(
        lanes_t* label, const lanes_t* climbed, const lanes_t* passed, const int32_t* end,
        const uint32_t* arc, int64_t n_arcs,
    ) noexcept
    void lanes_columns(
        const lanes_t* lines, const uint32_t* gates, int n_gates, uint32_t most, int above,
        uint32_t** rows, int64_t column,
    ) noexcept
    int lines_below(
        const lanes_t* lines, const int32_t* place, int64_t n, int n_lanes, uint32_t most
    ) noexcept
    void row_relax(uint32_t* row, const uint32_t* other, uint32_t step, int64_t n) noexcept
    void rows_to_lines(lanes_t* lines, const uint32_t* rows, int64_t stride) noexcept
    void lines_copy(int32_t* to, const uint32_t* source, int64_t n_lines, int past) noexcept
    void lines_fence() noexcept
    void bits_within(
        uint8_t* bits, const uint32_t* label, uint32_t of_row, const uint32_t* of_column, int64_t n
    ) noexcept
