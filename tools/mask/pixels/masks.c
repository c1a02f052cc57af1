/* SPDX-License-Identifier: MIT */
/* Masks: which pixels are of something. */
#include "mask/pixels/masks.h"

#include <string.h>

#include "vocabulary.h"

int mask_above(const struct rv_image *plane, double threshold, struct rv_image *out, struct rv_err *err)
{
	if (rv_image_init(out, plane->width, plane->height, 1, RV_PIXEL_U16, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)plane->width * plane->height;
	const float *const restrict from = plane->f32;
	uint16_t *const restrict to = out->u16;
	for (size_t i = 0; i < n; i++) {
		to[i] = (double)from[i] > threshold ? 65535 : 0;
	}
	return 0;
}

int mask_of_label(const struct mask_label *label, const struct rv_image *map, struct rv_image *out, struct rv_err *err)
{
	if (rv_image_init(out, map->width, map->height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	const uint16_t index = (uint16_t)label->index;
	const uint32_t *const bbox = label->bbox;
	memset(out->u8, 0, (size_t)map->width * map->height);
	for (uint32_t y = bbox[1]; y < bbox[1] + bbox[3]; y++) {
		const size_t at = (size_t)y * map->width + bbox[0];
		const uint16_t *const restrict from = map->u16 + at;
		uint8_t *const restrict to = out->u8 + at;
		for (uint32_t x = 0; x < bbox[2]; x++) {
			to[x] = from[x] == index ? 255 : 0;
		}
	}
	return 0;
}

/* Of a row, by the rows above and below it, which may be itself. */
static void find_edges(const uint16_t *restrict row, const uint16_t *above, const uint16_t *below, uint32_t width,
                       uint8_t *restrict to)
{
	for (uint32_t x = 0; x < width; x++) {
		const uint16_t left = row[x > 0 ? x - 1 : x], right = row[x + 1 < width ? x + 1 : x];
		const bool differs = (row[x] != left) | (row[x] != right) | (row[x] != above[x]) | (row[x] != below[x]);
		to[x] = differs ? 255 : 0;
	}
}

int mask_of_edges(const struct rv_image *map, struct rv_image *out, struct rv_err *err)
{
	const size_t width = map->width;
	if (rv_image_init(out, map->width, map->height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	for (size_t y = 0; y < map->height; y++) {
		const uint16_t *const row = map->u16 + y * width;
		find_edges(row, y > 0 ? row - width : row, y + 1 < map->height ? row + width : row, map->width,
		           out->u8 + y * width);
	}
	return 0;
}

int mask_of_seen(const struct rv_image *depth, const struct rv_image *index, struct rv_image *out, struct rv_err *err)
{
	const struct rv_image *const plane = depth ? depth : index;
	if (rv_image_init(out, plane->width, plane->height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)plane->width * plane->height;
	const float *const restrict from = plane->f32;
	uint8_t *const restrict to = out->u8;
	for (size_t i = 0; i < n; i++) {
		to[i] = depth ? from[i] < RV_DEPTH_SEEN_MAX : from[i] > 0;
	}
	return 0;
}

int mask_of_alpha(const struct rv_image *picture, struct rv_image *out, struct rv_err *err)
{
	if (rv_image_init(out, picture->width, picture->height, 1, picture->pixel, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)picture->width * picture->height, step = picture->channels;
	if (step != 2 && step != 4) {
		memset(out->bytes, 255, rv_image_row_bytes(out) * out->height);
	} else if (picture->pixel == RV_PIXEL_U8) {
		for (size_t i = 0; i < n; i++) {
			out->u8[i] = picture->u8[i * step + step - 1];
		}
	} else {
		for (size_t i = 0; i < n; i++) {
			out->u16[i] = picture->u16[i * step + step - 1];
		}
	}
	return 0;
}
