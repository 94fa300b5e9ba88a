/* Sets of sites as bits, 64 a word, the first site in the lowest bit. */
#ifndef PLACEMENT_SITES_H
#define PLACEMENT_SITES_H

#include <stdint.h>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

static inline int first_bit(uint64_t word) { return __builtin_ctzll(word); }

static inline int count_bits(uint64_t word) { return __builtin_popcountll(word); }

/* Those of some sites that are within a bound; all 64 times are there to be read. */
static inline uint64_t bits_near(uint64_t some, const int64_t *time, int64_t bound) {
#if defined(__AVX512F__)
    const __m512i most = _mm512_set1_epi64(bound);
    uint64_t near = 0;
    for (int eighth = 0; eighth < 8; eighth++) {
        __mmask8 mask = _mm512_cmple_epi64_mask(_mm512_loadu_si512(time + 8 * eighth), most);
        near |= (uint64_t)mask << (8 * eighth);
    }
    return some & near;
#else
    for (uint64_t left = some; left; left &= left - 1) {
        uint64_t lowest = left & -left;
        if (time[first_bit(left)] > bound) some ^= lowest;
    }
    return some;
#endif
}

#endif
