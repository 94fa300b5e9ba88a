"""Which processor is this?"""

cdef extern from *:
    """
    #if defined(__x86_64__) && defined(__GNUC__)
    #include <cpuid.h>
    /* The x86-64 psABI's level v3, asked bit by bit: compilers older than GCC 12 do not know its
       name, and a virtual machine may hide a bit that every real processor of the family has. */
    static int placement_has_v3(void) {
        const unsigned basic = 1u << 0 | 1u << 9 | 1u << 12 | 1u << 13 | 1u << 19 | 1u << 20 |
                               1u << 22 | 1u << 23 | 1u << 27 | 1u << 28 | 1u << 29;
        /* SSE3 SSSE3 FMA CX16 SSE4.1 SSE4.2 MOVBE POPCNT OSXSAVE AVX F16C */
        const unsigned later = 1u << 3 | 1u << 5 | 1u << 8;  /* BMI1 AVX2 BMI2 */
        const unsigned extended = 1u << 0 | 1u << 5;         /* LAHF LZCNT */
        unsigned a, b, c, d, saved;
        if (!__get_cpuid(1, &a, &b, &c, &d) || (c & basic) != basic) return 0;
        __asm__ volatile("xgetbv" : "=a"(saved), "=d"(d) : "c"(0));
        if ((saved & 6) != 6) return 0;  /* the system keeps the wide registers */
        if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & later) != later) return 0;
        return __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & extended) == extended;
    }
    #else
    static int placement_has_v3(void) { return 0; }
    #endif
    """
    bint placement_has_v3() noexcept


def has_x86_64_v3():
    """Return whether this machine runs code built for x86-64-v3.

    Returns
    -------
    bool
        Always false where the processor is not of the x86-64 family.

    References
    ----------
    System V ABI, AMD64 Architecture Processor Supplement, section 3.1.1 (microarchitecture levels).

    Examples
    --------
    >>> from placement._core.cpu import has_x86_64_v3
    >>> has_x86_64_v3() in (True, False)
    True
    """
    return placement_has_v3()
