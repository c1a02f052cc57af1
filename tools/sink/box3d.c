/* SPDX-License-Identifier: MIT */
/* 3D boxes of records. */
#include "sink/box3d.h"

#include <math.h>

static struct rv_json box3d_in(struct rv_json state, uint32_t index)
{
	const struct rv_json objects = rv_json_get(state, "objects");
	for (size_t i = 0; i < rv_json_len(objects); i++) {
		const struct rv_json object = rv_json_at(objects, i);
		if (rv_json_number(rv_json_get(object, "index"), 0) == index) {
			return rv_json_get(object, "box3d");
		}
	}
	return (struct rv_json)RV_JSON_INIT;
}

static struct rv_json find(const struct rv_picture *picture, const struct rv_annotation *annotation)
{
	struct rv_json box = box3d_in(picture->state, annotation->index);
	if (rv_json_type(box) != RV_JSON_OBJECT) {
		box = box3d_in(picture->moved, annotation->index);
	}
	return rv_json_type(box) == RV_JSON_OBJECT || !annotation->object
	               ? box
	               : rv_json_get(annotation->object->json, "box3d");
}

static bool read_numbers(struct rv_json list, double *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		values[i] = rv_json_number(rv_json_at(list, i), NAN);
		if (!isfinite(values[i])) {
			return false;
		}
	}
	return true;
}

/* The columns of a quaternion's matrix, of length 1 although records have eight digits of it. */
static void axes_of(const double q[4], double axes[3][3])
{
	const double w = q[0], x = q[1], y = q[2], z = q[3];
	const double square = w * w + x * x + y * y + z * z, s = square > 0 ? 2 / square : 0;
	const double columns[3][3] = {
		{ 1 - s * (y * y + z * z), s * (x * y + w * z), s * (x * z - w * y) },
		{ s * (x * y - w * z), 1 - s * (x * x + z * z), s * (y * z + w * x) },
		{ s * (x * z + w * y), s * (y * z - w * x), 1 - s * (x * x + y * y) },
	};
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			axes[i][k] = columns[i][k];
		}
	}
}

/* A direction of the world in the camera's axes: of OpenGL's y and z the other way. */
static void turn_to_camera(const struct sink_camera *camera, double direction[3])
{
	static const double signs[3] = { 1, -1, -1 };
	const double world[3] = { direction[0], direction[1], direction[2] };
	for (size_t i = 0; i < 3; i++) {
		direction[i] = 0;
		for (size_t row = 0; row < 3; row++) {
			direction[i] += signs[i] * camera->pose[row][i] * world[row];
		}
	}
}

bool sink_box3d_read(const struct rv_picture *picture, const struct sink_camera *camera,
                     const struct rv_annotation *annotation, struct sink_box3d *box)
{
	const struct rv_json found = find(picture, annotation);
	double quaternion[4];
	if (!read_numbers(rv_json_get(found, "center"), box->center, 3) ||
	    !read_numbers(rv_json_get(found, "size"), box->size, 3) ||
	    !read_numbers(rv_json_get(found, "rotation_quaternion"), quaternion, 4)) {
		return false;
	}
	axes_of(quaternion, box->axes);
	for (size_t i = 0; i < 3; i++) {
		box->center[i] -= camera->pose[i][3];
		turn_to_camera(camera, box->axes[i]);
	}
	turn_to_camera(camera, box->center);
	return true;
}
