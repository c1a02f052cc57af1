/* SPDX-License-Identifier: MIT */
/*
 * Flow against depth and the cameras of two frames. What stands still is seen by the other camera where its place is:
 * that is found from depth and both poses. Blender mixes the vectors of what several samples see at an edge, and a
 * record may not say of all objects that they deform: so flow is blamed when too little of what stands still moves as
 * it should.
 */
#include <inttypes.h>
#include <math.h>

#include "verify/picture.h"
#include "verify/scene.h"

#define NEAR_PX 0.5   /* that flow may be off, besides */
#define NEAR 0.02     /* this part of it */
#define MOVES_PX 1    /* what is to move less says nothing */
#define PIXELS_MIN 64 /* of a picture, to say anything */
#define SHARE_MIN 0.7 /* of pixels that are right */

/* How the pixel of something that stands still moves; false where the other camera does not see it. */
static bool find_motion(const struct verify_picture *picture, const struct verify_scene *here,
                        const struct verify_scene *there, size_t at, double motion[2])
{
	const double pixel[] = { (double)(at % picture->width) + 0.5, (double)(at / picture->width) + 0.5 };
	double world[3], seen[3];
	verify_scene_place(here, pixel, (double)picture->depth->f32[at], world);
	verify_scene_see(there, world, seen);
	const bool is_before = verify_scene_pixel(there, seen, motion);
	motion[0] -= pixel[0];
	motion[1] -= pixel[1];
	return is_before;
}

static void check_flow(struct verify_picture *picture, const struct verify_file *file)
{
	const bool is_forward = file->file->row == &rv_roles[RV_ROLE_FLOW_FORWARD];
	const struct rv_picture *other = NULL;
	const float *const u = file->decoded.planes[0].image.f32, *const v = file->decoded.planes[1].image.f32;
	struct verify_scene here, there;
	(void)rv_picture_step(picture->picture, is_forward, &other);
	if (!other || !picture->depth || !picture->index) {
		return;
	}
	verify_scene_read(&here, picture->picture, &picture->arena);
	verify_scene_read(&there, other, &picture->arena);
	if (!here.has_pixels || !there.has_pixels) {
		return;
	}
	const bool *const is_still = verify_scene_still(&here, &there, picture->picture->sample, &picture->arena);
	const size_t n = verify_picture_pixels(picture);
	uint64_t n_still = 0, n_right = 0;
	for (size_t i = 0; i < n; i++) {
		double motion[2];
		if (!is_still[picture->index->u16[i]] || !(u[i] < RV_FLOW_KNOWN_MAX) ||
		    !find_motion(picture, &here, &there, i, motion)) {
			continue;
		}
		const double length = hypot(motion[0], motion[1]),
		             off = hypot((double)u[i] - motion[0], (double)v[i] - motion[1]);
		n_still += length >= MOVES_PX;
		n_right += length >= MOVES_PX && off <= NEAR_PX + NEAR * length;
	}
	if (n_still >= PIXELS_MIN && (double)n_right < SHARE_MIN * (double)n_still) {
		verify_problems_add(picture->problems, VERIFY_FLOW_POSE, file->name.ptr,
		                    "%" PRIu64 " of %" PRIu64 " pixels of what stands still move as the camera does",
		                    n_right, n_still);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_FLOW_FORWARD, RV_ROLE_FLOW_BACKWARD, RV_ROLES };

const struct verify_label verify_picture_motion = { .roles = roles, .file = check_flow };
