/* SPDX-License-Identifier: MIT */
/* Pictures of labels for people. */
#include "mask/pixels/preview.h"

#include <math.h>

#include "vocabulary.h"

#define FARTHEST 65534.0f /* grey of the farthest thing */

static bool is_background(float depth_m)
{
	return !(fabsf(depth_m) < RV_DEPTH_SEEN_MAX); /* true for what is not a number, too */
}

int mask_preview_depth(const struct rv_image *depth, struct rv_image *out, struct rv_err *err)
{
	if (rv_image_init(out, depth->width, depth->height, 1, RV_PIXEL_U16, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)depth->width * depth->height;
	float near_m = RV_DEPTH_SEEN_MAX, far_m = -RV_DEPTH_SEEN_MAX;
	for (size_t i = 0; i < n; i++) {
		const float value = depth->f32[i];
		if (!is_background(value)) {
			near_m = value < near_m ? value : near_m;
			far_m = value > far_m ? value : far_m;
		}
	}
	const float range_m = far_m - near_m;
	const float scale = range_m > 0 ? FARTHEST / range_m : 0;
	uint16_t *const restrict to = out->u16;
	for (size_t i = 0; i < n; i++) {
		const float value = depth->f32[i];
		const float grey = (value - near_m) * scale + 0.5f;
		to[i] = is_background(value) ? UINT16_MAX : (uint16_t)(grey > FARTHEST ? FARTHEST : grey);
	}
	return 0;
}
