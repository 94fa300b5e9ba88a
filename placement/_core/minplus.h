/* Rows of labels, several at a time.

   A label is a latency in nanoseconds, at most 2^31 - 1, which stands for "none". The sum of two is
   at most 2^32 - 2, so unsigned sums never wrap around; the lesser of a sum and a label is a label.

   Each loop is written once, over vectors of the processor that is built for; what is left at the
   end of a row is done under a mask with AVX-512, else label by label. */
#ifndef PLACEMENT_MINPLUS_H
#define PLACEMENT_MINPLUS_H

#include <stdint.h>

#define NO_LABEL 2147483647u

static inline uint32_t lesser(uint32_t sum, uint32_t label) { return sum < label ? sum : label; }
static inline uint32_t greater(uint32_t label, uint32_t other) {
    return label > other ? label : other;
}

#if defined(__AVX512F__)
#include <immintrin.h>
#define WIDTH 16
typedef __m512i many_t;
static inline many_t many_of(uint32_t value) { return _mm512_set1_epi32((int)value); }
static inline many_t many_load(const uint32_t *row) { return _mm512_loadu_si512(row); }
static inline void many_store(uint32_t *row, many_t a) { _mm512_storeu_si512(row, a); }
static inline many_t many_add(many_t a, many_t b) { return _mm512_add_epi32(a, b); }
static inline many_t many_lesser(many_t sum, many_t label) { return _mm512_min_epu32(sum, label); }
static inline many_t many_greater(many_t a, many_t b) { return _mm512_max_epu32(a, b); }
static inline uint32_t many_least(many_t a) { return _mm512_reduce_min_epu32(a); }
#elif defined(__AVX2__)
#include <immintrin.h>
#define WIDTH 8
typedef __m256i many_t;
static inline many_t many_of(uint32_t value) { return _mm256_set1_epi32((int)value); }
static inline many_t many_load(const uint32_t *row) {
    return _mm256_loadu_si256((const __m256i *)row);
}
static inline void many_store(uint32_t *row, many_t a) { _mm256_storeu_si256((__m256i *)row, a); }
static inline many_t many_add(many_t a, many_t b) { return _mm256_add_epi32(a, b); }
static inline many_t many_lesser(many_t sum, many_t label) { return _mm256_min_epu32(sum, label); }
static inline many_t many_greater(many_t a, many_t b) { return _mm256_max_epu32(a, b); }
#elif defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define WIDTH 4
typedef __m128i many_t;
static inline many_t many_of(uint32_t value) { return _mm_set1_epi32((int)value); }
static inline many_t many_load(const uint32_t *row) {
    return _mm_loadu_si128((const __m128i *)row);
}
static inline void many_store(uint32_t *row, many_t a) { _mm_storeu_si128((__m128i *)row, a); }
static inline many_t many_add(many_t a, many_t b) { return _mm_add_epi32(a, b); }
/* There is no unsigned comparison; but a sum of 2^31 or more is negative, and above any label. */
static inline many_t many_lesser(many_t sum, many_t label) {
    many_t worse = _mm_or_si128(_mm_cmpgt_epi32(sum, label), _mm_srai_epi32(sum, 31));
    return _mm_or_si128(_mm_and_si128(worse, label), _mm_andnot_si128(worse, sum));
}
static inline many_t many_greater(many_t a, many_t b) {
    many_t more = _mm_cmpgt_epi32(a, b); /* both are labels */
    return _mm_or_si128(_mm_and_si128(more, a), _mm_andnot_si128(more, b));
}
#else
#define WIDTH 1
typedef uint32_t many_t;
static inline many_t many_of(uint32_t value) { return value; }
static inline many_t many_load(const uint32_t *row) { return *row; }
static inline void many_store(uint32_t *row, many_t a) { *row = a; }
static inline many_t many_add(many_t a, many_t b) { return a + b; }
static inline many_t many_lesser(many_t sum, many_t label) { return lesser(sum, label); }
static inline many_t many_greater(many_t a, many_t b) { return greater(a, b); }
#endif

/* Only where comparisons have a sign, a sum must be cut before it is compared once more. */
#if WIDTH == 4
static inline many_t many_cut(many_t sum) { return many_lesser(sum, many_of(NO_LABEL)); }
#else
static inline many_t many_cut(many_t sum) { return sum; }
#endif

#if !defined(__AVX512F__)
static inline uint32_t many_least(many_t a) {
    uint32_t label[WIDTH], least = NO_LABEL;
    many_store(label, a);
    for (int i = 0; i < WIDTH; i++) least = lesser(label[i], least);
    return least;
}
#endif

/* A row over another one: row[i] = min(row[i], step + other[i]). */
static inline void row_lower(uint32_t *row, const uint32_t *other, uint32_t step, int64_t n) {
    many_t steps = many_of(step);
    int64_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH)
        many_store(row + i, many_lesser(many_add(many_load(other + i), steps), many_load(row + i)));
#if defined(__AVX512F__)
    if (i < n) {
        __mmask16 rest = (__mmask16)((1u << (n - i)) - 1);
        many_t sum = many_add(_mm512_maskz_loadu_epi32(rest, other + i), steps);
        many_t label = _mm512_maskz_loadu_epi32(rest, row + i);
        _mm512_mask_storeu_epi32(row + i, rest, many_lesser(sum, label));
    }
#else
    for (; i < n; i++) row[i] = lesser(other[i] + step, row[i]);
#endif
}

/* What a way over another node gives: best[i] = min(best[i], step + row[i]); the same for rival[i],
   where a way counts as no less than `least`. Return the least of passed[i] + row[i]. */
static inline uint32_t row_judge(uint32_t *best, uint32_t *rival, const uint32_t *passed,
                                 const uint32_t *row, uint32_t step, uint32_t least, int64_t n) {
    many_t steps = many_of(step), floor = many_of(least), none = many_of(NO_LABEL), found = none;
    uint32_t single = NO_LABEL;
    int64_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        many_t label = many_load(row + i);
        many_t way = many_cut(many_add(label, steps));
        many_store(best + i, many_lesser(way, many_load(best + i)));
        many_store(rival + i, many_lesser(many_greater(way, floor), many_load(rival + i)));
        found = many_lesser(many_add(label, many_load(passed + i)), found);
    }
#if defined(__AVX512F__)
    if (i < n) {
        __mmask16 rest = (__mmask16)((1u << (n - i)) - 1);
        many_t label = _mm512_mask_loadu_epi32(none, rest, row + i);
        many_t way = many_add(label, steps);
        many_t old = _mm512_maskz_loadu_epi32(rest, best + i);
        _mm512_mask_storeu_epi32(best + i, rest, many_lesser(way, old));
        old = _mm512_maskz_loadu_epi32(rest, rival + i);
        _mm512_mask_storeu_epi32(rival + i, rest, many_lesser(many_greater(way, floor), old));
        found = many_lesser(many_add(label, _mm512_maskz_loadu_epi32(rest, passed + i)), found);
    }
#else
    for (; i < n; i++) {
        uint32_t way = lesser(row[i] + step, NO_LABEL);
        best[i] = lesser(way, best[i]);
        rival[i] = lesser(greater(way, least), rival[i]);
        single = lesser(row[i] + passed[i], single);
    }
#endif
    return lesser(many_least(found), single);
}

#endif
