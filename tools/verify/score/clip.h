/* SPDX-License-Identifier: MIT */
/*
 * A clip as it is scored: read once, frame by frame, and kept as what the dimensions ask for, some kilobytes a frame.
 *
 * - cells: the mean colours of a grid of 16 rows and as many columns as make the cells square, of each frame; of a
 *   candidate at the times of the truth's frames, straight between its own;
 * - keys: 10 frames in grey (luma.h), equally far apart, the first and the last among them;
 * - sights: where the objects of the rule are.
 */
#ifndef RV_VERIFY_SCORE_CLIP_H
#define RV_VERIFY_SCORE_CLIP_H

#include "verify/score/rule.h"

#define VERIFY_SCORE_ROWS 16
#define VERIFY_SCORE_KEYS 10
#define VERIFY_SCORE_FRAMES_MAX 100000

struct verify_score_clip {
	uint32_t width, height;
	size_t n_frames;
	size_t n_columns, n_values; /* of the grid; 3 of each cell, in a frame */
	float *cells;               /* one frame after the other: rows from the top, of each cell R, G, B in 0..1 */
	uint8_t *keys[VERIFY_SCORE_KEYS];
	struct verify_score_sights *sights;
};
#define VERIFY_SCORE_CLIP_INIT \
	{ \
		.cells = NULL \
	}

/* Whether a file of that name can be a clip: .mp4, .mov, .mkv or .webm. */
bool verify_score_clip_is(const char *path);
/* Reads a video, scaled to the size of `like` (NULL: as it is), with as many frames of cells. Of another shape, 5 % or
 * more, borders at both sides, or above and below, that fill `like`'s shape up to its own are cut off: of one colour,
 * within 20 levels, in the first frame. `rule` is borrowed. Fails with RV_E_BAD_FILE. */
int verify_score_clip_read(struct verify_score_clip *clip, const char *path, const struct verify_score_clip *like,
                           const struct verify_score_rule *rule, struct rv_err *err) RV_MUST_USE;
void verify_score_clip_release(struct verify_score_clip *clip);
static inline const float *verify_score_clip_cells(const struct verify_score_clip *clip, size_t number)
{
	return &clip->cells[number * clip->n_values];
}

#endif
