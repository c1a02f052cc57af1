/* SPDX-License-Identifier: MIT */
/* Encoding OpenEXR files. */
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "exr_file.h"
#include "exr_zip.h"

#define LEVEL 1       /* of libdeflate: more costs more time than the space is worth */
#define CHUNK_ROWS 16 /* of ZIP */

/* To the nearest of the 16-bit floats, to the even one of two that are equally near. */
static uint16_t float_to_half(float value)
{
	uint32_t bits;
	memcpy(&bits, &value, 4);
	const uint32_t sign = bits >> 16 & 0x8000, rest = bits & 0x7fffffff;
	uint32_t half;
	if (rest > 0x7f800000) { /* not a number, and stays none */
		half = 0x7c00 | (rest >> 13 & 0x3ff);
		half += (half & 0x3ff) == 0;
	} else if (rest >= 0x47800000) { /* 65536 and more */
		half = 0x7c00;
	} else if (rest >= 0x38800000) { /* a carry out of the mantissa is the next exponent, or infinity */
		half = (rest - 0x38000000 + 0xfff + (rest >> 13 & 1)) >> 13;
	} else if (rest >= 0x33000000) { /* subnormal: 2^-25 and more */
		const uint32_t shift = 126 - (rest >> 23), mantissa = (rest & 0x7fffff) | 0x800000;
		half = mantissa >> shift;
		const uint32_t left = mantissa & ((1u << shift) - 1), middle = 1u << (shift - 1);
		half += left > middle || (left == middle && (half & 1));
	} else {
		half = 0;
	}
	return (uint16_t)(sign | half);
}

static void pack_row(const struct rv_exr_plane *plane, uint32_t y, unsigned char *out)
{
	const uint32_t width = plane->image->width;
	const float *const values = plane->image->f32 + (size_t)y * width;
	if (plane->is_half) {
		for (uint32_t x = 0; x < width; x++) {
			const uint16_t half = float_to_half(values[x]);
			out[2 * x] = (unsigned char)half;
			out[2 * x + 1] = (unsigned char)(half >> 8);
		}
		return;
	}
	for (uint32_t x = 0; x < width; x++) { /* a plain copy where the machine is little-endian */
		uint32_t bits;
		memcpy(&bits, &values[x], 4);
		out[4 * (size_t)x] = (unsigned char)bits;
		out[4 * (size_t)x + 1] = (unsigned char)(bits >> 8);
		out[4 * (size_t)x + 2] = (unsigned char)(bits >> 16);
		out[4 * (size_t)x + 3] = (unsigned char)(bits >> 24);
	}
}

/* Of one row of the file. */
static size_t row_bytes(const struct rv_exr_plane *planes, size_t n)
{
	size_t sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += (size_t)planes[i].image->width * (planes[i].is_half ? 2 : 4);
	}
	return sum;
}

/* The chunks, one by one, and their offsets put into the table that lies at `table`. */
static int put_chunks(const struct rv_exr_plane *planes, size_t n, size_t table, struct rv_str *out, struct rv_err *err)
{
	const uint32_t height = planes[0].image->height;
	const size_t line = row_bytes(planes, n), raw_max = line * CHUNK_ROWS;
	struct libdeflate_compressor *const deflate = libdeflate_alloc_compressor(LEVEL);
	if (!deflate) {
		return rv_fail(err, RV_E_MEMORY, "no memory to compress");
	}
	unsigned char *const raw = rv_alloc(raw_max), *const split = rv_alloc(raw_max),
	                     *const packed = rv_alloc(raw_max);
	for (uint32_t row = 0; row < height; row += CHUNK_ROWS) {
		const uint32_t n_rows = RV_MIN((uint32_t)CHUNK_ROWS, height - row);
		const size_t raw_len = line * n_rows;
		unsigned char *to = raw;
		for (uint32_t y = row; y < row + n_rows; y++) {
			for (size_t i = 0; i < n; i++) {
				pack_row(&planes[i], y, to);
				to += (size_t)planes[i].image->width * (planes[i].is_half ? 2 : 4);
			}
		}
		rv_exr_zip_split(raw, raw_len, split);
		const size_t len =
		        libdeflate_zlib_compress(deflate, split, raw_len, packed, raw_len - 1); /* 0: not smaller */
		const uint64_t offset = out->len;
		for (int i = 0; i < 8; i++) {
			out->ptr[table++] = (char)(offset >> 8 * i);
		}
		rv_exr_put_u32(out, row);
		rv_exr_put_u32(out, (uint32_t)(len ? len : raw_len));
		rv_str_append(out, len ? packed : raw, len ? len : raw_len);
	}
	free(packed);
	free(split);
	free(raw);
	libdeflate_free_compressor(deflate);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct rv_exr_plane *)a)->name, ((const struct rv_exr_plane *)b)->name);
}

/* What a caller may have got wrong. */
static int check_planes(const struct rv_exr_plane *planes, size_t n, struct rv_err *err)
{
	if (n < 1 || n > RV_EXR_CHANNELS_MAX) {
		return rv_fail(err, RV_E_LIMIT, "%zu channels: 1..%d can be written", n, RV_EXR_CHANNELS_MAX);
	}
	for (size_t i = 0; i < n; i++) {
		const struct rv_image *const image = planes[i].image;
		if (image->pixel != RV_PIXEL_F32 || image->channels != 1 || image->width != planes[0].image->width ||
		    image->height != planes[0].image->height) {
			return rv_fail(err, RV_E_LIMIT, "channel '%s' is no float image of the others' size",
			               planes[i].name);
		}
		if (*planes[i].name == '\0' || strlen(planes[i].name) > RV_EXR_NAME_MAX ||
		    (i > 0 && strcmp(planes[i - 1].name, planes[i].name) == 0)) {
			return rv_fail(err, RV_E_LIMIT, "channel '%s': its name must be its own, 1..%d bytes",
			               planes[i].name, RV_EXR_NAME_MAX);
		}
	}
	if (row_bytes(planes, n) * CHUNK_ROWS > RV_EXR_CHUNK_BYTES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "rows of %zu bytes are too long", row_bytes(planes, n));
	}
	return 0;
}

int rv_exr_encode(const struct rv_exr_plane *planes, size_t n, const struct rv_exr_text *texts, size_t n_texts,
                  struct rv_str *out, struct rv_err *err)
{
	struct rv_exr_plane *const sorted = rv_alloc_zero(n + 1, sizeof(*sorted));
	int status = -1;
	memcpy(sorted, planes, n * sizeof(*planes));
	qsort(sorted, n, sizeof(*sorted), by_name); /* as the format wants them */
	rv_str_clear(out);
	if (check_planes(sorted, n, err) == 0) {
		rv_exr_header_put(out, RV_EXR_ZIP, sorted, n, texts, n_texts);
		const size_t table = out->len;
		for (uint32_t row = 0; row < sorted[0].image->height; row += CHUNK_ROWS) {
			rv_exr_put_u64(out, 0);
		}
		status = put_chunks(sorted, n, table, out, err);
	}
	free(sorted);
	return status;
}
