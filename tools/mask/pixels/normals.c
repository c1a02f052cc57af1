/* SPDX-License-Identifier: MIT */
/* Surface normals: length, space, picture. */
#include "mask/pixels/normals.h"

#include <math.h>

static float length(float x, float y, float z)
{
	return sqrtf(x * x + y * y + z * z);
}

void mask_normals_unit(struct rv_image normals[3])
{
	float *const restrict x = normals[0].f32, *const restrict y = normals[1].f32,
	                      *const restrict z = normals[2].f32;
	const size_t n = (size_t)normals[0].width * normals[0].height;
	for (size_t i = 0; i < n; i++) {
		const float len = length(x[i], y[i], z[i]), scale = len > 0 ? 1 / len : 0;
		x[i] *= scale;
		y[i] *= scale;
		z[i] *= scale;
	}
}

void mask_normals_pure(struct rv_image normals[3])
{
	float *const restrict x = normals[0].f32, *const restrict y = normals[1].f32,
	                      *const restrict z = normals[2].f32;
	const size_t n = (size_t)normals[0].width * normals[0].height;
	for (size_t i = 0; i < n; i++) {
		const bool is_pure =
		        length(x[i], y[i], z[i]) >= MASK_NORMAL_PURE; /* false for what is no number, too */
		x[i] = is_pure ? x[i] : 0;
		y[i] = is_pure ? y[i] : 0;
		z[i] = is_pure ? z[i] : 0;
	}
}

int mask_normals_to_camera(const struct rv_image normals[3], const double camera[3][3], struct rv_image out[3],
                           struct rv_err *err)
{
	const size_t n = (size_t)normals[0].width * normals[0].height;
	const float *const restrict x = normals[0].f32, *const restrict y = normals[1].f32,
	                            *const restrict z = normals[2].f32;
	for (size_t k = 0; k < 3; k++) { /* a rotation's inverse is its transpose */
		const float a = (float)camera[0][k], b = (float)camera[1][k], c = (float)camera[2][k];
		if (rv_image_init(&out[k], normals[0].width, normals[0].height, 1, RV_PIXEL_F32, err) < 0) {
			return -1;
		}
		float *const restrict to = out[k].f32;
		for (size_t i = 0; i < n; i++) {
			to[i] = a * x[i] + b * y[i] + c * z[i];
		}
	}
	return 0;
}

static uint8_t colour_of(float component)
{
	const float value = (component + 1) * 127.5f + 0.5f;
	return (uint8_t)RV_MIN(RV_MAX(value, 0.0f), 255.0f);
}

int mask_normals_preview(const struct rv_image normals[3], struct rv_image *out, struct rv_err *err)
{
	const size_t n = (size_t)normals[0].width * normals[0].height;
	const float *const restrict x = normals[0].f32, *const restrict y = normals[1].f32,
	                            *const restrict z = normals[2].f32;
	if (rv_image_init(out, normals[0].width, normals[0].height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	uint8_t *const restrict to = out->u8;
	for (size_t i = 0; i < n; i++) {
		const float len = length(x[i], y[i], z[i]), scale = len > 0 ? 1 / len : 0;
		to[3 * i] = len > 0 ? colour_of(x[i] * scale) : 0;
		to[3 * i + 1] = len > 0 ? colour_of(y[i] * scale) : 0;
		to[3 * i + 2] = len > 0 ? colour_of(z[i] * scale) : 0;
	}
	return 0;
}
