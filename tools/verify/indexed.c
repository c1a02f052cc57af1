/* SPDX-License-Identifier: MIT */
/* Maps of small numbers: see indexed.h. */
#include "verify/indexed.h"

#include <string.h>

#include "png.h"

#define BYTES_MAX ((size_t)1 << 30)
#define COLOUR_TYPE_AT 25 /* bytes: after the signature and 17 bytes of the first chunk */
#define HEADER_AT 12      /* what the checksum of the first chunk is of, its type and 13 bytes, */
#define HEADER_END 29     /* and where it is over and the checksum stands */
#define CHUNK_AT 33       /* of the second chunk */
#define CHUNK_SIZE 12     /* of a chunk without its data */
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

static uint32_t crc_of(const unsigned char *bytes, size_t len)
{
	uint32_t crc = UINT32_MAX;
	for (size_t i = 0; i < len * 8; i++) {
		crc ^= i % 8 == 0 ? bytes[i / 8] : 0;
		crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
	}
	return ~crc;
}

static uint32_t u32_at(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Makes of a whole PNG with a palette the same one with its numbers as grey. */
static int make_grey(struct rv_str *file, uint8_t colours[VERIFY_INDEXED_COLOURS][3], struct rv_err *err)
{
	unsigned char *const bytes = (unsigned char *)file->ptr;
	const size_t palette_size = (size_t)VERIFY_INDEXED_COLOURS * 3, rest = CHUNK_AT + CHUNK_SIZE + palette_size;
	if (file->len < rest || bytes[COLOUR_TYPE_AT - 1] != 8 || bytes[COLOUR_TYPE_AT] != HAS_PALETTE ||
	    u32_at(bytes + CHUNK_AT) != palette_size || memcmp(bytes + CHUNK_AT + 4, "PLTE", 4) != 0) {
		return rv_fail(err, RV_E_BAD_FILE, "it is no PNG of 8 bits with a palette of %d colours",
		               VERIFY_INDEXED_COLOURS);
	}
	memcpy(colours, bytes + CHUNK_AT + 8, palette_size);
	bytes[COLOUR_TYPE_AT] = 0;
	const uint32_t crc = crc_of(bytes + HEADER_AT, HEADER_END - HEADER_AT);
	for (size_t i = 0; i < 4; i++) {
		bytes[HEADER_END + i] = (unsigned char)(crc >> (24 - 8 * i));
	}
	memmove(bytes + CHUNK_AT, bytes + rest, file->len - rest);
	file->len -= rest - CHUNK_AT;
	return 0;
}

int verify_indexed_read_any(const struct rv_source *source, struct rv_image *map,
                            uint8_t colours[VERIFY_INDEXED_COLOURS][3], struct rv_err *err)
{
	struct rv_str file = RV_STR_INIT;
	int status = rv_source_load(source, BYTES_MAX, &file, err) < 0 || make_grey(&file, colours, err) < 0 ? -1 : 0;
	if (status == 0) {
		struct rv_source grey = RV_SOURCE_INIT;
		rv_source_open_memory(&grey, source->name, file.ptr, file.len);
		status = rv_png_read_from(&grey, map, err);
		rv_source_close(&grey);
	}
	rv_str_release(&file);
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
