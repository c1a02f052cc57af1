/* SPDX-License-Identifier: MIT */
/*
 * Similarity: SSIM (ssim.h) of the 10 key frames in grey. 1 - SSIM within the floor scores 1, and 0 from 0.5 beyond it.
 *
 *	similarity = the mean of 1 - min(1, max(0, 1 - SSIM - floor) / 0.5)
 */
#include <math.h>

#include "ssim.h"
#include "verify/score/dimensions.h"

#define SPAN 0.5

double verify_score_similarity(const struct verify_score_pair *pair, double floor)
{
	const struct verify_score_clip *const truth = pair->truth, *const candidate = pair->candidate;
	double sum = 0;
	for (size_t i = 0; i < VERIFY_SCORE_KEYS; i++) {
		const double ssim = rv_ssim(candidate->keys[i], truth->keys[i], truth->width, truth->height);
		sum += 1 - fmin(1, verify_score_beyond(1 - ssim, floor) / SPAN);
	}
	return sum / VERIFY_SCORE_KEYS;
}
