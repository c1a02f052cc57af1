/* SPDX-License-Identifier: MIT */
/* Positions in the world against depth: how far they lie before the camera's plane. */
#include <math.h>
#include <string.h>

#include "verify/picture.h"

#define NEAR 1e-3 /* that the two may differ, of the larger of 1 and the numbers that are compared */

struct camera {
	double centre[3], backwards[3]; /* of the plane: a point and the unit normal */
};

/* False where the record has no camera whose depth is measured to a plane. */
static bool read_camera(const struct rv_picture *picture, struct camera *camera)
{
	const struct rv_json matrix = rv_json_get(picture->camera, "matrix_world");
	const char *const type = rv_json_string(rv_json_get(picture->camera, "type"), NULL);
	double length = 0;
	for (size_t row = 0; row < 3; row++) {
		const struct rv_json numbers = rv_json_at(matrix, row);
		camera->backwards[row] = rv_json_number(rv_json_at(numbers, 2), NAN);
		camera->centre[row] = rv_json_number(rv_json_at(numbers, 3), NAN);
		length += camera->backwards[row] * camera->backwards[row];
	}
	for (size_t row = 0; row < 3; row++) {
		camera->backwards[row] /= sqrt(length);
	}
	return type && strcmp(type, "PANO") != 0 &&
	       isfinite(camera->centre[0] + camera->centre[1] + camera->centre[2]) && length > 0 && isfinite(length);
}

static void check_position(struct verify_picture *picture, const struct verify_file *file)
{
	struct camera camera;
	const size_t n = picture->depth && read_camera(picture->picture, &camera) ? verify_picture_pixels(picture) : 0;
	for (size_t i = 0; i < n; i++) {
		double depth = 0, largest = 1;
		for (size_t axis = 0; axis < 3; axis++) {
			const double place = (double)file->decoded.planes[axis].image.f32[i];
			depth -= (place - camera.centre[axis]) * camera.backwards[axis];
			largest = fmax(largest, fmax(fabs(place), fabs(camera.centre[axis])));
		}
		const float wanted = picture->depth->f32[i];
		if (wanted < RV_DEPTH_SEEN_MAX && !(fabs(depth - (double)wanted) <= NEAR * largest)) {
			verify_picture_blame(picture, VERIFY_POSITION_DEPTH, file->name.ptr, i, depth,
			                     "as its distance from the camera's plane, but the depth map has another");
			return;
		}
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_POSITION, RV_ROLES };

const struct verify_label verify_picture_position = { .roles = roles, .file = check_position };
