/* SPDX-License-Identifier: MIT */
/* Reading OpenEXR files: chunks to planes. */
#include "exr.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "exr_file.h"
#include "exr_zip.h"

/* ---- a chunk's rows to planes ------------------------------------------------------------------------------------ */

/* Where the channels of a part go; without targets its chunks are only checked. */
struct plan {
	const struct rv_exr_part *part;
	const struct rv_exr_channel *channels; /* of the part */
	struct rv_image **targets;             /* for each of them; NULL: not wanted */
	unsigned char *raw;                    /* an inflated chunk; grows */
	size_t raw_cap;
	unsigned char *row; /* a channel's values of one row, put together */
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

static size_t value_bytes(enum rv_exr_type type)
{
	return type == RV_EXR_HALF ? 2 : 4;
}

/* The values of a channel in row `y` of a chunk. */
static void put_row(const struct plan *plan, size_t channel, const struct rv_exr_chunk *chunk, uint32_t y,
                    const unsigned char *bytes)
{
	convert_row(plan->channels[channel].type, bytes, chunk->width,
	            plan->targets[channel]->f32 + (size_t)(chunk->y + y) * plan->part->width + chunk->x);
}

/* From rows that are not compressed, or were decoded. */
static void unpack_plain(const struct plan *plan, const struct rv_exr_chunk *chunk, const unsigned char *bytes)
{
	for (uint32_t y = 0; y < chunk->height; y++) {
		const unsigned char *const row = bytes + y * plan->part->pixel_bytes * chunk->width;
		for (size_t c = 0; c < plan->part->n; c++) {
			if (plan->targets[c]) {
				put_row(plan, c, chunk, y, row + plan->channels[c].pixel_at * chunk->width);
			}
		}
	}
}

/* From an inflated chunk of ZIP or ZIPS in plan->raw: sums up what is not wanted, restores and joins what is. */
static void unpack_zip(const struct plan *plan, const struct rv_exr_chunk *chunk)
{
	const size_t half_len = chunk->raw_len / 2;
	unsigned char state = RV_EXR_ZIP_START;
	unsigned char *at = plan->raw;
	for (size_t k = 0; k < 2 * (size_t)chunk->height; k++) { /* the rows' even bytes, then their odd ones */
		for (size_t c = 0; c < plan->part->n; c++) {
			const size_t len = value_bytes(plan->channels[c].type) * chunk->width / 2;
			state = plan->targets[c] ? rv_exr_zip_restore(at, len, state) : rv_exr_zip_skip(at, len, state);
			at += len;
		}
	}
	for (uint32_t y = 0; y < chunk->height; y++) {
		const unsigned char *const row = plan->raw + y * plan->part->pixel_bytes * chunk->width / 2;
		for (size_t c = 0; c < plan->part->n; c++) {
			if (plan->targets[c]) {
				const unsigned char *const even = row + plan->channels[c].pixel_at * chunk->width / 2;
				rv_exr_zip_join(even, even + half_len,
				                value_bytes(plan->channels[c].type) * chunk->width / 2, plan->row);
				put_row(plan, c, chunk, y, plan->row);
			}
		}
	}
}

/* ---- chunks ------------------------------------------------------------------------------------------------------ */

static int inflate_chunk(struct rv_exr *exr, struct plan *plan, const struct rv_exr_chunk *chunk,
                         const unsigned char *bytes, struct rv_err *err)
{
	if (plan->raw_cap < chunk->raw_len) {
		free(plan->raw);
		plan->raw = malloc(chunk->raw_len);
		plan->raw_cap = plan->raw ? chunk->raw_len : 0;
	}
	if (!plan->raw) {
		return rv_fail(err, RV_E_MEMORY, "no memory for a chunk of %zu bytes", chunk->raw_len);
	}
	size_t used = 0;
	const enum libdeflate_result result =
	        libdeflate_zlib_decompress_ex(exr->inflate, bytes, chunk->len, plan->raw, chunk->raw_len, &used, NULL);
	if (result != LIBDEFLATE_SUCCESS || used != chunk->len) {
		return rv_fail(err, RV_E_BAD_FILE, "rows from %u on are damaged", chunk->y);
	}
	return 0;
}

static int read_chunk(struct rv_exr *exr, struct plan *plan, const struct rv_exr_chunk *chunk, struct rv_err *err)
{
	const bool is_zip = plan->part->codec == RV_EXR_ZIP || plan->part->codec == RV_EXR_ZIPS;
	const bool is_plain = chunk->len == chunk->raw_len; /* also where a codec would not have made it smaller */
	const unsigned char *const bytes =
	        is_plain || is_zip ? rv_exr_bytes(exr, chunk->at, chunk->len, err) : rv_exr_core_decode(exr, err);
	if (!bytes || (is_zip && !is_plain && inflate_chunk(exr, plan, chunk, bytes, err) < 0)) {
		return -1;
	}
	if (plan->targets && is_zip && !is_plain) {
		unpack_zip(plan, chunk);
	} else if (plan->targets) {
		unpack_plain(plan, chunk, bytes);
	}
	return 0;
}

/* All chunks of a part that hold its picture, or without targets all. */
static int read_part(struct rv_exr *exr, size_t index, struct rv_image **targets, struct rv_err *err)
{
	const struct rv_exr_part *const part = &exr->parts[index];
	struct plan plan = {
		.part = part,
		.channels = exr->channels + part->first,
		.targets = targets,
		.row = rv_alloc((size_t)part->width * 4),
	};
	struct rv_exr_walk walk = { .part = index, .all_levels = !targets };
	struct rv_exr_chunk chunk = { 0 };
	int status;
	while ((status = rv_exr_core_next(exr, &walk, &chunk, err)) > 0) {
		if (read_chunk(exr, &plan, &chunk, err) < 0) {
			status = -1;
			break;
		}
	}
	free(plan.row);
	free(plan.raw);
	return status;
}

/* ---- the interface ----------------------------------------------------------------------------------------------- */

/* The number of a channel in the file, or -1 with the names of those that are there. */
static int find_channel(const struct rv_exr *exr, const char *name, size_t *index, struct rv_err *err)
{
	for (size_t c = 0; c < exr->n_channels; c++) {
		if (strcmp(exr->channels[c].name, name) == 0) {
			*index = c;
			return 0;
		}
	}
	struct rv_str list = RV_STR_INIT;
	for (size_t c = 0; c < exr->n_channels; c++) {
		rv_str_printf(&list, "%s%s", c ? ", " : "", exr->channels[c].name);
	}
	rv_fail(err, RV_E_BAD_FILE, "no channel '%s', only %s", name, list.ptr);
	rv_str_release(&list);
	return -1;
}

/* The parts of which something is wanted. */
static int read_parts(struct rv_exr *exr, struct rv_image **targets, struct rv_err *err)
{
	for (size_t p = 0; p < exr->n_parts; p++) {
		struct rv_image **const of_part = targets + exr->parts[p].first;
		bool is_wanted = false;
		for (size_t c = 0; c < exr->parts[p].n; c++) {
			is_wanted = is_wanted || of_part[c];
		}
		if (is_wanted && read_part(exr, p, of_part, err) < 0) {
			return -1;
		}
	}
	return 0;
}

int rv_exr_read(struct rv_exr *exr, const char *const *names, size_t n, struct rv_image *images, struct rv_err *err)
{
	const uint32_t width = rv_exr_width(exr), height = rv_exr_height(exr);
	struct rv_image **const targets = rv_alloc_zero(exr->n_channels, sizeof(struct rv_image *));
	size_t *const wanted = rv_alloc_zero(n + 1, sizeof(*wanted));
	int status = 0;
	for (size_t i = 0; status == 0 && i < n; i++) {
		status = find_channel(exr, names[i], &wanted[i], err);
		if (status == 0) {
			status = rv_image_init(&images[i], width, height, 1, RV_PIXEL_F32, err);
			targets[wanted[i]] = &images[i];
		}
	}
	if (status == 0) {
		status = read_parts(exr, targets, err);
	}
	for (size_t i = 0; status == 0 && i < n;
	     i++) { /* of a channel asked for twice, only the last image was filled */
		const struct rv_image *const filled = targets[wanted[i]];
		if (filled != &images[i]) {
			memcpy(images[i].f32, filled->f32, rv_image_row_bytes(filled) * height);
		}
	}
	free(wanted);
	free(targets);
	return status < 0 ? rv_fail_prefix(err, "'%s'", exr->source->name) : 0;
}

int rv_exr_check(struct rv_exr *exr, struct rv_err *err)
{
	for (size_t p = 0; p < exr->n_parts; p++) {
		if (read_part(exr, p, NULL, err) < 0) {
			return rv_fail_prefix(err, "'%s'", exr->source->name);
		}
	}
	return 0;
}
