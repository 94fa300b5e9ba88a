"""Which processor is this?"""

cdef extern from *:
    """
    #if defined(__x86_64__) && defined(__GNUC__)
    #include <cpuid.h>
    /* The x86-64 psABI's levels v3 and v4, asked bit by bit: compilers older than GCC 12 do not know
       their names, and a virtual machine may hide a bit that every real processor of the family has. */
    static int placement_level(void) {
        const unsigned basic = 1u << 0 | 1u << 9 | 1u << 12 | 1u << 13 | 1u << 19 | 1u << 20 |
                               1u << 22 | 1u << 23 | 1u << 27 | 1u << 28 | 1u << 29;
        /* SSE3 SSSE3 FMA CX16 SSE4.1 SSE4.2 MOVBE POPCNT OSXSAVE AVX F16C */
        const unsigned later = 1u << 3 | 1u << 5 | 1u << 8;  /* BMI1 AVX2 BMI2 */
        const unsigned widest = 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31;
        /* AVX512F DQ CD BW VL */
        const unsigned extended = 1u << 0 | 1u << 5;         /* LAHF LZCNT */
        unsigned a, b, c, d, saved, features;
        if (!__get_cpuid(1, &a, &b, &c, &d) || (c & basic) != basic) return 1;
        __asm__ volatile("xgetbv" : "=a"(saved), "=d"(d) : "c"(0));
        if ((saved & 6) != 6) return 1;  /* the system keeps the wide registers */
        if (!__get_cpuid_count(7, 0, &a, &features, &c, &d) || (features & later) != later) return 1;
        if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || (c & extended) != extended) return 1;
        return (saved & 0xe6) == 0xe6 && (features & widest) == widest ? 4 : 3;
    }
    #else
    static int placement_level(void) { return 0; }
    #endif
    """
    int placement_level() noexcept


def x86_64_level():
    """Return the highest level of the x86-64 family whose code this machine runs: 1, 3 or 4.

    Returns
    -------
    int
        0 where the processor is not of the family, or the compiler did not say; 1 for level 2.

    References
    ----------
    System V ABI, AMD64 Architecture Processor Supplement, section 3.1.1 (microarchitecture levels).

    Examples
    --------
    >>> from placement._core.cpu import x86_64_level
    >>> x86_64_level() in (0, 1, 3, 4)
    True
    """
    return placement_level()
