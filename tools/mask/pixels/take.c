/* SPDX-License-Identifier: MIT */
/* Maps of numbers turned into others. */
#include "mask/pixels/take.h"

#include <string.h>

int mask_take_bytes(const struct rv_image *map, const uint8_t table[MASK_TAKE_LEN], struct rv_image *out,
                    struct rv_err *err)
{
	if (rv_image_init(out, map->width, map->height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)map->width * map->height;
	const uint16_t *const restrict from = map->u16;
	uint8_t *const restrict to = out->u8;
	for (size_t i = 0; i < n; i++) {
		to[i] = table[from[i]];
	}
	return 0;
}

int mask_take_colours(const struct rv_image *map, const uint32_t table[MASK_TAKE_LEN], struct rv_image *out,
                      struct rv_err *err)
{
	if (rv_image_init(out, map->width, map->height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)map->width * map->height;
	const uint16_t *const restrict from = map->u16;
	uint8_t *restrict to = out->u8;
	for (size_t i = 0; i < n; i++, to += 3) {
		const uint32_t colour = table[from[i]];
		to[0] = (uint8_t)colour;
		to[1] = (uint8_t)(colour >> 8);
		to[2] = (uint8_t)(colour >> 16);
	}
	return 0;
}

uint32_t mask_take_entry(const uint8_t rgb[3])
{
	return rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16;
}
