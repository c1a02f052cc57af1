/* SPDX-License-Identifier: MIT */
/* Coverage as Cryptomatte tells it. */
#include "mask/pixels/coverage.h"

void mask_coverage_share(struct rv_image *planes, size_t n_planes)
{
	const size_t n = n_planes > 1 ? (size_t)planes[0].width * planes[0].height : 0;
	for (size_t i = 0; i < n; i++) {
		float sum = 0;
		for (size_t k = 1; k < n_planes; k += 2) {
			sum += planes[k].f32[i];
		}
		for (size_t k = 1; sum > 1 + MASK_COVERAGE_ROUNDING && k < n_planes; k += 2) {
			planes[k].f32[i] /= sum;
		}
	}
}
