/* SPDX-License-Identifier: MIT */
/* Maps of small numbers as PNG files with a palette. */
#include "sink/indexed.h"

#include <inttypes.h>
#include <string.h>

#include "png.h"

void sink_indexed_colour(uint8_t number, uint8_t colour[3])
{
	colour[0] = colour[1] = colour[2] = 0;
	for (unsigned int bit = 0; bit < 8; bit++) {
		colour[bit % 3] |= (uint8_t)((number >> bit & 1u) << (7 - bit / 3));
	}
}

static int fill(uint16_t *value, uint16_t number, const struct rv_annotation *annotation, struct rv_err *err)
{
	if (*value != 0 && *value != number && number != 0) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "annotation of index %" PRIu32 ": its rle overlaps that of another", annotation->index);
	}
	*value = number != 0 ? number : *value;
	return 0;
}

/* To a map of U8, or of U16, where it must not overlap what is there. */
static int draw(struct sink_sample *sample, const struct sink_label *label, uint16_t number, struct rv_image *map,
                struct rv_err *err)
{
	const struct rv_annotation *const annotation = label->annotation;
	struct rv_rle *const rle = &sample->rle;
	if (rv_rle_decompress(rle, map->width, map->height, annotation->counts, annotation->counts_len, err) < 0) {
		return -1;
	}
	size_t pixel = 0;
	for (size_t i = 0; i < rle->len; i++) {
		const size_t end = pixel + rle->counts[i];
		for (; pixel < end && i % 2 == 1; pixel++) {
			const size_t at = pixel % map->height * map->width + pixel / map->height;
			if (map->pixel == RV_PIXEL_U8) {
				map->u8[at] = (uint8_t)number;
			} else if (fill(&map->u16[at], number, annotation, err) < 0) {
				return -1;
			}
		}
		pixel = end;
	}
	return 0;
}

static int make_map(struct sink_sample *sample, const struct sink_picture *picture, const uint8_t *numbers,
                    struct rv_image *map, struct rv_err *err)
{
	int status = rv_image_init(map, picture->width, picture->height, 1, RV_PIXEL_U8, err);
	if (status == 0) {
		memset(map->u8, 0, (size_t)map->width * map->height);
	}
	for (size_t i = 0; i < picture->n_labels && status == 0; i++) {
		status = draw(sample, &picture->labels[i], numbers[i], map, err);
	}
	return status;
}

int sink_indexed_png(struct sink_sample *sample, const struct sink_picture *picture, const uint8_t *numbers,
                     struct rv_str *png, struct rv_err *err)
{
	struct rv_image map = RV_IMAGE_INIT;
	uint8_t palette[SINK_INDEXED_COLOURS][3];
	for (unsigned int i = 0; i < SINK_INDEXED_COLOURS; i++) {
		sink_indexed_colour((uint8_t)i, palette[i]);
	}
	rv_str_clear(png);
	const int status = make_map(sample, picture, numbers, &map, err) < 0
	                           ? -1
	                           : rv_png_encode_palette(&map, (const uint8_t(*)[3])palette, png, err);
	rv_image_release(&map);
	return status;
}

int sink_indexed_grey_png(struct sink_sample *sample, const struct sink_picture *picture, const uint8_t *numbers,
                          struct rv_str *png, struct rv_err *err)
{
	struct rv_image map = RV_IMAGE_INIT;
	rv_str_clear(png);
	const int status = make_map(sample, picture, numbers, &map, err) < 0 ? -1 : rv_png_encode(&map, png, err);
	rv_image_release(&map);
	return status;
}

int sink_indexed_map16(struct sink_sample *sample, const struct sink_picture *picture, const uint16_t *numbers,
                       struct rv_image *map, struct rv_err *err)
{
	if (rv_image_init(map, picture->width, picture->height, 1, RV_PIXEL_U16, err) < 0) {
		return -1;
	}
	memset(map->u16, 0, rv_image_row_bytes(map) * map->height);
	for (size_t i = 0; i < picture->n_labels; i++) {
		if (draw(sample, &picture->labels[i], numbers[i], map, err) < 0) {
			return -1;
		}
	}
	return 0;
}
