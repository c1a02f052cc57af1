/* SPDX-License-Identifier: MIT */
/* Whether a point in space is seen. */
#include "mask/pixels/seen.h"

bool mask_is_seen(const struct rv_image *depth, const struct rv_image *index, double u, double v, double depth_m,
                  uint32_t own, double below_m)
{
	const uint32_t x = (uint32_t)u, y = (uint32_t)v, width = depth->width;
	const size_t centre = (size_t)y * width + x;
	const float here = index->f32[centre];
	const double below = here == (float)own ? below_m : 0;
	if (depth_m <= below || depth_m <= (double)depth->f32[centre] * (1 + MASK_SEEN_TOLERANCE) + below) {
		return true;
	}
	for (uint32_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < depth->height; j++) {
		for (uint32_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < width; i++) {
			const size_t at = (size_t)j * width + i;
			if (index->f32[at] == here &&
			    depth_m <= (double)depth->f32[at] * (1 + MASK_SEEN_TOLERANCE) + below) {
				return true;
			}
		}
	}
	return false;
}
