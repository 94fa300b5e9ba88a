/* Sixteen routing classes side by side: the lanes of `lanes.h`, with masks that say in which classes a
   link may be used or a node crossed, the first class in the lowest bit. */
#ifndef PLACEMENT_CLASSES_H
#define PLACEMENT_CLASSES_H

#include "lanes.h"

/* A value in the lanes of a mask, NONE in the others. */
#if defined(__AVX512F__)
static inline part_t part_masked(uint32_t value, uint32_t mask, int part) {
    (void)part;
    return _mm512_mask_set1_epi32(part_of(NONE), (__mmask16)mask, (int)value);
}
#elif defined(__AVX2__)
static inline part_t part_masked(uint32_t value, uint32_t mask, int part) {
    const __m256i bit = _mm256_set_epi32(128, 64, 32, 16, 8, 4, 2, 1);
    __m256i here = _mm256_and_si256(part_of(mask >> 8 * part), bit);
    return _mm256_blendv_epi8(part_of(NONE), part_of(value), _mm256_cmpeq_epi32(here, bit));
}
#elif defined(PLACEMENT_SSE2)
static inline part_t part_masked(uint32_t value, uint32_t mask, int part) {
    const __m128i bit = _mm_set_epi32(8, 4, 2, 1);
    __m128i here = _mm_cmpeq_epi32(_mm_and_si128(part_of(mask >> 4 * part), bit), bit);
    return _mm_or_si128(_mm_and_si128(here, part_of(value)), _mm_andnot_si128(here, part_of(NONE)));
}
#else
static inline part_t part_masked(uint32_t value, uint32_t mask, int part) {
    return mask >> part & 1 ? value : NONE;
}
#endif

static inline void classes_set(lanes_t *label, uint32_t value, uint32_t mask) {
    for (int i = 0; i < PARTS; i++) label->part[i] = part_masked(value, mask, i);
}

/* The lesser of what is there and a link. */
static inline void classes_offer(lanes_t *label, uint32_t value, uint32_t mask) {
    for (int i = 0; i < PARTS; i++)
        label->part[i] = part_least(part_masked(value, mask, i), label->part[i]);
}

static inline void classes_least(lanes_t *label, const lanes_t *other) {
    for (int i = 0; i < PARTS; i++) label->part[i] = part_least(other->part[i], label->part[i]);
}

/* What paths cost that have passed through a node as well. */
static inline void classes_pass(lanes_t *passed, const lanes_t *label, const lanes_t *through) {
    for (int i = 0; i < PARTS; i++)
        passed->part[i] = part_least(part_add(label->part[i], through->part[i]), part_of(NONE));
}

/* The lesser of a label and the way over another node. */
static inline void classes_relax(lanes_t *label, const lanes_t *passed, const lanes_t *arc) {
    for (int i = 0; i < PARTS; i++)
        label->part[i] = part_least(part_add(passed->part[i], arc->part[i]), label->part[i]);
}

/* The least of a label and the ways over several nodes, whose arcs are in the place `k` of their lines. */
static inline void classes_relax_all(lanes_t *label, const lanes_t *passed,
                                     const lanes_t *const *arcs, int64_t k, int n) {
    for (int i = 0; i < PARTS; i++) {
        part_t best = label->part[i];
        for (int node = 0; node < n; node++)
            best = part_least(part_add(passed[node].part[i], arcs[node][k].part[i]), best);
        label->part[i] = best;
    }
}

/* Sixteen lines, turned round: lane k of each becomes row k. */
#if defined(PLACEMENT_SSE2)
static inline void classes_turn(const lanes_t *tile, lanes_t *rows) {
    for (int quarter = 0; quarter < 4; quarter++)
        for (int group = 0; group < 4; group++) {
            const __m128i *from = (const __m128i *)(tile + 4 * group) + quarter;
            __m128i *to = (__m128i *)(rows + 4 * quarter) + group;
            __m128i ab = _mm_unpacklo_epi32(from[0], from[4]);
            __m128i cd = _mm_unpacklo_epi32(from[8], from[12]);
            to[0] = _mm_unpacklo_epi64(ab, cd);
            to[4] = _mm_unpackhi_epi64(ab, cd);
            ab = _mm_unpackhi_epi32(from[0], from[4]);
            cd = _mm_unpackhi_epi32(from[8], from[12]);
            to[8] = _mm_unpacklo_epi64(ab, cd);
            to[12] = _mm_unpackhi_epi64(ab, cd);
        }
}
#else
static inline void classes_turn(const lanes_t *tile, lanes_t *rows) {
    for (int row = 0; row < LANES; row++)
        for (int k = 0; k < LANES; k++) rows[row].part[k] = tile[k].part[row];
}
#endif

#endif
