/* SPDX-License-Identifier: MIT */
/* Writing OpenEXR files, and taking from a file's header what pixels do not need. */
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "exr_file.h"
#include "exr_zip.h"
#include "file.h"

#define LEVEL 1 /* of libdeflate: more costs more time than the space is worth */
#define COPY_BYTES ((size_t)1 << 20)

/* ---- writing --------------------------------------------------------------------------------------------------- */

/* Rows of an image in the file's order: per row each channel's values, little-endian. */
static void pack_rows(const struct rv_image *image, const size_t *order, uint32_t row, uint32_t n_rows,
                      unsigned char *out)
{
	for (uint32_t y = row; y < row + n_rows; y++) {
		const float *const pixels = image->f32 + (size_t)y * image->width * image->channels;
		for (uint32_t c = 0; c < image->channels; c++) {
			for (uint32_t x = 0; x < image->width; x++, out += 4) {
				uint32_t bits;
				memcpy(&bits, &pixels[(size_t)x * image->channels + order[c]], 4);
				out[0] = (unsigned char)bits;
				out[1] = (unsigned char)(bits >> 8);
				out[2] = (unsigned char)(bits >> 16);
				out[3] = (unsigned char)(bits >> 24);
			}
		}
	}
}

/* The chunks, one by one, and their offsets put into the table that lies at `table`. */
static int put_chunks(const struct rv_image *image, const size_t *order, size_t table, struct rv_str *out,
                      struct rv_err *err)
{
	const uint32_t chunk_rows = rv_exr_chunk_rows(RV_EXR_ZIP);
	const size_t raw_max = rv_image_row_bytes(image) * chunk_rows;
	struct libdeflate_compressor *const deflate = libdeflate_alloc_compressor(LEVEL);
	if (!deflate) {
		return rv_fail(err, RV_E_MEMORY, "no memory to compress");
	}
	unsigned char *const raw = rv_alloc(raw_max), *const split = rv_alloc(raw_max),
	                     *const packed = rv_alloc(raw_max);
	for (uint32_t row = 0; row < image->height; row += chunk_rows) {
		const uint32_t n_rows = RV_MIN(chunk_rows, image->height - row);
		const size_t raw_len = rv_image_row_bytes(image) * n_rows;
		pack_rows(image, order, row, n_rows, raw);
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

int rv_exr_write(const char *path, const struct rv_image *image, const char *const *names, struct rv_err *err)
{
	size_t order[RV_IMAGE_CHANNELS_MAX];
	const char *sorted[RV_IMAGE_CHANNELS_MAX];
	const uint32_t n = image->channels;
	if (image->pixel != RV_PIXEL_F32) {
		return rv_fail(err, RV_E_LIMIT, "'%s': OpenEXR files are written from float pixels only", path);
	}
	for (size_t i = 0; i < n; i++) { /* the format wants them in ascending order */
		size_t at = i;
		for (; at > 0 && strcmp(sorted[at - 1], names[i]) > 0; at--) {
			sorted[at] = sorted[at - 1];
			order[at] = order[at - 1];
		}
		sorted[at] = names[i];
		order[at] = i;
	}
	struct rv_str out = RV_STR_INIT;
	rv_exr_header_put(&out, image->width, image->height, RV_EXR_ZIP, sorted, n);
	const size_t table = out.len;
	const uint32_t chunk_rows = rv_exr_chunk_rows(RV_EXR_ZIP);
	for (uint32_t row = 0; row < image->height; row += chunk_rows) {
		rv_exr_put_u64(&out, 0);
	}
	int status = put_chunks(image, order, table, &out, err);
	if (status == 0) {
		status = rv_file_write(path, out.ptr, out.len, err);
	}
	rv_str_release(&out);
	return status;
}

/* ---- stripping ------------------------------------------------------------------------------------------------- */

static int copy_rest(const struct rv_exr *exr, uint64_t at, int to, struct rv_err *err)
{
	unsigned char *const buffer = rv_alloc(COPY_BYTES);
	int status = 0;
	while (status == 0 && at < exr->size) {
		const ssize_t n = pread(exr->fd, buffer, (size_t)RV_MIN(COPY_BYTES, exr->size - at), (off_t)at);
		if (n < 0) {
			status = rv_fail_errno(err, "cannot read '%s'", exr->path);
		} else if (n == 0) {
			status = rv_fail(err, RV_E_BAD_FILE, "'%s' shrank while it was read", exr->path);
		} else if (rv_write_all(to, buffer, (size_t)n) < 0) {
			status = rv_fail_errno(err, "cannot write '%s'", exr->path);
		} else {
			at += (uint64_t)n;
		}
	}
	free(buffer);
	return status;
}

int rv_exr_strip(const char *path, struct rv_err *err)
{
	struct rv_exr *exr = NULL;
	struct rv_str head = RV_STR_INIT;
	struct rv_atomic out = RV_ATOMIC_INIT;
	int status = -1;
	if (rv_exr_open(path, &exr, err) < 0) {
		return -1;
	}
	const struct rv_exr_header *const h = &exr->header;
	for (uint32_t i = 0; i < h->n_chunks; i++) { /* a file that is cut is found here, not by its reader */
		struct rv_exr_chunk chunk;
		if (rv_exr_chunk(exr, i, &chunk, err) < 0) {
			rv_fail_prefix(err, "'%s'", path);
			goto out;
		}
	}
	rv_str_append(&head, h->bare.ptr, h->bare.len);
	for (uint32_t i = 0; i < h->n_chunks; i++) {
		rv_exr_put_u64(&head, exr->offsets[i] - h->bytes + h->bare.len);
	}
	if (rv_atomic_open(&out, path, err) < 0) {
		goto out;
	}
	if (rv_write_all(out.fd, head.ptr, head.len) < 0) {
		rv_fail_errno(err, "cannot write '%s'", path);
	} else if (copy_rest(exr, h->bytes + (uint64_t)h->n_chunks * 8, out.fd, err) == 0) {
		status = 0;
	}
	if (status == 0) {
		status = rv_atomic_commit(&out, err);
	} else {
		rv_atomic_abort(&out);
	}
out:
	rv_str_release(&head);
	rv_exr_close(exr);
	return status;
}
