/* Sixteen labels side by side, and the little that a sweep does with them.

   A label is a latency in nanoseconds, at most 2^31 - 1, which stands for "none". The sum of two is
   at most 2^32 - 2, so unsigned sums never wrap around; the lesser of a sum and a label is a label.

   They are kept in as many registers as the processor that is built for needs: one of AVX-512, two
   of AVX2, four of SSE2, or plain integers. */
#ifndef PLACEMENT_LANES_H
#define PLACEMENT_LANES_H

#include <stdint.h>
#include <string.h>

#define LANES 16
#define NONE 2147483647u
#define TILES_AHEAD 4 /* of which the gates are fetched before they are needed */

#if defined(__SSE2__) || defined(_M_X64)
#include <immintrin.h>
#define PLACEMENT_SSE2 1
#endif

#if defined(__AVX512F__)
typedef __m512i part_t;
static inline part_t part_of(uint32_t value) { return _mm512_set1_epi32((int)value); }
static inline part_t part_add(part_t a, part_t b) { return _mm512_add_epi32(a, b); }
static inline part_t part_least(part_t sum, part_t label) { return _mm512_min_epu32(sum, label); }
static inline part_t part_most(part_t a, part_t b) { return _mm512_max_epu32(a, b); }
/* Both are labels. */
static inline part_t part_cut(part_t label, part_t most, part_t none) {
    return _mm512_mask_mov_epi32(label, _mm512_cmpgt_epi32_mask(label, most), none);
}
#elif defined(__AVX2__)
typedef __m256i part_t;
static inline part_t part_of(uint32_t value) { return _mm256_set1_epi32((int)value); }
static inline part_t part_add(part_t a, part_t b) { return _mm256_add_epi32(a, b); }
static inline part_t part_least(part_t sum, part_t label) { return _mm256_min_epu32(sum, label); }
static inline part_t part_most(part_t a, part_t b) { return _mm256_max_epu32(a, b); }
static inline part_t part_cut(part_t label, part_t most, part_t none) {
    return _mm256_blendv_epi8(label, none, _mm256_cmpgt_epi32(label, most));
}
#elif defined(PLACEMENT_SSE2)
typedef __m128i part_t;
static inline part_t part_of(uint32_t value) { return _mm_set1_epi32((int)value); }
static inline part_t part_add(part_t a, part_t b) { return _mm_add_epi32(a, b); }
/* There is no unsigned comparison; but a sum of 2^31 or more is negative, and above any label. */
static inline part_t part_least(part_t sum, part_t label) {
    __m128i worse = _mm_or_si128(_mm_cmpgt_epi32(sum, label), _mm_srai_epi32(sum, 31));
    return _mm_or_si128(_mm_and_si128(worse, label), _mm_andnot_si128(worse, sum));
}
static inline part_t part_most(part_t a, part_t b) {
    __m128i more = _mm_cmpgt_epi32(a, b); /* both are labels */
    return _mm_or_si128(_mm_and_si128(more, a), _mm_andnot_si128(more, b));
}
static inline part_t part_cut(part_t label, part_t most, part_t none) {
    /* All bits of what is over but the sign: that is `none`. */
    return _mm_or_si128(label, _mm_and_si128(_mm_cmpgt_epi32(label, most), none));
}
#else
typedef uint32_t part_t;
static inline part_t part_of(uint32_t value) { return value; }
static inline part_t part_add(part_t a, part_t b) { return a + b; }
static inline part_t part_least(part_t sum, part_t label) { return sum < label ? sum : label; }
static inline part_t part_most(part_t a, part_t b) { return a > b ? a : b; }
static inline part_t part_cut(part_t label, part_t most, part_t none) {
    return label > most ? none : label;
}
#endif

#define PARTS (64 / (int)sizeof(part_t))
/* A union, since lanes are also read and written one by one. */
typedef union { part_t part[64 / sizeof(part_t)]; uint32_t lane[LANES]; } lanes_t;

static inline uint32_t *lane_of(lanes_t *label, int lane) { return label->lane + lane; }

static inline void lanes_clear(lanes_t *label) {
    for (int i = 0; i < PARTS; i++) label->part[i] = part_of(NONE);
}

/* What paths cost that have passed through a node as well. */
static inline void lanes_pass(lanes_t *passed, const lanes_t *label, uint32_t processing) {
    part_t none = part_of(NONE), through = part_of(processing);
    for (int i = 0; i < PARTS; i++)
        passed->part[i] = part_least(part_add(label->part[i], through), none);
}

/* What is above `most` is none. */
static inline void lanes_cut(lanes_t *label, uint32_t most) {
    part_t none = part_of(NONE), limit = part_of(most);
    for (int i = 0; i < PARTS; i++) label->part[i] = part_cut(label->part[i], limit, none);
}

/* The lesser of a label and the way over another node. */
static inline void lanes_relax(lanes_t *label, const lanes_t *passed, uint32_t arc) {
    part_t step = part_of(arc);
    for (int i = 0; i < PARTS; i++)
        label->part[i] = part_least(part_add(passed->part[i], step), label->part[i]);
}

/* The least of what is there and the ways over some nodes. */
static inline void lanes_descend(lanes_t *label, const lanes_t *climbed, const lanes_t *passed,
                                 const int32_t *end, const uint32_t *arc, int64_t n_arcs) {
    part_t best[64 / sizeof(part_t)];
    for (int i = 0; i < PARTS; i++) best[i] = climbed ? climbed->part[i] : part_of(NONE);
    for (int64_t k = 0; k < n_arcs; k++) {
        const part_t *from = passed[end[k]].part;
        part_t step = part_of(arc[k]);
        for (int i = 0; i < PARTS; i++) best[i] = part_least(part_add(from[i], step), best[i]);
    }
    for (int i = 0; i < PARTS; i++) label->part[i] = best[i];
}

/* Whether the first lanes of some lines are all at most `most`. */
static inline int lines_below(const lanes_t *lines, const int32_t *place, int64_t n, int n_lanes,
                              uint32_t most) {
    lanes_t found;
    for (int i = 0; i < PARTS; i++) found.part[i] = part_of(0);
    for (int64_t k = 0; k < n; k++)
        for (int i = 0; i < PARTS; i++)
            found.part[i] = part_most(found.part[i], lines[place[k]].part[i]);
    for (int lane = 0; lane < n_lanes; lane++)
        if (found.lane[lane] > most) return 0;
    return 1;
}

/* Sixteen columns of sixteen rows, each the least of a few gates; what is above `most` is none, where
   anything may be. A column has the lines of its gates, and then the latencies from them. */
static inline void lanes_gates(lanes_t *tile, const lanes_t *lines, const uint32_t *gates,
                               const int n_gates, uint32_t most, const int above) {
    const part_t none = part_of(NONE), limit = part_of(most);
    for (int column = 0; column < LANES; column++, gates += 2 * n_gates) {
        part_t best[64 / sizeof(part_t)];
        for (int i = 0; i < PARTS; i++) best[i] = none;
        for (int k = 0; k < n_gates; k++) {
            const part_t *from = lines[gates[k]].part;
            part_t step = part_of(gates[n_gates + k]);
            for (int i = 0; i < PARTS; i++) best[i] = part_least(part_add(from[i], step), best[i]);
        }
        for (int i = 0; i < PARTS; i++)
            tile[column].part[i] = above ? part_cut(best[i], limit, none) : best[i];
    }
}

/* Turn sixteen columns of sixteen rows into rows, from some column of theirs on. */
#if defined(__AVX512F__)
static inline __m512i four_quarters(const lanes_t *tile, int quarter) {
    const __m128i *first = (const __m128i *)tile + quarter;
    __m512i all = _mm512_castsi128_si512(_mm_load_si128(first));
    all = _mm512_mask_broadcast_i32x4(all, 0x00f0, _mm_load_si128(first + 16));
    all = _mm512_mask_broadcast_i32x4(all, 0x0f00, _mm_load_si128(first + 32));
    return _mm512_mask_broadcast_i32x4(all, 0xf000, _mm_load_si128(first + 48));
}
static inline void lanes_turn(const lanes_t *tile, uint32_t *const *rows, int64_t column) {
    for (int quarter = 0; quarter < 4; quarter++) {
        __m512i a = four_quarters(tile, quarter), b = four_quarters(tile + 1, quarter);
        __m512i c = four_quarters(tile + 2, quarter), d = four_quarters(tile + 3, quarter);
        __m512i ab = _mm512_unpacklo_epi32(a, b), cd = _mm512_unpacklo_epi32(c, d);
        __m512i ab2 = _mm512_unpackhi_epi32(a, b), cd2 = _mm512_unpackhi_epi32(c, d);
        uint32_t *const *row = rows + 4 * quarter;
        _mm512_storeu_si512(row[0] + column, _mm512_unpacklo_epi64(ab, cd));
        _mm512_storeu_si512(row[1] + column, _mm512_unpackhi_epi64(ab, cd));
        _mm512_storeu_si512(row[2] + column, _mm512_unpacklo_epi64(ab2, cd2));
        _mm512_storeu_si512(row[3] + column, _mm512_unpackhi_epi64(ab2, cd2));
    }
}
#elif defined(__AVX2__)
static inline __m256i two_quarters(const lanes_t *tile, int quarter) {
    const __m128i *first = (const __m128i *)tile + quarter;
    __m256i both = _mm256_castsi128_si256(_mm_load_si128(first));
    return _mm256_inserti128_si256(both, _mm_load_si128(first + 16), 1);
}
static inline void lanes_turn(const lanes_t *tile, uint32_t *const *rows, int64_t column) {
    for (int quarter = 0; quarter < 4; quarter++)
        for (int half = 0; half < 2; half++) {
            const lanes_t *from = tile + 8 * half;
            __m256i a = two_quarters(from, quarter), b = two_quarters(from + 1, quarter);
            __m256i c = two_quarters(from + 2, quarter), d = two_quarters(from + 3, quarter);
            __m256i ab = _mm256_unpacklo_epi32(a, b), cd = _mm256_unpacklo_epi32(c, d);
            __m256i ab2 = _mm256_unpackhi_epi32(a, b), cd2 = _mm256_unpackhi_epi32(c, d);
            uint32_t *const *row = rows + 4 * quarter;
            int64_t at = column + 8 * half;
            _mm256_storeu_si256((__m256i *)(row[0] + at), _mm256_unpacklo_epi64(ab, cd));
            _mm256_storeu_si256((__m256i *)(row[1] + at), _mm256_unpackhi_epi64(ab, cd));
            _mm256_storeu_si256((__m256i *)(row[2] + at), _mm256_unpacklo_epi64(ab2, cd2));
            _mm256_storeu_si256((__m256i *)(row[3] + at), _mm256_unpackhi_epi64(ab2, cd2));
        }
}
#elif defined(PLACEMENT_SSE2)
static inline void lanes_turn(const lanes_t *tile, uint32_t *const *rows, int64_t column) {
    for (int quarter = 0; quarter < 4; quarter++)
        for (int group = 0; group < 4; group++) {
            const __m128i *from = (const __m128i *)(tile + 4 * group) + quarter;
            __m128i a = from[0], b = from[4], c = from[8], d = from[12];
            __m128i ab = _mm_unpacklo_epi32(a, b), cd = _mm_unpacklo_epi32(c, d);
            __m128i ab2 = _mm_unpackhi_epi32(a, b), cd2 = _mm_unpackhi_epi32(c, d);
            uint32_t *const *row = rows + 4 * quarter;
            int64_t at = column + 4 * group;
            _mm_storeu_si128((__m128i *)(row[0] + at), _mm_unpacklo_epi64(ab, cd));
            _mm_storeu_si128((__m128i *)(row[1] + at), _mm_unpackhi_epi64(ab, cd));
            _mm_storeu_si128((__m128i *)(row[2] + at), _mm_unpacklo_epi64(ab2, cd2));
            _mm_storeu_si128((__m128i *)(row[3] + at), _mm_unpackhi_epi64(ab2, cd2));
        }
}
#else
static inline void lanes_turn(const lanes_t *tile, uint32_t *const *rows, int64_t column) {
    for (int i = 0; i < LANES; i++)
        for (int row = 0; row < LANES; row++)
            rows[row][column + i] = tile[i].lane[row];
}
#endif

/* Have some columns' gates fetched: where a page of memory ends, the processor does not see that those on
   the next are wanted soon. Past the last there may be anything: nothing is read. */
static inline void gates_fetch(const uint32_t *gates, int n_gates) {
#if defined(__GNUC__)
    for (int k = 0; k < 2 * n_gates; k++) __builtin_prefetch(gates + LANES * k);
#else
    (void)gates, (void)n_gates;
#endif
}

/* Fill sixteen columns of sixteen rows. */
static inline void lanes_columns(const lanes_t *lines, const uint32_t *gates, int n_gates,
                                 uint32_t most, int above, uint32_t *const *rows, int64_t column) {
    lanes_t tile[LANES];
    const uint32_t *some = gates + 2 * n_gates * column;
    gates_fetch(some + 2 * n_gates * LANES * TILES_AHEAD, n_gates);
    /* Loops of a length that the compiler knows. */
    if (n_gates == 1 && !above) lanes_gates(tile, lines, some, 1, most, 0);
    else if (n_gates == 2 && !above) lanes_gates(tile, lines, some, 2, most, 0);
    else if (n_gates == 3 && !above) lanes_gates(tile, lines, some, 3, most, 0);
    else if (n_gates == 2) lanes_gates(tile, lines, some, 2, most, 1);
    else if (n_gates == 3) lanes_gates(tile, lines, some, 3, most, 1);
    else lanes_gates(tile, lines, some, n_gates, most, above);
    lanes_turn(tile, rows, column);
}

/* The lesser of a row's labels and those of another row, each after one more step. */
static inline void row_relax(uint32_t *row, const uint32_t *other, uint32_t step, int64_t n) {
    const part_t one = part_of(step);
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        lanes_t a, b;
        memcpy(&a, row + i, 64);
        memcpy(&b, other + i, 64);
        for (int k = 0; k < PARTS; k++)
            a.part[k] = part_least(part_add(b.part[k], one), a.part[k]);
        memcpy(row + i, &a, 64);
    }
    for (; i < n; i++)
        if (other[i] + step < row[i]) row[i] = other[i] + step;
}

/* Sixteen places of sixteen rows, a line for each place. */
static inline void rows_to_lines(lanes_t *lines, const uint32_t *rows, int64_t stride) {
    lanes_t tile[LANES];
    uint32_t *into[LANES];
    for (int k = 0; k < LANES; k++) {
        memcpy(&tile[k], rows + k * stride, 64);
        into[k] = (uint32_t *)(lines + k);
    }
    lanes_turn(tile, into, 0);
}

/* Copy whole cache lines; `past` the cache, where they will not be read soon. */
static inline void lines_copy(int32_t *to, const uint32_t *from, int64_t n_lines, int past) {
#if defined(__AVX512F__)
    if (past) {
        for (int64_t i = 0; i < n_lines; i++)
            _mm512_stream_si512((__m512i *)(to + 16 * i), _mm512_load_si512(from + 16 * i));
        return;
    }
#elif defined(PLACEMENT_SSE2)
    if (past) {
        for (int64_t i = 0; i < 4 * n_lines; i++)
            _mm_stream_si128((__m128i *)(to + 4 * i), _mm_load_si128((const __m128i *)(from + 4 * i)));
        return;
    }
#endif
    memcpy(to, from, 64 * (size_t)n_lines);
}

static inline void lines_fence(void) {
#if defined(PLACEMENT_SSE2)
    _mm_sfence();
#endif
}

/* One bit for each of some labels, whether it is within the lesser of two bounds; the first is the lowest
   bit of the first byte. */
static inline void bits_within(uint8_t *bits, const uint32_t *label, uint32_t of_row,
                               const uint32_t *of_column, int64_t n) {
    int64_t i = 0;
#if defined(__AVX512F__)
    for (; i + 16 <= n; i += 16) {
        __m512i bound = _mm512_min_epu32(_mm512_loadu_si512(of_column + i), part_of(of_row));
        uint16_t mask = _mm512_cmple_epu32_mask(_mm512_loadu_si512(label + i), bound);
        memcpy(bits + i / 8, &mask, 2);
    }
#endif
    for (; i < n; i += 8) {
        unsigned byte = 0;
        for (int64_t k = i; k < n && k < i + 8; k++) {
            uint32_t bound = of_column[k] < of_row ? of_column[k] : of_row;
            byte |= (unsigned)(label[k] <= bound) << (k - i);
        }
        bits[i / 8] = (uint8_t)byte;
    }
}

#endif
