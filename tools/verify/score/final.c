/* SPDX-License-Identifier: MIT */
/*
 * Final frame: how far the candidate's last frame is from the truth's, against how far the truth has come since its
 * first one, on the cells of the grid. A clip that stands still scores 0, whatever share of the picture moves.
 *
 *	beyond(a, b) = sum of max(0, |a - b| - floor) over all values of all cells
 *	final = 1 - min(1, beyond(candidate's last, truth's last) / max(beyond(truth's first, truth's last), least))
 *
 * `least` keeps a truth that ends as it began from asking for the impossible: 0.002 for each value, as much as if a
 * hundredth of the picture had changed by a fifth.
 */
#include <math.h>

#include "verify/score/dimensions.h"

#define CHANGE_LEAST 0.002

static double beyond(const float *a, const float *b, size_t n, double floor)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += verify_score_beyond(fabs((double)a[i] - (double)b[i]), floor);
	}
	return sum;
}

double verify_score_final(const struct verify_score_pair *pair, double floor)
{
	const struct verify_score_clip *const truth = pair->truth, *const candidate = pair->candidate;
	const size_t n = truth->n_values;
	const float *const wanted = verify_score_clip_cells(truth, truth->n_frames - 1, truth->n_frames);
	const float *const got = verify_score_clip_cells(candidate, candidate->n_frames - 1, candidate->n_frames);
	const double change = fmax(beyond(truth->cells, wanted, n, floor), CHANGE_LEAST * (double)n);
	return 1 - fmin(1, beyond(got, wanted, n, floor) / change);
}
