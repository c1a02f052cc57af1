/* SPDX-License-Identifier: MIT */
/* Scene flow: that of the poses in the record, known exactly where they tell it; what deforms stays in its box; and
 * seen by the camera of the next picture it is the optical flow. */
#include <inttypes.h>
#include <math.h>

#include "verify/step.h"

#define NEAR_M 1e-3    /* that it may be off, */
#define NEAR 1e-3      /* and this part of the place */
#define NEAR_PX 0.5    /* that flow may be off, */
#define NEAR_FLOW 0.02 /* and this part of it */
#define SHARE_MAX \
	0.02 /* of pixels at which flow is another: of a picture with several samples it is mixed at edges \
	      */

struct flow {
	const float *axes[3];
};

static bool is_known(const struct flow *flow, size_t i)
{
	return fabsf(flow->axes[0][i]) < RV_FLOW_KNOWN_MAX && fabsf(flow->axes[1][i]) < RV_FLOW_KNOWN_MAX &&
	       fabsf(flow->axes[2][i]) < RV_FLOW_KNOWN_MAX;
}

static bool is_marked(const struct flow *flow, size_t i)
{
	return flow->axes[0][i] == RV_FLOW_UNKNOWN && flow->axes[1][i] == RV_FLOW_UNKNOWN &&
	       flow->axes[2][i] == RV_FLOW_UNKNOWN;
}

static bool is_near(const struct flow *flow, size_t i, const double world[3], const double then[3])
{
	double off = 0, largest = 0;
	for (size_t k = 0; k < 3; k++) {
		off = fmax(off, fabs(then[k] - world[k] - (double)flow->axes[k][i]));
		largest = fmax(largest, fmax(fabs(then[k]), fabs(world[k])));
	}
	return off <= NEAR_M + NEAR * largest;
}

/* The box of an object then. */
struct box {
	uint32_t index;
	bool is_known;
	double corner[3], axes[3][3];
};

/* Corners are numbered by three bits, one for each axis. */
static void read_box(const struct verify_scene *scene, uint32_t index, struct box *box)
{
	bool is_seen;
	const struct rv_json corners =
	        rv_json_get(verify_scene_get(scene, index, "box3d", RV_JSON_OBJECT, &is_seen), "corners");
	box->index = index;
	box->is_known = verify_scene_point(rv_json_at(corners, 0), box->corner);
	for (size_t i = 0; i < 3; i++) {
		box->is_known = verify_scene_point(rv_json_at(corners, (size_t)1 << i), box->axes[i]) && box->is_known;
		for (size_t k = 0; k < 3; k++) {
			box->axes[i][k] -= box->corner[k];
		}
	}
}

static bool is_in(const struct box *box, const double point[3])
{
	bool is = true;
	for (size_t i = 0; box->is_known && i < 3; i++) {
		double along = 0, square = 0;
		for (size_t k = 0; k < 3; k++) {
			along += (point[k] - box->corner[k]) * box->axes[i][k];
			square += box->axes[i][k] * box->axes[i][k];
		}
		const double length = sqrt(square), near_m = NEAR_M + NEAR * length;
		is = is && (length < NEAR_M || (along / length >= -near_m && along / length <= length + near_m));
	}
	return is;
}

/* Where scene flow takes the point of a pixel. */
static void find_then(const struct verify_picture *picture, const struct verify_step *step, const struct flow *flow,
                      size_t i, double then[3])
{
	const double pixel[] = { (double)(i % picture->width) + 0.5, (double)(i / picture->width) + 0.5 };
	verify_scene_place(&step->here, pixel, (double)picture->depth->f32[i], then);
	for (size_t k = 0; k < 3; k++) {
		then[k] += (double)flow->axes[k][i];
	}
}

/* False where something was wrong with a pixel of what deforms: of that not all is known, but it stays in its box. */
static bool check_deforming(struct verify_picture *picture, const struct verify_file *file, const struct flow *flow,
                            const struct verify_step *step, size_t i, struct box *box)
{
	const uint32_t index = picture->index->u16[i];
	double then[3];
	if (is_marked(flow, i)) {
		return true;
	}
	if (!is_known(flow, i)) {
		verify_picture_blame(picture, VERIFY_SCENE_FLOW_KNOWN, file->name.ptr, i, (double)flow->axes[0][i],
		                     "but scene flow that is not known is 1e10");
		return false;
	}
	if (box->index != index) {
		read_box(&step->there, index, box);
	}
	find_then(picture, step, flow, i, then);
	if (!is_in(box, then)) {
		verify_picture_blame(picture, VERIFY_SCENE_FLOW_POSE, file->name.ptr, i, (double)flow->axes[0][i],
		                     "but the object's box is elsewhere then");
		return false;
	}
	return true;
}

static void check_poses(struct verify_picture *picture, const struct verify_file *file, const struct flow *flow,
                        struct verify_step *step)
{
	const size_t n = verify_picture_pixels(picture);
	const bool *const deforms = verify_scene_deforms(picture->picture->sample, &picture->arena);
	struct box box = { .index = 0 };
	for (size_t i = 0; i < n; i++) {
		double world[3], then[3];
		if (step && deforms[picture->index->u16[i]]) {
			if (!check_deforming(picture, file, flow, step, i, &box)) {
				return;
			}
			continue;
		}
		const bool may_be = step && verify_step_at(step, i, world, then);
		if (may_be ? !is_known(flow, i) : !is_marked(flow, i)) {
			verify_picture_blame(picture, VERIFY_SCENE_FLOW_KNOWN, file->name.ptr, i,
			                     (double)flow->axes[0][i],
			                     may_be ? "but the poses tell how it moves"
			                            : "but scene flow that is not known is 1e10");
			return;
		}
		if (may_be && !is_near(flow, i, world, then)) {
			verify_picture_blame(picture, VERIFY_SCENE_FLOW_POSE, file->name.ptr, i,
			                     (double)flow->axes[0][i], "but the poses move it otherwise");
			return;
		}
	}
}

static void check_flow(struct verify_picture *picture, const struct verify_file *file, const struct flow *flow,
                       struct verify_step *step)
{
	const struct verify_decoded *const optical = verify_picture_partner(picture, RV_ROLE_FLOW_FORWARD);
	const size_t n = optical ? verify_picture_pixels(picture) : 0;
	uint64_t n_wrong = 0, n_all = 0;
	for (size_t i = 0; i < n; i++) {
		const double u = (double)optical->planes[0].image.f32[i], v = (double)optical->planes[1].image.f32[i];
		double then[3], seen[3], pixel[2];
		if (!is_known(flow, i) || !(u < (double)RV_FLOW_KNOWN_MAX)) {
			continue;
		}
		find_then(picture, step, flow, i, then);
		verify_scene_see(&step->there, then, seen);
		if (verify_scene_pixel(&step->there, seen, pixel)) {
			const double du = pixel[0] - (double)(i % picture->width) - 0.5,
			             dv = pixel[1] - (double)(i / picture->width) - 0.5;
			n_all++;
			n_wrong += !(hypot(du - u, dv - v) <= NEAR_PX + NEAR_FLOW * hypot(du, dv));
		}
	}
	if ((double)n_wrong > SHARE_MAX * (double)n_all) {
		verify_problems_add(picture->problems, VERIFY_SCENE_FLOW_OPTICAL, file->name.ptr,
		                    "%" PRIu64 " of %" PRIu64 " pixels move otherwise in flow_forward", n_wrong, n_all);
	}
}

static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	const struct verify_plane *const planes = file->decoded.planes;
	const struct flow flow = { .axes = { planes[0].image.f32, planes[1].image.f32, planes[2].image.f32 } };
	const struct rv_picture *next;
	struct verify_step step;
	(void)rv_picture_step(picture->picture, true, &next);
	const bool has_step = verify_step_init(&step, picture, next);
	check_poses(picture, file, &flow, has_step ? &step : NULL);
	if (has_step) {
		check_flow(picture, file, &flow, &step);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_SCENE_FLOW, RV_ROLES };

const struct verify_label verify_picture_scene_flow = { .roles = roles, .file = check_file };
