/* SPDX-License-Identifier: MIT */
/* Depth as others have it. */
#include "mask/pixels/metres.h"

#include <math.h>

#include "vocabulary.h"

static bool is_seen(float depth_m)
{
	return fabsf(depth_m) < RV_DEPTH_SEEN_MAX; /* false for what is not a number, too */
}

int mask_metres_scaled(const struct rv_image *depth, double per_metre, struct rv_image *out, size_t *n_lost,
                       struct rv_err *err)
{
	*n_lost = 0;
	if (rv_image_init(out, depth->width, depth->height, 1, RV_PIXEL_U16, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)depth->width * depth->height;
	for (size_t i = 0; i < n; i++) {
		const bool seen = is_seen(depth->f32[i]);
		const double value = seen ? (double)depth->f32[i] * per_metre + 0.5 : 0;
		const bool fits = value >= 1 && value < 65536;
		out->u16[i] = fits ? (uint16_t)value : 0;
		*n_lost += seen && !fits;
	}
	return 0;
}

int mask_metres_float(const struct rv_image *depth, struct rv_image *out, struct rv_err *err)
{
	if (rv_image_init(out, depth->width, depth->height, 1, RV_PIXEL_F32, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)depth->width * depth->height;
	for (size_t i = 0; i < n; i++) {
		out->f32[i] = is_seen(depth->f32[i]) ? depth->f32[i] : 0;
	}
	return 0;
}

/* How long a ray is whose end is 1 away from the camera's plane. */
static double length_of(const struct rv_camera *camera, uint32_t x, uint32_t y)
{
	const double right = (x + 0.5 - camera->cx) / camera->fx, down = (y + 0.5 - camera->cy) / camera->fy;
	return sqrt(1 + right * right + down * down);
}

int mask_metres_along(const struct rv_image *depth, const struct rv_camera *camera, struct rv_image *out,
                      struct rv_err *err)
{
	if (rv_image_init(out, depth->width, depth->height, 1, RV_PIXEL_F32, err) < 0) {
		return -1;
	}
	for (uint32_t y = 0; y < depth->height; y++) {
		for (uint32_t x = 0; x < depth->width; x++) {
			const size_t i = (size_t)y * depth->width + x;
			const double length = camera->is_parallel ? 1 : length_of(camera, x, y);
			out->f32[i] = is_seen(depth->f32[i]) ? (float)((double)depth->f32[i] * length) : depth->f32[i];
		}
	}
	return 0;
}
