/* SPDX-License-Identifier: MIT */
/* A picture's camera alone: a pose turns and moves, and does nothing else; intrinsics are those of square or oblong
 * pixels without shear; the angles of view follow from them. */
#include <math.h>

#include "verify/camera.h"
#include "verify/picture.h"

#define TURN_NEAR 1e-4  /* of the products of axes: records hold floats, and users type poses */
#define ANGLE_NEAR 1e-3 /* degrees */

static bool is_pose(const double m[4][4])
{
	bool is = m[3][0] == 0 && m[3][1] == 0 && m[3][2] == 0 && m[3][3] == 1 && isfinite(m[0][3] + m[1][3] + m[2][3]);
	for (size_t a = 0; a < 3; a++) {
		for (size_t b = a; b < 3; b++) {
			const double product = m[0][a] * m[0][b] + m[1][a] * m[1][b] + m[2][a] * m[2][b];
			is = is && fabs(product - (a == b)) <= TURN_NEAR;
		}
	}
	return is;
}

static bool are_intrinsics(struct rv_json rows)
{
	double k[3][3];
	for (size_t i = 0; i < 9; i++) {
		k[i / 3][i % 3] = rv_json_number(rv_json_at(rv_json_at(rows, i / 3), i % 3), NAN);
	}
	return k[0][0] > 0 && k[1][1] > 0 && isfinite(k[0][0] + k[1][1] + k[0][2] + k[1][2]) && k[0][1] == 0 &&
	       k[1][0] == 0 && k[2][0] == 0 && k[2][1] == 0 && k[2][2] == 1;
}

/* What the other fields are of. */
static void blame(struct verify_picture *picture, enum verify_check check, const char *what)
{
	const char *const field = picture->picture->field;
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%scamera", field);
	verify_problems_add(picture->problems, check, picture->files->record ? picture->files->record : path.ptr,
	                    "%scamera: %s", field, what);
	rv_str_release(&path);
}

static void check_angles(struct verify_picture *picture, const struct verify_camera *camera, struct rv_json fov)
{
	const double sides[] = { camera->width, camera->height }, focal[] = { camera->fl_x, camera->fl_y };
	for (size_t i = 0; i < 2 && rv_json_type(fov) == RV_JSON_ARRAY && sides[i] > 0; i++) {
		const double wanted = 2 * atan(sides[i] / (2 * focal[i])) * 180 / acos(-1);
		const double value = rv_json_number(rv_json_at(fov, i), NAN);
		if (!(fabs(value - wanted) <= ANGLE_NEAR)) {
			struct rv_str what = RV_STR_INIT;
			rv_str_printf(&what, "fov[%zu] is %.9g, from K it is %.9g", i, value, wanted);
			blame(picture, VERIFY_CAMERA_FOV, what.ptr);
			rv_str_release(&what);
		}
	}
}

static void check_camera(struct verify_picture *picture)
{
	const struct rv_json camera = picture->picture->camera, rows = rv_json_get(camera, "K");
	struct verify_camera numbers;
	if (rv_json_type(camera) != RV_JSON_OBJECT) {
		return;
	}
	const bool has_rows = verify_camera_read(picture->picture, &numbers);
	if (rv_json_type(rv_json_get(camera, "matrix_world")) == RV_JSON_ARRAY && !is_pose(numbers.matrix)) {
		blame(picture, VERIFY_CAMERA_POSE, "matrix_world is no rotation and a place");
	}
	if (has_rows && !are_intrinsics(rows)) {
		blame(picture, VERIFY_CAMERA_INTRINSICS, "K is not [[fx, 0, cx], [0, fy, cy], [0, 0, 1]]");
	} else if (has_rows) {
		check_angles(picture, &numbers, rv_json_get(camera, "fov"));
	}
}

const struct verify_label verify_picture_cameras = { .whole = check_camera };
