/* SPDX-License-Identifier: MIT */
/* Small masks as they look. */
#include "drawn.h"

#include <string.h>

void drawn_mask(struct rv_rle *rle, const char *const *rows)
{
	uint8_t mask[256];
	uint32_t width = (uint32_t)strlen(rows[0]), height = 0;
	for (; rows[height]; height++) {
		for (uint32_t x = 0; x < width; x++) {
			mask[height * width + x] = rows[height][x] == '#';
		}
	}
	rv_rle_from_mask(rle, mask, width, height);
}
