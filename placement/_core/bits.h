/* A graph as rows of bits, and the little that elimination does with them. */
#ifndef PLACEMENT_BITS_H
#define PLACEMENT_BITS_H

#include <stdint.h>

#if defined(__GNUC__)
static inline void bits_prefetch(const void *place) { __builtin_prefetch(place, 1); }
static inline int bits_lowest(uint64_t word) { return __builtin_ctzll(word); }
#else
static inline void bits_prefetch(const void *place) { (void)place; }
static inline int bits_lowest(uint64_t word) {
    int place = 0;
    while (!(word >> place & 1)) place++;
    return place;
}
#endif

static inline int bits_count(uint64_t word) {
#if defined(__POPCNT__)
    return __builtin_popcountll(word);
#else /* in steps that any processor takes for several words at once */
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    word += word >> 8;
    word += word >> 16;
    return (int)((word + (word >> 32)) & 0x7f);
#endif
}

static inline void bits_set(uint64_t *row, int32_t place) {
    row[place >> 6] |= (uint64_t)1 << (place & 63);
}

static inline void bits_clear(uint64_t *row, int32_t place) {
    row[place >> 6] &= ~((uint64_t)1 << (place & 63));
}

static inline int bits_has(const uint64_t *row, int32_t place) {
    return row[place >> 6] >> (place & 63) & 1;
}

/* How many are set before a place, if `before` counts them before its word. */
static inline int32_t bits_before(const uint64_t *row, const int32_t *before, int32_t place) {
    uint64_t below = row[place >> 6] & (((uint64_t)1 << (place & 63)) - 1);
    return before[place >> 6] + bits_count(below);
}

/* Set in one row what is set in the other; return how many are then set. */
static inline int32_t bits_join(uint64_t *row, const uint64_t *other, int64_t words) {
    int64_t count = 0;
    for (int64_t i = 0; i < words; i++) {
        row[i] |= other[i];
        count += bits_count(row[i]);
    }
    return (int32_t)count;
}

/* List what is set, in ascending order. */
static inline int32_t bits_list(const uint64_t *row, int64_t words, int32_t *found) {
    int32_t count = 0;
    for (int64_t i = 0; i < words; i++)
        for (uint64_t word = row[i]; word; word &= word - 1)
            found[count++] = (int32_t)(64 * i) + bits_lowest(word);
    return count;
}

/* The first of the least keys; their number is a multiple of sixteen. */
static inline int32_t bits_first_least(const uint32_t *key, int32_t n) {
    uint32_t least = UINT32_MAX;
    int32_t place = 0;
    for (int32_t i = 0; i < n; i++) least = key[i] < least ? key[i] : least;
    for (;; place += 16) {
        uint32_t found = 0;
        for (int32_t i = 0; i < 16; i++) found |= key[place + i] == least;
        if (found) break;
    }
    while (key[place] != least) place++;
    return place;
}

#endif
