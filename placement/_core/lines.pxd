# Cache lines of labels, which the wide registers load at once.

cdef extern from *:
    """
    #include <stdlib.h>
    #if defined(_WIN32)
    #include <malloc.h>
    #define placement_free_lines _aligned_free
    #else
    #include <sys/mman.h>
    #define placement_free_lines free
    #endif
    /* In huge pages where there are many. */
    static void *placement_lines(size_t n_lines) {
        const size_t huge = (size_t)1 << 21, size = 64 * n_lines + 64;
        const size_t align = size >= 2 * huge ? huge : 64;
        void *lines = NULL;
    #if defined(_WIN32)
        lines = _aligned_malloc(size, align);
    #else
        if (posix_memalign(&lines, align, size)) return NULL;
    #if defined(MADV_HUGEPAGE)
        if (align == huge) madvise(lines, size, MADV_HUGEPAGE);
    #endif
    #endif
        return lines;
    }
    """
    void* allocate_lines "placement_lines"(size_t n_lines) noexcept nogil
    void free_lines "placement_free_lines"(void* lines) noexcept nogil
