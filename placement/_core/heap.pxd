# A 4-ary heap in an array of the caller's, for the two orders that a path can have. Nothing is ever
# moved inside the heap when a label improves: the old entry stays and is skipped when it comes up,
# which costs less than keeping each node's place (each arc puts in at most one entry).

from libc.stdint cimport int32_t, int64_t, uint64_t

ctypedef struct Label:
    int64_t variance
    int32_t latency
    int32_t node

ctypedef fused entry_t:
    uint64_t  # latency << 32 | node: one comparison of integers
    Label     # by latency, then by variance


cdef inline bint before(const entry_t* a, const entry_t* b) noexcept nogil:
    if entry_t is Label:
        if a.latency != b.latency:
            return a.latency < b.latency
        return a.variance < b.variance
    else:
        return a[0] < b[0]


cdef inline void push(entry_t* heap, Py_ssize_t* size, entry_t entry) noexcept nogil:
    cdef Py_ssize_t place = size[0], parent
    size[0] += 1
    while place > 0:
        parent = (place - 1) >> 2
        if not before(&entry, &heap[parent]):
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = entry


cdef inline entry_t pop(entry_t* heap, Py_ssize_t* size) noexcept nogil:
    cdef entry_t top = heap[0], last
    cdef Py_ssize_t place = 0, child, best, end, n
    size[0] -= 1
    n = size[0]
    last = heap[n]
    while True:
        child = 4 * place + 1
        if child >= n:
            break
        end = child + 4 if child + 4 < n else n
        best = child
        for child in range(best + 1, end):
            if before(&heap[child], &heap[best]):
                best = child
        if not before(&heap[best], &last):
            break
        heap[place] = heap[best]
        place = best
    heap[place] = last
    return top
