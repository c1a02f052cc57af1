/* SPDX-License-Identifier: MIT */
/* Coverages of Cryptomatte: see ranks.h. */
#include "verify/ranks.h"

#include <math.h>
#include <string.h>

double verify_ranks_share(const struct verify_decoded *ranks, uint32_t id, size_t pixel)
{
	double own = 0, sum = 0;
	for (size_t i = 0; i + 1 < ranks->n_planes; i += 2) {
		const double share = (double)ranks->planes[i].image.f32[pixel];
		uint32_t found;
		memcpy(&found, &ranks->planes[i + 1].image.f32[pixel], sizeof(found));
		sum += share;
		own += found == id ? share : 0;
	}
	return own / fmax(sum, 1);
}
