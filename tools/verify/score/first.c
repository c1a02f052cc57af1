/* SPDX-License-Identifier: MIT */
/*
 * First frame: how far the candidate's is from the truth's where it is farthest, so that one thing of a large picture
 * cannot be somewhere else. Noise of pixels is averaged out by the cells.
 *
 *	apart = the mean of the largest hundredth of |candidate's first - truth's first|, over all values of all cells
 *	first = 1 - min(1, max(0, apart - floor) / 0.25)
 */
#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "verify/score/dimensions.h"

#define SPAN 0.25
#define PART 100

static int compare_downwards(const void *a, const void *b)
{
	const float left = *(const float *)a, right = *(const float *)b;
	return (left < right) - (left > right);
}

double verify_score_first(const struct verify_score_pair *pair, double floor)
{
	const float *const wanted = pair->truth->cells, *const got = pair->candidate->cells;
	const size_t n = pair->truth->n_values, n_largest = RV_MAX(n / PART, (size_t)1);
	float *const apart = rv_alloc(n * sizeof(*apart));
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		apart[i] = fabsf(got[i] - wanted[i]);
	}
	qsort(apart, n, sizeof(*apart), compare_downwards);
	for (size_t i = 0; i < n_largest; i++) {
		sum += (double)apart[i];
	}
	free(apart);
	return 1 - fmin(1, verify_score_beyond(sum / (double)n_largest, floor) / SPAN);
}
