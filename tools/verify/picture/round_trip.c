/* SPDX-License-Identifier: MIT */
/*
 * Flow there and back. Where backward flow takes a point, the frame before has a forward flow, which takes it here
 * again: where that frame shows the point at all. It does where the four pixels around the place show the same object,
 * as far away as poses say; where they do not tell, of what deforms, some of its points may be hidden by itself. So
 * flow is blamed when more than a few of the pixels come to another place. Of pinholes only: a panorama's picture goes
 * on at its other border.
 */
#include <inttypes.h>
#include <math.h>

#include "verify/step.h"

#define NEAR_PX 0.5    /* that a point may come back beside its place, */
#define NEAR 0.02      /* and this part of its way; of a depth */
#define PIXELS_MIN 64  /* of a picture, to say anything */
#define SHARE_MAX 0.05 /* of pixels that may come to another place */

/* The four pixels of the frame before around a place, and how much of it each has. */
struct around {
	size_t at[4];
	double shares[4];
};

/* False where the place is not between four pixels. */
static bool look_around(const struct verify_picture *picture, double x, double y, struct around *around)
{
	const double left = floor(x - 0.5), top = floor(y - 0.5);
	if (!(left >= 0 && top >= 0 && left + 1 < picture->width && top + 1 < picture->height)) {
		return false;
	}
	const double right = x - 0.5 - left, below = y - 0.5 - top;
	for (size_t i = 0; i < 4; i++) {
		around->at[i] = ((size_t)top + i / 2) * picture->width + (size_t)left + i % 2;
		around->shares[i] = (i % 2 ? right : 1 - right) * (i / 2 ? below : 1 - below);
	}
	return true;
}

/* Whether the frame before shows the point of a pixel there. */
static bool is_shown(const struct verify_picture *picture, const struct verify_step *step, size_t at,
                     const struct around *around)
{
	double world[3], then[3], seen[3] = { 0 };
	const bool has_depth = verify_step_at(step, at, world, then);
	if (has_depth) {
		verify_scene_see(&step->there, then, seen);
	}
	bool is = true;
	for (size_t i = 0; i < 4; i++) {
		const double depth = (double)picture->before.depth.f32[around->at[i]];
		is = is && picture->before.index.u16[around->at[i]] == picture->index->u16[at] &&
		     (!has_depth || fabs(depth - seen[2]) <= NEAR * seen[2]);
	}
	return is;
}

/* The forward flow there; false where it is not known. */
static bool find_forward(const struct verify_decoded *forward, const struct around *around, double uv[2])
{
	bool is_known = true;
	for (size_t k = 0; k < 2; k++) {
		const float *const plane = forward->planes[k].image.f32;
		uv[k] = 0;
		for (size_t i = 0; i < 4; i++) {
			is_known = is_known && fabsf(plane[around->at[i]]) < RV_FLOW_KNOWN_MAX;
			uv[k] += around->shares[i] * (double)plane[around->at[i]];
		}
	}
	return is_known;
}

static void compare(struct verify_picture *picture, const struct verify_file *file,
                    const struct verify_decoded *forward, const struct verify_step *step)
{
	const float *const u = file->decoded.planes[0].image.f32, *const v = file->decoded.planes[1].image.f32;
	const size_t n = verify_picture_pixels(picture);
	uint64_t n_shown = 0, n_wrong = 0;
	for (size_t i = 0; i < n; i++) {
		const double x = (double)(i % picture->width) + 0.5 + (double)u[i],
		             y = (double)(i / picture->width) + 0.5 + (double)v[i];
		struct around around;
		double uv[2];
		if (picture->index->u16[i] == 0 || !look_around(picture, x, y, &around) ||
		    !is_shown(picture, step, i, &around) || !find_forward(forward, &around, uv)) {
			continue;
		}
		n_shown++;
		n_wrong += !(hypot((double)u[i] + uv[0], (double)v[i] + uv[1]) <=
		             NEAR_PX + NEAR * hypot((double)u[i], (double)v[i]));
	}
	if (n_shown >= PIXELS_MIN && (double)n_wrong > SHARE_MAX * (double)n_shown) {
		verify_problems_add(picture->problems, VERIFY_FLOW_BACK, file->name.ptr,
		                    "flow_forward of the frame before takes %" PRIu64 " of %" PRIu64
		                    " points elsewhere than where they come from",
		                    n_wrong, n_shown);
	}
}

static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	const struct rv_picture *other = NULL;
	(void)rv_picture_step(picture->picture, false, &other);
	if (!other || picture->before.picture != other || !picture->index || !picture->depth ||
	    picture->before.index.width != picture->width || picture->before.index.height != picture->height) {
		return;
	}
	const struct verify_decoded *const forward =
	        verify_picture_partner_in(picture, other, rv_roles[RV_ROLE_FLOW_FORWARD].name);
	struct verify_step step;
	if (forward && verify_step_init(&step, picture, other)) {
		compare(picture, file, forward, &step);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_FLOW_BACKWARD, RV_ROLES };

const struct verify_label verify_picture_round_trip = { .roles = roles, .file = check_file };
