/* SPDX-License-Identifier: MIT */
/*
 * Visual quality: how much detail the key frames have, against those of the truth. Blur has less, noise has more.
 *
 *	detail(frame) = the mean of |4 c - n - s - w - e| over the inner pixels in grey, on the scale of 0..255
 *	away = |ln((detail(candidate) + 0.5) / (detail(truth) + 0.5))|, the mean over the 10 key frames
 *	quality = 1 - min(1, max(0, away - floor) / ln 4)
 *
 * Beyond the floor, detail that is four times as much or a quarter scores 0.
 */
#include <math.h>
#include <stdlib.h>

#include "verify/score/dimensions.h"

#define DETAIL_LEAST 0.5

static double detail(const uint8_t *plane, size_t width, size_t height)
{
	uint64_t sum = 0;
	if (width < 3 || height < 3) {
		return 0;
	}
	for (size_t y = 1; y + 1 < height; y++) {
		const uint8_t *const row = plane + y * width;
		uint32_t row_sum = 0;
		for (size_t x = 1; x + 1 < width; x++) {
			row_sum +=
			        (uint32_t)abs(4 * row[x] - row[x - 1] - row[x + 1] - row[x - width] - row[x + width]);
		}
		sum += row_sum;
	}
	return (double)sum / ((double)(width - 2) * (double)(height - 2));
}

double verify_score_quality(const struct verify_score_pair *pair, double floor)
{
	const struct verify_score_clip *const truth = pair->truth, *const candidate = pair->candidate;
	double away = 0;
	for (size_t i = 0; i < VERIFY_SCORE_KEYS; i++) {
		const double got = detail(candidate->keys[i], truth->width, truth->height);
		const double wanted = detail(truth->keys[i], truth->width, truth->height);
		away += fabs(log((got + DETAIL_LEAST) / (wanted + DETAIL_LEAST)));
	}
	return 1 - fmin(1, verify_score_beyond(away / VERIFY_SCORE_KEYS, floor) / log(4));
}
