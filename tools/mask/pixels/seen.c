/* SPDX-License-Identifier: MIT */
/* Whether a point in space is seen. */
#include "mask/pixels/seen.h"

bool mask_is_seen(const struct rv_image *depth, const struct rv_image *index, double u, double v, double depth_m,
                  uint32_t own, double below_m)
{
	const uint32_t x = (uint32_t)u, y = (uint32_t)v, width = depth->width;
	const float here = index->f32[(size_t)y * width + x];
	double farthest_m = 0;
	for (uint32_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < depth->height; j++) {
		for (uint32_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < width; i++) {
			const size_t at = (size_t)j * width + i;
			const double m = (double)depth->f32[at];
			farthest_m = index->f32[at] == here && m > farthest_m ? m : farthest_m;
		}
	}
	const double below = here == (float)own ? below_m : 0;
	return depth_m <= farthest_m * (1 + MASK_SEEN_TOLERANCE) + below;
}
