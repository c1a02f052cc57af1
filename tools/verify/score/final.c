/* SPDX-License-Identifier: MIT */
/*
 * Final frame: how far what has changed since the candidate's first frame is from what has since the truth's, on the
 * cells of the grid. A clip that stands still scores 0, whatever share of the picture moves; one that is darker or
 * tinted throughout loses nothing here, but in `first`.
 *
 *	change(clip) = its last frame - its first
 *	beyond(d) = sum of max(0, |d| - floor) over all values of all cells
 *	final = 1 - min(1, beyond(change(candidate) - change(truth)) / max(beyond(change(truth)), least))
 *
 * `least` keeps a truth that ends as it began from asking for the impossible: 0.002 for each value, as much as if a
 * hundredth of the picture had changed by a fifth.
 */
#include <math.h>

#include "verify/score/dimensions.h"

#define CHANGE_LEAST 0.002

static double change(const struct verify_score_clip *clip, size_t n_frames, size_t value)
{
	return (double)verify_score_clip_cells(clip, n_frames - 1)[value] - (double)clip->cells[value];
}

double verify_score_final(const struct verify_score_pair *pair, double floor)
{
	const size_t n = pair->truth->n_values, n_frames = pair->truth->n_frames;
	double apart = 0, all = 0;
	for (size_t i = 0; i < n; i++) {
		const double wanted = change(pair->truth, n_frames, i);
		apart += verify_score_beyond(fabs(change(pair->candidate, n_frames, i) - wanted), floor);
		all += verify_score_beyond(fabs(wanted), floor);
	}
	return 1 - fmin(1, apart / fmax(all, CHANGE_LEAST * (double)n));
}
