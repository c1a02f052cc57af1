/* SPDX-License-Identifier: MIT */
/*
 * The frames of a clip, one after the other: what of their quality shows only in their order. Measured on brightness
 * (luma.h):
 *
 * - A frame is as the one before when no pixel differs by more than 8. A clip is frozen when the share of such frames
 *   is above `frozen` (limits.def).
 * - A cut is where min(d, |d - e|) is above `cut`, d being the mean difference to the frame before in per cent of the
 *   range, e the same of the frame before: FFmpeg's scdet.
 * - A frame of a video is black when more than `black` of its pixels are, as in quality.h.
 *
 *	struct verify_clip clip = VERIFY_CLIP_INIT;
 *	verify_clip_start(&clip);
 *	for (each frame) { verify_luma_take(&clip.now, &image); verify_clip_add(&clip); }
 *	verify_clip_end(&clip, "frames/000001.png", problems);      any number of clips
 *	verify_clip_release(&clip);
 */
#ifndef RV_VERIFY_CLIP_H
#define RV_VERIFY_CLIP_H

#include "verify/luma.h"
#include "verify/problems.h"

#define VERIFY_CLIP_FRAMES_MIN 3 /* in fewer there is nothing to tell */

struct verify_clip {
	struct verify_luma now, before;
	uint64_t n_black, first_black;                /* of a video; the last: its number, from 1 */
	uint64_t n_frames, n_same, n_cuts, first_cut; /* the last: the number of the frame before it, from 1 */
	double change;                                /* of the last frame, in per cent */
};
#define VERIFY_CLIP_INIT \
	{ \
		.n_frames = 0 \
	}

void verify_clip_start(struct verify_clip *clip);
/* Takes clip->now as the next frame. One of another size than that before is not compared with it. */
void verify_clip_add(struct verify_clip *clip);
/* The same for the frame of a video, of which it is also told that it is black. */
void verify_clip_look(struct verify_clip *clip);
void verify_clip_end(const struct verify_clip *clip, const char *path, struct verify_problems *problems);
void verify_clip_release(struct verify_clip *clip);

#endif
