/* SPDX-License-Identifier: MIT */
/* Private to exr*.c: an open file, its parts, channels and chunks. */
#ifndef RV_EXR_FILE_H
#define RV_EXR_FILE_H

#include "exr.h"
#include "exr_header.h"

#define RV_EXR_CHUNK_BYTES_MAX ((size_t)1 << 30) /* of one chunk, uncompressed */

struct libdeflate_decompressor;
struct rv_exr_core; /* exr_core.c: the file as OpenEXR's core sees it */

struct rv_exr_channel {
	char *name; /* as rv_exr_channel_name gives it */
	enum rv_exr_type type;
	size_t pixel_at; /* bytes before its value, were all channels of a pixel side by side */
};

struct rv_exr_part {
	enum rv_exr_codec codec; /* may be one that is not in the enum: the core knows */
	bool is_tiled;
	int32_t x0, y0; /* of the data window */
	uint32_t width, height;
	size_t pixel_bytes;  /* of all channels */
	size_t first, n;     /* its channels in those of the file; none where its window is not the picture */
	uint32_t n_chunks;   /* all levels */
	uint32_t chunk_rows; /* of scan lines */
};

struct rv_exr {
	const struct rv_source *source;
	struct rv_source own; /* of rv_exr_open_path */
	struct rv_exr_header header;
	struct rv_exr_core *core;
	struct rv_exr_part *parts;
	size_t n_parts;
	struct rv_exr_channel *channels;
	size_t n_channels, cap_channels;
	struct rv_exr_text *texts; /* borrowed from the core */
	size_t n_texts, cap_texts;
	struct libdeflate_decompressor *inflate;
};

/* A chunk: rows of its width, in each the values of one channel after the other. */
struct rv_exr_chunk {
	uint32_t x, y, width, height; /* in its level, from the top left */
	uint64_t at;                  /* in the file */
	size_t len, raw_len;          /* in the file, and uncompressed */
};

/* Where a walk over the chunks of a part is; all zero before the first. */
struct rv_exr_walk {
	size_t part;
	bool all_levels; /* of tiles, not only the largest */
	int level;
	uint32_t column, row; /* of tiles, or of scan lines */
};

/* ---- exr_core.c -------------------------------------------------------------------------------------------------- */

/* Reads the header, fills parts, channels and texts. */
int rv_exr_core_open(struct rv_exr *exr, struct rv_err *err) RV_MUST_USE;
void rv_exr_core_close(struct rv_exr_core *core);
/* The next chunk, checked to lie in the file and in the picture. 1: there is one; 0: that was the last; -1. */
int rv_exr_core_next(struct rv_exr *exr, struct rv_exr_walk *walk, struct rv_exr_chunk *chunk,
                     struct rv_err *err) RV_MUST_USE;
/* Decodes the chunk that rv_exr_core_next gave last. Its raw_len bytes, borrowed until the next one; NULL. */
const unsigned char *rv_exr_core_decode(struct rv_exr *exr, struct rv_err *err);
/* Bytes of the file, borrowed until the next call of a function of this file. They must lie in it. NULL. */
const unsigned char *rv_exr_bytes(struct rv_exr *exr, uint64_t at, size_t len, struct rv_err *err);

/* ---- exr_strip.c ------------------------------------------------------------------------------------------------- */

/* The beginning of the stripped file, appended to *head; it goes on with the bytes of the file from *rest_at. */
int rv_exr_strip_head(struct rv_exr *exr, struct rv_str *head, uint64_t *rest_at, struct rv_err *err) RV_MUST_USE;

#endif
