/* SPDX-License-Identifier: MIT */
/*
 * Depth against that of the frame before. The place of what stands still follows from depth and pose; the camera of the
 * frame before sees it in the depth that its own map has there, unless something else is before it. Objects that are
 * deformed where they stand move as well: so depth is blamed when nearly nothing agrees.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "verify/picture.h"
#include "verify/scene.h"

#define NEAR 0.02     /* of the depth: pixels of both frames are not at the same places */
#define PIXELS_MIN 64 /* of a picture, to say anything */
#define SHARE_MIN 0.1 /* of pixels that are right */

struct count {
	uint64_t n_still, n_right;
};

/* A pixel of what stands still, seen by both cameras where their index maps have one object. */
static void compare_pixel(const struct verify_picture *picture, const struct verify_scene *here,
                          const struct verify_scene *there, size_t at, struct count *count)
{
	const struct rv_image *const depth = &picture->before.depth, *const index = &picture->before.index;
	const double pixel[] = { (double)(at % picture->width) + 0.5, (double)(at / picture->width) + 0.5 };
	double world[3], seen[3], where[2];
	verify_scene_place(here, pixel, (double)picture->depth->f32[at], world);
	verify_scene_see(there, world, seen);
	if (!verify_scene_pixel(there, seen, where) || !(where[0] >= 0 && where[0] < picture->width) ||
	    !(where[1] >= 0 && where[1] < picture->height)) {
		return;
	}
	const size_t other = (size_t)where[1] * picture->width + (size_t)where[0];
	if (index->u16[other] == picture->index->u16[at]) {
		count->n_still++;
		count->n_right += fabs((double)depth->f32[other] - seen[2]) <= NEAR * seen[2];
	}
}

static void compare_frames(struct verify_picture *picture)
{
	struct verify_scene here, there;
	struct count count = { 0 };
	verify_scene_read(&here, picture->picture, &picture->arena);
	verify_scene_read(&there, picture->before.picture, &picture->arena);
	if (!here.has_pixels || !there.has_pixels) {
		return;
	}
	const bool *const is_still = verify_scene_still(&here, &there, picture->picture->sample, &picture->arena);
	const size_t n = verify_picture_pixels(picture);
	for (size_t i = 0; i < n; i++) {
		if (is_still[picture->index->u16[i]]) {
			compare_pixel(picture, &here, &there, i, &count);
		}
	}
	if (count.n_still >= PIXELS_MIN && (double)count.n_right < SHARE_MIN * (double)count.n_still) {
		verify_problems_add(picture->problems, VERIFY_DEPTH_POSE, picture->maps[1].name.ptr,
		                    "%" PRIu64 " of %" PRIu64
		                    " pixels of what stands still have the depth of the frame before",
		                    count.n_right, count.n_still);
	}
}

static bool copy_image(struct rv_image *to, const struct rv_image *from)
{
	if (rv_image_init(to, from->width, from->height, from->channels, from->pixel, NULL) < 0) {
		return false;
	}
	memcpy(to->bytes, from->bytes, rv_image_row_bytes(from) * from->height);
	return true;
}

static void check_frame(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture, *other = NULL;
	const bool has_maps = picture->depth && picture->index && what->frame_name;
	(void)rv_picture_step(what, false, &other);
	if (has_maps && other && picture->before.picture == other && picture->before.depth.width == picture->width &&
	    picture->before.depth.height == picture->height) {
		compare_frames(picture);
	}
	const bool is_kept = has_maps && copy_image(&picture->before.depth, picture->depth) &&
	                     copy_image(&picture->before.index, picture->index);
	picture->before.picture = is_kept ? what : NULL;
}

const struct verify_label verify_picture_reprojection = { .whole = check_frame };
