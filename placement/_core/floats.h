/* Floats side by side, as many as a register of the processor that is built for holds: sixteen with
   AVX-512, eight with AVX2, four with SSE2, or one.

   wide_t: floats; ints_t: as many integers; mask_t: as many bits; half_t: doubles, half as many. The
   compilers that know these types know their + - * as well. */
#ifndef PLACEMENT_FLOATS_H
#define PLACEMENT_FLOATS_H

#include <math.h>
#include <stdint.h>

#if defined(__GNUC__) && defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
typedef __m512 wide_t;
typedef __m512i ints_t;
typedef __mmask16 mask_t;
typedef __m512d half_t;
static inline wide_t wide_of(float value) { return _mm512_set1_ps(value); }
static inline half_t half_of(double value) { return _mm512_set1_pd(value); }
static inline mask_t above(wide_t a, wide_t b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
static inline int any_below(wide_t a, float bound) {
    return _mm512_cmp_ps_mask(a, wide_of(bound), _CMP_LT_OQ) != 0;
}
static inline wide_t either(mask_t mask, wide_t yes, wide_t no) {
    return _mm512_mask_mov_ps(no, mask, yes);
}
static inline wide_t root(wide_t a) { return _mm512_sqrt_ps(a); }
static inline wide_t fused(wide_t a, wide_t b, wide_t c) { return _mm512_fmadd_ps(a, b, c); }
static inline ints_t rounded(wide_t a) { return _mm512_cvtps_epi32(a); }
static inline ints_t add_where(mask_t mask, ints_t a, int32_t more) {
    return _mm512_mask_add_epi32(a, mask, a, _mm512_set1_epi32(more));
}
static inline ints_t from_where(mask_t mask, int32_t all, ints_t a) {
    return _mm512_mask_sub_epi32(a, mask, _mm512_set1_epi32(all), a);
}
static inline wide_t wide_load(const float *from) { return _mm512_loadu_ps(from); }
static inline void store(int32_t *to, ints_t a) { _mm512_storeu_si512(to, a); }
static inline void store_past(int32_t *to, ints_t a) { _mm512_stream_si512((void *)to, a); }
static inline mask_t negative(wide_t a) { return _mm512_movepi32_mask(_mm512_castps_si512(a)); }
static inline wide_t magnitude(wide_t a) { return _mm512_abs_ps(a); }
static inline wide_t lesser(wide_t a, wide_t b) { return _mm512_min_ps(a, b); }
static inline half_t with_sign(double value, half_t sign) { /* value ≥ 0 */
    return _mm512_or_pd(half_of(value), _mm512_and_pd(sign, half_of(-0.0)));
}
static inline wide_t joined(half_t first, half_t second) {
    __m512 low = _mm512_castps256_ps512(_mm512_cvtpd_ps(first));
    return _mm512_insertf32x8(low, _mm512_cvtpd_ps(second), 1);
}
#elif defined(__GNUC__) && defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
typedef __m256 wide_t;
typedef __m256i ints_t;
typedef __m256 mask_t;
typedef __m256d half_t;
static inline wide_t wide_of(float value) { return _mm256_set1_ps(value); }
static inline half_t half_of(double value) { return _mm256_set1_pd(value); }
static inline mask_t above(wide_t a, wide_t b) { return _mm256_cmp_ps(a, b, _CMP_GT_OQ); }
static inline int any_below(wide_t a, float bound) {
    return _mm256_movemask_ps(_mm256_cmp_ps(a, wide_of(bound), _CMP_LT_OQ)) != 0;
}
static inline wide_t either(mask_t mask, wide_t yes, wide_t no) {
    return _mm256_blendv_ps(no, yes, mask);
}
static inline wide_t root(wide_t a) { return _mm256_sqrt_ps(a); }
static inline wide_t fused(wide_t a, wide_t b, wide_t c) { return _mm256_fmadd_ps(a, b, c); }
static inline ints_t rounded(wide_t a) { return _mm256_cvtps_epi32(a); }
static inline ints_t where(mask_t mask, int32_t value) {
    return _mm256_and_si256(_mm256_castps_si256(mask), _mm256_set1_epi32(value));
}
static inline ints_t add_where(mask_t mask, ints_t a, int32_t more) {
    return _mm256_add_epi32(a, where(mask, more));
}
static inline ints_t from_where(mask_t mask, int32_t all, ints_t a) {
    return _mm256_abs_epi32(_mm256_sub_epi32(a, where(mask, all))); /* 0 ≤ a ≤ all */
}
static inline wide_t wide_load(const float *from) { return _mm256_loadu_ps(from); }
static inline void store(int32_t *to, ints_t a) { _mm256_storeu_si256((void *)to, a); }
static inline void store_past(int32_t *to, ints_t a) { _mm256_stream_si256((void *)to, a); }
static inline mask_t negative(wide_t a) {
    return _mm256_castsi256_ps(_mm256_srai_epi32(_mm256_castps_si256(a), 31));
}
static inline wide_t magnitude(wide_t a) { return _mm256_andnot_ps(wide_of(-0.0f), a); }
static inline wide_t lesser(wide_t a, wide_t b) { return _mm256_min_ps(a, b); }
static inline half_t with_sign(double value, half_t sign) {
    return _mm256_or_pd(half_of(value), _mm256_and_pd(sign, half_of(-0.0)));
}
static inline wide_t joined(half_t first, half_t second) {
    return _mm256_set_m128(_mm256_cvtpd_ps(second), _mm256_cvtpd_ps(first));
}
#elif defined(__GNUC__) && defined(__SSE2__)
#include <emmintrin.h>
typedef __m128 wide_t;
typedef __m128i ints_t;
typedef __m128 mask_t;
typedef __m128d half_t;
static inline wide_t wide_of(float value) { return _mm_set1_ps(value); }
static inline half_t half_of(double value) { return _mm_set1_pd(value); }
static inline mask_t above(wide_t a, wide_t b) { return _mm_cmpgt_ps(a, b); }
static inline int any_below(wide_t a, float bound) {
    return _mm_movemask_ps(_mm_cmplt_ps(a, wide_of(bound))) != 0;
}
static inline wide_t either(mask_t mask, wide_t yes, wide_t no) {
    return _mm_or_ps(_mm_and_ps(mask, yes), _mm_andnot_ps(mask, no));
}
static inline wide_t root(wide_t a) { return _mm_sqrt_ps(a); }
static inline wide_t joined(half_t first, half_t second) {
    return _mm_movelh_ps(_mm_cvtpd_ps(first), _mm_cvtpd_ps(second));
}
/* In doubles: the product is exact, but the sum is rounded twice. Who needs the same as elsewhere has to
   try whether that makes a difference. */
static inline wide_t fused(wide_t a, wide_t b, wide_t c) {
    half_t low = _mm_cvtps_pd(a) * _mm_cvtps_pd(b) + _mm_cvtps_pd(c);
    a = _mm_movehl_ps(a, a), b = _mm_movehl_ps(b, b), c = _mm_movehl_ps(c, c);
    return joined(low, _mm_cvtps_pd(a) * _mm_cvtps_pd(b) + _mm_cvtps_pd(c));
}
static inline ints_t rounded(wide_t a) { return _mm_cvtps_epi32(a); }
static inline ints_t where(mask_t mask, int32_t value) {
    return _mm_and_si128(_mm_castps_si128(mask), _mm_set1_epi32(value));
}
static inline ints_t add_where(mask_t mask, ints_t a, int32_t more) {
    return _mm_add_epi32(a, where(mask, more));
}
static inline ints_t from_where(mask_t mask, int32_t all, ints_t a) {
    return _mm_add_epi32(_mm_xor_si128(a, where(mask, -1)), where(mask, all + 1)); /* ~a is -a - 1 */
}
static inline wide_t wide_load(const float *from) { return _mm_loadu_ps(from); }
static inline void store(int32_t *to, ints_t a) { _mm_storeu_si128((void *)to, a); }
static inline void store_past(int32_t *to, ints_t a) { _mm_stream_si128((void *)to, a); }
static inline mask_t negative(wide_t a) {
    return _mm_castsi128_ps(_mm_srai_epi32(_mm_castps_si128(a), 31));
}
static inline wide_t magnitude(wide_t a) { return _mm_andnot_ps(wide_of(-0.0f), a); }
static inline wide_t lesser(wide_t a, wide_t b) { return _mm_min_ps(a, b); }
static inline half_t with_sign(double value, half_t sign) {
    return _mm_or_pd(half_of(value), _mm_and_pd(sign, half_of(-0.0)));
}
#else
/* One at a time; the second half does not exist. */
#define HALVES 1
typedef float wide_t;
typedef int32_t ints_t;
typedef int mask_t;
typedef double half_t;
static inline wide_t wide_of(float value) { return value; }
static inline half_t half_of(double value) { return value; }
static inline mask_t above(wide_t a, wide_t b) { return a > b; }
static inline int any_below(wide_t a, float bound) { return a < bound; }
static inline wide_t either(mask_t mask, wide_t yes, wide_t no) { return mask ? yes : no; }
static inline wide_t root(wide_t a) { return sqrtf(a); }
static inline wide_t fused(wide_t a, wide_t b, wide_t c) { return fmaf(a, b, c); }
static inline ints_t rounded(wide_t a) { return (ints_t)lrintf(a); }
static inline ints_t add_where(mask_t mask, ints_t a, int32_t more) { return mask ? a + more : a; }
static inline ints_t from_where(mask_t mask, int32_t all, ints_t a) { return mask ? all - a : a; }
static inline wide_t wide_load(const float *from) { return *from; }
static inline void store(int32_t *to, ints_t a) { *to = a; }
static inline void store_past(int32_t *to, ints_t a) { *to = a; }
static inline mask_t negative(wide_t a) { return signbit(a) != 0; }
static inline wide_t magnitude(wide_t a) { return fabsf(a); }
static inline wide_t lesser(wide_t a, wide_t b) { return a < b ? a : b; }
static inline half_t with_sign(double value, half_t sign) { return copysign(value, sign); }
static inline wide_t joined(half_t first, half_t second) {
    (void)second;
    return (float)first;
}
#endif

#if !defined(HALVES)
#define HALVES 2
#endif
#define WIDE ((int)(sizeof(wide_t) / sizeof(float)))

#endif
