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

/* Whichever of left, up and their corner is the nearest to left + up - corner: the larger or the smaller of the first
 * two where the corner lies beyond the other by enough. Without branches, which noise would have taken wrong half of
 * the time. */
static inline unsigned char paeth(int left, int up, int corner)
{
	const int limit = 3 * corner - (left + up), low = RV_MIN(left, up), high = RV_MAX(left, up);
	const int low_or_corner = high <= limit ? low : corner;
	return (unsigned char)(limit <= low ? high : low_or_corner);
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

static bool is_foreign(const struct rv_png_contents *c)
{
	const struct rv_png_header *const h = &c->header;
	return h->interlaced || h->depth < 8 || h->colour == RV_PNG_PALETTE || c->is_keyed;
}

static size_t packed_row_bytes(const struct rv_png_header *h)
{
	return ((size_t)h->width * h->channels * h->depth + 7) / 8;
}

static int fail_filter(int filter, uint32_t y, struct rv_err *err)
{
	return rv_fail(err, RV_E_BAD_FILE, "unknown filter %d in row %u", filter, y);
}

/* Undoes the filters of all rows, in place, and puts the pixels into the image. */
static int unpack(const struct rv_png_header *h, unsigned char *raw, struct rv_image *image, struct rv_err *err)
{
	const size_t len = packed_row_bytes(h), bpp = h->channels * h->depth / 8;
	unsigned char *const zeros = rv_alloc_zero(len, 1);
	const unsigned char *above = zeros;
	int status = 0;
	for (uint32_t y = 0; status == 0 && y < h->height; y++) {
		const int filter = *raw++;
		if (!unfilter(filter, raw, above, len, bpp)) {
			status = fail_filter(filter, y, err);
		} else if (h->depth == 8) {
			memcpy(image->u8 + y * len, raw, len);
		} else {
			for (size_t i = 0; i < len / 2; i++) {
				image->u16[y * (len / 2) + i] = (uint16_t)(raw[2 * i] << 8 | raw[2 * i + 1]);
			}
		}
		above = raw;
		raw += len;
	}
	free(zeros);
	return status;
}

/* All rows with their filters. Their size must be exactly what the header asks for. Caller frees. */
static unsigned char *inflate_rows(const struct rv_png_contents *c, struct rv_err *err)
{
	const struct rv_png_header *const h = &c->header;
	const size_t size = h->height * (1 + packed_row_bytes(h));
	size_t used = 0;
	struct libdeflate_decompressor *const inflate = libdeflate_alloc_decompressor();
	unsigned char *raw = inflate ? malloc(size) : NULL;
	if (!raw) {
		rv_fail(err, RV_E_MEMORY, "no memory to inflate %u x %u pixels, %zu bytes", h->width, h->height, size);
	} else if (libdeflate_zlib_decompress_ex(inflate, c->pixels, c->pixels_len, raw, size, &used, NULL) !=
	                   LIBDEFLATE_SUCCESS ||
	           used != c->pixels_len) {
		rv_fail(err, RV_E_BAD_FILE, "pixel data is damaged");
		free(raw);
		raw = NULL;
	}
	libdeflate_free_decompressor(inflate);
	return raw;
}

/* Before memory is taken for it. */
static int check_size(const struct rv_png_contents *c, struct rv_err *err)
{
	const struct rv_png_header *const h = &c->header;
	const size_t row = packed_row_bytes(h), size = h->height * (1 + row); /* at most 2^16 * (1 + 2^19) */
	if (size > RV_IMAGE_BYTES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "%u x %u pixels take %zu bytes: at most %zu", h->width, h->height, size,
		               RV_IMAGE_BYTES_MAX);
	}
	if (h->height * row / DEFLATE_RATIO_MAX > c->pixels_len) {
		return rv_fail(err, RV_E_BAD_FILE, "%zu bytes of pixel data cannot hold %u x %u pixels", c->pixels_len,
		               h->width, h->height);
	}
	return 0;
}

static enum rv_pixel pixel_of(const struct rv_png_header *h)
{
	return h->depth == 16 ? RV_PIXEL_U16 : RV_PIXEL_U8;
}

int rv_png_decode(const struct rv_png_contents *c, struct rv_image *image, struct rv_err *err)
{
	const struct rv_png_header *const h = &c->header;
	if (check_size(c, err) < 0) {
		return -1;
	}
	if (is_foreign(c)) {
		return rv_png_decode_foreign(c, image, err);
	}
	if (rv_image_init(image, h->width, h->height, h->channels, pixel_of(h), err) < 0) {
		return -1;
	}
	unsigned char *const raw = inflate_rows(c, err);
	const int status = raw ? unpack(h, raw, image, err) : -1;
	free(raw);
	return status;
}

static int check_filters(const struct rv_png_header *h, const unsigned char *raw, struct rv_err *err)
{
	const size_t row = 1 + packed_row_bytes(h);
	for (uint32_t y = 0; y < h->height; y++) {
		if (raw[y * row] > FILTER_PAETH) {
			return fail_filter(raw[y * row], y, err);
		}
	}
	return 0;
}

int rv_png_check(const struct rv_png_contents *c, struct rv_image *form, struct rv_err *err)
{
	const struct rv_png_header *const h = &c->header;
	if (check_size(c, err) < 0) {
		return -1;
	}
	if (is_foreign(c)) {
		const int status = rv_png_decode_foreign(c, form, err);
		free(form->bytes);
		form->bytes = NULL;
		return status;
	}
	*form = (struct rv_image) {
		.width = h->width, .height = h->height, .channels = h->channels, .pixel = pixel_of(h)
	};
	unsigned char *const raw = inflate_rows(c, err);
	const int status = raw ? check_filters(h, raw, err) : -1;
	free(raw);
	return status;
}
