/* SPDX-License-Identifier: MIT */
/* Private to exr*.c: an open file and its chunks. */
#ifndef RV_EXR_FILE_H
#define RV_EXR_FILE_H

#include "exr.h"
#include "exr_header.h"

struct libdeflate_decompressor;

struct rv_exr {
	int fd;
	char *path;
	uint64_t size; /* of the file */
	struct rv_exr_header header;
	uint64_t *offsets; /* of the chunks, from the top row down */
	struct libdeflate_decompressor *inflate;
	/* the part of the file that was read last */
	unsigned char *window;
	uint64_t window_at;
	size_t window_len, window_cap;
};

/* One chunk as it is in the file. */
struct rv_exr_chunk {
	const unsigned char *data; /* borrowed until the next chunk is asked for */
	size_t len;
	uint32_t row, n_rows; /* from the top of the image */
	size_t raw_len;       /* uncompressed */
};

/* Reads chunk `i`; checks that it lies in the file and is the one that belongs there. */
int rv_exr_chunk(struct rv_exr *exr, uint32_t i, struct rv_exr_chunk *chunk, struct rv_err *err) RV_MUST_USE;

/* What this library's own code does not decode, through OpenEXRCore: all rows of the channels numbered by `wanted` into
 * images of one F32 channel that are ready. */
int rv_exr_core_read(const struct rv_exr *exr, const size_t *wanted, size_t n, struct rv_image *images,
                     struct rv_err *err) RV_MUST_USE;

#endif
