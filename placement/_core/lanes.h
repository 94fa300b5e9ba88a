/* Sixteen labels side by side, and the little that the sweep does with them.

   A label is a latency in nanoseconds, at most 2^31 - 1, which stands for "none". The sum of two is
   at most 2^32 - 2, so unsigned sums never wrap around; the lesser of a sum and a label is a label.

   They are kept in as many registers as the processor that is built for needs: one of AVX-512, two
   of AVX2, four of SSE2, or plain integers. */
#ifndef PLACEMENT_LANES_H
#define PLACEMENT_LANES_H

#include <stdint.h>

#define LANES 16
#define NONE 2147483647u

#if defined(__SSE2__) || defined(_M_X64)
#include <immintrin.h>
#define PLACEMENT_SSE2 1
#endif

#if defined(__AVX512F__)
typedef __m512i part_t;
static inline part_t part_of(uint32_t value) { return _mm512_set1_epi32((int)value); }
static inline part_t part_add(part_t a, part_t b) { return _mm512_add_epi32(a, b); }
static inline part_t part_least(part_t sum, part_t label) { return _mm512_min_epu32(sum, label); }
#elif defined(__AVX2__)
typedef __m256i part_t;
static inline part_t part_of(uint32_t value) { return _mm256_set1_epi32((int)value); }
static inline part_t part_add(part_t a, part_t b) { return _mm256_add_epi32(a, b); }
static inline part_t part_least(part_t sum, part_t label) { return _mm256_min_epu32(sum, label); }
#elif defined(PLACEMENT_SSE2)
typedef __m128i part_t;
static inline part_t part_of(uint32_t value) { return _mm_set1_epi32((int)value); }
static inline part_t part_add(part_t a, part_t b) { return _mm_add_epi32(a, b); }
/* There is no unsigned comparison; but a sum of 2^31 or more is negative, and above any label. */
static inline part_t part_least(part_t sum, part_t label) {
    __m128i worse = _mm_or_si128(_mm_cmpgt_epi32(sum, label), _mm_srai_epi32(sum, 31));
    return _mm_or_si128(_mm_and_si128(worse, label), _mm_andnot_si128(worse, sum));
}
#else
typedef uint32_t part_t;
static inline part_t part_of(uint32_t value) { return value; }
static inline part_t part_add(part_t a, part_t b) { return a + b; }
static inline part_t part_least(part_t sum, part_t label) { return sum < label ? sum : label; }
#endif

#define PARTS (64 / (int)sizeof(part_t))
typedef struct { part_t part[64 / sizeof(part_t)]; } lanes_t;

static inline uint32_t *lane_of(lanes_t *label, int lane) { return (uint32_t *)label + lane; }

static inline void lanes_clear(lanes_t *label) {
    for (int i = 0; i < PARTS; i++) label->part[i] = part_of(NONE);
}

/* A node's labels from those of the nodes above it: the least of label + arc, and of what it has from
   the way up, if anything. Then what a path costs once it has passed through the node. */
static inline void lanes_descend(lanes_t *label, lanes_t *passed, const lanes_t *climbed,
                                 const lanes_t *above, const int32_t *depth, const uint32_t *arc,
                                 int64_t n_arcs, uint32_t processing) {
    part_t none = part_of(NONE), through = part_of(processing), best[64 / sizeof(part_t)];
    for (int i = 0; i < PARTS; i++) best[i] = climbed ? climbed->part[i] : none;
    for (int64_t k = 0; k < n_arcs; k++) {
        const part_t *from = above[depth[k]].part;
        part_t step = part_of(arc[k]);
        for (int i = 0; i < PARTS; i++) best[i] = part_least(part_add(from[i], step), best[i]);
    }
    for (int i = 0; i < PARTS; i++) {
        label->part[i] = best[i];
        passed->part[i] = part_least(part_add(best[i], through), none);
    }
}

/* How many columns to write before cache lines begin in all rows, if they do so in the same columns. */
static inline int64_t lanes_before_lines(const int32_t *out, int64_t stride) {
    if ((stride & 15) != 0 || ((uintptr_t)out & 3) != 0) return 0;
    return (int64_t)((64 - ((uintptr_t)out & 63)) & 63) / 4;
}

/* Write some columns of some rows; what is longer than `most` does not exist. */
static inline void lanes_write_few(const lanes_t *const *labels, int64_t n_columns, int n_rows,
                                   uint32_t most, int32_t *out, int64_t stride) {
    for (int row = 0; row < n_rows; row++)
        for (int64_t column = 0; column < n_columns; column++) {
            uint32_t label = ((const uint32_t *)labels[column])[row];
            out[row * stride + column] = (int32_t)(label > most ? NONE : label);
        }
}

#if defined(PLACEMENT_SSE2)
static inline __m128i four_cut(__m128i label, __m128i most, __m128i none) {
    __m128i over = _mm_cmpgt_epi32(label, most); /* both are below 2^31 */
    return _mm_or_si128(_mm_and_si128(over, none), _mm_andnot_si128(over, label));
}

/* The same for sixteen columns of sixteen rows: turned round in registers, four by four, and written
   a cache line at a time; past the cache where the lines are those of the memory. */
static inline void lanes_write(const lanes_t *const *labels, uint32_t most, int32_t *out,
                               int64_t stride) {
    const __m128i limit = _mm_set1_epi32((int)most), none = _mm_set1_epi32((int)NONE);
    int aligned = ((uintptr_t)out & 63) == 0 && (stride & 15) == 0;
    for (int row = 0; row < LANES; row += 4) {
        __m128i turned[4][4];
        for (int group = 0; group < 4; group++) {
            __m128i a = _mm_load_si128((const __m128i *)labels[4 * group] + row / 4);
            __m128i b = _mm_load_si128((const __m128i *)labels[4 * group + 1] + row / 4);
            __m128i c = _mm_load_si128((const __m128i *)labels[4 * group + 2] + row / 4);
            __m128i d = _mm_load_si128((const __m128i *)labels[4 * group + 3] + row / 4);
            __m128i ab = _mm_unpacklo_epi32(a, b), cd = _mm_unpacklo_epi32(c, d);
            turned[0][group] = four_cut(_mm_unpacklo_epi64(ab, cd), limit, none);
            turned[1][group] = four_cut(_mm_unpackhi_epi64(ab, cd), limit, none);
            ab = _mm_unpackhi_epi32(a, b), cd = _mm_unpackhi_epi32(c, d);
            turned[2][group] = four_cut(_mm_unpacklo_epi64(ab, cd), limit, none);
            turned[3][group] = four_cut(_mm_unpackhi_epi64(ab, cd), limit, none);
        }
        for (int k = 0; k < 4; k++) {
            __m128i *line = (__m128i *)(out + (row + k) * stride);
            for (int group = 0; group < 4; group++) {
                if (aligned) _mm_stream_si128(line + group, turned[k][group]);
                else _mm_storeu_si128(line + group, turned[k][group]);
            }
        }
    }
}
static inline void lanes_fence(void) { _mm_sfence(); }
#else
static inline void lanes_write(const lanes_t *const *labels, uint32_t most, int32_t *out,
                               int64_t stride) {
    lanes_write_few(labels, LANES, LANES, most, out, stride);
}
static inline void lanes_fence(void) {}
#endif

#endif
