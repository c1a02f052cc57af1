/* SPDX-License-Identifier: MIT */
/* SSIM and PSNR: see ssim.h. */
#include "ssim.h"

#include <math.h>
#include <stdalign.h>
#include <string.h>

#define RADIUS 5
#define TAPS (2 * RADIUS + 1)
#define MIDDLE 255.0f /* of the sums of two pixels: small numbers have small errors */
#define STRIP 160     /* columns at a time: what their windows cover stays in the processor's first cache */
#define LANES 16      /* more than what windows reach beyond their pixels */
#define PADDED (STRIP + LANES)
#define BLOCK 65536 /* squares of bytes that a sum of 32 bits can hold */

/* Compiled for processors with AVX2 and AVX-512, too: the loader takes the right one. Without fused multiply-add,
 * which -ffp-contract=off rules out, all give the same numbers. Sanitizers are not ready when it chooses. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && defined(__OPTIMIZE__) && \
        !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOR_PROCESSORS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define WIDE __builtin_cpu_supports("avx512f") /* LANES fit into a register */
#else
#define FOR_PROCESSORS
#define WIDE 0
#endif
#define INLINE static inline __attribute__((always_inline)) /* into each of them */

/* Blurred for SSIM are the sum s and the difference d of both pictures and their squares, four planes, not the five of
 * the formula: a b = (s s - d d) / 4, a a + b b = (s s + d d) / 2. */
enum { SUM, DIFFERENCE, SUM_SQUARED, DIFFERENCE_SQUARED, N_PLANES };

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

struct strip {
	alignas(lanes) float line[N_PLANES][PADDED]; /* the planes of the row that is read */
	float rows[TAPS][N_PLANES][STRIP];           /* blurred along it: the last TAPS rows */
	float value[STRIP];                          /* at the pixels of a row */
	unsigned char a[PADDED], b[PADDED];          /* the row that is read */
};

static size_t mirrored(ptrdiff_t at, size_t n)
{
	const ptrdiff_t last = (ptrdiff_t)n - 1;
	while (last > 0 && (at < 0 || at > last)) {
		at = at < 0 ? -at : 2 * last - at;
	}
	return last > 0 ? (size_t)at : 0;
}

/* PADDED pixels of a row from `from` on: the first and the last of them may be outside. */
static void read_pixels(const unsigned char *row, size_t width, ptrdiff_t from, unsigned char out[PADDED])
{
	const ptrdiff_t begin = RV_MAX(from, 0), end = RV_MIN(from + PADDED, (ptrdiff_t)width);
	memcpy(out + (begin - from), row + begin, (size_t)(end - begin));
	for (ptrdiff_t i = from; i < begin; i++) {
		out[i - from] = row[mirrored(i, width)];
	}
	for (ptrdiff_t i = end; i < from + PADDED; i++) {
		out[i - from] = row[mirrored(i, width)];
	}
}

/* The window: the pixel in its middle, and those on both sides of it together. */
INLINE float weighted(float middle, float next, float second, float third, float fourth, float fifth)
{
	return 0.26601172f * middle + 0.21300554f * next + 0.10936069f * second + 0.036000772f * third +
	       0.0075987581f * fourth + 0.0010283801f * fifth;
}

/* A plane of PADDED pixels blurred along the row. */
INLINE void blur(const float *restrict at, float *restrict out)
{
	for (size_t i = 0; i < STRIP; i++) {
		out[i] = weighted(at[i + 5], at[i + 4] + at[i + 6], at[i + 3] + at[i + 7], at[i + 2] + at[i + 8],
		                  at[i + 1] + at[i + 9], at[i] + at[i + 10]);
	}
}

/* LANES pixels of `here` and `next`, which follow each other, from pixel n on. */
#define FROM(n) \
	__builtin_shufflevector(here, next, n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8, n + 9, n + 10, \
	                        n + 11, n + 12, n + 13, n + 14, n + 15)

/* The same numbers. A load of a register that isn't aligned takes two of AVX-512: pixels are moved in registers. */
INLINE void blur_wide(const float *restrict at, float *restrict out)
{
	for (size_t i = 0; i < STRIP; i += LANES) {
		lanes here, next;
		memcpy(&here, at + i, sizeof(here));
		memcpy(&next, at + i + LANES, sizeof(next));
		const lanes middle = FROM(5), first = FROM(4) + FROM(6), second = FROM(3) + FROM(7),
		            third = FROM(2) + FROM(8), fourth = FROM(1) + FROM(9), fifth = here + FROM(10);
		for (size_t lane = 0; lane < LANES; lane++) {
			out[i + lane] = weighted(middle[lane], first[lane], second[lane], third[lane], fourth[lane],
			                         fifth[lane]);
		}
	}
}

/* The planes of the row that was read, blurred along it. */
INLINE void blur_along(struct strip *restrict strip, float (*restrict out)[STRIP])
{
	for (size_t i = 0; i < PADDED; i++) {
		const float sum = (float)(strip->a[i] + strip->b[i]) - MIDDLE;
		const float difference = (float)(strip->a[i] - strip->b[i]);
		strip->line[SUM][i] = sum;
		strip->line[DIFFERENCE][i] = difference;
		strip->line[SUM_SQUARED][i] = sum * sum;
		strip->line[DIFFERENCE_SQUARED][i] = difference * difference;
	}
	for (size_t plane = 0; plane < N_PLANES; plane++) {
		if (WIDE) {
			blur_wide(strip->line[plane], out[plane]);
		} else {
			blur(strip->line[plane], out[plane]);
		}
	}
}

/* A pixel of TAPS rows, blurred across them. */
INLINE float across(const float (*const at[TAPS])[STRIP], size_t plane, size_t i)
{
	return weighted(at[5][plane][i], at[4][plane][i] + at[6][plane][i], at[3][plane][i] + at[7][plane][i],
	                at[2][plane][i] + at[8][plane][i], at[1][plane][i] + at[9][plane][i],
	                at[0][plane][i] + at[10][plane][i]);
}

/* The value at the pixels of the row in the middle. */
INLINE void compare(const float (*const at[TAPS])[STRIP], float *restrict value)
{
	const float c1 = 2 * 6.5025f, c2 = 2 * 58.5225f; /* as the halves of all are left out */
	for (size_t i = 0; i < STRIP; i++) {
		const float s = across(at, SUM, i), d = across(at, DIFFERENCE, i);
		const float var_s = across(at, SUM_SQUARED, i) - s * s,
		            var_d = across(at, DIFFERENCE_SQUARED, i) - d * d;
		const float mean_s = (s + MIDDLE) * (s + MIDDLE), mean_d = d * d;
		value[i] =
		        (mean_s - mean_d + c1) * (var_s - var_d + c2) / ((mean_s + mean_d + c1) * (var_s + var_d + c2));
	}
}

/* The sum of the value at the pixels of up to STRIP columns from `from` on. */
FOR_PROCESSORS static double compare_strip(const unsigned char *a, const unsigned char *b, size_t width, size_t height,
                                           size_t from, struct strip *strip)
{
	const size_t n = RV_MIN((size_t)STRIP, width - from);
	const ptrdiff_t first = (ptrdiff_t)from - RADIUS;
	double sums[LANES] = { 0 }, sum = 0;
	size_t n_rows = 0;
	for (size_t y = 0; y < height; y++) {
		for (; n_rows < height && n_rows <= y + RADIUS; n_rows++) {
			read_pixels(a + n_rows * width, width, first, strip->a);
			read_pixels(b + n_rows * width, width, first, strip->b);
			blur_along(strip, strip->rows[n_rows % TAPS]);
		}
		const float(*at[TAPS])[STRIP];
		for (size_t i = 0; i < TAPS; i++) {
			at[i] = strip->rows[mirrored((ptrdiff_t)(y + i) - RADIUS, height) % TAPS];
		}
		compare(at, strip->value);
		memset(strip->value + n, 0, (STRIP - n) * sizeof(*strip->value));
		float sums_of_row[LANES] = { 0 };
		for (size_t i = 0; i < STRIP; i += LANES) {
			for (size_t lane = 0; lane < LANES; lane++) {
				sums_of_row[lane] += strip->value[i + lane];
			}
		}
		for (size_t lane = 0; lane < LANES; lane++) {
			sums[lane] += (double)sums_of_row[lane];
		}
	}
	for (size_t lane = 0; lane < LANES; lane++) {
		sum += sums[lane];
	}
	return sum;
}

double rv_ssim(const unsigned char *a, const unsigned char *b, size_t width, size_t height)
{
	struct strip strip;
	double sum = 0;
	for (size_t from = 0; from < width; from += STRIP) {
		sum += compare_strip(a, b, width, height, from, &strip);
	}
	return sum / ((double)width * (double)height);
}

double rv_psnr(const unsigned char *a, const unsigned char *b, size_t n_bytes)
{
	uint64_t sum = 0;
	for (size_t from = 0; from < n_bytes; from += BLOCK) {
		const size_t end = RV_MIN(from + BLOCK, n_bytes);
		uint32_t squares = 0;
		for (size_t i = from; i < end; i++) {
			const int difference = a[i] - b[i];
			squares += (uint32_t)(difference * difference);
		}
		sum += squares;
	}
	return sum ? 10 * log10(255.0 * 255.0 * (double)n_bytes / (double)sum) : INFINITY;
}
