/* SPDX-License-Identifier: MIT */
/* Normals: at most 1 long, the same in both spaces, and black in their preview exactly where there are none. */
#include <math.h>

#include "verify/picture.h"

#define LENGTH_MAX 1.001f /* of a normal: averaged over a pixel it may be shorter than 1 */
#define NEAR 1e-4f        /* that two spaces may differ in a component */

static float length_at(const struct verify_decoded *normals, size_t i)
{
	const float x = normals->planes[0].image.f32[i], y = normals->planes[1].image.f32[i],
	            z = normals->planes[2].image.f32[i];
	return sqrtf(x * x + y * y + z * z);
}

static void check_lengths(struct verify_picture *picture, const struct verify_file *file)
{
	const size_t n = verify_picture_pixels(picture);
	for (size_t i = 0; i < n; i++) {
		const float length = length_at(&file->decoded, i);
		if (length > LENGTH_MAX) {
			verify_picture_blame(picture, VERIFY_NORMAL_LENGTH, file->name.ptr, i, (double)length,
			                     "but a normal is at most 1 long");
			return;
		}
	}
}

/* The camera's axes are the columns of its matrix: their products with the world's normal are the camera's. */
static void check_spaces(struct verify_picture *picture, const struct verify_file *file)
{
	const struct verify_decoded *const world = verify_picture_partner(picture, RV_ROLE_NORMAL);
	const struct rv_json matrix = rv_json_get(picture->picture->camera, "matrix_world");
	const size_t n = world ? verify_picture_pixels(picture) : 0;
	float axes[3][3];
	for (size_t row = 0; row < 3; row++) {
		for (size_t k = 0; k < 3; k++) {
			axes[k][row] = (float)rv_json_number(rv_json_at(rv_json_at(matrix, row), k), 0);
		}
	}
	for (size_t i = 0; i < n * 3; i++) {
		const float *const axis = axes[i % 3];
		float wanted = 0;
		for (size_t k = 0; k < 3; k++) {
			wanted += axis[k] * world->planes[k].image.f32[i / 3];
		}
		const float got = file->decoded.planes[i % 3].image.f32[i / 3];
		if (!(fabsf(got - wanted) <= NEAR)) {
			verify_picture_blame(picture, VERIFY_NORMAL_CAMERA, file->name.ptr, i / 3, (double)got,
			                     "but the normal in world space is another");
			return;
		}
	}
}

static void check_preview(struct verify_picture *picture, const struct verify_file *file)
{
	const struct verify_decoded *const normals = verify_picture_partner(picture, RV_ROLE_NORMAL);
	const uint8_t *rgb = file->decoded.image.u8;
	const size_t n = normals ? verify_picture_pixels(picture) : 0;
	for (size_t i = 0; i < n; i++, rgb += 3) {
		const bool is_black = rgb[0] == 0 && rgb[1] == 0 && rgb[2] == 0;
		if (is_black != !(length_at(normals, i) > 0)) {
			verify_picture_blame(picture, VERIFY_NORMAL_PREVIEW, file->name.ptr, i, rgb[0],
			                     "but it is black exactly where there is nothing");
			return;
		}
	}
}

static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	const struct rv_role *const row = file->file->row;
	if (row == &rv_roles[RV_ROLE_NORMAL_PREVIEW]) {
		check_preview(picture, file);
		return;
	}
	check_lengths(picture, file);
	if (row == &rv_roles[RV_ROLE_NORMAL_CAMERA]) {
		check_spaces(picture, file);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_NORMAL, RV_ROLE_NORMAL_CAMERA, RV_ROLE_NORMAL_PREVIEW, RV_ROLES };

const struct verify_label verify_picture_normals = { .roles = roles, .file = check_file };
