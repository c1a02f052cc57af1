/* SPDX-License-Identifier: MIT */
/*
 * Private to exr*.c: the header of a single-part scan-line OpenEXR file, parsed with every field checked, and put
 * together again without what pixels do not need.
 */
#ifndef RV_EXR_HEADER_H
#define RV_EXR_HEADER_H

#include "exr.h"
#include "str.h"

#define RV_EXR_CHANNELS_MAX 1024
#define RV_EXR_NAME_MAX 255
#define RV_EXR_HEADER_BYTES_MAX ((size_t)64 << 20) /* cryptomatte's manifests are the largest attributes */
#define RV_EXR_CHUNK_BYTES_MAX ((size_t)1 << 30)   /* of one chunk, uncompressed */

enum rv_exr_type { RV_EXR_UINT, RV_EXR_HALF, RV_EXR_FLOAT }; /* the numbers of the file format, as below */
enum rv_exr_codec {
	RV_EXR_NONE,
	RV_EXR_RLE,
	RV_EXR_ZIPS,
	RV_EXR_ZIP,
	RV_EXR_PIZ,
	RV_EXR_PXR24,
	RV_EXR_B44,
	RV_EXR_B44A,
	RV_EXR_DWAA,
	RV_EXR_DWAB,
	RV_EXR_CODECS
};

struct rv_exr_channel {
	char name[RV_EXR_NAME_MAX + 1];
	enum rv_exr_type type;
	size_t row_at;    /* where its values begin in an uncompressed row */
	size_t row_bytes; /* how many bytes they take there */
};

struct rv_exr_header {
	bool long_names;
	enum rv_exr_codec codec;
	int32_t x0, y0; /* of the data window */
	uint32_t width, height;
	struct rv_exr_channel *channels;
	size_t n_channels;
	size_t row_bytes; /* of one uncompressed row, all channels */
	uint32_t chunk_rows;
	uint32_t n_chunks;
	size_t bytes; /* of the whole header: the table of chunk offsets begins there */
	struct rv_str
	        bare; /* the same header with only the attributes that pixels and cryptomatte need, sorted by name */
};
#define RV_EXR_HEADER_INIT \
	{ \
		.bare = RV_STR_INIT \
	}

void rv_exr_header_release(struct rv_exr_header *header);
/* Parses the beginning of a file. 0: done. 1: the header goes on behind `len`, come back with more bytes. -1: *err. */
int rv_exr_header_parse(struct rv_exr_header *header, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE;

/* Appends a bare header for these channels, which are in ascending order, and the texts after it. */
void rv_exr_header_put(struct rv_str *out, enum rv_exr_codec codec, const struct rv_exr_plane *planes, size_t n,
                       const struct rv_exr_text *texts, size_t n_texts);
/* See rv_exr_next_text. */
bool rv_exr_header_next_text(const struct rv_exr_header *header, size_t *at, struct rv_exr_text *text);
/* Rows that a chunk of this codec holds. */
uint32_t rv_exr_chunk_rows(enum rv_exr_codec codec);

/* Little-endian numbers of the format. */
static inline uint32_t rv_exr_get_u32(const unsigned char *p) /* one load where the machine is little-endian too */
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
static inline uint64_t rv_exr_get_u64(const unsigned char *p)
{
	return rv_exr_get_u32(p) | (uint64_t)rv_exr_get_u32(p + 4) << 32;
}
void rv_exr_put_u32(struct rv_str *out, uint32_t value);
void rv_exr_put_u64(struct rv_str *out, uint64_t value);

#endif
