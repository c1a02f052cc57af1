/* SPDX-License-Identifier: MIT */
/*
 * Motion: where and when the picture changes, and to what side. Of each cell and colour, from frame to frame of the
 * truth, how much brighter it becomes and how much darker, as two quantities; both blurred over time by a triangle that
 * reaches a twentieth of the clip to each side, and over the neighbouring cells by 1-2-1, so that small differences of
 * time and place cost little. Then the two clips' shares of what changes in either:
 *
 *	motion = 1 - sum of max(0, |c - t| - floor) / sum of max(0, max(c, t) - floor)
 *
 * over all frames, cells, colours and both sides. 0 for one that stands still, or moves elsewhere, at other times or
 * backwards; 1 where neither moves.
 */
#include <math.h>
#include <string.h>

#include "alloc.h"
#include "verify/score/dimensions.h"

#define REACH 0.05 /* of the clip */

/* Brightening and darkening of a clip, step after step: n_values of the one, then of the other. */
struct changes {
	size_t n_steps, n_values;
	float *values;
};

static void find_changes(const struct verify_score_clip *clip, size_t n_frames, struct changes *changes)
{
	changes->n_steps = n_frames - 1;
	changes->n_values = 2 * clip->n_values;
	changes->values = rv_alloc_zero(changes->n_steps * changes->n_values + 1, sizeof(*changes->values));
	float *to = changes->values;
	for (size_t i = 0; i < changes->n_steps; i++, to += changes->n_values) {
		const float *const now = verify_score_clip_cells(clip, i);
		const float *const next = verify_score_clip_cells(clip, i + 1);
		for (size_t k = 0; k < clip->n_values; k++) {
			to[k] = fmaxf(next[k] - now[k], 0);
			to[clip->n_values + k] = fmaxf(now[k] - next[k], 0);
		}
	}
}

/* Over `n` values that are `stride` apart, by a triangle that reaches `reach` to each side; what is beyond the ends
 * does not count. `line` has room for n. */
static void blur(float *values, size_t n, size_t stride, size_t reach, float *line)
{
	for (size_t i = 0; i < n; i++) {
		line[i] = values[i * stride];
	}
	for (size_t i = 0; i < n; i++) {
		const size_t first = i > reach ? i - reach : 0, last = RV_MIN(i + reach, n - 1);
		float sum = 0, weights = 0;
		for (size_t k = first; k <= last; k++) {
			const float weight = (float)(reach + 1 - (k > i ? k - i : i - k));
			sum += weight * line[k];
			weights += weight;
		}
		values[i * stride] = sum / weights;
	}
}

/* Over the cells of each step: `planes` grids of three values a cell. */
static void blur_cells(struct changes *changes, size_t n_columns, float *line)
{
	const size_t n_grids = changes->n_steps * 2, n_grid = changes->n_values / 2;
	for (size_t grid = 0; grid < n_grids; grid++) {
		float *const values = changes->values + grid * n_grid;
		for (size_t row = 0; row < VERIFY_SCORE_ROWS; row++) {
			for (size_t k = 0; k < 3; k++) {
				blur(values + row * n_columns * 3 + k, n_columns, 3, 1, line);
			}
		}
		for (size_t k = 0; k < n_columns * 3; k++) {
			blur(values + k, VERIFY_SCORE_ROWS, n_columns * 3, 1, line);
		}
	}
}

static void blur_changes(struct changes *changes, size_t n_columns)
{
	const size_t reach = (size_t)fmax(1, round(REACH * (double)changes->n_steps));
	const size_t n_line = RV_MAX(RV_MAX(changes->n_steps, n_columns), (size_t)VERIFY_SCORE_ROWS);
	float *const line = rv_alloc_zero(n_line, sizeof(*line));
	for (size_t k = 0; k < changes->n_values; k++) {
		blur(changes->values + k, changes->n_steps, changes->n_values, reach, line);
	}
	blur_cells(changes, n_columns, line);
	free(line);
}

double verify_score_motion(const struct verify_score_pair *pair, double floor)
{
	const size_t n_frames = pair->truth->n_frames;
	struct changes truth, candidate;
	double apart = 0, all = 0;
	find_changes(pair->truth, n_frames, &truth);
	find_changes(pair->candidate, n_frames, &candidate);
	blur_changes(&truth, pair->truth->n_columns);
	blur_changes(&candidate, pair->truth->n_columns);
	for (size_t i = 0; i < truth.n_steps * truth.n_values; i++) {
		const double t = (double)truth.values[i], c = (double)candidate.values[i];
		apart += verify_score_beyond(fabs(c - t), floor);
		all += verify_score_beyond(fmax(c, t), floor);
	}
	free(truth.values);
	free(candidate.values);
	return all > 0 ? 1 - apart / all : 1;
}
