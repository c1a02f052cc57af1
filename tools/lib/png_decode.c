/* SPDX-License-Identifier: MIT */
/* From the contents of a PNG file to pixels. */
#include "png_decode.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define DEFLATE_RATIO_MAX 1032 /* no deflate stream grows more than this */

enum { FILTER_NONE, FILTER_SUB, FILTER_UP, FILTER_AVERAGE, FILTER_PAETH };

/* ---- rows ------------------------------------------------------------------------------------------------------ */

static inline unsigned char paeth(int a, int b, int c)
{
	const int pa = abs(b - c), pb = abs(a - c), pc = abs(a + b - 2 * c);
	return (unsigned char)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

/* With all but the bytes known at compile time. `bpp`: bytes from a pixel to the next, at least 1. */
static inline __attribute__((always_inline)) void undo(int filter, unsigned char *row, const unsigned char *above,
                                                       size_t len, size_t bpp)
{
	for (size_t i = 0; i < bpp && i < len; i++) { /* nothing to the left */
		const int up = above[i];
		row[i] += (unsigned char)(filter == FILTER_SUB ? 0 : filter == FILTER_AVERAGE ? up / 2 : up);
	}
	for (size_t i = bpp; i < len; i++) {
		const int left = row[i - bpp], up = above[i];
		switch (filter) {
		case FILTER_SUB:
			row[i] += (unsigned char)left;
			break;
		case FILTER_UP:
			row[i] += (unsigned char)up;
			break;
		case FILTER_AVERAGE:
			row[i] += (unsigned char)((left + up) / 2);
			break;
		default:
			row[i] += paeth(left, up, above[i - bpp]);
			break;
		}
	}
}

static bool unfilter(int filter, unsigned char *row, const unsigned char *above, size_t len, size_t bpp)
{
#define BY_BPP(f) \
	do { \
		switch (bpp) { \
		case 1: \
			undo(f, row, above, len, 1); \
			break; \
		case 2: \
			undo(f, row, above, len, 2); \
			break; \
		case 3: \
			undo(f, row, above, len, 3); \
			break; \
		case 4: \
			undo(f, row, above, len, 4); \
			break; \
		case 6: \
			undo(f, row, above, len, 6); \
			break; \
		default: \
			undo(f, row, above, len, 8); \
			break; \
		} \
	} while (0)
	switch (filter) {
	case FILTER_NONE:
		return true;
	case FILTER_SUB:
		BY_BPP(FILTER_SUB);
		return true;
	case FILTER_UP:
		undo(FILTER_UP, row, above, len, 1);
		return true;
	case FILTER_AVERAGE:
		BY_BPP(FILTER_AVERAGE);
		return true;
	case FILTER_PAETH:
		BY_BPP(FILTER_PAETH);
		return true;
	default:
		return false;
	}
#undef BY_BPP
}

/* ---- decoding -------------------------------------------------------------------------------------------------- */

/* One pass of an image: every dx-th pixel from x0, every dy-th row from y0. */
struct pass {
	unsigned char x0, y0, dx, dy;
};
static const struct pass whole = { 0, 0, 1, 1 };
static const struct pass adam7[] = { { 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 }, { 2, 0, 4, 4 },
	                             { 0, 2, 2, 4 }, { 1, 0, 2, 2 }, { 0, 1, 1, 2 } };

static void pass_size(const struct rv_png_header *h, const struct pass *pass, uint32_t *width, uint32_t *height)
{
	*width = h->width > pass->x0 ? (h->width - pass->x0 + pass->dx - 1) / pass->dx : 0;
	*height = h->height > pass->y0 ? (h->height - pass->y0 + pass->dy - 1) / pass->dy : 0;
}

static size_t packed_row_bytes(const struct rv_png_header *h, uint32_t width)
{
	return ((size_t)width * h->channels * h->depth + 7) / 8;
}

/* The value of sample i of a row as it is stored. */
static unsigned int sample(const struct rv_png_header *h, const unsigned char *row, size_t i)
{
	if (h->depth == 16) {
		return (unsigned int)row[2 * i] << 8 | row[2 * i + 1];
	}
	if (h->depth == 8) {
		return row[i];
	}
	const size_t bit = i * h->depth;
	return (unsigned int)row[bit / 8] >> (8 - h->depth - bit % 8) & ((1u << h->depth) - 1);
}

static void put_sample(struct rv_image *image, size_t at, unsigned int value)
{
	if (image->pixel == RV_PIXEL_U16) {
		image->u16[at] = (uint16_t)value;
	} else {
		image->u8[at] = (uint8_t)value;
	}
}

/* Any pixel format to the image's, which has alpha where the file has transparency. */
static int expand_pixel(const struct rv_png_contents *c, const unsigned char *row, size_t x, struct rv_image *image,
                        size_t at, struct rv_err *err)
{
	const struct rv_png_header *h = &c->header;
	if (h->colour == RV_PNG_PALETTE) {
		const unsigned int index = sample(h, row, x);
		if (index >= c->palette.len / 3) {
			return rv_fail(err, RV_E_BAD_FILE, "palette index %u of %zu", index, c->palette.len / 3);
		}
		for (unsigned int i = 0; i < 3; i++) {
			image->u8[at + i] = c->palette.data[3 * index + i];
		}
		if (image->channels == 4) {
			image->u8[at + 3] = index < c->transparency.len ? c->transparency.data[index] : 255;
		}
		return 0;
	}
	const unsigned int scale = h->depth < 8 ? 255 / ((1u << h->depth) - 1) : 1;
	bool is_key = c->transparency.data != NULL;
	for (unsigned int i = 0; i < h->channels; i++) {
		const unsigned int value = sample(h, row, x * h->channels + i);
		put_sample(image, at + i, value * scale);
		if (is_key) {
			const unsigned char *key = c->transparency.data + (size_t)2 * i;
			is_key = value == ((unsigned int)key[0] << 8 | key[1]);
		}
	}
	if (c->transparency.data) {
		put_sample(image, at + h->channels, is_key ? 0 : h->depth == 16 ? 65535 : 255);
	}
	return 0;
}

static int expand_row(const struct rv_png_contents *c, const unsigned char *row, uint32_t width,
                      const struct pass *pass, uint32_t y, struct rv_image *image, struct rv_err *err)
{
	const struct rv_png_header *h = &c->header;
	const size_t to = (size_t)y * image->width * image->channels;
	if (pass == &whole && h->colour != RV_PNG_PALETTE && !c->transparency.data && h->depth >= 8) {
		const size_t n = (size_t)width * h->channels;
		if (h->depth == 8) {
			memcpy(image->u8 + to, row, n);
			return 0;
		}
		for (size_t i = 0; i < n; i++) {
			image->u16[to + i] = (uint16_t)(row[2 * i] << 8 | row[2 * i + 1]);
		}
		return 0;
	}
	for (uint32_t i = 0; i < width; i++) {
		const size_t x = pass->x0 + (size_t)i * pass->dx;
		if (expand_pixel(c, row, i, image, to + x * image->channels, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int decode_pass(const struct rv_png_contents *c, const struct pass *pass, unsigned char **raw,
                       const unsigned char *zeros, struct rv_image *image, struct rv_err *err)
{
	const struct rv_png_header *h = &c->header;
	uint32_t width, height;
	pass_size(h, pass, &width, &height);
	if (width == 0) {
		return 0;
	}
	const size_t len = packed_row_bytes(h, width);
	const size_t bpp = RV_MAX(h->channels * h->depth / 8, 1u);
	const unsigned char *above = zeros;
	for (uint32_t i = 0; i < height; i++) {
		unsigned char *const row = *raw + 1;
		const uint32_t y = pass->y0 + i * pass->dy;
		if (!unfilter((*raw)[0], row, above, len, bpp)) {
			return rv_fail(err, RV_E_BAD_FILE, "unknown filter %u in row %u", (*raw)[0], y);
		}
		if (expand_row(c, row, width, pass, y, image, err) < 0) {
			return -1;
		}
		above = row;
		*raw += 1 + len;
	}
	return 0;
}

/* Inflates all passes into one new block; its size must be exactly what the header asks for. */
static unsigned char *inflate_pixels(const struct rv_png_contents *c, const struct pass *passes, size_t n_passes,
                                     struct rv_err *err)
{
	size_t size = 0;
	for (size_t i = 0; i < n_passes; i++) {
		uint32_t width, height;
		pass_size(&c->header, &passes[i], &width, &height);
		size += width ? height * (1 + packed_row_bytes(&c->header, width)) : 0; /* at most 2^16 * (1 + 2^19) */
	}
	if (size > RV_IMAGE_BYTES_MAX) {
		rv_fail(err, RV_E_LIMIT, "%u x %u pixels take %zu bytes: at most %zu", c->header.width,
		        c->header.height, size, RV_IMAGE_BYTES_MAX);
		return NULL;
	}
	if (size / DEFLATE_RATIO_MAX > c->pixels.len) { /* before memory is taken for it */
		rv_fail(err, RV_E_BAD_FILE, "%zu bytes of pixel data cannot hold %u x %u pixels", c->pixels.len,
		        c->header.width, c->header.height);
		return NULL;
	}
	unsigned char *raw = rv_alloc(size);
	struct libdeflate_decompressor *inflate = libdeflate_alloc_decompressor();
	size_t used = 0;
	const enum libdeflate_result result =
	        inflate ? libdeflate_zlib_decompress_ex(inflate, c->pixels.ptr, c->pixels.len, raw, size, &used, NULL)
	                : LIBDEFLATE_BAD_DATA;
	libdeflate_free_decompressor(inflate);
	if (result != LIBDEFLATE_SUCCESS || used != c->pixels.len) {
		rv_fail(err, RV_E_BAD_FILE, "pixel data is damaged");
		free(raw);
		return NULL;
	}
	return raw;
}

int rv_png_decode(const struct rv_png_contents *c, struct rv_image *image, struct rv_err *err)
{
	const struct rv_png_header *h = &c->header;
	const bool adds_alpha = c->transparency.data != NULL;
	const uint32_t channels = (h->colour == RV_PNG_PALETTE ? 3 : h->channels) + adds_alpha;
	const struct pass *const passes = h->interlaced ? adam7 : &whole;
	const size_t n_passes = h->interlaced ? RV_COUNTOF(adam7) : 1;
	unsigned char *const raw = inflate_pixels(c, passes, n_passes, err);
	if (!raw) {
		return -1;
	}
	unsigned char *const zeros = rv_alloc_zero(packed_row_bytes(h, h->width), 1);
	int status =
	        rv_image_init(image, h->width, h->height, channels, h->depth == 16 ? RV_PIXEL_U16 : RV_PIXEL_U8, err);
	unsigned char *at = raw;
	for (size_t i = 0; status == 0 && i < n_passes; i++) {
		status = decode_pass(c, &passes[i], &at, zeros, image, err);
	}
	free(zeros);
	free(raw);
	return status;
}
