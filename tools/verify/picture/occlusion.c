/* SPDX-License-Identifier: MIT */
/* Occlusion masks: known exactly where poses tell where a point is in the other picture, of what deforms perhaps; and
 * nothing is said that contradicts the depth map there. */
#include <math.h>

#include "verify/step.h"

#define SEEN 0
#define UNSURE 128
#define HIDDEN 255
#define BEFORE 0.98 /* of a point's depth: what is nearer is before it, not beside it on its own surface */

/* How far, in parts of its own depth, what the other picture shows is away where the point lies in it: at its pixel,
 * and at most around that. */
struct around {
	bool is_inside;
	double here, farthest;
};

static struct around look_around(const struct verify_picture *picture, const struct verify_step *step,
                                 const float *depth, const double then[3])
{
	double seen[3], pixel[2];
	verify_scene_see(&step->there, then, seen);
	const double width = picture->width, height = picture->height;
	if (!verify_scene_pixel(&step->there, seen, pixel) ||
	    !(pixel[0] >= 0 && pixel[0] < width && pixel[1] >= 0 && pixel[1] < height)) {
		return (struct around) { .is_inside = false };
	}
	const int64_t x = (int64_t)pixel[0], y = (int64_t)pixel[1];
	struct around found = { .is_inside = true };
	for (int64_t at = 0; at < 9; at++) {
		const int64_t i = x + at % 3 - 1, k = y + at / 3 - 1;
		if (i >= 0 && i < picture->width && k >= 0 && k < picture->height) {
			const double there = (double)depth[k * picture->width + i] / seen[2];
			found.farthest = fmax(found.farthest, there);
			found.here = i == x && k == y ? there : found.here;
		}
	}
	return found;
}

/* What is wrong with a value; NULL: nothing. */
static const char *find_wrong(uint8_t value, bool may_be, const struct around *around)
{
	if (!may_be) {
		return value == UNSURE ? NULL : "but 128 is where it is not known";
	}
	if (value != SEEN && value != HIDDEN) {
		return "but the poses tell where the point is: 0 or 255";
	}
	if (value == SEEN) {
		return !around->is_inside          ? "but the point is out of the other picture"
		       : around->farthest < BEFORE ? "but all there is nearer"
		                                   : NULL;
	}
	return around->is_inside && around->here >= 1 ? "but nothing there is nearer" : NULL;
}

static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	const bool is_forward = file->file->row == &rv_roles[RV_ROLE_OCCLUSION_FORWARD];
	const struct rv_picture *other;
	struct verify_step step;
	(void)rv_picture_step(picture->picture, is_forward, &other);
	const bool has_step = verify_step_init(&step, picture, other);
	const struct verify_decoded *const depth =
	        has_step ? verify_picture_partner_in(picture, other, rv_roles[RV_ROLE_DEPTH].name) : NULL;
	if (has_step && !depth) {
		return; /* nothing to compare with */
	}
	const bool *const deforms = verify_scene_deforms(picture->picture->sample, &picture->arena);
	for (size_t i = 0; i < verify_picture_pixels(picture); i++) {
		const uint8_t value = file->decoded.image.u8[i];
		double world[3], then[3];
		struct around around = { .is_inside = false };
		const bool may_be = has_step && verify_step_at(&step, i, world, then);
		if (may_be) {
			around = look_around(picture, &step, depth->planes[0].image.f32, then);
		}
		const bool is_free = has_step && deforms[picture->index->u16[i]] && (value == SEEN || value == HIDDEN);
		const char *const wrong = is_free ? NULL : find_wrong(value, may_be, &around);
		if (wrong) {
			verify_picture_blame(picture, VERIFY_OCCLUSION_DEPTH, file->name.ptr, i, value, wrong);
			return;
		}
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_OCCLUSION_FORWARD, RV_ROLE_OCCLUSION_BACKWARD, RV_ROLES };

const struct verify_label verify_picture_occlusion = { .roles = roles, .file = check_file };
