/* SPDX-License-Identifier: MIT */
/*
 * Temporal smoothness: how abruptly the picture changes, by the second differences of the cells' values in time. Only
 * more than the truth is worse.
 *
 *	rough(clip) = sum of max(0, |v(i + 1) - 2 v(i) + v(i - 1)| - floor)
 *	              over the frames i but the first and the last, and all values of all cells
 *	smooth = min(1, (rough(truth) + least) / (rough(candidate) + least))
 *
 * at the frames of the truth; `least` is 0.0005 for each value.
 */
#include <math.h>

#include "verify/score/dimensions.h"

#define ROUGH_LEAST 0.0005

static double roughness(const struct verify_score_clip *clip, size_t n_frames, double floor)
{
	double sum = ROUGH_LEAST * (double)clip->n_values * (double)n_frames;
	for (size_t i = 1; i + 1 < n_frames; i++) {
		const float *const before = verify_score_clip_cells(clip, i - 1);
		const float *const now = verify_score_clip_cells(clip, i);
		const float *const after = verify_score_clip_cells(clip, i + 1);
		for (size_t k = 0; k < clip->n_values; k++) {
			sum += verify_score_beyond(fabs((double)after[k] - 2 * (double)now[k] + (double)before[k]),
			                           floor);
		}
	}
	return sum;
}

double verify_score_smooth(const struct verify_score_pair *pair, double floor)
{
	const size_t n_frames = pair->truth->n_frames;
	return fmin(1, roughness(pair->truth, n_frames, floor) / roughness(pair->candidate, n_frames, floor));
}
