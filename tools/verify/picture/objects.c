/* SPDX-License-Identifier: MIT */
/* What a record says of the objects in a picture: place, rotation and scale are those of the matrix, and the corners of
 * the 3D box make one with the center, size and rotation that it says. */
#include <inttypes.h>
#include <math.h>

#include "verify/picture.h"
#include "verify/scene.h"

#define CORNERS 8
#define NEAR 1e-3 /* of lengths, of the largest number, at least of 1: records hold floats */

static double length(const double v[3])
{
	return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

static double dot(const double a[3], const double b[3])
{
	return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static bool is_near(double a, double b)
{
	return fabs(a - b) <= NEAR * fmax(1, fmax(fabs(a), fabs(b)));
}

/* Three numbers that are near three others. */
static bool are_near(struct rv_json said, const double wanted[3])
{
	bool are = true;
	for (size_t i = 0; i < 3; i++) {
		are = are && is_near(rv_json_number(rv_json_at(said, i), NAN), wanted[i]);
	}
	return are;
}

/* The axes of a quaternion w, x, y, z of length 1; false where it is none. */
static bool take_axes(struct rv_json quaternion, double axes[3][3])
{
	double q[4], sum = 0;
	for (size_t i = 0; i < 4; i++) {
		q[i] = rv_json_number(rv_json_at(quaternion, i), NAN);
		sum += q[i] * q[i];
	}
	const double w = q[0], x = q[1], y = q[2], z = q[3];
	const double m[3][3] = { { 1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y) },
		                 { 2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x) },
		                 { 2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y) } };
	for (size_t i = 0; i < 9; i++) {
		axes[i / 3][i % 3] = m[i / 3][i % 3];
	}
	return is_near(sum, 1);
}

/* Sheared ones are not: of those neither a rotation nor a scale tells all. */
static bool are_square(double sides[3][3])
{
	bool are = true;
	for (size_t i = 0; i < 3; i++) {
		const double *const side = sides[i], *const next = sides[(i + 1) % 3];
		are = are && fabs(dot(side, next)) <= NEAR * length(side) * length(next);
	}
	return are;
}

/* True when a quaternion turns the axes to these sides, or to their opposites, as in a mirror. */
static bool turns_to(struct rv_json quaternion, double sides[3][3])
{
	double axes[3][3];
	bool turns = take_axes(quaternion, axes);
	for (size_t i = 0; i < 3; i++) {
		turns = turns && fabs(dot(axes[i], sides[i])) >= (1 - NEAR) * length(sides[i]);
	}
	return turns;
}

/* What is wrong with the pose of an object; NULL: nothing. */
static const char *check_pose(const struct verify_scene *scene, uint32_t index)
{
	double columns[3][3];
	double matrix[4][4], place[3], scale[3];
	bool is_seen, is_finite = true;
	const struct rv_json rows = verify_scene_get(scene, index, "matrix_world", RV_JSON_ARRAY, &is_seen),
	                     location = verify_scene_get(scene, index, "location", RV_JSON_ARRAY, &is_seen),
	                     turn = verify_scene_get(scene, index, "rotation_quaternion", RV_JSON_ARRAY, &is_seen),
	                     sizes = verify_scene_get(scene, index, "scale", RV_JSON_ARRAY, &is_seen);
	verify_camera_read_matrix(rows, matrix);
	for (size_t i = 0; i < 12; i++) {
		is_finite = is_finite && isfinite(matrix[i / 4][i % 4]);
	}
	if (!is_finite || matrix[3][0] != 0 || matrix[3][1] != 0 || matrix[3][2] != 0 || matrix[3][3] != 1) {
		return "matrix_world is no place in the world";
	}
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			columns[i][k] = matrix[k][i];
		}
		place[i] = matrix[i][3];
		scale[i] = length(columns[i]);
	}
	if (rv_json_type(location) == RV_JSON_ARRAY && !are_near(location, place)) {
		return "location is not that of matrix_world";
	}
	if (!are_square(columns)) {
		return NULL;
	}
	for (size_t i = 0; i < 3 && rv_json_type(sizes) == RV_JSON_ARRAY; i++) {
		if (!is_near(fabs(rv_json_number(rv_json_at(sizes, i), NAN)), scale[i])) {
			return "scale is not that of matrix_world";
		}
	}
	return rv_json_type(turn) == RV_JSON_ARRAY && !turns_to(turn, columns)
	               ? "rotation_quaternion is not that of matrix_world"
	               : NULL;
}

/* What is wrong with its box. */
static const char *check_box(struct rv_json box)
{
	double corners[CORNERS][3], sides[3][3], center[3], size[3];
	for (size_t i = 0; i < CORNERS; i++) {
		if (!verify_scene_point(rv_json_at(rv_json_get(box, "corners"), i), corners[i])) {
			return "box3d.corners are not eight points";
		}
	}
	for (size_t axis = 0; axis < 3; axis++) {
		for (size_t k = 0; k < 3; k++) {
			sides[axis][k] = corners[(size_t)4 >> axis][k] - corners[0][k];
			center[k] = (corners[0][k] + corners[CORNERS - 1][k]) / 2;
		}
		size[axis] = length(sides[axis]);
	}
	for (size_t i = 0; i < CORNERS; i++) {
		for (size_t k = 0; k < 3; k++) {
			const double wanted = corners[0][k] + (i & 4 ? sides[0][k] : 0) + (i & 2 ? sides[1][k] : 0) +
			                      (i & 1 ? sides[2][k] : 0);
			if (!is_near(corners[i][k], wanted)) {
				return "box3d.corners are not those of a box";
			}
		}
	}
	const struct rv_json middle = rv_json_get(box, "center"), sizes = rv_json_get(box, "size"),
	                     turn = rv_json_get(box, "rotation_quaternion");
	if ((rv_json_type(middle) != RV_JSON_NONE && !are_near(middle, center)) ||
	    (rv_json_type(sizes) != RV_JSON_NONE && !are_near(sizes, size))) {
		return "box3d.center or size are not those of its corners";
	}
	if (rv_json_type(turn) != RV_JSON_NONE && are_square(sides) && !turns_to(turn, sides)) {
		return "box3d.rotation_quaternion is not that of its corners";
	}
	return NULL;
}

static void check_objects(struct verify_picture *picture)
{
	const struct rv_sample *const sample = picture->picture->sample;
	struct verify_scene scene;
	verify_scene_read(&scene, picture->picture, &picture->arena);
	for (size_t i = 0; i < sample->n_objects; i++) {
		const uint32_t index = sample->objects[i].index;
		bool is_seen;
		const struct rv_json matrix = verify_scene_get(&scene, index, "matrix_world", RV_JSON_ARRAY, &is_seen),
		                     box = verify_scene_get(&scene, index, "box3d", RV_JSON_OBJECT, &is_seen);
		const bool has_corners = rv_json_type(rv_json_get(box, "corners")) != RV_JSON_NONE;
		if (index == 0 || rv_json_type(matrix) != RV_JSON_ARRAY || verify_scene_lacks(&scene, index)) {
			continue;
		}
		const char *const pose = check_pose(&scene, index);
		const char *const wrong = !pose && has_corners ? check_box(box) : pose;
		if (wrong) {
			verify_problems_add(picture->problems, pose ? VERIFY_OBJECT_POSE : VERIFY_OBJECT_BOX,
			                    picture->files->record ? picture->files->record : "objects",
			                    "%sobject of index %" PRIu32 ": %s", picture->picture->field, index, wrong);
		}
	}
}

const struct verify_label verify_picture_objects = { .whole = check_objects };
