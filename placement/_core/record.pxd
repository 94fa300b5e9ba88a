# What has been eliminated: the nodes in their order, what each left behind, and how much more may be.

from libc.stdint cimport int32_t, int64_t
from libc.stdlib cimport realloc

ctypedef enum Verdict:
    DONE
    TOO_MANY_ARCS
    TOO_MUCH_WORK
    STOPPED
    NO_MEMORY


ctypedef struct Record:
    int32_t* order          # [n_nodes]
    int64_t* above_ptr      # [n_nodes + 1]
    int32_t* above          # [room]: for each node in the order the neighbours that it leaves
    int64_t room
    int64_t filled
    int64_t turn
    double work             # the squares of the widths, added up
    int64_t most_arcs
    double most_work


# Make room for what the next node leaves; return where to write it, NULL without memory.
cdef inline int32_t* leave(Record* record, int32_t node, int32_t width) noexcept nogil:
    cdef int32_t* grown
    if record.filled + width > record.room:
        grown = <int32_t*> realloc(record.above, (2 * record.room + width) * sizeof(int32_t))
        if grown == NULL:
            return NULL
        record.above = grown
        record.room = 2 * record.room + width
    record.order[record.turn] = node
    record.above_ptr[record.turn] = record.filled
    record.turn += 1
    record.filled += width
    record.work += <double> width * width
    return record.above + record.filled - width


# Whether it can still be done: each edge that is left becomes an arc, and so many arcs of so many
# nodes have at least the squares that they have when all are alike.
cdef inline Verdict judge(const Record* record, int64_t edges, int64_t n_left) noexcept nogil:
    if record.filled + edges > record.most_arcs:
        return TOO_MANY_ARCS
    if record.work + <double> edges * edges / n_left > record.most_work:
        return TOO_MUCH_WORK
    return DONE
