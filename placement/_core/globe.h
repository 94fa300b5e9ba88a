/* Great-circle distances from one point to many, as many side by side as the registers hold.

   Points are unit vectors a and b. The square of the chord between them, H = |a - b|² = 2 - 2 a·b, is
   4 sin²(θ/2). Beyond a quarter of the circle the angle is taken to the antipode, of which H' = 4 - H,
   and turned round at the end. So far in doubles; from H ≤ 2 on, floats will do:

       up to 60° (H ≤ 1)    θ = 2 asin(v/2),        v = √H
       up to 90°            θ = π/2 + asin(v),      v = H/2 - 1 = -cos θ

   With u = v² in the first case and 4v² in the second, both arc sines are v · f(u), and f is close to
   a polynomial on [0, 1]. A float is too coarse for R · f(u); but v · 2^29 is exact, and R - 2^29 small:
   the distance is v · 2^29 + v · (R · f(u) - 2^29), fused and then rounded to an integer.

   Near 0, 2 - 2 a·b is all rounding: what is closer than 24 m, or as close to the antipode, is done
   anew from the differences.

   Only operations that IEEE 754 rounds in one way, in one order: the result is the same in all
   registers. (SSE2 has no fused product, and its substitute rounds twice; the distances of all
   1,073,741,825 floats from 0 to 2 have been compared, and are the same.) */
#ifndef PLACEMENT_GLOBE_H
#define PLACEMENT_GLOBE_H

#include <string.h>

#include "floats.h"

/* Half the circumference and a quarter, in centimetres; R - 2^29, and the terms of R · f(u) - R with
   the least greatest error, 2 cm. */
#define GLOBE_HALF 2001511444
#define GLOBE_QUARTER 1000755722
#define GLOBE_R0 100229968.0f
#define GLOBE_R1 26546116.0f
#define GLOBE_R2 2983653.75f
#define GLOBE_R3 455007.375f
#define GLOBE_R4 57593.6328125f
#define GLOBE_R5 27228.0f
#define GLOBE_NEAR 0x1p-36f /* a square of 24 m, from where rounding is less than 3 mm */

#define GLOBE_TILE 512               /* targets at a time: they and their distances fill most of L1 */
#define GLOBE_ROOM (GLOBE_TILE + 32) /* and those before and after whole cache lines of a row */

#if defined(__GNUC__)
#define GLOBE_ALIGNED __attribute__((aligned(64)))
#else
#define GLOBE_ALIGNED
#endif

/* What is known of a tile of targets from one source. */
typedef struct {
    GLOBE_ALIGNED float side[GLOBE_ROOM + 16];   /* H, or -H' of the antipode */
    GLOBE_ALIGNED float square[GLOBE_ROOM + 16]; /* either without its sign */
    GLOBE_ALIGNED float chord[GLOBE_ROOM + 16];  /* its root */
} seen_t;

/* A tile of targets, as two sources see it. */
typedef struct {
    GLOBE_ALIGNED double x[GLOBE_ROOM];
    GLOBE_ALIGNED double y[GLOBE_ROOM];
    GLOBE_ALIGNED double z[GLOBE_ROOM];
    seen_t seen[2];
} globe_t;

/* Sine and cosine of an angle in degrees, by the terms of fdlibm up to 45° from a multiple of 90°, which
   is taken away exactly. No branch, and no call: a loop of these goes side by side as well. */
static inline void globe_sine(double degrees, double *sine, double *cosine) {
    const double whole = 6755399441055744.0; /* numbers of this size have no fraction */
    double quarters = (degrees * (1.0 / 90) + whole) - whole;
    double x = (degrees - 90 * quarters) * (3.141592653589793 / 180), u = x * x;
    double s = 1.58969099521155010221e-10 * u - 2.50507602534068634195e-08;
    s = (s * u + 2.75573137070700676789e-06) * u - 1.98412698298579493134e-04;
    s = (s * u + 8.33333333332248946124e-03) * u - 1.66666666666666324348e-01;
    s = x + x * u * s;
    double c = 2.08757232129817482790e-09 - 1.13596475577881948265e-11 * u;
    c = (c * u - 2.75573143513906633035e-07) * u + 2.48015872894767294178e-05;
    c = (c * u - 1.38888888888741095749e-03) * u + 4.16666666666666019037e-02;
    c = 1 - (0.5 * u - u * u * c);
    int quarter = (int)quarters;
    double a = quarter & 1 ? c : s, b = quarter & 1 ? s : c;
    *sine = quarter & 2 ? -a : a;
    *cosine = (quarter + 1) & 2 ? -b : b;
}

/* The unit vectors of n points, a latitude and a longitude each. */
static inline void globe_vectors(const double *points, int64_t n, double *x, double *y, double *z) {
    for (int64_t i = 0; i < n; i++) {
        double parallel, east, prime;
        globe_sine(points[2 * i], &z[i], &parallel);
        globe_sine(points[2 * i + 1], &east, &prime);
        x[i] = parallel * prime;
        y[i] = parallel * east;
    }
}

/* Take n targets, at most as many as there is room for. */
static inline void globe_take(globe_t *space, const double *x, const double *y, const double *z,
                              int64_t n) {
    memset(space, 0, sizeof *space);
    memcpy(space->x, x, (size_t)n * sizeof(double));
    memcpy(space->y, y, (size_t)n * sizeof(double));
    memcpy(space->z, z, (size_t)n * sizeof(double));
}

/* Look at sixteen targets. 2 a·b is taken from 2 or, if it is negative, from -2. */
static inline void globe_squares(const globe_t *space, seen_t *seen, half_t a, half_t b, half_t c,
                                 int64_t first, wide_t *least) {
    for (int64_t i = first; i < first + 16; i += WIDE) {
        half_t difference[HALVES];
        for (int half = 0; half < HALVES; half++) {
            int64_t k = i + half * (WIDE / HALVES);
            half_t product = *(half_t *)(space->x + k) * a + *(half_t *)(space->y + k) * b +
                             *(half_t *)(space->z + k) * c;
            difference[half] = with_sign(2, product) - product;
        }
        wide_t side = joined(difference[0], difference[HALVES - 1]);
        wide_t square = magnitude(side);
        *(wide_t *)(seen->side + i) = side;
        *(wide_t *)(seen->square + i) = square;
        *(wide_t *)(seen->chord + i) = root(square);
        *least = lesser(*least, square);
    }
}

/* Anew, where the difference is all rounding. */
static inline void globe_squares_near(const globe_t *space, seen_t *seen, double x, double y,
                                      double z, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        if (i % WIDE == 0 && !any_below(wide_load(seen->square + i), GLOBE_NEAR)) {
            i += WIDE - 1;
            continue;
        }
        if (seen->square[i] >= GLOBE_NEAR) continue;
        double p = space->x[i], q = space->y[i], r = space->z[i];
        double near = (p - x) * (p - x) + (q - y) * (q - y) + (r - z) * (r - z);
        double far = (p + x) * (p + x) + (q + y) * (q + y) + (r + z) * (r + z);
        seen->side[i] = (float)(near < far ? near : -far);
        seen->square[i] = fabsf(seen->side[i]);
        seen->chord[i] = sqrtf(seen->square[i]);
    }
}

/* The angle in centimetres. */
static inline ints_t globe_distance(wide_t square, wide_t chord, mask_t far) {
    wide_t below = square - wide_of(2);
    mask_t middle = above(square, wide_of(1));
    wide_t v = either(middle, below * wide_of(0.5f), chord);
    wide_t u = either(middle, below * below, square);
    wide_t rest = fused(wide_of(GLOBE_R5), u, wide_of(GLOBE_R4));
    rest = fused(rest, u, wide_of(GLOBE_R3));
    rest = fused(rest, u, wide_of(GLOBE_R2));
    rest = fused(rest, u, wide_of(GLOBE_R1));
    rest = fused(rest, u, wide_of(GLOBE_R0));
    ints_t near = rounded(fused(v, rest, v * wide_of(536870912)));
    return from_where(far, GLOBE_HALF, add_where(middle, near, GLOBE_QUARTER));
}

/* Sixteen distances; into a cache line and past the cache, or anywhere. */
static inline void globe_line(const seen_t *seen, int64_t first, int32_t *out, int past) {
    for (int k = 0; k < 16; k += WIDE) {
        int64_t i = first + k;
        ints_t distance =
            globe_distance(wide_load(seen->square + i), wide_load(seen->chord + i),
                           negative(wide_load(seen->side + i)));
        if (past) store_past(out + k, distance);
        else store(out + k, distance);
    }
}

/* Less than sixteen. */
static inline void globe_some(const seen_t *seen, int64_t first, int64_t n, int32_t *out) {
    int32_t line[16];
    globe_line(seen, first, line, 0);
    memcpy(out, line, (size_t)n * sizeof(int32_t));
}

/* Look at the first n targets from the source at x, y, z, and write the distances from the one before:
   from the first target to before the last, `past` the cache, where they will not be read soon. The two
   go side by side: roots are slow, and so is memory, but neither keeps the other waiting. */
static inline void globe_pass(globe_t *space, int turn, double x, double y, double z, int64_t n,
                              int64_t first, int64_t last, int32_t *out, int past) {
    seen_t *next = &space->seen[turn & 1];
    const seen_t *seen = &space->seen[~turn & 1];
    const half_t a = half_of(2 * x), b = half_of(2 * y), c = half_of(2 * z);
    wide_t least = wide_of(2);
    int64_t cells = last - first, lead = (int64_t)(-(uintptr_t)out & 63) / 4, k = 0;
    if (lead > cells) lead = cells;
    if (lead) globe_some(seen, first, lead, out);
    if (((uintptr_t)out & 3) != 0) past = 0;
    first += lead;
    out += lead;
    int64_t blocks = (n + 15) / 16, lines = (last - first) / 16;
    for (; k < blocks && k < lines; k++) {
        globe_squares(space, next, a, b, c, 16 * k, &least);
        globe_line(seen, first + 16 * k, out + 16 * k, past);
    }
    for (int64_t i = k; i < blocks; i++) globe_squares(space, next, a, b, c, 16 * i, &least);
    for (; k < lines; k++) globe_line(seen, first + 16 * k, out + 16 * k, past);
    if (first + 16 * k < last) globe_some(seen, first + 16 * k, last - first - 16 * k, out + 16 * k);
    if (any_below(least, GLOBE_NEAR)) globe_squares_near(space, next, x, y, z, n);
}

#endif
