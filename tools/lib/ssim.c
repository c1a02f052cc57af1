/* SPDX-License-Identifier: MIT */
/* SSIM and PSNR: see ssim.h. */
#include "ssim.h"

#include <math.h>
#include <string.h>

#include "alloc.h"

#define RADIUS 5
#define TAPS (2 * RADIUS + 1)
#define MIDDLE 255.0f /* of the sums of two pixels: small numbers have small errors */
#define LANES 8
#define BLOCK 65536 /* squares of bytes that a sum of 32 bits can hold */

/* Blurred for SSIM are the sum s and the difference d of both pictures and their squares, four planes, not the five of
 * the formula: a b = (s s - d d) / 4, a a + b b = (s s + d d) / 2. */
enum { SUM, DIFFERENCE, SUM_SQUARED, DIFFERENCE_SQUARED, N_PLANES };

static size_t mirrored(ptrdiff_t at, size_t n)
{
	const ptrdiff_t last = (ptrdiff_t)n - 1;
	while (last > 0 && (at < 0 || at > last)) {
		at = at < 0 ? -at : 2 * last - at;
	}
	return last > 0 ? (size_t)at : 0;
}

/* One step of a blur: out[i] from at[0][i] ... at[TAPS - 1][i], of neighbouring rows, or of a row and its copies
 * shifted by a pixel each. */
static void blur(const float *const at[TAPS], size_t n, float *restrict out)
{
	for (size_t i = 0; i < n; i++) {
		out[i] = 0.26601172f * at[5][i] + 0.21300554f * (at[4][i] + at[6][i]) +
		         0.10936069f * (at[3][i] + at[7][i]) + 0.036000772f * (at[2][i] + at[8][i]) +
		         0.0075987581f * (at[1][i] + at[9][i]) + 0.0010283801f * (at[0][i] + at[10][i]);
	}
}

/* The planes of a row, blurred along it. `line` has room for the row and RADIUS pixels on either side. */
static void take_row(const unsigned char *a, const unsigned char *b, size_t width, float *const line[N_PLANES],
                     float *const out[N_PLANES])
{
	for (size_t i = 0; i < width; i++) {
		const float sum = (float)(a[i] + b[i]) - MIDDLE, difference = (float)(a[i] - b[i]);
		line[SUM][RADIUS + i] = sum;
		line[DIFFERENCE][RADIUS + i] = difference;
		line[SUM_SQUARED][RADIUS + i] = sum * sum;
		line[DIFFERENCE_SQUARED][RADIUS + i] = difference * difference;
	}
	for (size_t plane = 0; plane < N_PLANES; plane++) {
		float *const row = line[plane];
		const float *at[TAPS];
		for (size_t i = 0; i < RADIUS; i++) {
			row[i] = row[RADIUS + mirrored((ptrdiff_t)i - RADIUS, width)];
			row[RADIUS + width + i] = row[RADIUS + mirrored((ptrdiff_t)(width + i), width)];
		}
		for (size_t i = 0; i < TAPS; i++) {
			at[i] = row + i;
		}
		blur(at, width, out[plane]);
	}
}

/* The sum of the value at the pixels of a row, from planes that are blurred both ways. */
static double compare(float *const plane[N_PLANES], size_t width)
{
	const float c1 = 6.5025f, c2 = 58.5225f;
	const float *const s = plane[SUM], *const d = plane[DIFFERENCE];
	const float *const ss = plane[SUM_SQUARED], *const dd = plane[DIFFERENCE_SQUARED];
	float *const value = plane[SUM];
	double lanes[LANES] = { 0 }, sum = 0;
	for (size_t i = 0; i < width; i++) {
		const float var_s = ss[i] - s[i] * s[i], var_d = dd[i] - d[i] * d[i];
		const float mean_s = (s[i] + MIDDLE) * (s[i] + MIDDLE), mean_d = d[i] * d[i];
		value[i] = ((mean_s - mean_d) / 2 + c1) * ((var_s - var_d) / 2 + c2) /
		           (((mean_s + mean_d) / 2 + c1) * ((var_s + var_d) / 2 + c2));
	}
	for (size_t i = 0; i < width; i++) {
		lanes[i % LANES] += (double)value[i];
	}
	for (size_t i = 0; i < LANES; i++) {
		sum += lanes[i];
	}
	return sum;
}

double rv_ssim(const unsigned char *a, const unsigned char *b, size_t width, size_t height)
{
	const size_t padded = width + 2 * (size_t)RADIUS;
	/* the last TAPS rows of each plane, a row that is being made of each, and one that is blurred both ways */
	float *const memory = rv_alloc_zero(padded * N_PLANES, sizeof(float) * (TAPS + 2));
	float *rows[TAPS][N_PLANES], *line[N_PLANES], *both[N_PLANES];
	for (size_t plane = 0; plane < N_PLANES; plane++) {
		float *const first = memory + plane * (TAPS + 2) * padded;
		for (size_t i = 0; i < TAPS; i++) {
			rows[i][plane] = first + i * padded;
		}
		line[plane] = first + TAPS * padded;
		both[plane] = first + (TAPS + 1) * padded;
	}
	double sum = 0;
	size_t n_rows = 0;
	for (size_t y = 0; y < height; y++) {
		for (; n_rows < height && n_rows <= y + RADIUS; n_rows++) {
			take_row(a + n_rows * width, b + n_rows * width, width, line, rows[n_rows % TAPS]);
		}
		for (size_t plane = 0; plane < N_PLANES; plane++) {
			const float *at[TAPS];
			for (size_t i = 0; i < TAPS; i++) {
				at[i] = rows[mirrored((ptrdiff_t)(y + i) - RADIUS, height) % TAPS][plane];
			}
			blur(at, width, both[plane]);
		}
		sum += compare(both, width);
	}
	free(memory);
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
