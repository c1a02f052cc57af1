/* SPDX-License-Identifier: MIT */
/* Maps of small numbers: see indexed.h. */
#include "verify/indexed.h"

#include <string.h>

#include "png.h"

#define COLOUR_TYPE_AT 25 /* bytes: after the signature and 17 bytes of the first chunk */
#define HAS_PALETTE 3

/* The number of a colour of VOC's palette; one that is none has a bit that no number gives. */
static bool number_of(const uint8_t colour[3], uint8_t *number)
{
	const unsigned int red = colour[0], green = colour[1], blue = colour[2];
	unsigned int value = 0;
	for (unsigned int i = 0; i < 3; i++) {
		value |= (red >> (7 - i) & 1) << 3 * i | (green >> (7 - i) & 1) << (3 * i + 1) |
		         (blue >> (7 - i) & 1) << (3 * i + 2);
	}
	*number = (uint8_t)value;
	return value < VERIFY_INDEXED_COLOURS && (red & 31) == 0 && (green & 31) == 0 && (blue & 63) == 0;
}

int verify_indexed_read(const struct rv_source *source, struct rv_image *map, struct rv_err *err)
{
	unsigned char type = 0;
	struct rv_image colours = RV_IMAGE_INIT;
	int status = rv_png_read_from(source, &colours, err);
	if (status == 0 && (rv_source_read(source, COLOUR_TYPE_AT, &type, 1, err) < 0 || type != HAS_PALETTE ||
	                    colours.channels != 3 || colours.pixel != RV_PIXEL_U8)) {
		status = rv_fail(err, RV_E_BAD_FILE, "it is no PNG with a palette of colours");
	}
	if (status == 0) {
		status = rv_image_init(map, colours.width, colours.height, 1, RV_PIXEL_U8, err);
	}
	const size_t n = (size_t)colours.width * colours.height;
	for (size_t i = 0; i < n && status == 0; i++) {
		const uint8_t *const colour = &colours.u8[3 * i];
		if (!number_of(colour, &map->u8[i])) {
			status = rv_fail(err, RV_E_BAD_FILE,
			                 "its palette is not Pascal VOC's: it has the colour %u,%u,%u", colour[0],
			                 colour[1], colour[2]);
		}
	}
	rv_image_release(&colours);
	return status;
}

void verify_indexed_boxes(const struct rv_image *map, struct verify_indexed_box boxes[VERIFY_INDEXED_COLOURS])
{
	memset(boxes, 0, VERIFY_INDEXED_COLOURS * sizeof(*boxes));
	for (uint32_t y = 0; y < map->height; y++) {
		for (uint32_t x = 0; x < map->width; x++) {
			struct verify_indexed_box *const box = &boxes[map->u8[(size_t)y * map->width + x]];
			if (box->area++ == 0) {
				*box = (struct verify_indexed_box) { x, y, x, y, 1 };
			}
			box->x0 = RV_MIN(box->x0, x);
			box->x1 = RV_MAX(box->x1, x);
			box->y1 = y;
		}
	}
}
