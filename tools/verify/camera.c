/* SPDX-License-Identifier: MIT */
/* The numbers of a camera: see camera.h. */
#include "verify/camera.h"

#include <math.h>

void verify_camera_read_matrix(struct rv_json rows, double matrix[4][4])
{
	for (size_t row = 0; row < 4; row++) {
		const struct rv_json numbers = rv_json_at(rows, row);
		for (size_t column = 0; column < 4; column++) {
			matrix[row][column] = rv_json_number(rv_json_at(numbers, column), NAN);
		}
	}
}

bool verify_camera_read(const struct rv_picture *picture, struct verify_camera *camera)
{
	const struct rv_json rows = rv_json_get(picture->camera, "K");
	*camera = (struct verify_camera) { .fl_x = rv_json_number(rv_json_at(rv_json_at(rows, 0), 0), NAN),
		                           .fl_y = rv_json_number(rv_json_at(rv_json_at(rows, 1), 1), NAN),
		                           .cx = rv_json_number(rv_json_at(rv_json_at(rows, 0), 2), NAN),
		                           .cy = rv_json_number(rv_json_at(rv_json_at(rows, 1), 2), NAN),
		                           .width = picture->width,
		                           .height = picture->height };
	verify_camera_read_matrix(rv_json_get(picture->camera, "matrix_world"), camera->matrix);
	return rv_json_type(rows) == RV_JSON_ARRAY;
}

void verify_camera_put(const struct verify_camera *camera, struct rv_str *text)
{
	rv_str_printf(text, "fl_x=%.17g fl_y=%.17g cx=%.17g cy=%.17g w=%.17g h=%.17g", camera->fl_x, camera->fl_y,
	              camera->cx, camera->cy, camera->width, camera->height);
	for (size_t i = 0; i < 16; i++) {
		/* Zero has two signs, which JSON's writers do not keep apart. */
		rv_str_printf(text, " matrix[%zu][%zu]=%.17g", i / 4, i % 4, camera->matrix[i / 4][i % 4] + 0.0);
	}
}
