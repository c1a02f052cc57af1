/* SPDX-License-Identifier: MIT */
/* Opening an OpenEXR file: what is refused before the pixels, and what its header says. */
#include "exr_file.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define FIRST_READ ((size_t)64 << 10) /* most headers end in here */
#define CHUNK_BYTES_MIN 17            /* an entry of the table, row and length, a byte */

/* Walks over the header before the core does. */
static int scan_header(struct rv_exr *exr, struct rv_err *err)
{
	const size_t most = (size_t)RV_MIN(exr->source->len, RV_EXR_HEADER_BYTES_MAX);
	struct rv_str bytes = RV_STR_INIT;
	int status = most > 0 ? 1 : rv_fail(err, RV_E_BAD_FILE, "is empty");
	while (status > 0) {
		const size_t len = RV_MIN(most, RV_MAX(FIRST_READ, bytes.len * 4));
		rv_str_reserve(&bytes, len - bytes.len);
		status = rv_source_read(exr->source, bytes.len, bytes.ptr + bytes.len, len - bytes.len, err);
		bytes.len = len;
		if (status == 0) {
			status = rv_exr_header_scan(&exr->header, bytes.ptr, len, err);
		}
		if (status > 0 && len == most) {
			status = most < RV_EXR_HEADER_BYTES_MAX
			                 ? rv_fail(err, RV_E_BAD_FILE, "cut in the header, after %zu bytes", len)
			                 : rv_fail(err, RV_E_LIMIT, "header of more than %zu bytes", len);
		}
	}
	rv_str_release(&bytes);
	return status;
}

/* The most that a codec makes of a byte; 0: that is not known. */
static uint64_t growth_max(enum rv_exr_codec codec)
{
	switch (codec) {
	case RV_EXR_NONE:
		return 1;
	case RV_EXR_RLE:
		return 64; /* two bytes become up to 128 */
	case RV_EXR_ZIPS:
	case RV_EXR_ZIP:
		return 1032; /* of deflate */
	case RV_EXR_PXR24:
		return 1376; /* deflate, and 3 bytes for 4 */
	default:
		return 0;
	}
}

/* Whether there is room in the file for what the header promises: before memory is taken for it. */
static int check_room(const struct rv_exr *exr, struct rv_err *err)
{
	const uint64_t len = exr->source->len;
	uint64_t chunk_bytes = exr->header.bytes;
	for (size_t i = 0; i < exr->n_parts; i++) {
		const struct rv_exr_part *const part = &exr->parts[i];
		const uint64_t raw = (uint64_t)part->width * part->height * part->pixel_bytes; /* below 2^32 * 2^22 */
		const uint64_t growth = growth_max(part->codec);
		chunk_bytes += (uint64_t)part->n_chunks * CHUNK_BYTES_MIN;
		if (chunk_bytes > len) {
			return rv_fail(err, RV_E_BAD_FILE, "cut in the table of chunks");
		}
		if (growth > 0 && raw / growth > len) {
			return rv_fail(err, RV_E_BAD_FILE, "%llu bytes cannot hold %u x %u pixels of %zu bytes",
			               (unsigned long long)len, part->width, part->height, part->pixel_bytes);
		}
	}
	return 0;
}

/* Refuses what Blender does not write for rv-blend. */
static int check_forms(const struct rv_exr *exr, struct rv_err *err)
{
	const char *form = NULL;
	if (exr->n_parts > 1) {
		form = "several parts";
	} else if (exr->parts[0].is_tiled) {
		form = "tiles";
	} else if (exr->parts[0].codec > RV_EXR_PIZ) {
		form = "a codec other than NONE, RLE, ZIPS, ZIP and PIZ";
	}
	return form ? rv_fail(err, RV_E_BAD_FILE, "%s: rv-blend writes no such file; 'rv-mask --foreign-exr' reads it",
	                      form)
	            : 0;
}

/* Closes after a failure. */
static int open_it(struct rv_exr *exr, enum rv_exr_forms forms, struct rv_err *err)
{
	exr->inflate = libdeflate_alloc_decompressor();
	int status = exr->inflate ? scan_header(exr, err) : rv_fail(err, RV_E_MEMORY, "no memory to inflate");
	if (status == 0) {
		status = rv_exr_core_open(exr, err);
	}
	if (status == 0) {
		status = check_room(exr, err);
	}
	if (status == 0 && forms == RV_EXR_BLENDERS_FORMS) {
		status = check_forms(exr, err);
	}
	if (status < 0) {
		rv_fail_prefix(err, "'%s'", exr->source->name);
		rv_exr_close(exr);
	}
	return status;
}

int rv_exr_open(const struct rv_source *source, enum rv_exr_forms forms, struct rv_exr **out, struct rv_err *err)
{
	struct rv_exr *const exr = rv_alloc_zero(1, sizeof(*exr));
	*exr = (struct rv_exr) { .source = source, .own = RV_SOURCE_INIT, .header = RV_EXR_HEADER_INIT };
	if (open_it(exr, forms, err) < 0) {
		return -1;
	}
	*out = exr;
	return 0;
}

int rv_exr_open_path(const char *path, enum rv_exr_forms forms, struct rv_exr **out, struct rv_err *err)
{
	struct rv_exr *const exr = rv_alloc_zero(1, sizeof(*exr));
	*exr = (struct rv_exr) { .source = &exr->own, .header = RV_EXR_HEADER_INIT };
	if (rv_source_open(&exr->own, path, err) < 0) {
		rv_exr_close(exr);
		return -1;
	}
	if (open_it(exr, forms, err) < 0) {
		return -1;
	}
	*out = exr;
	return 0;
}

void rv_exr_close(struct rv_exr *exr)
{
	if (!exr) {
		return;
	}
	rv_exr_core_close(exr->core);
	for (size_t i = 0; i < exr->n_channels; i++) {
		free(exr->channels[i].name);
	}
	free(exr->channels);
	free(exr->parts);
	free(exr->texts);
	libdeflate_free_decompressor(exr->inflate);
	rv_exr_header_release(&exr->header);
	rv_source_close(&exr->own);
	free(exr);
}

uint32_t rv_exr_width(const struct rv_exr *exr)
{
	return exr->parts[0].width;
}

uint32_t rv_exr_height(const struct rv_exr *exr)
{
	return exr->parts[0].height;
}

size_t rv_exr_channel_count(const struct rv_exr *exr)
{
	return exr->n_channels;
}

const char *rv_exr_channel_name(const struct rv_exr *exr, size_t index)
{
	return exr->channels[index].name;
}

static const struct rv_exr_channel *channel_named(const struct rv_exr *exr, const char *name)
{
	for (size_t i = 0; i < exr->n_channels; i++) {
		if (strcmp(exr->channels[i].name, name) == 0) {
			return &exr->channels[i];
		}
	}
	return NULL;
}

bool rv_exr_has_channel(const struct rv_exr *exr, const char *name)
{
	return channel_named(exr, name);
}

bool rv_exr_is_half(const struct rv_exr *exr, const char *name)
{
	const struct rv_exr_channel *const channel = channel_named(exr, name);
	return channel && channel->type == RV_EXR_HALF;
}

bool rv_exr_next_text(const struct rv_exr *exr, size_t *at, struct rv_exr_text *text)
{
	if (*at >= exr->n_texts) {
		return false;
	}
	*text = exr->texts[(*at)++];
	return true;
}
