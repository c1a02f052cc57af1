/* SPDX-License-Identifier: MIT */
/* Distance along the ray: against depth, carried back into the world, and against positions. */
#include <math.h>
#include <string.h>

#include "verify/picture.h"
#include "verify/scene.h"

#define NEAR 1e-3 /* that the two may differ, of the larger of 1 and the numbers that are compared */

struct eye {
	const struct verify_scene *scene;
	const char *type; /* of the camera; NULL: not said */
	double place[3];
};

static bool is_type(const struct eye *eye, const char *type)
{
	return eye->type && strcmp(eye->type, type) == 0;
}

static double away(const struct eye *eye, const double world[3])
{
	return sqrt(pow(world[0] - eye->place[0], 2) + pow(world[1] - eye->place[1], 2) +
	            pow(world[2] - eye->place[2], 2));
}

/* What depth says of a pixel; NAN where it says nothing. */
static double by_depth(const struct verify_picture *picture, const struct eye *eye, size_t at)
{
	const double depth = picture->depth ? (double)picture->depth->f32[at] : NAN;
	double world[3];
	if (is_type(eye, "ORTHO")) {
		return depth;
	}
	if (!eye->scene->is_pinhole) {
		return NAN;
	}
	const double pixel[] = { (double)(at % picture->width) + 0.5, floor((double)at / picture->width) + 0.5 };
	verify_scene_place(eye->scene, pixel, depth, world);
	return away(eye, world);
}

/* What the map of positions says. */
static double by_position(const struct verify_decoded *positions, const struct eye *eye, size_t at)
{
	double world[3];
	for (size_t axis = 0; positions && axis < 3; axis++) {
		world[axis] = (double)positions->planes[axis].image.f32[at];
	}
	return positions && !is_type(eye, "ORTHO") ? away(eye, world) : NAN;
}

/* True when they differ; never for what is not known. */
static bool differs(double distance, double wanted, double largest)
{
	return fabs(distance - wanted) > NEAR * fmax(largest, fmax(1, distance));
}

static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	const float *const distances = file->decoded.planes[0].image.f32;
	const struct verify_decoded *const positions = verify_picture_partner(picture, RV_ROLE_POSITION);
	const size_t n = verify_picture_pixels(picture);
	struct verify_scene scene;
	verify_scene_read(&scene, picture->picture, &picture->arena);
	struct eye eye = { .scene = &scene,
		           .type = rv_json_string(rv_json_get(picture->picture->camera, "type"), NULL) };
	double largest = 1;
	for (size_t i = 0; i < 3; i++) {
		const struct rv_json row = rv_json_at(rv_json_get(picture->picture->camera, "matrix_world"), i);
		eye.place[i] = rv_json_number(rv_json_at(row, 3), NAN);
		largest = fmax(largest, fabs(eye.place[i]));
	}
	for (size_t i = 0; i < n; i++) {
		const double distance = (double)distances[i];
		const bool is_seen = distances[i] < RV_DEPTH_SEEN_MAX;
		if (!is_seen && picture->index && picture->index->u16[i] != 0) {
			verify_picture_blame(picture, VERIFY_DISTANCE_INDEX, file->name.ptr, i, distance,
			                     "where the index map has an object");
			return;
		}
		if (is_seen && differs(distance, by_depth(picture, &eye, i), largest)) {
			verify_picture_blame(picture, VERIFY_DISTANCE_DEPTH, file->name.ptr, i, distance,
			                     "but the ray to the depth has another length");
			return;
		}
		if (is_seen && differs(distance, by_position(positions, &eye, i), largest)) {
			verify_picture_blame(picture, VERIFY_DISTANCE_POSITION, file->name.ptr, i, distance,
			                     "but the position is not as far from the camera");
			return;
		}
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_DISTANCE, RV_ROLES };

const struct verify_label verify_picture_distance = { .roles = roles, .file = check_file };
