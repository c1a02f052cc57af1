/* SPDX-License-Identifier: MIT */
/* Writing PNG files: filters, compression, chunks. */
#include "png.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "deflate.h"
#include "file.h"

#define LEVEL 1 /* of libdeflate: what level 6 saves on renders is not worth four times the time */
#define CHUNK_MAX 0x7fffffffu

enum { FILTER_NONE, FILTER_SUB, FILTER_UP, FILTER_AVERAGE, FILTER_PAETH, FILTERS };

static void put_u32(struct rv_str *out, uint32_t value)
{
	const unsigned char bytes[4] = { (unsigned char)(value >> 24), (unsigned char)(value >> 16),
		                         (unsigned char)(value >> 8), (unsigned char)value };
	rv_str_append(out, bytes, 4);
}

static void put_chunk(struct rv_str *out, const char *type, const void *data, size_t len)
{
	put_u32(out, (uint32_t)len);
	const size_t start = out->len;
	rv_str_append(out, type, 4);
	rv_str_append(out, data, len);
	put_u32(out, libdeflate_crc32(0, out->ptr + start, out->len - start));
}

/* In 16 bits, of which a processor takes eight at a time. */
static inline int16_t distance(int16_t a, int16_t b)
{
	return (int16_t)(a < b ? b - a : a - b);
}

static inline __attribute__((always_inline)) unsigned char predict(int filter, int16_t left, int16_t up,
                                                                   int16_t up_left)
{
	const int16_t to_left = distance(up, up_left), to_up = distance(left, up_left),
	              to_up_left = distance((int16_t)(left + up), (int16_t)(2 * up_left));
	switch (filter) {
	case FILTER_SUB:
		return (unsigned char)left;
	case FILTER_UP:
		return (unsigned char)up;
	case FILTER_AVERAGE:
		return (unsigned char)((left + up) / 2);
	case FILTER_PAETH:
		return (unsigned char)(to_left <= to_up && to_left <= to_up_left ? left
		                       : to_up <= to_up_left                     ? up
		                                                                 : up_left);
	default:
		return 0;
	}
}

/* Filters a row into `out`. The rows have `bpp` zeros before them. */
static inline __attribute__((always_inline)) void apply(int filter, const unsigned char *row,
                                                        const unsigned char *above, size_t len, size_t bpp,
                                                        unsigned char *restrict out)
{
	for (size_t i = 0; i < len; i++) {
		const unsigned char left = *(row + i - bpp), up_left = *(above + i - bpp);
		out[i] = (unsigned char)(row[i] - predict(filter, left, above[i], up_left));
	}
}

static void filter_row(int filter, const unsigned char *row, const unsigned char *above, size_t len, size_t bpp,
                       unsigned char *out)
{
	switch (filter) {
	case FILTER_SUB:
		apply(FILTER_SUB, row, above, len, bpp, out);
		break;
	case FILTER_UP:
		apply(FILTER_UP, row, above, len, bpp, out);
		break;
	case FILTER_AVERAGE:
		apply(FILTER_AVERAGE, row, above, len, bpp, out);
		break;
	case FILTER_PAETH:
		apply(FILTER_PAETH, row, above, len, bpp, out);
		break;
	default:
		memcpy(out, row, len);
		break;
	}
}

/* How far from 0 the bytes of a row are, the usual guess at how well they compress. At most 2^19 bytes. */
static uint32_t sum_of(const unsigned char *bytes, size_t len)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < len; i++) {
		const unsigned char up = bytes[i], down = (unsigned char)-bytes[i];
		sum += RV_MIN(up, down);
	}
	return sum;
}

/* A row in the file's byte order. */
static void pack_row(const struct rv_image *image, uint32_t y, unsigned char *row)
{
	const size_t n = (size_t)image->width * image->channels;
	if (image->pixel == RV_PIXEL_U8) {
		memcpy(row, image->u8 + y * n, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const uint16_t value = image->u16[y * n + i];
		row[2 * i] = (unsigned char)(value >> 8);
		row[2 * i + 1] = (unsigned char)value;
	}
}

/* All rows as they are, each after a byte that says so. */
static void pack_image(const struct rv_image *image, unsigned char *out)
{
	const size_t len = rv_image_row_bytes(image);
	for (uint32_t y = 0; y < image->height; y++) {
		unsigned char *const to = out + (size_t)y * (1 + len);
		to[0] = FILTER_NONE;
		pack_row(image, y, to + 1);
	}
}

/* All rows, each with the filter that suits it. */
static void filter_image(const struct rv_image *image, unsigned char *out)
{
	const size_t len = rv_image_row_bytes(image), bpp = image->channels * rv_pixel_size(image->pixel);
	unsigned char *const rows = rv_alloc_zero(2, bpp + len);
	unsigned char *const candidate = rv_alloc(len);
	unsigned char *row = rows + bpp, *above = row + len + bpp;
	for (uint32_t y = 0; y < image->height; y++) {
		unsigned char *const to = out + (size_t)y * (1 + len);
		pack_row(image, y, row);
		uint32_t best = UINT32_MAX;
		for (int filter = 0; filter < FILTERS && best > 0; filter++) {
			filter_row(filter, row, above, len, bpp, candidate);
			const uint32_t sum = sum_of(candidate, len);
			if (sum < best) {
				best = sum;
				to[0] = (unsigned char)filter;
				memcpy(to + 1, candidate, len);
			}
		}
		unsigned char *const last = above;
		above = row;
		row = last;
	}
	free(candidate);
	free(rows);
}

/* Appends `len` filtered bytes, compressed by libdeflate. */
static int deflate_rows(const unsigned char *raw, size_t len, struct rv_str *out)
{
	struct libdeflate_compressor *const deflate = libdeflate_alloc_compressor(LEVEL);
	const size_t bound = deflate ? libdeflate_zlib_compress_bound(deflate, len) : 0;
	const bool there = deflate && rv_str_try_reserve(out, bound);
	if (there) {
		out->len += libdeflate_zlib_compress(deflate, raw, len, out->ptr + out->len, bound);
		out->ptr[out->len] = '\0';
	}
	libdeflate_free_compressor(deflate);
	return there ? 0 : -1;
}

/* Appends the compressed pixels: labels in the way made for them, all else filtered and by libdeflate. */
static int compress_image(const struct rv_image *image, struct rv_str *out, struct rv_err *err)
{
	const size_t row = 1 + rv_image_row_bytes(image), len = image->height * row;
	unsigned char *const raw = malloc(len);
	int status = raw ? 0 : -1;
	if (raw) {
		pack_image(image, raw);
		if (!rv_deflate_labels(raw, len, image->channels * rv_pixel_size(image->pixel), row, out)) {
			filter_image(image, raw);
			status = deflate_rows(raw, len, out);
		}
	}
	free(raw);
	if (status < 0) {
		return rv_fail(err, RV_E_MEMORY, "no memory to compress %u x %u pixels", image->width, image->height);
	}
	return out->len <= CHUNK_MAX
	               ? 0
	               : rv_fail(err, RV_E_LIMIT, "%u x %u pixels are %zu bytes when compressed: at most %u",
	                         image->width, image->height, out->len, CHUNK_MAX);
}

static int encode(const struct rv_image *image, char colour_type, const uint8_t *palette, size_t palette_len,
                  struct rv_str *out, struct rv_err *err)
{
	struct rv_str data = RV_STR_INIT;
	if (compress_image(image, &data, err) < 0) {
		rv_str_release(&data);
		return -1;
	}
	rv_str_append(out, "\x89PNG\r\n\x1a\n", 8);
	struct rv_str header = RV_STR_INIT;
	put_u32(&header, image->width);
	put_u32(&header, image->height);
	rv_str_putc(&header, image->pixel == RV_PIXEL_U16 ? 16 : 8);
	rv_str_putc(&header, colour_type);
	rv_str_append(&header, "\0\0", 3);
	put_chunk(out, "IHDR", header.ptr, header.len);
	if (palette) {
		put_chunk(out, "PLTE", palette, palette_len);
	}
	put_chunk(out, "IDAT", data.ptr, data.len);
	put_chunk(out, "IEND", NULL, 0);
	rv_str_release(&header);
	rv_str_release(&data);
	return 0;
}

int rv_png_encode(const struct rv_image *image, struct rv_str *out, struct rv_err *err)
{
	static const char colour_types[] = { 0, 0, 4, 2, 6 };
	return image->pixel == RV_PIXEL_F32 ? rv_fail(err, RV_E_LIMIT, "PNG cannot hold float pixels")
	                                    : encode(image, colour_types[image->channels], NULL, 0, out, err);
}

int rv_png_encode_palette(const struct rv_image *image, const uint8_t palette[RV_PNG_COLOURS][3], struct rv_str *out,
                          struct rv_err *err)
{
	return encode(image, 3, palette[0], (size_t)RV_PNG_COLOURS * 3, out, err);
}

int rv_png_write(const char *path, const struct rv_image *image, struct rv_err *err)
{
	struct rv_str file = RV_STR_INIT;
	int status = rv_png_encode(image, &file, err);
	if (status < 0) {
		rv_fail_prefix(err, "'%s'", path);
	} else {
		status = rv_file_write(path, file.ptr, file.len, err);
	}
	rv_str_release(&file);
	return status;
}
