/* SPDX-License-Identifier: MIT */
/* Disparity of a rectified stereo pair. */
#include "mask/pixels/disparity.h"

#include "mask/pixels/motion.h"
#include "mask/pixels/seen.h"
#include "vocabulary.h"

int mask_disparity(const struct rv_image *depth, double fx_baseline, struct rv_image *out, struct rv_err *err)
{
	if (rv_image_init(out, depth->width, depth->height, 1, RV_PIXEL_F32, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < (size_t)depth->width * depth->height; i++) {
		const float z = depth->f32[i];
		out->f32[i] = z > 0 && z < RV_DEPTH_SEEN_MAX ? (float)(fx_baseline / (double)z) : 0;
	}
	return 0;
}

int mask_disparity_occlusion(const struct mask_eye *here, const struct mask_eye *other,
                             const struct rv_image *disparity, bool is_left, struct rv_image *out, struct rv_err *err)
{
	const uint32_t width = disparity->width, height = disparity->height;
	if (mask_unknown_occlusion(width, height, out, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < (size_t)width * height; i++) {
		const double aside = (double)disparity->f32[i];
		if (aside > 0) {
			const double x = (double)(i % width) + 0.5 + (is_left ? -aside : aside);
			const bool is_seen =
			        x >= 0 && x < width &&
			        mask_is_seen(other->depth, other->index, x, (double)(i / width) + 0.5,
			                     (double)here->depth->f32[i], (uint32_t)here->index->f32[i], 0);
			out->u8[i] = is_seen ? MASK_SEEN : MASK_HIDDEN;
		}
	}
	return 0;
}
