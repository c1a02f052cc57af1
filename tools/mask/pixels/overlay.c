/* SPDX-License-Identifier: MIT */
/* Masks drawn over a picture. */
#include "mask/pixels/overlay.h"

#include <math.h>
#include <string.h>

#define GROUND 26
#define FILL 115 /* of 255: 45 % */
#define LINE_PX 1.5f
#define HALO_PX 0.75f
#define HALO 0.7f /* its opacity */
#define FAR_PX 1e9f

static uint8_t mix(uint8_t below, uint8_t above, float opacity)
{
	return (uint8_t)((float)below + ((float)above - (float)below) * opacity + 0.5f);
}

int mask_overlay_ground(const struct rv_image *picture, struct rv_image *out, struct rv_err *err)
{
	const size_t n = (size_t)picture->width * picture->height, step = picture->channels;
	const bool has_alpha = step == 2 || step == 4, is_grey = step < 3;
	if (rv_image_init(out, picture->width, picture->height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		uint8_t values[4];
		for (size_t k = 0; k < step; k++) {
			values[k] = picture->pixel == RV_PIXEL_U8 ? picture->u8[i * step + k]
			                                          : (uint8_t)(picture->u16[i * step + k] >> 8);
		}
		const float opacity = has_alpha ? (float)values[step - 1] / 255 : 1;
		for (size_t k = 0; k < 3; k++) {
			out->u8[3 * i + k] = mix(GROUND, values[is_grey ? 0 : k], opacity);
		}
	}
	return 0;
}

static void put(uint8_t *pixel, uint32_t colour, float opacity)
{
	pixel[0] = mix(pixel[0], (uint8_t)colour, opacity);
	pixel[1] = mix(pixel[1], (uint8_t)(colour >> 8), opacity);
	pixel[2] = mix(pixel[2], (uint8_t)(colour >> 16), opacity);
}

void mask_overlay_fill(const struct rv_image *map, const uint32_t table[MASK_TAKE_LEN], struct rv_image *picture)
{
	const size_t n = (size_t)map->width * map->height;
	for (size_t i = 0; i < n; i++) {
		const uint32_t entry = table[map->u16[i]];
		if (entry & MASK_OVERLAY_FILLED) {
			put(picture->u8 + 3 * i, entry, FILL / 255.0f);
		}
	}
}

/* ---- outlines -------------------------------------------------------------------------------------------------- */

struct search {
	const struct rv_image *map;
	const uint32_t *table;
	struct rv_image *distance;
	int64_t radius; /* pixels: farther away nothing is drawn */
};

static bool is_outlined(const struct search *search, uint16_t index)
{
	return search->table[index] & MASK_OVERLAY_OUTLINED;
}

/* Notes for the pixels around one at a border how far they are from it. */
static void spread(const struct search *search, int64_t x, int64_t y)
{
	const int64_t width = search->map->width, height = search->map->height, radius = search->radius;
	const uint16_t index = search->map->u16[y * width + x];
	for (int64_t v = RV_MAX(y - radius, 0); v <= RV_MIN(y + radius, height - 1); v++) {
		for (int64_t u = RV_MAX(x - radius, 0); u <= RV_MIN(x + radius, width - 1); u++) {
			const size_t at = (size_t)(v * width + u);
			const uint16_t other = search->map->u16[at];
			if (other != index && (is_outlined(search, index) || is_outlined(search, other))) {
				const float far_px = sqrtf((float)((u - x) * (u - x) + (v - y) * (v - y))) - 0.5f;
				search->distance->f32[at] = RV_MIN(search->distance->f32[at], far_px);
			}
		}
	}
}

static bool is_at_border(const struct rv_image *map, uint32_t x, uint32_t y)
{
	const size_t at = (size_t)y * map->width + x;
	const uint16_t index = map->u16[at];
	return (x > 0 && map->u16[at - 1] != index) || (x + 1 < map->width && map->u16[at + 1] != index) ||
	       (y > 0 && map->u16[at - map->width] != index) ||
	       (y + 1 < map->height && map->u16[at + map->width] != index);
}

/* How much of a pixel, whose centre is so far from the border, lies within `width_px` of it. */
static float covered(float far_px, float width_px)
{
	return RV_MIN(RV_MAX(width_px + 0.5f - far_px, 0.0f), 1.0f);
}

int mask_overlay_outline(const struct rv_image *map, const uint32_t table[MASK_TAKE_LEN], double scale,
                         struct rv_image *distance, struct rv_image *picture, struct rv_err *err)
{
	const float line_px = LINE_PX * (float)scale, halo_px = HALO_PX * (float)scale;
	const struct search search = {
		.map = map, .table = table, .distance = distance, .radius = (int64_t)(line_px + halo_px) + 2
	};
	const size_t n = (size_t)map->width * map->height;
	if (rv_image_init(distance, map->width, map->height, 1, RV_PIXEL_F32, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		distance->f32[i] = FAR_PX;
	}
	for (uint32_t y = 0; y < map->height; y++) {
		for (uint32_t x = 0; x < map->width; x++) {
			if (is_at_border(map, x, y)) {
				spread(&search, x, y);
			}
		}
	}
	for (size_t i = 0; i < n; i++) {
		const uint32_t entry = table[map->u16[i]];
		const float far_px = distance->f32[i];
		const float line = entry & MASK_OVERLAY_OUTLINED ? covered(far_px, line_px) : 0;
		const float both = covered(far_px, entry & MASK_OVERLAY_OUTLINED ? line_px + halo_px : halo_px);
		if (both > 0) {
			put(picture->u8 + 3 * i, 0, (both - line) * HALO);
			put(picture->u8 + 3 * i, entry, line);
		}
	}
	return 0;
}
