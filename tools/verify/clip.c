/* SPDX-License-Identifier: MIT */
/* The frames of a clip: see clip.h. */
#include "verify/clip.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "verify/limits.h"

#define SAME_NEAR 8 /* levels of 0..255 */

void verify_clip_release(struct verify_clip *clip)
{
	verify_luma_release(&clip->now);
	verify_luma_release(&clip->before);
}

void verify_clip_start(struct verify_clip *clip)
{
	clip->n_frames = clip->n_same = clip->n_cuts = clip->first_cut = clip->n_black = clip->first_black = 0;
	clip->change = 0;
}

static void compare(struct verify_clip *clip)
{
	const size_t n = (size_t)clip->now.width * clip->now.height;
	uint64_t sum = 0;
	int most = 0;
	for (size_t i = 0; i < n; i++) {
		const int difference = abs(clip->now.pixels[i] - clip->before.pixels[i]);
		sum += (uint64_t)difference;
		most = difference > most ? difference : most;
	}
	const double change = 100 * (double)sum / ((double)n * UINT8_MAX);
	if (fmin(change, fabs(change - clip->change)) > verify_limit(VERIFY_LIMIT_CUT)) {
		clip->first_cut = clip->n_cuts++ == 0 ? clip->n_frames : clip->first_cut;
	}
	clip->n_same += most <= SAME_NEAR;
	clip->change = change;
}

void verify_clip_add(struct verify_clip *clip)
{
	const struct verify_luma taken = clip->now;
	if (clip->n_frames > 0 && taken.width == clip->before.width && taken.height == clip->before.height) {
		compare(clip);
	} else {
		clip->change = 0;
	}
	clip->n_frames++;
	clip->now = clip->before;
	clip->before = taken;
}

void verify_clip_look(struct verify_clip *clip)
{
	if (verify_luma_black(&clip->now) > verify_limit(VERIFY_LIMIT_BLACK)) {
		clip->first_black = clip->n_black++ == 0 ? clip->n_frames + 1 : clip->first_black;
	}
	verify_clip_add(clip);
}

void verify_clip_end(const struct verify_clip *clip, const char *path, struct verify_problems *problems)
{
	if (clip->n_black > 0) {
		verify_problems_add(problems, VERIFY_CLIP_BLACK, path,
		                    "%" PRIu64 " of its %" PRIu64 " frames are black, the first is number %" PRIu64,
		                    clip->n_black, clip->n_frames, clip->first_black);
	}
	if (clip->n_frames < VERIFY_CLIP_FRAMES_MIN) {
		return;
	}
	if ((double)clip->n_same > verify_limit(VERIFY_LIMIT_FROZEN) * (double)(clip->n_frames - 1)) {
		verify_problems_add(problems, VERIFY_CLIP_FROZEN, path,
		                    "%" PRIu64 " of its %" PRIu64 " frames are as the one before", clip->n_same,
		                    clip->n_frames);
	}
	if (clip->n_cuts > 0) {
		verify_problems_add(problems, VERIFY_CLIP_CUT, path,
		                    "it has cuts (%" PRIu64 "), the first between its frames %" PRIu64 " and %" PRIu64,
		                    clip->n_cuts, clip->first_cut, clip->first_cut + 1);
	}
}
