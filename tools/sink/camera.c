/* SPDX-License-Identifier: MIT */
/* Cameras of records. */
#include "sink/camera.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "format/transforms.h"
#include "video.h"

/* What is no number is NaN, which every comparison below refuses. */
static double at(struct rv_json rows, size_t row, size_t column)
{
	return rv_json_number(rv_json_at(rv_json_at(rows, row), column), NAN);
}

/* Reads 4 rows of 4 numbers: axes of length 1, each square to the others. */
static bool read_pose(struct rv_json rows, double pose[4][4])
{
	for (size_t row = 0; row < 4; row++) {
		for (size_t column = 0; column < 4; column++) {
			pose[row][column] = at(rows, row, column);
		}
	}
	for (size_t i = 0; i < 3; i++) {
		if (!isfinite(pose[i][3]) || pose[3][i] != 0) {
			return false;
		}
		for (size_t k = 0; k < 3; k++) {
			const double product =
			        pose[0][i] * pose[0][k] + pose[1][i] * pose[1][k] + pose[2][i] * pose[2][k];
			if (!(fabs(product - (i == k ? 1 : 0)) <= FORMAT_TRANSFORMS_AXES_NEAR)) {
				return false;
			}
		}
	}
	return pose[3][3] == 1;
}

static int read_intrinsics(const struct rv_picture *picture, const struct format *format, struct sink_camera *camera,
                           struct rv_err *err)
{
	const struct rv_json rows = rv_json_get(picture->camera, "K");
	const char *const type = rv_json_string(rv_json_get(picture->camera, "type"), NULL);
	if (type && strcmp(type, "PERSP") != 0) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "format %s needs a perspective camera, not %s: --where '.camera.type == "
		               "\"PERSP\"' leaves such samples out",
		               format->name, type);
	}
	*camera = (struct sink_camera) { .fl_x = at(rows, 0, 0),
		                         .fl_y = at(rows, 1, 1),
		                         .cx = at(rows, 0, 2),
		                         .cy = at(rows, 1, 2),
		                         .width = picture->width,
		                         .height = picture->height };
	if (!(camera->fl_x > 0 && camera->fl_y > 0 && isfinite(camera->cx) && isfinite(camera->cy) &&
	      at(rows, 0, 1) == 0)) {
		return rv_fail(err, RV_E_BAD_RECORD, "format %s needs field 'camera.K': intrinsics in pixels",
		               format->name);
	}
	if (camera->width == 0) {
		return rv_fail(err, RV_E_BAD_RECORD, "format %s needs field 'resolution': width and height",
		               format->name);
	}
	return 0;
}

int sink_camera_read(struct sink_sample *sample, struct sink_picture *picture, const struct format *format,
                     struct sink_camera *camera, struct rv_err *err)
{
	const struct rv_picture *const of = picture->picture;
	const char *const image = rv_picture_file(of, RV_ROLE_IMAGE);
	const bool has_size = format_takes(FORMAT_NEEDS_COMMON, sink_extension(image)) && rv_still_is(image);
	if (read_intrinsics(of, format, camera, err) < 0) {
		return -1;
	}
	if (!read_pose(rv_json_get(of->camera, "matrix_world"), camera->pose)) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "format %s needs field 'camera.matrix_world': 4 rows of 4 numbers, axes of length 1",
		               format->name);
	}
	if (has_size && sink_picture_measure(sample, picture, err) < 0) {
		return -1;
	}
	if (has_size && (picture->width != camera->width || picture->height != camera->height)) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'resolution' says %" PRIu32 "x%" PRIu32 ", but '%s' is %" PRIu32 "x%" PRIu32,
		               camera->width, camera->height, image, picture->width, picture->height);
	}
	camera->channels = picture->channels;
	return 0;
}

bool sink_camera_same_intrinsics(const struct sink_camera *a, const struct sink_camera *b)
{
	return a->fl_x == b->fl_x && a->fl_y == b->fl_y && a->cx == b->cx && a->cy == b->cy && a->width == b->width &&
	       a->height == b->height && a->channels == b->channels;
}
