/* SPDX-License-Identifier: MIT */
/* Reading OpenEXR files: chunks to channels. */
#include "exr.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "exr_file.h"
#include "exr_zip.h"

/* Where a channel of the file goes. */
struct plan {
	struct rv_image **target; /* per channel of the file; NULL: not wanted */
	unsigned char *raw;       /* an inflated chunk */
	unsigned char *row;       /* a channel's values of one row, put together */
};

static float half_to_float(uint16_t half)
{
	const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
	uint32_t exponent = half >> 10 & 31, mantissa = half & 1023, bits;
	if (exponent == 31) { /* infinity, not a number */
		bits = 0x7f800000 | mantissa << 13;
	} else if (exponent > 0) {
		bits = (exponent + 112) << 23 | mantissa << 13;
	} else if (mantissa == 0) {
		bits = 0;
	} else { /* subnormal: mantissa * 2^-24 */
		exponent = 113;
		while (!(mantissa & 1024)) {
			mantissa <<= 1;
			exponent--;
		}
		bits = exponent << 23 | (mantissa & 1023) << 13;
	}
	bits |= sign;
	float value;
	memcpy(&value, &bits, 4);
	return value;
}

/* Little-endian values of a file to floats of the machine. */
static void convert_row(enum rv_exr_type type, const unsigned char *bytes, uint32_t n, float *out)
{
	switch (type) {
	case RV_EXR_HALF:
		for (uint32_t i = 0; i < n; i++) {
			out[i] = half_to_float((uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8));
		}
		break;
	case RV_EXR_UINT:
		for (uint32_t i = 0; i < n; i++) {
			out[i] = (float)rv_exr_get_u32(bytes + (size_t)4 * i);
		}
		break;
	case RV_EXR_FLOAT:
		for (uint32_t i = 0; i < n; i++) {
			const uint32_t bits = rv_exr_get_u32(bytes + (size_t)4 * i);
			memcpy(&out[i], &bits, 4);
		}
		break;
	}
}

/* From rows that are not compressed. */
static void unpack_plain(const struct rv_exr_header *h, const struct plan *plan, const struct rv_exr_chunk *chunk)
{
	for (uint32_t y = 0; y < chunk->n_rows; y++) {
		const unsigned char *const row = chunk->data + y * h->row_bytes;
		for (size_t c = 0; c < h->n_channels; c++) {
			if (plan->target[c]) {
				convert_row(h->channels[c].type, row + h->channels[c].row_at, h->width,
				            plan->target[c]->f32 + (size_t)(chunk->row + y) * h->width);
			}
		}
	}
}

/* From an inflated chunk of ZIP or ZIPS in plan->raw: sums up what is not wanted, restores and joins what is. */
static void unpack_zip(const struct rv_exr_header *h, const struct plan *plan, const struct rv_exr_chunk *chunk)
{
	const size_t half_len = chunk->raw_len / 2;
	unsigned char state = RV_EXR_ZIP_START;
	unsigned char *at = plan->raw;
	for (size_t k = 0; k < 2 * (size_t)chunk->n_rows; k++) { /* the rows' even bytes, then their odd ones */
		for (size_t c = 0; c < h->n_channels; c++) {
			const size_t len = h->channels[c].row_bytes / 2;
			state = plan->target[c] ? rv_exr_zip_restore(at, len, state) : rv_exr_zip_skip(at, len, state);
			at += len;
		}
	}
	for (uint32_t y = 0; y < chunk->n_rows; y++) {
		const unsigned char *const row = plan->raw + y * h->row_bytes / 2;
		for (size_t c = 0; c < h->n_channels; c++) {
			const struct rv_exr_channel *const channel = &h->channels[c];
			if (plan->target[c]) {
				const unsigned char *const even = row + channel->row_at / 2;
				rv_exr_zip_join(even, even + half_len, channel->row_bytes / 2, plan->row);
				convert_row(channel->type, plan->row, h->width,
				            plan->target[c]->f32 + (size_t)(chunk->row + y) * h->width);
			}
		}
	}
}

static int inflate_chunk(const struct rv_exr *exr, const struct rv_exr_chunk *chunk, unsigned char *raw,
                         struct rv_err *err)
{
	size_t used = 0;
	const enum libdeflate_result result =
	        libdeflate_zlib_decompress_ex(exr->inflate, chunk->data, chunk->len, raw, chunk->raw_len, &used, NULL);
	if (result != LIBDEFLATE_SUCCESS || used != chunk->len) {
		return rv_fail(err, RV_E_BAD_FILE, "rows from %u on are damaged", chunk->row);
	}
	return 0;
}

static bool is_own_codec(enum rv_exr_codec codec)
{
	return codec == RV_EXR_NONE || codec == RV_EXR_ZIP || codec == RV_EXR_ZIPS;
}

/* All chunks; without a target only their integrity is checked. */
static int read_chunks(struct rv_exr *exr, const struct plan *plan, struct rv_err *err)
{
	const struct rv_exr_header *const h = &exr->header;
	for (uint32_t i = 0; i < h->n_chunks; i++) {
		struct rv_exr_chunk chunk;
		if (rv_exr_chunk(exr, i, &chunk, err) < 0) {
			return -1;
		}
		const bool plain = chunk.len == chunk.raw_len; /* also where ZIP would not have made it smaller */
		if (!plain && inflate_chunk(exr, &chunk, plan->raw, err) < 0) {
			return -1;
		}
		if (plan->target && plain) {
			unpack_plain(h, plan, &chunk);
		} else if (plan->target) {
			unpack_zip(h, plan, &chunk);
		}
	}
	return 0;
}

/* The number of a channel in the file, or -1 with the names of those that are there. */
static int find_channel(const struct rv_exr *exr, const char *name, size_t *index, struct rv_err *err)
{
	const struct rv_exr_header *const h = &exr->header;
	for (size_t c = 0; c < h->n_channels; c++) {
		if (strcmp(h->channels[c].name, name) == 0) {
			*index = c;
			return 0;
		}
	}
	struct rv_str list = RV_STR_INIT;
	for (size_t c = 0; c < h->n_channels; c++) {
		rv_str_printf(&list, "%s%s", c ? ", " : "", h->channels[c].name);
	}
	rv_fail(err, RV_E_BAD_FILE, "no channel '%s', only %s", name, list.ptr);
	rv_str_release(&list);
	return -1;
}

static int read_own(struct rv_exr *exr, const size_t *wanted, size_t n, struct rv_image *images, struct rv_err *err)
{
	const struct rv_exr_header *const h = &exr->header;
	struct plan plan = {
		.target = rv_alloc_zero(h->n_channels, sizeof(struct rv_image *)),
		.raw = rv_alloc(h->row_bytes * h->chunk_rows),
		.row = rv_alloc((size_t)h->width * 4),
	};
	for (size_t i = 0; i < n; i++) {
		plan.target[wanted[i]] = &images[i];
	}
	const int status = read_chunks(exr, &plan, err);
	free(plan.row);
	free(plan.raw);
	free(plan.target);
	return status;
}

int rv_exr_read(struct rv_exr *exr, const char *const *names, size_t n, struct rv_image *images, struct rv_err *err)
{
	const struct rv_exr_header *const h = &exr->header;
	size_t *const wanted = rv_alloc_zero(n + 1, sizeof(*wanted));
	int status = 0;
	for (size_t i = 0; status == 0 && i < n; i++) {
		status = find_channel(exr, names[i], &wanted[i], err);
		if (status == 0) {
			status = rv_image_init(&images[i], h->width, h->height, 1, RV_PIXEL_F32, err);
		}
	}
	if (status == 0) {
		status = is_own_codec(h->codec) ? read_own(exr, wanted, n, images, err)
		                                : rv_exr_core_read(exr, wanted, n, images, err);
	}
	for (size_t i = 0; status == 0 && i < n;
	     i++) { /* of a channel asked for twice, only the last image was filled */
		for (size_t k = n - 1; k > i; k--) {
			if (wanted[k] == wanted[i]) {
				memcpy(images[i].f32, images[k].f32, rv_image_row_bytes(&images[i]) * h->height);
				break;
			}
		}
	}
	free(wanted);
	return status < 0 ? rv_fail_prefix(err, "'%s'", exr->path) : 0;
}

/* Channels of a codec that OpenEXRCore decodes: one at a time, so that no more memory is taken than for one. */
static int check_core(struct rv_exr *exr, struct rv_err *err)
{
	struct rv_image image = RV_IMAGE_INIT;
	int status = rv_image_init(&image, exr->header.width, exr->header.height, 1, RV_PIXEL_F32, err);
	for (size_t c = 0; status == 0 && c < exr->header.n_channels; c++) {
		status = rv_exr_core_read(exr, &c, 1, &image, err);
	}
	rv_image_release(&image);
	return status;
}

int rv_exr_check(const char *path, uint32_t *width, uint32_t *height, struct rv_err *err)
{
	struct rv_exr *exr = NULL;
	if (rv_exr_open(path, &exr, err) < 0) {
		return -1;
	}
	const struct rv_exr_header *const h = &exr->header;
	*width = h->width;
	*height = h->height;
	int status;
	if (is_own_codec(h->codec)) {
		const struct plan plan = { .raw = rv_alloc(h->row_bytes * h->chunk_rows) };
		status = read_chunks(exr, &plan, err);
		free(plan.raw);
	} else {
		status = check_core(exr, err);
	}
	if (status < 0) {
		rv_fail_prefix(err, "'%s'", path);
	}
	rv_exr_close(exr);
	return status;
}
